"""Registers a model, and makes it the one in production."""

import argparse

import mlflow
from mlflow import MlflowClient


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, help="address of the model, as train.py writes it")
    parser.add_argument("--name", default="diabetes", help="registered model")
    parser.add_argument("--version", default="outputs/version.txt", help="file for the version's number")
    args = parser.parse_args()

    version = mlflow.register_model(args.model, args.name).version
    MlflowClient().set_registered_model_alias(args.name, "production", version)
    print(f"{args.name} version {version} is in production")

    with open(args.version, "w", encoding="utf-8") as file:
        file.write(str(version))


if __name__ == "__main__":
    main()
