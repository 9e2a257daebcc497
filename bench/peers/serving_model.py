"""LightGBM behind FastAPI and BentoML: from the rows of a request to labels, without pandas."""
import json
import os

import numpy


def encode(model, rows):
    """Rows x columns; the code of a category that training did not see is NaN."""
    matrix = numpy.empty((len(rows), len(model["columns"])))
    for c, name in enumerate(model["columns"]):
        codes = model["codes"].get(name)
        if codes is None:
            matrix[:, c] = [row[name] for row in rows]
        else:
            matrix[:, c] = [codes.get(row[name], numpy.nan) for row in rows]
    return matrix


def load_model(folder):
    """@returns what predicts the labels of rows, and the type of a row"""
    import lightgbm
    # Pydantic wants that of the standard library only from Python 3.12 on.
    from typing_extensions import TypedDict

    with open(os.path.join(folder, "categories.json")) as file:
        model = json.load(file)
    booster = lightgbm.Booster(model_file=os.path.join(folder, "model.txt"))
    labels = model["labels"]

    def predict(rows):
        # One thread: for few rows the start of others takes longer than the trees.
        probabilities = booster.predict(encode(model, rows), num_threads=1)
        return [labels[probability > 0.5] for probability in probabilities.tolist()]

    # A TypedDict is validated faster than a model in a list (pydantic's own advice on performance).
    Row = TypedDict("Row", {name: str if name in model["codes"] else float for name in model["columns"]})
    return predict, Row
