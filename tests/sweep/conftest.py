"""A small problem with S-curves and two wishes: the return of television, and that of everything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import mixopt

CELLS = pd.DataFrame(
    {
        "channel": ["tv", "search", "social", "print"],
        "curve": ["hill", "hill", "michaelis-menten", "hill"],
        "scale": [120.0, 90.0, 60.0, 70.0],
        "half_saturation": [45.0, 35.0, 30.0, 40.0],
        "slope": [3.0, 2.5, None, 2.0],
        "value": [1.0, 1.2, 1.1, 1.0],
        "kind": ["brand", "activation", "activation", "brand"],
        "current_spend": [40.0, 30.0, 20.0, 10.0],
    }
)
PLANS: dict[str, Any] = {
    "everything": {"objective": [{"kind": "response"}]},
    "brand-too": {
        "objective": [
            {"kind": "response"},
            {"kind": "response", "name": "brand", "where": {"kind": "brand"}, "weight": 3.0},
        ]
    },
}


def config_of(**changes: Any) -> dict[str, Any]:
    """Return the config as a document."""
    return {
        "mixopt": 1,
        "name": "small",
        "currency": "GBP",
        "budget": {"total": 100.0},
        "data": {"cells": "cells"},
        "plans": PLANS,
        "reports": [],
        **changes,
    }


@pytest.fixture
def ask() -> Callable[..., mixopt.Frontier]:
    """Return a function that finds a frontier of the small problem: ``ask(points=7, plans={…}, executor=…)``."""

    def asking(
        changes: dict[str, Any] | None = None, cells: pd.DataFrame = CELLS, **wishes: Any
    ) -> mixopt.Frontier:
        return mixopt.frontier(config_of(**(changes or {})), {"cells": cells}, **{"points": 7, **wishes})

    return asking


@pytest.fixture(scope="session")
def front() -> mixopt.Frontier:
    """Return the frontier between the two plans."""
    return mixopt.frontier(config_of(), {"cells": CELLS}, points=9)
