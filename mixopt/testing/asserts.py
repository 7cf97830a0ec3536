"""Assertions for plugin tests."""

from __future__ import annotations

from typing import Any

import numpy as np


def assert_plan_close(plan: Any, other: Any, *, money: float = 1e-6) -> None:
    """Assert that two plans prove the same optimum: their intervals [objective, bound] meet.

    Parameters
    ----------
    plan, other : Plan
    money : float
        Relative slack.

    Raises
    ------
    AssertionError
        If one plan is found and the other is not, or the intervals lie apart.
    """
    found = (plan.objective is None, other.objective is None)
    assert found[0] == found[1], f"{plan.status} and {other.status}"
    if plan.objective is None:
        return
    slack = money * max(1.0, abs(plan.bound), abs(other.bound))
    low, high = max(plan.objective, other.objective), min(plan.bound, other.bound)
    assert low <= high + slack, (
        f"[{plan.objective}, {plan.bound}] and [{other.objective}, {other.bound}] lie apart"
    )


def assert_rules_equal(rule: Any, other: Any, plans: Any, *, close: float = 1e-9) -> None:
    """Assert that two rules draw the same line on some plans: both kept, or both broken.

    Parameters
    ----------
    rule, other : Rule
    plans : iterable of Evaluation
    close : float
        How near a limit counts as kept, relative.

    Raises
    ------
    AssertionError
        Showing the levels on the first plan where they differ.
    """
    for plan in plans:
        kept = [all(_kept(level, close) for level in each.levels(plan)) for each in (rule, other)]
        assert kept[0] == kept[1], f"{rule.levels(plan)} and {other.levels(plan)}"


def _kept(level: Any, close: float) -> bool:
    slack = close * max(1.0, abs(level.value))
    low = -np.inf if level.at_least is None else level.at_least
    high = np.inf if level.at_most is None else level.at_most
    return bool(low - slack <= level.value <= high + slack)
