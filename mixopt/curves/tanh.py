"""Hyperbolic tangent curves: f(x) = scale * tanh(x / spend_scale), concave from 0 on.

PyMC-Marketing's ``logistic_saturation``, (1 - e^(-λx)) / (1 + e^(-λx)), is this curve with spend_scale = 2 / λ: it is
not S-shaped. The slope is ``scale / spend_scale / cosh²(x / spend_scale)``, so the best response is
``spend_scale * arsinh √(r / spend_scale - 1)`` with r = weight * scale / price.

Source: ``logistic_saturation`` and ``tanh_saturation`` of PyMC-Marketing's ``mmm.transformers``; tanh(λx / 2) is the
same number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixopt.curves.family import Floats, Indices
from mixopt.curves.rewards import reward


@dataclass(frozen=True, slots=True)
class Tanh:
    """Hyperbolic tangent curves.

    Parameters
    ----------
    scale : ndarray (m,), units of response, >= 0
        The response that ever more spend approaches.
    spend_scale : ndarray (m,), currency, above 0
        The spend at which 76.2 % of it is reached.
    """

    scale: Floats
    spend_scale: Floats

    def value(self, spend: Floats) -> Floats:
        """Response at `spend`, units of response."""
        with np.errstate(over="ignore", under="ignore"):
            return self.scale * np.tanh(spend / self.spend_scale)

    def slope(self, spend: Floats) -> Floats:
        """Derivative at `spend`, units of response per currency."""
        with np.errstate(over="ignore", under="ignore"):
            shrunk = np.exp(-2.0 * (spend / self.spend_scale))
            return self.scale * (4.0 * shrunk / (1.0 + shrunk) ** 2 / self.spend_scale)

    def inflection(self) -> Floats:
        """0: concave throughout."""
        return np.zeros_like(self.scale)

    def take(self, cells: Indices) -> Tanh:
        """The curves at some positions."""
        return Tanh(self.scale[cells], self.spend_scale[cells])

    def stretch(self, factor: Floats) -> Tanh:
        """The curves f(x / factor)."""
        return Tanh(self.scale, self.spend_scale * factor)

    def best(self, weight: Floats, price: Floats, lower: Floats, upper: Floats) -> Floats:
        """A maximiser of weight * value(x) - price * x over lower <= x <= upper."""
        with np.errstate(over="ignore", under="ignore"):
            above = np.maximum(reward(weight, self.scale, price) / self.spend_scale - 1.0, 0.0)
            return np.clip(self.spend_scale * np.arcsinh(np.sqrt(above)), lower, upper)
