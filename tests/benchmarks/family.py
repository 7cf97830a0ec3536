"""The family of the speed targets, as a user would give it: a config and a cells table.

n Hill curves of slope U(0.8, 3), lognormal scales and half-saturations; a budget of 5, 10 or 30 % of the sum of the
upper bounds; random groups of cells, each with a cap or a floor on its spend that an even plan nearly keeps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Case:
    """One instance of the family."""

    n: int
    share: float
    groups: int
    seed: int = 1

    @property
    def name(self) -> str:
        """What tables call it."""
        return f"n={self.n:,}, budget {self.share:.0%}, {self.groups} group rules"


@dataclass(frozen=True)
class Given:
    """A case in arrays and tables."""

    document: dict
    cells: pd.DataFrame
    members: np.ndarray  # (groups, n) of 0 and 1
    floor: np.ndarray  # (groups,), -inf where there is none
    cap: np.ndarray  # (groups,), inf where there is none


def given(case: Case) -> Given:
    """Return the config and the tables of a case."""
    rng = np.random.default_rng([case.seed, case.n, case.groups])
    half = rng.lognormal(0.0, 0.7, case.n) * 1000
    cells = pd.DataFrame(
        {
            "channel": [f"c{k}" for k in range(case.n)],
            "curve": "hill",
            "scale": rng.lognormal(0.0, 1.0, case.n) * 1000,
            "half_saturation": half,
            "slope": rng.uniform(0.8, 3.0, case.n),
            "upper": half * rng.uniform(2.0, 6.0, case.n),
        }
    )
    budget = case.share * float(cells.upper.sum())
    members = (rng.random((case.groups, case.n)) < rng.uniform(0.1, 0.4, (case.groups, 1))).astype(float)
    members[np.arange(case.groups), rng.integers(case.n, size=case.groups)] = 1.0
    even = case.share * members @ cells.upper.to_numpy()
    capped = rng.random(case.groups) < 0.5
    cap = np.where(capped, even * rng.uniform(0.5, 1.2, case.groups), np.inf)
    floor = np.where(capped, -np.inf, even * rng.uniform(0.2, 0.7, case.groups))
    tags = pd.DataFrame({f"g{k}": np.where(row > 0, "in", "out") for k, row in enumerate(members)})
    rules = [
        {"name": f"group {k}", "kind": "spend", "where": {f"g{k}": "in"}}
        | ({"at_most": float(cap[k])} if capped[k] else {"at_least": float(floor[k])})
        for k in range(case.groups)
    ]
    document = {
        "mixopt": 1,
        "name": "benchmark",
        "currency": "EUR",
        "budget": {"total": budget, "rule": "at-most"},
        "data": {"cells": "cells"},
        "constraints": rules,
        "plans": {"best": {"objective": [{"kind": "response"}]}},
        "solver": {"time_limit": 120},
    }
    return Given(document, pd.concat([cells, tags], axis=1), members, floor, cap)
