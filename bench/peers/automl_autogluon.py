"""
AutoGluon with best_quality; it finds out by itself what the columns are. Without ray, which trains folds side by side
but listens on all interfaces.
"""
import os
import sys

# Loaded here, for loading them would be taken from its limit.
import catboost  # noqa: F401
import fastai.tabular.all  # noqa: F401
import lightgbm  # noqa: F401
import xgboost  # noqa: F401
from autogluon.tabular import TabularPredictor

from automl_peer import in_label_order, one_row_frames, read_pandas, serve

metrics = {"AUC": "roc_auc", "log loss": "log_loss", "accuracy": "accuracy", "RMSE": "root_mean_squared_error"}
read = read_pandas


def fit(table, request):
    """
    Part of its limit goes into a trial of how to stack. Where that has no time for a single model it ends with
    AssertionError or RuntimeError for good; it is then given the whole limit once more, without that trial.
    """
    try:
        return fit_once(table, request, "predictor")
    except (AssertionError, RuntimeError) as error:
        print(f"again without dynamic stacking: {error}")
        return fit_once(table, request, "static", dynamic_stacking=False)


def fit_once(table, request, folder, **settings):
    problem = "regression" if not request["labels"] else "binary" if len(request["labels"]) == 2 else "multiclass"
    predictor = TabularPredictor(
        label=request["target"],
        problem_type=problem,
        eval_metric=metrics[request["metric"]],
        path=os.path.join(request["folder"], folder),
        verbosity=1,
    )
    limits = {"time_limit": request["seconds"], "num_cpus": request["threads"], "num_gpus": 0}
    return predictor.fit(table, presets="best_quality", **limits, **settings)


def predict(model, table, request):
    if not request["labels"]:
        return model.predict(table, as_pandas=False), None
    probabilities = model.predict_proba(table)
    answers = model.predict_from_proba(probabilities)
    return in_label_order(probabilities.to_numpy(), probabilities.columns, request["labels"]), answers


def rows(table, count):
    return one_row_frames(table, count)


def score(model, row, request):
    # Loads the models into memory at the first call, as a server would; no-op afterwards.
    if not model.model_names(persisted=True):
        model.persist(max_memory=None)
    return model.predict_proba(row) if request["labels"] else model.predict(row)


def save(model, folder):
    target = os.path.join(folder, "model")
    model.clone_for_deployment(target)


def describe(model):
    return f"{model.model_best} of {len(model.model_names())} models"


serve(sys.modules[__name__], ["autogluon.tabular"])
