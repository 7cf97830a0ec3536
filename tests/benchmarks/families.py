"""The families that are measured, as users would give them: a config and its tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
from family import Case, given


def groups(n: int, rules: int, share: float = 0.1) -> tuple[dict, dict]:
    """Random groups of cells, each with a cap or a floor: every cell is a combination of its own."""
    problem = given(Case(n, share, rules))
    return problem.document, {"cells": problem.cells}


def regions(n: int, rules: int = 10, share: float = 0.3) -> tuple[dict, dict]:
    """Ten channels in segments that lie in regions: caps and floors of channels, floors of regions."""
    rng = np.random.default_rng([7, n])
    half = rng.lognormal(0.0, 0.7, n) * 1000
    number = np.arange(n)
    places = max(rules - 3, 1)
    cells = pd.DataFrame(
        {
            "channel": [f"c{k}" for k in number % 10],
            "segment": [f"s{k}" for k in number // 10],
            "region": [f"r{k}" for k in (number // 10) % places],
            "curve": "hill",
            "scale": rng.lognormal(0.0, 1.0, n) * 1000,
            "half_saturation": half,
            "slope": rng.uniform(0.8, 3.0, n),
            "upper": half * rng.uniform(2.0, 6.0, n),
        }
    )
    budget = share * float(cells.upper.sum())
    constraints = [
        {"name": "cap", "kind": "spend", "where": {"channel": "c1"}, "at_most": 0.08 * budget},
        {"name": "floor", "kind": "spend", "where": {"channel": "c2"}, "at_least": 0.12 * budget},
        {"name": "share", "kind": "share", "where": {"channel": ["c3", "c4"]}, "at_most": 0.17},
    ]
    constraints += [
        {
            "name": f"region {k}",
            "kind": "spend",
            "where": {"region": f"r{k}"},
            "at_least": 0.9 * budget / places,
        }
        for k in range(places)
        if (cells.region == f"r{k}").any()
    ]
    return _document(budget, constraints[:rules]), {"cells": cells}


def terms(n: int, shocks: int = 500) -> tuple[dict, dict]:
    """Shocks to what channels return, judged by their worst tenth, and money spread over channels."""
    document, tables = regions(n)
    rng = np.random.default_rng(8)
    names = [f"shock {k}" for k in range(shocks)]
    factor = np.clip(rng.normal(1.0, 0.25, (shocks, 10)), 0.1, 2.0)
    rows = [
        {
            "shock": name,
            "channel": f"c{k}",
            "response": factor[i, k],
            "probability": 0.999 / shocks,
            "dependence": "joint",
        }
        for i, name in enumerate(names)
        for k in range(10)
    ]
    document["data"] = {"cells": "cells", "shocks": "shocks"}
    document["plans"]["best"]["objective"] += [
        {"kind": "resilience", "weight": 0.5, "shocks": "shocks", "measure": "cvar", "level": 0.9},
        {
            "kind": "diversification",
            "over": "channel",
            "measure": "hhi",
            "price": document["budget"]["total"] * 0.1,
        },
    ]
    return document, tables | {"shocks": pd.DataFrame(rows)}


def _document(budget: float, constraints: list) -> dict:
    return {
        "mixopt": 1,
        "name": "benchmark",
        "currency": "EUR",
        "budget": {"total": budget, "rule": "at-most"},
        "data": {"cells": "cells"},
        "constraints": constraints,
        "plans": {"best": {"objective": [{"kind": "response"}]}},
        "solver": {"time_limit": 120},
    }


FAMILIES = {"groups": groups, "regions": regions, "terms": terms}
