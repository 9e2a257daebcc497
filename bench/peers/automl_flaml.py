"""FLAML with its defaults. Text columns are categories, for it takes no other."""
import os
import pickle
import sys

from flaml import AutoML

from automl_peer import features_of, in_label_order, one_row_frames, read_categories, serve

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


def predict(model, table, request):
    features = features_of(table, request)
    if not request["labels"]:
        return model.predict(features), None
    return in_label_order(model.predict_proba(features), model.classes_, request["labels"]), model.predict(features)


def rows(table, count):
    return one_row_frames(table, count)


def score(model, row, request):
    features = features_of(row, request)
    return model.predict_proba(features) if request["labels"] else model.predict(features)


def save(model, folder):
    with open(os.path.join(folder, "model.pkl"), "wb") as file:
        pickle.dump(model, file, protocol=pickle.HIGHEST_PROTOCOL)


def describe(model):
    return str(model.best_estimator)


serve(sys.modules[__name__], ["flaml"])
