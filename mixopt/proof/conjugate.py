"""Upper limits of ``sup { sum_c W_c f_c(x) - p x : l <= x <= u }``, never too low, whatever the number of steps.

Let s and S be the least and the greatest inflection of the box's curves. With phi for the sum:

- on [l, s] phi is convex: its ends bound it;
- on [S, u] phi is concave, and a <= argmax <= b after bisection on its slope. There phi is at most
  ``phi(a) + phi'(a)+ (b - a)`` and at most ``phi(b) + (-phi'(b))+ (b - a)``: tangents lie above a concave function. The
  error falls as (b - a)², and no step can make the limit too low, as evaluating phi near its maximiser would;
- on [s, S], where some curves are convex and some concave, intervals are halved: in each of them the convex curves are
  bounded by their chords, the others and the sum by tangents as above.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixopt.proof.boxes import Boxes, tangents
from mixopt.proof.components import Components, CurveShop, Floats
from mixopt.proof.halving import halved

STEPS = 64
NEAR = 2e-8  # relative width of a bracket at which bisection stops: its error is about the square of it
TIGHT = 1e-13  # relative to the size of a box's terms


@dataclass(frozen=True, slots=True)
class Sum:
    """phi and its slope, for all boxes at once."""

    boxes: Boxes
    curves: Components
    simple: bool

    def value(self, x: Floats) -> Floats:
        """Return phi at one spend per box."""
        return self.gather(self.boxes.weight * self.curves.value(self.spread(x))) - self.boxes.price * x

    def slope(self, x: Floats) -> Floats:
        """Return phi' at one spend per box."""
        return self.gather(self.boxes.weight * self.curves.slope(self.spread(x))) - self.boxes.price

    def spread(self, x: Floats) -> Floats:
        """Return each curve's share of what is told per box."""
        return x if self.simple else x[self.boxes.owner]

    def gather(self, terms: Floats) -> Floats:
        """Return the sums over each box's curves."""
        if self.simple:
            return terms
        return np.bincount(self.boxes.owner, terms, minlength=len(self.boxes.lower)).astype(np.float64)


def over_estimates(shop: CurveShop, boxes: Boxes, steps: int = STEPS) -> tuple[Floats, Floats]:
    """Return a number per box that phi exceeds nowhere in it, and the size of the terms it was made of.

    Parameters
    ----------
    shop : CurveShop
    boxes : Boxes
    steps : int
        Bisections and rounds of halving at most: fewer give looser limits, never false ones.

    Returns
    -------
    over : ndarray (n,)
    size : ndarray (n,)
        What relative rounding errors refer to: ``sum_c W_c f_c(u) + |p| u``.
    """
    curves = shop.at(boxes.cell, boxes.at_price)
    phi = Sum(boxes, curves, boxes.simple)
    turns = curves.inflection()
    first, last = np.full((2, len(boxes.lower)), -np.inf)
    if phi.simple:
        first = last = turns
    else:
        np.maximum.at(last, boxes.owner, turns)
        np.minimum.at(first := np.where(np.isfinite(last), np.inf, first), boxes.owner, turns)
    first, last = (np.clip(turn, boxes.lower, boxes.upper) for turn in (first, last))
    ends = np.maximum(phi.value(boxes.lower), phi.value(first))
    size = (
        phi.gather(boxes.weight * curves.value(phi.spread(boxes.upper))) + np.abs(boxes.price) * boxes.upper
    )
    over = np.maximum(ends, _concave(phi, last, boxes.upper, steps))
    mixed = np.flatnonzero(first < last)
    if len(mixed):
        over = halved(shop, boxes, (mixed, first[mixed], last[mixed]), over, tight=TIGHT * size, rounds=steps)
    return over, size


def _concave(phi: Sum, low: Floats, high: Floats, steps: int) -> Floats:
    """Return upper limits of phi over [low, high], where it is concave."""
    falls, rises = phi.slope(low) <= 0.0, phi.slope(high) >= 0.0
    low, high = np.where(rises, high, low), np.where(falls & ~rises, low, high)
    for _ in range(steps):
        if (high - low <= NEAR * high).all():
            break
        middle = np.where(low > 0.0, np.sqrt(low) * np.sqrt(high), 1e-6 * high)
        middle = np.clip(middle, low, high)
        rising = phi.slope(middle) > 0.0
        low, high = np.where(rising, middle, low), np.where(rising, high, middle)
    return tangents(phi.value(low), phi.slope(low), phi.value(high), phi.slope(high), high - low)
