#!/bin/sh
# Apache Bench against an endpoint: SCORING_URI and KEY as `slipway endpoints deploy` prints them, the body in data.json.
ab -n 10 -v 4 -p "${1:-data.json}" -T 'application/json' -H "Authorization: Bearer $KEY" "$SCORING_URI"
