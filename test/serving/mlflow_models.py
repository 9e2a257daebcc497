"""Saves models as MLflow does: scikit-learn with a signature, scikit-learn without, and a function of Python."""

import sys

import mlflow.pyfunc
import mlflow.sklearn
import pandas
from mlflow.models import infer_signature
from sklearn.linear_model import LinearRegression, LogisticRegression

folder = sys.argv[1]
rows = pandas.DataFrame({"age": [20.0, 30.0, 50.0, 60.0], "visits": [0.0, 1.0, 3.0, 4.0]})
labels = ["no", "no", "yes", "yes"]
skops = {"serialization_format": "skops"}

classifier = LogisticRegression().fit(rows, labels)
mlflow.sklearn.save_model(
    classifier,
    f"{folder}/classifier",
    signature=infer_signature(rows, classifier.predict(rows)),
    input_example=rows.head(1),
    **skops,
)
regressor = LinearRegression().fit(rows.to_numpy(), [1.0, 2.0, 4.0, 5.0])
mlflow.sklearn.save_model(regressor, f"{folder}/regressor", **skops)


class Doubled(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        print("user code may print")
        if model_input["age"].max() > 1000:
            raise ValueError("nobody is that old")
        return [2 * age + (params or {}).get("plus", 0) for age in model_input["age"]]


mlflow.pyfunc.save_model(
    f"{folder}/doubled",
    python_model=Doubled(),
    signature=infer_signature(rows[["age"]], [1.0], params={"plus": 0.0}),
)
for method in ("predict", "predict_proba"):
    print(getattr(classifier, method)(rows).tolist().__repr__().replace("'", '"'))
print(regressor.predict(rows.to_numpy()).tolist())
