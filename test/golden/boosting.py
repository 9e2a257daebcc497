"""Writes boosting.json: the held-out losses of LightGBM's boosting and of scikit-learn's forests, for
src/automl/learners/golden.test.ts.

Not needed to run the tests. To write the file again:

    python3 -m venv test/golden/.venv
    test/golden/.venv/bin/pip install -r test/golden/requirements.txt
    test/golden/.venv/bin/python test/golden/boosting.py

Data: breast cancer, wine and diabetes as scikit-learn brings them, written into the file; and three made tables of
numbers, categories and missing values, of which the file names rows and classes only: `made` below and in the test are
the same formula. `options` are boosting with other objectives, weights and monotone constraints on the made table;
their loss is the objective's own, by weight. Every loss is the mean of five folds (row number modulo 5): log loss for boosting, Brier score for
forests, whose log loss a single unanimous leaf makes infinite; mean squared error for regression. Forests: the mean and
the standard deviation of ten seeds.
"""

import json
from pathlib import Path

import lightgbm
import numpy as np
import sklearn
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)

FOLDS = 5
ROUNDS = 100
BOOSTING = {
    "learning_rate": 0.1,
    "num_leaves": 31,
    "min_data_in_leaf": 20,
    "min_sum_hessian_in_leaf": 1e-3,
    "max_bin": 255,
    # What our learner does not have.
    "min_data_per_group": 1,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "seed": 1,
    "verbose": -1,
}
FOREST = {"n_estimators": 100, "min_samples_leaf": 3, "max_leaf_nodes": 1024, "n_jobs": 2}


def unit(row, column):
    """Looks random in [0, 1): murmur3's finaliser of row and column."""
    x = (row * 0x9E3779B1 + column * 0x85EBCA6B) & 0xFFFFFFFF
    x = ((x ^ (x >> 16)) * 0x85EBCA6B) & 0xFFFFFFFF
    x = ((x ^ (x >> 13)) * 0xC2B2AE35) & 0xFFFFFFFF
    return (x ^ (x >> 16)) / 4294967296


def made(rows, classes):
    """Four numbers, the first of them sometimes missing, and categories of 6 and of 40 values, sometimes missing."""
    numbers = np.array([[unit(i, j) for j in range(4)] for i in range(rows)])
    categories = np.array([[int(unit(i, 4) * 6), int(unit(i, 5) * 40)] for i in range(rows)], dtype=float)
    noise = np.array([unit(i, 6) + unit(i, 7) - 1 for i in range(rows)])
    signal = (
        2 * numbers[:, 0]
        + numbers[:, 1] * numbers[:, 2] * 2
        + np.where(categories[:, 0] == 2, 0.8, 0)
        + (categories[:, 1] % 7) / 6
        + noise
    )
    numbers[[unit(i, 8) < 0.1 for i in range(rows)], 0] = np.nan
    categories[[unit(i, 9) < 0.1 for i in range(rows)], 1] = np.nan
    if classes:
        rank = np.empty(rows, dtype=int)
        rank[np.argsort(signal, kind="stable")] = np.arange(rows)
        signal = (rank * classes) // rows
    return np.column_stack([numbers, categories]), signal


def folds(rows):
    for k in range(FOLDS):
        held = np.arange(rows) % FOLDS == k
        yield ~held, held


def log_loss(target, probabilities):
    return float(-np.mean(np.log(probabilities[np.arange(len(target)), target])))


def brier(target, probabilities):
    return float(np.mean(np.sum((probabilities - np.eye(probabilities.shape[1])[target]) ** 2, axis=1)))


def squared_error(target, predictions):
    return float(np.mean((predictions - target) ** 2))


def boosting(x, y, classes, categorical):
    objective = {0: {"objective": "regression"}, 2: {"objective": "binary"}}.get(
        classes, {"objective": "multiclass", "num_class": classes}
    )
    losses = []
    for train, held in folds(len(y)):
        data = lightgbm.Dataset(x[train], y[train], categorical_feature=categorical)
        predicted = lightgbm.train({**BOOSTING, **objective}, data, ROUNDS).predict(x[held])
        if classes == 0:
            losses.append(squared_error(y[held], predicted))
        else:
            losses.append(log_loss(y[held], np.column_stack([1 - predicted, predicted]) if classes == 2 else predicted))
    return float(np.mean(losses))


def forest(x, y, classes, classifier, regressor, max_features):
    seeds = []
    for seed in range(10):
        losses = []
        for train, held in folds(len(y)):
            kind = classifier if classes else regressor
            model = kind(**FOREST, max_features=max_features, random_state=seed).fit(x[train], y[train])
            predicted = model.predict_proba(x[held]) if classes else model.predict(x[held])
            losses.append(brier(y[held], predicted) if classes else squared_error(y[held], predicted))
        seeds.append(np.mean(losses))
    return {"mean": float(np.mean(seeds)), "deviation": float(np.std(seeds, ddof=1))}


def packaged(name, load):
    x, y = load(return_X_y=True, scaled=False) if name == "diabetes" else load(return_X_y=True)
    classes = 0 if name == "diabetes" else int(y.max()) + 1
    return {
        "name": name,
        "classes": classes,
        "columns": x.T.tolist(),
        "target": y.tolist(),
        "losses": {
            "GradientBoosting": boosting(x, y, classes, []),
            "RandomForest": forest(x, y, classes, RandomForestClassifier, RandomForestRegressor, 0.4),
            "ExtremeRandomTrees": forest(x, y, classes, ExtraTreesClassifier, ExtraTreesRegressor, 0.4),
        },
    }


def made_case(rows, classes):
    x, y = made(rows, classes)
    return {"name": "made", "rows": rows, "classes": classes, "losses": {"GradientBoosting": boosting(x, y, classes, [4, 5])}}


def pinball(alpha):
    return lambda target, predicted: np.maximum(alpha * (target - predicted), (alpha - 1) * (target - predicted))


def poisson_deviance(target, predicted):
    return predicted - target + target * np.log(np.maximum(target, 1e-300) / predicted)


def tweedie_deviance(target, predicted):
    """Of power 1.5."""
    return 2 * np.sqrt(predicted) + 2 * target / np.sqrt(predicted) - 4 * np.sqrt(target)


def huber_loss(delta):
    def loss(target, predicted):
        error = np.abs(target - predicted)
        return np.where(error <= delta, error**2 / 2, delta * (error - delta / 2))

    return loss


def two_class_loss(target, predicted):
    return -np.log(np.where(target == 1, predicted, 1 - predicted))


def option(name, theirs, loss, classes=0, weighted=False, shift=0.0):
    """Held-out loss on made(3000, classes), the target moved by `shift`."""
    x, y = made(3000, classes)
    y = y + shift
    weights = np.array([int(unit(i, 10) * 4) for i in range(len(y))], dtype=float) if weighted else np.ones(len(y))
    losses = []
    for train, held in folds(len(y)):
        data = lightgbm.Dataset(x[train], y[train], weight=weights[train], categorical_feature=[4, 5])
        predicted = lightgbm.train({**BOOSTING, **theirs}, data, ROUNDS).predict(x[held])
        losses.append(float(np.average(loss(y[held], predicted), weights=weights[held])))
    return {"name": name, "classes": classes, "weighted": weighted, "shift": shift, "loss": float(np.mean(losses))}


def options():
    squared = lambda target, predicted: (target - predicted) ** 2
    rising = {"monotone_constraints": [1, 1, 1, 0, 0, 0], "monotone_constraints_method": "basic"}
    return [
        option("absolute_error", {"objective": "regression_l1"}, lambda t, p: np.abs(t - p)),
        option("huber", {"objective": "huber", "alpha": 0.5}, huber_loss(0.5)),
        option("quantile", {"objective": "quantile", "alpha": 0.8}, pinball(0.8)),
        option("poisson", {"objective": "poisson"}, poisson_deviance, shift=1.0),
        option("tweedie", {"objective": "tweedie", "tweedie_variance_power": 1.5}, tweedie_deviance, shift=1.0),
        option("weights", {"objective": "regression"}, squared, weighted=True),
        option("weights", {"objective": "binary"}, two_class_loss, classes=2, weighted=True),
        option("weighted absolute_error", {"objective": "regression_l1"}, lambda t, p: np.abs(t - p), weighted=True),
        option("monotone", {"objective": "regression", **rising}, squared),
        option("monotone", {"objective": "binary", **rising}, two_class_loss, classes=2),
    ]


def main():
    golden = {
        "made": f"test/golden/boosting.py, LightGBM {lightgbm.__version__}, scikit-learn {sklearn.__version__}",
        "cases": [
            packaged("breast_cancer", load_breast_cancer),
            packaged("wine", load_wine),
            packaged("diabetes", load_diabetes),
            made_case(3000, 2),
            made_case(3000, 4),
            made_case(3000, 0),
        ],
        "options": options(),
    }
    text = json.dumps(golden, separators=(",", ":")).replace('{"name"', '\n{"name"')
    Path(__file__).with_suffix(".json").write_text(text + "\n")


if __name__ == "__main__":
    main()
