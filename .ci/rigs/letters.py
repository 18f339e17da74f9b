#!/usr/bin/env python3
"""What a folder of mails says: letters.py FOLDER

Prints the number of messages, of distinct Message-IDs, of distinct tokens (story-N-I), and of tokens that
stand in letters with different Message-IDs for one recipient: told twice.
"""
import email, email.policy, pathlib, re, sys
from collections import defaultdict

messages, ids, told = 0, set(), defaultdict(set)
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    if path.suffix == ".json" or not path.is_file() or path.name.startswith(("log", "ca", "srv")):
        continue
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    if not mail["Message-ID"]:
        continue
    messages += 1
    ids.add(mail["Message-ID"])
    text = mail.get_body(("plain",)).get_content()
    for token in set(re.findall(r"story-\d+-\d+", text)):
        told[mail["To"], token].add(mail["Message-ID"])
twice = sum(1 for ids_of_token in told.values() if len(ids_of_token) > 1)
print(messages, len(ids), len({token for _, token in told}), twice)
