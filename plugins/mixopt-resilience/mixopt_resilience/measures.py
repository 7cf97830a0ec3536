"""Measures of resilience for the contrast: what of the return is kept in bad times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from mixopt import Evaluation, Fraction, MeasureEntry, Scope, Settings
from mixopt_resilience.reckoning import Reckoning, UnderShocks, outage
from mixopt_resilience.scenarios import MOST_INDEPENDENT, scenarios
from mixopt_resilience.shocks import read_shocks

SHOCKS = "shocks"


class DarkSettings(Settings):
    """What goes dark."""

    over: str = Field("channel", description="Column whose groups go dark, one at a time.")


class ShockSettings(Settings):
    """Which shocks."""

    shocks: str = Field(
        SHOCKS, description="Table of shocks under `data:`; `typical` for the assumed set that ships."
    )
    dependence: Literal["independent", "joint"] | None = Field(
        None, description="Whether shocks combine or exclude each other; as the table says if left out."
    )


class TailSettings(ShockSettings):
    """Which shocks, and how much of the worst counts."""

    level: Fraction = Field(
        0.9, description="The worst 1 - level of the probability counts (90% or 0.9).", ge=0, lt=1
    )


@dataclass(frozen=True, slots=True)
class Worth:
    """What the plan is worth in bad times, currency."""

    reckoning: Reckoning

    def value(self, plan: Evaluation) -> float:
        """Return the worth."""
        return self.reckoning.number(plan)


@dataclass(frozen=True, slots=True)
class Kept:
    """What of its return the plan keeps in bad times, as a share."""

    reckoning: Reckoning

    def value(self, plan: Evaluation) -> float:
        """Return the share; ``nan`` where the plan returns nothing."""
        nominal = float(plan.returns.sum())
        return self.reckoning.number(plan) / nominal if nominal > 0 else float("nan")


def _dark(settings: DarkSettings, scope: Scope) -> Kept:
    return Kept(outage(scope, settings.over))


def _under(settings: ShockSettings, scope: Scope, measure: str, level: float = 0.0) -> UnderShocks:
    return UnderShocks(scenarios(read_shocks(scope, settings.shocks, settings.dependence)), measure, level)


def _tail(settings: TailSettings, scope: Scope) -> Kept:
    return Kept(_under(settings, scope, "cvar", settings.level))


def _expected(settings: ShockSettings, scope: Scope) -> Worth:
    return Worth(_under(settings, scope, "expected"))


def _worst(settings: ShockSettings, scope: Scope) -> Kept:
    return Kept(_under(settings, scope, "worst-case"))


def _if_channels(scope: Scope) -> DarkSettings | None:
    return DarkSettings() if len(scope.names("channel")) > 1 else None


def _has_shocks(scope: Scope) -> bool:
    """Return whether a table ``shocks`` is there that can be read without further settings."""
    table = scope.tables.get(SHOCKS)
    if table is None or "shock" not in table.columns:
        return False
    joint = "dependence" in table.columns and "joint" in set(table["dependence"])
    return joint or table["shock"].nunique() <= MOST_INDEPENDENT


def _shocks(scope: Scope) -> ShockSettings | None:
    return ShockSettings() if _has_shocks(scope) else None


def _tails(scope: Scope) -> TailSettings | None:
    return TailSettings() if _has_shocks(scope) else None


MEASURES = (
    MeasureEntry(
        name="kept-worst-channel-dark",
        summary="Share of the return that is left when the channel that returns most goes dark.",
        settings=DarkSettings,
        examples=(DarkSettings(),),
        build=_dark,
        unit="share",
        better="more",
        default=_if_channels,
    ),
    MeasureEntry(
        name="cvar-kept",
        summary="Share of the return that is left, on average, in the worst tenth of the shocks' probability.",
        settings=TailSettings,
        examples=(TailSettings(),),
        build=_tail,
        unit="share",
        better="more",
        default=_tails,
    ),
    MeasureEntry(
        name="expected-under-shocks",
        summary="Mean return over all shocks.",
        settings=ShockSettings,
        examples=(ShockSettings(),),
        build=_expected,
        unit="currency",
        better="more",
        default=_shocks,
        term="resilience",
    ),
    MeasureEntry(
        name="worst-case-kept",
        summary="Share of the return that is left in the worst combination of shocks.",
        settings=ShockSettings,
        examples=(ShockSettings(),),
        build=_worst,
        unit="share",
        better="more",
        default=_shocks,
    ),
)
