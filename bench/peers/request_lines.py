"""The peers' side of bench/harness/contender.ts: a line of JSON in, a line of JSON out."""
import json
import os
import sys


def answer_requests(handlers):
    # Libraries print to standard output as they please; the answers go to a copy of it, the rest to standard error.
    wire = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = handlers[request["do"]](request)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        wire.write(json.dumps(answer) + "\n")
        wire.flush()
