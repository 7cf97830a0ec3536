"""Power curves: f(x) = scale * x^exponent, 0 < exponent <= 1: the exponent is the elasticity at every spend.

The slope is ``scale * exponent * x^(exponent - 1)``, infinite at 0 below exponent 1. So the best response is
``(r * exponent)^(1 / (1 - exponent))`` with r = weight * scale / price, and an end of the box for exponent 1.

Source: D. M. Hanssens, L. J. Parsons and R. L. Schultz (2001), Market Response Models, doi:10.1007/b109775 (constant
elasticity).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixopt.curves.family import Floats, Indices
from mixopt.curves.rewards import reward


@dataclass(frozen=True, slots=True)
class Power:
    """Power curves.

    Parameters
    ----------
    scale : ndarray (m,), units of response, >= 0
        The response to the first unit of currency.
    exponent : ndarray (m,), above 0, at most 1
        Per cent of response that one per cent of spend adds.
    """

    scale: Floats
    exponent: Floats

    def value(self, spend: Floats) -> Floats:
        """Response at `spend`, units of response."""
        return self.scale * spend**self.exponent

    def slope(self, spend: Floats) -> Floats:
        """Derivative at `spend`, units of response per currency; ``inf`` at 0 for an exponent below 1."""
        with np.errstate(divide="ignore", over="ignore", under="ignore", invalid="ignore"):
            steep = self.scale * self.exponent * spend ** (self.exponent - 1.0)
        return np.where(self.scale > 0.0, steep, 0.0)

    def inflection(self) -> Floats:
        """0: concave throughout."""
        return np.zeros_like(self.scale)

    def take(self, cells: Indices) -> Power:
        """The curves at some positions."""
        return Power(self.scale[cells], self.exponent[cells])

    def stretch(self, factor: Floats) -> Power:
        """The curves f(x / factor)."""
        return Power(self.scale * factor**-self.exponent, self.exponent)

    def best(self, weight: Floats, price: Floats, lower: Floats, upper: Floats) -> Floats:
        """A maximiser of weight * value(x) - price * x over lower <= x <= upper."""
        earned = reward(weight, self.scale, price)
        straight = np.where(earned > 1.0, np.inf, 0.0)
        with np.errstate(divide="ignore", over="ignore", under="ignore"):
            curved = (earned * self.exponent) ** (1.0 / (1.0 - self.exponent))
        return np.clip(np.where(self.exponent < 1.0, curved, straight), lower, upper)
