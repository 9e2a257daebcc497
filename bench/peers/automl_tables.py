"""Writes tables that scikit-learn brings along as CSV files into the folder of its argument."""
import os
import sys

from sklearn.datasets import load_breast_cancer, load_digits

for name, load in {"breast-cancer": load_breast_cancer, "digits": load_digits}.items():
    bunch = load(as_frame=True)
    table = bunch.data.assign(target=bunch.target.map(lambda label: str(bunch.target_names[label])))
    table.to_csv(os.path.join(sys.argv[1], f"{name}.csv"), index=False)
