"""Compares a model with the one in production on the same held-out rows."""

import argparse
import json

import mlflow
from mlflow.exceptions import MlflowException
from sklearn.datasets import load_diabetes
from sklearn.metrics import mean_squared_error
from sklearn.model_selection import train_test_split


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, help="address of the new model, as train.py writes it")
    parser.add_argument("--name", default="diabetes", help="registered model")
    parser.add_argument("--seed", type=int, default=0, help="of the split that the model was trained with")
    parser.add_argument("--better", default="outputs/better.json", help="file for the answer")
    args = parser.parse_args()

    X, y = load_diabetes(return_X_y=True, as_frame=True)
    _, X_test, _, y_test = train_test_split(X, y, test_size=0.2, random_state=args.seed)

    with mlflow.start_run():
        new = mean_squared_error(y_test, mlflow.sklearn.load_model(args.model).predict(X_test))
        mlflow.log_metric("mse", new)
        try:
            current = mlflow.sklearn.load_model(f"models:/{args.name}@production")
        except MlflowException as error:
            print(f"nothing is in production: {error}")
            better = True
        else:
            old = mean_squared_error(y_test, current.predict(X_test))
            mlflow.log_metric("production_mse", old)
            better = bool(new < old)
            print(f"mse {new:.2f}, in production {old:.2f}")

    with open(args.better, "w", encoding="utf-8") as file:
        json.dump(better, file)


if __name__ == "__main__":
    main()
