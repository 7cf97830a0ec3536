"""The term and the rule: twin, published optima, laws."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from mixopt_resilience import floor, term
from mixopt_resilience.floor import FloorSettings
from mixopt_resilience.reckoning import ResilienceSettings
from pydantic import ValidationError

from mixopt import ConfigError

SETTINGS = [
    {"measure": "expected"},
    {"measure": "cvar"},
    {"measure": "cvar", "level": "50%"},
    {"measure": "cvar", "level": 0},
    {"measure": "worst-case"},
    {"measure": "outage"},
    {"measure": "outage", "over": "segment"},
]


def built(scope, **keys):
    return term.build(ResilienceSettings.model_validate(keys), scope)


@pytest.fixture
def scope(bench, grid_cells, shocks):
    return bench.scope(grid_cells, tables={"shocks": shocks})


@pytest.mark.parametrize("dependence", ["independent", "joint"])
@pytest.mark.parametrize("keys", SETTINGS)
def test_the_model_and_the_numpy_twin_agree(bench, scope, keys, dependence):
    made = built(scope, **keys, dependence=dependence)
    curves = bench.hill(8)
    for spend in bench.spends(scope, 6, seed=3):
        twin = made.value(bench.plan(scope, curves, spend))
        assert bench.pinned(scope, curves, spend, term=made).value == pytest.approx(twin, rel=1e-7)


@pytest.mark.parametrize("keys", SETTINGS)
def test_every_variable_of_its_own_has_finite_bounds(bench, scope, keys):
    program = bench.pinned(scope, bench.hill(8), np.full(8, 12.5), term=built(scope, **keys)).program
    assert np.isfinite(program.column_lower).all()
    assert np.isfinite(program.column_upper).all()


@pytest.mark.parametrize("keys", SETTINGS)
def test_no_response_is_punished(bench, scope, keys):
    made = built(scope, **keys)
    curves = bench.hill(8)
    rng = np.random.default_rng(4)
    for spend in bench.spends(scope, 8, seed=9):
        more = spend + rng.uniform(0, 5, 8)
        assert (
            made.value(bench.plan(scope, curves, more)) >= made.value(bench.plan(scope, curves, spend)) - 1e-9
        )


def test_a_lone_outage_by_hand(bench, grid_cells):
    scope = bench.scope(grid_cells)
    plan = bench.plan(
        scope, bench.linear(np.ones(8)), np.array([20.0, 10.0, 5.0, 5.0, 15.0, 15.0, 20.0, 10.0])
    )
    by_channel = plan.by(plan.returns, "channel")
    assert built(scope, measure="outage").value(plan) == pytest.approx(
        sum(by_channel.values()) - max(by_channel.values())
    )


def test_shocks_by_hand(bench, table):
    frame = table({"shock": "a dark", "probability": 0.1, "channel": "a", "response": 0})
    scope = bench.scope(pd.DataFrame({"channel": ["a", "b"]}), tables={"shocks": frame})
    plan = bench.plan(scope, bench.linear([2.0, 1.0]), [60.0, 40.0])  # returns 120 and 40
    assert built(scope, measure="expected").value(plan) == pytest.approx(0.9 * 160 + 0.1 * 40)
    assert built(scope, measure="worst-case").value(plan) == pytest.approx(40.0)
    assert built(scope, measure="cvar", level=0.9).value(plan) == pytest.approx(40.0)
    assert built(scope, measure="cvar", level=0.8).value(plan) == pytest.approx(100.0)
    assert built(scope, measure="outage").value(plan) == pytest.approx(40.0)


def test_a_price_shock_moves_along_the_curve(bench, table):
    frame = table({"shock": "dear", "probability": "100%", "price": 2})
    scope = bench.scope(pd.DataFrame({"channel": ["a", "b"]}), tables={"shocks": frame})
    curves = bench.hill(2)
    plan = bench.plan(scope, curves, [60.0, 40.0])
    assert built(scope).value(plan) == pytest.approx(float(curves.value(np.array([30.0, 20.0])).sum()))


# Laws


def test_shocks_without_effect_are_the_plain_return(bench, grid_cells, table):
    frame = table({"shock": "rumor", "probability": 0.4})
    scope = bench.scope(grid_cells, tables={"shocks": frame})
    plan = bench.plan(scope, bench.hill(8), np.full(8, 12.5))
    for measure in ("expected", "cvar", "worst-case"):
        assert built(scope, measure=measure).value(plan) == pytest.approx(float(plan.returns.sum()))


def test_cvar_runs_from_the_mean_to_the_worst_case(bench, scope):
    curves = bench.hill(8)
    for spend in bench.spends(scope, 5, seed=6):
        plan = bench.plan(scope, curves, spend)
        values = [built(scope, level=level).value(plan) for level in (0, 0.5, 0.9, 0.99, 0.99999)]
        assert values[0] == pytest.approx(built(scope, measure="expected").value(plan))
        assert values == sorted(values, reverse=True)
        assert values[-1] == pytest.approx(built(scope, measure="worst-case").value(plan))


def test_a_scenario_in_two_half_probable_copies_is_the_same(bench, grid_cells, shocks):
    halves = pd.concat([shocks.iloc[[0]], shocks], ignore_index=True)
    halves.loc[0, "shock"] = "tv dark too"
    halves.loc[[0, 1], "probability"] = "2.5%"
    whole = bench.scope(grid_cells, tables={"shocks": shocks})
    split = bench.scope(grid_cells, tables={"shocks": halves})
    curves = bench.hill(8)
    for keys in SETTINGS[:5]:
        for spend in bench.spends(whole, 3, seed=8):
            values = [
                built(scope, dependence="joint", **keys).value(bench.plan(scope, curves, spend))
                for scope in (whole, split)
            ]
            assert values[0] == pytest.approx(values[1])


def test_the_order_of_shocks_and_cells_does_not_matter(bench, grid_cells, shocks):
    one = bench.scope(grid_cells, tables={"shocks": shocks})
    other = bench.scope(grid_cells.iloc[::-1], tables={"shocks": shocks.iloc[::-1]})
    curves = bench.linear(np.arange(1.0, 9.0))
    mirrored = bench.linear(np.arange(1.0, 9.0)[::-1])
    spend = bench.spends(one, 1, seed=2)[0]
    for keys in SETTINGS:
        a = built(one, **keys).value(bench.plan(one, curves, spend))
        b = built(other, **keys).value(bench.plan(other, mirrored, spend[::-1]))
        assert a == pytest.approx(b)


# The rule


@pytest.mark.parametrize("keys", SETTINGS)
def test_the_floor_allows_what_its_level_says(bench, scope, keys):
    curves = bench.hill(8)
    plans = bench.spends(scope, 10, seed=5)
    worths = [built(scope, **keys).value(bench.plan(scope, curves, spend)) for spend in plans]
    least = float(np.median(worths))
    rule = floor.build(FloorSettings.model_validate({**keys, "at_least": least}), scope)
    for spend, worth in zip(plans, worths, strict=True):
        (level,) = rule.levels(bench.plan(scope, curves, spend))
        assert (level.row, level.value, level.at_least) == ("floor", pytest.approx(worth), least)
        found = bench.pinned(scope, curves, spend, rule=rule)
        assert "floor" in found.rows
        assert (found.value is not None) == (worth >= least)


def test_a_floor_relative_to_today(bench, grid_cells, scope):
    rule = floor.build(FloorSettings.model_validate({"at_least": {"today": "90%"}}), scope)
    curves = bench.hill(8)
    today = bench.plan(scope, curves, scope.current_spend)
    (level,) = rule.levels(today)
    assert level.at_least == pytest.approx(0.9 * level.value)
    assert bench.pinned(scope, curves, scope.current_spend, rule=rule).value is not None
    assert bench.pinned(scope, curves, 0.5 * scope.current_spend, rule=rule).value is None
    unknown = bench.scope(grid_cells.drop(columns="current_spend"), tables=scope.tables)
    with pytest.raises(ConfigError, match="needs today's spend"):
        floor.build(FloorSettings.model_validate({"at_least": {"today": "90%"}}), unknown)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"at_least": 5e5}, "the mean return in the worst 10% of cases is at least 500,000"),
        (
            {"at_least": {"today": "90%"}, "measure": "expected"},
            "the mean return over shocks is at least 90% of today's",
        ),
        ({"at_least": 1, "measure": "worst-case"}, "the return in the worst scenario is at least 1"),
        (
            {"at_least": 1, "measure": "outage"},
            "the return left when the worst channel goes dark is at least 1",
        ),
    ],
)
def test_sentences(scope, keys, said):
    assert floor.build(FloorSettings.model_validate(keys), scope).sentence() == said


def test_a_floor_where_nothing_can_be_left_is_infeasible_not_broken(bench, grid_cells, table):
    dark = table({"shock": "all dark", "probability": 1, "response": 0})
    scope = bench.scope(grid_cells, tables={"shocks": dark})
    rule = floor.build(FloorSettings(at_least=1.0, measure="expected"), scope)
    assert bench.pinned(scope, bench.hill(8), np.full(8, 12.5), rule=rule).value is None


# Hauck Investment Services: six funds, five equally likely scenarios (Anderson, Sweeney & Williams)

FUNDS = ["FS", "IB", "LG", "LV", "SG", "SV"]
RETURNS = [
    [10.06, 17.64, 32.41, 32.36, 33.44, 24.56],
    [13.12, 3.25, 18.71, 20.61, 19.40, 25.32],
    [13.47, 7.51, 33.28, 12.93, 3.85, -6.70],
    [45.42, -1.33, 41.46, 7.06, 58.68, 5.43],
    [-21.93, 7.36, -23.26, -5.37, -9.02, 17.31],
]


@pytest.fixture
def funds(bench, table):
    """Return a scope in which 100 invested in a fund is worth 100 + its return in each scenario."""
    rows = [
        {"shock": f"year {k + 1}", "probability": 0.2, "channel": fund, "response": f"{1 + gain / 100:.6f}"}
        for k, year in enumerate(RETURNS)
        for fund, gain in zip(FUNDS, year, strict=True)
    ]
    return bench.scope(pd.DataFrame({"channel": FUNDS}), tables={"shocks": table(*rows, dependence="joint")})


def test_the_cases_numbers_are_the_shared_ones(shared_cases):
    case = json.loads((shared_cases / "hauck_funds.json").read_text(encoding="utf-8"))
    assert (case["funds"], case["returns"]) == (FUNDS, RETURNS)
    assert case["published"]["maximin"] == 6.445
    assert case["published"]["moderate_expected"] == 17.33


def test_the_conservative_investor_gets_the_published_maximin(bench, funds):
    worth, spend = bench.best_line(funds, bench.linear(np.ones(6)), term=built(funds, measure="worst-case"))
    assert worth - 100 == pytest.approx(6.445, abs=5e-4)
    assert spend / 100 == pytest.approx([0, 0.554, 0.132, 0, 0, 0.314], abs=1e-3)


def test_the_moderate_investor_gets_the_published_mean(bench, funds):
    keeps = floor.build(FloorSettings(measure="worst-case", at_least=102.0), funds)
    worth, spend = bench.best_line(
        funds, bench.linear(np.ones(6)), term=built(funds, measure="expected"), rule=keeps
    )
    assert worth - 100 == pytest.approx(17.33, abs=5e-3)
    assert spend / 100 == pytest.approx([0, 0, 0.108, 0, 0.415, 0.477], abs=1e-3)


def test_the_tail_plan_lies_between_mean_and_maximin(bench, funds):
    lines = bench.linear(np.ones(6))
    worths = [
        bench.best_line(funds, lines, term=built(funds, level=level))[0] for level in (0, 0.4, 0.6, 0.8)
    ]
    assert worths == sorted(worths, reverse=True)
    assert worths[0] == pytest.approx(bench.best_line(funds, lines, term=built(funds, measure="expected"))[0])
    assert worths[-1] - 100 == pytest.approx(6.445, abs=5e-4)


@pytest.mark.parametrize(
    "wrong",
    [
        {"level": 1},
        {"level": "100%"},
        {"level": -0.1},
        {"measure": "regret"},
        {"dependence": "copula"},
        {"shock": "s"},
    ],
)
def test_settings_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValidationError):
        ResilienceSettings.model_validate(wrong)


def test_an_outage_needs_something_to_be_left(bench):
    scope = bench.scope(pd.DataFrame({"channel": ["a", "b"]}))
    with pytest.raises(ConfigError) as caught:
        built(scope, measure="outage", over="segment")
    assert str(caught.value) == (
        "all cells have the same segment: nothing is left when it goes dark;"
        " wanted: a column with at least two different names"
    )
