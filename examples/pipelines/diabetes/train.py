"""Trains a ridge regression on scikit-learn's diabetes data, and logs it by MLflow."""

import argparse

import mlflow
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_squared_error, r2_score
from sklearn.model_selection import train_test_split


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alpha", type=float, default=0.5, help="strength of the regularisation")
    parser.add_argument("--seed", type=int, default=0, help="of the split")
    parser.add_argument("--model", default="outputs/model.txt", help="file for the model's address")
    args = parser.parse_args()

    X, y = load_diabetes(return_X_y=True, as_frame=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=args.seed)

    with mlflow.start_run():
        mlflow.log_params({"alpha": args.alpha, "seed": args.seed})
        model = Ridge(alpha=args.alpha).fit(X_train, y_train)
        predictions = model.predict(X_test)
        mlflow.log_metric("mse", mean_squared_error(y_test, predictions))
        mlflow.log_metric("r2", r2_score(y_test, predictions))
        logged = mlflow.sklearn.log_model(model, name="model", input_example=X_train.head(2))

    with open(args.model, "w", encoding="utf-8") as file:
        file.write(logged.model_uri)


if __name__ == "__main__":
    main()
