"""The term ``brand``: where multipliers come from, what they are worth, what is refused."""

from __future__ import annotations

import csv

import numpy as np
import pandas as pd
import pytest
from mixopt_brand.measures import MEASURES
from mixopt_brand.multipliers import MultiplierSettings, build, multipliers
from pydantic import ValidationError

from mixopt import ConfigError, TableError

BY_CHANNEL = {"tv": 3.1, "paid social": 2.0, "search (generic)": 1.5, "ooh, roadside": 2.3}
PER_CELL = np.repeat(list(BY_CHANNEL.values()), 2)
MEASURE = {entry.name: entry for entry in MEASURES}


@pytest.fixture
def scope(bench, grid_cells):
    return bench.scope(grid_cells)


def settings(**keys):
    return MultiplierSettings.model_validate(keys)


def test_without_further_keys_they_come_from_the_column_of_the_cells(scope):
    assert multipliers(settings(), scope).tolist() == PER_CELL.tolist()


def test_inline_by_channel(scope):
    assert multipliers(settings(multipliers=BY_CHANNEL), scope).tolist() == PER_CELL.tolist()


def test_what_inline_leaves_out_takes_the_explicit_rest(scope):
    found = multipliers(settings(multipliers={"tv": 3}, multiplier=1.5), scope)
    assert found.tolist() == [3.0, 3.0] + [1.5] * 6


def test_a_table_may_tell_segments_apart(bench, grid_cells):
    table = pd.DataFrame(
        {
            "channel": ["tv", "tv", "paid social", "search (generic)", "ooh, roadside"],
            "segment": ["prospects", "", "", "existing", ""],
            "multiplier": ["4", "3", "2", "1.5", "2.25"],
        }
    )
    scope = bench.scope(grid_cells, tables={"later": table})
    found = multipliers(settings(table="later", multiplier=1), scope)
    assert found.tolist() == [3.0, 4.0, 2.0, 2.0, 1.5, 1.0, 2.25, 2.25]


def test_a_column_with_blanks_takes_the_explicit_rest(bench, grid_cells):
    cells = grid_cells.drop(columns="long_run_multiplier")
    cells["long_run_multiplier"] = ["3.1", "3.1", "", "", "1.5", "1.5", "", "2"]
    scope = bench.scope(cells)
    found = multipliers(settings(multiplier=1.2), scope)
    assert found.tolist() == [3.1, 3.1, 1.2, 1.2, 1.5, 1.5, 1.2, 2.0]
    with pytest.raises(ConfigError) as caught:
        multipliers(settings(), scope)
    assert str(caught.value) == (
        "no long-run multiplier for paid social / existing, paid social / prospects, ooh, roadside / existing;"
        " wanted: a number for every cell; try: `multiplier:` gives one to all that have none"
    )


def test_the_model_and_the_numpy_twin_agree(bench, scope):
    built = build(settings(), scope)
    curves = bench.hill(scope.n_cells)
    for spend in bench.spends(scope, 12, seed=3):
        plan = bench.plan(scope, curves, spend)
        assert built.value(plan) == pytest.approx(
            float(((PER_CELL - 1) * scope.value * curves.value(spend)).sum())
        )
        assert bench.pinned(scope, curves, spend, term=built).value == pytest.approx(
            built.value(plan), rel=1e-9
        )


def test_channels_with_a_multiplier_of_one_add_nothing(bench, scope):
    built = build(settings(multiplier=1, multipliers={"tv": 1}), scope)
    plan = bench.plan(scope, bench.hill(8), np.full(8, 12.5))
    assert built.value(plan) == 0.0
    assert bench.pinned(scope, bench.hill(8), np.full(8, 12.5), term=built).value == 0.0


def test_the_published_ratios_are_full_over_short_run(bench, shared_cases):
    with (shared_cases / "profit_ability_2.csv").open(encoding="utf-8") as file:
        rows = [
            row for row in csv.DictReader(file) if row["channel"] not in {"All media", "TV (linear+BVOD)"}
        ]
    share = np.array([float(row["share_of_investment"]) for row in rows])
    short = np.array([float(row["short_term_roi"]) for row in rows])
    full = np.array([float(row["full_payback_roi"]) for row in rows])
    scope = bench.scope(
        pd.DataFrame({"channel": [row["channel"] for row in rows], "long_run_multiplier": full / short})
    )
    plan = bench.plan(scope, bench.linear(short), share)
    later = build(settings(), scope).value(plan)
    assert later == pytest.approx(float(share @ (full - short)))
    roi = MEASURE["long-run-roi"].build(settings(), scope).value(plan)
    assert roi == pytest.approx(float(share @ full / share.sum()))
    assert roi == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (
            {"multipliers": {"tv": 0.9, "ooh, roadside": 0.5}, "multiplier": 2},
            (
                "tv has a long-run multiplier of 0.9; wanted: full over short-run return, at least 1: response is never"
                " punished\nooh, roadside has a long-run multiplier of 0.5; wanted: full over short-run return,"
                " at least 1: response is never punished"
            ),
        ),
        (
            {"multipliers": {"tvv": 3}},
            (
                "`multipliers:` names a channel that no cell has: 'tvv'; wanted: channels of the cells table; try: tv,"
                " paid social, search (generic), ooh, roadside"
            ),
        ),
        (
            {"column": "later"},
            (
                "the cells table has no numeric column 'later'; wanted: a long-run multiplier for every cell: in that"
                " column, inline, or in a table of its own; try: multipliers: {tv: 2.0, …}"
            ),
        ),
        (
            {"multipliers": {"tv": 3, "paid social": 2, "search (generic)": 1.5}},
            (
                "no long-run multiplier for ooh, roadside / existing, ooh, roadside / prospects; wanted: a number for"
                " every cell; try: `multiplier:` gives one to all that have none"
            ),
        ),
    ],
)
def test_what_cannot_be_is_said_in_one_go(scope, keys, said):
    with pytest.raises(ConfigError) as caught:
        build(settings(**keys), scope)
    assert str(caught.value) == said


def test_without_the_column_the_short_form_says_what_to_write(bench, grid_cells):
    scope = bench.scope(grid_cells.drop(columns="long_run_multiplier"))
    with pytest.raises(ConfigError, match="no numeric column 'long_run_multiplier'"):
        build(settings(), scope)
    assert build(settings(multiplier=2), scope).share.tolist() == [1.0] * 8


def test_a_table_with_strangers_and_bad_cells_is_refused(bench, grid_cells):
    strangers = pd.DataFrame({"channel": ["tv", "fax"], "multiplier": ["2", "3"]})
    scope = bench.scope(grid_cells, tables={"later": strangers})
    with pytest.raises(TableError, match="later: row 2: no cell has channel 'fax'"):
        build(settings(table="later", multiplier=1), scope)
    scope = bench.scope(
        grid_cells, tables={"later": pd.DataFrame({"channel": ["tv"], "multiplier": ["many"]})}
    )
    with pytest.raises(TableError, match="many"):
        build(settings(table="later", multiplier=1), scope)
    with pytest.raises(TableError, match="no table is called 'sooner'"):
        build(settings(table="sooner"), scope)


@pytest.mark.parametrize(
    "wrong",
    [
        {"multipliers": {"tv": 2}, "table": "t"},
        {"multipliers": {"tv": 2}, "column": "c"},
        {"multiplier": 0.9},
        {"x": 1},
    ],
)
def test_settings_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValidationError):
        settings(**wrong)


def test_measures_stand_in_the_contrast_where_the_column_is(bench, grid_cells, scope):
    assert MEASURE["brand-value"].default(scope) == settings()
    assert MEASURE["long-run-roi"].default(scope) == settings()
    bare = bench.scope(grid_cells.drop(columns="long_run_multiplier"))
    assert MEASURE["brand-value"].default(bare) is None
    nothing = bench.plan(scope, bench.hill(8), np.zeros(8))
    assert np.isnan(MEASURE["long-run-roi"].build(settings(), scope).value(nothing))
