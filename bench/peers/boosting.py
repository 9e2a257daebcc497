"""LightGBM in a process of its own; bench/contenders/boosting.ts is its twin with our gradient boosting."""
import json
import os
from time import perf_counter

import lightgbm
import numpy

from request_lines import answer_requests

state = {}


def load(request):
    folder = request["folder"]
    with open(os.path.join(folder, "shape.json")) as file:
        shape = json.load(file)
    features, rows = len(shape["features"]), shape["trainRows"]
    read = lambda name: numpy.fromfile(os.path.join(folder, name), dtype=numpy.float64)
    state["features"] = read("train.f64").reshape(features, rows).T
    state["target"] = read("train-target.f64")
    state["test"] = read("test.f64").reshape(shape["testRows"], features)
    state["categorical"] = [i for i, feature in enumerate(shape["features"]) if feature["kind"] == "categorical"]
    return {}


def train(request):
    """The Dataset is made anew each time. keep_training_booster: without a copy of the model through text."""
    params = {
        "objective": "binary",
        "num_leaves": 31,
        "learning_rate": 0.1,
        "max_bin": 255,
        "min_data_in_leaf": 20,
        "num_threads": request["threads"],
        "seed": request["seed"],
        "verbose": -1,
    }
    start = perf_counter()
    dataset = lightgbm.Dataset(
        state["features"],
        label=state["target"],
        categorical_feature=state["categorical"],
        params=params,
        free_raw_data=False,
    ).construct()
    binned_at = perf_counter()
    state["booster"] = lightgbm.train(
        params, dataset, num_boost_round=request["rounds"], keep_training_booster=True
    )
    end = perf_counter()
    return {"binningSeconds": binned_at - start, "trainingSeconds": end - binned_at}


def predict(request):
    state["booster"].predict(state["test"]).astype(numpy.float64).tofile(request["path"])
    return {}


def score(request):
    """Microseconds a row when `rows` test rows are scored at a time, `calls` times."""
    booster, test, rows = state["booster"], state["test"], request["rows"]
    blocks = len(test) // rows
    start = perf_counter()
    for call in range(request["calls"]):
        first = (call % blocks) * rows
        booster.predict(test[first : first + rows], num_threads=request["threads"])
    return {"microseconds": (perf_counter() - start) * 1e6 / request["calls"] / rows}


def versions(_):
    return {"lightgbm": lightgbm.__version__, "numpy": numpy.__version__}


answer_requests({"load": load, "train": train, "predict": predict, "score": score, "versions": versions})
