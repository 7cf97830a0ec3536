"""Negative exponential curves: f(x) = scale * (1 - e^(-x / spend_scale)), the reach of a single vehicle.

The slope is ``scale / spend_scale * e^(-x / spend_scale)``, so the best response is
``spend_scale * ln(r / spend_scale)`` with r = weight * scale / price.

Source: the modified exponential of D. M. Hanssens, L. J. Parsons and R. L. Schultz (2001), Market Response Models,
doi:10.1007/b109775. As reach: e^(-u) is the Poisson probability that u random exposures miss a person.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixopt.curves.family import Floats, Indices
from mixopt.curves.rewards import reward


@dataclass(frozen=True, slots=True)
class NegativeExponential:
    """Negative exponential curves.

    Parameters
    ----------
    scale : ndarray (m,), units of response, >= 0
        The response that ever more spend approaches.
    spend_scale : ndarray (m,), currency, above 0
        The spend at which 63.2 % of it is reached.
    """

    scale: Floats
    spend_scale: Floats

    def value(self, spend: Floats) -> Floats:
        """Response at `spend`, units of response."""
        with np.errstate(over="ignore", under="ignore"):
            return -self.scale * np.expm1(-spend / self.spend_scale)

    def slope(self, spend: Floats) -> Floats:
        """Derivative at `spend`, units of response per currency."""
        with np.errstate(over="ignore", under="ignore"):
            return self.scale * (np.exp(-spend / self.spend_scale) / self.spend_scale)

    def inflection(self) -> Floats:
        """0: concave throughout."""
        return np.zeros_like(self.scale)

    def take(self, cells: Indices) -> NegativeExponential:
        """The curves at some positions."""
        return NegativeExponential(self.scale[cells], self.spend_scale[cells])

    def stretch(self, factor: Floats) -> NegativeExponential:
        """The curves f(x / factor)."""
        return NegativeExponential(self.scale, self.spend_scale * factor)

    def best(self, weight: Floats, price: Floats, lower: Floats, upper: Floats) -> Floats:
        """A maximiser of weight * value(x) - price * x over lower <= x <= upper."""
        with np.errstate(divide="ignore", over="ignore", under="ignore"):
            steepness = reward(weight, self.scale, price) / self.spend_scale
            return np.clip(self.spend_scale * np.log(steepness), lower, upper)
