"""Is a region empty? Multipliers of the rows, with the objective left out, prove it when their bound is below 0.

An elastic linear program breaks rows as little as it can. Its prices are candidates for the proof. They are priced with
the exact curves, since the linear program knows these at a few points only: that it finds no plan says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from mixopt.curves import Floats
from mixopt.engine.bound import Region, bound
from mixopt.engine.chain import WINDOW, chain_of
from mixopt.engine.context import Context
from mixopt.engine.master import build, read
from mixopt.engine.multipliers import Multipliers, clean, zero
from mixopt.engine.pieces import cut

ROUNDS = 12
BROKEN = 1e-7  # scaled units of rows, of which the budget is a million: below this, nothing is broken


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a region is empty.

    Parameters
    ----------
    proof : Multipliers or None
        Of scale 0: the region is empty.
    centers : tuple of ndarray (n_cells,), currency
        Spends whose points on the curves make the region's linear program feasible; empty where that is not known.
    """

    proof: Multipliers | None
    centers: tuple[Floats, ...] = ()


def examine(context: Context, region: Region, touch: Floats) -> Verdict:
    """Return whether a region is empty, as far as that can be proven.

    Parameters
    ----------
    context : Context
    region : Region
    touch : ndarray (n_cells,), currency

    Returns
    -------
    Verdict
    """
    layout = context.layout
    nothing = replace(zero(layout), scale=0.0)
    centers: tuple[Floats, ...] = ()
    for _ in range(ROUNDS):
        chain = chain_of(context, region, touch, centers, WINDOW)
        pieces = cut(layout, chain, context.shop.scale.money)
        master = build(context.shop, region, pieces, nothing, tuple(context.tangents), elastic=True)
        answer = context.solver.solve(master.linear)
        context.count("lps")
        if answer.outcome != "optimal":
            return Verdict(None)
        first = layout.program.n_columns + len(pieces.owner)
        if float(np.sum(answer.x[first : first + master.slacks])) <= BROKEN:
            return Verdict(None, centers or (touch,))
        found = clean(layout, read(context.shop, master, answer).multipliers)
        priced = bound(layout, context.pricer, found, region)
        if priced.value < 0.0:
            return Verdict(found)
        centers = (*centers[-2:], priced.worth.on)
    return Verdict(None)
