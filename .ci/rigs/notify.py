#!/usr/bin/env python3
"""Channels beyond mail that misbehave: notify.py WIREWATCH

Two games. In the first each channel has one fault: a webhook or a program that fails once, for good, in the middle
or for ever; then all are well and `mail retry` follows. In the second the program is killed while it polls, composes
and hands over, as a daemon and as a command. Then the ledger's outbox, its told marks and what the channels have got
are held against each other, and every signature is verified. Prints a table; exit 1 when a story was lost, or
something came twice without cause.
"""
import base64, collections, concurrent.futures, hashlib, hmac, http.server, json, pathlib, random, re, shutil, signal
import socket, sqlite3, subprocess, sys, tempfile, threading, time

from stage import served_feeds, shown

WIREWATCH = sys.argv[1]
WORK = pathlib.Path(tempfile.mkdtemp(prefix="notify-"))
FEEDS_PORT, KILLS = 8197, 15
KEY = b"a key of thirty-two bytes, truly"
TELL = """#!/usr/bin/env python3
import os, pathlib, random, sys, time
folder, fault = pathlib.Path(sys.argv[1]), sys.argv[2]
first = not list(folder.glob("*." + os.environ["WIREWATCH_ID"] + ".*"))
ended = fault != "well" and (folder / "well").exists()
body = sys.stdin.buffer.read()
def book(answered):
    path = folder / ("%d.%s.%s" % (time.time_ns(), os.environ["WIREWATCH_ID"], answered))
    path.with_suffix(".part").write_bytes(body)
    path.with_suffix(".part").rename(path)
if fault == "slow":
    time.sleep(random.random() * 0.15)
if fault == "once" and first:
    book("lost")
    sys.stderr.write("not this time\\n")
    sys.exit(1)
if fault == "never" and not ended:
    sys.stderr.write("x" * 1000000 + "\\nnever\\n")
    sys.exit(75)
if fault == "hang" and not ended:
    time.sleep(1000)
book("told")
"""
# The fault, and the states that its notifications may have while it lasts and after it.
HOOKS = {"well": ("sent", "sent"), "slow": ("sent", "sent"), "once-500": ("waiting", "sent"), "once-429": ("waiting", "sent"),
         "once-drop": ("waiting", "sent"), "once-half": ("waiting", "sent"), "hang": ("waiting", "sent"), "404": ("waiting", "sent"),
         "redirect": ("waiting", "sent"), "drip": ("sent", "sent"), "400": ("refused", "refused"), "410": ("refused", "refused")}
PROGRAMS = {"well": ("sent", "sent"), "once": ("waiting", "sent"), "never": ("waiting", "sent"), "hang": ("waiting", "sent")}

Got = collections.namedtuple("Got", "channel id body told at")


class Hooks:
    """A server with a webhook for each channel, `/CHANNEL/FAULT`, and what each got."""

    def __init__(self):
        self.got, self.faults, self.seen, self.well = [], [], set(), False
        # While it is cleared, the slow hook keeps its answers to itself.
        self.answers = threading.Event()
        self.answers.set()
        hooks = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                try:
                    hooks.take(self)
                except OSError:
                    pass  # who sent it was killed in the middle: that is what the rig does

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        # Who sent it was killed in the middle.
        self.server.handle_error = lambda *_: None
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, request):
        _, channel, fault = request.path.split("/")
        body = request.rfile.read(int(request.headers["Content-Length"]))
        if len(body) < int(request.headers["Content-Length"]):
            return request.connection.close()
        notification = request.headers["webhook-id"]
        signed = b"%s.%s.%s" % (notification.encode(), request.headers["webhook-timestamp"].encode(), body)
        wanted = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
        if request.headers["webhook-signature"] != "v1," + wanted:
            self.faults.append("%s: the signature of %s is wrong" % (channel, notification))
        first = (channel, notification) not in self.seen
        self.seen.add((channel, notification))
        status = 200
        if not self.well:
            if fault == "slow":
                time.sleep(random.random() * 0.15)
                self.answers.wait(30)
            if fault == "hang":
                return time.sleep(20)
            if fault in ("404", "400", "410"):
                status = int(fault)
            if fault == "redirect":
                status = 307
            if first and fault in ("once-500", "once-429"):
                status = int(fault[-3:])
            if first and fault in ("once-drop", "once-half"):
                # Taken, and the answer is lost.
                self.got.append(Got(channel, notification, body, False, time.time()))
                if fault == "once-half":
                    request.wfile.write(b"HTTP/1.1 200")
                return request.connection.shutdown(socket.SHUT_RDWR)
        self.got.append(Got(channel, notification, body, status == 200, time.time()))
        request.send_response(status)
        if status == 429:
            request.send_header("Retry-After", "2")
        if status == 307:
            request.send_header("Location", "http://127.0.0.1:%d/%s/elsewhere" % (self.port, channel))
        request.send_header("Content-Length", "100000" if fault == "drip" and not self.well else "0")
        request.end_headers()
        for _ in range(50 if fault == "drip" and not self.well else 0):
            request.wfile.write(b".")
            request.wfile.flush()
            time.sleep(0.1)


class Stage:
    """A folder with a config and a ledger, a server of webhooks, and folders of what programs got."""

    def __init__(self, name, feeds, hooks, programs):
        self.folder, self.feeds, self.hooks = WORK / name, feeds, Hooks()
        self.folder.mkdir()
        (self.folder / "tell").write_text(TELL)
        (self.folder / "tell").chmod(0o755)
        (self.folder / "secret").write_text("whsec_" + base64.b64encode(KEY).decode())
        for fault in programs:
            self.told(fault).mkdir()
        self.channels = hooks, programs
        self.command = [WIREWATCH, "--config", str(self.folder / "wirewatch.toml")]
        self.write_config(feeds)

    def write_config(self, feeds):
        parts = ['[fetch]\nallow_private = ["127.0.0.0/8"]\nmin_interval = "1s"\nevery = "1h"\n[store]\npath = "wirewatch.db"\n'
                 '[[rule]]\nname = "Karabakh"\nany = ["Karabakh"]\n']
        for feed in range(feeds):
            parts.append('[[feed]]\nurl = "http://127.0.0.1:%d/%d.rss"\nname = "feed %d"\non_first_fetch = "all"\n' % (FEEDS_PORT, feed, feed))
        common = 'at_most_every = "0s"\ntimeout = "2s"\n'
        for fault in self.channels[0]:
            parts.append('[[notify]]\nname = "hook %s"\nurl = "http://127.0.0.1:%d/hook%%20%s/%s"\nsecret_file = "secret"\n%s'
                         % (fault, self.hooks.port, fault, fault, common))
        for fault in self.channels[1]:
            parts.append('[[notify]]\nname = "program %s"\ncommand = ["%s", "%s", "%s"]\n%s'
                         % (fault, self.folder / "tell", self.told(fault), fault, common))
        (self.folder / "wirewatch.toml").write_text("\n".join(parts))

    def told(self, fault):
        return self.folder / ("program %s" % fault)

    def run(self, *arguments):
        return subprocess.run(self.command + list(arguments), capture_output=True, text=True, timeout=170)

    def get_well(self, programs):
        self.hooks.well = True
        for fault in programs:
            (self.told(fault) / "well").write_text("")

    def count(self, what):
        """Of a ledger that may not be there yet."""
        try:
            with sqlite3.connect("file:%s?mode=ro" % (self.folder / "wirewatch.db"), uri=True, timeout=20) as ledger:
                return ledger.execute("SELECT count(*) FROM " + what).fetchone()[0]
        except sqlite3.OperationalError:
            return 0

    def rows(self):
        with sqlite3.connect("file:%s?mode=ro" % (self.folder / "wirewatch.db"), uri=True, timeout=20) as ledger:
            return ledger.execute("SELECT message_id, recipient, state, coalesce(last_answer, ''), bytes FROM outbox ORDER BY id").fetchall()

    def got(self):
        """What came: of webhooks and programs, the earliest first."""
        all = [got._replace(channel=got.channel.replace("%20", " ")) for got in self.hooks.got]
        for folder in self.folder.glob("program *"):
            for path in folder.glob("*.*.*"):
                if path.suffix != ".part":
                    at, notification, answered = path.name.split(".")
                    all.append(Got(folder.name, notification, path.read_bytes(), answered == "told", int(at) / 1e9))
        return sorted(all, key=lambda got: got.at)

    def finish(self):
        for feed in range(self.feeds):
            self.run("poll", "feed %d" % feed)
        for _ in range(6):
            if not [row for row in self.rows() if row[2] == "waiting"]:
                return
            self.run("mail", "retry")
            time.sleep(0.2)


def judge(stage, ends, kills=0):
    """Holds outbox and channels against each other, by channel: faults, notifications, how often one came."""
    faults, rows, got = list(stage.hooks.faults), stage.rows(), stage.got()
    table = {}
    stories = {"story-%d-%d" % (feed, number) for feed in range(stage.feeds) for number in range(10)}
    for channel, wanted in ends.items():
        mine = {row[0]: row for row in rows if row[1] == channel}
        came = [one for one in got if one.channel == channel]
        for one in came:
            if one.id not in mine:
                faults.append("%s: %s is no notification of the outbox" % (channel, one.id))
            elif one.body != mine[one.id][4]:
                faults.append("%s: %s came with another body than it was composed with" % (channel, one.id))
        told = collections.defaultdict(set)
        for one in came:
            for story in json.loads(one.body)["stories"]:
                told[re.match(r"story-\d+-\d+", story["title"])[0]].add(one.id)
        for token in [token for token, ids in told.items() if len(ids) > 1]:
            faults.append("%s: %s was told in %d notifications" % (channel, token, len(told[token])))
        if wanted == "sent" and stories - set(told):
            faults.append("%s: %d of %d stories were never told" % (channel, len(stories - set(told)), len(stories)))
        for notification, _, state, answer, _ in mine.values():
            times = [one for one in came if one.id == notification]
            answered = sum(1 for one in times if one.told)
            if state != wanted:
                faults.append("%s: %s ended %s: %s" % (channel, notification, state, answer))
            if state == "sent" and not answered:
                faults.append("%s: %s is booked as told and was not" % (channel, notification))
            if answered > 1 + kills:
                faults.append("%s: %s was told %d times" % (channel, notification, answered))
        table[channel] = (len(mine), len(came), len(came) - len({one.id for one in came}))
    return faults, table


def faulty():
    stage = Stage("faults", 5, HOOKS, PROGRAMS)
    begun = time.time()
    stage.run("poll", "--all")
    first = stage.rows()
    said = {row[1]: row[3] for row in first}
    ends = {"hook " + fault: states for fault, states in HOOKS.items()} | {"program " + fault: states for fault, states in PROGRAMS.items()}
    faults = ["while the fault lasts, %s: %s: %s" % (row[1], row[2], row[3]) for row in first if row[2] != ends[row[1]][0]]
    if not first:
        faults.append("nothing was composed")
    # 2 s a try, one at a time for a channel, all channels beside one another.
    most = 2.5 * max(collections.Counter(row[1] for row in first).values(), default=0) + 15
    if time.time() - begun > most:
        faults.append("a channel that hangs held the others up: %.0f s" % (time.time() - begun))
    stage.get_well(PROGRAMS)
    stage.finish()
    more, table = judge(stage, {channel: end for channel, (_, end) in ends.items()})
    rows = []
    for channel, (count, came, repeats) in table.items():
        before = shown(row[2] for row in first if row[1] == channel)
        after = shown(row[2] for row in stage.rows() if row[1] == channel)
        rows.append((channel, before, after, count, came, repeats, said.get(channel, "")))
    return rows, faults + more


def killed(seed):
    dice = random.Random(seed)
    stage = Stage("killed-%d" % seed, KILLS, ["slow", "well"], ["slow"])
    quiet = dict(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    under_way = 0
    for number in range(KILLS):
        feed = "feed %d" % number
        # In the middle of composing, or of handing over; one in four surely before the answer has come.
        what, longest = ("entry", 0.05) if number % 2 else ("outbox", 0.3)
        unanswered = number % 4 == 0
        if unanswered:
            stage.hooks.answers.clear()
        # Each time there is a feed more.
        stage.write_config(number + 1)
        known, deadline = stage.count(what), time.time() + 30
        if number % 3 == 2:
            victims = [subprocess.Popen(stage.command + ["poll", feed], **quiet)]
        else:
            victims = [subprocess.Popen(stage.command + ["run"], **quiet)]
            time.sleep(0.15)
            victims.append(subprocess.Popen(stage.command + ["poll", feed], **quiet))
        while stage.count(what) == known and time.time() < deadline:
            time.sleep(0.005)
        time.sleep(dice.random() * longest)
        for victim in victims:
            victim.send_signal(signal.SIGKILL)
            victim.wait()
        stage.hooks.answers.set()
        under_way += stage.count("outbox WHERE state = 'waiting'") > 0
    before = stage.rows()
    stage.finish()
    # A program that outlived its wirewatch may still be at work.
    time.sleep(1)
    channels = ["hook slow", "hook well", "program slow"]
    faults, table = judge(stage, dict.fromkeys(channels, "sent"), kills=KILLS)
    if under_way < KILLS // 4:
        faults.append("only %d of %d kills met a notification under way: the rig kills at the wrong moments" % (under_way, KILLS))
    rows = []
    for channel in channels:
        count, came, repeats = table[channel]
        states = [shown(row[2] for row in which if row[1] == channel) for which in (before, stage.rows())]
        rows.append(("%d kills, seed %d: %s" % (KILLS, seed, channel), *states, count, came, repeats,
                     "%d kills met one under way" % under_way))
    return rows, faults


def main():
    with served_feeds(FEEDS_PORT, WORK / "feeds.log"):
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            games = [pool.submit(faulty), pool.submit(killed, 1), pool.submit(killed, 2)]
            ended = [game.result() for game in games]
    print("%-34s %-22s %-14s %13s %5s %7s  %s" % ("channel", "while it lasts", "in the end", "notifications", "came", "repeats", "what was said"))
    for rows, _ in ended:
        for name, first, end, count, came, repeats, said in rows:
            print("%-34s %-22s %-14s %13d %5d %7d  %.80s" % (name, first, end, count, came, repeats, said))
    faults = [fault for _, faults in ended for fault in faults]
    for fault in faults:
        print("FAIL  " + fault)
    if faults:
        print("what they left: %s" % WORK)
        sys.exit(1)
    shutil.rmtree(WORK)


main()
