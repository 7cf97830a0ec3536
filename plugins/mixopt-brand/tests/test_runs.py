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
    assert brand["brand-value"] > plain["brand-value"]
    assert brand["long-run-roi"] > plain["long-run-roi"]
    assert brand["return"] < plain["return"]
