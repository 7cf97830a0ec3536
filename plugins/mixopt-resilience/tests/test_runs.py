"""Whole runs with each kind: proven, and never beaten by a plan on a dense grid; laws of optima under shocks."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest

import mixopt

RESPONSE = {"kind": "response"}
SHOCKS = pd.DataFrame(
    [
        ("tv dark", "8%", "tv", "", "", "0", "1"),
        ("digital dear", "25%", "", "digital", "", "1", "1.4"),
        ("slump", "10%", "", "", "new", "0.7", "1"),
    ],
    columns=["shock", "probability", "channel", "medium", "segment", "response", "price"],
)


def worth(result):
    plan = result.plans["plan"]
    assert plan.status == "optimal"
    return plan.objective


@pytest.mark.parametrize(
    "term",
    [
        {"measure": "expected"},
        {"measure": "cvar"},
        {"measure": "cvar", "level": "60%", "dependence": "joint"},
        {"measure": "worst-case"},
        {"measure": "outage"},
        {"measure": "outage", "over": "segment"},
        {"measure": "cvar", "shocks": "typical"},
    ],
)
def test_a_term_is_solved_to_a_proof(bench, term):
    bench.best_on_a_grid([RESPONSE, {"kind": "resilience", "weight": 0.7, **term}], tables={"shocks": SHOCKS})


@pytest.mark.parametrize("measure", ["expected", "cvar", "worst-case", "outage"])
def test_a_floor_is_solved_to_a_proof(bench, measure):
    floor = {"kind": "resilience-floor", "measure": measure, "at_least": {"today": "101%"}}
    bench.best_on_a_grid([RESPONSE], [floor], {"shocks": SHOCKS})


def alone(bench, shocks=SHOCKS, **keys):
    return worth(bench.solved([{"kind": "resilience", **keys}], tables={"shocks": shocks}))


def test_shocks_without_effect_change_no_optimum(bench):
    idle = SHOCKS.assign(response="1", price="1")
    plain = worth(bench.solved([RESPONSE]))
    for measure in ("expected", "cvar", "worst-case"):
        assert alone(bench, idle, measure=measure) == pytest.approx(plain, rel=2e-4)


def test_the_optimum_falls_from_the_mean_to_the_worst_case(bench):
    values = [alone(bench, level=level) for level in (0, 0.5, 0.9, 0.99, 0.9999)]
    assert values[0] == pytest.approx(alone(bench, measure="expected"), rel=2e-4)
    assert values[-1] == pytest.approx(alone(bench, measure="worst-case"), rel=2e-4)
    assert all(b <= a * (1 + 2e-4) for a, b in itertools.pairwise(values))


def test_a_scenario_in_two_half_probable_copies_has_the_same_optimum(bench):
    joint = SHOCKS.assign(dependence="joint")
    twice = pd.concat((joint.iloc[[1]], joint), ignore_index=True)
    twice.loc[0, "shock"] = "digital dear too"
    twice.loc[[0, 2], "probability"] = "12.5%"
    assert alone(bench, joint, level=0.8) == pytest.approx(alone(bench, twice, level=0.8), rel=2e-4)


def test_a_floor_above_what_any_plan_reaches_is_infeasible(bench):
    best = alone(bench, measure="worst-case")
    floor = {"name": "too much", "kind": "resilience-floor", "measure": "worst-case", "at_least": 1.05 * best}
    result = bench.solved([RESPONSE], [floor], {"shocks": SHOCKS})
    assert result.plans["plan"].status == "infeasible"


def test_keep_refers_to_what_another_plan_is_worth_in_bad_times(bench):
    from_bench = bench.solved([{"kind": "resilience", "measure": "worst-case"}], tables={"shocks": SHOCKS})
    document = dict(from_bench.problem.config.document)
    term = {"kind": "resilience", "measure": "worst-case"}
    document["plans"] = {
        "safe": {"objective": [term]},
        "plan": {
            "objective": [RESPONSE],
            "constraints": [
                {"name": "k", "kind": "keep", "term": "resilience", "of": "safe", "at_least": "98%"}
            ],
        },
    }
    tables = {"cells": bench.cells(), "shocks": SHOCKS}
    result = mixopt.run(document, tables=tables)
    values = result.terms.set_index(["plan", "term"])["value"]
    assert values["plan", "resilience"] >= 0.98 * values["safe", "resilience"] - 1e-6


def test_the_contrast_shows_what_is_kept(bench):
    table = bench.solved([RESPONSE], tables={"shocks": SHOCKS}).contrast.set_index("measure")
    for name in ("kept-worst-channel-dark", "cvar-kept", "worst-case-kept"):
        assert table.loc[name, ["equal-split", "plan"]].astype(float).between(0, 1).all()
    assert table.loc["expected-under-shocks", "plan"] < table.loc["return", "plan"]


@pytest.mark.parametrize("currency", [1e-3, 1e6])
@pytest.mark.parametrize("measure", ["cvar", "worst-case", "outage"])
def test_the_currency_changes_the_objective_in_proportion(bench, measure, currency):
    def proven(unit):
        term = {"kind": "resilience", "measure": measure}
        plan = bench.solved([RESPONSE, term], tables={"shocks": SHOCKS}, currency=unit).plans["plan"]
        return plan.objective / unit, plan.bound / unit

    one, other = proven(1.0), proven(currency)
    assert max(one[0], other[0]) <= min(one[1], other[1]) * (1 + 1e-9)


FUNDS = ["FS", "IB", "LG", "LV", "SG", "SV"]
RETURNS = [
    [10.06, 17.64, 32.41, 32.36, 33.44, 24.56],
    [13.12, 3.25, 18.71, 20.61, 19.40, 25.32],
    [13.47, 7.51, 33.28, 12.93, 3.85, -6.70],
    [45.42, -1.33, 41.46, 7.06, 58.68, 5.43],
    [-21.93, 7.36, -23.26, -5.37, -9.02, 17.31],
]


def test_the_funds_of_hauck_reach_their_published_optima():
    # Anderson, Sweeney & Williams: 100 invested; the worst of five years, and the best mean with at least 2 in each
    years = pd.DataFrame(
        [
            {
                "shock": f"year {k}",
                "probability": 0.2,
                "channel": fund,
                "response": 1 + gain / 100,
                "dependence": "joint",
            }
            for k, gains in enumerate(RETURNS)
            for fund, gain in zip(FUNDS, gains, strict=True)
        ]
    ).assign(dependence="joint")
    cells = pd.DataFrame({"channel": FUNDS, "curve": "linear", "scale": 1.0})
    floor = {"kind": "resilience-floor", "measure": "worst-case", "at_least": 102}
    config = {
        "mixopt": 1,
        "name": "hauck",
        "currency": "USD",
        "budget": {"total": 100},
        "data": {"cells": "cells", "shocks": "shocks"},
        "plans": {
            "conservative": {"objective": [{"kind": "resilience", "measure": "worst-case"}]},
            "moderate": {
                "objective": [{"kind": "resilience", "measure": "expected"}],
                "constraints": [floor],
            },
        },
        "solver": {"gap": 1e-7},
    }
    plans = mixopt.run(config, tables={"cells": cells, "shocks": years}).plans
    assert plans["conservative"].objective == pytest.approx(106.445, abs=1e-3)
    assert plans["conservative"].bound == pytest.approx(106.445, abs=1e-3)
    spend = plans["conservative"].allocation["spend"].tolist()
    assert spend == pytest.approx([0, 55.4, 13.2, 0, 0, 31.4], abs=0.1)
    assert plans["moderate"].objective == pytest.approx(117.33, abs=5e-3)
    assert plans["moderate"].allocation["spend"].tolist() == pytest.approx(
        [0, 0, 10.8, 0, 41.5, 47.7], abs=0.1
    )
