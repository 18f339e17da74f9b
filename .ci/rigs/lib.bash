# Shared by the rigs: what they need, and how they say what they saw. Sourced, not run.
set -euo pipefail
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
rigs=$project/.ci/rigs
export SHARED=${SHARED:-$(realpath -m "$project/../shared")}
wirewatch=$(realpath -m "${WIREWATCH:-${CARGO_TARGET_DIR:-$project/target}/release/wirewatch}")

# need PACKAGE…: installs what is missing.
need() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

ok() { printf 'ok    %s\n' "$*"; }
fail() { printf 'FAIL  %s\n' "$*"; exit 1; }

# expect WHAT WANTED GOT
expect() { [ "$2" = "$3" ] && ok "$1: $3" || fail "$1: wanted $2, got $3"; }

# wait_for SECONDS WHAT COMMAND…: until it succeeds.
wait_for() {
  local seconds=$1 what=$2 try; shift 2
  for ((try = 0; try < seconds * 5; try++)); do
    "$@" >/dev/null 2>&1 && { ok "$what"; return; }
    sleep 0.2
  done
  fail "$what: not within $seconds s"
}

# query DATABASE SQL: read-only, beside the daemon; one value a line.
query() {
  python3 - "$@" <<'PY'
import sqlite3, sys
for row in sqlite3.connect("file:%s?mode=ro" % sys.argv[1], uri=True, timeout=10).execute(sys.argv[2]):
    print(*row)
PY
}

# boot SECONDS: runs the calling script again, with the argument `inside`, under a systemd of its own. What it
# needs is bound, since a folder on another file system would not be seen there.
boot() {
  local binds=() path
  for path in "$project" "$SHARED" "$(dirname "$wirewatch")"; do binds+=(--ro-bind "$path"); done
  "$SHARED/rigs/with-systemd" --timeout "$1" "${binds[@]}" \
    --env SHARED="$SHARED" --env WIREWATCH="$wirewatch" -- "$(realpath "$0")" inside
}
