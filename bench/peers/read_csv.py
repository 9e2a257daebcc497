"""Reads one CSV with pandas or polars and prints what it took; bench/contenders/read-csv.ts is its twin."""
import importlib
import json
import re
import sys
from time import perf_counter

_, name, path = sys.argv
library = importlib.import_module(name)
start = perf_counter()
table = library.read_csv(path)
seconds = perf_counter() - start


def peak_bytes():
    try:
        with open("/proc/self/status") as status:
            return int(re.search(r"VmHWM:\s+(\d+) kB", status.read())[1]) * 1024
    except OSError:
        return None


rows, columns = table.shape
print(
    json.dumps(
        {
            "seconds": seconds,
            "rows": rows,
            "columns": columns,
            "peakBytes": peak_bytes(),
            "version": library.__version__,
        }
    )
)
