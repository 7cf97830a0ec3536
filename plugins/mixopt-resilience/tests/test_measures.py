"""What of its return a plan keeps."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from mixopt_resilience.measures import MEASURES

ENTRIES = {entry.name: entry for entry in MEASURES}
SHOCKED = {"cvar-kept", "expected-under-shocks", "worst-case-kept"}


def standing(scope):
    return {name for name, entry in ENTRIES.items() if entry.default(scope) is not None}


def value(scope, name, plan):
    return ENTRIES[name].build(ENTRIES[name].default(scope), scope).value(plan)


def test_they_stand_in_the_contrast_where_they_mean_something(bench, grid_cells, shocks, table):
    assert standing(bench.scope(grid_cells)) == {"kept-worst-channel-dark"}
    assert standing(bench.scope(grid_cells, tables={"shocks": shocks})) == set(ENTRIES)
    assert standing(bench.scope(pd.DataFrame({"channel": ["a"]}))) == set()
    many = [{"shock": f"s{k}", "probability": 0.01} for k in range(20)]
    assert standing(bench.scope(grid_cells, tables={"shocks": table(*many)})) == {"kept-worst-channel-dark"}
    joint = table(*many, dependence="joint")
    assert standing(bench.scope(grid_cells, tables={"shocks": joint})) == set(ENTRIES)


def test_numbers_by_hand(bench, table):
    frame = table({"shock": "a dark", "probability": 0.05, "channel": "a", "response": 0})
    scope = bench.scope(pd.DataFrame({"channel": ["a", "b"]}), tables={"shocks": frame})
    plan = bench.plan(scope, bench.linear([2.0, 1.0]), [60.0, 40.0])  # returns 120 and 40
    assert value(scope, "kept-worst-channel-dark", plan) == pytest.approx(0.25)
    assert value(scope, "worst-case-kept", plan) == pytest.approx(0.25)
    assert value(scope, "expected-under-shocks", plan) == pytest.approx(154.0)
    assert value(scope, "cvar-kept", plan) == pytest.approx((0.5 * 40 + 0.5 * 160) / 160)


def test_a_plan_without_return_keeps_no_share_of_it(bench, grid_cells, shocks):
    scope = bench.scope(grid_cells, tables={"shocks": shocks})
    plan = bench.plan(scope, bench.hill(8), np.zeros(8))
    assert value(scope, "expected-under-shocks", plan) == 0.0
    assert all(math.isnan(value(scope, name, plan)) for name in set(ENTRIES) - {"expected-under-shocks"})
    assert {entry.unit for name, entry in ENTRIES.items() if name in SHOCKED} == {"share", "currency"}
