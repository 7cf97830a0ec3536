"""Floors and caps on shares of spend: rows and numpy levels draw the same line."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from mixopt_diversification.share_rules import RULES

from mixopt import ConfigError

ENTRIES = {entry.name: entry for entry in RULES}


def rule(scope, kind, **settings):
    entry = ENTRIES[kind]
    return entry.build(entry.settings.model_validate(settings), scope)


def kept(levels):
    return all(
        (level.at_least is None or level.value >= level.at_least - 1e-9)
        and (level.at_most is None or level.value <= level.at_most + 1e-9)
        for level in levels
    )


@pytest.fixture
def scope(bench, grid_cells):
    return bench.scope(grid_cells)


CASES = [
    ("minimum-share", {"over": "channel", "at_least": "4%"}),
    ("minimum-share", {"over": "segment", "at_least": 0.35}),
    ("minimum-share", {"over": "channel", "at_least": "10%", "among": ["tv", "ooh, roadside"]}),
    ("largest-share", {"at_most": "45%"}),
    ("largest-share", {"over": "segment", "at_most": "60%"}),
    ("largest-share", {"at_most": "30%", "among": ["paid social"]}),
    ("top-share", {"k": 1, "at_most": "50%"}),
    ("top-share", {"k": 2, "at_most": "70%"}),
    ("top-share", {"k": 3, "at_most": "90%"}),
]


@pytest.mark.parametrize(("kind", "settings"), CASES)
def test_rows_and_levels_agree_on_which_plans_are_allowed(bench, scope, kind, settings):
    built = rule(scope, kind, **settings)
    curves = bench.hill(scope.n_cells)
    verdicts = []
    for spend in bench.spends(scope, 40, seed=7):
        levels = built.levels(bench.plan(scope, curves, spend))
        model = bench.pinned(scope, curves, spend, rule=built)
        verdicts.append(kept(levels))
        assert (model.value is not None) == verdicts[-1], levels
        assert {level.row for level in levels} <= set(model.rows)
    assert any(verdicts)
    assert not all(verdicts)


def test_the_k_largest_by_hand(bench):
    scope = bench.scope(pd.DataFrame({"channel": ["a", "b", "c", "d"]}))
    plan = bench.plan(scope, bench.hill(4), [10.0, 40.0, 20.0, 30.0])
    (level,) = rule(scope, "top-share", k=2, at_most="75%").levels(plan)
    assert (level.row, level.unit, level.scale) == ("top", "share", 100.0)
    assert level.value == pytest.approx(0.7)


@pytest.mark.parametrize(
    ("kind", "settings", "said"),
    [
        ("minimum-share", {"at_least": "3%"}, "every segment gets at least 3% of spend"),
        ("largest-share", {"at_most": "45%"}, "every channel gets at most 45% of spend"),
        (
            "largest-share",
            {"at_most": 0.125, "among": ["tv", "paid social"]},
            "tv, paid social each gets at most 12.5% of spend",
        ),
        ("top-share", {"at_most": "60%"}, "the 2 largest by channel get at most 60% of spend together"),
    ],
)
def test_sentences(scope, kind, settings, said):
    assert rule(scope, kind, **settings).sentence() == said


@pytest.mark.parametrize(
    ("kind", "settings", "said"),
    [
        (
            "minimum-share",
            {"over": "channel", "at_least": "30%"},
            "4 groups with at least 30% each are more than all spend; wanted: at_least of at most 25%",
        ),
        (
            "largest-share",
            {"at_most": "20%"},
            "4 groups with at most 20% each cannot hold all spend; wanted: at_most of at least 25%",
        ),
        (
            "largest-share",
            {"at_most": "50%", "among": ["radio"]},
            (
                "no cell has channel 'radio'; wanted: among the names in column channel;"
                " try: tv, paid social, search (generic), ooh, roadside"
            ),
        ),
        (
            "top-share",
            {"k": 4, "at_most": "90%"},
            (
                "the 4 largest of 4 groups with at most 90% cannot be kept by any plan that spends;"
                " wanted: k below 4, and at_most of at least k/4"
            ),
        ),
    ],
)
def test_what_no_plan_can_keep_is_refused(scope, kind, settings, said):
    with pytest.raises(ConfigError) as caught:
        rule(scope, kind, **settings)
    assert str(caught.value) == said


def test_a_plan_that_spends_nothing_has_no_shares(bench, scope):
    plan = bench.plan(scope, bench.hill(8), np.zeros(8))
    for kind, settings in CASES:
        assert all(np.isnan(level.value) for level in rule(scope, kind, **settings).levels(plan))
