"""A carbon price, as an objective term.

    value = - price · tonnes        currency

The price is an input with a source of its own: a tax, a certificate, what a tonne avoided costs elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mixopt import Evaluation, Money, Scope, TermEntry, Totals
from pydantic import Field

from mixopt_carbon.footprint import Footprint, intensities, tonnes


class PriceSettings(Footprint):
    """What a config writes beside `kind: carbon-price`."""

    price: Money = Field(description="Currency per t CO2e.", ge=0)


@dataclass(frozen=True, slots=True)
class Price:
    """What the footprint costs: more is better, so it is negative."""

    settings: PriceSettings
    scope: Scope

    def __post_init__(self) -> None:
        intensities(self.settings, self.scope)

    def build(self, block: Any, totals: Totals) -> Any:
        """Return the term's expression in totals."""
        weights = intensities(self.settings, self.scope)
        return -self.settings.price * totals.spend(self.settings.where, weights=weights)

    def value(self, plan: Evaluation) -> float:
        """Return the same for a given plan, in numpy."""
        return -self.settings.price * tonnes(self.settings, plan)


PRICE = TermEntry(
    name="carbon-price",
    summary="What the plan's footprint costs at a price per tonne.",
    settings=PriceSettings,
    examples=(PriceSettings(price=90.0),),
    build=Price,
)
