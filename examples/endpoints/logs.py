"""Switches an endpoint's logging on and prints its log: SLIPWAY_URL, SLIPWAY_TOKEN and the endpoint's name.

The same by command: slipway endpoints update NAME --app-insights on; slipway endpoints logs NAME
"""

import os
import sys

import requests

name = sys.argv[1]
service = f"{os.environ['SLIPWAY_URL']}/api/v1/workspaces/default/endpoints/{name}"
headers = {"Authorization": f"Bearer {os.environ['SLIPWAY_TOKEN']}"}

requests.patch(service, json={"settings": {"appInsights": True}}, headers=headers, timeout=60).raise_for_status()

logs = requests.get(f"{service}/logs", headers=headers, timeout=60)
logs.raise_for_status()
for line in logs.json()["items"]:
    print(line["at"], line["message"])
