"""Measures of brand for the contrast: what arrives later, ROI over the long run, brand's share of spend."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from mixopt import Evaluation, MeasureEntry, Scope, Settings, Where
from mixopt.curves import Floats
from mixopt_brand.band import BRAND, brand_share
from mixopt_brand.multipliers import COLUMN, MultiplierSettings, build, multipliers


class BrandCells(Settings):
    """Which cells are brand cells."""

    where: Where = Field(BRAND, description="Brand cells; those whose tag `kind` is brand if left out.")


@dataclass(frozen=True, slots=True)
class LongRunRoi:
    """Σ μ v f(x) / Σ x: what a unit of currency returns within the window and after it."""

    multipliers: Floats

    def value(self, plan: Evaluation) -> float:
        """Return the ratio; ``nan`` where nothing is spent."""
        spend = float(plan.spend.sum())
        return float(self.multipliers @ plan.returns) / spend if spend > 0 else float("nan")


@dataclass(frozen=True, slots=True)
class BrandShareOfSpend:
    """Share of spend that goes to brand cells."""

    settings: BrandCells

    def value(self, plan: Evaluation) -> float:
        """Return the share; ``nan`` where nothing is spent."""
        return brand_share(plan, self.settings.where)


def _long_run_roi(settings: MultiplierSettings, scope: Scope) -> LongRunRoi:
    return LongRunRoi(multipliers(settings, scope))


def _brand_share(settings: BrandCells, scope: Scope) -> BrandShareOfSpend:
    scope.select(settings.where)
    return BrandShareOfSpend(settings)


def _if_multipliers(scope: Scope) -> MultiplierSettings | None:
    return MultiplierSettings() if COLUMN in scope.weights else None


def _if_tagged(scope: Scope) -> BrandCells | None:
    tagged = "kind" in scope.cells.columns and "brand" in scope.names("kind")
    return BrandCells() if tagged else None


MEASURES = (
    MeasureEntry(
        name="brand-value",
        summary="What arrives after the window: (long-run multiplier - 1) × value × response.",
        settings=MultiplierSettings,
        examples=(MultiplierSettings(),),
        build=build,
        unit="currency",
        better="more",
        default=_if_multipliers,
        term="brand",
    ),
    MeasureEntry(
        name="long-run-roi",
        summary="Return within the window and after it, per unit of currency spent.",
        settings=MultiplierSettings,
        examples=(MultiplierSettings(),),
        build=_long_run_roi,
        unit="ratio",
        better="more",
        default=_if_multipliers,
    ),
    MeasureEntry(
        name="brand-share",
        summary="Share of spend that goes to brand cells.",
        settings=BrandCells,
        examples=(BrandCells(),),
        build=_brand_share,
        unit="share",
        better="neither",
        default=_if_tagged,
    ),
)
