"""The term ``goodwill``: terminal value, stationary optimum, twin, tangents."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from mixopt_brand.goodwill import TERM, GoodwillSettings, build
from pydantic import ValidationError
from scipy.optimize import minimize_scalar

from mixopt import ConfigError

# Nerlove & Arrow (1962) in numbers: the same as the shared case, kept here so that the test runs without it.
CASE = {"delta": 0.1, "rho": 0.02, "beta": 0.12, "margin": 0.4, "K": 100.0}
CONCAVE = {"build": 1, "form": "concave", "start": 500, "base_sales": 2000, "elasticity": 0.15}


def settings(**keys):
    return GoodwillSettings.model_validate(keys)


def stationary(case):
    """Return G* of the discrete form m K β G^(β-1) = (ρ + δ) / (1 + ρ)."""
    rate = (case["rho"] + case["delta"]) / (1 + case["rho"])
    return (case["margin"] * case["K"] * case["beta"] / rate) ** (1 / (1 - case["beta"]))


def at(case, start, **keys):
    """Return settings for a case at a goodwill: base sales are K G^β."""
    return settings(
        build=1,
        start=start,
        base_sales=case["K"] * start ** case["beta"],
        elasticity=case["beta"],
        margin=case["margin"],
        decay=case["delta"],
        discount=case["rho"],
        **keys,
    )


def test_the_case_is_the_shared_one(shared_cases):
    shared = json.loads((shared_cases / "nerlove_arrow.json").read_text(encoding="utf-8"))
    assert {name: shared[name] for name in CASE} == CASE


def test_the_stationary_optimum_tends_to_the_published_one_as_periods_shrink():
    published = (CASE["margin"] * CASE["K"] * CASE["beta"] / (CASE["rho"] + CASE["delta"])) ** (
        1 / (1 - CASE["beta"])
    )
    # a period of length h: rates h δ and h ρ, and base sales of h K G^β in it
    gaps = []
    for h in (1.0, 0.1, 0.01):
        scaled = {**CASE, "delta": h * CASE["delta"], "rho": h * CASE["rho"], "K": h * CASE["K"]}
        gaps.append(abs(stationary(scaled) / published - 1))
    assert gaps[0] < 0.03
    assert gaps[2] < gaps[1] < gaps[0]
    assert gaps[2] < 3e-4


def test_the_marginal_value_of_goodwill_at_the_optimum_is_its_cost_and_the_terminal_value_is_q():
    best = stationary(CASE)
    q = (1 - CASE["delta"]) / (1 + CASE["rho"])
    found = at(CASE, best, form="concave")
    assert found.terminal == pytest.approx(q)
    assert found.margin * found.slope == pytest.approx(1 - q)
    assert build(at(CASE, best), _scope_of_one()).worth == pytest.approx(1.0)


def test_the_one_period_plan_spends_what_the_endless_one_does():
    best = stationary(CASE)
    term = build(at(CASE, best, form="concave"), _scope_of_one())
    answer = minimize_scalar(
        lambda spend: spend - term.value_and_gradient(np.array([spend]))[0],
        bounds=(0.0, best),
        method="bounded",
        options={"xatol": 1e-8},
    )
    assert answer.x == pytest.approx(CASE["delta"] * best, rel=1e-4)


def test_the_endless_plan_really_spends_that():
    # value iteration on goodwill, as if the terminal value were unknown: the policy at G* is to replace what fades
    best = stationary(CASE)
    grid = np.linspace(0.3 * best, 2.0 * best, 401)
    now = CASE["margin"] * CASE["K"] * grid ** CASE["beta"]
    cost = grid[None, :] - (1 - CASE["delta"]) * grid[:, None]  # spend that leads from row to column
    gain = np.where(cost >= 0, now[None, :] - cost, -np.inf)
    value = np.zeros(len(grid))
    for _ in range(300):
        value = (gain + value[None, :] / (1 + CASE["rho"])).max(axis=1)
    choice = grid[(gain + value[None, :] / (1 + CASE["rho"])).argmax(axis=1)]
    here = np.argmin(np.abs(grid - best))
    assert choice[here] == pytest.approx(best, rel=6e-3)


def _scope_of_one():
    from mixopt import Budget, Scope

    return Scope(
        cells=pd.DataFrame({"channel": ["tv"], "segment": ["all"], "curve": ["linear"]}),
        value=np.ones(1),
        lower=np.zeros(1),
        upper=np.full(1, 100.0),
        current_spend=None,
        weights={},
        budget=Budget(total=100.0),
        currency="GBP",
    )


def test_the_terminal_value_is_the_sum_of_all_later_periods():
    found = settings(build=1, lift=0.05, margin=2.0, decay=0.3, discount=0.08)
    later = sum(2.0 * 0.05 * (0.7 / 1.08) ** t for t in range(1, 400))
    assert found.terminal == pytest.approx(later)


FORMS = [
    {"build": 1, "lift": 0.05},
    {"build": 1, "lift": 0.05, "in_window": False},
    {"build": 1, "start": 500, "base_sales": 2000, "elasticity": "15%"},
    {"builds": {"tv": 2, "paid social": 0.5}, "build": 0, "lift": 0.05, "terminal_value": 0.3},
    CONCAVE,
]


@pytest.mark.parametrize("keys", FORMS)
def test_the_model_and_the_numpy_twin_agree(bench, grid_cells, keys):
    scope = bench.scope(grid_cells)
    term = build(settings(**keys), scope)
    curves = bench.hill(8)
    for spend in bench.spends(scope, 8, seed=3):
        twin = term.value(bench.plan(scope, curves, spend))
        assert bench.pinned(scope, curves, spend, term=term).value == pytest.approx(twin, rel=1e-9, abs=1e-9)


def test_linear_numbers_by_hand(bench, grid_cells):
    scope = bench.scope(grid_cells)
    term = build(settings(build=2, lift=0.05, decay=0.5, discount=0.0), scope)
    curves = bench.hill(8)
    plan = bench.plan(scope, curves, np.full(8, 12.5))
    # a unit lifts 0.05 now, then 0.025, 0.0125, …: 0.1 in all
    assert term.value(plan) == pytest.approx(0.1 * 2 * float(plan.response.sum()))


def test_the_concave_form_starts_at_nothing_and_bends_down(bench, grid_cells):
    scope = bench.scope(grid_cells)
    term = build(settings(**CONCAVE), scope)
    assert term.value(bench.plan(scope, bench.hill(8), np.zeros(8))) == 0.0
    points = np.linspace(0.0, 900.0, 40)
    for here in points:
        value, gradient = term.value_and_gradient(np.array([here]))
        step = 1e-4
        if here > 0:
            two = [term.value_and_gradient(np.array([here + s]))[0] for s in (-step, step)]
            assert gradient[0] == pytest.approx((two[1] - two[0]) / (2 * step), rel=1e-6)
        for there in points:
            assert (
                value + gradient[0] * (there - here) >= term.value_and_gradient(np.array([there]))[0] - 1e-9
            )


def test_its_ceiling_is_what_the_bounds_of_its_total_allow(bench, grid_cells):
    scope = bench.scope(grid_cells)
    term = build(settings(**CONCAVE), scope)
    curves = bench.hill(8)
    program = bench.pinned(scope, curves, np.full(8, 12.5), term=term).program
    (oracle,) = program.concave
    ceiling = program.column_upper[oracle.theta]
    most = term.value(bench.plan(scope, curves, scope.upper))
    assert np.isfinite(ceiling)
    assert most <= ceiling * (1 + 1e-12)
    assert ceiling == pytest.approx(most)


def test_both_terms_exclude_each_other():
    from mixopt_brand.multipliers import TERM as BRAND

    assert TERM.excludes == (BRAND.name,)
    assert BRAND.excludes == (TERM.name,)


@pytest.mark.parametrize(
    "wrong",
    [
        {"build": 1},
        {"build": 1, "lift": 0.1, "start": 1, "base_sales": 1, "elasticity": 0.1},
        {**CONCAVE, "lift": 0.1},
        {**CONCAVE, "in_window": False},
        {**CONCAVE, "decay": 1},
        {"build": 1, "form": "concave", "start": 1},
        {"build": 1, "lift": 0.1, "decay": 0, "discount": 0},
        {"build": 1, "lift": 0.1, "builds": {"tv": 1}, "table": "t"},
        {"build": -1, "lift": 0.1},
    ],
)
def test_settings_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValidationError):
        settings(**wrong)


def test_goodwill_that_is_lost_by_response_is_refused(bench, grid_cells):
    with pytest.raises(ConfigError) as caught:
        build(settings(builds={"tv": -1}, build=0, lift=1), bench.scope(grid_cells))
    assert str(caught.value) == "goodwill per response of -1; wanted: at least 0: response is never punished"
