"""What this distribution adds to mixopt, through the public hooks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mixopt import MeasureEntry, RuleEntry, TermEntry, hookimpl
from mixopt_brand.band import RULE
from mixopt_brand.band import TERM as BRAND_BAND
from mixopt_brand.goodwill import TERM as GOODWILL
from mixopt_brand.measures import MEASURES
from mixopt_brand.multipliers import TERM as BRAND


@hookimpl
def mixopt_terms() -> Iterable[TermEntry[Any]]:
    """Yield brand, brand-band and goodwill."""
    yield BRAND
    yield BRAND_BAND
    yield GOODWILL


@hookimpl
def mixopt_rules() -> Iterable[RuleEntry[Any]]:
    """Yield brand-share."""
    yield RULE


@hookimpl
def mixopt_measures() -> Iterable[MeasureEntry[Any]]:
    """Yield brand-value, long-run-roi and brand-share."""
    yield from MEASURES
