"""Logarithmic curves: f(x) = scale * ln(1 + x / spend_scale), ever slower but without a ceiling.

The slope is ``scale / (spend_scale + x)``, so the best response is ``r - spend_scale`` with
r = weight * scale / price: in the optimum every cell gets money in proportion to its scale, less its own offset.

Source: D. M. Hanssens, L. J. Parsons and R. L. Schultz (2001), Market Response Models, doi:10.1007/b109775
(semilogarithmic response).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixopt.curves.family import Floats, Indices
from mixopt.curves.rewards import reward


@dataclass(frozen=True, slots=True)
class Log:
    """Logarithmic curves.

    Parameters
    ----------
    scale : ndarray (m,), units of response, >= 0
        What a 2.718-fold of (spend_scale + spend) adds.
    spend_scale : ndarray (m,), currency, above 0
        The spend at which the slope is half of what it was at 0.
    """

    scale: Floats
    spend_scale: Floats

    def value(self, spend: Floats) -> Floats:
        """Response at `spend`, units of response."""
        with np.errstate(under="ignore"):
            return self.scale * np.log1p(spend / self.spend_scale)

    def slope(self, spend: Floats) -> Floats:
        """Derivative at `spend`, units of response per currency."""
        return self.scale / (self.spend_scale + spend)

    def inflection(self) -> Floats:
        """0: concave throughout."""
        return np.zeros_like(self.scale)

    def take(self, cells: Indices) -> Log:
        """The curves at some positions."""
        return Log(self.scale[cells], self.spend_scale[cells])

    def stretch(self, factor: Floats) -> Log:
        """The curves f(x / factor)."""
        return Log(self.scale, self.spend_scale * factor)

    def best(self, weight: Floats, price: Floats, lower: Floats, upper: Floats) -> Floats:
        """A maximiser of weight * value(x) - price * x over lower <= x <= upper."""
        return np.clip(reward(weight, self.scale, price) - self.spend_scale, lower, upper)
