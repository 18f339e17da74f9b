#!/bin/bash
# Channels beyond mail, with every fault that we know of in a webhook or a program, then well again; and kill -9
# at 30 random moments of composing and handing over. No story may be lost for a channel; nothing may come twice,
# but for a notification whose answer was lost or not yet booked, and then with the same id and the same body.
. "$(dirname "$0")/lib.bash"

need python3
python3 "$rigs/notify.py" "$wirewatch" "$@"
