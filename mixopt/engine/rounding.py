"""From shares to states: which cells that may be off are on, so that totals stay near what they were.

A relaxation has a cell on to a share between 0 and 1. Laid end to end in some order, the shares fill a line; a cell is
on where its stretch holds the middle of a unit. So every contiguous part of the order keeps its sum to within one
(systematic sampling: W. G. Madow and L. H. Madow 1944, doi:10.1214/aoms/1177731312). Orders differ in what they keep:
the total alone, the total of every group of cells with the same links, or the largest shares.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from mixopt.curves import Floats, Indices
from mixopt.engine.activity import attainable
from mixopt.engine.bound import Region
from mixopt.engine.layout import Layout
from mixopt.engine.master import Proposal
from mixopt.engine.program import Flags

CLEAR = 1e-6  # of a share: nearer to 0 or 1 is decided
OFFSETS = (0.5, 0.25)


def rounded(layout: Layout, region: Region, proposal: Proposal, either: Flags) -> Iterator[Floats]:
    """Yield spends at which every gated cell is off or on, each rounding once.

    Parameters
    ----------
    layout : Layout
    region : Region
    proposal : Proposal
    either : ndarray (n_cells,) of bool
        Cells that may be off and may be on in the region.

    Yields
    ------
    ndarray (n_cells,), currency
    """
    spend = np.clip(proposal.spend, region.lower, region.upper)
    share = np.clip(proposal.state, 0.0, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = np.where(share > 0.0, spend / share, 0.0)
    inside = np.clip(inside, np.minimum(layout.least, region.upper), region.upper)
    open_ = np.flatnonzero(either & (share > CLEAR) & (share < 1.0 - CLEAR)).astype(np.int64)
    base = np.where(either, np.where(share >= 1.0 - CLEAR, inside, 0.0), spend)
    seen: set[bytes] = set()
    for on in _choices(layout, share[open_], open_):
        if on.tobytes() not in seen:
            seen.add(on.tobytes())
            out = base.copy()
            out[open_[on]] = inside[open_[on]]
            yield out


def _choices(layout: Layout, share: Floats, cells: Indices) -> Iterator[Flags]:
    if not len(cells):
        yield np.zeros(0, dtype=bool)
        return
    for order in _orders(layout, share, cells):
        for offset in OFFSETS:
            ends = np.floor(np.cumsum(share[order]) + offset + 1e-9)
            on = np.zeros(len(cells), dtype=bool)
            on[order] = np.diff(np.concatenate([[np.floor(offset + 1e-9)], ends])) > 0.0
            yield on
    largest = np.argsort(-share, kind="stable")
    for count in (np.floor(share.sum() + 1e-6), np.ceil(share.sum() - 1e-6)):
        on = np.zeros(len(cells), dtype=bool)
        on[largest[: int(count)]] = True
        yield on
    yield share >= 0.5
    yield np.zeros(len(cells), dtype=bool)
    yield np.ones(len(cells), dtype=bool)


def _orders(layout: Layout, share: Floats, cells: Indices) -> Iterator[Indices]:
    """Yield orders of the cells: by group and share, and by share within each total of states."""
    spend, active = layout.spend[:, cells], layout.activity[:, cells]
    key = np.zeros(len(cells))
    for k, links in enumerate((spend, active)):
        weights = np.sin(1.0 + k + np.arange(links.shape[0]) * 1.7)  # one number per set of links
        key += links.T @ weights
    yield np.lexsort((-share, np.round(key, 9))).astype(np.int64)
    yield np.argsort(-share, kind="stable").astype(np.int64)


def at_states(layout: Layout, region: Region, spend: Floats) -> Region:
    """Return the region with every gated cell kept as it is at some spends.

    Parameters
    ----------
    layout : Layout
    region : Region
    spend : ndarray (n_cells,), currency

    Returns
    -------
    Region
    """
    if not layout.gated:
        return region
    has = layout.least > 0.0
    on = spend > 0.0
    lower = np.where(has & on, np.maximum(region.lower, layout.least), region.lower)
    upper = np.where(has & ~on & (region.lower <= 0.0), 0.0, region.upper)
    lower, upper = attainable(layout.least, (np.minimum(lower, upper), upper))
    return replace(region, lower=lower, upper=upper)
