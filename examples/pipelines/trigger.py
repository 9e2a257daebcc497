"""Starts a published pipeline by its REST address, as Azure ML's notebooks did, and waits for its end."""
import os
import time

import requests

rest_endpoint = os.environ["PIPELINE_ENDPOINT"]
auth_header = {"Authorization": "Bearer " + os.environ["SLIPWAY_TOKEN"]}

response = requests.post(rest_endpoint, headers=auth_header, json={"ExperimentName": "pipeline-rest-endpoint"})
response.raise_for_status()
run_id = response.json().get("Id")
print("Submitted pipeline run:", run_id)

runs = os.environ["SLIPWAY_URL"] + "/api/v1/workspaces/default/pipeline-runs/"
while True:
    run = requests.get(runs + run_id, headers=auth_header).json()
    if run["status"] in ("FINISHED", "FAILED", "KILLED"):
        break
    time.sleep(1)
print(run["status"])
