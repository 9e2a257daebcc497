"""Makes examples/diabetes.csv of the table inside scikit-learn's own package; see examples/README.md.

Run it where scikit-learn 1.9.1 is installed (it needs nothing else):
    python3 scripts/examples/diabetes.py
"""

import pathlib

from sklearn.datasets import load_diabetes

data = load_diabetes(scaled=False)
target = pathlib.Path(__file__).parents[2] / "examples" / "diabetes.csv"
with target.open("w", newline="\n") as file:
    file.write(",".join([*data.feature_names, "target"]) + "\n")
    for row, value in zip(data.data, data.target):
        file.write(",".join(f"{number:g}" if number == round(number) else repr(float(number)) for number in [*row, value]) + "\n")
