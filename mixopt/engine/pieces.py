"""Chains of points on the cells' curves, and the columns they become in a linear program.

A cell spends ``x = x_0 + sum of its pieces``, each between 0 and its length; its responses rise along the points
(x_k, f(x_k)). Where every response is concave along the chain, the pieces fill in order by themselves. Other cells are
*combined*: they take a convex combination of their points.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from mixopt.curves import Floats, Indices
from mixopt.engine.layout import Layout, ragged
from mixopt.engine.linear import Columns
from mixopt.engine.program import Flags

SHORTEST = 1e-9  # of the money unit; shorter pieces are left out
SHARE = 1e-6  # a whole point is a million of these, so that its row is as large as the others


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Points on the cells' curves, cell by cell.

    Parameters
    ----------
    spend : ndarray (n_cells, k), currency
        Ascending.
    response : ndarray (n_components, k), units of response
        What the cells are credited with at these points.
    combined : ndarray (n_cells,) of bool
    """

    spend: Floats
    response: Floats
    combined: Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """Columns of a linear program: pieces of chains, then the points of combined cells.

    Parameters
    ----------
    owner : ndarray (p,) of int64
        The cell of each.
    step : ndarray (p,), currency
        Spend per unit of the column: 1 for a piece, the point's spend for a point.
    length : ndarray (p,)
        A piece's length in currency; 1 for a point.
    unit : ndarray (p,)
        Natural size of the column.
    component, column : ndarray (q,) of int64; slope : ndarray (q,)
        Column ``column`` gives ``slope`` units of response of component ``component``, per unit.
    combined : ndarray of int64
        Combined cells, each with a row of its own.
    first_point : int
        Position of the first point among the columns.
    point_start : ndarray (number of combined cells + 1,) of int64
        Where each combined cell's points start, counted from the first.
    on, off : ndarray (p,) of bool
        Points at which a gated cell is on; at which it is off.
    spend_start : ndarray (n_cells,), currency; response_start : ndarray (n_components,)
        Where the chains start; 0 for combined cells.
    state_start : ndarray (n_cells,)
        1 for gated cells that are on along their whole chain; 0 for combined cells.
    """

    owner: Indices
    step: Floats
    length: Floats
    unit: Floats
    component: Indices
    column: Indices
    slope: Floats
    combined: Indices
    first_point: int
    point_start: Indices
    on: Flags
    off: Flags
    spend_start: Floats
    response_start: Floats
    state_start: Floats

    def spend(self, amount: Floats) -> Floats:
        """Return the cells' spends at given amounts of the columns.

        Parameters
        ----------
        amount : ndarray (p,)

        Returns
        -------
        ndarray (n_cells,), currency
        """
        more = np.bincount(self.owner, amount * self.step, minlength=len(self.spend_start))
        return self.spend_start + more

    def response(self, amount: Floats) -> Floats:
        """Return the responses the cells are credited with at given amounts of the columns.

        Parameters
        ----------
        amount : ndarray (p,)

        Returns
        -------
        ndarray (n_components,), units of response
        """
        more = np.bincount(
            self.component, amount[self.column] * self.slope, minlength=len(self.response_start)
        )
        return self.response_start + more

    def state(self, amount: Floats) -> Floats:
        """Return to which share each gated cell is on at given amounts of the columns.

        Parameters
        ----------
        amount : ndarray (p,)

        Returns
        -------
        ndarray (n_cells,)
        """
        n = len(self.spend_start)
        return self.state_start + np.bincount(self.owner[self.on], amount[self.on], minlength=n)


def cut(layout: Layout, chain: Chain, money: float) -> Pieces:
    """Return the columns of a chain.

    Parameters
    ----------
    layout : Layout
    chain : Chain
    money : float, currency
        The money unit.

    Returns
    -------
    Pieces
    """
    length = np.diff(chain.spend, axis=1)
    used = (length > SHORTEST * money) & ~chain.combined[:, None]
    cell, low = np.nonzero(used)
    combined = np.flatnonzero(chain.combined).astype(np.int64)
    if not len(combined):
        return _columns(layout, chain, money, (cell.astype(np.int64), low, low + 1), combined)
    # each point once
    apart = np.ones((len(combined), chain.spend.shape[1]), dtype=bool)
    apart[:, 1:] = length[combined] > SHORTEST * money
    at, place = np.nonzero(apart)
    owner = np.concatenate([cell, combined[at]]).astype(np.int64)
    high = np.concatenate([low + 1, place])
    low = np.concatenate([low, np.full(len(place), -1)])
    return _columns(layout, chain, money, (owner, low, high), combined)


def _columns(
    layout: Layout, chain: Chain, money: float, ends: tuple[Indices, Indices, Indices], combined: Indices
) -> Pieces:
    owner, low, high = ends
    point = low < 0
    to = chain.spend[owner, high]
    length = np.where(point, 1.0, to - chain.spend[owner, low])
    component, column = layout.components_of(owner)
    before = np.where(point[column], 0.0, chain.response[component, low[column]])
    rise = chain.response[component, high[column]] - before
    first = int((~point).sum())
    places = np.searchsorted(owner[first:], np.append(combined, len(chain.combined)))
    gated = layout.least > 0.0
    return Pieces(
        owner=owner,
        step=np.where(point, to, 1.0),
        length=length,
        unit=np.where(point, SHARE, money),
        component=component,
        column=column,
        slope=rise / length[column],
        combined=combined,
        first_point=first,
        point_start=places.astype(np.int64),
        on=point & gated[owner] & (to > 0.0),
        off=point & gated[owner] & (to <= 0.0),
        spend_start=np.where(chain.combined, 0.0, chain.spend[:, 0]),
        response_start=np.where(chain.combined[layout.program.component_cell], 0.0, chain.response[:, 0]),
        state_start=(gated & ~chain.combined & (chain.spend[:, 0] > 0.0)).astype(np.float64),
    )


def entries(layout: Layout, pieces: Pieces) -> Columns:
    """Return the columns' entries in the link rows: spend totals, response totals, states, combined cells.

    Parameters
    ----------
    layout : Layout
    pieces : Pieces

    Returns
    -------
    Columns
        Of n_spend + n_response + n_activity + n_combined rows.
    """
    spends, responses = layout.spend.shape[0], layout.response.shape[0]
    links = spends + responses + layout.activity.shape[0]
    shape = (links + len(pieces.combined), len(pieces.owner))
    if layout.simple and not len(pieces.combined):
        return _simple(layout, pieces, shape[0])
    everyone = np.arange(len(pieces.owner), dtype=np.int64)
    parts = [
        _repeated(layout.spend, pieces.owner, everyone, -pieces.step, 0),
        _repeated(layout.response, pieces.component, pieces.column, -pieces.slope, spends),
        _shares(pieces, links),
    ]
    if pieces.on.any():
        on = np.flatnonzero(pieces.on)
        minus = np.full(len(on), -1.0)
        parts.append(_repeated(layout.activity, pieces.owner[on], on, minus, spends + responses))
    row, column, data = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return Columns.of(sp.csc_array(sp.coo_array((data, (row, column)), shape=shape)))


def _simple(layout: Layout, pieces: Pieces, rows: int) -> Columns:
    """One curve per cell: each column is its cell's link column, responses times the slope."""
    links, of_response, counts = layout.links
    count = counts[pieces.owner]
    column, position = ragged(links.indptr[pieces.owner], count)
    rate = np.where(of_response[position], -pieces.slope[column], -1.0)
    start = np.concatenate([[0], np.cumsum(count)])
    return Columns(start, links.indices[position].astype(np.int64), links.data[position] * rate, rows)


def _repeated(
    matrix: sp.csc_array, source: Indices, target: Indices, factor: Floats, offset: int
) -> tuple[Indices, Indices, Floats]:
    owner, position = ragged(matrix.indptr[source], np.diff(matrix.indptr)[source])
    rows = matrix.indices[position].astype(np.int64) + offset
    return (rows, target[owner], matrix.data[position] * factor[owner])


def _shares(pieces: Pieces, offset: int) -> tuple[Indices, Indices, Floats]:
    point = np.arange(pieces.first_point, len(pieces.owner), dtype=np.int64)
    row = offset + np.searchsorted(pieces.combined, pieces.owner[point])
    return row.astype(np.int64), point, np.ones(len(point))
