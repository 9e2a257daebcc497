"""
One training with default parameters and no search: `lightgbm` or `scikit-learn` (its histogram boosting), as the
argument says. They optimise log loss or squared error, whatever the metric.
"""
import sys

import pandas

# predict, rows, score and save are this peer's own too: serve() finds them here.
from automl_estimator import predict, rows, save, score
from automl_peer import features_of, read_categories, serve

package = sys.argv[1]
kinds = {}
# The most categories of a column that scikit-learn takes.
most_categories = 255


def read(request, part):
    """Dates are days, and columns with too many categories for scikit-learn are the categories' numbers."""
    table = read_categories(request, part, kinds)
    for name in request["dates"]:
        table[name] = (table[name] - pandas.Timestamp(0)) / pandas.Timedelta(days=1)
    for name, kind in kinds.items():
        if package == "scikit-learn" and len(kind.categories) > most_categories:
            table[name] = table[name].cat.codes.where(table[name].notna())
    return table


def make(request):
    classes, seed = bool(request["labels"]), request["seed"]
    if package == "lightgbm":
        import lightgbm

        kind = lightgbm.LGBMClassifier if classes else lightgbm.LGBMRegressor
        return kind(random_state=seed, n_jobs=request["threads"], verbose=-1)
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    kind = HistGradientBoostingClassifier if classes else HistGradientBoostingRegressor
    return kind(random_state=seed, categorical_features="from_dtype")


def fit(table, request):
    return make(request).fit(features_of(table, request), table[request["target"]])


def describe(model):
    return type(model).__name__


serve(sys.modules[__name__], [package])
