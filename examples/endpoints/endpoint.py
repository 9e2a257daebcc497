"""Scores rows at an endpoint: SCORING_URI and KEY as `slipway endpoints deploy` prints them, the body in data.json."""

import json
import os
import sys

import requests

scoring_uri = os.environ["SCORING_URI"]
key = os.environ["KEY"]

with open(sys.argv[1] if len(sys.argv) > 1 else "data.json", encoding="utf-8") as file:
    data = json.load(file)

headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
response = requests.post(scoring_uri, json.dumps(data), headers=headers, timeout=60)
print(response.json())
