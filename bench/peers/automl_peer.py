"""
What the AutoML peers share. Each is a module with

  read(request, part)            the table of request["train"] or request["test"]
  fit(table, request)            the trained model, within request["seconds"]
  predict(model, table, request) rows x classes probabilities in the order of request["labels"] and the rows' labels,
                                 or rows values and None
  rows(table, count)             the first `count` rows as tables of one row
  score(model, row, request)     what a program calls to predict such a row
  save(model, folder)            the least that a program needs to predict elsewhere
  describe(model)                its name in a few words

and runs `serve(sys.modules[__name__], packages)`. bench/automl/peer-tool.ts is the other side.
"""
import importlib.metadata
import os
from statistics import median
from time import perf_counter

import numpy
import pandas

from request_lines import answer_requests

timed_rows, timed_seconds = 50, 5.0


def read_pandas(request, part):
    """Classes stay as they are written, columns of dates become datetimes; all else is as pandas reads it."""
    converters = {request["target"]: str} if request["labels"] else None
    return pandas.read_csv(request[part], converters=converters, parse_dates=request["dates"])


def features_of(table, request):
    return table.drop(columns=request["target"])


def text_columns(table):
    return [name for name in table.columns if not hasattr(table[name].dtype, "categories")
            and not pandas.api.types.is_numeric_dtype(table[name])
            and not pandas.api.types.is_datetime64_any_dtype(table[name])]


def read_categories(request, part, kinds):
    """
    For tools that take no text: text columns become categories. `kinds` is filled by the training part and holds for
    the test part too; what training never saw is missing there.
    """
    table = read_pandas(request, part)
    if part == "train":
        for name in text_columns(features_of(table, request)):
            kinds[name] = pandas.CategoricalDtype(sorted(set(table[name].dropna().astype(str))))
    for name, kind in kinds.items():
        texts = table[name].where(table[name].isna(), table[name].astype(str))
        table[name] = texts.where(texts.isin(kind.categories)).astype(kind)
    return table


def in_label_order(probabilities, classes, labels):
    """A class that training never saw, or that the tool left out for being rare, has probability 0."""
    ordered = numpy.zeros((len(probabilities), len(labels)))
    for column, name in enumerate(classes):
        ordered[:, labels.index(str(name))] = probabilities[:, column]
    return ordered


def one_row_frames(table, count):
    return [table.iloc[[row]] for row in range(min(count, len(table)))]


def folder_bytes(folder):
    return sum(os.path.getsize(os.path.join(path, name)) for path, _, names in os.walk(folder) for name in names)


def serve(peer, packages):
    state = {}

    def fit(request):
        table = peer.read(request, "train")
        start = perf_counter()
        state["model"] = peer.fit(table, request)
        return {"seconds": perf_counter() - start, "model": peer.describe(state["model"])}

    def predict(request):
        """Writes 64-bit numbers: the probabilities row after row and then one label a row by its position, or values."""
        state["test"] = peer.read(request, "test")
        start = perf_counter()
        outputs, answers = peer.predict(state["model"], state["test"], request)
        seconds = perf_counter() - start
        with open(request["path"], "wb") as file:
            numpy.ascontiguousarray(outputs, dtype=numpy.float64).tofile(file)
            if answers is not None:
                positions = {label: position for position, label in enumerate(request["labels"])}
                numpy.array([positions[str(answer)] for answer in answers], dtype=numpy.float64).tofile(file)
        return {"seconds": seconds}

    def time_rows(request):
        """Median microseconds of one row at a time, after a warm-up; ends after some seconds where that is slow."""
        rows = peer.rows(state["test"], timed_rows)
        for row in rows[:2]:
            peer.score(state["model"], row, request)
        times, end = [], perf_counter() + timed_seconds
        for row in rows:
            start = perf_counter()
            peer.score(state["model"], row, request)
            times.append(perf_counter() - start)
            if perf_counter() > end:
                break
        return {"microseconds": median(times) * 1e6}

    def save(request):
        peer.save(state["model"], request["folder"])
        return {"bytes": folder_bytes(request["folder"])}

    def versions(_):
        return {name: importlib.metadata.version(name) for name in packages}

    answer_requests({"fit": fit, "predict": predict, "time_rows": time_rows, "save": save, "versions": versions})
