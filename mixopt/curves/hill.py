"""Hill curves: f(x) = scale * x^s / (half_saturation^s + x^s), S-shaped where the steepness s is above 1.

With y = ln(x / half_saturation), f = scale * σ(s y), which neither overflows nor divides 0 by 0. The best
response solves f'(x) = price / weight; in t = s y and in logarithms::

    h(t) = L - t / s - |t| - 2 ln(1 + e^-|t|) = 0,    L = ln(weight * scale * s / (half_saturation * price))

h is concave, and falls from the inflection on. So Newton's steps from the right of the root stay there and
converge monotonically. Asymptotes and tangents of h lie above it: the least of their roots is the start.

Source: A. V. Hill (1910), J. Physiol. 40, iv-vii; with a floor it is ADBUDG, J. D. C. Little (1970),
doi:10.1287/mnsc.16.8.B466.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from mixopt.curves.family import Floats, Indices
from mixopt.curves.response import better_of
from mixopt.curves.rewards import reward

TINY = float(np.nextafter(0.0, 1.0))
FAR = 1500.0  # |ln(x / half_saturation)| of any two floats is below this
SWEEPS = 60
ENOUGH = 1e-15
FROM = (-1.5, 0.0, 1.5)  # tangents at these t, and both asymptotes, say where Newton's steps start


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
        turn = self.inflection()
        with np.errstate(divide="ignore", over="ignore", under="ignore"):
            height = np.log(reward(weight, self.scale, price)) + np.log(self.steepness / self.half_saturation)
            t = _falling_root(height, self.steepness)
            found = np.clip(
                self.half_saturation * np.exp(t / self.steepness), np.clip(turn, lower, upper), upper
            )
        humped = np.flatnonzero(turn > lower)
        if len(humped):
            asked = weight[humped], price[humped], found[humped], lower[humped]
            found[humped] = better_of(self.take(humped), *asked)
        return found

    def _log_ratio(self, spend: Floats) -> Floats:
        with np.errstate(divide="ignore", over="ignore", under="ignore"):
            return np.log(spend / self.half_saturation)

    def _slope_at_zero(self) -> Floats:
        with np.errstate(over="ignore", under="ignore"):
            straight = self.scale / self.half_saturation
        return np.where(self.steepness < 1.0, np.inf, np.where(self.steepness > 1.0, 0.0, straight))


def _falling_root(height: Floats, steepness: Floats) -> Floats:
    """Return the root of h on its falling side; where there is none, its top."""
    slow = 1.0 / steepness
    with np.errstate(divide="ignore", invalid="ignore"):
        top = np.where(steepness > 1.0, np.log((steepness - 1.0) / (steepness + 1.0)), -FAR * steepness)
    t = np.maximum(_tangent_roots(height, slow), top)
    at = np.flatnonzero((t > top) & np.isfinite(height))
    now, low, high, flat = t[at], top[at], height[at], slow[at]
    going = np.ones(len(at), dtype=bool)
    for _ in range(SWEEPS):
        size = np.abs(now)
        shrunk = np.exp(-size)
        fall = np.maximum(flat + np.copysign((1.0 - shrunk) / (1.0 + shrunk), now), TINY)
        step = np.minimum((high - flat * now - size - 2.0 * np.log1p(shrunk)) / fall, 0.0)
        # a cell that has arrived stands still, so that no answer depends on the company a cell is in
        now = np.where(going, np.maximum(now + step, low), now)
        # what is left is at most step² |h''| / 2 |h'|, and |h''| at most 1/2
        going &= (0.25 * step * step > ENOUGH * fall * (1.0 + size)) & (now > low)
        left = np.count_nonzero(going)
        if 2 * left <= len(at):
            t[at] = now
            now, low, high, flat, at = now[going], low[going], high[going], flat[going], at[going]
            going = going[going]
        if not left:
            break
    t[at] = now
    return t


def _tangent_roots(height: Floats, slow: Floats) -> Floats:
    """Return the least root of h's asymptotes and tangents: h lies below them all, so its own root is left of it.

    The tangent at t is L - rise - (1/s + drop) x, drop = tanh(t / 2), rise = |t| + 2 ln(1 + e^-|t|) - t drop.
    """
    least = height / (slow + 1.0)
    lines = [(math.tanh(0.5 * t), abs(t) + 2.0 * math.log1p(math.exp(-abs(t)))) for t in FROM]
    for drop, rise in [(-1.0, 0.0), *((d, r - t * d) for t, (d, r) in zip(FROM, lines, strict=True))]:
        fall = slow + drop
        with np.errstate(divide="ignore", invalid="ignore"):
            least = np.where(fall > 0.0, np.minimum(least, (height - rise) / fall), least)
    return least
