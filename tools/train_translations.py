#!/usr/bin/env python3
"""Find the weights by which translated copies are known (src/news/story/across.rs), and what they hold.

  cargo run --release --example translation_figures -- SET... | tools/train_translations.py

Logistic regression by Newton's method with a small penalty, in plain Python. A report of one event by
another author (label `e`) weighs as much as eight unrelated pairs: such pairs are rare in labelled sets and
the ones that would be merged by mistake. Unlabelled pairs (`-`) are taken for unrelated.

Prints the weights as they stand in the source, what they make of the pairs they were found on, and what is
held out: five-fold, with all articles of one event in one fold, and leaving out one language after the
other. Recall here is that of the comparison alone; whether the pair is laid side by side is another matter.
"""
import sys
import zlib
from collections import defaultdict

from train_stories import fit, sigmoid, spread

WEIGHT = {"1": 1.0, "e": 8.0, "0": 1.0, "-": 1.0}
FOLDS = 5
COPY, POSSIBLE = 0.8, 0.5


def read(lines):
    rows = []
    for line in lines:
        label, a, b, lang_a, lang_b, *figures = line.rstrip("\n").split("\t")
        if label != "label":
            figures = [figure.split("=") for figure in figures]
            names = [name for name, _ in figures]
            rows.append((label, (a, b), (lang_a, lang_b), [float(value) for _, value in figures]))
    return names, rows


def events(rows):
    """Of each article the event that it tells: articles that are copies or tell the same have one."""
    parent = {}

    def find(a):
        while parent.setdefault(a, a) != a:
            a = parent[a]
        return a

    for label, (a, b), _, _ in rows:
        one, other = sorted((find(a), find(b)))
        if label in "1e":
            parent[other] = one
    return {a: find(a) for a in list(parent)}


def train(rows):
    mean, deviation = spread([(0, "", x) for _, _, _, x in rows])
    points = [(int(label == "1"), [1.0] + [(v - m) / d for v, m, d in zip(x, mean, deviation)], WEIGHT[label])
              for label, _, _, x in rows]
    found = fit(points)
    weights = [a / d for a, d in zip(found[1:], deviation)]
    assert all(weight >= 0 for weight in weights), "a figure counts against its meaning: %s" % weights
    return weights, found[0] - sum(a * m for a, m in zip(weights, mean))


def tell(name, judged):
    """Judged: (probability, label) of pairs."""
    copies = [p for p, label in judged if label == "1"]
    parts = []
    for kind, title in (("e", "reports of one event"), ("0-", "unrelated")):
        others = [p for p, label in judged if label in kind]
        parts.append("%d of %d %s (possible: %d)" % (
            sum(p >= COPY for p in others), len(others), title, sum(POSSIBLE <= p < COPY for p in others)))
    recall = sum(p >= COPY for p in copies) / max(1, len(copies))
    possible = sum(POSSIBLE <= p < COPY for p in copies)
    print("%-28s recall %.3f of %d (possible: %d); merged: %s" % (name, recall, len(copies), possible, ", ".join(parts)))


def judge(rows, out, model=None):
    """Of the rows that `out` names, by weights found on all others."""
    weights, bias = model or train([row for row in rows if not out(row)])
    return [(sigmoid(bias + sum(a * b for a, b in zip(weights, x))), label)
            for label, pair, langs, x in rows if out((label, pair, langs, x))]


def main():
    names, rows = read(sys.stdin)
    model = train(rows)
    print("const WEIGHTS: [f32; NAMES.len()] = [%s]; // %s" % (", ".join("%.2f" % w for w in model[0]), ", ".join(names)))
    print("const BIAS: f32 = %.2f;" % model[1])
    tell("all, seen", judge(rows, lambda row: True, model))
    event = events(rows)
    fold = {a: zlib.crc32(event[a].encode()) % FOLDS for a in event}
    by_pair = {}
    for k in range(FOLDS):
        out = [row for row in rows if k in (fold[row[1][0]], fold[row[1][1]])]
        for row, (p, label) in zip(out, judge(rows, lambda row: k in (fold[row[1][0]], fold[row[1][1]]))):
            by_pair[row[1]] = max((p, label, row[2]), by_pair.get(row[1], (0.0, label, row[2])))
    tell("held out by event", [(p, label) for p, label, _ in by_pair.values()])
    chinese = [(p, label) for p, label, langs in by_pair.values() if "zh" not in langs]
    tell("  without Chinese", chinese)
    languages = sorted({lang for row in rows for lang in row[2]})
    for lang in languages:
        tell("without any pair in %s" % lang, judge(rows, lambda row: lang in row[2]))
    pairs = defaultdict(list)
    for p, label, langs in by_pair.values():
        pairs["-".join(sorted(langs))].append((p, label))
    for name, judged in sorted(pairs.items()):
        if any(label == "1" for _, label in judged):
            tell("  " + name, judged)


if __name__ == "__main__":
    main()
