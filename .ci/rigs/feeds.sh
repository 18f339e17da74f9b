#!/bin/bash
# A hundred feed servers with every fault and every rule of politeness that we know of, on loopback. Six rounds
# of the polite ones are scored; then the hostile ones are polled at once, beside healthy feeds. Every feed
# must be told of, the healthy ones must be read, and memory stays small.
. "$(dirname "$0")/lib.bash"

need python3
python3 "$rigs/feed_faults.py" "$wirewatch" "$SHARED/rigs" "$@"
