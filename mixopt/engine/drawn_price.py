"""The worth of cells whose curves are all concave, however many they are: a sum of concave curves is concave.

So one falling slope per cell is met, and two tangents beside the point bound the worth from above: see
:mod:`mixopt.engine.conjugate`. A mean over draws whose draws are there as well is counted through them.
"""

from __future__ import annotations

import numpy as np

from mixopt.curves import Curves, Floats, Indices
from mixopt.curves.falling import falling_root
from mixopt.engine.conjugate import BESIDE, NEAR, Worth, between
from mixopt.engine.layout import Layout
from mixopt.engine.price import Box, Pricer

FEW = 0.5  # share of the cells below which only theirs are evaluated


class DrawnPricer(Pricer):
    """Prices cells that have many concave curves each.

    Parameters
    ----------
    layout : Layout
        No curve turns from convex to concave inside of its cell's box.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self.single, self.mean = _siblings(layout)

    def _all(self, weight: Floats, price: Floats, box: Box) -> Worth:
        cell = self._layout.program.component_cell
        counted = self.spread(weight)
        used = np.flatnonzero(counted > 0.0).astype(np.int64)
        curves = self._layout.program.curves.take(used)
        return _Sums(curves, cell[used], counted[used], price).worth(box)

    def _some(self, cells: Indices, weight: Floats, price: Floats, box: Box) -> Worth:
        component, owner = self._layout.components_of(cells)
        used = np.flatnonzero(weight > 0.0)
        curves = self._layout.program.curves.take(component[used])
        return _Sums(curves, owner[used], weight[used], price).worth(box)

    def values(self, points: Floats) -> Floats:
        """Return every component's response at several spends of its cell: see :class:`mixopt.engine.price.Pricer`."""
        program = self._layout.program
        columns = [program.curves.value(at[program.component_cell]) for at in points.T]
        return np.stack(columns, axis=1)

    def spread(self, weight: Floats) -> Floats:
        """Return the components' weights with those of means moved to their draws.

        Parameters
        ----------
        weight : ndarray (n_components,)

        Returns
        -------
        ndarray (n_components,)
        """
        out = weight.copy()
        if len(self.mean):
            np.add.at(out, self.single, (weight[self.mean] / self.single.shape[1])[:, None])
            out[self.mean] = 0.0
        return out


def _siblings(layout: Layout) -> tuple[Indices, Indices]:
    """Return the components of cells that are there in every draw (k, n_draws), and the means over them (k,)."""
    program = layout.program
    none = np.empty((0, 1), dtype=np.int64), np.empty(0, dtype=np.int64)
    draw = program.component_draw
    if draw is None:
        return none
    known = np.flatnonzero((draw >= 0) & (program.component_price == 1.0))
    draws = int(draw.max(initial=-1)) + 1
    place = np.full((program.n_cells, max(draws, 1)), -1, dtype=np.int64)
    place[program.component_cell[known], draw[known]] = known
    mean = np.flatnonzero((draw[: program.n_cells] < 0) & (place >= 0).all(axis=1)).astype(np.int64)
    return place[mean], mean


class _Sums:
    """Weighted sums of concave curves, one sum per cell, less a price."""

    def __init__(self, curves: Curves, owner: Indices, weight: Floats, price: Floats) -> None:
        self.curves, self.owner, self.weight, self.price = curves, owner, weight, price

    def value(self, spend: Floats) -> Floats:
        """Return the sums at a spend per cell."""
        return self._gather(self.weight * self.curves.value(spend[self.owner])) - self.price * spend

    def slope(self, spend: Floats) -> Floats:
        """Return their derivatives, the price not counted."""
        return self._gather(self.weight * self.curves.slope(spend[self.owner]))

    def slope_of(self, spend: Floats, some: Indices) -> Floats:
        """Return the derivatives of some of them."""
        if len(some) > FEW * len(self.price):
            full = np.ones(len(self.price))
            full[some] = spend
            return self.slope(full)[some]
        place = np.full(len(self.price), -1, dtype=np.int64)
        place[some] = np.arange(len(some))
        mine = np.flatnonzero(place[self.owner] >= 0).astype(np.int64)
        owner = place[self.owner[mine]]
        slope = self.weight[mine] * self.curves.take(mine).slope(spend[owner])
        return np.bincount(owner, slope, minlength=len(some)).astype(np.float64)

    def worth(self, box: Box) -> Worth:
        """Return the greatest values over boxes, over-estimated."""
        lower, upper = box
        paid = np.where(self.price > 0.0, self.price, 0.0)
        peak = np.where(self.price > 0.0, falling_root(self.slope_of, paid, lower, upper), upper)
        left = np.maximum(peak * (1.0 - NEAR), lower)
        right = np.minimum(np.maximum(peak * (1.0 + NEAR), BESIDE * upper), upper)
        values = self.value(left), self.value(right)
        rises = self.slope(left) - self.price, self.slope(right) - self.price
        over = between((lower, left, right, upper), values, rises)
        earned = np.maximum(np.abs(values[0]), np.abs(values[1]))
        return Worth(over, peak, earned + 2.0 * np.abs(self.price) * np.maximum(peak, lower))

    def _gather(self, terms: Floats) -> Floats:
        return np.bincount(self.owner, terms, minlength=len(self.price)).astype(np.float64)
