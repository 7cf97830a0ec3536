"""Whole runs with each kind: proven, and never beaten by a plan on a dense grid."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

RESPONSE = {"kind": "response"}


@pytest.mark.parametrize("measure", ["hhi", "entropy", "largest-share"])
@pytest.mark.parametrize("over", ["channel", "segment"])
def test_a_term_is_solved_to_a_proof(bench, measure, over):
    bench.best_on_a_grid(
        [RESPONSE, {"kind": "diversification", "measure": measure, "over": over, "price": 60}]
    )


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "minimum-share", "over": "channel", "at_least": "20%"},
        {"kind": "minimum-share", "over": "channel", "at_least": "15%", "among": ["social"]},
        {"kind": "largest-share", "at_most": "45%"},
        {"kind": "top-share", "k": 2, "at_most": "80%"},
        {"kind": "equitable-share", "column": "heads"},
        {"kind": "equitable-share", "heads": {"old": 1, "new": 3}, "ratio": "100%"},
    ],
)
def test_a_rule_is_solved_to_a_proof(bench, rule):
    # the grid is fine enough to hold plans that keep an exact ratio
    bench.best_on_a_grid([RESPONSE], [rule], step=2.5)


def test_equity_reads_a_table(bench):
    people = pd.DataFrame({"segment": ["old", "new"], "heads": [4, 6]})
    rule = {"kind": "equitable-share", "table": "people"}
    plan = bench.solved([RESPONSE], [rule], {"people": people}).plans["plan"]
    by_column = bench.solved([RESPONSE], [{"kind": "equitable-share", "column": "heads"}]).plans["plan"]
    assert plan.objective == pytest.approx(by_column.objective, rel=1e-4)


def test_a_higher_price_never_makes_a_plan_less_spread(bench):
    spread = []
    for price in (1, 20, 100, 1000):
        term = {"kind": "diversification", "price": price}
        result = bench.solved([RESPONSE, term])
        spread.append(float(result.terms.set_index("term").loc["diversification", "value"]) / price)
    assert all(later >= sooner - 1e-3 for sooner, later in itertools.pairwise(spread))
    assert spread[-1] == pytest.approx(2 / 3, abs=1e-2)


def test_a_rule_that_binds_has_a_price(bench):
    cap = {"name": "cap", "kind": "largest-share", "at_most": "45%"}
    rules = bench.solved([RESPONSE], [cap]).rules.set_index("rule")
    binding = rules[rules.index.str.startswith("cap") & rules["binding"].astype(bool)]
    assert len(binding)
    assert np.isfinite(binding["shadow_price"].astype(float)).all()
    assert (binding["shadow_price"].astype(float) > 0).any()


def test_the_contrast_says_how_spread_plans_are(bench):
    table = bench.solved([RESPONSE]).contrast.set_index("measure")
    assert table.loc["effective-number", "equal-split"] == pytest.approx(3.0)
    assert table.loc["largest-share", "equal-split"] == pytest.approx(1 / 3)
    assert "effective-segments" in table.index


@pytest.mark.parametrize("currency", [1e-3, 1e6])
@pytest.mark.parametrize("measure", ["hhi", "entropy", "largest-share"])
def test_the_currency_changes_the_objective_in_proportion(bench, measure, currency):
    def proven(unit):
        term = {"kind": "diversification", "measure": measure, "price": 60 * unit}
        plan = bench.solved([RESPONSE, term], currency=unit).plans["plan"]
        return plan.objective / unit, plan.bound / unit

    one, other = proven(1.0), proven(currency)
    assert max(one[0], other[0]) <= min(one[1], other[1]) * (1 + 1e-9)
