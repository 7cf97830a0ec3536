"""Whole runs with each kind: proven, and never beaten by a plan on a dense grid."""

from __future__ import annotations

import pandas as pd
import pytest

import mixopt

RESPONSE = {"kind": "response"}
STOCK = {"start": 50, "base_sales": 400, "elasticity": "15%"}


@pytest.mark.parametrize(
    "term",
    [
        {"kind": "brand"},
        {"kind": "brand", "weight": 0.5, "multipliers": {"tv": 3}, "multiplier": 1.2},
        {"kind": "brand-band", "price": 0.3},
        {"kind": "goodwill", "lift": 0.05},
        {"kind": "goodwill", "form": "concave", **STOCK},
        {"kind": "goodwill", "form": "linear", "in_window": False, **STOCK},
    ],
)
def test_a_term_is_solved_to_a_proof(bench, term):
    bench.best_on_a_grid([RESPONSE, term])


def test_a_rule_is_solved_to_a_proof(bench):
    bench.best_on_a_grid([RESPONSE], [{"kind": "brand-share", "at_most": "55%"}])


def test_multipliers_from_a_table(bench):
    later = pd.DataFrame({"channel": ["tv", "search", "social"], "multiplier": [3.0, 1.5, 2.0]})
    plan = bench.solved([RESPONSE, {"kind": "brand", "table": "later"}], tables={"later": later}).plans[
        "plan"
    ]
    by_column = bench.solved([RESPONSE, {"kind": "brand"}]).plans["plan"]
    assert plan.objective == pytest.approx(by_column.objective, rel=1e-4)


def test_multipliers_of_one_change_nothing(bench):
    plain = bench.solved([RESPONSE]).plans["plan"]
    plan = bench.solved([RESPONSE, {"kind": "brand", "multiplier": 1, "multipliers": {"tv": 1}}]).plans[
        "plan"
    ]
    assert plan.objective == pytest.approx(plain.objective, rel=1e-4)


def test_one_plan_may_not_reward_both(bench):
    with pytest.raises(mixopt.ConfigError) as caught:
        bench.solved([RESPONSE, {"kind": "brand"}, {"kind": "goodwill", "lift": 0.05}])
    assert "plan 'plan' rewards both 'brand' and 'goodwill', which count the same money" in str(caught.value)
    assert len(caught.value.faults) == 1


def test_brand_makes_the_plan_buy_more_of_what_lasts(bench):
    plain, brand = (
        bench.solved([RESPONSE, *more]).contrast.set_index("measure")["plan"]
        for more in ([], [{"kind": "brand"}])
    )
    assert brand["brand-share"] > plain["brand-share"]
    assert brand["brand"] > plain["brand-value"]
    assert "brand-value" not in brand.index, "one number, one row"
    assert brand["long-run-roi"] > plain["long-run-roi"]
    assert brand["return"] < plain["return"]


@pytest.mark.parametrize("currency", [1e-3, 1e6])
def test_the_currency_changes_the_objective_in_proportion(bench, currency):
    def proven(unit):
        stock = {"kind": "goodwill", "form": "concave", "margin": unit, **STOCK}
        plan = bench.solved([RESPONSE, stock, {"kind": "brand-band", "price": 0.3}], currency=unit).plans[
            "plan"
        ]
        return plan.objective / unit, plan.bound / unit

    one, other = proven(1.0), proven(currency)
    assert max(one[0], other[0]) <= min(one[1], other[1]) * (1 + 1e-9)


def test_the_published_stationary_plan_is_the_optimum_of_one_period():
    # Nerlove & Arrow (1962) at the goodwill where m K β G^(β-1) = (ρ + δ) / (1 + ρ): spend what fades, δ G
    delta, rho, beta, margin, scale = 0.1, 0.02, 0.12, 0.4, 100.0
    stock = (margin * scale * beta * (1 + rho) / (rho + delta)) ** (1 / (1 - beta))
    term = {
        "kind": "goodwill",
        "form": "concave",
        "build": 1,
        "start": stock,
        "base_sales": scale * stock**beta,
        "elasticity": beta,
        "margin": margin,
        "decay": delta,
        "discount": rho,
    }
    cells = pd.DataFrame({"channel": ["tv"], "curve": ["linear"], "scale": [1.0], "value": [0.0]})
    config = {
        "mixopt": 1,
        "name": "nerlove-arrow",
        "currency": "USD",
        "budget": {"total": 20.0, "rule": "at-most"},
        "data": {"cells": "cells"},
        "plans": {"plan": {"objective": [{"kind": "profit"}, term]}},
        "solver": {"gap": 1e-6},
    }
    plan = mixopt.run(config, tables={"cells": cells}).plans["plan"]
    assert plan.status == "optimal"
    # flat at the top: a relative gap of 1e-6 in money leaves a few parts in a thousand of spend open
    assert float(plan.allocation["spend"].iloc[0]) == pytest.approx(delta * stock, rel=2e-2)
