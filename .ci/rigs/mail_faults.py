#!/usr/bin/env python3
"""Letters through a mail server that misbehaves: mail_faults.py WIREWATCH SMTP_FAULTS [CASE…]

Each case is a ledger with the same stories, three digests and a server with one fault. The digests are sent,
the server gets well, `mail retry` and another round of digests follow. Then the ledger's outbox, its told marks
and what the server has are held against each other. The last cases kill the program instead of the server.
Prints a table; exit 1 when a letter was lost, came twice without cause, or ended otherwise than it should.
"""
import collections, concurrent.futures, email, email.policy, json, pathlib, random, re, shutil, signal, sqlite3
import subprocess, sys, tempfile, time

from stage import served_feeds, shown

WIREWATCH, SERVER = sys.argv[1:3]
ONLY = sys.argv[3:]
WORK = pathlib.Path(tempfile.mkdtemp(prefix="mail-faults-"))
FEEDS_PORT, FEEDS, STORIES, KILLS = 8193, 3, 10, 50
PLAIN = {"first": ["one@any.test", "two@any.test"], "second": ["three@any.test"], "third": ["one@any.test"]}

Case = collections.namedtuple("Case", "name faults args tls to first end")
"""`first`: the states that letters may have while the fault lasts; `end`: those after it, by recipient pattern."""


def case(name, faults=(), args=(), tls="none", to=PLAIN, first="waiting", end=None):
    return Case(name, [faults] if isinstance(faults, str) else list(faults), list(args), tls, to, set(first.split()), end or {})


AUTH = ("--auth", "user:secret")
INSTANCE = [
    case("no fault", first="sent"), case("STARTTLS", tls="starttls", first="sent"),
    case("connect-421", "connect-421"), case("connect-drop", "connect-drop"),
    case("greeting-554", "greeting-554"), case("greeting-slow:2", "greeting-slow:2", first="sent"),
    case("ehlo-502", "ehlo-502", tls="starttls"), case("ehlo-502, in clear", "ehlo-502", first="sent"),
    case("rcpt-4xx", "rcpt-4xx"), case("rcpt-5xx", "rcpt-5xx", first="refused"),
    case("rcpt-5xx:two", "rcpt-5xx:two", first="sent refused", end={"two@": "refused"}),
    case("mail-4xx", "mail-4xx"), case("mail-5xx", "mail-5xx"),
    case("data-4xx", "data-4xx"), case("data-5xx", "data-5xx", first="refused"),
    case("dot-4xx", "dot-4xx"), case("dot-5xx", "dot-5xx", first="refused"),
    case("drop-after-dot", "drop-after-dot"), case("drop-mid-data", "drop-mid-data"),
    case("slow-reply:2", "slow-reply:2", first="sent"),
    case("drip", "drip", first="sent", to={"first": ["one@any.test"]}),
    case("size:2000", "size:2000", first="refused"), case("size-silent:2000", "size-silent:2000", first="refused"),
    case("no-8bitmime", "no-8bitmime", first="sent"), case("no-smtputf8", "no-smtputf8", first="sent"),
    case("no-pipelining", "no-pipelining", first="sent"),
    case("auth", args=AUTH, tls="starttls", first="sent"),
    case("auth-535", "auth-535", AUTH, "starttls"), case("auth-454", "auth-454", AUTH, "starttls"),
    case("starttls-454", "starttls-454", tls="starttls"), case("tls-drop", "tls-drop", tls="starttls"),
    # What was injected in clear is thrown away.
    case("starttls-strip", "starttls-strip", tls="starttls", first="sent"),
    case("starttls not offered", args=("--tls", "none"), tls="starttls"),
    case("implicit TLS", tls="implicit", first="sent"),
    case("quit-drop", "quit-drop", first="sent"), case("max-per-conn:1", "max-per-conn:1", first="sent"),
    case("greylist:2", "greylist:2", first="waiting sent"),
    case("certificate: self-signed", args=("--cert", "self-signed"), tls="starttls"),
    case("certificate: wrong-name", args=("--cert", "wrong-name"), tls="starttls"),
    case("certificate: expired", args=("--cert", "expired"), tls="starttls"),
    case("certificate: not-yet", args=("--cert", "not-yet"), tls="starttls"),
    case("no server at all", args=("absent",)),
]


def by_recipient(name, first, end=None):
    """One address fails for ever, one the first time, one never."""
    to = {"first": ["fault+%s@any.test" % name, "well@any.test"], "second": ["fault+once.%s@any.test" % name],
          "third": ["well@any.test"]}
    return case("by recipient: " + name, to=to, first=first, end=end or {"fault+%s@" % name: "waiting"})


BY_RECIPIENT = (
    [by_recipient(name, "waiting sent") for name in ("rcpt-4xx", "data-4xx", "dot-4xx", "drop-mid-data", "drop-after-dot")]
    + [by_recipient(name, "refused sent", {"fault+%s@" % name: "refused", "fault+once": "refused sent"})
       for name in ("rcpt-5xx", "data-5xx", "dot-5xx")]
    + [by_recipient("slow-reply.3", "sent", {"fault+slow": "sent"}),
       case("by recipient: hang-after-dot", first="waiting sent",
            to={"first": ["well@any.test"], "second": ["fault+once.hang-after-dot@any.test"]}),
       case("by recipient: misspelt", first="refused sent", to={"first": ["fault+nonsense@any.test", "well@any.test"]},
            end={"fault+nonsense": "refused"})])


class Stage:
    """A folder with a config, a ledger and a mail server."""

    def __init__(self, case, ledger=None, feeds=FEEDS):
        self.case, self.feeds = case, feeds
        self.folder = WORK / re.sub(r"\W+", "-", case.name)
        self.mail = self.folder / "mail"
        self.mail.mkdir(parents=True)
        if ledger:
            shutil.copy(ledger, self.folder / "wirewatch.db")
        self.server, self.port = None, 0
        if "absent" in case.args:
            self.serve([], ())
            self.end_server()
        else:
            self.serve(case.faults, case.args)
        self.write_config()

    def serve(self, faults, args):
        tls = [] if "--tls" in args else ["--tls", self.case.tls]
        command = [sys.executable, SERVER, "--dir", str(self.mail), "--port", str(self.port), *tls, *args]
        for fault in faults:
            command += ["--fault", fault]
        self.server = subprocess.Popen(command, stdout=subprocess.PIPE)
        line = self.server.stdout.readline()
        if not line:
            sys.exit("the mail server does not start: %s" % " ".join(command))
        self.port = json.loads(line)["port"]

    def end_server(self):
        self.server.terminate()
        self.server.wait()

    def get_well(self):
        # A server that is well for itself goes on: it knows which addresses were to fail once.
        if not self.case.faults and not self.case.args:
            return
        if self.server.poll() is None:
            self.end_server()
        args = [arg for arg in self.case.args if arg in AUTH]
        self.serve([], args)

    def write_config(self):
        tls = self.case.tls
        security = {"starttls": "starttls", "implicit": "tls", "none": "none"}[tls]
        ca = "" if tls == "none" else 'ca_file = "%s/ca.pem"\n' % self.mail
        if tls != "none" and not (self.mail / "ca.pem").exists():
            # A server without TLS makes no authority that could be trusted.
            self.end_server()
            self.serve([], ())
            self.end_server()
            self.serve(self.case.faults, self.case.args)
        login = ""
        if AUTH[0] in self.case.args:
            (self.folder / "password").write_text("secret")
            (self.folder / "password").chmod(0o600)
            login = 'username = "user"\npassword_file = "password"\n'
        write_config(self.folder, self.case.to, 'host = "127.0.0.1"\nport = %d\nsecurity = "%s"\n%s%s' % (self.port, security, ca, login), self.feeds)

    def run(self, *arguments, seconds=170):
        command = [WIREWATCH, "--config", str(self.folder / "wirewatch.toml"), *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=seconds)

    def query(self, sql):
        with sqlite3.connect("file:%s?mode=ro" % (self.folder / "wirewatch.db"), uri=True, timeout=20) as ledger:
            return ledger.execute(sql).fetchall()

    def letters(self):
        return self.query("SELECT message_id, recipient, state, coalesce(last_answer, ''), digest.name FROM outbox "
                          "JOIN digest ON digest.id = digest_id ORDER BY outbox.id")

    def messages(self):
        """What the server has: (Message-ID, recipient, answered, bytes, tokens)."""
        for path in sorted(self.mail.glob("*.eml")):
            raw = path.read_bytes()
            mail = email.message_from_bytes(raw, policy=email.policy.default)
            envelope = json.loads(path.with_suffix(".json").read_text())
            tokens = set(re.findall(r"story-\d+-\d+", told_in_full(mail.get_body(("plain",)).get_content())))
            yield mail["Message-ID"].strip().strip("<>"), envelope["rcpts"][0], envelope["replied"], raw, tokens

    def finish(self):
        """`mail retry` until nothing changes, and a last digest for what was untold."""
        for name in self.case.to:
            self.run("digest", name)
        for _ in range(4):
            waiting = [letter for letter in self.letters() if letter[2] == "waiting"]
            if not [letter for letter in waiting if wanted_end(self.case, letter[1]) != {"waiting"}]:
                return
            self.run("mail", "retry")
            time.sleep(0.3)


def told_in_full(text):
    """Without the lines that say what an urgent letter told."""
    return re.sub(r"(?ms)^Sent at once\b[^\n]*\n-+\n.*?(?=^[^\n]+\n-+$|\Z)", "", text.replace("\r\n", "\n"))


# Half of the stories; the other half is left to the digests.
URGENT = '[[rule]]\nname = "Urgent"\nany = ["/story-[0-9]+-[0-4]:/"]\nurgent = true\n'


def write_config(folder, digests, mail, feeds=FEEDS):
    parts = ['[fetch]\nallow_private = ["127.0.0.0/8"]\nmin_interval = "1s"\nevery = "1h"\n'
             '[[rule]]\nname = "Karabakh"\nany = ["Karabakh"]\n' + (URGENT if feeds > FEEDS else "") +
             '[store]\npath = "wirewatch.db"\n[mail]\nfrom = "wirewatch <wirewatch@example.org>"\ntransport = "smtp"\n' + mail]
    for name, to in digests.items():
        parts.append('[[digest]]\nname = "%s"\nto = %s\nrules = ["*"]\nschedule = "0 7 1 1 *"\nwhen_empty = "skip"\nat_most_every = "0s"\n' % (name, json.dumps(to)))
    for feed in range(feeds):
        parts.append('[[feed]]\nurl = "http://127.0.0.1:%d/%d.rss"\nname = "feed %d"\non_first_fetch = "all"\n' % (FEEDS_PORT, feed, feed))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "wirewatch.toml").write_text("\n".join(parts))


def wanted_end(case, recipient):
    for pattern, states in case.end.items():
        if recipient.startswith(pattern):
            return set(states.split())
    return {"sent"}


def judge(stage, kills=0):
    """Holds outbox and server against each other: faults, messages, repeats."""
    faults, case = [], stage.case
    letters, messages = stage.letters(), list(stage.messages())
    copies = collections.defaultdict(list)
    for message in messages:
        copies[message[0]].append(message)
    digest_of = {letter[0]: letter[4] for letter in letters}
    told = collections.defaultdict(set)
    for message_id, recipient, _, _, tokens in messages:
        for token in tokens:
            told[digest_of.get(message_id), recipient, token].add(message_id)
    repeats = 0
    for message_id, same in copies.items():
        if len({raw for _, _, _, raw, _ in same}) > 1:
            faults.append("%s came with different contents" % message_id)
        # The last one that was answered ends it; one before it without an answer is what a repeat is for.
        answered = sum(1 for message in same if message[2])
        repeats += len(same) - 1
        if answered > 1 + kills:
            faults.append("%s was answered %d times" % (message_id, answered))
    twice = [key for key, ids in told.items() if len(ids) > 1]
    if twice:
        faults.append("%d stories came in two letters, such as %s: %s to %s" % (len(twice), twice[0][0], twice[0][2], twice[0][1]))
    faults += ["%s is no letter of the outbox" % other for other in copies if other not in digest_of]
    for message_id, recipient, state, answer, _ in letters:
        had = [message for message in copies[message_id] if message[1] == recipient]
        if state == "sent" and not [message for message in had if message[2]]:
            faults.append("%s is booked as sent to %s and did not arrive" % (message_id, recipient))
        if state == "refused" and had:
            faults.append("%s is booked as refused by %s and arrived" % (message_id, recipient))
        if state not in wanted_end(case, recipient) | ({"refused"} if "refused" in case.first else set()):
            faults.append("%s to %s ended %s: %s" % (message_id, recipient, state, answer))
    stories = ["story-%d-%d" % (feed, number) for feed in range(stage.feeds) for number in range(STORIES)]
    for digest, recipient in ((digest, address) for digest, to in case.to.items() for address in to):
        missing = [token for token in stories if (digest, recipient, token) not in told]
        if missing and wanted_end(case, recipient) == {"sent"}:
            faults.append("%s: %s was never told %d of %d stories" % (digest, recipient, len(missing), len(stories)))
    return faults, len(letters), len(messages), repeats


def play(case, ledger):
    stage = Stage(case, ledger)
    try:
        for name in case.to:
            stage.run("digest", name)
        first = stage.letters()
        faults = ["with the fault: %s %s: %s" % (letter[1], letter[2], letter[3]) for letter in first if letter[2] not in case.first]
        answer = next((letter[3] for letter in first if letter[2] != "sent"), "")
        stage.get_well()
        stage.finish()
        more, letters, messages, repeats = judge(stage)
        end = shown(letter[2] for letter in stage.letters())
        return case.name, shown(letter[2] for letter in first), end, letters, messages, repeats, answer, faults + more
    finally:
        stage.end_server()


def killed(seed):
    """The program is killed while it polls, composes and delivers digests and urgent letters, as a daemon and as a
    command. Every second kill finds a feed that is new."""
    dice = random.Random(seed)
    to = {"first": ["one@any.test", "two@any.test"], "second": ["three@any.test", "four@any.test"], "third": ["five@any.test"]}
    stage = Stage(case("kill -9, %d times, seed %d" % (KILLS // 2, seed), "slow-reply:0.05", to=to, first="sent"), feeds=KILLS // 4 + 1)
    command = [WIREWATCH, "--config", str(stage.folder / "wirewatch.toml")]
    quiet = dict(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for number in range(KILLS // 2):
            feed, digest = "feed %d" % (number // 2), list(to)[number % len(to)]
            if number % 3 == 1:
                stage.run("poll", feed)
                victims = [subprocess.Popen(command + ["digest", digest], **quiet)]
            elif number % 3 == 2:
                victims = [subprocess.Popen(command + ["poll", feed], **quiet)]
            else:
                victims = [subprocess.Popen(command + ["run"], **quiet)]
                time.sleep(0.15)
                victims.append(subprocess.Popen(command + ["poll", feed], **quiet))
                victims.append(subprocess.Popen(command + ["digest", digest], **quiet))
            time.sleep(dice.random() * 0.4)
            for victim in victims:
                victim.send_signal(signal.SIGKILL)
                victim.wait()
        killed_with = shown(letter[2] for letter in stage.letters())
        for feed in range(stage.feeds):
            stage.run("poll", "feed %d" % feed)
        stage.get_well()
        stage.finish()
        faults, letters, messages, repeats = judge(stage, kills=KILLS)
        (urgent,) = stage.query("SELECT count(*) FROM outbox JOIN digest ON digest.id = digest_id WHERE kind = 'urgent'")[0]
        if not 0 < urgent < letters:
            faults.append("%d of %d letters are urgent: not both kinds were tried" % (urgent, letters))
        end = "%s (%d urgent)" % (shown(letter[2] for letter in stage.letters()), urgent)
        return stage.case.name, killed_with, end, letters, messages, repeats, "", faults
    finally:
        stage.end_server()


def main():
    with served_feeds(FEEDS_PORT, WORK / "feeds.log"):
        base = WORK / "base"
        write_config(base, PLAIN, 'host = "127.0.0.1"\nport = 1\nsecurity = "none"\n')
        subprocess.run([WIREWATCH, "--config", str(base / "wirewatch.toml"), "poll", "--all"], check=True, stdout=subprocess.DEVNULL)
        # Every case starts from the same ledger; a checkpoint, so that it is one file.
        with sqlite3.connect(base / "wirewatch.db") as ledger:
            ledger.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (entries,) = ledger.execute("SELECT count(*) FROM entry").fetchone()
        if entries != FEEDS * STORIES:
            sys.exit("the ledger to start from has %d entries, not %d" % (entries, FEEDS * STORIES))
        cases = [case for case in BY_RECIPIENT + INSTANCE if not ONLY or any(word in case.name for word in ONLY)]
        cases.sort(key=lambda case: 0 if "hang" in case.name or case.name == "drip" else 1)
        with concurrent.futures.ThreadPoolExecutor(10) as pool:
            games = [pool.submit(play, case, base / "wirewatch.db") for case in cases]
            # Beside the one case that takes two minutes.
            games[2:2] = [pool.submit(killed, seed) for seed in (1, 2)] if not ONLY or "kill" in ONLY else []
            rows = [game.result() for game in games]
    bad = 0
    print("%-31s %-22s %-24s %7s %8s %7s  %s" % ("fault", "while it lasts", "in the end", "letters", "messages", "repeats", "what was said"))
    for name, first, end, letters, messages, repeats, answer, faults in rows:
        print("%-31s %-22s %-24s %7d %8d %7d  %.80s" % (name, first, end, letters, messages, repeats, answer))
        for fault in faults:
            print("  FAIL " + fault)
        bad += bool(faults)
    print("%d cases, %d of them failed" % (len(rows), bad))
    if bad:
        print("what they left: %s" % WORK)
        sys.exit(1)
    shutil.rmtree(WORK)


main()
