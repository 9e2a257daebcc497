"""Writes metrics.json: what scikit-learn says the metrics of src/kernels/metrics should be.

Not needed to run the tests. To write the file again:

    python3 -m venv test/golden/.venv
    test/golden/.venv/bin/pip install -r test/golden/requirements.txt
    test/golden/.venv/bin/python test/golden/metrics.py

Averages over classes of AUC and average precision, norm_macro_recall, weighted_accuracy and normalized_* are not in
scikit-learn under those names: they are put together here as Azure ML's package azureml-metrics (0.0.60) does.
"""

import json
import warnings
from pathlib import Path

import numpy as np
import sklearn
import sklearn.metrics as skm
from scipy.stats import spearmanr

warnings.filterwarnings("ignore")


def classification(labels, probabilities, weights=None, predictions=None, positive=None):
    classes = probabilities.shape[1]
    y = np.asarray(labels)
    predicted = np.argmax(probabilities, axis=1) if predictions is None else np.asarray(predictions)
    actual = np.eye(classes, dtype=int)[y]
    present = np.unique(y)
    averaged = np.arange(classes) if classes == 2 else present
    if positive is None and classes == 2:
        positive = 1
    w = {"sample_weight": weights}
    out = {}

    one_class = len(present) == 1
    for average in ("macro", "weighted"):
        undefined = float("nan")
        out[f"AUC_{average}"] = (
            undefined
            if one_class
            else skm.roc_auc_score(actual[:, averaged], probabilities[:, averaged], average=average, **w)
        )
        out[f"average_precision_score_{average}"] = average_precision(
            actual[:, averaged], probabilities[:, averaged], average, weights
        )
    out["AUC_micro"] = skm.roc_auc_score(actual, probabilities, average="micro", **w)
    out["average_precision_score_micro"] = skm.average_precision_score(actual, probabilities, average="micro", **w)

    out["accuracy"] = skm.accuracy_score(y, predicted, **w)
    frequency = np.bincount(y, minlength=classes) / len(y)
    out["weighted_accuracy"] = skm.accuracy_score(y, predicted, sample_weight=frequency[y])
    out["balanced_accuracy"] = skm.balanced_accuracy_score(y, predicted, **w)
    chance = 1 / len(present)
    out["norm_macro_recall"] = (
        float("nan") if one_class else max(0.0, (out["balanced_accuracy"] - chance) / (1 - chance))
    )
    out["log_loss"] = skm.log_loss(y, probabilities, labels=np.arange(classes), **w)
    out["matthews_correlation"] = skm.matthews_corrcoef(y, predicted, **w)
    scores = {"f1": skm.f1_score, "precision": skm.precision_score, "recall": skm.recall_score}
    for average in ("micro", "macro", "weighted"):
        for name, score in scores.items():
            out[f"{name}_score_{average}"] = score(y, predicted, average=average, zero_division=0, **w)
    if positive is not None:
        for name, score in scores.items():
            out[f"{name}_score_binary"] = score(y == positive, predicted == positive, zero_division=0, **w)
        own = (y == positive).astype(int)
        out["AUC_binary"] = skm.roc_auc_score(own, probabilities[:, positive], **w)
        out["average_precision_score_binary"] = skm.average_precision_score(own, probabilities[:, positive], **w)
    return out


def average_precision(actual, probabilities, average, weights):
    # With a single column scikit-learn would take the indicator for a binary target; the average is then that column.
    if actual.shape[1] == 1:
        return skm.average_precision_score(actual[:, 0], probabilities[:, 0], sample_weight=weights)
    return skm.average_precision_score(actual, probabilities, average=average, sample_weight=weights)


def regression(target, predictions, weights=None, bounds=None):
    w = {"sample_weight": weights}
    smallest, largest = bounds if bounds is not None else (target.min(), target.max())
    undefined = float("nan")
    out = {
        "explained_variance": skm.explained_variance_score(target, predictions, **w),
        "r2_score": skm.r2_score(target, predictions, **w),
        "spearman_correlation": spearmanr(target, predictions)[0],
        "mean_absolute_error": skm.mean_absolute_error(target, predictions, **w),
        "median_absolute_error": skm.median_absolute_error(target, predictions, **w),
        "root_mean_squared_error": skm.root_mean_squared_error(target, predictions, **w),
    }
    kept = ~np.isclose(target, 0.0)
    out["mean_absolute_percentage_error"] = (
        skm.mean_absolute_percentage_error(
            target[kept], predictions[kept], sample_weight=None if weights is None else weights[kept]
        )
        if kept.any()
        else undefined
    )
    negative = (target < 0).any() or (predictions < 0).any()
    out["root_mean_squared_log_error"] = (
        undefined if negative else skm.root_mean_squared_log_error(target, predictions, **w)
    )
    for name in ("mean_absolute_error", "median_absolute_error", "root_mean_squared_error"):
        out[f"normalized_{name}"] = normalized(out[name], smallest, largest)
    out["normalized_root_mean_squared_log_error"] = (
        undefined
        if negative
        else normalized(out["root_mean_squared_log_error"], np.log1p(smallest), np.log1p(largest))
    )
    return out


def normalized(error, smallest, largest):
    if smallest == largest:
        return 0.0 if error == 0 else 1.0
    return error / abs(largest - smallest)


def made_probabilities(random, labels, classes, skill, digits):
    """Probabilities with `digits` decimals that sum to 1 and know something of the labels."""
    scores = random.normal(size=(len(labels), classes))
    scores[np.arange(len(labels)), labels] += skill
    p = np.exp(scores)
    p = np.round(p / p.sum(axis=1, keepdims=True), digits)
    p[:, -1] = np.round(1 - p[:, :-1].sum(axis=1), digits)
    p[:, -1] = np.maximum(p[:, -1], 0)
    return p


def classification_cases():
    random = np.random.default_rng(20260101)

    def case(name, labels, probabilities, **more):
        return {
            "name": name,
            "classes": probabilities.shape[1],
            "labels": labels.tolist(),
            "probabilities": probabilities.ravel().tolist(),
            **{key: value.tolist() if hasattr(value, "tolist") else value for key, value in more.items()},
            "expected": classification(
                labels,
                probabilities,
                weights=more.get("weights"),
                predictions=more.get("predictions"),
                positive=more.get("positiveClass"),
            ),
        }

    two = random.integers(0, 2, 300)
    three = random.integers(0, 3, 300)
    ten = random.integers(0, 10, 400)
    rare = (random.random(500) < 0.03).astype(int)
    ones = np.ones(40, dtype=int)
    missing = random.choice([0, 1, 3], 120)
    certain = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [1.0, 0.0], [0.5, 0.5]])
    weights = np.round(random.exponential(size=300), 3)
    weights[::17] = 0
    return [
        case("binary", two, made_probabilities(random, two, 2, 1.0, 5)),
        case("binary, first class positive", two, made_probabilities(random, two, 2, 1.0, 5), positiveClass=0),
        case("binary, many ties", two, made_probabilities(random, two, 2, 0.7, 1)),
        case("binary, all scores equal", two, np.full((300, 2), 0.5)),
        case("binary, imbalanced", rare, made_probabilities(random, rare, 2, 1.5, 6)),
        case("binary, weights", two, made_probabilities(random, two, 2, 0.5, 3), weights=weights),
        case("binary, worse than guessing", two, made_probabilities(random, two, 2, -1.0, 4)),
        case("binary, certain and wrong", np.array([0, 1, 0, 1, 1]), certain),
        case("binary, one class in the rows", ones, made_probabilities(random, ones, 2, 0.5, 3)),
        case("binary, own threshold", two, (p := made_probabilities(random, two, 2, 1.0, 4)),
             predictions=(p[:, 1] > 0.3).astype(int)),
        case("3 classes", three, made_probabilities(random, three, 3, 1.0, 5)),
        case("3 classes, ties and weights", three, made_probabilities(random, three, 3, 1.0, 1), weights=weights),
        case("3 classes, one positive", three, made_probabilities(random, three, 3, 1.0, 4), positiveClass=2),
        case("3 classes, one class in the rows", ones, made_probabilities(random, ones, 3, 0.5, 3)),
        case("4 classes, one absent", missing, made_probabilities(random, missing, 4, 1.0, 4)),
        case("10 classes", ten, made_probabilities(random, ten, 10, 2.0, 4)),
    ]


def regression_cases():
    random = np.random.default_rng(20260102)

    def case(name, target, predictions, **more):
        return {
            "name": name,
            "target": target.tolist(),
            "predictions": predictions.tolist(),
            **{key: value.tolist() if hasattr(value, "tolist") else value for key, value in more.items()},
            "expected": regression(target, predictions, weights=more.get("weights"), bounds=more.get("range")),
        }

    price = np.round(random.lognormal(3, 1, 300), 3)
    mixed = np.round(random.normal(0, 10, 301), 3)
    counts = random.poisson(3, 200).astype(float)
    constant = np.full(50, 7.0)
    weights = np.round(random.exponential(size=300), 2)
    weights[::13] = 0
    return [
        case("positive", price, np.round(price * random.lognormal(0, 0.3, 300), 3)),
        case("negative values", mixed, np.round(mixed + random.normal(0, 3, 301), 3)),
        case("zeros and ties", counts, np.round(np.maximum(0, counts + random.normal(0, 1, 200)))),
        case("weights and a range", price, np.round(price + random.normal(0, 2, 300), 3).clip(0), weights=weights,
             range=[0.5, 900.0]),
        case("whole weights", price, np.round(price + 1 + random.random(300), 1),
             weights=random.integers(0, 4, 300).astype(float)),
        case("far off", price, np.round(1000 - 10 * price, 3).clip(0)),
        case("constant target", constant, np.round(constant + random.normal(0, 1, 50), 3)),
        case("constant target, perfect", constant, constant),
        case("all targets zero", np.zeros(20), np.round(random.random(20), 3)),
        case("one row", np.array([3.0]), np.array([2.5])),
    ]


def main():
    golden = {
        "made": f"test/golden/metrics.py, scikit-learn {sklearn.__version__}, numpy {np.__version__}",
        "classification": classification_cases(),
        "regression": regression_cases(),
    }
    # JSON has no NaN: null stands for it.
    text = json.dumps(replace_nan(golden), separators=(",", ":")).replace('{"name"', '\n{"name"')
    Path(__file__).with_suffix(".json").write_text(text + "\n")


def replace_nan(value):
    if isinstance(value, dict):
        return {key: replace_nan(item) for key, item in value.items()}
    if isinstance(value, list):
        return [replace_nan(item) for item in value]
    if isinstance(value, (float, np.floating)):
        return None if np.isnan(value) else float(value)
    return value


if __name__ == "__main__":
    main()
