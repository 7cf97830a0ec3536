"""Random small instances, and runs compared as intervals [objective, bound]: a law that fails proves a defect."""

import copy
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

import mixopt

SLACK = 1e-9
FAMILIES = {
    "hill": lambda rng: {
        "scale": rng.uniform(20, 200),
        "half_saturation": rng.lognormal(3.5, 0.6),
        "slope": rng.uniform(0.8, 3),
    },
    "michaelis-menten": lambda rng: {
        "scale": rng.uniform(20, 200),
        "half_saturation": rng.lognormal(3.5, 0.6),
    },
    "negative-exponential": lambda rng: {
        "scale": rng.uniform(20, 200),
        "spend_scale": rng.lognormal(3.5, 0.6),
    },
    "tanh": lambda rng: {"scale": rng.uniform(20, 200), "spend_scale": rng.lognormal(3.5, 0.6)},
    "logistic": lambda rng: {
        "scale": rng.uniform(20, 200),
        "midpoint": rng.uniform(10, 60),
        "spend_scale": rng.uniform(5, 20),
    },
    "power": lambda rng: {"scale": rng.uniform(2, 20), "exponent": rng.uniform(0.3, 0.9)},
    "log": lambda rng: {"scale": rng.uniform(10, 60), "spend_scale": rng.lognormal(3.5, 0.6)},
    "linear": lambda rng: {"scale": rng.uniform(0.2, 1.5)},
}
MONEY = {"half_saturation", "spend_scale", "midpoint", "lower", "upper", "current_spend"}


@dataclass
class Instance:
    """A config document and its cells table; every change makes a copy."""

    config: dict
    cells: pd.DataFrame

    def but(self, *, cells=None, **changes):
        """Return a copy with a changed cells table, or changed top-level keys."""
        config = copy.deepcopy(self.config) | changes
        return Instance(config, self.cells.copy() if cells is None else cells)

    def ruled(self, *rules, replace=False):
        """Return a copy with further rules, or with other ones."""
        return self.but(constraints=[*([] if replace else self.config["constraints"]), *rules])

    def budget(self, total, rule=None):
        """Return a copy with another budget."""
        return self.but(budget={"total": total, "rule": rule or self.config["budget"]["rule"]})

    def objective(self, *terms):
        """Return a copy with another objective."""
        return self.but(plans={"best": {"objective": list(terms)}})

    def run(self, **tables):
        """Return the plan ``best`` of a run."""
        return self.result(**tables).plans["best"]

    def result(self, **tables):
        """Return the result of a run."""
        config = copy.deepcopy(self.config)
        config["data"] = {"cells": "cells", **{name: name for name in tables}}
        return mixopt.run(config, tables={"cells": self.cells, **tables})


def make(seed, *, cells=None, families=None, rule=None):
    """Return a random instance: 4 to 8 cells of mixed families, a tight budget, a few rules that can be kept."""
    rng = np.random.default_rng(seed)
    channels = 2 + seed % 3
    keys = [(f"c{k}", s) for k in range(channels) for s in ("new", "old")] if cells is None else cells
    names = families or list(FAMILIES)
    rows = []
    for channel, segment in keys:
        family = names[rng.integers(len(names))]
        upper = float(rng.uniform(50, 150))
        rows.append(
            {"channel": channel, "segment": segment, "curve": family, **FAMILIES[family](rng), "upper": upper}
            | {"value": float(rng.uniform(0.5, 3)), "current_spend": float(rng.uniform(5, 40))}
            | {"hours": float(rng.uniform(0.1, 2))}
        )
    frame = pd.DataFrame(rows)
    total = float(frame.upper.sum() * rng.choice([0.1, 0.3, 0.6]))
    config = {
        "mixopt": 1,
        "name": f"law-{seed}",
        "currency": "EUR",
        "budget": {"total": total, "rule": rule or str(rng.choice(["spend-all", "at-most"]))},
        "constraints": [
            {"name": "cap", "kind": "share", "where": {"channel": "c0"}, "at_most": "70%"},
            {"name": "floor", "kind": "spend", "where": {"segment": "new"}, "at_least": 0.2 * total},
            {"name": "hours", "kind": "linear", "weights": "hours", "at_most": float(2.0 * total)},
        ][: seed % 4],
        "plans": {"best": {"objective": [{"kind": "response"}]}},
    }
    return Instance(config, frame)


@pytest.fixture
def instance():
    """Return make(seed): a random instance."""
    return make


@pytest.fixture(scope="session")
def same():
    """Return same(a, b, factor=1): assert that the intervals of a (times factor) and b meet."""

    def check(a, b, factor=1.0):
        assert (a.objective is None) == (b.objective is None), f"{a.status} and {b.status}"
        if a.objective is None:
            return
        size = max(1.0, abs(b.bound))
        low, high = max(factor * a.objective, b.objective), min(factor * a.bound, b.bound)
        assert low <= high + SLACK * size, (
            f"{factor} × [{a.objective}, {a.bound}] against [{b.objective}, {b.bound}]"
        )

    return check


@pytest.fixture(scope="session")
def at_most():
    """Return at_most(a, b): assert that a's value is not proven above b's; nothing is below everything."""

    def check(a, b):
        if a.objective is None:
            return
        assert b.bound is not None, f"{a.status} with {a.objective}, but {b.status}"
        assert a.objective <= b.bound + SLACK * max(1.0, abs(b.bound)), f"{a.objective} above {b.bound}"

    return check
