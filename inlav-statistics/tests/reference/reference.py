"""Reference values of inlav's statistics, computed by statsmodels and lifelines.

Run in this directory, after reference.R (it writes survival_input.csv):
    pip install statsmodels lifelines && python reference.py
"""

import csv
import math

import pandas
from lifelines import KaplanMeierFitter
from lifelines.datasets import load_lung
from statsmodels.stats.proportion import proportion_confint

with open("wilson_r.csv") as source, open("wilson_statsmodels.csv", "w") as target:
    print("successes,trials,level,lower,upper", file=target)
    for row in csv.DictReader(source):
        successes, trials, level = int(row["successes"]), int(row["trials"]), float(row["level"])
        lower, upper = proportion_confint(successes, trials, alpha=1 - level, method="wilson")
        print(f"{successes},{trials},{level},{lower:.17g},{upper:.17g}", file=target)

groups = pandas.read_csv("survival_input.csv")
# lifelines ships the lung data too: both tools must hold the same people.
lung = load_lung().dropna(subset=["time"])
for sex in (1, 2):
    ours = groups[groups.group == f"lung{sex}"]
    theirs = lung[lung.sex == sex]
    assert sorted(zip(ours.days, ours.event)) == sorted(zip(theirs.time, theirs.status)), sex

with open("survival_lifelines.csv", "w") as target:
    print("group,median,survival_180,survival_365", file=target)
    for name in ("lung1", "lung2", "ties", "day_zero"):
        group = groups[groups.group == name]
        fit = KaplanMeierFitter().fit(group.days, group.event)
        median = fit.median_survival_time_
        print(
            name,
            "NA" if math.isinf(median) else f"{median:.17g}",
            f"{fit.predict(180):.17g}",
            f"{fit.predict(365):.17g}",
            sep=",",
            file=target,
        )
