"""What the plugin registers: a rule, a term and a measure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mixopt import MeasureEntry, RuleEntry, TermEntry, hookimpl

from mixopt_carbon.budget import BUDGET
from mixopt_carbon.measure import MEASURE
from mixopt_carbon.price import PRICE


@hookimpl
def mixopt_rules() -> Iterable[RuleEntry[Any]]:
    """Yield the carbon budget."""
    return [BUDGET]


@hookimpl
def mixopt_terms() -> Iterable[TermEntry[Any]]:
    """Yield the carbon price."""
    return [PRICE]


@hookimpl
def mixopt_measures() -> Iterable[MeasureEntry[Any]]:
    """Yield tonnes."""
    return [MEASURE]
