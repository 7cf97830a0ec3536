"""Checks of rules: the rows on the model and the levels in numpy draw the same line."""

from __future__ import annotations

from typing import Any

import numpy as np

from mixopt import BoundRule, BoundTerm, build_model, discover, solve
from mixopt.testing.kit import Skip, Subject, promise
from mixopt.testing.sample import lone_plan, pinned, sampled

EDGE = 1e-5


@promise("rule", since="0.1")
def levels_name_rows_of_the_model(subject: Subject) -> None:
    """Every level names a row that the rule put on its block, and has a limit."""
    problem, plan, rule = _ruled(subject)
    labels = {row.label for row in build_model(problem, plan, {}).rows if row.part == "rule:rule"}
    levels = [level for point in sampled(problem) for level in rule.levels(point)]
    assert levels, "the rule has no level"
    for level in levels:
        assert level.row in labels, f"level {level.row!r} is no row; the rows are {sorted(labels)}"
        assert level.at_least is not None or level.at_most is not None, f"level {level.row!r} has no limit"


@promise("rule", since="0.1")
def levels_agree_with_the_rows(subject: Subject) -> None:
    """On pinned spends, the model has a plan exactly where all levels are within their limits."""
    problem, plan, _ = _ruled(subject)
    for point in sampled(problem):
        fixed, brief = pinned(problem, plan, point.spend)
        levels = plan.rules[0].rule.levels(point)
        excess = max(_excess(level.value, level.at_least, level.at_most) for level in levels)
        if abs(excess) < EDGE or np.isnan(excess):
            continue
        found = solve(build_model(fixed, brief, {}).program).objective is not None
        assert found == (excess < 0), f"levels {levels} while the model has {'a' if found else 'no'} plan"


def _excess(value: float, at_least: float | None, at_most: float | None) -> float:
    size = max(1.0, abs(value), abs(at_least or 0.0), abs(at_most or 0.0))
    low = -np.inf if at_least is None else at_least - value
    high = -np.inf if at_most is None else value - at_most
    return float(max(low, high) / size)


def _ruled(subject: Subject):  # type: ignore[no-untyped-def]  # noqa: ANN202
    if subject.entry.name == "keep":
        raise Skip("keep is bound to another plan by the run itself")
    rule = subject.built()
    entry: Any = discover().find("term", "response")
    term = entry.build(entry.settings(), subject.problem.scope)
    response = BoundTerm(name="response", kind="response", weight=1.0, term=term)
    plan = lone_plan(response)
    plan = type(plan)(
        name=plan.name, terms=plan.terms, rules=(BoundRule(name="rule", kind=subject.entry.name, rule=rule),)
    )
    return subject.problem, plan, rule
