"""What users do with MLflow's client, unmodified, against a Slipway server.

MLFLOW_TRACKING_URI and MLFLOW_TRACKING_TOKEN say which. Every function check_* is one test; the last line of the
output is a JSON object with, for each, null or the traceback of its failure.
"""

import json
import math
import os
import sys
import tempfile
import traceback
import warnings

warnings.filterwarnings("ignore")

import mlflow
import numpy as np
import pandas as pd
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag, ViewType
from mlflow.exceptions import MlflowException
from sklearn.linear_model import LogisticRegression

client = MlflowClient()
X = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0], "b": [1.0, 0.0, 1.0, 0.0]})
Y = np.array([0, 0, 1, 1])
# Otherwise the client starts a Python of its own to find them out.
REQUIREMENTS = ["scikit-learn"]


def fails(code, call, text=""):
    try:
        call()
    except MlflowException as error:
        assert error.error_code == code, error
        assert text in str(error), error
        return
    raise AssertionError("no failure")


def fitted():
    return LogisticRegression().fit(X, Y)


def check_default_experiment():
    default = client.get_experiment("0")
    assert (default.name, default.lifecycle_stage) == ("Default", "active")
    assert mlflow.get_experiment_by_name("nothing") is None


def check_experiments():
    made = client.create_experiment("made", tags={"team": "risk"})
    assert client.get_experiment(made).tags == {"team": "risk"}
    fails("RESOURCE_ALREADY_EXISTS", lambda: client.create_experiment("made"))
    assert mlflow.set_experiment("made").experiment_id == made
    client.set_experiment_tag(made, "lines", "a\nb")
    found = client.search_experiments(filter_string="tags.team = 'risk' AND name LIKE 'ma%'")
    assert [e.experiment_id for e in found] == [made]
    client.rename_experiment(made, "renamed")
    client.delete_experiment(made)
    assert client.get_experiment(made).lifecycle_stage == "deleted"
    assert made in [e.experiment_id for e in client.search_experiments(view_type=ViewType.DELETED_ONLY)]
    fails("INVALID_PARAMETER_VALUE", lambda: client.create_run(made))
    client.restore_experiment(made)
    assert client.get_experiment_by_name("renamed").lifecycle_stage == "active"


def check_runs_and_what_they_log():
    mlflow.set_experiment("logging")
    with mlflow.start_run(run_name="first", tags={"given": "yes"}) as run:
        mlflow.log_param("one", 1)
        mlflow.log_params({"two": 2, "text": "ü", "empty": ""})
        mlflow.log_metric("loss", 0.5, step=1)
        mlflow.log_metric("loss", 0.25, step=2)
        mlflow.log_metrics({"nan": math.nan, "inf": math.inf, "ninf": -math.inf}, step=3)
        mlflow.set_tag("colour", "blue")
        mlflow.set_tags({"size": "10"})
    run_id = run.info.run_id
    read = client.get_run(run_id)
    assert read.info.status == "FINISHED" and read.info.run_name == "first"
    assert read.info.end_time >= read.info.start_time
    assert read.data.params == {"one": "1", "two": "2", "text": "ü", "empty": ""}
    assert read.data.metrics["loss"] == 0.25
    assert math.isnan(read.data.metrics["nan"])
    assert read.data.metrics["inf"] == -read.data.metrics["ninf"] == sys.float_info.max
    assert read.data.tags["colour"] == "blue" and read.data.tags["given"] == "yes"
    assert [(m.step, m.value) for m in client.get_metric_history(run_id, "loss")] == [(1, 0.5), (2, 0.25)]
    fails("INVALID_PARAMETER_VALUE", lambda: client.log_param(run_id, "one", 2), "Changing param values is not allowed")
    client.log_param(run_id, "one", "1")
    client.delete_tag(run_id, "colour")
    fails("RESOURCE_DOES_NOT_EXIST", lambda: client.delete_tag(run_id, "colour"), "No tag with name: colour")
    fails("RESOURCE_DOES_NOT_EXIST", lambda: client.get_run("0" * 32), "not found")
    fails("INVALID_PARAMETER_VALUE", lambda: client.log_metric(run_id, "a//b", 1))


def check_batches():
    run = client.create_run("0")
    metrics = [Metric(f"m{i % 10}", float(i), 1000 + i, i) for i in range(1000)]
    client.log_batch(run.info.run_id, metrics=metrics)
    client.log_batch(run.info.run_id, params=[Param("a", "b")], tags=[RunTag("c", "d")])
    data = client.get_run(run.info.run_id).data
    assert data.metrics == {f"m{i}": float(990 + i) for i in range(10)}
    assert (data.params["a"], data.tags["c"]) == ("b", "d")
    assert len(client.get_metric_history(run.info.run_id, "m3")) == 100
    client.set_terminated(run.info.run_id, "FAILED")
    assert client.get_run(run.info.run_id).info.status == "FAILED"


def check_nested_runs():
    mlflow.set_experiment("nested")
    with mlflow.start_run() as parent:
        with mlflow.start_run(nested=True) as child:
            mlflow.log_metric("depth", 2)
    assert child.data.tags.get("mlflow.parentRunId") == parent.info.run_id
    found = mlflow.search_runs(filter_string=f"tags.mlflow.parentRunId = '{parent.info.run_id}'")
    assert list(found.run_id) == [child.info.run_id]


def check_search_of_runs():
    experiment = client.create_experiment("searched")
    for i in range(5):
        run = client.create_run(experiment, start_time=1000 + i, run_name=f"run-{i}")
        client.log_batch(run.info.run_id, [Metric("auc", i / 10, 1, 0)], [Param("kind", "ab"[i % 2])], [])
    search = lambda *args, **more: [r.info.run_name for r in client.search_runs([experiment], *args, **more)]
    assert search("metrics.auc > 0.15") == ["run-4", "run-3", "run-2"]
    assert search("params.kind = 'a' AND metrics.auc <= 0.2", order_by=["metrics.auc ASC"]) == ["run-0", "run-2"]
    assert search("attributes.run_name LIKE 'run-%'", order_by=["params.kind DESC", "start_time"])[:2] == ["run-1", "run-3"]
    ids = [r.info.run_id for r in client.search_runs([experiment], "metrics.auc > 0.25")]
    assert search(f"run_id IN ({', '.join(map(repr, ids))})") == ["run-4", "run-3"]
    page = client.search_runs([experiment], max_results=3)
    rest = client.search_runs([experiment], max_results=3, page_token=page.token)
    assert [r.info.run_name for r in [*page, *rest]] == [f"run-{i}" for i in range(4, -1, -1)] and rest.token is None
    fails("INVALID_PARAMETER_VALUE", lambda: search("metrics.auc = 'x'"))
    gone = client.search_runs([experiment], "run_name = 'run-0'")[0].info.run_id
    client.delete_run(gone)
    assert "run-0" not in search() and search(run_view_type=ViewType.DELETED_ONLY) == ["run-0"]
    fails("INVALID_PARAMETER_VALUE", lambda: client.log_param(gone, "a", "b"), "must be in the 'active' state")
    client.restore_run(gone)
    assert "run-0" in search()
    frame = mlflow.search_runs([experiment])
    assert len(frame) == 5 and set(frame["params.kind"]) == {"a", "b"}


def check_artifacts():
    mlflow.set_experiment("files")
    with tempfile.TemporaryDirectory() as folder, mlflow.start_run() as run:
        os.makedirs(f"{folder}/in/deep")
        for name, text in {"a.txt": "A", "empty": "", "in/b c.txt": "B", "in/deep/ü.csv": "x,y\n1,2\n"}.items():
            with open(f"{folder}/{name}", "w") as file:
                file.write(text)
        mlflow.log_artifact(f"{folder}/a.txt")
        mlflow.log_artifacts(folder, "all")
        mlflow.log_dict({"k": [1, 2]}, "data.json")
        mlflow.log_text("text", "notes/n.txt")
        mlflow.log_table(X, "tables/x.json")
        big = os.urandom(3_000_000)
        with open(f"{folder}/big.bin", "wb") as file:
            file.write(big)
        mlflow.log_artifact(f"{folder}/big.bin")
    run_id = run.info.run_id
    assert sorted(f.path for f in client.list_artifacts(run_id)) == ["a.txt", "all", "big.bin", "data.json", "notes", "tables"]
    assert sorted((f.path, f.file_size) for f in client.list_artifacts(run_id, "all/in")) == [("all/in/b c.txt", 1), ("all/in/deep", None)]
    assert client.list_artifacts(run_id, "nothing") == []
    local = mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="all")
    with open(f"{local}/in/deep/ü.csv") as file:
        assert file.read() == "x,y\n1,2\n"
    assert mlflow.artifacts.load_dict(f"{run.info.artifact_uri}/data.json") == {"k": [1, 2]}
    assert mlflow.artifacts.load_text(f"runs:/{run_id}/notes/n.txt") == "text"
    assert len(mlflow.load_table("tables/x.json", run_ids=[run_id])) == 4
    with open(mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="big.bin"), "rb") as file:
        assert file.read() == big
    try:
        mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="nothing.txt")
        raise AssertionError("a file that is not there")
    except Exception as error:
        assert "nothing.txt" in str(error) or "No such" in str(error), error


def check_uploads_in_parts():
    with tempfile.TemporaryDirectory() as folder, mlflow.start_run() as run:
        content = os.urandom(11_000_000)
        with open(f"{folder}/parts.bin", "wb") as file:
            file.write(content)
        os.environ["MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD"] = "true"
        os.environ["MLFLOW_MULTIPART_UPLOAD_MINIMUM_FILE_SIZE"] = "5242880"
        os.environ["MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE"] = "5242880"
        try:
            mlflow.log_artifact(f"{folder}/parts.bin", "in")
        finally:
            del os.environ["MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD"]
    with open(mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="in/parts.bin"), "rb") as file:
        assert file.read() == content


def check_inputs():
    dataset = mlflow.data.from_pandas(X, name="x", source="https://example.com/x.csv")
    with mlflow.start_run() as run:
        mlflow.log_input(dataset, context="training", tags={"k": "v"})
    (given,) = client.get_run(run.info.run_id).inputs.dataset_inputs
    assert (given.dataset.name, given.dataset.digest) == ("x", dataset.digest)
    assert {t.key: t.value for t in given.tags} == {"k": "v", "mlflow.data.context": "training"}
    found = mlflow.search_runs(["0"], filter_string=f"datasets.digest = '{dataset.digest}'")
    assert run.info.run_id in list(found.run_id)


def check_logged_models():
    experiment = mlflow.set_experiment("models").experiment_id
    with mlflow.start_run() as run:
        info = mlflow.sklearn.log_model(fitted(), name="tree", input_example=X, params={"C": 1.0}, pip_requirements=REQUIREMENTS)
        mlflow.log_metric("auc", 0.75, model_id=info.model_id)
    model = mlflow.get_logged_model(info.model_id)
    assert str(model.status) == "READY" and model.params["C"] == "1.0" and model.source_run_id == run.info.run_id
    assert [(m.key, m.value) for m in model.metrics] == [("auc", 0.75)]
    assert list(mlflow.pyfunc.load_model(info.model_uri).predict(X)) == list(Y)
    assert list(mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/tree").predict(X)) == list(Y)
    client.set_logged_model_tags(info.model_id, {"a": "1", "b": "2"})
    client.delete_logged_model_tag(info.model_id, "a")
    assert mlflow.get_logged_model(info.model_id).tags.get("b") == "2"
    other = client.create_logged_model(experiment, name="other")
    search = lambda **more: [m.name for m in client.search_logged_models([experiment], **more)]
    assert search() == ["other", "tree"]
    assert search(filter_string="metrics.auc > 0.7 AND params.C = '1.0'") == ["tree"]
    assert search(order_by=[{"field_name": "metrics.auc"}]) == ["tree", "other"]
    client.delete_logged_model(other.model_id)
    assert search() == ["tree"]
    assert [o.model_id for o in client.get_run(run.info.run_id).outputs.model_outputs] == [info.model_id]


def check_registry():
    mlflow.set_experiment("registry")
    with mlflow.start_run() as run:
        info = mlflow.sklearn.log_model(fitted(), name="model", registered_model_name="bank", input_example=X, pip_requirements=REQUIREMENTS)
    version = client.get_model_version("bank", "1")
    assert (version.status, version.current_stage, version.run_id) == ("READY", "None", run.info.run_id)
    assert list(mlflow.pyfunc.load_model("models:/bank/1").predict(X)) == list(Y)
    second = mlflow.register_model(info.model_uri, "bank", tags={"by": "hand"})
    assert second.version == "2" and second.tags == {"by": "hand"}
    # Both the server and the client write it, as with MLflow's own server.
    told = json.loads(mlflow.get_logged_model(info.model_id).tags["mlflow.modelVersions"])
    assert {(v["name"], int(v["version"])) for v in told} == {("bank", 1), ("bank", 2)}
    client.set_registered_model_alias("bank", "champion", "1")
    assert client.get_model_version_by_alias("bank", "champion").version == "1"
    assert list(mlflow.sklearn.load_model("models:/bank@champion").predict(X)) == list(Y)
    client.transition_model_version_stage("bank", "2", "Production")
    client.transition_model_version_stage("bank", "1", "production", archive_existing_versions=True)
    assert client.get_model_version("bank", "2").current_stage == "Archived"
    assert [v.version for v in client.get_latest_versions("bank", ["Production"])] == ["1"]
    assert list(mlflow.pyfunc.load_model("models:/bank/Production").predict(X)) == list(Y)
    assert len(mlflow.pyfunc.load_model("models:/bank/latest").predict(X)) == 4
    client.update_model_version("bank", "1", "the first")
    client.set_model_version_tag("bank", "1", "k", "v")
    found = client.search_model_versions("name = 'bank' AND tags.k = 'v'")
    assert [(v.version, v.description) for v in found] == [("1", "the first")]
    copy = client.copy_model_version("models:/bank@champion", "copied")
    assert copy.version == "1" and list(mlflow.sklearn.load_model("models:/copied/1").predict(X)) == list(Y)
    fails("INVALID_PARAMETER_VALUE", lambda: client.create_model_version("bank", "/etc", run_id=run.info.run_id))
    fails("INVALID_PARAMETER_VALUE", lambda: client.set_registered_model_alias("bank", "latest", "1"))
    client.delete_registered_model_alias("bank", "champion")
    fails("INVALID_PARAMETER_VALUE", lambda: client.get_model_version_by_alias("bank", "champion"), "not found")
    client.delete_model_version("bank", "2")
    fails("RESOURCE_DOES_NOT_EXIST", lambda: client.get_model_version("bank", "2"), "Model Version (name=bank, version=2) not found")


def check_registered_models():
    client.create_registered_model("plain", {"k": "v"}, "described")
    fails("RESOURCE_ALREADY_EXISTS", lambda: client.create_registered_model("plain"), "already exists")
    model = client.get_registered_model("plain")
    assert (model.description, model.tags, model.latest_versions) == ("described", {"k": "v"}, [])
    client.update_registered_model("plain", "other")
    client.set_registered_model_tag("plain", "n", 7)
    client.delete_registered_model_tag("plain", "k")
    client.rename_registered_model("plain", "new name")
    assert client.get_registered_model("new name").tags == {"n": "7"}
    found = client.search_registered_models("name ILIKE 'NEW%'", order_by=["name ASC"])
    assert [(m.name, m.description) for m in found] == [("new name", "other")]
    client.delete_registered_model("new name")
    fails("RESOURCE_DOES_NOT_EXIST", lambda: client.get_registered_model("new name"), "Registered Model with name=new name not found")


def check_autolog():
    mlflow.set_experiment("autolog")
    mlflow.sklearn.autolog(silent=True)
    try:
        with mlflow.start_run() as run:
            fitted()
    finally:
        mlflow.sklearn.autolog(disable=True)
    read = client.get_run(run.info.run_id)
    assert read.data.metrics["training_accuracy_score"] == 1.0 and "C" in read.data.params
    assert read.data.tags["estimator_name"] == "LogisticRegression"
    (model,) = client.search_logged_models([read.info.experiment_id])
    assert list(mlflow.sklearn.load_model(model.model_uri).predict(X)) == list(Y)


def check_another_workspace():
    home = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(f"{home}/workspaces/prod")
    try:
        there = MlflowClient()
        assert [e.name for e in there.search_experiments()] == ["Default"]
        run = there.create_run("0", run_name="in prod")
        there.log_text(run.info.run_id, "prod", "where.txt")
        assert mlflow.artifacts.load_text(f"{run.info.artifact_uri}/where.txt") == "prod"
        assert [r.info.run_name for r in there.search_runs(["0"])] == ["in prod"]
        assert there.search_registered_models() == []
    finally:
        mlflow.set_tracking_uri(home)
    fails("RESOURCE_DOES_NOT_EXIST", lambda: client.get_run(run.info.run_id))


def main():
    results = {}
    for name, check in list(globals().items()):
        if not name.startswith("check_"):
            continue
        try:
            check()
            results[name] = None
        except Exception:
            results[name] = traceback.format_exc()
        finally:
            while mlflow.active_run():
                mlflow.end_run()
            os.environ.pop("MLFLOW_EXPERIMENT_ID", None)
            mlflow.tracking.fluent._active_experiment_id = None
    print(json.dumps(results))


main()
