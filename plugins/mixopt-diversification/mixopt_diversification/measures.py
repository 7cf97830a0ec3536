"""Measures of spread for the contrast: effective number of channels and segments, largest share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import Field

from mixopt import Evaluation, MeasureEntry, Scope, Settings
from mixopt.curves import Floats
from mixopt_diversification.concentration import effective_number, shares
from mixopt_diversification.groups import Groups, group


class OverChannel(Settings):
    """What the spend is spread over."""

    over: str = Field(
        "channel", description="Column whose groups share the spend: channel, segment or a tag column."
    )


class OverSegment(Settings):
    """What the spend is spread over."""

    over: str = Field(
        "segment", description="Column whose groups share the spend: channel, segment or a tag column."
    )


@dataclass(frozen=True, slots=True)
class Spread:
    """A number that says how a plan's spend is spread over groups."""

    groups: Groups
    number: Callable[[Floats], float]

    def value(self, plan: Evaluation) -> float:
        """Return the number; ``nan`` where nothing is spent."""
        return self.number(self.groups.spend(plan))


def largest_share(amounts: Floats) -> float:
    """Return the largest share of the sum.

    Parameters
    ----------
    amounts : ndarray (n,), >= 0

    Returns
    -------
    float
        ``nan`` where the sum is 0.
    """
    return float(shares(amounts).max())


def _effective(settings: OverChannel | OverSegment, scope: Scope) -> Spread:
    return Spread(group(scope, settings.over), effective_number)


def _largest(settings: OverChannel, scope: Scope) -> Spread:
    return Spread(group(scope, settings.over), largest_share)


def _if_several_channels(scope: Scope) -> OverChannel | None:
    return OverChannel() if len(scope.names("channel")) > 1 else None


def _if_several_segments(scope: Scope) -> OverSegment | None:
    return OverSegment() if len(scope.names("segment")) > 1 else None


MEASURES = (
    MeasureEntry(
        name="effective-number",
        summary="How many equal channels would be as concentrated as the plan: 1 / Herfindahl index of spend shares.",
        settings=OverChannel,
        examples=(OverChannel(),),
        build=_effective,
        unit="count",
        better="more",
        default=_if_several_channels,
    ),
    MeasureEntry(
        name="effective-segments",
        summary="How many equal segments would be as concentrated as the plan: 1 / Herfindahl index of spend shares.",
        settings=OverSegment,
        examples=(OverSegment(over="channel"),),
        build=_effective,
        unit="count",
        better="more",
        default=_if_several_segments,
    ),
    MeasureEntry(
        name="largest-share",
        summary="Share of spend of the largest channel.",
        settings=OverChannel,
        examples=(OverChannel(),),
        build=_largest,
        unit="share",
        better="less",
        default=_if_several_channels,
    ),
)
