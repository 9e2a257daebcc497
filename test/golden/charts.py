"""Writes charts.json: what scikit-learn says the curves of src/automl/charts should be.

Not needed to run the tests. To write the file again:

    python3 -m venv test/golden/.venv
    test/golden/.venv/bin/pip install -r test/golden/requirements.txt
    test/golden/.venv/bin/python test/golden/charts.py
"""

import json
from pathlib import Path

import numpy as np
import sklearn
import sklearn.calibration
import sklearn.metrics as skm


def finite(values):
    return [value if np.isfinite(value) else None for value in map(float, values)]


def curves(actual, scores, weights):
    w = {"sample_weight": weights}
    fpr, tpr, thresholds = skm.roc_curve(actual, scores, drop_intermediate=False, **w)
    precision, recall, cuts = skm.precision_recall_curve(actual, scores, **w)
    out = {
        "roc": {
            "falsePositiveRate": fpr.tolist(),
            "truePositiveRate": tpr.tolist(),
            "thresholds": finite(thresholds),
            "area": skm.roc_auc_score(actual, scores, **w),
        },
        "precisionRecall": {
            "recall": recall[::-1].tolist(),
            "precision": precision[::-1].tolist(),
            "thresholds": [None, *cuts[::-1].tolist()],
            "averagePrecision": skm.average_precision_score(actual, scores, **w),
        },
    }
    if weights is None:
        observed, predicted = sklearn.calibration.calibration_curve(actual, scores, n_bins=10)
        out["calibration"] = {"predicted": predicted.tolist(), "observed": observed.tolist()}
    return out


def case(name, rows, classes, decimals, weighted, seed):
    rng = np.random.default_rng(seed)
    target = rng.integers(classes, size=rows)
    raw = rng.normal(size=(rows, classes)) + 1.5 * np.eye(classes)[target]
    probabilities = np.exp(raw) / np.exp(raw).sum(axis=1, keepdims=True)
    if decimals is not None:
        # Ties, and values on the edges of bins.
        probabilities = np.round(probabilities, decimals)
        probabilities[:, -1] = 1 - probabilities[:, :-1].sum(axis=1)
        probabilities = np.clip(np.round(probabilities, decimals), 0, 1)
    weights = rng.integers(0, 4, size=rows).astype(float) if weighted else None
    actual = np.eye(classes, dtype=int)[target]
    micro_weights = None if weights is None else np.repeat(weights, classes)
    return {
        "name": name,
        "classes": classes,
        "target": target.tolist(),
        "outputs": probabilities.ravel().tolist(),
        "weights": None if weights is None else weights.tolist(),
        "confusion": skm.confusion_matrix(
            target, probabilities.argmax(axis=1), labels=range(classes), sample_weight=weights
        ).tolist(),
        "curves": [curves(actual[:, k], probabilities[:, k], weights) for k in range(classes)],
        "micro": curves(actual.ravel(), probabilities.ravel(), micro_weights),
    }


def main():
    cases = [
        case("two classes", 60, 2, None, False, 1),
        case("two classes with ties", 120, 2, 1, False, 2),
        case("two classes, weights", 50, 2, 2, True, 3),
        case("three classes", 60, 3, None, False, 4),
        case("three classes with ties and weights", 90, 3, 1, True, 5),
        case("more points than a chart has", 300, 2, None, False, 6),
    ]
    out = {"scikit-learn": sklearn.__version__, "cases": cases}
    (Path(__file__).parent / "charts.json").write_text(json.dumps(out) + "\n")


if __name__ == "__main__":
    main()
