"""Checks of rules: the rows on the model and the levels in numpy draw the same line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from mixopt import BoundRule, BoundTerm, PlanProblem, Problem, build_model, discover, solve
from mixopt.testing.kit import Skip, Subject, promise
from mixopt.testing.sample import pinned, sampled

EDGE = 1e-5


@promise("rule", since="0.1")
def levels_name_rows_of_the_model(subject: Subject) -> None:
    """Every level names a row that the rule put on its block, and has a limit."""
    plan = _ruled(subject, subject.problem)
    labels = {row.label for row in build_model(subject.problem, plan, {}).rows if row.part == "rule:rule"}
    levels = [level for point in sampled(subject.problem) for level in plan.rules[0].rule.levels(point)]
    assert levels, "the rule has no level"
    for level in levels:
        assert level.row in labels, f"level {level.row!r} is no row; the rows are {sorted(labels)}"
        assert level.at_least is not None or level.at_most is not None, f"level {level.row!r} has no limit"


@promise("rule", since="0.1")
def levels_agree_with_the_rows(subject: Subject) -> None:
    """On pinned spends, the model has a plan exactly where all levels are within their limits."""
    for point in sampled(subject.problem):
        fixed, _ = pinned(subject.problem, _ruled(subject, subject.problem), point.spend)
        # built for the pinned problem: a rule may read its budget
        plan = _ruled(subject, fixed)
        levels = plan.rules[0].rule.levels(point)
        excess = max(_excess(level.value, level.at_least, level.at_most) for level in levels)
        if abs(excess) < EDGE or np.isnan(excess):
            continue
        found = solve(build_model(fixed, plan, {}).program).objective is not None
        assert found == (excess < 0), f"levels {levels} while the model has {'a' if found else 'no'} plan"


@promise("rule", since="0.1")
def cost_is_what_the_model_pays(subject: Subject) -> None:
    """What keeping the rule costs is never a gain, and on pinned spends the model pays what the twin says."""
    if subject.entry.name == "keep" or getattr(subject.built(), "cost", lambda: None)() is None:
        raise Skip("keeping the rule costs nothing")
    for point in sampled(subject.problem):
        fixed, _ = pinned(subject.problem, _ruled(subject, subject.problem), point.spend)
        plan = _ruled(subject, fixed)
        rule: Any = plan.rules[0].rule
        cost = rule.cost()
        paid = cost.value(point)
        assert paid <= 0, f"the cost is {paid!r}, wanted: at most 0"
        term = BoundTerm(name="cost", kind=subject.entry.name, weight=1.0, term=cost)
        answer = solve(build_model(fixed, replace(plan, terms=(*plan.terms, term)), {}).program)
        if answer.objective is None:
            continue  # the rule is not kept there
        returns = float(point.returns.sum())
        size = max(1.0, abs(returns), abs(paid))
        assert abs(answer.objective - returns - paid) <= 1e-6 * size, (
            f"the model pays {returns - answer.objective!r}, the twin says {-paid!r}"
        )


def _excess(value: float, at_least: float | None, at_most: float | None) -> float:
    size = max(1.0, abs(value), abs(at_least or 0.0), abs(at_most or 0.0))
    low = -np.inf if at_least is None else at_least - value
    high = -np.inf if at_most is None else value - at_most
    return float(max(low, high) / size)


def _ruled(subject: Subject, problem: Problem) -> PlanProblem:
    """Return a plan of the plain return under the rule."""
    if subject.entry.name == "keep":
        raise Skip("keep is bound to another plan by the run itself")
    entry: Any = discover([]).find("term", "response")
    term = entry.build(entry.settings(), problem.scope)
    response = BoundTerm(name="response", kind="response", weight=1.0, term=term)
    rule = BoundRule(name="rule", kind=subject.entry.name, rule=subject.built_in(problem))
    return PlanProblem(name="plan", terms=(response,), rules=(rule,))
