"""Measures of spread."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from mixopt_diversification.measures import MEASURES

ENTRIES = {entry.name: entry for entry in MEASURES}


def measure(scope, name):
    entry = ENTRIES[name]
    return entry.build(entry.default(scope), scope)


def test_they_stand_in_every_contrast_where_there_is_something_to_spread_over(bench, grid_cells):
    several, one = bench.scope(grid_cells), bench.scope(pd.DataFrame({"channel": ["a"]}))
    assert {name for name, entry in ENTRIES.items() if entry.default(several)} == set(ENTRIES)
    assert not any(entry.default(one) for entry in ENTRIES.values())
    channels = bench.scope(pd.DataFrame({"channel": ["a", "b"]}))
    assert ENTRIES["effective-segments"].default(channels) is None


def test_numbers_by_hand(bench):
    scope = bench.scope(pd.DataFrame({"channel": list("abcd")}))
    plan = bench.plan(scope, bench.hill(4), [3.0, 3.0, 2.0, 2.0])
    assert measure(scope, "effective-number").value(plan) == pytest.approx(1 / 0.26)
    assert measure(scope, "largest-share").value(plan) == pytest.approx(0.3)


def test_cells_of_one_channel_count_together(bench, grid_cells):
    scope = bench.scope(grid_cells)
    plan = bench.plan(scope, bench.hill(8), [40.0, 10.0, 0.0, 50.0, 0.0, 0.0, 0.0, 0.0])
    assert measure(scope, "effective-number").value(plan) == pytest.approx(2.0)
    assert measure(scope, "effective-segments").value(plan) == pytest.approx(1 / (0.16 + 0.36))


def test_nothing_spent_does_not_apply(bench, grid_cells):
    scope = bench.scope(grid_cells)
    plan = bench.plan(scope, bench.hill(8), np.zeros(8))
    assert all(math.isnan(measure(scope, name).value(plan)) for name in ENTRIES)
