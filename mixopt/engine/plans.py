"""Plans near a relaxation's point: as it is, polished, and with whole numbers made whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from mixopt.curves import Floats
from mixopt.engine.bound import Region
from mixopt.engine.chain import NARROW, chain_of, mixed
from mixopt.engine.complete import complete
from mixopt.engine.context import Context
from mixopt.engine.master import Master, Proposal, build, read
from mixopt.engine.multipliers import Multipliers
from mixopt.engine.pieces import cut
from mixopt.engine.polish import polish, under_estimates
from mixopt.engine.program import Flags
from mixopt.engine.relax import Relaxed
from mixopt.engine.rounding import at_states, rounded
from mixopt.engine.scale import PARTS
from mixopt.engine.search import Box, Search
from mixopt.errors import SolverError

HONEST = 0.5  # of the way to the goal: a proposal that over-estimates less is polished
WHOLE_TRIES = 2
MIP_CELLS = 400  # cells whose states a mixed-integer program may look for
ROOM = 5e-6 * PARTS  # of the objective's range: what a mixed-integer program may leave open
SECONDS = 3.0  # for a mixed-integer program that looks for whole numbers


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
    for area, anchor, step in _tries(context, tree, box, relaxed, (region, anchors)):
        if relaxed.bound.value <= tree.goal():
            break
        tree.offer(polish(context, area, anchor, relaxed.multipliers, enough), step)
    tree.rest(number, fruitless=tree.best is found)


def _tries(
    context: Context, tree: Search, box: Box, relaxed: Relaxed, near: tuple[Region, tuple[Floats, ...]]
) -> Iterator[tuple[Region, Floats, str]]:
    """Yield where to look for a plan: a region, the spends to begin with, and what that is called."""
    region, anchors = near
    for anchor in anchors:
        yield region, anchor, "polish"
        yield region, decided(context, box, anchor), "rounded"
    if context.layout.program.integer.any():
        for anchor in anchors[:WHOLE_TRIES]:
            whole = whole_numbers(context, box.region, anchor, relaxed.multipliers)
            if whole is not None:
                yield whole, anchor, "whole numbers"
    if _worth_a_mip(tree, mixed(context.layout, box.region), context.counts["nodes"]):
        states = chosen(context, box, relaxed)
        if states is not None:
            yield *states, "states"


def _worth_a_mip(tree: Search, either: Flags, number: int) -> bool:
    """Return whether states are worth a mixed-integer program: few cells, and at the root, or while none is found."""
    if not 0 < either.sum() <= MIP_CELLS:
        return False
    return number == 1 or (tree.best is None and number & (number - 1) == 0)


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


def chosen(context: Context, box: Box, relaxed: Relaxed) -> tuple[Region, Floats] | None:
    """Return whole numbers, and spends at which every gated cell is off or on, by a mixed-integer program.

    Parameters
    ----------
    context : Context
    box : Box
    relaxed : Relaxed
        With a proposal; spends around its own are drawn finely.

    Returns
    -------
    region : Region
        With the whole-number columns fixed.
    spend : ndarray (n_cells,), currency
    """
    assert relaxed.proposal is not None
    layout, region = context.layout, box.region
    chain = chain_of(context, region, box.touch, (relaxed.bound.worth.on,), NARROW)
    pieces = cut(layout, chain, context.shop.scale.money)
    master = build(context.shop, region, pieces, relaxed.multipliers, tuple(context.tangents), whole=True)
    proposal = _asked(context, master)
    if proposal is None:
        return None
    either = mixed(layout, region)
    whole_states = replace(proposal, state=np.where(either, np.round(proposal.state), proposal.state))
    return settled(context, region, proposal.columns), next(rounded(layout, region, whole_states, either))


def _asked(context: Context, master: Master) -> Proposal | None:
    """Return what a mixed-integer program proposes; None where it has no answer in time."""
    context.count("mips")
    try:
        answer = context.solver.solve(master.linear, limit=SECONDS, room=ROOM)
    except SolverError:
        return None
    return read(context.shop, master, answer) if answer.outcome in {"optimal", "feasible"} else None


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
    proposal = _asked(context, master)
    return None if proposal is None else settled(context, region, proposal.columns)
