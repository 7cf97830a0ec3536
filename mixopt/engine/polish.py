"""From a point of the relaxation to a plan of the true curves, by linear programs that never over-estimate.

Around an anchor spend each cell is kept where each of its curves is convex throughout or concave throughout. Convex
curves are replaced by their tangent at the anchor, concave ones by chords: both lie below. So what the linear program
promises, the plan has; and since the anchor's own value is exact, no step is for the worse.
"""

from __future__ import annotations

import numpy as np

from mixopt.curves import Floats
from mixopt.engine.bound import Region
from mixopt.engine.chain import NARROW, points
from mixopt.engine.complete import Candidate, complete
from mixopt.engine.context import Context
from mixopt.engine.master import read
from mixopt.engine.multipliers import Multipliers, clean
from mixopt.engine.pieces import Chain
from mixopt.engine.relax import cut_terms, solve_pieces
from mixopt.engine.rounding import at_states

STEPS = 4
GAIN = 1e-7
MARGIN = 2e-7  # of a concave term's range, where rows speak of it
CUTS = 25
FEW = 300  # cells: beyond, pieces are longer
SPARSE = np.array([0.003, 0.03])


def polish(
    context: Context, region: Region, anchor: Floats, prices: Multipliers, enough: float = np.inf
) -> Candidate | None:
    """Return a plan near an anchor, at least as good as it where the anchor is a plan itself.

    Parameters
    ----------
    context : Context
    region : Region
    anchor : ndarray (n_cells,), currency
        Inside the region's box; cells that may be off stay as they are there.
    prices : Multipliers
        Clean; a good start.
    enough : float, currency
        A plan worth this much needs no more polish.

    Returns
    -------
    Candidate or None
    """
    best: Candidate | None = None
    region = at_states(context.layout, region, anchor)
    anchor = np.clip(anchor, region.lower, region.upper)
    for _ in range(STEPS):
        plan, found = _step(context, region, anchor, prices)
        if plan is None or found is None:
            break
        gain = np.inf if best is None else plan.objective - best.objective
        best = plan if gain > 0.0 else best
        if gain <= GAIN * abs(plan.objective) or plan.objective >= enough:
            break
        anchor, prices = plan.spend, found
    return best


def _step(
    context: Context, region: Region, anchor: Floats, prices: Multipliers
) -> tuple[Candidate | None, Multipliers | None]:
    """Return the best plan of the under-estimates around an anchor, and its prices.

    Where rows speak of concave terms, cuts are added until a plan keeps the terms themselves.
    """
    chain, stretch = under_estimates(context, region, anchor, prices)
    margin = MARGIN if context.layout.kept else 0.0
    for _ in range(CUTS if context.layout.kept else 1):
        master, answer = solve_pieces(context, stretch, chain, prices, margin=margin)
        if answer.outcome != "optimal":
            return None, None
        proposal = read(context.shop, master, answer)
        plan = complete(context, np.clip(proposal.spend, stretch.lower, stretch.upper), region)
        prices = clean(context.layout, proposal.multipliers)
        if plan is not None or not cut_terms(context, proposal):
            return plan, prices
    return None, None


def under_estimates(
    context: Context, region: Region, anchor: Floats, prices: Multipliers
) -> tuple[Chain, Region]:
    """Return chains that lie below the curves and touch them at the anchor, and the box they hold on.

    Parameters
    ----------
    context : Context
    region : Region
    anchor : ndarray (n_cells,), currency
    prices : Multipliers

    Returns
    -------
    chain : Chain
    stretch : Region
    """
    layout = context.layout
    program, cell = layout.program, layout.program.component_cell
    lower, upper = region.lower.copy(), region.upper.copy()
    turn = layout.inflection
    beyond = turn > anchor[cell]
    np.minimum.at(upper, cell[beyond], turn[beyond])
    np.maximum.at(lower, cell[~beyond], turn[~beyond])
    upper, lower = np.maximum(upper, anchor), np.minimum(lower, anchor)
    weight, price = prices.weights(layout)
    center = context.pricer.all(weight, price, (lower, upper)).spend
    window = NARROW if program.n_cells <= FEW else SPARSE
    spend = points((lower, upper), lower, (center, anchor) if program.n_cells <= FEW else (anchor,), window)
    response = context.pricer.values(spend)
    steep = np.flatnonzero(beyond)
    if len(steep):
        curves = program.curves.take(steep.astype(np.int64))
        at = anchor[cell[steep]]
        tangent = curves.value(at)[:, None] + curves.slope(at)[:, None] * (spend[cell[steep]] - at[:, None])
        response[steep] = tangent
    nobody = np.zeros(program.n_cells, dtype=bool)
    stretch = Region(
        lower=lower, upper=upper, column_lower=region.column_lower, column_upper=region.column_upper
    )
    return Chain(spend=spend, response=response, combined=nobody), stretch
