#!/bin/bash
# The shipped unit under a real systemd: start, status, reload with a broken config, kill -9 in the middle of a
# poll and of a delivery, stop, and a config fault that must not be tried again and again.
. "$(dirname "$0")/lib.bash"

config=/etc/wirewatch/wirewatch.toml
database=/var/lib/private/wirewatch/wirewatch.db
work=/root/rig
feeds=24

property() { systemctl show wirewatch --property "$1" --value; }
active() { [ "$(property ActiveState)" = active ]; }
requests() { [ "$(wc -l < $work/feeds.log)" -ge "$1" ]; }
mails() { python3 "$rigs/letters.py" "$1"; }
count() { query $database "SELECT count(*) FROM $1"; }
counts() { [ "$(count "$1")" = "$2" ]; }

# Polls that were under way come again when their lease is over. The clock cannot be moved here, so the leases
# are, while nobody has the database open.
let_leases_end() {
  python3 - $database <<'PY'
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as ledger:
    ledger.execute("UPDATE feed SET next_poll = next_poll - 3600 WHERE last_success IS NULL")
PY
}

install_it() {
  install -D -m 755 "$wirewatch" /usr/local/bin/wirewatch
  install -D -m 644 "$project/systemd/wirewatch.service" /etc/systemd/system/wirewatch.service
  # The rig does not want to wait for the breath before a restart.
  mkdir -p /etc/systemd/system/wirewatch.service.d
  printf '[Service]\nRestartSec=500ms\n' > /etc/systemd/system/wirewatch.service.d/rig.conf
  systemctl daemon-reload
}

write_config() {
  mkdir -p $work/mail /etc/wirewatch
  {
    cat <<TOML
[fetch]
allow_private = ["127.0.0.0/8"]
min_interval = "1s"
every = "1h"
per_host = 4

[[rule]]
name = "Karabakh"
any = ["Karabakh"]

[[digest]]
name = "desk"
to = ["one@example.org", "two@example.org", "three@example.org"]
rules = ["*"]
schedule = "0 7 1 1 *"
when_empty = "skip"

[mail]
from = "wirewatch <wirewatch@example.org>"
transport = "smtp"
host = "127.0.0.1"
port = 8191
security = "none"
TOML
    for ((feed = 0; feed < feeds; feed++)); do
      printf '\n[[feed]]\nurl = "http://127.0.0.1:8190/%s.rss"\non_first_fetch = "all"\n' $feed
    done
  } > $config
}

serve() {
  python3 "$rigs/feeds.py" 8190 $work/feeds.log 0.7 &
  python3 "$SHARED/rigs/smtp_faults.py" --port 8191 --dir $work/mail --tls none --fault slow-reply:2 >/dev/null &
}

exposure() {
  local level; level=$(systemd-analyze security --offline=true --no-pager "$project/systemd/wirewatch.service" |
    sed -n 's/.*Overall exposure level.*: \([0-9.]*\).*/\1/p')
  [ -n "$level" ] && [ "${level/./}" -le 12 ] && ok "exposure $level" || fail "exposure $level, wanted at most 1.2"
}

killed_while_polling() {
  systemctl start wirewatch
  expect "state after the start" active "$(property ActiveState)"
  wait_for 20 "some feeds are polled" requests 8
  systemctl kill -s KILL wirewatch
  ok "killed in the middle of a poll, with $(count entry) entries of $((feeds * 10)) remembered"
  wait_for 20 "systemd starts it again" active
  systemctl stop wirewatch
  let_leases_end
  systemctl start wirewatch
  wait_for 60 "every entry is remembered" counts entry $((feeds * 10))
  expect "every entry has its hit" $((feeds * 10)) "$(count hit)"
}

killed_while_delivering() {
  wirewatch digest desk >/dev/null 2>&1 &
  wait_for 30 "a letter is being handed over" grep -q '"DATA"\|DATA' $work/mail/log.jsonl
  systemctl kill -s KILL wirewatch
  ok "killed in the middle of a delivery"
  wait_for 20 "systemd starts it again" active
  wait_for 120 "every letter is booked as sent" counts "outbox WHERE state != 'sent'" 0
  expect "digests composed" 1 "$(count "(SELECT DISTINCT digest_id, slot FROM outbox)")"
  nothing_lost_nothing_twice $work/mail
}

nothing_lost_nothing_twice() {
  local messages ids tokens twice changed; read -r messages ids tokens twice changed < <(mails "$1")
  expect "entries remembered twice" 0 $(($(count entry) - $(count "(SELECT DISTINCT feed_id, key_hash FROM entry)")))
  expect "stories told" $((feeds * 10)) "$(count told)"
  expect "letters by Message-ID" "$(count outbox)" "$ids"
  expect "stories that reached the mail server" $((feeds * 10)) "$tokens"
  expect "stories told twice to one recipient" 0 "$twice"
  expect "repeats that differ from what they repeat" 0 "$changed"
  ok "messages: $messages for $ids letters"
}

# Polling, composing and delivering all at once, cut off at any moment, again and again.
killed_at_random() {
  local round
  systemctl stop wirewatch
  rm -rf /var/lib/private/wirewatch
  mkdir -p $work/mail-2
  python3 "$SHARED/rigs/smtp_faults.py" --port 8192 --dir $work/mail-2 --tls none --fault slow-reply:0.2 >/dev/null &
  sed -i 's/^port = .*/port = 8192/' $config
  RANDOM=2026
  for ((round = 0; round < 20; round++)); do
    systemctl start wirewatch
    wirewatch digest desk >/dev/null 2>&1 &
    sleep "0.$((RANDOM % 10))$((RANDOM % 10))"
    systemctl kill -s KILL wirewatch
    systemctl stop wirewatch
    let_leases_end
  done
  ok "killed 20 times, with $(count entry) entries and $(count outbox) letters by then"
  systemctl start wirewatch
  wait_for 60 "every entry is remembered" counts entry $((feeds * 10))
  wait_for 30 "the last digest is composed" wirewatch digest desk
  wait_for 120 "every letter is booked as sent" counts "outbox WHERE state != 'sent'" 0
  nothing_lost_nothing_twice $work/mail-2
}

broken_reload() {
  cp $config $work/good.toml
  printf '\n[[rule]]\nname = "broken"\nquery = "(open"\n' >> $config
  systemctl reload wirewatch 2>/dev/null && fail "a broken config was taken" || ok "reload with a broken config fails"
  expect "state after it" active "$(property ActiveState)"
  expect "rules at work" 1 "$(count "rule WHERE removed_at IS NULL")"
  cp $work/good.toml $config
  systemctl reload wirewatch && ok "reload with the mended config is taken" || fail "the mended config was refused"
}

stopping() {
  local before; before=$(date +%s%N)
  systemctl stop wirewatch
  local took=$((($(date +%s%N) - before) / 1000000))
  [ $took -lt 5000 ] && ok "stopped in $took ms" || fail "stopped in $took ms, wanted less than 5000"
  expect "result" success "$(property Result)"
}

# While answers are under way: the worst moment to be told to stop.
stopping_while_polling() {
  rm -rf /var/lib/private/wirewatch
  local seen; seen=$(wc -l < $work/feeds.log)
  systemctl start wirewatch
  wait_for 20 "feeds are being polled" requests $((seen + 3))
  stopping
}

config_fault() {
  printf 'nonsense\n' >> $config
  systemctl start wirewatch 2>/dev/null && fail "started with a config fault" || ok "does not start with a config fault"
  sleep 2
  expect "exit code" 78 "$(property ExecMainStatus)"
  expect "new starts" 0 "$(property NRestarts)"
  journalctl -u wirewatch -o cat --no-pager | grep -q "nonsense" && ok "the journal shows the faulty line" || fail "the journal does not show the faulty line"
}

inside() {
  install_it
  write_config
  exposure
  serve
  wait_for 10 "feeds are served" curl -sf http://127.0.0.1:8190/0.rss
  : > $work/feeds.log
  killed_while_polling
  killed_while_delivering
  local status; status=$(property StatusText)
  [[ $status == *feeds* ]] && ok "status: $status" || fail "no readable status: $status"
  wirewatch status | head -20
  broken_reload
  killed_at_random
  stopping
  stopping_while_polling
  config_fault
}

if [ "${1-}" = inside ]; then
  trap '[ $? = 0 ] || journalctl -u wirewatch --no-pager | tail -40' EXIT
  inside
else
  need systemd systemd-sysv dbus libnss-systemd util-linux python3 curl
  boot 400
fi
