#!/bin/bash
# The README's way to a running service and docs/operating.md, command by command, under a real systemd. Only the
# names of the world outside are changed: the feed and the mail server stand on loopback.
. "$(dirname "$0")/lib.bash"

# blocks KIND FILE HEADING: the fenced blocks of that kind in that file's section, in all of it for #.
blocks() {
  awk -v kind="$1" -v heading="$3" '/^#/{on = index($0, heading)} on && $0 == "```" kind {inside = 1; next}
    /^```/{inside = 0} on && inside' "$project/$2"
}

# type_in FILE: runs its lines as a person would type them.
type_in() {
  local command
  while IFS= read -r command; do
    echo "\$ $command"
    eval "$command" || fail "this command failed: $command"
  done < "$1"
}

sudo() { "$@"; }
cargo() { echo "(cargo $* has been done)"; }
systemd-ask-password() { echo correct-horse; }

inside() {
  cd "$project"
  mkdir -p /root/rig /etc/wirewatch
  python3 "$rigs/feeds.py" 8190 /root/rig/feeds.log &
  python3 "$SHARED/rigs/smtp_faults.py" --dir /root/rig/mail --port 8191 --auth wirewatch:correct-horse >/dev/null &
  wait_for 10 "feeds are served" curl -sf http://127.0.0.1:8190/0.rss
  wait_for 10 "the mail server has its certificate" test -s /root/rig/mail/ca.pem

  blocks toml README.md '## A service' | sed -e 's|^url = .*|&\non_first_fetch = "all"|; s|https://eurasianet.org/rss|http://127.0.0.1:8190/0.rss|' \
    -e 's|^host = .*|host = "localhost"\nca_file = "/etc/wirewatch/ca.pem"|; s|^port = .*|port = 8191|' \
    > /etc/wirewatch/wirewatch.toml
  printf '\n[fetch]\nallow_private = ["127.0.0.0/8"]\n' >> /etc/wirewatch/wirewatch.toml
  install -m 644 /root/rig/mail/ca.pem /etc/wirewatch/ca.pem
  blocks sh README.md '## A service' | sed "s|target/release/wirewatch|$wirewatch|" > /root/rig/commands
  [ "$(wc -l < /root/rig/commands)" -ge 10 ] || fail "the README's commands were not found"

  type_in /root/rig/commands
  expect "state" active "$(systemctl show wirewatch --property ActiveState --value)"
  expect "test letters at the mail server" 1 "$(ls /root/rig/mail/*.eml | wc -l)"
  wirewatch digest morning
  wait_for 30 "the digest reaches the mail server, with the password from the credential" \
    bash -c '[ "$(ls /root/rig/mail/*.eml | wc -l)" -ge 2 ]'

  local section
  mkdir -p /var/backups
  for section in "Is it well" "Secrets" "Backup"; do
    blocks toml docs/operating.md "## $section" |
      sed 's|https://example.org/members/rss|http://127.0.0.1:8190/1.rss|' >> /etc/wirewatch/wirewatch.toml
    blocks sh docs/operating.md "## $section" > /root/rig/commands
    [ -s /root/rig/commands ] || fail "docs/operating.md has no commands under $section"
    type_in /root/rig/commands
  done
  expect "state" active "$(systemctl show wirewatch --property ActiveState --value)"
  local told; told=$(su nobody -s /bin/sh -c 'wirewatch status' 2>&1) || true
  [[ $told == *"belongs to the service"* ]] && ok "another user is told why not" || fail "another user is told: $told"
  man -l /usr/local/share/man/man1/wirewatch.1 > /dev/null && ok "the man page can be read"
}

if [ "${1-}" = inside ]; then
  trap '[ $? = 0 ] || journalctl -u wirewatch --no-pager | tail -40' EXIT
  inside
else
  need systemd systemd-sysv dbus libnss-systemd util-linux python3 openssl curl man-db
  boot 120
fi
