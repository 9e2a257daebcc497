"""Writes linear.json: the coefficients that scikit-learn finds on data encoded as src/automl/learners/linear.ts does.

Not needed to run the tests. To write the file again:

    python3 -m venv test/golden/.venv
    test/golden/.venv/bin/pip install -r test/golden/requirements.txt
    test/golden/.venv/bin/python test/golden/linear.py

Data: diabetes as scikit-learn brings it (Efron et al. 2004, 442 rows), and a made table with categories, missing values
and three classes.
"""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.datasets import load_diabetes
from sklearn.linear_model import ElasticNet, LogisticRegression, Ridge


def encode(features):
    """Each number imputed with the median and standardised, then its missing mark; each category one-hot, then missing."""
    columns = []
    for values in features["numeric"]:
        values = np.array(values, dtype=float)
        missing = np.isnan(values)
        filled = np.where(missing, np.nanmedian(values), values)
        columns.append((filled - filled.mean()) / filled.std())
        if missing.any():
            columns.append(missing.astype(float))
    for codes, cardinality in features["categorical"]:
        codes = np.array(codes)
        columns.extend((codes == code).astype(float) for code in [*range(cardinality), -1])
    return np.column_stack(columns)


def diabetes():
    data, target = load_diabetes(return_X_y=True, scaled=False)
    return {"numeric": [column.tolist() for column in data.T], "categorical": []}, target


def made():
    random = np.random.default_rng(20260103)
    rows = 500
    a, b, c = random.normal(size=(3, rows))
    c = a + 0.1 * c
    colour = random.integers(-1, 4, rows)
    shape = random.choice([-1, 0, 1, 2, 3, 4, 5], rows, p=[0.05, 0.4, 0.3, 0.1, 0.1, 0.04, 0.01])
    scores = np.column_stack([a + (colour == 2), b - 1.5 * (shape == 1), -a * b + (colour == -1) - 0.5])
    label = np.argmax(scores + random.gumbel(size=(rows, 3)), axis=1)
    a, b, c = np.round(a, 3), np.round(10 + 5 * b, 2), np.round(1000 * c, 0)
    b[random.random(rows) < 0.07] = np.nan
    features = {
        "numeric": [a.tolist(), b.tolist(), c.tolist()],
        "categorical": [(colour.tolist(), 4), (shape.tolist(), 6)],
    }
    return features, label


def logistic(x, y, C):
    solver = "newton-cholesky" if len(np.unique(y)) == 2 else "newton-cg"
    model = LogisticRegression(C=C, solver=solver, tol=1e-12, max_iter=100_000).fit(x, y)
    return {"params": {"C": C}, "weights": model.coef_.tolist(), "intercepts": model.intercept_.tolist()}


def elastic_net(x, y, alpha, l1_ratio):
    if l1_ratio == 0:
        model = Ridge(alpha=alpha * len(y), solver="cholesky").fit(x, y)
    else:
        model = ElasticNet(alpha=alpha, l1_ratio=l1_ratio, tol=1e-13, max_iter=1_000_000).fit(x, y)
    params = {"alpha": alpha, "l1_ratio": l1_ratio}
    return {"params": params, "weights": [model.coef_.tolist()], "intercepts": [float(model.intercept_)]}


def case(name, features, target, fits):
    numeric = [[None if np.isnan(value) else value for value in column] for column in features["numeric"]]
    categorical = [{"codes": codes, "cardinality": size} for codes, size in features["categorical"]]
    return {"name": name, "numeric": numeric, "categorical": categorical, "target": target.tolist(), "fits": fits}


def main():
    features, target = diabetes()
    x = encode(features)
    high = (target > np.median(target)).astype(int)
    strengths = [(0.01, 0), (0.1, 0.5), (1.0, 0.5), (0.5, 1.0), (20.0, 1.0)]
    made_features, label = made()
    made_x = encode(made_features)
    number = np.round(np.nan_to_num(np.array(made_features["numeric"][1]), nan=3.0) + 2.0 * label, 2)
    two = (label == 2).astype(int)
    golden = {
        "made": f"test/golden/linear.py, scikit-learn {sklearn.__version__}",
        "regression": [
            case("diabetes", features, target, [elastic_net(x, target, *each) for each in strengths]),
            case("made", made_features, number, [elastic_net(made_x, number, *each) for each in strengths[:3]]),
        ],
        "classification": [
            case("diabetes, above the median", features, high, [logistic(x, high, C) for C in (0.01, 1.0, 100.0)]),
            case("made, 2 classes", made_features, two, [logistic(made_x, two, C) for C in (0.1, 1.0, 10.0)]),
            case("made, 3 classes", made_features, label, [logistic(made_x, label, C) for C in (0.1, 1.0, 10.0)]),
        ],
    }
    text = json.dumps(golden, separators=(",", ":")).replace('{"name"', '\n{"name"')
    Path(__file__).with_suffix(".json").write_text(text + "\n")


if __name__ == "__main__":
    main()
