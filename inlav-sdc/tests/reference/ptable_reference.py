"""Perturbation tables by a general nonlinear solver (SLSQP of scipy).

The programme of the R package ptable with optim = 1 and mono = TRUE, written down anew: maximum entropy
subject to mean 0, variance at most V, and probabilities that do not fall from the lowest noise up to noise 0.
Writes ptable_scipy.csv.
"""

import csv

import numpy as np
from scipy.optimize import minimize

CASES = [
    (1, 0.5, 0), (2, 0.9, 0), (2, 1.0, 0), (3, 1.0, 0), (4, 2.0, 0), (5, 2.0, 0), (5, 3.0, 0), (8, 4.0, 0),
    (3, 1.5, 1), (4, 2.0, 1), (5, 3.0, 2), (6, 4.0, 2), (9, 9.0, 4), (10, 6.5, 3),
]
LOWEST = 1e-14


def row(count, bound, variance, js):
    targets = [j for j in range(max(count - bound, 0), count + bound + 1) if j == 0 or j > js]
    noise = np.array([j - count for j in targets], dtype=float)
    moments = np.array([np.ones_like(noise), noise])
    least = [-(noise**2)]
    offset = [variance]
    if 0.0 in noise:
        for k in range(list(noise).index(0.0)):
            rise = np.zeros_like(noise)
            rise[k], rise[k + 1] = -1, 1
            least.append(rise)
            offset.append(0.0)
    least, offset = np.array(least), np.array(offset)
    constraints = [
        {"type": "eq", "fun": lambda p: moments @ p - np.array([1, 0]), "jac": lambda p: moments},
        {"type": "ineq", "fun": lambda p: least @ p + offset, "jac": lambda p: least},
    ]
    best = None
    start = np.exp(-(noise**2) / (2 * variance))
    for start in (start / start.sum(), np.full(len(noise), 1 / len(noise))):
        for _ in range(20):
            found = minimize(
                lambda p: float(np.sum(p * np.log(p))), start, jac=lambda p: np.log(p) + 1, method="SLSQP",
                bounds=[(LOWEST, 1)] * len(noise), constraints=constraints,
                options={"ftol": 1e-16, "maxiter": 2000},
            )
            gain = np.abs(found.x - start).max()
            start = np.clip(found.x, LOWEST, 1)
            if gain < 1e-13:
                break
        feasible = max(abs(moments @ start - [1, 0])) < 1e-9 and (least @ start + offset).min() > -1e-9
        if feasible and (best is None or found.fun < best[0]):
            best = (found.fun, start)
    assert best is not None, (count, bound, variance, js)
    return targets, best[1]


with open("ptable_scipy.csv", "w", newline="") as out:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["bound", "variance", "js", "count", "target", "probability"])
    for bound, variance, js in CASES:
        for count in range(1, (bound if js == 0 else bound + js + 1) + 1):
            for target, probability in zip(*row(count, bound, variance, js)):
                writer.writerow([bound, variance, js, count, target, f"{max(probability, 0):.12f}"])
