"""Writes learners.json: what scikit-learn finds where ours have the same thing, on the data of linear.json: sample
weights, linear SVM and its calibration, naive Bayes, nearest neighbours.

Not needed to run the tests; linear.py says how to write such a file again.
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from linear import diabetes, encode, made
from sklearn.calibration import _sigmoid_calibration
from sklearn.linear_model import ElasticNet, LogisticRegression, Ridge
from sklearn.naive_bayes import BernoulliNB, MultinomialNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.svm import LinearSVC

TRAIN = 400
ASKED = 460


def row_weights(rows):
    """0, 0.5, 1, 1.5 or 2 a row."""
    return (np.arange(rows) * 7 % 5) / 2


def one_hot(codes, cardinality):
    codes = np.array(codes)
    return [(codes == code).astype(float) for code in [*range(cardinality), -1]]


def min_max(features, rows):
    """Each number imputed with the median and scaled to 0 .. 1, then its missing mark; each category one-hot."""
    columns = []
    for values in features["numeric"]:
        values = np.array(values, dtype=float)
        missing = np.isnan(values)
        filled = np.where(missing, np.nanmedian(values[:rows]), values)
        low, high = filled[:rows].min(), filled[:rows].max()
        columns.append((np.clip(filled, low, high) - low) / (high - low))
        if missing[:rows].any():
            columns.append(missing.astype(float))
    for codes, cardinality in features["categorical"]:
        columns.extend(one_hot(codes, cardinality))
    return np.column_stack(columns)


def binned(features, rows, bins):
    """Each number as one of its quantile bins, then missing, one-hot; of two bins only the upper one."""
    columns = []
    for values in features["numeric"]:
        values = np.array(values, dtype=float)
        known = np.sort(values[:rows][~np.isnan(values[:rows])])
        cuts = sorted({known[b * len(known) // bins] for b in range(1, bins)} - {known[-1]})
        bin_of = np.where(np.isnan(values), len(cuts) + 1, np.searchsorted(cuts, values, side="left"))
        first = 1 if bins == 2 else 0
        columns.extend((bin_of == b).astype(float) for b in range(first, len(cuts) + 2))
    for codes, cardinality in features["categorical"]:
        columns.extend(one_hot(codes, cardinality))
    return np.column_stack(columns)


def coefficients(model):
    weights, intercepts = np.atleast_2d(model.coef_), np.atleast_1d(model.intercept_)
    return {"weights": weights.tolist(), "intercepts": intercepts.tolist()}


def weighted_linear(x, target, label, weights):
    for alpha, l1_ratio in [(0.01, 0), (0.1, 0.5)]:
        if l1_ratio == 0:
            model = Ridge(alpha=alpha * weights.sum(), solver="cholesky")
        else:
            model = ElasticNet(alpha=alpha, l1_ratio=l1_ratio, tol=1e-13, max_iter=1_000_000)
        params = {"alpha": alpha, "l1_ratio": l1_ratio}
        yield {"name": "ElasticNet", "params": params, **coefficients(model.fit(x, target, sample_weight=weights))}
    for y in [(label == 2).astype(int), label]:
        solver = "newton-cholesky" if len(np.unique(y)) == 2 else "newton-cg"
        model = LogisticRegression(C=0.5, solver=solver, tol=1e-12, max_iter=100_000)
        model.fit(x, y, sample_weight=weights)
        yield {"name": "LogisticRegression", "params": {"C": 0.5}, "classes": int(y.max()) + 1, **coefficients(model)}


def hinges(x, label, weights):
    for y in [(label == 2).astype(int), label]:
        for C in [0.01, 1.0]:
            for weighted in [False, True]:
                model = LinearSVC(C=C, dual=False, tol=1e-10, max_iter=1_000_000)
                model.fit(x, y, sample_weight=weights if weighted else None)
                classes = int(y.max()) + 1
                yield {"C": C, "classes": classes, "weighted": weighted, **coefficients(model)}


def calibrations(label, weights):
    values = np.round(np.random.default_rng(7).normal(size=len(label)) + 1.5 * (label == 2), 3)
    y = (label == 2).astype(int)
    for sample_weight in [None, weights]:
        a, b = _sigmoid_calibration(values, y, sample_weight)
        yield {"values": values.tolist(), "weighted": sample_weight is not None, "factor": -a, "offset": -b}


def naive_bayes(features, label, weights):
    cases = [
        ("MultinomialNaiveBayes", MultinomialNB, "bins", binned(features, TRAIN, 16)),
        ("MultinomialNaiveBayes", MultinomialNB, "scaled", min_max(features, TRAIN)),
        ("BernoulliNaiveBayes", BernoulliNB, "bins", binned(features, TRAIN, 16)),
        ("BernoulliNaiveBayes", BernoulliNB, "median", binned(features, TRAIN, 2)),
    ]
    for name, make, encoding, x in cases:
        for y in [(label == 2).astype(int), label]:
            for alpha, weighted in [(1.0, False), (0.2, True)]:
                model = make(alpha=alpha).fit(x[:TRAIN], y[:TRAIN], sample_weight=weights[:TRAIN] if weighted else None)
                params = {"encoding": encoding, "alpha": alpha}
                answers = model.predict_proba(x[TRAIN:ASKED]).ravel().tolist()
                classes = int(y.max()) + 1
                yield {"name": name, "params": params, "classes": classes, "weighted": weighted, "answers": answers}


def neighbours(x, number, label):
    for k, weights in [(1, "uniform"), (7, "uniform"), (20, "distance")]:
        params = {"k": k, "weights": weights}
        classifier = KNeighborsClassifier(k, weights=weights, algorithm="brute").fit(x[:TRAIN], label[:TRAIN])
        answers = classifier.predict_proba(x[TRAIN:ASKED]).ravel().tolist()
        yield {"params": params, "classes": 3, "answers": answers}
        regressor = KNeighborsRegressor(k, weights=weights, algorithm="brute").fit(x[:TRAIN], number[:TRAIN])
        yield {"params": params, "classes": 0, "answers": regressor.predict(x[TRAIN:ASKED]).tolist()}


def main():
    features, label = made()
    weights = row_weights(len(label))
    number = np.round(np.nan_to_num(np.array(features["numeric"][1]), nan=3.0) + 2.0 * label, 2)
    x = encode(features)
    numbers, target = diabetes()
    # Numbers only: with standardised columns no two rows are equally far, so that there is one right answer.
    diabetes_x = np.array(numbers["numeric"]).T
    scaled = (diabetes_x - diabetes_x[:TRAIN].mean(0)) / diabetes_x[:TRAIN].std(0)
    high = np.digitize(target, np.quantile(target, [0.33, 0.67]))
    golden = {
        "made": f"test/golden/learners.py, scikit-learn {sklearn.__version__}",
        "weighted": list(weighted_linear(x, number, label, weights)),
        "hinges": list(hinges(x, label, weights)),
        "calibrations": list(calibrations(label, weights)),
        "naiveBayes": list(naive_bayes(features, label, weights)),
        "neighbours": {"labels": high.tolist(), "fits": list(neighbours(scaled, target, high))},
    }
    text = json.dumps(golden, separators=(",", ":")).replace('{"name"', '\n{"name"')
    Path(__file__).with_suffix(".json").write_text(text + "\n")


if __name__ == "__main__":
    main()
