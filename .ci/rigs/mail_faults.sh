#!/bin/bash
# A mail server with every fault we know of, three digests and their recipients, then a server that is well
# again; and kill -9 at 50 random moments of composing and delivering, urgent letters too. Nothing may be lost;
# nothing may come twice, but for a letter whose answer was lost or not yet booked, and then under the same
# Message-ID.
. "$(dirname "$0")/lib.bash"

need python3 openssl
python3 "$rigs/mail_faults.py" "$wirewatch" "$SHARED/rigs/smtp_faults.py" "$@"
