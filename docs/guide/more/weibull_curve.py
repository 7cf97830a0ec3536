"""A Weibull curve: S-shaped for shapes above 1, with a ceiling.

    f(x)  = scale · (1 - exp(-(x / spend_scale)^shape))
    f'(x) = scale · shape / spend_scale · (x / spend_scale)^(shape - 1) · exp(-(x / spend_scale)^shape)

It turns from convex to concave at spend_scale · ((shape - 1) / shape)^(1 / shape), exactly: the proof of a plan rests
on it. 1 - exp(-t) is taken as -expm1(-t), which keeps its digits where t is small.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import Field

from mixopt import CurveEntry, Number, Settings, hookimpl
from mixopt.curves import Floats, Indices


class WeibullSettings(Settings):
    """One cell's curve: each field is a column of the cells table."""

    scale: Number = Field(description="Response that ever more spend approaches, units of response.", ge=0)
    spend_scale: Number = Field(description="Spend at which 63.2 % of `scale` is reached, currency.", gt=0)
    shape: Number = Field(description="S-shaped above 1; no unit.", ge=1, le=20)


@dataclass(frozen=True, slots=True)
class Weibull:
    """The curves of many cells at once: arrays (m,) in, arrays (m,) out."""

    scale: Floats
    spend_scale: Floats
    shape: Floats

    def value(self, spend: Floats) -> Floats:
        """Return the response."""
        return -self.scale * np.expm1(-((spend / self.spend_scale) ** self.shape))

    def slope(self, spend: Floats) -> Floats:
        """Return its derivative."""
        t = spend / self.spend_scale
        falls = np.exp(-(np.minimum(t, 1e3) ** self.shape))
        return self.scale * self.shape / self.spend_scale * t ** (self.shape - 1.0) * falls

    def inflection(self) -> Floats:
        """Return where each curve turns from convex to concave."""
        return self.spend_scale * ((self.shape - 1.0) / self.shape) ** (1.0 / self.shape)

    def take(self, cells: Indices) -> Weibull:
        """Return the curves of some cells."""
        return Weibull(self.scale[cells], self.spend_scale[cells], self.shape[cells])

    def stretch(self, factor: Floats) -> Weibull:
        """Return the curves f(x / factor)."""
        return Weibull(self.scale, self.spend_scale * factor, self.shape)


def build(parameters: Mapping[str, Floats]) -> Weibull:
    """Return the curves of all cells of the kind; one array per column."""
    return Weibull(parameters["scale"], parameters["spend_scale"], parameters["shape"])


@hookimpl
def mixopt_curves() -> Iterable[CurveEntry[Any]]:
    """Yield the family."""
    yield CurveEntry(
        name="weibull",
        summary="Weibull curve: S-shaped for shapes above 1, with a ceiling.",
        settings=WeibullSettings,
        examples=(
            WeibullSettings(scale=100.0, spend_scale=500.0, shape=2.0),
            WeibullSettings(scale=100.0, spend_scale=500.0, shape=1.0),
        ),
        build=build,
    )
