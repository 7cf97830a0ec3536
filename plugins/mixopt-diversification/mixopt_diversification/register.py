"""What this distribution adds to mixopt, through the public hooks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mixopt import MeasureEntry, RuleEntry, TermEntry, hookimpl
from mixopt_diversification.equity import RULE as EQUITABLE_SHARE
from mixopt_diversification.measures import MEASURES
from mixopt_diversification.share_rules import RULES
from mixopt_diversification.spread import TERM


@hookimpl
def mixopt_terms() -> Iterable[TermEntry[Any]]:
    """Yield diversification."""
    yield TERM


@hookimpl
def mixopt_rules() -> Iterable[RuleEntry[Any]]:
    """Yield minimum-share, largest-share, top-share and equitable-share."""
    yield from RULES
    yield EQUITABLE_SHARE


@hookimpl
def mixopt_measures() -> Iterable[MeasureEntry[Any]]:
    """Yield effective-number, effective-segments and largest-share."""
    yield from MEASURES
