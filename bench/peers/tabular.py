"""Peers that train on one CSV and predict another, each in its own defaults. Categories are the table's text columns."""
from time import perf_counter

import numpy
import pandas

from request_lines import answer_requests


def read_tables(request):
    """Text columns as pandas categories of both files; columns of dates as days."""
    train, test = pandas.read_csv(request["train"]), pandas.read_csv(request["test"])
    target = train.pop(request["target"])
    test.pop(request["target"])
    for name in train.columns:
        if pandas.api.types.is_numeric_dtype(train[name]):
            continue
        if name in request["dates"]:
            for table in (train, test):
                table[name] = (pandas.to_datetime(table[name], utc=True) - pandas.Timestamp(0, tz="UTC")).dt.days
            continue
        kind = pandas.CategoricalDtype(sorted(set(train[name].dropna()) | set(test[name].dropna())))
        train[name], test[name] = train[name].astype(kind), test[name].astype(kind)
    return train, target, test


def make_learner(request):
    name, task, seed = request["learner"], request["task"], request["seed"]
    if name == "LightGBM":
        import lightgbm

        kind = lightgbm.LGBMClassifier if task == "classification" else lightgbm.LGBMRegressor
        return kind(random_state=seed, verbose=-1), {}
    if name == "HistGradientBoosting":
        from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

        kind = HistGradientBoostingClassifier if task == "classification" else HistGradientBoostingRegressor
        return kind(random_state=seed, categorical_features="from_dtype"), {}
    from flaml import AutoML

    metric = {"classification": "roc_auc", "regression": "rmse"}[task]
    settings = {"task": task, "metric": metric, "time_budget": request["seconds"], "seed": seed, "verbose": 0, "n_jobs": -1}
    return AutoML(), settings


def fit_and_predict(request):
    """Writes probabilities (rows x classes, classes in ascending order) or values as 64-bit numbers."""
    train, target, test = read_tables(request)
    start = perf_counter()
    learner, settings = make_learner(request)
    learner.fit(X_train=train, y_train=target, **settings) if settings else learner.fit(train, target)
    seconds = perf_counter() - start
    predictions = learner.predict_proba(test) if request["task"] == "classification" else learner.predict(test)
    numpy.ascontiguousarray(predictions, dtype=numpy.float64).tofile(request["path"])
    return {"seconds": seconds}


def versions(request):
    import importlib.metadata

    return {name: importlib.metadata.version(name) for name in request["names"]}


answer_requests({"fit_and_predict": fit_and_predict, "versions": versions})
