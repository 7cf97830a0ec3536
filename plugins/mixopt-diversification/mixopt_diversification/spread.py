"""The term ``diversification``: money for a spend that is spread over groups, by one of three measures.

With X_g the spend of group g, B the budget and N groups, the term is worth, in currency,

    hhi            price · (1 - Σ (X_g/B)²)
    entropy        price · H / ln N,   H = -Σ (X_g/B) ln (X_g/B)
    largest-share  price · (1 - max_g X_g/B)

Shares are of the budget, so that the term stays concave in spend where money may be left.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mixopt import ConcaveTerm, Money, Scope, Settings, Term, TermEntry
from mixopt_diversification.entropy import Entropy
from mixopt_diversification.groups import group
from mixopt_diversification.herfindahl import Herfindahl
from mixopt_diversification.largest import Largest


class SpreadSettings(Settings):
    """What is spread over what, and what it is worth."""

    over: str = Field(
        "channel", description="Column whose groups share the spend: channel, segment or a tag column."
    )
    measure: Literal["hhi", "entropy", "largest-share"] = Field(
        "hhi", description="How spread is measured: Herfindahl index, Shannon's entropy or the largest share."
    )
    price: Money = Field(
        description="What the measure going from 0 to 1 is worth, in the run's currency.", gt=0
    )


def build(settings: SpreadSettings, scope: Scope) -> Term | ConcaveTerm:
    """Return the term for a scope.

    Parameters
    ----------
    settings : SpreadSettings
    scope : Scope

    Returns
    -------
    Herfindahl, Entropy or Largest

    Raises
    ------
    ConfigError
        If the column is missing or has one label only.
    """
    groups = group(scope, settings.over)
    if settings.measure == "largest-share":
        return Largest(groups, settings.price, scope.budget.total)
    if settings.measure == "entropy":
        return Entropy(groups, settings.price, scope.budget.total)
    return Herfindahl(groups, settings.price, scope.budget.total)


TERM = TermEntry(
    name="diversification",
    summary="Spend spread over channels, segments or any tag: Herfindahl index, entropy or largest share, priced.",
    settings=SpreadSettings,
    examples=(
        SpreadSettings(price=400_000.0),
        SpreadSettings(price=250_000.0, measure="entropy"),
        SpreadSettings(price=100_000.0, measure="largest-share"),
    ),
    build=build,
)
