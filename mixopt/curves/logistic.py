"""Logistic curves, S-shaped: f(x) = scale * (σ((x - midpoint) / b) - σ(-midpoint / b)), b = spend_scale.

The difference of two nearly equal numbers near x = 0 is written as the product it is::

    f(x) = scale * σ((x - midpoint) / b) * σ(midpoint / b) * (1 - e^(-x / b))

The slope is scale / b * σ(z) σ(-z), z = (x - midpoint) / b, and 1 / (σ(z) σ(-z)) = 4 cosh²(z / 2). So the best point
of the concave side is ``midpoint + 2 b arsinh √(r / 4b - 1)`` with r = weight * scale / price; the response that ever
more spend approaches is scale * σ(midpoint / b).

Source: J. D. C. Little (1979), Aggregate advertising models: the state of the art, Oper. Res. 27, 629-667,
doi:10.1287/opre.27.4.629, on S-shapes; D. Vakratsas et al. (2004), The shape of advertising response functions
revisited, doi:10.1287/mksc.1030.0035, on the evidence for them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from mixopt.curves.family import Floats, Indices
from mixopt.curves.response import better_of
from mixopt.curves.rewards import reward


@dataclass(frozen=True, slots=True)
class Logistic:
    """Logistic curves.

    Parameters
    ----------
    scale : ndarray (m,), units of response, >= 0
        Height of the whole logistic, of which the part left of 0 is taken off.
    midpoint : ndarray (m,), currency
        The spend of the steepest slope.
    spend_scale : ndarray (m,), currency, above 0
        One such step away from the midpoint, 23.1 % of the height are won or lost.
    """

    scale: Floats
    midpoint: Floats
    spend_scale: Floats

    def value(self, spend: Floats) -> Floats:
        """Response at `spend`, units of response."""
        with np.errstate(over="ignore", under="ignore"):
            high = expit((spend - self.midpoint) / self.spend_scale) * expit(self.midpoint / self.spend_scale)
            return -self.scale * high * np.expm1(-spend / self.spend_scale)

    def slope(self, spend: Floats) -> Floats:
        """Derivative at `spend`, units of response per currency."""
        with np.errstate(over="ignore", under="ignore"):
            shrunk = np.exp(-np.abs((spend - self.midpoint) / self.spend_scale))
            return self.scale * (shrunk / (1.0 + shrunk) ** 2 / self.spend_scale)

    def inflection(self) -> Floats:
        """The midpoint, or 0 where it is below."""
        return np.maximum(self.midpoint, 0.0)

    def take(self, cells: Indices) -> Logistic:
        """The curves at some positions."""
        return Logistic(self.scale[cells], self.midpoint[cells], self.spend_scale[cells])

    def stretch(self, factor: Floats) -> Logistic:
        """The curves f(x / factor)."""
        return Logistic(self.scale, self.midpoint * factor, self.spend_scale * factor)

    def best(self, weight: Floats, price: Floats, lower: Floats, upper: Floats) -> Floats:
        """A maximiser of weight * value(x) - price * x over lower <= x <= upper."""
        with np.errstate(over="ignore", under="ignore"):
            above = np.maximum(0.25 * reward(weight, self.scale, price) / self.spend_scale - 1.0, 0.0)
            found = self.midpoint + 2.0 * self.spend_scale * np.arcsinh(np.sqrt(above))
        start = np.clip(self.inflection(), lower, upper)
        found = np.where(price <= 0.0, upper, np.clip(found, start, upper))
        return better_of(self, weight, price, found, lower)
