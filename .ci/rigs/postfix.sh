#!/bin/bash
# The seed article, an entry of a feed on loopback, reaches a real Postfix's Maildir once: over STARTTLS, with
# AUTH, under the three rules, signed by an RSA key: another program checks the signature. A second round
# delivers nothing. A test letter is signed by an Ed25519 key.
. "$(dirname "$0")/lib.bash"

# What `mail dkim` would have published is good for the newest letter in the Maildir.
# By the system's Python, whose dkim it is.
is_signed() {
  local record; record=$("$wirewatch" mail dkim | sed -n 's/^value  //p')
  /usr/bin/python3 - "$(ls -t "$MAILDIR"/new/* | head -1)" "$record" "$1" <<'PY'
import dkim, sys
message = open(sys.argv[1], "rb").read()
asked = []
def dns(name, timeout=5):
    asked.append(name.decode().rstrip("."))
    return sys.argv[2].encode()
checker = dkim.DKIM(message)
assert checker.verify(dnsfunc=dns), "the signature is not good"
assert asked == ["watch._domainkey.example.org"], asked
assert checker.signature_fields[b"a"] == sys.argv[3].encode(), checker.signature_fields
assert not dkim.DKIM(message.replace(b"Subject: ", b"Subject: x", 1)).verify(dnsfunc=dns), "it says nothing"
PY
}

inside() {
  local work; work=$(mktemp -d)
  SEED=$SHARED/seed-article.txt python3 "$rigs/feeds.py" 8190 "$work/feeds.log" & feeds=$!
  trap "kill $feeds; rm -rf $work" EXIT
  printf %s "$SMTP_PASSWORD" > "$work/password"
  openssl genrsa -out "$work/dkim.pem" 2048 2>/dev/null
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
unsubscribe = "https://example.org/leave?who={recipient}"
dkim_key_file = "dkim.pem"
dkim_selector = "watch"

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
  is_signed rsa-sha256 && ok "the letter is signed: RSA" || fail "the letter is not signed"
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
  openssl genpkey -algorithm ed25519 -out "$work/dkim.pem"
  "$wirewatch" mail test desk@example.org
  wait_for 10 "the test letter lies in the Maildir" bash -c '[ "$(ls "$MAILDIR/new" | wc -l)" = 2 ]'
  is_signed ed25519-sha256 && ok "the test letter is signed: Ed25519" || fail "the test letter is not signed"
}

if [ "${1-}" = inside ]; then
  inside
else
  need postfix sasl2-bin libsasl2-modules openssl python3 curl python3-dkim python3-nacl
  "$SHARED/rigs/postfix-rig" run -- "$0" inside
fi
