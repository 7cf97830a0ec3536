"""Every limit with where the plan stands, whether it binds, and what it costs at the margin."""

from __future__ import annotations

import numpy as np
import pytest

from mixopt.model import Row
from mixopt.plan import make_plan
from mixopt.plan.plan import RULE_COLUMNS
from mixopt.scope import Budget


def price_rows(model, **prices):
    """Multipliers by 'part/label', zero elsewhere."""
    return np.array([prices.get(f"{row.part}/{row.label}", 0.0) for row in model.rows])


def test_the_table_has_the_columns_of_the_contract(world):
    w = world()
    plan = make_plan(w.problem, w.plan(), w.model(), w.solution(w.best()))
    assert tuple(plan.rules.columns) == RULE_COLUMNS
    assert plan.rules[["plan", "rule", "at_least", "at_most", "binding"]].to_numpy().tolist() == [
        ["pure-roi", "budget", 100.0, 100.0, True]
    ]


def test_the_price_of_the_budget_is_what_one_more_unit_returns(world):
    w = world()
    model, best = w.model(), w.best()
    price = w.evaluation(best).marginal_roi[0]
    solution = w.solution(best, prices=price_rows(model, **{"budget/limit": price}))
    plan = make_plan(w.problem, w.plan(), model, solution)
    step = 1e-3
    more = w.evaluation(w.best(100.0 + step)).returns.sum() - w.evaluation(w.best(100.0 - step)).returns.sum()
    assert plan.rules["shadow_price"][0] == pytest.approx(more / (2 * step), rel=1e-5)


def test_a_slack_rule_costs_nothing_even_if_the_engine_priced_it(world, sections):
    w = world(
        {"pure-roi": ([sections.response()], [sections.spend("tv", where={"channel": "tv"}, at_most=99)])}
    )
    model = w.model()
    prices = price_rows(model, **{"rule:tv/at_most": 0.3})
    plan = make_plan(w.problem, w.plan(), model, w.solution(w.best(), prices=prices))
    row = plan.rules.set_index("rule").loc["tv"]
    assert not row["binding"]
    assert row["shadow_price"] == 0.0


def test_a_budget_that_forces_money_out_has_a_price_above_zero(world):
    w = world()
    model = w.model()
    solution = w.solution(w.best(), prices=price_rows(model, **{"budget/limit": -0.4}))
    assert make_plan(w.problem, w.plan(), model, solution).rules["shadow_price"][0] == pytest.approx(0.4)


def test_a_price_on_the_side_that_does_not_bind_does_not_count(world):
    w = world(budget=Budget(total=100.0, rule="at-most"))
    model = w.model()
    solution = w.solution(w.best(), prices=price_rows(model, **{"budget/limit": -0.4}))
    assert make_plan(w.problem, w.plan(), model, solution).rules["shadow_price"][0] == 0.0


def test_the_price_of_a_share_is_per_unit_of_share(world, sections):
    spend = np.array([30.0, 30.0, 20.0, 20.0])
    w = world({"p": ([sections.response()], [sections.share("tv", where={"channel": "tv"}, at_most="60%")])})
    model = w.model("p")
    prices = price_rows(model, **{"rule:tv/at_most": 0.2})
    plan = make_plan(w.problem, w.plan("p"), model, w.solution(spend, "p", prices=prices))
    row = plan.rules.set_index("rule").loc["tv"]
    assert row["value"] == pytest.approx(0.6)
    assert row["binding"]
    assert row["shadow_price"] == pytest.approx(0.2 * 100.0)


def test_a_rule_with_two_rows_has_two_lines_told_apart(world, sections):
    rule = sections.spend("tv", where={"channel": "tv"}, at_least=10, at_most=90)
    w = world({"p": ([sections.response()], [rule])})
    plan = make_plan(w.problem, w.plan("p"), w.model("p"), w.solution(w.best(), "p"))
    assert plan.rules["rule"].tolist() == ["budget", "tv[at_least]", "tv[at_most]"]
    assert plan.rule_levels[1].sentence == "spend on tv is at least 10 and at most 90"


def test_range_rows_are_priced_on_both_their_sides(world):
    from dataclasses import replace

    w = world()
    model = w.model()
    split = replace(
        model,
        rows=(
            Row(part="budget", label="limit", side="lower"),
            Row(part="budget", label="limit", side="upper"),
        ),
    )
    solution = w.solution(w.best(), prices=np.array([0.0, 1.5]))
    assert make_plan(w.problem, w.plan(), split, solution).rules["shadow_price"][0] == 1.5
