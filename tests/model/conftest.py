"""A scope of six cells by hand, with two S-shaped curves."""

import numpy as np
import pandas as pd
import pytest

from mixopt.curves import Curves
from mixopt.curves.hill import Hill
from mixopt.problem import PlanProblem, Problem
from mixopt.scope import Budget, Scope

N = 6


@pytest.fixture
def scope():
    cells = pd.DataFrame({"channel": list("aabbcc"), "segment": list("xyxyxy"), "curve": ["hill"] * N})
    return Scope(
        cells=cells,
        value=np.full(N, 2.0),
        lower=np.array([0.0, 1.0, 0.0, 0.0, 0.0, 0.0]),
        upper=np.array([10.0, 20.0, 30.0, 40.0, 50.0, 60.0]),
        current_spend=np.full(N, 10.0),
        weights={"carbon": np.arange(6.0)},
        budget=Budget(total=100.0),
        currency="GBP",
    )


@pytest.fixture
def curves():
    return Curves(
        (("hill", np.arange(N), Hill(np.full(N, 50.0), np.full(N, 20.0), np.array([2, 1, 1, 1, 3, 1.0]))),)
    )


@pytest.fixture
def problem(scope, curves):
    """Return problem(*terms, rules=(), keeps=()): one plan with these parts."""

    def make(*terms, rules=(), keeps=()):
        plan = PlanProblem(name="plan", terms=terms, rules=tuple(rules), keeps=tuple(keeps))
        return Problem(config=None, scope=scope, curves=curves, curve_tables=(), plans={"plan": plan})

    return make
