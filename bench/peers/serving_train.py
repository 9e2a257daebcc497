"""Trains what the peers of bench/serving.ts serve, in the environment that serves it:
`serving_train.py FOLDER FORM PACKAGE`.

FOLDER holds train.csv, test.json and schema.json of bench/serving/bank.ts. FORM is "booster" for LightGBM's own model
with the codes of its categories (model.txt, categories.json), "sklearn" for a scikit-learn pipeline with the same in it
(model.joblib), "mlflow" for that pipeline as MLflow saves it (mlflow/). Writes expected.json, the labels of the test
rows as the model itself predicts them here, and prints the versions of PACKAGE and LightGBM.
"""
import csv
import json
import math
import os
import sys
from importlib.metadata import version

import lightgbm
import numpy

from serving_model import encode

_, folder, form, package = sys.argv
PARAMS = {"num_leaves": 31, "learning_rate": 0.1, "max_bin": 255, "seed": 1, "verbose": -1, "num_threads": 1}
TREES = 200
MIN_ROWS = 20


def path(name):
    return os.path.join(folder, name)


def read_json(name):
    with open(path(name)) as file:
        return json.load(file)


def write_json(name, value):
    with open(path(name), "w") as file:
        json.dump(value, file)


def read_train(columns, target, labels):
    """Rows as a request carries them, and the index of each one's label."""
    with open(path("train.csv"), newline="") as file:
        lines = list(csv.DictReader(file))
    numeric = [column["name"] for column in columns if column["type"] == "numeric"]
    for line in lines:
        for name in numeric:
            line[name] = float(line[name]) if line[name] else math.nan
    return lines, numpy.array([labels.index(line[target]) for line in lines])


def train_booster(features, truth, categorical):
    params = PARAMS | {"objective": "binary", "min_data_in_leaf": MIN_ROWS}
    data = lightgbm.Dataset(features, label=truth, categorical_feature=categorical, params=params)
    return lightgbm.train(params, data, num_boost_round=TREES)


def train_pipeline(frame, answers, text):
    """The same trees behind the usual pipeline, from columns of text and numbers to labels."""
    from sklearn.compose import ColumnTransformer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OrdinalEncoder

    # The encoder keeps the order of the columns: text first, then numbers.
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=numpy.nan)
    columns = ColumnTransformer([("text", encoder, text)], remainder="passthrough")
    settings = {name: value for name, value in PARAMS.items() if name not in ("num_threads", "seed")}
    classifier = lightgbm.LGBMClassifier(
        n_estimators=TREES, min_child_samples=MIN_ROWS, random_state=1, n_jobs=1, **settings
    )
    pipeline = make_pipeline(columns, classifier)
    pipeline.fit(frame, answers, lgbmclassifier__categorical_feature=list(range(len(text))))
    return pipeline


def main():
    schema = read_json("schema.json")
    columns, labels = schema["columns"], schema["labels"]
    rows, truth = read_train(columns, schema["target"], labels)
    test = read_json("test.json")
    if form == "booster":
        codes = {
            column["name"]: {value: i for i, value in enumerate(sorted({row[column["name"]] for row in rows}))}
            for column in columns
            if column["type"] == "string"
        }
        model = {"columns": [column["name"] for column in columns], "codes": codes, "labels": labels}
        categorical = [i for i, column in enumerate(columns) if column["type"] == "string"]
        booster = train_booster(encode(model, rows), truth, categorical)
        booster.save_model(path("model.txt"))
        write_json("categories.json", model)
        expected = booster.predict(encode(model, test), num_threads=1)
        write_json("expected.json", [labels[int(probability > 0.5)] for probability in expected])
    else:
        import pandas

        names = [column["name"] for column in columns]
        text = [column["name"] for column in columns if column["type"] == "string"]
        frame = pandas.DataFrame(rows)[names]
        pipeline = train_pipeline(frame, numpy.array(labels)[truth], text)
        write_json("expected.json", pipeline.predict(pandas.DataFrame(test)[names]).tolist())
        save_pipeline(pipeline, frame)
    print(json.dumps({name: version(name) for name in (package, "lightgbm")}))


def save_pipeline(pipeline, frame):
    if form == "sklearn":
        import joblib

        joblib.dump(pipeline, path("model.joblib"))
        return
    import mlflow

    signature = mlflow.models.infer_signature(frame.head(100), pipeline.predict(frame.head(100)))
    mlflow.sklearn.save_model(pipeline, path("mlflow"), signature=signature, serialization_format="cloudpickle")


main()
