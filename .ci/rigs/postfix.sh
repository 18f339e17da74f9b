#!/bin/bash
# The seed article, an entry of a feed on loopback, reaches a real Postfix's Maildir once: over STARTTLS, with
# AUTH, under the three rules. A second round delivers nothing.
. "$(dirname "$0")/lib.bash"

inside() {
  local work; work=$(mktemp -d)
  SEED=$SHARED/seed-article.txt python3 "$rigs/feeds.py" 8190 "$work/feeds.log" & feeds=$!
  trap "kill $feeds; rm -rf $work" EXIT
  printf %s "$SMTP_PASSWORD" > "$work/password"
  cat > "$work/wirewatch.toml" <<TOML
[fetch]
allow_private = ["127.0.0.0/8"]
min_interval = "1s"

[[feed]]
url = "http://127.0.0.1:8190/seed.rss"
on_first_fetch = "all"

[terms]
karabakh = ["Karabakh", "Карабах", "Ղարաբաղ"]

[[rule]]
name = "Karabakh"
any = ["\$karabakh"]

[[rule]]
name = "Peacekeepers"
query = '(peacekeepers OR "blue helmets" OR миротворцы) AND \$karabakh'

[[rule]]
name = "Kremlin briefing"
query = 'Kremlin NEAR/10 briefing OR Peskov NEAR/10 reporters'

[[digest]]
name = "desk"
to = ["desk@example.org"]
rules = ["*"]
schedule = "0 7 * * *"
when_empty = "skip"

[mail]
from = "wirewatch <wirewatch@example.org>"
transport = "smtp"
host = "$SMTP_HOST"
port = $SMTP_PORT
security = "starttls"
ca_file = "$SMTP_CA"
username = "$SMTP_USER"
password_file = "$work/password"

[store]
path = "$work/wirewatch.db"
TOML
  chmod 600 "$work/password"
  export WIREWATCH_CONFIG=$work/wirewatch.toml
  wait_for 10 "feeds are served" curl -sf http://127.0.0.1:8190/seed.rss

  "$wirewatch" check && ok "the config is valid"
  "$wirewatch" poll --all
  "$wirewatch" digest desk
  wait_for 10 "the letter lies in the Maildir" bash -c '[ -n "$(ls -A "$MAILDIR/new")" ]'
  expect "letters" 1 "$(ls "$MAILDIR/new" | wc -l)"
  local letter; letter=$(python3 - "$MAILDIR"/new/* <<'PY'
import email, email.policy, sys
mail = email.message_from_binary_file(open(sys.argv[1], "rb"), policy=email.policy.default)
print(mail["Subject"]); print(mail.get_body(("plain",)).get_content())
PY
)
  local words
  for words in "Karabakh" "Peacekeepers" "Kremlin briefing" "convince Yerevan"; do
    grep -qF "$words" <<< "$letter" && ok "the letter says: $words" || { echo "$letter"; fail "the letter lacks: $words"; }
  done
  "$wirewatch" poll --all
  "$wirewatch" digest desk
  sleep 1
  expect "letters after a second round" 1 "$(ls "$MAILDIR/new" | wc -l)"
}

if [ "${1-}" = inside ]; then
  inside
else
  need postfix sasl2-bin libsasl2-modules openssl python3 curl
  "$SHARED/rigs/postfix-rig" run -- "$0" inside
fi
