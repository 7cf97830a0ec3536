"""Shadow prices are what a limit is worth: the plan is solved again with the limit moved, and the gain is the price."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mixopt.builtin.rules import Linear, LinearSettings
from mixopt.engine import Options, solve
from mixopt.model import build_model
from mixopt.plan import make_plan
from mixopt.problem.problem import BoundRule, Keep
from mixopt.scope import Budget

EXACT = Options(gap=1e-9)


def solved(problem, name="p", references=None):
    model = build_model(problem, problem.plans[name], references or {})
    solution = solve(model.program, EXACT)
    assert solution.spend is not None
    return make_plan(problem, problem.plans[name], model, solution)


def gain(build, limit, step):
    """What moving the limit by one unit gains, from two solves around it."""
    above, below = (solved(*build(limit + side * step)) for side in (0.5, -0.5))
    return (above.objective - below.objective) / step


def carbon(w, limit):
    settings = LinearSettings.model_validate({"weights": "carbon", "at_most": limit})
    rule = BoundRule(name="rule", kind="linear", rule=Linear(settings, w.problem.scope))
    return replace(w.problem, plans={"p": replace(w.plan("p"), rules=(rule,))}), "p"


@pytest.fixture
def cases(world, sections):
    def with_rule(rule, budget=None):
        return world({"p": ([sections.response()], [rule])}, budget=budget).problem, "p"

    search = {"channel": "search"}
    return {
        "a floor in money": (
            lambda x: with_rule(sections.spend("rule", where=search, at_least=x)),
            60.0,
            1.0,
            -1,
        ),
        "a cap in money": (
            lambda x: with_rule(sections.spend("rule", where=search, at_most=x)),
            20.0,
            1.0,
            1,
        ),
        "a cap on a share": (
            lambda x: with_rule(sections.share("rule", where=search, at_most=x)),
            0.2,
            0.01,
            1,
        ),
        "a floor of a share": (
            lambda x: with_rule(sections.share("rule", where=search, at_least=x)),
            0.6,
            0.01,
            -1,
        ),
        "an exact level": (lambda x: with_rule(sections.spend("rule", where=search, equal=x)), 60.0, 1.0, -1),
        "a weighted cap": (lambda x: carbon(world({"p": ([sections.response()], [])}), x), 250.0, 1.0, 1),
    }


@pytest.mark.parametrize(
    "case",
    [
        "a floor in money",
        "a cap in money",
        "a cap on a share",
        "a floor of a share",
        "an exact level",
        "a weighted cap",
    ],
)
def test_the_price_of_a_rule_is_what_giving_way_gains(cases, case):
    build, limit, step, way = cases[case]
    plan = solved(*build(limit))
    level = next(level for level in plan.rule_levels if level.rule == "rule")
    assert level.binding
    assert level.shadow_price > 0
    assert level.shadow_price == pytest.approx(way * gain(build, limit, step), rel=2e-3)


def test_the_price_of_the_budget_is_what_more_money_returns(world, sections):
    def build(total):
        return world({"p": ([sections.response()], [])}, budget=Budget(total=total)).problem, "p"

    plan = solved(*build(100.0))
    assert plan.rule_levels[0].shadow_price == pytest.approx(gain(build, 100.0, 1.0), rel=2e-3)


def test_money_that_is_left_has_no_price(world, sections):
    w = world({"p": ([sections.response()], [])}, budget=Budget(total=1000.0, rule="at-most"), upper=100.0)
    level = solved(w.problem).rule_levels[0]
    assert not level.binding
    assert level.shadow_price == 0.0


def test_the_price_of_keeping_a_return_is_in_money_of_the_objective(world, sections):
    w = world({"p": ([sections.response("tv-return", {"channel": "tv"})], [])})
    whole = replace(world().plan().terms[0], name="whole")
    best = float(w.evaluation(w.best()).returns.sum())

    def build(share):
        keep = Keep(name="rule", of="best", term=whole, at_least=share)
        return replace(w.problem, plans={"p": replace(w.plan("p"), keeps=(keep,))}), "p", {"rule": best}

    plan = solved(*build(0.98))
    level = next(level for level in plan.rule_levels if level.rule == "rule")
    assert level.binding
    above, below = solved(*build(0.981)), solved(*build(0.979))
    per_unit = (below.objective - above.objective) / (0.002 * best)
    assert level.shadow_price == pytest.approx(per_unit, rel=2e-3)
