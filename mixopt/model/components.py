"""Which curves the response totals of a model are sums of: cells, at prices, in posterior draws.

A total over cells counts the mean over draws. Where that mean is concave it is one curve. Where a draw is S-shaped
above the cell's lower bound the mean may turn several times: it counts as the draws it is the mean of, each of which is
convex and then concave.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp

from mixopt.curves import Curves, Floats, Indices
from mixopt.curves.draws import draws_of, single, uneven

MEAN = -1


@dataclass(frozen=True, slots=True)
class Total:
    """One total: its variable, the cells it sums, their weights; prices and draw are those of response totals."""

    variable: Any
    cells: Indices
    weights: Floats
    price: Floats | None = None
    draw: int = MEAN


@dataclass(frozen=True, slots=True, kw_only=True)
class Components:
    """Curves, and the response totals as sums over them; see :class:`mixopt.engine.Program`."""

    curves: Curves
    cell: Indices
    price: Floats
    draw: Indices
    matrix: sp.csr_array


def components(curves: Curves, lower: Floats, totals: Sequence[Total]) -> Components:
    """Return the components that some response totals need.

    Parameters
    ----------
    curves : Curves
        One per cell.
    lower : ndarray (n_cells,), currency
    totals : sequence of Total

    Returns
    -------
    Components
        The first n_cells are the cells' own, one each.
    """
    n, draws = curves.size, draws_of(curves)
    apart = uneven(curves, lower) if draws else np.zeros(n, dtype=bool)
    sums = [_spread(total, apart, draws) for total in totals]
    prices = np.unique(np.concatenate([np.ones(1), *(price for *_, price in sums)]))
    one = int(np.searchsorted(prices, 1.0))
    own = np.where(apart, 0, MEAN)
    cell = np.concatenate([np.arange(n), *(cells for cells, *_ in sums)]).astype(np.int64)
    draw = np.concatenate([own, *(numbers for _, _, numbers, _ in sums)]).astype(np.int64)
    at = np.concatenate([np.full(n, one), *(np.searchsorted(prices, price) for *_, price in sums)])
    key = (cell * (draws + 1) + draw + 1) * len(prices) + at
    _, first, place = np.unique(key, return_index=True, return_inverse=True)
    order = np.argsort(first >= n, kind="stable")  # own components come first, in the order of the cells
    position = np.empty(len(first), dtype=np.int64)
    position[order] = np.arange(len(first))
    kept, used = first[order], position[place[n:]]
    states = (cell[kept], draw[kept], prices[at[kept]])
    starts = np.concatenate([[0], np.cumsum([len(cells) for cells, *_ in sums])]).astype(np.int64)
    weights = np.concatenate([np.empty(0), *(weight for _, weight, _, _ in sums)])
    return Components(
        curves=_curves(curves, states),
        cell=states[0],
        price=states[2],
        draw=states[1],
        matrix=sp.csr_array((weights, used, starts), shape=(len(totals), len(kept))),
    )


def _spread(total: Total, apart: Any, draws: int) -> tuple[Indices, Floats, Indices, Floats]:
    """Return cells, weights, draws and prices of a total, cells whose mean is no curve draw by draw."""
    price = np.ones(len(total.cells)) if total.price is None else total.price
    numbers = np.full(len(total.cells), total.draw, dtype=np.int64)
    split = apart[total.cells]
    if total.draw != MEAN or not split.any():
        return total.cells, total.weights, numbers, price
    count = np.where(split, draws, 1)
    owner = np.repeat(np.arange(len(count)), count)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
    numbers = np.where(split[owner], within, MEAN)
    return total.cells[owner], (total.weights / count)[owner], numbers, price[owner]


def _curves(curves: Curves, states: tuple[Indices, Indices, Floats]) -> Curves:
    cell, draw, price = states
    if len(cell) == curves.size and (draw == MEAN).all() and (price == 1.0).all():
        return curves
    found = single(curves, cell, draw)
    return found if (price == 1.0).all() else _stretched(found, price)


def _stretched(curves: Curves, price: Floats) -> Curves:
    parts = []
    for name, cells, family in curves.parts:
        for dear in (False, True):
            mine = np.flatnonzero((price[cells] != 1.0) == dear).astype(np.int64)
            if len(mine):
                taken = family.take(mine)
                parts.append((name, cells[mine], taken.stretch(price[cells[mine]]) if dear else taken))
    return Curves(tuple(parts))
