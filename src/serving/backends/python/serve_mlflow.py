"""Scores rows with an MLflow model: one JSON line in, one JSON line out, until standard input ends.

Started by Slipway in the model's own environment; needs nothing but what the model itself needs.
"""

import json
import math
import os
import sys

# What the model's code prints goes to standard error; the answers have a stream of their own.
answers = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
os.dup2(2, 1)
sys.stdout = sys.stderr

TYPES = {
    "boolean": "any",
    "integer": "numeric",
    "long": "numeric",
    "float": "numeric",
    "double": "numeric",
    "string": "string",
    "datetime": "datetime",
}


def send(message):
    answers.write(json.dumps(message, allow_nan=False) + "\n")
    answers.flush()


def plain(value):
    """numpy, pandas and others as JSON."""
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if hasattr(value, "to_dict") and hasattr(value, "columns"):
        return plain(value.to_dict(orient="records"))
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("the model answered a number that is not finite")
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value


class Model:
    def __init__(self, path):
        import mlflow.pyfunc

        self.pyfunc = mlflow.pyfunc.load_model(path)
        metadata = self.pyfunc.metadata
        self.flavors = list(metadata.flavors)
        self.sklearn = None
        if "sklearn" in metadata.flavors:
            self.sklearn = self.raw_model(path)
        schema = metadata.get_input_schema()
        self.tensor = schema is not None and schema.is_tensor_spec()
        self.columns = [] if schema is None or self.tensor else list(schema.inputs)
        self.example = self.example_row(metadata, path)

    def raw_model(self, path):
        if hasattr(self.pyfunc, "get_raw_model"):
            return self.pyfunc.get_raw_model()
        import mlflow.sklearn

        return mlflow.sklearn.load_model(path)

    def example_row(self, metadata, path):
        try:
            example = metadata.load_input_example(path)
            return plain(example.iloc[0].to_dict()) if hasattr(example, "iloc") else {}
        except Exception:
            return {}

    def schema(self):
        classes = getattr(self.sklearn, "classes_", None)
        labels = plain(classes) if classes is not None else []
        return {
            "algorithm": type(self.sklearn).__name__ if self.sklearn is not None else ", ".join(self.flavors),
            "task": self.task(),
            "columns": [self.column(column) for column in self.columns],
            "labels": labels,
            "probabilities": hasattr(self.sklearn, "predict_proba"),
        }

    def task(self):
        if self.sklearn is None:
            return None
        if hasattr(self.sklearn, "classes_"):
            return "classification"
        return "regression" if getattr(self.sklearn, "_estimator_type", "regressor") == "regressor" else None

    def column(self, column):
        kind = getattr(column.type, "name", "any")
        example = self.example.get(column.name)
        return {
            "name": column.name,
            "type": TYPES.get(kind, "any"),
            "integer": kind in ("integer", "long"),
            "nullable": column.required is False,
            "example": example if isinstance(example, (int, float, str)) and not isinstance(example, bool) else None,
        }

    def frame(self, request):
        import numpy
        import pandas

        if request.get("columns") is not None:
            frame = pandas.DataFrame(dict(zip([column.name for column in self.columns], request["columns"])))
        else:
            rows = request["rows"]
            if self.tensor or (rows and not isinstance(rows[0], dict)):
                return numpy.asarray(rows)
            frame = pandas.DataFrame(rows)
        for column in self.columns:
            kind = getattr(column.type, "name", "")
            if kind == "datetime":
                frame[column.name] = pandas.to_datetime(frame[column.name])
            elif kind in ("integer", "long", "float", "double") and not frame[column.name].isna().any():
                frame[column.name] = frame[column.name].astype(column.type.to_numpy())
        return frame

    def score(self, request):
        frame = self.frame(request)
        if request["method"] == "predict_proba":
            return plain(self.sklearn.predict_proba(frame))
        params = request.get("params") or None
        predictions = self.pyfunc.predict(frame, params=params) if params else self.pyfunc.predict(frame)
        return plain(predictions)


def main():
    try:
        model = Model(sys.argv[1])
        send({"ready": model.schema()})
    except Exception as error:  # whatever the model's code raises is said, by its type and words
        send({"failed": f"{type(error).__name__}: {error}"[:2000]})
        return 1
    for line in sys.stdin:
        request = json.loads(line)
        try:
            send({"id": request["id"], "result": model.score(request)})
        except Exception as error:
            send({"id": request["id"], "error": f"{type(error).__name__}: {error}"[:2000]})
    return 0


if __name__ == "__main__":
    sys.exit(main())
