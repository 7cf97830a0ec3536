"""The worth of cells with several curves: a sum of convex-concave curves may have many peaks, so halve and bound.

On an interval [a, b] every curve lies below a line through its value at a and below a line through its value at b:

- concave there: the tangents at a and at b;
- convex there: the chord, twice;
- turning from convex to concave inside: slope f'(inflection) from a, the greatest there is; slope min(f'(a), f'(b))
  from b, the least.

The weighted sums of these lines bound the cell's worth by their crossing. Intervals that cannot hold the best point are
dropped, the others split at the crossing, until nothing is left to gain. Where the work ends early, the bound is loose,
not false.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixopt.curves import Curves, Floats, Indices
from mixopt.engine.conjugate import Worth
from mixopt.engine.layout import ragged

ROUNDS = 48
TIGHT = 1e-11
GRID = np.concatenate([[0.0], np.geomspace(1e-4, 1.0, 9)])
INWARD = 0.05


@dataclass(frozen=True, slots=True)
class Bundle:
    """Some cells and their curves, laid out one cell after the other.

    Parameters
    ----------
    curves : Curves
        All cells' curves, c of them.
    start : ndarray (k + 1,) of int64
        Where each cell's curves start.
    inflection, steepest, weight : ndarray (c,)
        The inflections, the slopes there, and the weights of the responses.
    price : ndarray (k,)
    """

    curves: Curves
    start: Indices
    inflection: Floats
    steepest: Floats
    weight: Floats
    price: Floats

    def lines(self, cell: Indices, a: Floats, b: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """Return value and slope of the line from a, and of the line from b, that bound each interval.

        Parameters
        ----------
        cell : ndarray (i,) of int64
        a, b : ndarray (i,), currency

        Returns
        -------
        value_a, rise_a, value_b, rise_b : ndarray (i,)
        """
        owner, at = ragged(self.start[cell], self.start[cell + 1] - self.start[cell])
        left, right = a[owner], b[owner]
        curves, turn, weight = self.curves.take(at), self.inflection[at], self.weight[at]
        low, high = curves.value(left), curves.value(right)
        slope_low, slope_high = curves.slope(left), curves.slope(right)
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            chord = np.where(right > left, (high - low) / (right - left), 0.0)
        convex, concave = turn >= right, turn <= left
        up = np.where(convex, chord, np.where(concave, slope_low, self.steepest[at]))
        down = np.where(convex, chord, np.where(concave, slope_high, np.minimum(slope_low, slope_high)))
        up, down = (np.where(weight > 0.0, slope, 0.0) for slope in (up, down))
        total = [np.bincount(owner, weight * part, minlength=len(cell)) for part in (low, up, high, down)]
        price = self.price[cell]
        return total[0] - price * a, total[1] - price, total[2] - price * b, total[3] - price


def several(bundle: Bundle, box: tuple[Floats, Floats]) -> Worth:
    """Return the worth of cells that have several curves each.

    Parameters
    ----------
    bundle : Bundle
        k cells.
    box : pair of ndarray (k,), currency

    Returns
    -------
    Worth
    """
    lower, upper = box
    k, cuts = len(lower), len(GRID) - 1
    points = lower[:, None] + (upper - lower)[:, None] * GRID
    points[:, -1] = upper
    cell = np.repeat(np.arange(k, dtype=np.int64), cuts)
    a, b = points[:, :-1].ravel(), points[:, 1:].ravel()
    best, spend = np.full(k, -np.inf), lower.copy()
    size = _size(bundle, upper)
    over = np.full(k, -np.inf)
    for _ in range(ROUNDS):
        ceiling, crossing, ends = _ceilings(bundle, cell, a, b)
        for x, value in zip((a, b), ends, strict=True):
            _improve(best, spend, cell, x, value)
        open_ = ceiling > best[cell] + TIGHT * size[cell]
        np.maximum.at(over, cell[~open_], ceiling[~open_])
        cell, a, b, crossing = cell[open_], a[open_], b[open_], crossing[open_]
        if not len(cell):
            break
        cell = np.concatenate([cell, cell])
        a, b = np.concatenate([a, crossing]), np.concatenate([crossing, b])
    else:
        np.maximum.at(over, cell, _ceilings(bundle, cell, a, b)[0])
    return Worth(np.maximum(over, best), spend, size)


def _size(bundle: Bundle, upper: Floats) -> Floats:
    owner, at = ragged(bundle.start[:-1], np.diff(bundle.start))
    top = bundle.weight[at] * bundle.curves.take(at).value(upper[owner])
    return np.bincount(owner, top, minlength=len(upper)) + np.abs(bundle.price) * upper


def _ceilings(
    bundle: Bundle, cell: Indices, a: Floats, b: Floats
) -> tuple[Floats, Floats, tuple[Floats, Floats]]:
    """Return each interval's bound, the place where its lines cross, and the worth at its ends."""
    value_a, rise_a, value_b, rise_b = bundle.lines(cell, a, b)
    length = b - a
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        reach = (value_b - value_a - rise_b * length) / (rise_a - rise_b)
        reach = np.where(np.isfinite(reach), np.clip(reach, 0.0, length), 0.5 * length)
        crossing = value_a + np.where(reach > 0.0, rise_a * reach, 0.0)
        from_a = value_a + np.where(length > 0.0, np.maximum(rise_a, 0.0) * length, 0.0)
        from_b = value_b + np.where(length > 0.0, np.maximum(-rise_b, 0.0) * length, 0.0)
    inside = np.where((rise_a > 0.0) & (rise_b < 0.0) & np.isfinite(rise_a), crossing, np.inf)
    inside = np.maximum(inside, np.maximum(value_a, value_b))
    ceiling = np.minimum(np.minimum(from_a, from_b), inside)
    split = a + np.clip(reach, INWARD * length, (1.0 - INWARD) * length)
    return ceiling, np.clip(split, a, b), (value_a, value_b)


def _improve(best: Floats, spend: Floats, cell: Indices, x: Floats, value: Floats) -> None:
    """Keep, per cell, the greatest value met so far and its spend."""
    order = np.lexsort((-x, value, cell))
    last = np.flatnonzero(np.append(np.diff(cell[order]) != 0, True))
    winner = order[last]
    better = value[winner] > best[cell[winner]]
    best[cell[winner[better]]] = value[winner[better]]
    spend[cell[winner[better]]] = x[winner[better]]
