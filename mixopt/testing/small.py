"""Small real problems for tests of plugins: a few cells with mixed curves, tags, weights and a shocks table."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from mixopt import Problem, Registry, Result, discover, read_config, read_problem, run

CHANNELS = ("tv", "search", "social", "radio")
SEGMENTS = ("existing", "prospects")


def small_tables(seed: int = 0, *, draws: int = 0) -> dict[str, pd.DataFrame]:
    """Return the tables of a small problem.

    Parameters
    ----------
    seed : int
        Of the curves' parameters.
    draws : int
        Number of posterior draws of the parameters; 0 for curves that are certain.

    Returns
    -------
    dict of str to DataFrame
        ``cells``: 4 channels × 2 segments, half of them S-shaped, with tags ``kind`` (brand, activation) and ``medium``
        (offline, digital), and weights ``carbon``, ``heads`` and ``long_run_multiplier``; ``shocks``: three shocks.
    """
    rng = np.random.default_rng(seed)
    keys = [(channel, segment) for channel in CHANNELS for segment in SEGMENTS]
    n = len(keys)
    cells = pd.DataFrame(
        {
            "channel": [channel for channel, _ in keys],
            "segment": [segment for _, segment in keys],
            "curve": ["hill"] * n,
            "scale": rng.uniform(50.0, 400.0, n).round(3),
            "half_saturation": rng.uniform(20.0, 200.0, n).round(3),
            "slope": np.where(
                np.arange(n) % 2 == 0, rng.uniform(1.5, 3.0, n), rng.uniform(0.7, 1.0, n)
            ).round(3),
            "value": 2.0,
            "current_spend": rng.uniform(20.0, 100.0, n).round(2),
            "lower": 0.0,
            "upper": 300.0,
            "kind": ["brand" if channel in {"tv", "radio"} else "activation" for channel, _ in keys],
            "medium": ["offline" if channel in {"tv", "radio"} else "digital" for channel, _ in keys],
            "carbon": rng.uniform(0.1, 1.0, n).round(3),
            "heads": [4000.0 if segment == "existing" else 9000.0 for _, segment in keys],
            "long_run_multiplier": [
                {"tv": 3.26, "search": 1.54, "social": 1.98, "radio": 2.02}[c] for c, _ in keys
            ],
        }
    )
    shocks = pd.DataFrame(
        {
            "shock": ["tv dark", "digital prices", "demand"],
            "probability": [0.05, 0.2, 0.1],
            "channel": ["tv", "", ""],
            "medium": ["", "digital", ""],
            "response": [0.0, 1.0, 0.85],
            "price": [1.0, 1.25, 1.0],
        }
    )
    return {"cells": _drawn(cells, draws, rng) if draws else cells, "shocks": shocks}


def _drawn(cells: pd.DataFrame, draws: int, rng: np.random.Generator) -> pd.DataFrame:
    factors = rng.uniform(0.5, 1.5, (draws, len(cells)))
    made = [
        cells.assign(draw=f"d{number}", scale=(cells["scale"] * factor).round(3))
        for number, factor in enumerate(factors)
    ]
    return pd.concat(made, ignore_index=True)


def small_problem(
    seed: int = 0,
    *,
    objective: Sequence[Mapping[str, Any]] = ({"kind": "response"},),
    constraints: Sequence[Mapping[str, Any]] = (),
    registry: Registry | None = None,
    draws: int = 0,
) -> Problem:
    """Return a small problem with one plan, ``plan``, read the way a run reads it.

    Parameters
    ----------
    seed : int
        Of the curves' parameters.
    objective, constraints : sequence of mapping
        As a config writes them.
    registry : Registry, optional
        What kinds mean; everything installed if left out.
    draws : int
        Number of posterior draws of the curves' parameters; 0 for curves that are certain.

    Returns
    -------
    Problem
    """
    tables = small_tables(seed, draws=draws)
    document = _document(tables, objective, constraints)
    registry = discover() if registry is None else registry
    return read_problem(read_config(document, registry), registry, tables)


def small_result(
    *,
    constraints: Sequence[Mapping[str, Any]] = (),
    rename: Sequence[tuple[str, str]] = (),
) -> Result:
    """Return the result of a small run with two plans, solved once and then kept.

    Parameters
    ----------
    constraints : sequence of mapping
        As a config writes them; they hold for the second plan alone, ``balanced``.
    rename : sequence of (str, str)
        Channels with other names: ``("tv", "television")``.

    Returns
    -------
    Result
        Of mixopt's own kinds alone: what else is installed does not matter.
    """
    return _solved(json.dumps([dict(section) for section in constraints]), tuple(rename))


@functools.lru_cache(maxsize=16)
def _solved(constraints: str, rename: tuple[tuple[str, str], ...]) -> Result:
    tables = small_tables()
    tables["cells"]["channel"] = tables["cells"]["channel"].replace(dict(rename))
    document = _document(tables, ({"kind": "response"},), ())
    document["plans"] = {
        "pure-roi": {"objective": [{"kind": "response"}]},
        "balanced": {"objective": [{"kind": "profit"}], "constraints": json.loads(constraints)},
    }
    return run(document, tables, registry=discover([]))


def _document(
    tables: Mapping[str, pd.DataFrame],
    objective: Sequence[Mapping[str, Any]],
    constraints: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    return {
        "mixopt": 1,
        "name": "small",
        "currency": "EUR",
        "budget": {"total": 500.0},
        "data": {name: name for name in tables},
        "constraints": [dict(section) for section in constraints],
        "plans": {"plan": {"objective": [dict(section) for section in objective]}},
    }
