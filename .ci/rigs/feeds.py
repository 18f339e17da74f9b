#!/usr/bin/env python3
"""Feeds for the rigs, on loopback: feeds.py PORT LOG [DELAY]

/N.rss is feed N with ten entries of random words, each with the name of the place a rule looks for and a
token of its own (story-N-I), so that a mail shows which entries reached it. /seed.rss has one entry, the
file named by $SEED. An entity tag never changes, so the second poll is a 304. Every request is logged.
"""
import html, http.server, os, random, sys, time
from email.utils import formatdate

PORT, LOG = int(sys.argv[1]), open(sys.argv[2], "a", buffering=1)
DELAY = float(sys.argv[3]) if len(sys.argv) > 3 else 0
BEGAN = time.time()
WORDS = ["".join(random.Random(n).choices("aeioubcdfglmnprstv", k=4 + n % 6)) for n in range(3000)]


def item(title, text, guid):
    date = formatdate(BEGAN - 3600, usegmt=True)
    return "<item><title>%s</title><link>https://site.example/%s</link><guid>%s</guid><pubDate>%s</pubDate><description>%s</description></item>" % (
        html.escape(title), guid, guid, date, html.escape(text))


def entry(feed, number):
    token = "story-%d-%d" % (feed, number)
    words = random.Random(token).choices(WORDS, k=90)
    return item("%s: %s" % (token, " ".join(words[:6])), "Karabakh %s." % " ".join(words), token)


def seed():
    text = open(os.environ["SEED"], encoding="utf-8").read()
    title = next(line for line in text.splitlines() if line.startswith("Dmitry Peskov"))
    return [item(title, "<p>%s</p>" % html.escape(text).replace("\n\n", "</p><p>"), "seed")]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        LOG.write("%.3f %s %s\n" % (time.time(), self.path, self.headers.get("If-None-Match", "-")))
        name = self.path.strip("/").removesuffix(".rss")
        if self.headers.get("If-None-Match") == '"%s"' % name:
            return self.reply(304, name, b"")
        time.sleep(DELAY)
        items = seed() if name == "seed" else [entry(int(name), number) for number in range(10)]
        self.reply(200, name, ('<rss version="2.0"><channel><title>Feed %s</title><link>https://site.example/</link>'
                               "<description>-</description>%s</channel></rss>" % (name, "".join(items))).encode())

    def reply(self, status, name, body):
        self.send_response(status)
        self.send_header("ETag", '"%s"' % name)
        self.send_header("Content-Type", "application/rss+xml; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass  # the reader was killed in the middle: that is what the rigs do

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Handler).serve_forever()
