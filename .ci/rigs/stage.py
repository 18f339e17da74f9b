"""What the rigs share that play games with the outbox."""
import collections, contextlib, pathlib, subprocess, sys, time, urllib.request

HERE = pathlib.Path(__file__).resolve().parent


@contextlib.contextmanager
def served_feeds(port, log):
    """The feeds of feeds.py, for as long as they are needed."""
    feeds = subprocess.Popen([sys.executable, str(HERE / "feeds.py"), str(port), str(log)], stderr=subprocess.DEVNULL)
    try:
        wait_for_feeds(port)
        yield
    finally:
        feeds.terminate()


def wait_for_feeds(port):
    for _ in range(100):
        try:
            return urllib.request.urlopen("http://127.0.0.1:%d/0.rss" % port).read()
        except OSError:
            time.sleep(0.1)
    sys.exit("no feeds are served")


def shown(states):
    """How many there are of each state."""
    count = collections.Counter(states)
    return ", ".join("%d %s" % (count[state], state) for state in sorted(count)) or "none"
