"""Plans near a relaxation's point: as it is, polished, and with whole numbers made whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mixopt.curves import Floats
from mixopt.engine.bound import Region
from mixopt.engine.chain import mixed
from mixopt.engine.complete import complete
from mixopt.engine.context import Context
from mixopt.engine.master import build, read
from mixopt.engine.multipliers import Multipliers
from mixopt.engine.pieces import cut
from mixopt.engine.polish import polish, under_estimates
from mixopt.engine.relax import Relaxed
from mixopt.engine.rounding import at_states, rounded
from mixopt.engine.search import Box, Search
from mixopt.errors import SolverError

HONEST = 0.5  # of the way to the goal: a proposal that over-estimates less is polished
WHOLE_TRIES = 2
SECONDS = 5.0  # for a mixed-integer program that looks for whole numbers


def plans(context: Context, tree: Search, box: Box, relaxed: Relaxed, loss: Floats) -> None:
    """Look for plans near a relaxation's point, and offer them.

    Parameters
    ----------
    context : Context
    tree : Search
        Takes what is best.
    box : Box
    relaxed : Relaxed
        With a proposal.
    loss : ndarray (n_cells,), currency
        What it over-estimates.
    """
    assert relaxed.proposal is not None
    spend = np.clip(relaxed.proposal.spend, box.region.lower, box.region.upper)
    number = context.counts["nodes"]
    often = number >= tree.wake
    region = settled(context, box.region, relaxed.proposal.columns)
    before, raw = tree.best, None
    either = mixed(context.layout, box.region)
    anchors = (
        tuple(rounded(context.layout, box.region, relaxed.proposal, either)) if either.any() else (spend,)
    )
    if not context.layout.program.integer.any():
        raw = complete(context, anchors[0], region)
        tree.offer(raw, "relaxation")
    found = tree.best
    honest = float(loss.sum()) <= HONEST * (relaxed.bound.value - tree.goal())
    promising = often or tree.best is not before or (raw is None and honest)
    if relaxed.bound.value <= tree.goal() or not promising:
        return
    enough = tree.enough(box)
    for anchor in anchors:
        tree.offer(polish(context, region, anchor, relaxed.multipliers, enough), "polish")
        if relaxed.bound.value > tree.goal():
            nearer = decided(context, box, anchor)
            tree.offer(polish(context, region, nearer, relaxed.multipliers, enough), "rounded")
        if relaxed.bound.value <= tree.goal():
            break
    if context.layout.program.integer.any() and relaxed.bound.value > tree.goal():
        for anchor in anchors[:WHOLE_TRIES]:
            chosen = whole_numbers(context, box.region, anchor, relaxed.multipliers)
            if chosen is not None:
                tree.offer(polish(context, chosen, anchor, relaxed.multipliers, enough), "whole numbers")
    tree.rest(number, fruitless=tree.best is found)


def decided(context: Context, box: Box, spend: Floats) -> Floats:
    """Return spends with every cell under its chord at the nearer end of it; a cell that is on stays on.

    Parameters
    ----------
    context : Context
    box : Box
    spend : ndarray (n_cells,), currency

    Returns
    -------
    ndarray (n_cells,), currency
    """
    lower, touch = box.region.lower, box.touch
    if context.layout.gated:
        lower = np.where(spend > 0.0, np.maximum(lower, context.layout.least), lower)
    under = (spend > lower) & (spend < touch)
    return np.where(under, np.where(spend - lower < 0.5 * (touch - lower), lower, touch), spend)


def settled(context: Context, region: Region, columns: Floats) -> Region:
    """Return the region with every whole-number column fixed at the nearest whole number.

    Parameters
    ----------
    context : Context
    region : Region
    columns : ndarray (n_columns,)

    Returns
    -------
    Region
    """
    integer = context.layout.program.integer
    if not integer.any():
        return region
    at = np.clip(np.round(columns), np.ceil(region.column_lower), np.floor(region.column_upper))
    return replace(
        region,
        column_lower=np.where(integer, at, region.column_lower),
        column_upper=np.where(integer, at, region.column_upper),
    )


def whole_numbers(context: Context, region: Region, spend: Floats, prices: Multipliers) -> Region | None:
    """Return the region with the whole numbers that suit the curves' under-estimates best, or None.

    Parameters
    ----------
    context : Context
    region : Region
    spend : ndarray (n_cells,), currency
        The anchor of the under-estimates.
    prices : Multipliers

    Returns
    -------
    Region or None
    """
    chain, stretch = under_estimates(context, at_states(context.layout, region, spend), spend, prices)
    pieces = cut(context.layout, chain, context.shop.scale.money)
    master = build(context.shop, stretch, pieces, prices, tuple(context.tangents), whole=True)
    context.count("mips")
    try:
        answer = context.solver.solve(master.linear, limit=SECONDS)
    except SolverError:
        return None
    if answer.outcome != "optimal":
        return None
    return settled(context, region, read(context.shop, master, answer).columns)
