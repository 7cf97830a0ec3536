"""Linear response: f(x) = scale * x; the cell's upper bound is what caps it.

The best response is an end of the box: the upper one where weight * scale is above the price.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixopt.curves.family import Floats, Indices
from mixopt.curves.rewards import reward


@dataclass(frozen=True, slots=True)
class Linear:
    """Straight lines.

    Parameters
    ----------
    scale : ndarray (m,), units of response per currency, >= 0
        The response to each unit of currency.
    """

    scale: Floats

    def value(self, spend: Floats) -> Floats:
        """Response at `spend`, units of response."""
        return self.scale * spend

    def slope(self, spend: Floats) -> Floats:
        """Derivative at `spend`, units of response per currency."""
        return self.scale + np.zeros_like(spend)

    def inflection(self) -> Floats:
        """0: a line is concave, too."""
        return np.zeros_like(self.scale)

    def take(self, cells: Indices) -> Linear:
        """The curves at some positions."""
        return Linear(self.scale[cells])

    def stretch(self, factor: Floats) -> Linear:
        """The curves f(x / factor)."""
        return Linear(self.scale / factor)

    def best(self, weight: Floats, price: Floats, lower: Floats, upper: Floats) -> Floats:
        """A maximiser of weight * value(x) - price * x over lower <= x <= upper."""
        return np.where(reward(weight, self.scale, price) > 1.0, upper, lower)
