"""Runs exported models under onnxruntime: for src/model/export/onnx.test.ts, which starts it where it can.

The test is skipped where the environment is not there. To prepare it:

    python3 -m venv test/golden/.venv
    test/golden/.venv/bin/pip install -r test/golden/onnx.txt
    npx vitest run src/model/export

Reads one JSON object from standard input, {"model": "PATH.onnx", "columns": [{"name", "type", "values"}, ...]} with
null for what is missing, and writes one with the model's outputs by name to standard output.
"""

import json
import sys

import numpy as np
import onnxruntime


def tensor(column):
    if column["type"] == "string":
        values = np.array(["" if value is None else value for value in column["values"]], dtype=object)
    else:
        values = np.array([np.nan if value is None else value for value in column["values"]], dtype=np.float64)
    return values.reshape(-1, 1)


def main():
    case = json.load(sys.stdin)
    session = onnxruntime.InferenceSession(case["model"], providers=["CPUExecutionProvider"])
    feeds = {column["name"]: tensor(column) for column in case["columns"]}
    names = [output.name for output in session.get_outputs()]
    outputs = session.run(None, feeds)
    json.dump({name: output.tolist() for name, output in zip(names, outputs)}, sys.stdout)


if __name__ == "__main__":
    main()
