"""Writes shap.json: trees in the flat arrays of src/model/types.ts, rows, and the contributions that the Python package
shap finds for them, for src/model/explain/golden.test.ts.

Not needed to run the tests. To write the file again:

    python3 -m venv test/golden/.venv
    test/golden/.venv/bin/pip install shap==0.51.0 scikit-learn==1.9.1 numpy==2.4.6
    test/golden/.venv/bin/python test/golden/shap.py

Data: made numbers that interact, one in eight missing. The trees are grown by scikit-learn, which learns where missing
values go, and written as flat arrays; what shap is given is built from those arrays, not from scikit-learn's trees.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

# This file has the package's name and must not be taken for it.
sys.path = [entry for entry in sys.path if Path(entry).resolve() != Path(__file__).parent.resolve()]

import numpy as np
import shap
import sklearn
from sklearn.ensemble import RandomForestClassifier
from sklearn.tree import DecisionTreeRegressor

ROWS, EXPLAINED, FEATURES = 600, 40, 7
MISSING_LEFT = 2


def made(random):
    x = np.round(random.normal(size=(ROWS, FEATURES)), 3)
    signal = 2 * x[:, 0] * x[:, 1] + np.where(x[:, 2] > 0.3, x[:, 3], -1) + np.abs(x[:, 4]) + x[:, 0]
    x[random.random((ROWS, FEATURES)) < 0.125] = np.nan
    return x, signal + 0.3 * random.normal(size=ROWS)


def flatten(trees):
    """scikit-learn's trees with both children side by side: breadth first, the left one first."""
    flat = {name: [] for name in ("roots", "feature", "left", "threshold", "flags", "cover", "leafValues")}
    leaves = 0
    for tree in trees:
        root = len(flat["feature"])
        flat["roots"].append(root)
        queue = [0]
        for node in queue:
            is_leaf = tree.children_left[node] < 0
            flat["feature"].append(-1 if is_leaf else int(tree.feature[node]))
            flat["left"].append(leaves if is_leaf else root + len(queue))
            # Infinite where a split only tells missing values from the others; JSON has no such number.
            flat["threshold"].append(0.0 if is_leaf else min(float(tree.threshold[node]), sys.float_info.max))
            flat["flags"].append(0 if is_leaf or not tree.missing_go_to_left[node] else MISSING_LEFT)
            flat["cover"].append(float(tree.weighted_n_node_samples[node]))
            if is_leaf:
                leaves += 1
                flat["leafValues"].extend(float(value) for value in tree.value[node].ravel())
            else:
                queue += [tree.children_left[node], tree.children_right[node]]
    return flat


def generic_trees(flat, leaf_width, outputs, scale):
    """shap's dicts, one a tree, with a value for every output."""
    roots = flat["roots"]
    for number, (root, end) in enumerate(zip(roots, [*roots[1:], len(flat["feature"])])):
        feature = np.array(flat["feature"][root:end])
        split = feature >= 0
        left = np.where(split, np.array(flat["left"][root:end]) - root, -1)
        values = np.zeros((end - root, outputs))
        for node in np.flatnonzero(~split):
            leaf = flat["left"][root + node]
            numbers = flat["leafValues"][leaf * leaf_width : (leaf + 1) * leaf_width]
            if leaf_width == 1:
                values[node, number % outputs] = scale * numbers[0]
            else:
                values[node] = scale * np.array(numbers)
        right = np.where(split, left + 1, -1)
        goes_left = np.array(flat["flags"][root:end]) == MISSING_LEFT
        yield {
            "children_left": left,
            "children_right": right,
            "children_default": np.where(goes_left, left, right),
            "features": np.where(split, feature, -2),
            "thresholds": np.array(flat["threshold"][root:end]),
            "values": values,
            "node_sample_weight": np.array(flat["cover"][root:end]),
        }


def case(name, trees, leaf_width, outputs, base, scale, rows):
    flat = flatten(trees)
    model = {"trees": list(generic_trees(flat, leaf_width, outputs, scale)), "internal_dtype": np.float64}
    explainer = shap.TreeExplainer(model, feature_perturbation="tree_path_dependent")
    # rows x features x outputs; a single output has no axis of its own.
    values = explainer.shap_values(rows, check_additivity=False).reshape(len(rows), FEATURES, outputs)
    expected = np.broadcast_to(explainer.expected_value, outputs) + base
    return {
        "name": name,
        "outputs": outputs,
        "leafWidth": leaf_width,
        "base": base,
        "scale": scale,
        "trees": flat,
        "rows": [[None if np.isnan(value) else value for value in row] for row in rows.tolist()],
        "baseline": expected.tolist(),
        "contributions": values.transpose(0, 2, 1).round(12).tolist(),
    }


def boosted(x, target, outputs, rounds, rate):
    """Squared error; the trees of one round lie one after the other, one an output."""
    raw = np.zeros_like(target)
    trees = []
    for number in range(rounds * outputs):
        output = number % outputs
        tree = DecisionTreeRegressor(max_leaf_nodes=12, min_samples_leaf=5, random_state=number)
        tree.fit(x, target[:, output] - raw[:, output])
        raw[:, output] += rate * tree.predict(x)
        trees.append(tree.tree_)
    return trees


def main():
    x, target = made(np.random.default_rng(20260417))
    rows = x[:EXPLAINED]
    three = np.column_stack([target, np.nan_to_num(x[:, 5]) + 0.5 * target, np.nan_to_num(x[:, 6] * x[:, 0])])
    label = np.digitize(target, np.quantile(target, [0.3, 0.6]))
    forest = RandomForestClassifier(8, max_depth=9, min_samples_leaf=3, random_state=1).fit(x, label)
    golden = {
        "made": f"test/golden/shap.py, shap {version('shap')}, scikit-learn {sklearn.__version__}",
        "cases": [
            case("boosting", boosted(x, target[:, None], 1, 25, 0.2), 1, 1, [0.75], 0.2, rows),
            case("boosting of three outputs", boosted(x, three, 3, 6, 0.5), 1, 3, [0.1, -0.2, 0.3], 0.5, rows),
            case("forest of three classes", [tree.tree_ for tree in forest.estimators_], 3, 3, [0, 0, 0], 1 / 8, rows),
        ],
    }
    text = json.dumps(golden, separators=(",", ":")).replace('{"name"', '\n{"name"')
    Path(__file__).with_suffix(".json").write_text(text + "\n")


if __name__ == "__main__":
    main()
