"""Rules on each group's share of spend: a floor under every group, a cap over every group, a cap over the k largest.

    minimum-share   X_g >= at_least · X                                    for every group g among those named
    largest-share   X_g <= at_most · X                                     for every group g among those named
    top-share       k·η + Σ_g (X_g - η)⁺ <= at_most · X   for some η       the k largest together (Ogryczak & Tamir
                                                                           2003, doi:10.1016/S0020-0190(02)00370-8)

X is all that the plan spends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import Field

from mixopt import ConfigError, Evaluation, Fault, Fraction, Level, RuleEntry, Scope, Settings, Totals
from mixopt_diversification.concentration import shares
from mixopt_diversification.groups import Groups, group


class MinimumShareSettings(Settings):
    """The least share of spend of each group."""

    over: str = Field(
        "segment", description="Column whose groups each get a share: channel, segment or a tag column."
    )
    at_least: Fraction = Field(description="Least share of spend of each group (3% or 0.03).", ge=0, le=1)
    among: tuple[str, ...] = Field((), description="Names of the groups that get it; all if left out.")


class LargestShareSettings(Settings):
    """The greatest share of spend of any group."""

    over: str = Field(
        "channel", description="Column whose groups are capped: channel, segment or a tag column."
    )
    at_most: Fraction = Field(description="Greatest share of spend of each group (40% or 0.4).", ge=0, le=1)
    among: tuple[str, ...] = Field((), description="Names of the groups that are capped; all if left out.")


class TopShareSettings(Settings):
    """The greatest share of spend of the k largest groups together."""

    over: str = Field(
        "channel", description="Column whose groups are ranked: channel, segment or a tag column."
    )
    k: int = Field(2, description="How many of the largest groups count, 1 or more.", ge=1, strict=True)
    at_most: Fraction = Field(
        description="Greatest share of spend of the k largest together (60% or 0.6).", ge=0, le=1
    )


@dataclass(frozen=True, slots=True)
class EachShare:
    """A floor or a cap on the share of every group.

    Parameters
    ----------
    groups : Groups
    chosen : tuple of int
        Positions of the groups that are limited.
    at_least, at_most : float or None
        One of them is given.
    """

    groups: Groups
    chosen: tuple[int, ...]
    at_least: float | None = None
    at_most: float | None = None

    def build(self, block: Any, totals: Totals) -> None:
        """Put one row per group on the block."""
        import pyomo.environ as pyo  # noqa: PLC0415

        spends = dict(zip(self.groups.names, self.groups.totals(totals), strict=True))
        whole = totals.spend()
        names = [self.groups.names[g] for g in self.chosen]
        if self.at_least is not None:
            floor = self.at_least
            block.share = pyo.Constraint(names, rule=lambda _, name: spends[name] - floor * whole >= 0)
        else:
            cap = self.at_most
            block.share = pyo.Constraint(names, rule=lambda _, name: spends[name] - cap * whole <= 0)

    def levels(self, plan: Evaluation) -> Sequence[Level]:
        """Return each group's share against the limit."""
        spends = self.groups.spend(plan)
        share = shares(spends)
        return [
            Level(
                row=f"share[{self.groups.names[g]}]",
                value=float(share[g]),
                at_least=self.at_least,
                at_most=self.at_most,
                unit="share",
                scale=float(spends.sum()),
            )
            for g in self.chosen
        ]

    def sentence(self) -> str:
        """Return the rule in words."""
        named = len(self.chosen) < len(self.groups.names)
        who = ", ".join(self.groups.names[g] for g in self.chosen) if named else f"every {self.groups.over}"
        each = " each" if named and len(self.chosen) > 1 else ""
        if self.at_least is not None:
            return f"{who}{each} gets at least {percent(self.at_least)} of spend"
        return f"{who}{each} gets at most {percent(self.at_most or 0.0)} of spend"


@dataclass(frozen=True, slots=True)
class TopShare:
    """A cap on the k largest groups together.

    Parameters
    ----------
    groups : Groups
    k : int
    at_most : float
    """

    groups: Groups
    k: int
    at_most: float

    def build(self, block: Any, totals: Totals) -> None:
        """Put the threshold, the excesses over it and the cap on the block."""
        import pyomo.environ as pyo  # noqa: PLC0415

        spends = self.groups.totals(totals)
        most = max(spend.ub for spend in spends)
        block.threshold = pyo.Var(bounds=(0.0, most))
        block.excess = pyo.Var(range(len(spends)), bounds=(0.0, most))
        block.above = pyo.Constraint(
            range(len(spends)), rule=lambda _, g: block.excess[g] + block.threshold - spends[g] >= 0
        )
        top = self.k * block.threshold + sum(block.excess[g] for g in block.excess)
        block.top = pyo.Constraint(expr=top - self.at_most * totals.spend() <= 0)

    def levels(self, plan: Evaluation) -> Sequence[Level]:
        """Return the share of the k largest against the cap."""
        spends = self.groups.spend(plan)
        top = float(np.sort(shares(spends))[-self.k :].sum())
        return [Level(row="top", value=top, at_most=self.at_most, unit="share", scale=float(spends.sum()))]

    def sentence(self) -> str:
        """Return the rule in words."""
        return f"the {self.k} largest by {self.groups.over} get at most {percent(self.at_most)} of spend together"


def percent(share: float) -> str:
    """Return a share as people write it: ``3%``, ``12.5%``.

    Parameters
    ----------
    share : float

    Returns
    -------
    str
    """
    return f"{100.0 * share:.6g}%"


def _minimum(settings: MinimumShareSettings, scope: Scope) -> EachShare:
    groups = group(scope, settings.over)
    chosen = groups.among(settings.among)
    if settings.at_least * len(chosen) > 1.0 + 1e-12:
        raise ConfigError(
            Fault(
                where="",
                problem=f"{len(chosen)} groups with at least {percent(settings.at_least)} each are more than all spend",
                wanted=f"at_least of at most {percent(1.0 / len(chosen))}",
            )
        )
    return EachShare(groups, chosen, at_least=settings.at_least)


def _largest(settings: LargestShareSettings, scope: Scope) -> EachShare:
    groups = group(scope, settings.over)
    chosen = groups.among(settings.among)
    if len(chosen) == len(groups.names) and settings.at_most * len(chosen) < 1.0 - 1e-12:
        raise ConfigError(
            Fault(
                where="",
                problem=f"{len(chosen)} groups with at most {percent(settings.at_most)} each cannot hold all spend",
                wanted=f"at_most of at least {percent(1.0 / len(chosen))}",
            )
        )
    return EachShare(groups, chosen, at_most=settings.at_most)


def _top(settings: TopShareSettings, scope: Scope) -> TopShare:
    groups = group(scope, settings.over)
    count = len(groups.names)
    if settings.k >= count or settings.at_most < settings.k / count - 1e-12:
        raise ConfigError(
            Fault(
                where="",
                problem=f"the {settings.k} largest of {count} groups with at most {percent(settings.at_most)}"
                " cannot be kept by any plan that spends",
                wanted=f"k below {count}, and at_most of at least k/{count}",
            )
        )
    return TopShare(groups, settings.k, settings.at_most)


RULES = (
    RuleEntry(
        name="minimum-share",
        summary="Every channel, segment or other group gets at least a share of spend.",
        settings=MinimumShareSettings,
        examples=(MinimumShareSettings(over="channel", at_least=0.03),),
        build=_minimum,
    ),
    RuleEntry(
        name="largest-share",
        summary="No channel, segment or other group gets more than a share of spend.",
        settings=LargestShareSettings,
        examples=(LargestShareSettings(at_most=0.6),),
        build=_largest,
    ),
    RuleEntry(
        name="top-share",
        summary="The k largest channels, segments or other groups together get at most a share of spend.",
        settings=TopShareSettings,
        examples=(TopShareSettings(k=1, at_most=0.7),),
        build=_top,
    ),
)
