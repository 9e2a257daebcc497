"""FLAML with its defaults. Text columns are categories, for it takes no other."""
import sys

from flaml import AutoML

# predict, rows, score and save are this peer's own too: serve() finds them here.
from automl_estimator import predict, rows, save, score
from automl_peer import features_of, read_categories, serve

metrics = {"AUC": "roc_auc", "log loss": "log_loss", "accuracy": "accuracy", "RMSE": "rmse"}
kinds = {}


def read(request, part):
    return read_categories(request, part, kinds)


def fit(table, request):
    model = AutoML()
    model.fit(
        X_train=features_of(table, request),
        y_train=table[request["target"]],
        task="classification" if request["labels"] else "regression",
        metric=metrics[request["metric"]],
        time_budget=request["seconds"],
        seed=request["seed"],
        n_jobs=request["threads"],
        verbose=0,
    )
    return model


def describe(model):
    return str(model.best_estimator)


serve(sys.modules[__name__], ["flaml"])
