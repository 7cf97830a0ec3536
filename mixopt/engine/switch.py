"""States that cannot pay, and states that a relaxation leaves open.

With bound D, a plan to beat worth `goal`, and a cell worth h at the multipliers, no plan better than `goal` has the
cell off where its worth off is below h - (D - goal), and none has it on where its worth on is. The other state is a
leaf of the proof with the same multipliers.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mixopt.curves import Floats
from mixopt.engine.activity import attainable
from mixopt.engine.bound import Bound
from mixopt.engine.chain import mixed, touched
from mixopt.engine.context import Context
from mixopt.engine.program import Flags
from mixopt.engine.search import Box, Search
from mixopt.engine.solution import SPLIT_CELL

BELOW = 0.5  # of the least active spend: where "off" and "on" are told apart
OPEN = 1e-6  # of a share


def switched(context: Context, tree: Search, box: Box, bound: Bound, goal: float, loss: Floats) -> bool:
    """Fix states that multipliers decide, each as a leaf of its own; say whether it matters.

    Parameters
    ----------
    context : Context
    tree : Search
    box : Box
        Changed in place.
    bound : Bound
        Of its region.
    goal : float, currency
    loss : ndarray (n_cells,), currency
        Only cells with a loss are looked at.

    Returns
    -------
    bool
    """
    layout, region = context.layout, box.region
    if not layout.gated or bound.toll is None:
        return False
    cell = np.flatnonzero(mixed(layout, region) & (loss > 0.0)).astype(np.int64)
    if not len(cell) or not np.isfinite(goal):
        return False
    component, _ = layout.components_of(cell)
    ends = region.lower[cell], region.upper[cell]
    off, on = context.pricer.states(cell, bound.weight[component], bound.price[cell], ends, bound.toll[cell])
    wanted = bound.worth.over[cell] - (bound.value - goal)
    never_off, never_on = off < wanted, on < wanted
    if not (never_off | never_on).any():
        return False
    lower, upper = region.lower.copy(), region.upper.copy()
    for k in np.flatnonzero(never_off | never_on):
        at = float(BELOW * layout.least[cell[k]])
        left, right = box.node.split(SPLIT_CELL, int(cell[k]), at)
        done, box.node = (left, right) if never_off[k] else (right, left)
        done.value = min(done.value, tree.goal())
        if never_off[k]:
            lower[cell[k]] = layout.least[cell[k]]
        else:
            upper[cell[k]] = 0.0
    tree.done = max(tree.done, tree.goal())
    lower, upper = attainable(layout.least, (lower, upper))
    moved = cell[never_off | never_on]
    box.region, box.known = replace(region, lower=lower, upper=upper), None
    box.touch = box.touch.copy()
    box.touch[moved] = touched(context, moved, (lower[moved], upper[moved]))
    return True


def undecided(context: Context, box: Box, share: Floats) -> Flags:
    """Return which cells are neither off nor on.

    Parameters
    ----------
    context : Context
    box : Box
    share : ndarray (n_cells,)
        To which each gated cell is on.

    Returns
    -------
    ndarray (n_cells,) of bool
    """
    return mixed(context.layout, box.region) & (share > OPEN) & (share < 1.0 - OPEN)


def state_loss(context: Context, box: Box, bound: Bound, share: Floats, spend: Floats) -> Floats:
    """Return what is at stake where a cell is neither off nor on: the worth of the smaller part.

    Parameters
    ----------
    context : Context
    box : Box
    bound : Bound
    share : ndarray (n_cells,)
    spend : ndarray (n_cells,), currency

    Returns
    -------
    ndarray (n_cells,), currency
    """
    layout = context.layout
    out = np.zeros(layout.program.n_cells)
    cell = np.flatnonzero(undecided(context, box, share)).astype(np.int64)
    if not len(cell):
        return out
    inside = np.clip(spend[cell] / share[cell], layout.least[cell], box.region.upper[cell])
    component, owner = layout.components_of(cell)
    response = layout.program.curves.take(component).value(inside[owner])
    worth = np.bincount(owner, bound.weight[component] * response, minlength=len(cell))
    toll = np.zeros(len(cell)) if bound.toll is None else np.abs(bound.toll[cell])
    size = np.maximum(worth, np.maximum(toll, np.abs(bound.price[cell]) * inside))
    smaller = np.minimum(share[cell], 1.0 - share[cell])
    out[cell] = smaller * np.maximum(size, np.finfo(float).tiny)
    return out
