"""What clients of other servers send, by their own packages. argv: the endpoint's address, its key, the client."""

import json
import sys

url, key, client = sys.argv[1:]
authorization = {"Authorization": f"Bearer {key}"}
rows = [
    {"age": 57, "job": "student", "duration": 1.5, "since": "2020-02-29"},
    {"age": 57, "job": "admin.", "duration": 2.5, "since": "2020-02-29"},
]


def with_mlflow():
    import pandas
    import requests
    from mlflow.pyfunc.scoring_server.client import ScoringServerClient

    # The client has no word for a key; all else is its own.
    post = requests.post
    requests.post = lambda **call: post(**{**call, "headers": {**call["headers"], **authorization}})
    host, port = url.removeprefix("http://").split(":")
    server = ScoringServerClient(host, port)
    server.wait_server_ready()
    print(json.dumps(server.get_version()))
    frame = pandas.DataFrame(rows)
    frame["since"] = pandas.to_datetime(frame["since"])
    frame.loc[1, ["duration", "since"]] = None
    print(json.dumps(server.invoke(frame).get_predictions().iloc[:, 0].tolist()))
    proba = server.invoke(frame, params={"method": "predict_proba"}).get_predictions()
    print(json.dumps(proba.round(3).values.tolist()))
    try:
        server.invoke(frame.drop(columns=["age"]))
    except Exception as error:
        print(json.dumps(str(error)))


def with_triton():
    import numpy
    from tritonclient.http import InferenceServerClient, InferInput, InferRequestedOutput
    from tritonclient.utils import InferenceServerException

    server = InferenceServerClient(url.removeprefix("http://"))
    print(json.dumps([server.is_server_live(), server.is_server_ready(), server.is_model_ready("bank", "1")]))
    inputs = []
    for tensor in server.get_model_metadata("bank")["inputs"]:
        kind = {"INT64": numpy.int64, "FP64": numpy.float64, "BYTES": numpy.object_}[tensor["datatype"]]
        values = numpy.array([row[tensor["name"]] for row in rows], dtype=kind)
        given = InferInput(tensor["name"], [len(rows), 1], tensor["datatype"])
        given.set_data_from_numpy(values.reshape(-1, 1), binary_data=False)
        inputs.append(given)
    headers = {**authorization, "Content-Type": "application/json"}

    def infer(name, model="bank"):
        wanted = InferRequestedOutput(name, binary_data=False)
        answer = server.infer(model, inputs, outputs=[wanted], request_id="42", headers=headers)
        assert answer.get_response()["id"] == "42"
        return answer.as_numpy(name)

    print(json.dumps(infer("predict").tolist()))
    print(json.dumps(infer("predict_proba").round(3).tolist()))
    try:
        infer("predict", "other")
    except InferenceServerException as error:
        print(json.dumps(f"{error.status()}: {error.message()}"))


{"mlflow": with_mlflow, "triton": with_triton}[client]()
