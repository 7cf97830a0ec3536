"""Where and how to split a box, and what to cut off its ends."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mixopt.curves import Floats
from mixopt.engine.activity import attainable, on_ends
from mixopt.engine.chain import touched
from mixopt.engine.context import Context
from mixopt.engine.master import Proposal
from mixopt.engine.relax import Relaxed
from mixopt.engine.search import Box, Origin, Search
from mixopt.engine.solution import SPLIT_CELL, SPLIT_COLUMN
from mixopt.engine.switch import BELOW, state_loss, undecided
from mixopt.engine.tighten import Holes
from mixopt.engine.tree import Node

WHOLE = 1e-6


def losses(context: Context, box: Box, relaxed: Relaxed, proposal: Proposal) -> Floats:
    """Return by how much the relaxation over-estimates each cell's response, in currency."""
    program = context.layout.program
    spend = np.clip(proposal.spend, box.region.lower, box.region.upper)
    truth = program.curves.value(spend[program.component_cell])
    excess = np.maximum(proposal.credited - truth, 0.0) * relaxed.bound.weight
    loss = np.bincount(program.component_cell, excess, minlength=program.n_cells).astype(np.float64)
    if not context.layout.gated:
        return loss
    state = state_loss(context, box, relaxed.bound, proposal.state, spend)
    return np.where(state > 0.0, state, loss)


def shrink(context: Context, tree: Search, box: Box, left: Holes, loss: Floats) -> bool:
    """Cut off the ends of cells' boxes that cannot pay, each as a leaf of its own; say whether it matters."""
    lower, upper = box.region.cells
    touch, cell = box.touch, left.cell
    rise = np.isinf(left.left) & np.isfinite(left.right) & (left.right > lower[cell])
    fall = np.isinf(left.right) & np.isfinite(left.left) & (left.left < touch[cell] * (1 - 1e-3))
    rise &= left.right > lower[cell] + 1e-3 * (touch[cell] - lower[cell])
    if not (rise | fall).any():
        return False
    lower, upper = lower.copy(), upper.copy()
    lower[cell[rise]], upper[cell[fall]] = left.right[rise], left.left[fall]
    for k in np.flatnonzero(rise):
        done, box.node = box.node.split(SPLIT_CELL, int(cell[k]), float(left.right[k]))
        done.value = min(done.value, tree.goal())
    for k in np.flatnonzero(fall):
        box.node, done = box.node.split(SPLIT_CELL, int(cell[k]), float(left.left[k]))
        done.value = min(done.value, tree.goal())
    tree.done = max(tree.done, tree.goal())
    moved = cell[rise | fall]
    box.region = replace(box.region, lower=lower, upper=upper)
    box.known = None
    box.touch = touch.copy()
    box.touch[moved] = touched(context, moved, (lower[moved], upper[moved]))
    return bool((loss[moved] > 0.0).any())


def halves(
    context: Context, tree: Search, box: Box, proposal: Proposal, loss: Floats, left: Holes
) -> list[Box]:
    """Split where the relaxation is farthest from the truth."""
    column = fraction(context, proposal)
    if column is not None:
        return split_column(box, *column)
    assert tree.experience is not None
    cell = tree.experience.best(loss) if loss.max() > 0.0 else 0
    lower, upper = box.region.lower[cell], box.region.upper[cell]
    if loss[cell] <= 0.0 or upper <= lower:
        return []
    here = np.flatnonzero(left.cell == cell)
    if len(here) and lower < left.left[here[0]] < left.right[here[0]] < upper:
        pair = split_hole(context, tree, box, cell, (float(left.left[here[0]]), float(left.right[here[0]])))
    else:
        at = place(context, box, cell, float(proposal.spend[cell]))
        if undecided(context, box, proposal.state)[cell]:
            at = float(BELOW * context.layout.least[cell])
        pair = split_cell(context, box, cell, at)
    for side, half in enumerate(pair):
        half.origin = Origin(cell, side, box.node.value, float(loss[cell]))
    return pair


def fraction(context: Context, proposal: Proposal) -> tuple[int, float] | None:
    """Return the whole-number column farthest from being one, and its value."""
    integer = np.flatnonzero(context.layout.program.integer)
    if not len(integer):
        return None
    values = proposal.columns[integer]
    off = np.abs(values - np.round(values))
    worst = int(np.argmax(off))
    return (int(integer[worst]), float(values[worst])) if off[worst] > WHOLE else None


def place(context: Context, box: Box, cell: int, spend: float) -> float:
    """Return where to split a cell: at an inflection inside its box, else between middle and relaxation's spend."""
    layout = context.layout
    lower, upper = (float(end[cell]) for end in on_ends(context.layout.least, box.region.cells))
    turns = layout.inflection[layout.components_of(np.array([cell], dtype=np.int64))[0]]
    inside = turns[(turns > lower) & (turns < upper)]
    if len(inside):
        at, margin = float(inside[np.argmin(np.abs(inside - spend))]), 1e-3 * (upper - lower)
    else:
        at, margin = 0.7 * spend + 0.15 * (lower + upper), 0.1 * (upper - lower)
    return float(np.clip(at, lower + margin, upper - margin))


def split_cell(context: Context, box: Box, cell: int, at: float) -> list[Box]:
    """Return the two boxes left and right of a spend."""
    lower, upper = float(box.region.lower[cell]), float(box.region.upper[cell])
    return narrowed(context, box, box.node.split(SPLIT_CELL, cell, at), cell, ((lower, at), (at, upper)))


def split_hole(context: Context, tree: Search, box: Box, cell: int, hole: tuple[float, float]) -> list[Box]:
    """Return the two boxes on both sides of a hole, whose multipliers are proof enough that it cannot pay."""
    lower, upper = float(box.region.lower[cell]), float(box.region.upper[cell])
    left, rest = box.node.split(SPLIT_CELL, cell, hole[0])
    middle, right = rest.split(SPLIT_CELL, cell, hole[1])
    middle.value = min(middle.value, tree.goal())
    tree.done = max(tree.done, tree.goal())
    return narrowed(context, box, (left, right), cell, ((lower, hole[0]), (hole[1], upper)))


def narrowed(
    context: Context,
    box: Box,
    nodes: tuple[Node, Node],
    cell: int,
    ends: tuple[tuple[float, float], tuple[float, float]],
) -> list[Box]:
    """Return a box twice, with one cell's ends moved, and what its multipliers prove there."""
    twice = np.array([cell, cell], dtype=np.int64)
    lows, highs = np.array(ends).T
    low, high = attainable(context.layout.least[twice], (lows, highs))
    touch = touched(context, twice, (low, high))
    known = box.known if context.layout.single[cell] else None
    if known is not None:
        toll = None if known.toll is None else known.toll[twice]
        worth = context.pricer.some(twice, known.weight[twice], known.price[twice], (low, high), toll)
    out = []
    for side, node in enumerate(nodes):
        lower, upper, touches = box.region.lower.copy(), box.region.upper.copy(), box.touch.copy()
        lower[cell], upper[cell], touches[cell] = low[side], high[side], touch[side]
        half = Box(node, replace(box.region, lower=lower, upper=upper), touches, box.depth + 1)
        half.known = None if known is None else known.with_cell(cell, worth, side)
        out.append(half)
    return out


def split_column(box: Box, column: int, value: float) -> list[Box]:
    """Return the two boxes below and above a fraction."""
    at = float(np.floor(value))
    nodes = box.node.split(SPLIT_COLUMN, column, at)
    low, high = box.region.column_lower.copy(), box.region.column_upper.copy()
    high[column], low[column] = at, at + 1.0
    return [
        Box(nodes[0], replace(box.region, column_upper=high), box.touch, box.depth + 1),
        Box(nodes[1], replace(box.region, column_lower=low), box.touch, box.depth + 1),
    ]
