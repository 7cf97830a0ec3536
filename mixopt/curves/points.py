"""Points of many tabulated curves, one curve after the other, and the nearest ones that rise convex, then concave.

A table of rounded or simulated responses is hardly ever exactly convex and then exactly concave. So each curve gets a
junction, one of its points: left of it the points are lowered to their convex hull, right of it lifted to their
concave hull. The further right the junction, the larger the largest move on its left and the smaller that on its
right; bisection finds where the larger of both is least: at most twice what any curve of the shape would need.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixopt.curves.family import Flags, Floats, Indices


@dataclass(frozen=True, slots=True)
class Points:
    """Points of m curves, sorted by curve and spend; every curve starts at (0, 0).

    Parameters
    ----------
    cell : ndarray (n,) of int64
        The curve of each point, 0 … m-1.
    spend, response : ndarray (n,), currency and units of response
    """

    cell: Indices
    spend: Floats
    response: Floats

    @property
    def first(self) -> Indices:
        """Position of each curve's first point, (m,)."""
        return np.flatnonzero(np.diff(self.cell, prepend=-1)).astype(np.int64)

    @property
    def last(self) -> Indices:
        """Position of each curve's last point, (m,)."""
        return np.flatnonzero(np.diff(self.cell, append=-1)).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Shaped:
    """Points that rise convex, then concave.

    Parameters
    ----------
    points : Points
        As many as were given, some of them moved.
    chord : ndarray (n,), units of response per currency
        Slope from each point to the next, 0 after a curve's last; per curve it rises and then falls, exactly.
    move : ndarray (n,), units of response
        How far each point was moved.
    """

    points: Points
    chord: Floats
    move: Floats


def shaped(points: Points) -> Shaped:
    """Return the nearest points that rise convex, then concave.

    Parameters
    ----------
    points : Points

    Returns
    -------
    Shaped
    """
    rising = Points(points.cell, points.spend, _running_max(points))
    low, high = rising.first, rising.last
    while np.any(low < high):
        middle = (low + high) // 2
        left, right = _moves(rising, middle, _hull(rising, middle))
        low, high = np.where(left >= right, low, middle + 1), np.where(left >= right, middle, high)
    before = np.maximum(low - 1, rising.first)
    here, there = (np.maximum(*_moves(rising, at, _hull(rising, at))) for at in (low, before))
    kept = _hull(rising, np.where(there < here, before, low))
    response = _filled(rising, kept)
    return Shaped(
        Points(points.cell, points.spend, response), _edges(rising, kept), response - points.response
    )


def _running_max(points: Points) -> Floats:
    response, reach = np.maximum(points.response, 0.0), 1
    longest = int(np.max(points.last - points.first)) if len(points.cell) else 0
    while reach <= longest:
        same = points.cell[reach:] == points.cell[:-reach]
        response[reach:] = np.where(same, np.maximum(response[reach:], response[:-reach]), response[reach:])
        reach *= 2
    return response


def _hull(points: Points, junction: Indices) -> Flags:
    """Return which points stay: convex up to each curve's junction, concave from there.

    A point off the chord of any two others is off the hull, so all offenders go at once, until there is none.
    """
    fixed = np.zeros(len(points.cell), dtype=bool)
    fixed[points.first] = fixed[points.last] = fixed[junction] = True
    convex = np.arange(len(points.cell)) < junction[points.cell]
    kept = np.arange(len(points.cell))
    while True:
        slope = np.diff(points.response[kept]) / np.where(
            (gap := np.diff(points.spend[kept])) > 0.0, gap, 1.0
        )
        inner = kept[1:-1]
        bend = np.where(convex[inner], slope[:-1] > slope[1:], slope[:-1] < slope[1:]) & ~fixed[inner]
        if not bend.any():
            flags = np.zeros(len(points.cell), dtype=bool)
            flags[kept] = True
            return flags
        kept = kept[np.concatenate(([True], ~bend, [True]))]


def _edges(points: Points, kept: Flags) -> Floats:
    """Return the slope of the hull's edge that starts at or spans each point: the same for all points on an edge."""
    at = np.flatnonzero(kept)
    slope: Floats = np.append(_slopes(points, at), 0.0)
    slope[np.isin(at, points.last)] = 0.0
    spanning: Floats = slope[np.cumsum(kept) - 1]
    return spanning


def _slopes(points: Points, at: Indices) -> Floats:
    gap = np.diff(points.spend[at])
    return np.diff(points.response[at]) / np.where(gap > 0.0, gap, 1.0)


def _filled(points: Points, kept: Flags) -> Floats:
    """Return the response at every point, on the straight line between its neighbours that were kept."""
    at = np.arange(len(points.cell))
    left = np.maximum.accumulate(np.where(kept, at, 0))
    right = np.minimum.accumulate(np.where(kept, at, len(at))[::-1])[::-1]
    x, y = points.spend, points.response
    width = np.where(right > left, x[right] - x[left], 1.0)
    return y[left] + (y[right] - y[left]) * ((x - x[left]) / width)


def _moves(points: Points, junction: Indices, kept: Flags) -> tuple[Floats, Floats]:
    """Return the largest move left and right of each junction, (m,)."""
    move = np.abs(_filled(points, kept) - points.response)
    left = np.arange(len(points.cell)) < junction[points.cell]
    first = points.first
    return np.maximum.reduceat(np.where(left, move, 0.0), first), np.maximum.reduceat(
        np.where(left, 0.0, move), first
    )
