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
    curves = shop.at(boxes.cell, boxes.at_price, boxes.draw)
    phi = Sum(boxes, curves, boxes.simple)
    first, last = _turns(boxes, curves.inflection())
    at_end = phi.value(boxes.upper)
    size = at_end + boxes.price * boxes.upper + np.abs(boxes.price) * boxes.upper
    over = np.maximum(phi.value(boxes.lower), np.maximum(phi.value(last), at_end))
    over = over if phi.simple else np.maximum(over, phi.value(first))
    inside = np.flatnonzero((phi.slope(last) > 0.0) & (phi.slope(boxes.upper) < 0.0))
    if len(inside):
        concave = _concave(shop, boxes.take(inside, last[inside]), TIGHT * size[inside], steps)
        over[inside] = np.maximum(over[inside], concave)
    mixed = np.flatnonzero(first < last)
    if len(mixed):
        over = halved(shop, boxes, (mixed, first[mixed], last[mixed]), over, tight=TIGHT * size, rounds=steps)
    return over, size


def _turns(boxes: Boxes, turns: Floats) -> tuple[Floats, Floats]:
    """Return the least and the greatest inflection in each box, as points of the box."""
    if boxes.simple:
        last = np.clip(turns, boxes.lower, boxes.upper)
        return last, last
    first, last = boxes.upper.copy(), boxes.lower.copy()
    np.minimum.at(first, boxes.owner, turns)
    np.maximum.at(last, boxes.owner, turns)
    last = np.minimum(last, boxes.upper)
    return np.clip(first, boxes.lower, last), last


def _concave(shop: CurveShop, boxes: Boxes, tight: Floats, steps: int) -> Floats:
    """Return upper limits of sums that are concave, rise from the lower end and fall to the upper."""
    phi = Sum(boxes, shop.at(boxes.cell, boxes.at_price, boxes.draw), boxes.simple)
    low, high = boxes.lower, boxes.upper
    rise, fall = phi.slope(low), phi.slope(high)
    for _ in range(steps):
        if (np.minimum(rise, -fall) * (high - low) <= tight).all():
            break
        middle = np.where(low > 0.0, np.sqrt(low) * np.sqrt(high), 1e-6 * high)
        middle = np.clip(middle, low, high)
        slope = phi.slope(middle)
        low, rise = np.where(slope > 0.0, middle, low), np.where(slope > 0.0, slope, rise)
        high, fall = np.where(slope > 0.0, high, middle), np.where(slope > 0.0, fall, slope)
    return tangents(phi.value(low), rise, phi.value(high), fall, high - low)
