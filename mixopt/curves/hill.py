"""Hill curves: f(x) = scale * x^s / (half_saturation^s + x^s), S-shaped where the steepness s is above 1.

With y = ln(x / half_saturation), f = scale * σ(s y), which neither overflows nor divides 0 by 0. The best
response solves f'(x) = price / weight; in t = s y and in logarithms::

    h(t) = L - t / s - |t| - 2 ln(1 + e^-|t|) = 0,    L = ln(weight * scale * s / (half_saturation * price))

h is concave, and falls from the inflection on. So Newton's steps from the right of the root stay there and
converge monotonically. Both straight asymptotes of h lie above it: the smaller of their roots is the start.

Source: A. V. Hill (1910), J. Physiol. 40, iv-vii; with a floor it is ADBUDG, J. D. C. Little (1970),
doi:10.1287/mnsc.16.8.B466.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from mixopt.curves.family import Floats, Indices
from mixopt.curves.response import better_of

TINY = float(np.nextafter(0.0, 1.0))
FAR = 1500.0  # |ln(x / half_saturation)| of any two floats is below this
SWEEPS = 60
ENOUGH = 1e-14


@dataclass(frozen=True, slots=True)
class Hill:
    """Hill curves.

    Parameters
    ----------
    scale : ndarray (m,), units of response, >= 0
        The response that ever more spend approaches.
    half_saturation : ndarray (m,), currency, above 0
        The spend at which half of it is reached.
    steepness : ndarray (m,), above 0
        The exponent, called ``slope`` in the cells table: concave up to 1, S-shaped above.
    """

    scale: Floats
    half_saturation: Floats
    steepness: Floats

    def value(self, spend: Floats) -> Floats:
        """Response at `spend`, units of response."""
        return self.scale * expit(self.steepness * self._log_ratio(spend))

    def slope(self, spend: Floats) -> Floats:
        """Derivative at `spend`, units of response per currency; ``inf`` at 0 for a steepness below 1."""
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            y = np.log(np.maximum(spend / self.half_saturation, TINY))
            t = np.abs(self.steepness * y)
            shape = self.steepness * np.exp(-y - t) / (1.0 + np.exp(-t)) ** 2
            inside = self.scale * (shape / self.half_saturation)
        return np.where(self.scale > 0.0, np.where(spend > 0.0, inside, self._slope_at_zero()), 0.0)

    def inflection(self) -> Floats:
        """Spend where S-shaped curves turn concave, half_saturation ((s-1)/(s+1))^(1/s); else 0."""
        with np.errstate(under="ignore"):
            above = np.maximum(self.steepness - 1.0, 0.0)
            return self.half_saturation * (above / (self.steepness + 1.0)) ** (1.0 / self.steepness)

    def take(self, cells: Indices) -> Hill:
        """The curves at some positions."""
        return Hill(self.scale[cells], self.half_saturation[cells], self.steepness[cells])

    def stretch(self, factor: Floats) -> Hill:
        """The curves f(x / factor)."""
        return Hill(self.scale, self.half_saturation * factor, self.steepness)

    def best(self, weight: Floats, price: Floats, lower: Floats, upper: Floats) -> Floats:
        """A maximiser of weight * value(x) - price * x over lower <= x <= upper."""
        start = np.clip(self.inflection(), lower, upper)
        with np.errstate(divide="ignore", invalid="ignore", under="ignore", over="ignore"):
            known = np.log(self.scale) + np.log(self.steepness / self.half_saturation)
            height = np.where(price > 0.0, known + np.log(weight) - np.log(price), np.inf)
            left = self.steepness * np.clip(np.log(start / self.half_saturation), -FAR, FAR)
            right = self.steepness * np.clip(np.log(upper / self.half_saturation), -FAR, FAR)
            t = _falling_root(height, self.steepness, left, right)
            found = np.clip(self.half_saturation * np.exp(t / self.steepness), start, upper)
        found = np.where(t >= right, upper, np.where(t <= left, start, found))
        return better_of(self, weight, price, np.where(price <= 0.0, upper, found), lower)

    def _log_ratio(self, spend: Floats) -> Floats:
        with np.errstate(divide="ignore", over="ignore", under="ignore"):
            return np.log(spend / self.half_saturation)

    def _slope_at_zero(self) -> Floats:
        with np.errstate(over="ignore", under="ignore"):
            straight = self.scale / self.half_saturation
        return np.where(self.steepness < 1.0, np.inf, np.where(self.steepness > 1.0, 0.0, straight))


def _falling_root(height: Floats, steepness: Floats, left: Floats, right: Floats) -> Floats:
    """Return the root of h on [left, right], or the nearer end where there is none."""
    slow = 1.0 / steepness
    with np.errstate(divide="ignore", invalid="ignore"):
        flank = np.where(steepness < 1.0, height / (slow - 1.0), np.inf)
    t = np.clip(np.fmin(height / (slow + 1.0), flank), left, right)
    open_ = np.flatnonzero((t > left) & np.isfinite(height))
    for _ in range(SWEEPS):
        if not len(open_):
            break
        now, at = t[open_], slow[open_]
        size = np.abs(now)
        shrunk = np.exp(-size)
        fall = at + np.copysign((1.0 - shrunk) / (1.0 + shrunk), now)
        excess = height[open_] - at * now - size - 2.0 * np.log1p(shrunk)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = np.where(fall > 0.0, excess / fall, -np.inf)
        t[open_] = np.maximum(now + np.minimum(step, 0.0), left[open_])
        open_ = open_[(-step > ENOUGH * (1.0 + size)) & (t[open_] > left[open_])]
    return t
