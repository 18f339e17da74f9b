#!/usr/bin/env python3
"""Find the weights of the story model (src/news/story/model.rs) from labelled pairs.

  cargo run --release --example story_figures -- SET... | tools/train_stories.py

Logistic regression by Newton's method with a small penalty, in plain Python. A figure that would count
against its meaning (more of the text covered, less of a copy) is left out: such weights fit the made
pairs and fail on real ones. Prints the weights as they stand in the source, and how well they part the
pairs they were made from.
"""
import math
import sys

PENALTY = 1.0        # towards zero, per figure in units of its spread
NEGATIVE_WEIGHT = 0.1  # made negatives are many, and most are far from any copy
MEANING = dict(spread_short=1, spread_long=1, spread_least=1, inner_short=1, lead_least=1, numbers_differ=-1,
               numbers_agree=1, names_differ=-1, numbers_strange=-1, names_strange=-1, title_overlap=1, length_short=-1,
               numbers_shared=1, order=1)


def read(lines):
    names, rows = None, []
    for line in lines:
        fields = line.rstrip("\n").split("\t")
        if fields[0] == "label":
            names = fields[2:]
        else:
            rows.append((int(fields[0]), fields[1], [float(x) for x in fields[2:]]))
    return names, rows


def spread(rows):
    columns = list(zip(*(x for _, _, x in rows)))
    mean = [sum(c) / len(c) for c in columns]
    deviation = [max(1e-6, math.sqrt(sum((v - m) ** 2 for v in c) / len(c))) for c, m in zip(columns, mean)]
    return mean, deviation


def solve(a, b):
    """Gaussian elimination with pivoting."""
    n = len(b)
    a = [row[:] + [v] for row, v in zip(a, b)]
    for i in range(n):
        p = max(range(i, n), key=lambda r: abs(a[r][i]))
        a[i], a[p] = a[p], a[i]
        for r in range(i + 1, n):
            f = a[r][i] / a[i][i]
            if f:
                for c in range(i, n + 1):
                    a[r][c] -= f * a[i][c]
    x = [0.0] * n
    for i in reversed(range(n)):
        x[i] = (a[i][n] - sum(a[i][c] * x[c] for c in range(i + 1, n))) / a[i][i]
    return x


def sigmoid(z):
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))


def fit(points, steps=25):
    n = len(points[0][1])
    w = [0.0] * n
    for _ in range(steps):
        gradient = [-PENALTY * w[i] if i else 0.0 for i in range(n)]
        hessian = [[PENALTY if i == j and i else 0.0 for j in range(n)] for i in range(n)]
        for label, x, weight in points:
            p = sigmoid(sum(a * b for a, b in zip(w, x)))
            e, v = weight * (label - p), weight * max(1e-6, p * (1 - p))
            for i, xi in enumerate(x):
                if xi:
                    gradient[i] += e * xi
                    row, vx = hessian[i], v * xi
                    for j in range(i + 1):
                        row[j] += vx * x[j]
        for i in range(n):
            for j in range(i):
                hessian[j][i] = hessian[i][j]
        step = solve(hessian, gradient)
        w = [a + b for a, b in zip(w, step)]
        if max(map(abs, step)) < 1e-4:
            break
    return w


def main():
    names, rows = read(sys.stdin)
    mean, deviation = spread(rows)
    points = [(label, [1.0] + [(v - m) / d for v, m, d in zip(x, mean, deviation)], 1.0 if label else NEGATIVE_WEIGHT)
              for label, _, x in rows]
    used = list(range(len(names)))
    while True:
        part = fit([(label, [x[0]] + [x[i + 1] for i in used], weight) for label, x, weight in points])
        wrong = [i for i, v in zip(used, part[1:]) if v * MEANING.get(names[i], 0) < 0]
        if not wrong:
            break
        worst = max(wrong, key=lambda i: abs(part[1 + used.index(i)]))
        used.remove(worst)
    w = [part[0]] + [0.0] * len(names)
    for i, v in zip(used, part[1:]):
        w[i + 1] = v
    weights = [a / d for a, d in zip(w[1:], deviation)]
    bias = w[0] - sum(a * m for a, m in zip(weights, mean))
    print("const BIAS: f32 = %.3f;" % bias)
    print("const WEIGHTS: [f32; COUNT] = [")
    for name, weight, scaled in zip(names, weights, w[1:]):
        print("    %.3f, // %s" % (weight, name))
    print("];")
    score = [(sigmoid(bias + sum(a * b for a, b in zip(weights, x))), label, kind) for label, kind, x in rows]
    copies = [p for p, label, _ in score if label]
    others = [p for p, label, _ in score if not label]
    print("%d copies, %d others; at .8 recall %.4f, merged %.4f; at .5 recall %.4f, merged %.4f" % (
        len(copies), len(others), sum(p >= .8 for p in copies) / len(copies), sum(p >= .8 for p in others) / len(others),
        sum(p >= .5 for p in copies) / len(copies), sum(p >= .5 for p in others) / len(others)), file=sys.stderr)
    kinds = {}
    for p, label, kind in score:
        key = (label, kind.split("+")[0])
        row = kinds.setdefault(key, [0, 0])
        row[0] += 1
        row[1] += p >= .8
    for (label, kind), (count, called) in sorted(kinds.items()):
        print("  %d %-18s %5d called copies %.3f" % (label, kind, count, called / count), file=sys.stderr)


if __name__ == "__main__":
    main()
