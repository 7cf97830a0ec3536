"""Michaelis-Menten curves: f(x) = scale * x / (half_saturation + x), the Hill curve of slope 1.

The slope is ``scale / half_saturation / (1 + x / half_saturation)²``, so the best response is
``half_saturation * (√(r / half_saturation) - 1)`` with r = weight * scale / price.

Source: L. Michaelis and M. L. Menten (1913), Biochem. Z. 49, 333-369; in English by K. A. Johnson and R. S. Goody
(2011), doi:10.1021/bi201284u.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixopt.curves.family import Floats, Indices
from mixopt.curves.rewards import reward


@dataclass(frozen=True, slots=True)
class MichaelisMenten:
    """Michaelis-Menten curves.

    Parameters
    ----------
    scale : ndarray (m,), units of response, >= 0
        The response that ever more spend approaches.
    half_saturation : ndarray (m,), currency, above 0
        The spend at which half of it is reached.
    """

    scale: Floats
    half_saturation: Floats

    def value(self, spend: Floats) -> Floats:
        """Response at `spend`, units of response."""
        return self.scale * (spend / (self.half_saturation + spend))

    def slope(self, spend: Floats) -> Floats:
        """Derivative at `spend`, units of response per currency."""
        with np.errstate(over="ignore", under="ignore"):
            return self.scale * (1.0 / (1.0 + spend / self.half_saturation) ** 2 / self.half_saturation)

    def inflection(self) -> Floats:
        """0: concave throughout."""
        return np.zeros_like(self.scale)

    def take(self, cells: Indices) -> MichaelisMenten:
        """The curves at some positions."""
        return MichaelisMenten(self.scale[cells], self.half_saturation[cells])

    def stretch(self, factor: Floats) -> MichaelisMenten:
        """The curves f(x / factor)."""
        return MichaelisMenten(self.scale, self.half_saturation * factor)

    def best(self, weight: Floats, price: Floats, lower: Floats, upper: Floats) -> Floats:
        """A maximiser of weight * value(x) - price * x over lower <= x <= upper."""
        with np.errstate(over="ignore", under="ignore"):
            steepness = reward(weight, self.scale, price) / self.half_saturation
            return np.clip(self.half_saturation * (np.sqrt(steepness) - 1.0), lower, upper)
