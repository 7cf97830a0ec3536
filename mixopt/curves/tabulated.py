"""Tabulated curves: pieces of parabolas that are exactly convex, then exactly concave, then flat.

On every piece the slope is a straight line; a cell's piece is looked up by bisection over its own pieces. The best
response looks up the piece of the concave side on which the slope falls to price / weight.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mixopt.curves.family import Flags, Floats, Indices
from mixopt.curves.response import asked_slope, better_of


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces on which the slope is a straight line, of many curves one after the other.

    Parameters
    ----------
    start, width : ndarray (k,), currency
        The last piece of each curve is flat and endless.
    value : ndarray (k,), units of response
        At the start.
    slope, end_slope : ndarray (k,), units of response per currency
    """

    start: Floats
    width: Floats
    value: Floats
    slope: Floats
    end_slope: Floats


@dataclass(frozen=True, slots=True)
class Tabulated:
    """Tabulated curves; :func:`mixopt.curves.tabulate` makes them from points.

    Parameters
    ----------
    pieces : Pieces
        Shared by all that is taken from these curves.
    first, peak, last : ndarray (m,) of int64
        Each curve's first piece, the piece that starts at its inflection, and its last.
    unit : ndarray (m,), above 0
        Spends are divided by it before they are looked up.
    """

    pieces: Pieces
    first: Indices
    peak: Indices
    last: Indices
    unit: Floats

    def value(self, spend: Floats) -> Floats:
        """Response at `spend`, units of response."""
        piece, inside = self._locate(spend)
        slope = self._slope_within(piece, inside)
        return self.pieces.value[piece] + inside * (0.5 * (self.pieces.slope[piece] + slope))

    def slope(self, spend: Floats) -> Floats:
        """Derivative at `spend`, from the right where there is a corner, units of response per currency."""
        return self._slope_within(*self._locate(spend)) / self.unit

    def inflection(self) -> Floats:
        """Spend where the curve turns concave: 0, inside the steepest interval, or the last point."""
        return self.pieces.start[self.peak] * self.unit

    def take(self, cells: Indices) -> Tabulated:
        """The curves at some positions."""
        return Tabulated(self.pieces, self.first[cells], self.peak[cells], self.last[cells], self.unit[cells])

    def stretch(self, factor: Floats) -> Tabulated:
        """The curves f(x / factor)."""
        return Tabulated(self.pieces, self.first, self.peak, self.last, self.unit * factor)

    def best(self, weight: Floats, price: Floats, lower: Floats, upper: Floats) -> Floats:
        """A maximiser of weight * value(x) - price * x over lower <= x <= upper."""
        wanted = asked_slope(weight, price * self.unit)
        p = self.pieces
        piece = last_that(lambda at: p.slope[at] > wanted, self.peak, self.last)
        ahead, over = p.slope[piece], p.slope[piece] - p.end_slope[piece]
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(p.end_slope[piece] < wanted, (ahead - wanted) / over, 1.0)
            found = p.start[piece] + p.width[piece] * np.clip(share, 0.0, 1.0)
        found = np.where(ahead > wanted, found, p.start[self.peak]) * self.unit
        start = np.clip(self.inflection(), lower, upper)
        found = np.where(price < 0.0, upper, np.clip(found, start, upper))
        return better_of(self, weight, price, found, lower)

    def _locate(self, spend: Floats) -> tuple[Indices, Floats]:
        at = spend / self.unit
        piece = last_that(lambda k: self.pieces.start[k] <= at, self.first, self.last)
        return piece, at - self.pieces.start[piece]

    def _slope_within(self, piece: Indices, inside: Floats) -> Floats:
        begin, end = self.pieces.slope[piece], self.pieces.end_slope[piece]
        straight = begin + (end - begin) * (inside / self.pieces.width[piece])
        return np.clip(straight, np.minimum(begin, end), np.maximum(begin, end))


def last_that(holds: Callable[[Indices], Flags], first: Indices, last: Indices) -> Indices:
    """Return the last position in [first, last] where a condition holds that holds up to some position.

    Parameters
    ----------
    holds : callable
        ``holds(positions)`` (m,) of bool; taken to be true at `first`.
    first, last : ndarray (m,) of int64

    Returns
    -------
    ndarray (m,) of int64
    """
    low, high = first, last + 1
    while np.any(high - low > 1):
        middle = (low + high) // 2
        true = holds(middle)
        low, high = np.where(true, middle, low), np.where(true, high, middle)
    return low
