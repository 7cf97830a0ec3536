"""Spends that cannot pay: what multipliers alone exclude from a region.

With bound D, a plan to beat worth `goal`, and a cell whose best worth at the multipliers is h, no plan better than
`goal` spends x on it where ``W f(x) - P x < h - (D - goal)``. f is convex up to its inflection and concave beyond. So
what is left of [l, u] is an interval that starts at l, one around the concave part's peak, or both with a hole between.
Each exclusion is a leaf of the proof with the same multipliers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mixopt.curves import Floats, Indices
from mixopt.engine.bound import Bound, Region
from mixopt.engine.chain import mixed
from mixopt.engine.context import Context
from mixopt.engine.program import Flags

HALVINGS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Holes:
    """What is left of some cells' boxes [l, u].

    Parameters
    ----------
    cell : ndarray (k,) of int64
    left : ndarray (k,), currency
        [l, left] is left; -inf where nothing at the lower end is.
    right : ndarray (k,), currency
        [right, u] is left; inf where nothing at the upper end is. At most `left` where there is no hole.
    """

    cell: Indices
    left: Floats
    right: Floats


def holes(context: Context, region: Region, bound: Bound, goal: float, among: Flags) -> Holes:
    """Return what multipliers exclude of the boxes of cells that are not yet concave over them.

    Parameters
    ----------
    context : Context
    region : Region
    bound : Bound
        Of the region.
    goal : float, currency
    among : ndarray (n_cells,) of bool

    Returns
    -------
    Holes
        For every cell of these with one curve and its inflection above the box's lower end.
    """
    layout = context.layout
    lower, upper = region.cells
    one = layout.single
    turn = layout.inflection[: layout.program.n_cells]
    among = among & ~mixed(layout, region)
    cell = np.flatnonzero(among & one & (turn > lower) & (lower < upper)).astype(np.int64)
    curves, weight, price = layout.program.curves.take(cell), bound.weight[cell], bound.price[cell]
    low, high = lower[cell], upper[cell]
    middle = np.minimum(turn[cell], high)
    peak = np.clip(curves.best(weight, price, middle, high), middle, high)
    wanted = bound.worth.over[cell] - (bound.value - goal)
    if bound.toll is not None:
        wanted = wanted + np.where(layout.least[cell] > 0.0, bound.toll[cell], 0.0) * (low > 0.0)

    def pays(x: Floats) -> Flags:
        return weight * curves.value(x) - price * x >= wanted

    from_low, to_peak, at_middle = pays(low), pays(peak), pays(middle)
    fall = _between(pays, low, middle, start=True)
    left = np.where(from_low, np.where(at_middle, middle, fall), -np.inf)
    bottom = np.where(from_low, np.where(at_middle, peak, fall), low)
    rise = _between(pays, bottom, peak, start=False)
    right = np.where(to_peak, np.where(from_low & at_middle, low, rise), np.inf)
    return Holes(cell=cell, left=left, right=right)


def _between(pays: Callable[[Floats], Flags], low: Floats, high: Floats, *, start: bool) -> Floats:
    """Return where `pays` changes from `start` to its opposite between two spends, on the side where it is False."""
    for _ in range(HALVINGS):
        at = 0.5 * (low + high)
        before = pays(at) == start
        low, high = np.where(before, at, low), np.where(before, high, at)
    return high if start else low
