"""What this distribution adds to mixopt, through the public hooks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mixopt import MeasureEntry, RuleEntry, TermEntry, hookimpl
from mixopt_resilience.floor import RULE
from mixopt_resilience.measures import MEASURES
from mixopt_resilience.term import TERM


@hookimpl
def mixopt_terms() -> Iterable[TermEntry[Any]]:
    """Yield resilience."""
    yield TERM


@hookimpl
def mixopt_rules() -> Iterable[RuleEntry[Any]]:
    """Yield resilience-floor."""
    yield RULE


@hookimpl
def mixopt_measures() -> Iterable[MeasureEntry[Any]]:
    """Yield kept-worst-channel-dark, cvar-kept, expected-under-shocks and worst-case-kept."""
    yield from MEASURES
