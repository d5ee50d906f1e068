"""Privacy losses by dp-accounting's Rényi accountant. Writes epsilon_dp_accounting.csv and
delta_dp_accounting.csv.

Each event is one that this crate charges: an answer of rho-zCDP, as ZCDpEvent and (where 1/sqrt(2 rho) is the
noise multiplier of a Gaussian with the same loss) as GaussianDpEvent, composed with itself. The accountant takes the
best of the orders it is given; they are packed around the best one until epsilon stands still.
"""

import csv
import math

import numpy as np
from dp_accounting import dp_event
from dp_accounting.rdp import rdp_privacy_accountant as rdp

RHOS = ["0.001", "0.01", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "10"]
COMPOSITIONS = [1, 2, 12, 60]
DELTAS = [0.3, 0.03, 1e-4, 1e-6, 1e-9]
EPSILONS = [0.0, 0.1, 0.5, 1.0, 3.0, 10.0, 30.0]


def accountant(event, count, orders):
    result = rdp.RdpAccountant(orders=orders)
    result.compose(event, count)
    return result


def packed(ask):
    """ask(orders) -> (value, best order), asked with ever denser orders."""
    orders = 1 + np.geomspace(0.0101, 1e6, 4000)
    value, best = ask(list(orders))
    for width in (0.02, 0.001):
        around = 1 + (best - 1) * np.linspace(1 - width, 1 + width, 4001)
        around = around[around > 1.01]
        if len(around):
            value, best = min((value, best), ask(list(around)))
    return value, best


with open("epsilon_dp_accounting.csv", "w", newline="") as out:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["event", "rho", "compositions", "delta", "epsilon"])
    for rho in RHOS:
        events = {
            "zcdp": dp_event.ZCDpEvent(float(rho)),
            "gaussian": dp_event.GaussianDpEvent(1 / math.sqrt(2 * float(rho))),
        }
        for name, event in events.items():
            for count in COMPOSITIONS:
                for delta in DELTAS:
                    epsilon, _ = packed(
                        lambda orders: accountant(event, count, orders).get_epsilon_and_optimal_order(delta)
                    )
                    writer.writerow([name, rho, count, delta, f"{epsilon:.9f}"])

with open("delta_dp_accounting.csv", "w", newline="") as out:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["rho", "epsilon", "delta"])
    for rho in RHOS:
        for epsilon in EPSILONS:
            delta, order = packed(
                lambda orders: accountant(dp_event.ZCDpEvent(float(rho)), 1, orders).get_delta_and_optimal_order(epsilon)
            )
            # The accountant takes no order below 1.01. Where the best one may lie there it has no answer to compare with.
            if order > 1.011:
                writer.writerow([rho, epsilon, f"{delta:.12e}"])
