"""A smooth curve through points that rise convex, then concave: the same shape exactly, not up to a tolerance.

Between two points the slope is a broken line, from m at the left one over s at the knot ξ to n at the right one: a
quadratic spline with one extra knot per interval. With the chord's slope d and width h::

    α m + (1 - α) n + s = 2 d,    ξ = left + α h

Slopes at points are those of the parabola through three neighbours: a weighted mean of both chords, hence between
them. Where m ≤ d ≤ n or m ≥ d ≥ n, s = d and α follows: the slope runs one way, as the chords do. In the interval of
the steepest chord the slope may rise and fall: α then puts ξ where the second differences change sign, and ξ is the
inflection. Beyond the last point the curve is flat. The error is O(h³); a monotone cubic would be monotone only.

Source: L. L. Schumaker (1983), On shape preserving quadratic spline interpolation, SIAM J. Numer. Anal. 20,
854-864, doi:10.1137/0720057.
"""

from __future__ import annotations

import numpy as np

from mixopt.curves.family import Flags, Floats, Indices
from mixopt.curves.points import Points
from mixopt.curves.tabulated import Pieces, Tabulated

INSIDE = 0.1  # the inflection keeps this share of its interval from either end


def interpolate(points: Points, chord: Floats) -> Tabulated:
    """Return the curves through points that rise convex, then concave.

    Parameters
    ----------
    points : Points
    chord : ndarray (n,), units of response per currency
        Slope from each point to the next, 0 after a curve's last; see :func:`mixopt.curves.points.shaped`.

    Returns
    -------
    Tabulated
    """
    ends = _flags(points.last, len(chord))
    width = np.where(ends, 1.0, np.roll(points.spend, -1) - points.spend)
    begin = _tangents(points, width, chord)
    end = np.where(ends, 0.0, np.roll(begin, -1))
    begin = np.where(ends, 0.0, begin)
    top = _steepest(points, chord)
    share, middle = _broken(points, (width, chord), begin, end, top)
    knot = np.where(ends, points.spend, np.minimum(points.spend + share * width, np.roll(points.spend, -1)))
    left, right = knot - points.spend, np.where(ends, 1.0, np.roll(points.spend, -1) - knot)
    keep = np.column_stack((np.ones_like(ends), ~ends)).ravel()

    def halves(one: Floats, two: Floats) -> Floats:
        return np.column_stack((one, two)).ravel()[keep]

    pieces = Pieces(
        start=halves(points.spend, knot),
        width=halves(np.where(ends, np.inf, left), right),
        value=halves(points.response, points.response + left * (0.5 * (begin + middle))),
        slope=halves(begin, middle),
        end_slope=halves(middle, end),
    )
    position = 2 * np.arange(len(chord), dtype=np.int64) - points.cell
    first, last = position[points.first], position[points.last]
    peak = np.where(top == points.last - 1, last, position[top] + 1)
    return Tabulated(pieces, first, np.where(top == points.first, first, peak), last, np.ones(len(first)))


def _flags(positions: Indices, size: int) -> Flags:
    flags = np.zeros(size, dtype=bool)
    flags[positions] = True
    return flags


def _tangents(points: Points, width: Floats, chord: Floats) -> Floats:
    """Return the slope at each point, between those of the chords on both sides."""
    before, h = np.roll(chord, 1), np.roll(width, 1)
    left = h / (h + width)
    inner = left * chord + (1.0 - left) * before
    inner = np.clip(inner, np.minimum(before, chord), np.maximum(before, chord))
    first, last = points.first, points.last
    single = first + 1 == last
    slope = inner
    slope[first] = np.where(single, chord[first], np.maximum(2.0 * chord[first] - inner[first + 1], 0.0))
    slope[last] = np.where(single, chord[first], np.maximum(2.0 * chord[last - 1] - inner[last - 1], 0.0))
    return slope


def _steepest(points: Points, chord: Floats) -> Indices:
    """Return the point before each curve's first steepest chord, (m,)."""
    top = np.maximum.reduceat(chord, points.first)
    at = np.flatnonzero(chord == top[points.cell])
    return at[np.unique(points.cell[at], return_index=True)[1]].astype(np.int64)


def _broken(
    points: Points, chords: tuple[Floats, Floats], begin: Floats, end: Floats, top: Indices
) -> tuple[Floats, Floats]:
    """Return α and the slope at ξ of every interval."""
    width, chord = chords
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(begin == end, 0.5, np.clip((end - chord) / (end - begin), 0.0, 1.0))
    middle = chord.copy()
    tent = top[(begin[top] < chord[top]) & (end[top] < chord[top]) & (top > points.first)]
    rise = (chord[tent] - chord[tent - 1]) * (width[tent] + width[tent + 1])
    fall = (chord[tent] - chord[tent + 1]) * (width[tent - 1] + width[tent])
    both = rise + fall
    share[tent] = np.clip(rise / np.where(both > 0.0, both, 1.0), INSIDE, 1.0 - INSIDE)
    middle[tent] = 2.0 * chord[tent] - share[tent] * begin[tent] - (1.0 - share[tent]) * end[tent]
    return share, np.maximum(middle, chord)
