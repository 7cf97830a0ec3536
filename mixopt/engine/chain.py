"""Each cell's concave envelope over a box, as a chain of straight pieces between points on its curve.

Over [l, u] the envelope of a convex-concave curve is the chord from l to the tangent point t, and the curve itself from
there on. t maximises the average gain (f(t) - f(l)) / (t - l); Dinkelbach's iteration finds it by best responses:
q = average gain at t, then t = best response to price q.

Source: W. Dinkelbach (1967), Management Science 13(7), doi:10.1287/mnsc.13.7.492.
"""

from __future__ import annotations

import numpy as np

from mixopt.curves import Curves, Floats, Indices
from mixopt.engine.activity import may_be_off, may_be_on, on_ends
from mixopt.engine.bound import Region
from mixopt.engine.context import Context
from mixopt.engine.layout import Layout
from mixopt.engine.pieces import Chain
from mixopt.engine.price import Box
from mixopt.engine.program import Flags

MANY = 2000  # cells: beyond, chains are shorter
SWEEPS = 12
ENOUGH = 1e-6
WINDOW = np.array([0.001, 0.01, 0.05, 0.2, 0.5])
MEDIUM = np.array([0.003, 0.03, 0.2])
NARROW = np.array([0.0005, 0.005, 0.05])
COARSE = np.array([0.003, 0.03, 0.15, 0.45])


def tangent_point(curves: Curves, inflection: Floats, box: Box) -> Floats:
    """Return where each envelope leaves its chord.

    Parameters
    ----------
    curves : Curves
        k of them.
    inflection : ndarray (k,), currency
    box : pair of ndarray (k,), currency

    Returns
    -------
    ndarray (k,), currency
        The lower end where the curve is concave over the box, the upper where the chord spans all of it.
    """
    lower, upper = box
    middle = np.clip(inflection, lower, upper)
    touch = np.where(
        middle > lower, np.minimum(np.maximum(1.4 * middle, middle + 0.1 * (middle - lower)), upper), lower
    )
    open_ = np.flatnonzero((middle > lower) & (middle < upper))
    if not len(open_):
        return touch
    some = curves.take(open_.astype(np.int64))
    low, start, end, t = lower[open_], middle[open_], upper[open_], touch[open_]
    base, one = some.value(low), np.ones(len(open_))
    for _ in range(SWEEPS):
        gain = (some.value(t) - base) / (t - low)
        new = np.clip(some.best(one, gain, start, end), start, end)
        moved = np.abs(new - t)
        t = new
        if (moved <= ENOUGH * t).all():
            break
    touch[open_] = t
    return touch


def points(box: Box, touch: Floats, centers: tuple[Floats, ...], window: Floats) -> Floats:
    """Return the spends between which each envelope is drawn straight.

    Parameters
    ----------
    box : pair of ndarray (n,), currency
    touch : ndarray (n,), currency
        Tangent points.
    centers : tuple of ndarray (n,), currency
        Around these the pieces are short.
    window : ndarray (k,)
        Relative distances of the points around a center.

    Returns
    -------
    ndarray (n, number of points), currency
        Ascending; points repeat where there is no room between them.
    """
    lower, upper = box
    around = np.concatenate([1.0 - window, [1.0], 1.0 + window])
    room = upper - touch
    parts = [lower[:, None], touch[:, None], touch[:, None] + room[:, None] * COARSE, upper[:, None]]
    for center in centers:
        at = np.clip(center, touch, upper)
        parts.append(np.clip(at[:, None] * around, touch[:, None], upper[:, None]))
    return np.sort(np.concatenate(parts, axis=1), axis=1)


def chain_of(
    context: Context, region: Region, touch: Floats, centers: tuple[Floats, ...], window: Floats
) -> Chain:
    """Return the envelopes' chains over a region, with short pieces around some spends.

    Parameters
    ----------
    context : Context
    region : Region
    touch : ndarray (n_cells,), currency
    centers : tuple of ndarray (n_cells,), currency
    window : ndarray

    Returns
    -------
    Chain
    """
    either = mixed(context.layout, region)
    spend = points(on_ends(context.layout.least, region.cells), touch, centers, window)
    if either.any():
        spend = np.concatenate([np.where(either, 0.0, spend[:, 0])[:, None], spend], axis=1)
    response = context.pricer.values(spend)
    return Chain(spend=spend, response=response, combined=combined(context, region) | either)


def mixed(layout: Layout, region: Region) -> Flags:
    """Return which cells may be off and may be on in a region.

    Parameters
    ----------
    layout : Layout
    region : Region

    Returns
    -------
    ndarray (n_cells,) of bool
    """
    return may_be_off(layout.least, region.lower) & may_be_on(layout.least, region.upper)


def combined(context: Context, region: Region) -> Flags:
    """Return which cells need a convex combination: several curves, one of them convex somewhere in the box.

    Parameters
    ----------
    context : Context
    region : Region

    Returns
    -------
    ndarray (n_cells,) of bool
    """
    layout = context.layout
    if layout.simple:
        return np.zeros(layout.program.n_cells, dtype=bool)
    cell = layout.program.component_cell
    many = np.diff(layout.component_start) > 1
    out = np.zeros(layout.program.n_cells, dtype=bool)
    np.logical_or.at(out, cell, layout.inflection > region.lower[cell])
    return out & many & (region.upper > region.lower)


def touched(context: Context, cells: Indices, ends: tuple[Floats, Floats]) -> Floats:
    """Return the tangent points of some cells with one curve; the lower end for others.

    Parameters
    ----------
    context : Context
    cells : ndarray (k,) of int64
    ends : pair of ndarray (k,), currency
        Their boxes; of cells that may be off, the part counts where they are on.

    Returns
    -------
    ndarray (k,), currency
    """
    layout = context.layout
    ends = on_ends(layout.least[cells], ends)
    out = ends[0].copy()
    one = np.flatnonzero(layout.single[cells])
    mine = cells[one]
    out[one] = tangent_point(
        layout.program.curves.take(mine), layout.inflection[mine], (ends[0][one], ends[1][one])
    )
    return out
