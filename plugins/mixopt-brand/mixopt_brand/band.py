"""How much of the spend goes to brand cells: as a rule (hard) and as a term (soft), by default 45 to 75 %.

    brand-share   at_least · X <= X_brand <= at_most · X
    brand-band    - price · [ (at_least · X - X_brand)⁺ + (X_brand - at_most · X)⁺ ]        currency

X is all that the plan spends, X_brand what goes to brand cells. The default band surrounds the 60 : 40 average of
Binet & Field, *The Long and the Short of It* (IPA 2013, 996 award cases; 46 : 54 in business-to-business): entrants for
awards, not a random sample, which is why the band is wide and why the soft form exists.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field, model_validator

from mixopt import (
    Evaluation,
    Fraction,
    Level,
    Number,
    RuleEntry,
    Scope,
    Settings,
    TermEntry,
    Totals,
    Where,
)

BRAND = (("kind", ("brand",)),)


class BandSettings(Settings):
    """A band for the share of spend that goes to brand cells."""

    where: Where = Field(BRAND, description="Brand cells; those whose tag `kind` is brand if left out.")
    at_least: Fraction | None = Field(
        0.45, description="Least share of spend (45% or 0.45); null for none.", ge=0, le=1
    )
    at_most: Fraction | None = Field(
        0.75, description="Greatest share of spend (75% or 0.75); null for none.", ge=0, le=1
    )

    @model_validator(mode="after")
    def _some_band(self) -> BandSettings:
        if self.at_least is None and self.at_most is None:
            raise ValueError("give at_least or at_most")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError(f"at_least {self.at_least:g} is above at_most {self.at_most:g}")
        return self


class SoftBandSettings(BandSettings):
    """A band for the share of spend that goes to brand cells, and what it costs to leave it."""

    price: Number = Field(
        description="Cost of each unit of currency outside the band, in the same currency.", gt=0
    )


@dataclass(frozen=True, slots=True)
class BrandShare:
    """The band as a rule."""

    settings: BandSettings

    def build(self, block: Any, totals: Totals) -> None:
        """Put a row per side on the block."""
        import pyomo.environ as pyo  # noqa: PLC0415

        brand, whole = totals.spend(self.settings.where), totals.spend()
        if self.settings.at_least is not None:
            block.at_least = pyo.Constraint(expr=brand - self.settings.at_least * whole >= 0)
        if self.settings.at_most is not None:
            block.at_most = pyo.Constraint(expr=brand - self.settings.at_most * whole <= 0)

    def levels(self, plan: Evaluation) -> Sequence[Level]:
        """Return the brand cells' share against each side."""
        share, whole = brand_share(plan, self.settings.where), float(plan.spend.sum())
        found = []
        if self.settings.at_least is not None:
            low = self.settings.at_least
            found.append(Level(row="at_least", value=share, at_least=low, unit="share", scale=whole))
        if self.settings.at_most is not None:
            high = self.settings.at_most
            found.append(Level(row="at_most", value=share, at_most=high, unit="share", scale=whole))
        return found

    def sentence(self) -> str:
        """Return the rule in words."""
        return f"brand's share of spend is {band_words(self.settings)}"


@dataclass(frozen=True, slots=True)
class BrandBand:
    """The band as a term: what lies outside costs."""

    settings: SoftBandSettings

    def build(self, block: Any, totals: Totals) -> Any:
        """Put the shortfall and the excess on the block; return what they cost, currency below 0."""
        import pyomo.environ as pyo  # noqa: PLC0415

        brand, whole = totals.spend(self.settings.where), totals.spend()
        outside = []
        if self.settings.at_least is not None:
            low = self.settings.at_least
            block.short = pyo.Var(bounds=(0.0, max(low * whole.ub - brand.lb, 0.0)))
            block.below = pyo.Constraint(expr=block.short + brand - low * whole >= 0)
            outside.append(block.short)
        if self.settings.at_most is not None:
            high = self.settings.at_most
            block.excess = pyo.Var(bounds=(0.0, max(brand.ub - high * whole.lb, 0.0)))
            block.above = pyo.Constraint(expr=block.excess - brand + high * whole >= 0)
            outside.append(block.excess)
        return -self.settings.price * sum(outside)

    def value(self, plan: Evaluation) -> float:
        """Return the same on a given plan, currency, 0 within the band."""
        brand, whole = plan.total(plan.spend, self.settings.where), float(plan.spend.sum())
        short = 0.0 if self.settings.at_least is None else max(self.settings.at_least * whole - brand, 0.0)
        excess = 0.0 if self.settings.at_most is None else max(brand - self.settings.at_most * whole, 0.0)
        return -self.settings.price * (short + excess)


def brand_share(plan: Evaluation, where: Any) -> float:
    """Return the share of spend that goes to brand cells.

    Parameters
    ----------
    plan : Evaluation
    where : Selection
        Brand cells.

    Returns
    -------
    float
        ``nan`` where nothing is spent.
    """
    whole = float(plan.spend.sum())
    return plan.total(plan.spend, where) / whole if whole > 0 else float("nan")


def band_words(settings: BandSettings) -> str:
    """Return a band in words: ``at least 45% and at most 75%``.

    Parameters
    ----------
    settings : BandSettings

    Returns
    -------
    str
    """
    sides = (("at least", settings.at_least), ("at most", settings.at_most))
    return " and ".join(f"{side} {100.0 * share:.6g}%" for side, share in sides if share is not None)


def _rule(settings: BandSettings, scope: Scope) -> BrandShare:
    scope.select(settings.where)
    return BrandShare(settings)


def _term(settings: SoftBandSettings, scope: Scope) -> BrandBand:
    scope.select(settings.where)
    return BrandBand(settings)


RULE = RuleEntry(
    name="brand-share",
    summary="The share of spend that goes to brand cells lies in a band, 45 to 75 % by default.",
    settings=BandSettings,
    examples=(BandSettings(), BandSettings(at_least=0.3, at_most=None)),
    build=_rule,
)

TERM = TermEntry(
    name="brand-band",
    summary="What is spent outside a band for the share of brand cells costs a price per unit of currency.",
    settings=SoftBandSettings,
    examples=(SoftBandSettings(price=0.2),),
    build=_term,
)
