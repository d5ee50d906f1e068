"""Weighted least squares over margins by dense linear algebra (numpy).

A table of 3 sites by an area tree (0 -> 1, 2; 1 -> 3, 4, 5; 2 -> 6), some margins measured at different variances.
Writes least_squares_measured.csv (what was measured) and least_squares_numpy.csv (estimate and variance of every cell).
"""

import csv
import itertools

import numpy as np

PARENTS = [[None, 0, 0, 0], [None, 0, 0, 1, 1, 1, 2]]
# Levels of both sides and weight; the loss is 0.4 and k is 1, so sigma2 = sum of weights / (2 * 0.4 * weight).
MARGINS = [((1, 2), 4), ((0, 0), 1), ((1, 0), 2), ((0, 1), 2), ((1, 1), 1)]
RHO = 0.4


def path(side, node):
    while node is not None:
        yield node
        node = PARENTS[side][node]


def leaves(side):
    return [n for n in range(len(PARENTS[side])) if n not in PARENTS[side]]


def level(side, wanted):
    depth = {n: len(list(path(side, n))) - 1 for n in range(len(PARENTS[side]))}
    return [n for n in depth if depth[n] == wanted or (depth[n] < wanted and n in leaves(side))]


LEAVES = list(itertools.product(leaves(0), leaves(1)))


def row(cell):
    return [float(all(at in path(side, leaf[side]) for side, at in enumerate(cell))) for leaf in LEAVES]


rng = np.random.default_rng(20)
design, values, roots = [], [], []
with open("least_squares_measured.csv", "w", newline="") as out:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["margin", "first", "second", "measured"])
    whole = sum(weight for _, weight in MARGINS)
    for number, (levels, weight) in enumerate(MARGINS):
        for cell in itertools.product(level(0, levels[0]), level(1, levels[1])):
            measured = int(rng.integers(-10, 200))
            writer.writerow([number, *cell, measured])
            design.append(row(cell))
            values.append(measured)
            roots.append(np.sqrt(2 * RHO * weight / whole))

design, values, roots = np.array(design), np.array(values), np.array(roots)
estimate = np.linalg.lstsq(design * roots[:, None], values * roots, rcond=None)[0]
covariance = np.linalg.inv((design * roots[:, None]).T @ (design * roots[:, None]))
with open("least_squares_numpy.csv", "w", newline="") as out:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["first", "second", "estimate", "variance"])
    for cell in itertools.product(range(4), range(7)):
        within = np.array(row(cell))
        writer.writerow([*cell, f"{within @ estimate:.12f}", f"{within @ covariance @ within:.12f}"])
