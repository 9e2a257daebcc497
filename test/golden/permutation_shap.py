"""Writes permutation_shap.json: nearest neighbours as src/model/types.ts stores them, background rows, rows, and the
contributions that the Python package shap finds for their answers, for src/model/explain/permutation.golden.test.ts.

Not needed to run the tests. To write the file again:

    python3 -m venv test/golden/.venv
    test/golden/.venv/bin/pip install shap==0.51.0 scikit-learn==1.9.1 numpy==2.4.6
    test/golden/.venv/bin/python test/golden/permutation_shap.py

Few columns: ExactExplainer on all background rows. Many: PermutationExplainer with one order (and the same from its end)
on each background row; the orders are given to it and written down, and the contributions are the mean over the rows.
The model is an estimator of scikit-learn, fitted to the stored rows, not a copy of ours.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

# shap.py stands beside this file and must not be taken for the package.
sys.path = [entry for entry in sys.path if Path(entry).resolve() != Path(__file__).parent.resolve()]

import numpy as np
import shap
import sklearn
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

STORED, SAMPLES, EXPLAINED = 120, 32, 6


def exact(answers, background, rows):
    explainer = shap.ExactExplainer(answers, shap.maskers.Independent(background, max_samples=SAMPLES))
    return explainer(rows).values, None


def permuted(answers, background, rows):
    """Every background row has an order of its own, the same for all explained rows."""
    values, orders = [], []
    shuffle = np.random.shuffle
    for sample in range(SAMPLES):
        order = np.random.default_rng(sample).permutation(rows.shape[1])

        def told(indices, order=order):
            indices[:] = order

        np.random.shuffle = told
        masker = shap.maskers.Independent(background[sample : sample + 1], max_samples=1)
        explainer = shap.PermutationExplainer(answers, masker)
        values.append(explainer(rows, max_evals=2 * rows.shape[1] + 1).values)
        orders.append(order.tolist())
    np.random.shuffle = shuffle
    return np.mean(values, axis=0), orders


def case(name, columns, classes, explain, random):
    stored = random.normal(size=(STORED, columns)).astype(np.float32).astype(float)
    signal = stored[:, 0] * stored[:, 1] + np.sin(2 * stored[:, 2]) + stored[:, -1]
    if classes == 0:
        targets = signal.round(3)
        answers = KNeighborsRegressor(7).fit(stored, targets).predict
    else:
        targets = np.digitize(signal, np.quantile(signal, np.arange(1, classes) / classes))
        model = KNeighborsClassifier(7).fit(stored, targets)
        answers = (lambda rows: model.predict_proba(rows)[:, 1]) if classes == 2 else model.predict_proba
    background = random.normal(size=(SAMPLES, columns)).astype(np.float32).astype(float)
    rows = random.normal(size=(EXPLAINED, columns)).astype(np.float32).astype(float)
    values, orders = explain(answers, background, rows)
    # rows x columns x outputs; a single output has no axis of its own.
    values = values.reshape(EXPLAINED, columns, -1)
    return {
        "name": name,
        "classes": classes,
        "stored": stored.tolist(),
        "targets": targets.tolist(),
        "background": background.tolist(),
        "orders": orders,
        "rows": rows.tolist(),
        "baseline": np.atleast_1d(answers(background).mean(axis=0)).tolist(),
        "contributions": values.transpose(0, 2, 1).round(12).tolist(),
    }


def main():
    random = np.random.default_rng(20260607)
    cases = [
        case("all sets of 4 columns, 3 classes", 4, 3, exact, random),
        case("all sets of 3 columns, a value", 3, 0, exact, random),
        case("orders of 7 columns, 2 classes", 7, 2, permuted, random),
        case("orders of 9 columns, a value", 9, 0, permuted, random),
    ]
    golden = {
        "made": f"test/golden/permutation_shap.py, shap {version('shap')}, scikit-learn {sklearn.__version__}",
        "cases": cases,
    }
    text = json.dumps(golden, separators=(",", ":")).replace('{"name"', '\n{"name"')
    Path(__file__).with_suffix(".json").write_text(text + "\n")


if __name__ == "__main__":
    main()
