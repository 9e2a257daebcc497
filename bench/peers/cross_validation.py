"""Cross-validation of many configurations with LightGBM; bench/contenders/cross-validation.ts is its twin with ours."""
import json
import multiprocessing
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
    state["features"] = numpy.ascontiguousarray(read("train.f64").reshape(features, rows).T)
    state["target"] = read("train-target.f64")
    state["categorical"] = [i for i, feature in enumerate(shape["features"]) if feature["kind"] == "categorical"]
    with open(os.path.join(folder, "folds.json")) as file:
        valid = [numpy.array(rows) for rows in json.load(file)]
    every = numpy.arange(rows)
    state["folds"] = [(numpy.setdiff1d(every, held), held) for held in valid]
    return {}


def parameters(configuration, threads):
    return {
        "objective": "binary",
        "learning_rate": configuration["learningRate"],
        "num_leaves": configuration["maxLeaves"],
        "min_data_in_leaf": configuration["minRows"],
        "feature_fraction": configuration["featureFraction"],
        "lambda_l2": configuration["l2"],
        "max_bin": 255,
        # Without it a Dataset fits one min_data_in_leaf only.
        "feature_pre_filter": False,
        "num_threads": threads,
        "seed": 1,
        "verbose": -1,
    }


def make_folds(configurations, threads):
    """The bins of all rows once, and of each fold's training rows once: every configuration shares them."""
    params = parameters(configurations[0], threads)
    whole = lightgbm.Dataset(
        state["features"],
        label=state["target"],
        categorical_feature=state["categorical"],
        params=params,
        free_raw_data=False,
    ).construct()
    return [(whole.subset(train, params=params).construct(), state["features"][held]) for train, held in state["folds"]]


def probabilities(configuration, folds, rounds, threads):
    params = parameters(configuration, threads)
    parts = []
    for train, held in folds:
        booster = lightgbm.train(params, train, num_boost_round=rounds, keep_training_booster=True)
        parts.append(booster.predict(held, num_threads=threads))
    return numpy.concatenate(parts)


def share(arguments):
    """A process's share of the configurations."""
    configurations, rounds, threads = arguments
    folds = make_folds(configurations, threads)
    return [probabilities(configuration, folds, rounds, threads) for configuration in configurations]


def cross_validate(request):
    configurations, rounds = request["configurations"], request["rounds"]
    workers, threads = request["workers"], request["threads"]
    start = perf_counter()
    if workers == 1:
        outputs = share((configurations, rounds, threads))
    else:
        outputs = [None] * len(configurations)
        workers = min(workers, len(configurations))
        shares = [(configurations[i::workers], rounds, threads) for i in range(workers)]
        with multiprocessing.get_context("fork").Pool(workers) as pool:
            for i, part in enumerate(pool.map(share, shares)):
                outputs[i::workers] = part
    seconds = perf_counter() - start
    numpy.concatenate(outputs).tofile(request["path"])
    return {"seconds": seconds}


def versions(_):
    return {"lightgbm": lightgbm.__version__, "numpy": numpy.__version__}


if __name__ == "__main__":
    answer_requests({"load": load, "crossValidate": cross_validate, "versions": versions})
