"""What a plan is worth by each of its terms, and where it stands against each of its limits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TermValue:
    """An objective term of the plan: its weight, and its value before the weight, currency."""

    name: str
    kind: str
    weight: float
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLevel:
    """Where a plan stands against one limit.

    Parameters
    ----------
    rule : str
        The rule's name in the config; ``name[label]`` for one row of a rule with several.
    value : float
    at_least, at_most : float or None
        In the unit of `value`.
    unit : str
        ``currency``, ``share``, or the unit of a weights column.
    binding : bool
        Whether the value stands at a limit.
    shadow_price : float
        What the plan's objective gains when the limit gives way by one unit, currency; 0 where it does not bind.
    sentence : str
        The rule in words.
    size : float
        What deviations from the limit are measured by, in its unit: the budget for money, else the size of the numbers
        that its row sums.
    """

    rule: str
    value: float
    at_least: float | None
    at_most: float | None
    unit: str
    binding: bool
    shadow_price: float
    sentence: str = ""
    size: float = 1.0
