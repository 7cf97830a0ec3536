"""The core's own curves, terms and rules, registered through the public hooks like anybody's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mixopt import CurveEntry, RuleEntry, TermEntry, hookimpl
from mixopt.builtin.curves import CURVES
from mixopt.builtin.rules import RULES
from mixopt.builtin.terms import TERMS


@hookimpl
def mixopt_curves() -> Iterable[CurveEntry[Any]]:
    """Yield the families of the cells table."""
    return CURVES


@hookimpl
def mixopt_terms() -> Iterable[TermEntry[Any]]:
    """Yield return and profit."""
    return TERMS


@hookimpl
def mixopt_rules() -> Iterable[RuleEntry[Any]]:
    """Yield spend, share, linear and keep."""
    return RULES
