"""H2O AutoML with its defaults, on a server of its own that ends with this process. It reads the files itself."""
import socket
import sys
import warnings

import h2o
from h2o.automl import H2OAutoML

from automl_peer import in_label_order, serve

# It sorts by no accuracy.
metrics = {"AUC": "AUC", "log loss": "logloss", "accuracy": "logloss", "RMSE": "RMSE"}
types = {}


def start_server(threads):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    h2o.init(ip="127.0.0.1", port=port, nthreads=threads, bind_to_localhost=True, verbose=False)
    h2o.no_progress()
    # It says at each answer that polars would convert faster; the time to convert is not in question.
    warnings.filterwarnings("ignore", category=h2o.exceptions.H2ODependencyWarning)


def read(request, part):
    """Text is a category, or a string where nearly every row has its own, and days and times are times."""
    if part == "train":
        start_server(request["threads"])
        table = h2o.import_file(request[part], header=1)
        types.update(table.types)
        if request["labels"]:
            types[request["target"]] = "enum"
    return h2o.import_file(request[part], header=1, col_types={**types})


def fit(table, request):
    search = H2OAutoML(max_runtime_secs=request["seconds"], seed=request["seed"], sort_metric=metrics[request["metric"]])
    search.train(y=request["target"], training_frame=table)
    return search.leader


def predict(model, table, request):
    frame = model.predict(table).as_data_frame()
    if not request["labels"]:
        return frame["predict"].to_numpy(), None
    classes = model._model_json["output"]["domains"][-1]
    return in_label_order(frame.drop(columns="predict").to_numpy(), classes, request["labels"]), frame["predict"]


def rows(table, count):
    frames = [table[row, :] for row in range(min(count, table.nrow))]
    for frame in frames:
        frame.refresh()
    return frames


def score(model, row, request):
    return model.predict(row).as_data_frame()


def save(model, folder):
    # The open-source edition exports no MOJO any more; this form needs an H2O server to predict.
    h2o.save_model(model, path=folder, force=True)


def describe(model):
    return str(model.model_id)


serve(sys.modules[__name__], ["h2o"])
