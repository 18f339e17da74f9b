#!/usr/bin/env python3
"""Polite rounds and hostile feeds: feed_faults.py WIREWATCH RIGS

Prints what it saw, a line a point; exit 1 when one of them is not as it should be.
"""
import json, os, pathlib, re, socket, subprocess, sys, tempfile, threading, time, urllib.request

WIREWATCH, RIGS = sys.argv[1], pathlib.Path(sys.argv[2])
ROUNDS, INTERVAL = 6, 5
MOST_MEMORY = 150 << 20
# A server of the rig holds a connection for so long; our deadline must come first.
PATIENCE, DEADLINE = 30, 20
# Hostile in form only: they are read, and their entities stay unexpanded.
READABLE = {"deep", "gzip-lie", "lol", "quad", "xxe"}
# wirewatch refuses it at the header, but the rig writes on before it looks, and then sleeps for 5 s.
UNFAIR = "10 GiB Content-Length refused at once"

failed = []


def tell(good, what):
    print("%s  %s" % ("ok  " if good else "FAIL", what), flush=True)
    if not good:
        failed.append(what)


def free_ports(number):
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


class Watch:
    """A wirewatch with a config and a database of its own."""

    def __init__(self, folder, urls):
        folder.mkdir()
        self.config = folder / "wirewatch.toml"
        head = ('[fetch]\nevery = "%ds"\nmin_interval = "1s"\ntimeout = "%ds"\nallow_private = ["127.0.0.1/32"]\n'
                'contact = "https://wirewatch.example/"\n') % (INTERVAL, DEADLINE)
        self.config.write_text(head + "".join('\n[[feed]]\nurl = "%s"\n' % url for url in urls))
        self.environment = os.environ | {"STATE_DIRECTORY": str(folder / "state")}

    def run(self, *arguments):
        """What it prints, and the most memory that it held, in bytes."""
        program = subprocess.Popen([WIREWATCH, "--config", self.config, *arguments], env=self.environment,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        printed = program.stdout.read()
        _, status, usage = os.wait4(program.pid, 0)
        program.returncode = os.waitstatus_to_exitcode(status)
        if program.returncode != 0:
            tell(False, "wirewatch %s: exit %d: %s" % (" ".join(arguments), program.returncode, printed[-500:]))
        return printed, usage.ru_maxrss << 10

    def feeds(self):
        lines = self.run("feeds", "--json")[0].splitlines()
        return {feed["url"].rsplit("/", 1)[1]: feed for feed in map(json.loads, lines)}


class Servers:
    def __init__(self, folder):
        self.port, self.tls = free_ports(2)
        self.log = folder / "requests.jsonl"
        self.program = subprocess.Popen(
            [sys.executable, "-B", RIGS / "faultfeeds.py", "--port", str(self.port), "--tls-port", str(self.tls),
             "--log", self.log, "--slow-max", str(PATIENCE)], stdout=subprocess.PIPE, text=True)
        self.program.stdout.readline()

    def get(self, what):
        return urllib.request.urlopen("http://127.0.0.1:%d/_/%s" % (self.port, what), timeout=10).read().decode()

    def urls(self, label, kind):
        return self.get("urls?label=%s&kind=%s" % (label, kind)).split()

    def score(self, label):
        return subprocess.run([sys.executable, "-B", RIGS / "score_politeness.py", self.log, "--label", label],
                              capture_output=True, text=True).stdout


def polite(servers, folder):
    watch = Watch(folder / "polite", servers.urls("polite", "polite"))
    for number in range(1, ROUNDS + 1):
        servers.get("round?label=polite&n=%d" % number)
        watch.run("poll")
        if number < ROUNDS:
            time.sleep(INTERVAL + 1)
    score = servers.score("polite")
    whole = re.search(r"\b46\s*(?:/|of)\s*46\b", score)
    tell(bool(whole), "politeness: %s" % score.strip().splitlines()[-1])
    if not whole:
        print(score)


def hostile(servers, folder):
    urls = servers.urls("hostile", "hostile")
    if not any("tls-bad" in url for url in urls):
        urls.append("https://127.0.0.1:%d/hostile/tls-bad" % servers.tls)
    healthy = [url for url in servers.urls("hostile", "polite") if re.search("/(both|etag-strong|zz-canary)$", url)]
    watch = Watch(folder / "hostile", dict.fromkeys(urls + healthy))
    servers.get("round?label=hostile&n=1")
    began = time.time()
    printed, memory = watch.run("poll")
    seconds = time.time() - began
    feeds = watch.feeds()
    well = {url.rsplit("/", 1)[1] for url in healthy}
    for name, feed in sorted(feeds.items()):
        if name not in well:
            print("      %-14s %-17s %s" % (name, feed["fault"] or "read", feed["why"] or "%d entries" % feed["entries"]))
    silent = [name for name, feed in feeds.items() if not feed["fault"] and name not in well | READABLE]
    tell(not silent, "%d hostile feeds, each with its fault%s" % (len(feeds) - len(well), ", but: " + ", ".join(silent) if silent else ""))
    unread = [name for name in sorted(well) if feeds[name]["fault"] or not feeds[name]["entries"]]
    tell(len(well) == 3 and not unread, "the healthy feeds beside them were read" + ", but: ".join([""] + unread))
    tell(memory < MOST_MEMORY, "at most %d MiB of memory" % (memory >> 20))
    tell(seconds < 3 * DEADLINE, "the round took %.0f s" % seconds)
    # A server that drips logs a request when it has ended by itself.
    time.sleep(PATIENCE - DEADLINE + 3)
    lines = servers.score("hostile").splitlines()
    bad = [line for line in lines if re.match(r"\s*FAIL\b", line) and UNFAIR not in line]
    tell(not bad, "what the servers saw: %s" % next(line for line in reversed(lines) if line).split(";")[0] + "".join("\n      " + line for line in bad))


with tempfile.TemporaryDirectory() as scratch:
    servers = Servers(pathlib.Path(scratch))
    try:
        # Side by side: one mostly waits for its next round, the other for servers that say nothing.
        rounds = threading.Thread(target=polite, args=(servers, pathlib.Path(scratch)))
        rounds.start()
        hostile(servers, pathlib.Path(scratch))
        rounds.join()
    finally:
        servers.program.kill()
sys.exit(bool(failed))
