"""Schemathesis has no word for JSON Lines: a body is text as it is."""

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def lines(context, value):
    return str(value).encode("utf-8", errors="replace")
