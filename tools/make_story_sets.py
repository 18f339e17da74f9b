#!/usr/bin/env python3
"""Make a labelled set of republished copies, and of what only looks like one, out of articles.

  wirewatch parse FEEDS... > articles.jsonl
  tools/make_story_sets.py --seed 7 --out SET articles.jsonl

Writes SET/docs.jsonl, SET/pairs.tsv and SET/clusters.tsv as `examples/story_figures.rs` reads them. Copies:
framed in a site's furniture, cut, shortened to a teaser, reordered, given another lead, and rewritten word by word as a machine
translation rewrites (no dictionary is needed, as only equality of words counts: a replaced word becomes another
word of the collection). Not copies: the same text with all numbers changed, the next day's report over the same
background, another report with the same quote, an independent report of the same event (its names and words, in an
order of its own, with a sentence or two that both took from the agency), another short message under the same long
signature.
"""
import argparse
import json
import os
import random
import re

FRONT = ["Home / News / {topic}", "Menu Search Log in Subscribe", "By our correspondent, updated {hour}:{minute}",
         "Share this article with your friends", "Главная » Новости » {topic}", "Поделиться с друзьями", "Text size small large"]
BACK = ["Read more about {topic} in our archive. All rights reserved, copying without a link is forbidden.",
        "We collect reports of other publishers and answer neither for their content nor for their accuracy.",
        "Sign in to leave a comment. Comments are read by an editor before they appear on the page.",
        "Like us, follow us, write to us. Our newsletter brings the day's most important news to your desk.",
        "При перепечатке ссылка на источник обязательна. Редакция не отвечает за мнения авторов.",
        "Подпишитесь на нашу рассылку и читайте самые важные новости дня первыми."]


def paragraphs(text):
    parts = [p.strip() for p in re.split(r"\n+", text) if p.strip()]
    if len(parts) < 4:
        sentences = re.split(r"(?<=[.!?…։。])\s+", " ".join(parts))
        parts = [" ".join(sentences[i:i + 2]) for i in range(0, len(sentences), 2)]
    return parts


def is_plain(word):
    return word.isalpha() and word.islower() and len(word) > 3


def rewrite(text, rate, vocabulary, rng):
    """Replaces, drops and swaps words, hardly ever a name and never a number."""
    words = text.split(" ")
    out = []
    for word in words:
        core = word.strip(".,;:!?\"'«»“”()")
        draw = rng.random()
        if is_plain(core) and draw < rate:
            if draw < rate * 0.75:
                out.append(word.replace(core, rng.choice(vocabulary)))
        elif core[:1].isupper() and draw < rate * 0.12:
            out.append(word.replace(core, core + "a"))
        else:
            out.append(word)
    for i in range(len(out) - 1):
        if rng.random() < rate * 0.25 and is_plain(out[i]) and is_plain(out[i + 1]):
            out[i], out[i + 1] = out[i + 1], out[i]
    return " ".join(out)


def renumber(text, rng):
    """Every number becomes another one; years stay, as they do in next month's report."""
    def other(match):
        written = match[0]
        value = float(written.replace(",", "")) if written.count(".") < 2 else None
        if value is None or (1950 <= value <= 2050 and "." not in written):
            return written
        moved = value * rng.choice([0.5, 0.7, 0.9, 1.1, 1.3, 1.6])
        if "." in written:
            return "%.*f" % (len(written.split(".")[1]), moved)
        whole = max(1, round(moved))
        return str(whole + (whole == value))
    return re.sub(r"\d+(?:,\d{3})*(?:\.\d+)?", other, text)


def retitled(text, rng):
    """A title as an editor takes it out of the lead."""
    words = text.split()
    start = rng.choice([0, 0, 0, 3, 8])
    return " ".join(words[start:start + rng.randint(6, 11)]).strip(".,;: ")


def retold(article, other, vocabulary, rng):
    """An independent report of the same event: (title, text)."""
    sentences = re.split(r"(?<=[.!?…։。])\s+", article["text"])
    kept = [(i + rng.gauss(0, 0.3 * len(sentences)), s) for i, s in enumerate(sentences) if rng.random() < 0.75]
    quoted = set(rng.sample(range(len(kept)), min(len(kept), rng.choice([0, 1, 1, 2, 2, 3])))) if kept else set()
    told = []
    for n, (place, sentence) in enumerate(kept):
        if n not in quoted:
            words, chunks = rewrite(sentence, rng.uniform(0.35, 0.6), vocabulary, rng).split(" "), []
            while words:
                length = rng.randint(1, 5)
                chunks.append(words[:length])
                words = words[length:]
            rng.shuffle(chunks)
            sentence = " ".join(word for chunk in chunks for word in chunk)
        told.append((place, sentence))
    own = re.split(r"(?<=[.!?…։。])\s+", other["text"])[:int(len(kept) * rng.uniform(0.1, 0.6))]
    told += [(rng.uniform(0, len(sentences)), sentence) for sentence in own]
    title = rewrite(article["title"], 0.6, vocabulary, rng).split()
    rng.shuffle(title)
    title = title[:max(3, int(len(title) * rng.uniform(0.5, 0.9)))] + other["title"].split()[:rng.randint(1, 4)]
    return " ".join(title), " ".join(sentence for _, sentence in sorted(told))


def signature(vocabulary, rng):
    """What an author or a list puts under everything: names, an address, small print, sometimes telephone numbers."""
    words = rng.choices(vocabulary, k=rng.randint(25, 120))
    numbers = rng.choice([0.0, 0.4])
    for _ in range(rng.randint(2, 8)):
        at = rng.randrange(len(words))
        words[at] = str(rng.randint(10, 9999)) if rng.random() < numbers else words[at].capitalize()
    return " ".join(words) + "."


def shortened(text, rng):
    return " ".join(text.split()[:rng.randint(25, 90)])


def unlike(articles):
    """Without those that share text with one before: a copy that is not known as one would teach the opposite."""
    seen, kept = set(), []
    for article in articles:
        words = article["text"].lower().split()
        runs = {tuple(words[i:i + 4]) for i in range(len(words) - 3)}
        if len(runs & seen) <= 0.02 * len(runs):
            kept.append(article)
        seen |= runs
    return kept


class Set:
    def __init__(self, rng):
        self.rng, self.docs, self.clusters, self.pairs = rng, [], [], []

    def add(self, cluster, kind, title, text, source):
        name = "d%05d" % len(self.docs)
        self.docs.append(dict(id=name, title=title, text=text, source=source, kind=kind))
        self.clusters.append((name, cluster))
        return name

    def write(self, folder):
        os.makedirs(folder, exist_ok=True)
        order = list(range(len(self.docs)))
        with open(os.path.join(folder, "docs.jsonl"), "w") as f:
            f.writelines(json.dumps(self.docs[i], ensure_ascii=False) + "\n" for i in order)
        with open(os.path.join(folder, "clusters.tsv"), "w") as f:
            f.write("id\tcluster\n" + "".join("%s\t%s\n" % row for row in self.clusters))
        with open(os.path.join(folder, "pairs.tsv"), "w") as f:
            f.write("a\tb\tlabel\tkind\n" + "".join("%s\t%s\t%d\t%s\n" % row for row in self.pairs))


class Site:
    def __init__(self, name, rng):
        self.name = name
        self.front = rng.sample(FRONT, rng.choice([0, 1, 1, 2, 3]))
        self.back = rng.sample(BACK, rng.choice([0, 1, 1, 2, 3]))

    def frame(self, text, rng):
        words = dict(topic=rng.choice(["World", "Region", "Economy", "Sport", "Мир"]), hour=rng.randint(0, 23), minute=rng.randint(10, 59))
        return "\n\n".join([p.format(**words) for p in self.front] + [text] + [p.format(**words) for p in self.back])


def copies(article, other, vocabulary, rng):
    """One copy: (kind, title, text)."""
    title, text, parts = article["title"], article["text"], paragraphs(article["text"])
    kind = rng.choices(["framed", "teaser", "cut", "reordered", "relead", "rewritten", "rough"], [2, 2, 2, 1, 2, 3, 4])[0]
    if kind == "teaser":
        return kind, title, " ".join(text.split()[:rng.randint(20, 80)]) + "…"
    if kind == "cut":
        return kind, title, "\n\n".join(parts[:max(2, int(len(parts) * rng.uniform(0.3, 0.8)))])
    if kind == "reordered":
        rest = [p for p in parts[1:] if rng.random() > 0.25]
        rng.shuffle(rest)
        return kind, title, "\n\n".join(parts[:1] + rest)
    if rng.random() < 0.2:
        title = retitled(text, rng)
    if kind == "relead":
        return kind, title, "\n\n".join(paragraphs(other["text"])[:1] + parts[1:])
    if kind in ("rewritten", "rough"):
        rate = rng.uniform(0.1, 0.4) if kind == "rewritten" else rng.uniform(0.4, 0.75)
        kept = parts if rng.random() < 0.5 else parts[:max(2, int(len(parts) * rng.uniform(0.4, 0.95)))]
        lost = 0.0 if rng.random() < 0.6 else 0.2
        kept = [p for i, p in enumerate(kept) if i == 0 or rng.random() >= lost]
        uneven = rng.uniform(0.0, 0.3) if kind == "rough" else 0.0
        text = "\n\n".join(rewrite(p, min(0.85, max(0.05, rate + rng.uniform(-uneven, uneven))), vocabulary, rng) for p in kept)
        return kind, title if rng.random() < 0.5 else rewrite(title, rate, vocabulary, rng), text
    return kind, title, text


def lookalike(article, other, vocabulary, rng):
    """An article that is no copy of the first: (kind, title, text)."""
    parts, others = paragraphs(article["text"]), paragraphs(other["text"])
    kind = rng.choices(["numbers", "update", "background", "quote", "retold"], [3, 2, 1, 1, 2])[0]
    if kind == "numbers" and re.search(r"\d", article["text"]):
        return kind, renumber(article["title"], rng), renumber(article["text"], rng)
    if kind == "quote":
        shared = rng.sample(parts[1:] or parts, 1)
        at = rng.randint(1, len(others))
        return kind, other["title"], "\n\n".join(others[:at] + shared + others[at:])
    if kind == "retold":
        return kind, *retold(article, other, vocabulary, rng)
    if kind == "background":
        share = max(1, min(len(parts) - 2, int(len(parts) * rng.uniform(0.15, 0.4))))
        told = [rewrite(p, rng.uniform(0.0, 0.15), vocabulary, rng) for p in parts[:share]]
        words = rng.sample(article["title"].split(), min(3, len(article["title"].split())))
        return kind, other["title"] + " " + " ".join(words), "\n\n".join(others[:rng.randint(1, 3)] + told)
    tail = parts[-max(1, int(len(parts) * rng.uniform(0.15, 0.35))):]
    title = article["title"].split(":")[0] + ": " + other["title"] if rng.random() < 0.5 else other["title"]
    return "update", title, "\n\n".join(others[:max(2, len(others) // 2)] + tail)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", required=True)
    parser.add_argument("articles", nargs="+")
    args = parser.parse_args()
    rng = random.Random(args.seed)
    articles = []
    for name in args.articles:
        for line in open(name, encoding="utf8"):
            article = json.loads(line)
            long_enough = 80 <= len(article.get("text", "").split()) <= 1500 and len(article.get("title", "")) > 10
            if article.get("kind", "original") == "original" and long_enough:
                articles.append(article)
    rng.shuffle(articles)
    articles = unlike(articles)[:240]
    vocabulary = sorted({w for a in articles for w in a["text"].split() if is_plain(w)})
    half = len(articles) // 2
    sites = [Site("site%d.example" % n, rng) for n in range(16)]
    out = Set(rng)
    for n, article in enumerate(articles[:half]):
        members = [(out.add("c%d" % n, "original", article["title"], article["text"], "origin%d.example" % (n % 40)), "original")]
        for _ in range(rng.randint(0, 3)):
            kind, title, text = copies(article, rng.choice(articles[half:]), vocabulary, rng)
            site = rng.choice(sites)
            members.append((out.add("c%d" % n, kind, title, site.frame(text, rng), site.name), kind))
        for i, (a, _) in enumerate(members):
            out.pairs += [(a, b, 1, kind) for b, kind in members[i + 1:]]
        if rng.random() < 0.75:
            kind, title, text = lookalike(article, articles[half + n % (len(articles) - half)], vocabulary, rng)
            site = rng.choice(sites)
            twin = out.add("x%d" % n, kind, title, site.frame(text, rng), site.name)
            out.pairs += [(a, twin, 0, kind) for a, _ in members]
        if rng.random() < 0.3:
            other, below = articles[half + (7 * n + 3) % (len(articles) - half)], signature(vocabulary, rng)
            signed = out.add("c%d" % n, "signed", article["title"], shortened(article["text"], rng) + "\n\n" + below, "list%d.example" % n)
            out.pairs += [(a, signed, 1, "signed") for a, _ in members]
            title = other["title"] if rng.random() < 0.6 else "Re: " + article["title"]
            answer = out.add("y%d" % n, "answer", title, shortened(other["text"], rng) + "\n\n" + below, "lists%d.example" % n)
            out.pairs += [(a, answer, 0, "answer") for a, _ in members] + [(signed, answer, 0, "answer")]
    out.write(args.out)


if __name__ == "__main__":
    main()
