"""Intervals of spend with a price and some curves: what the Lagrangian asks the largest value of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixopt.proof.components import Floats, Indices


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxes:
    """n intervals of spend, each with a price per unit of spend and some curves.

    Parameters
    ----------
    lower, upper, price : ndarray (n,)
        Currency; the price per unit of it, of any sign.
    owner : ndarray (m,) of int64
        The box each curve belongs to, ascending.
    weight : ndarray (m,), above 0
    cell : ndarray (m,) of int64; at_price : ndarray (m,)
        The cell and the price the curve is taken at.
    draw : ndarray (m,) of int64
        The posterior draw it is; -1 where there are none.
    """

    lower: Floats
    upper: Floats
    price: Floats
    owner: Indices
    weight: Floats
    cell: Indices
    at_price: Floats
    draw: Indices

    @property
    def simple(self) -> bool:
        """Whether every box has exactly one curve, in order."""
        n = len(self.lower)
        return len(self.owner) == n and bool(np.array_equal(self.owner, np.arange(n)))

    def curves_of(self, box: Indices) -> tuple[Indices, Indices]:
        """Return, for the curves of some boxes one after the other, the place of the box in `box`, and the curve."""
        reach = np.searchsorted(self.owner, [box, box + 1])
        counts = reach[1] - reach[0]
        own = np.repeat(np.arange(len(box)), counts)
        within = np.arange(len(own)) - np.repeat(np.cumsum(counts) - counts, counts)
        return own, reach[0][own] + within

    def take(self, box: Indices, lower: Floats) -> Boxes:
        """Return some of the boxes, from other lower ends on."""
        own, curve = self.curves_of(box)
        return Boxes(
            lower=lower,
            upper=self.upper[box],
            price=self.price[box],
            owner=own,
            weight=self.weight[curve],
            cell=self.cell[curve],
            at_price=self.at_price[curve],
            draw=self.draw[curve],
        )


def tangents(left: Floats, rise: Floats, right: Floats, fall: Floats, width: Floats) -> Floats:
    """Return what the two end tangents of a concave function allow anywhere between the ends.

    Parameters
    ----------
    left, rise : ndarray (n,)
        Value and slope at the left end, at or left of the maximiser; the slope may be infinite.
    right, fall : ndarray (n,)
        Value and slope at the right end, at or right of it. One-sided slopes to the right will do.
    width : ndarray (n,), at least 0

    Returns
    -------
    ndarray (n,)
        Where the tangents meet, or the greater end value if they fall from the left or rise to the right.
    """
    upright = ~np.isfinite(rise)
    rise = np.where(upright, 0.0, np.maximum(rise, 0.0))
    fall = np.minimum(fall, 0.0)
    from_left = np.where(upright & (width > 0.0), np.inf, left + rise * width)
    from_right = right - fall * width
    steep = np.maximum(rise - fall, np.finfo(float).tiny)
    meet = left + rise * np.clip((from_right - left) / steep, 0.0, width)
    meet = np.where(upright | (rise - fall <= 0.0), np.inf, np.maximum(meet, np.maximum(left, right)))
    least: Floats = np.minimum(np.minimum(from_left, from_right), meet)
    return least
