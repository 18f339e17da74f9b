#!/usr/bin/env python3
"""What a folder of mails says: letters.py FOLDER

Prints the number of messages, of distinct Message-IDs, of distinct tokens (story-N-I), of tokens that stand in
letters with different Message-IDs for one recipient (told twice), and of Message-IDs under which different
letters came.
"""
import email, email.policy, pathlib, re, sys
from collections import defaultdict

messages, bodies, told = 0, defaultdict(set), defaultdict(set)
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    if path.suffix == ".json" or not path.is_file() or path.name.startswith(("log", "ca", "srv")):
        continue
    raw = path.read_bytes()
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    if not mail["Message-ID"]:
        continue
    messages += 1
    bodies[mail["Message-ID"]].add(raw)
    text = mail.get_body(("plain",)).get_content()
    for token in set(re.findall(r"story-\d+-\d+", text)):
        told[mail["To"], token].add(mail["Message-ID"])
twice = sum(1 for ids in told.values() if len(ids) > 1)
changed = sum(1 for letters in bodies.values() if len(letters) > 1)
print(messages, len(bodies), len({token for _, token in told}), twice, changed)
