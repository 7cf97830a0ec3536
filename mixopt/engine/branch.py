"""Branch and bound: split a cell where its envelope is above its curve, or a whole-number column at a fraction.

Every box is bounded by multipliers on the exact curves; boxes whose bound is within the wanted gap of the best plan are
done. The box with the greatest bound comes next.
"""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass, field, replace

import numpy as np

from mixopt.curves import Floats
from mixopt.engine.bound import Region, bound, whole
from mixopt.engine.chain import tangent_point
from mixopt.engine.clock import LimitError
from mixopt.engine.complete import Candidate, complete
from mixopt.engine.context import Context
from mixopt.engine.master import Proposal
from mixopt.engine.multipliers import Multipliers
from mixopt.engine.options import Event
from mixopt.engine.polish import polish
from mixopt.engine.relax import Relaxed, relax
from mixopt.engine.solution import SPLIT_CELL, SPLIT_COLUMN
from mixopt.engine.tree import Node

CLOSE = 0.1  # of the wanted gap: how near a relaxation is solved to its worth
WHOLE = 1e-6
SLACK = 1e-9


@dataclass(slots=True)
class Box:
    """An open node with its box."""

    node: Node
    region: Region
    touch: Floats
    depth: int


@dataclass(slots=True)
class Search:
    """A branch and bound in progress.

    Parameters
    ----------
    context : Context
    root : Node
    best : Candidate or None
    heap : list
        Open boxes by their bound.
    """

    context: Context
    root: Node
    best: Candidate | None = None
    heap: list[tuple[float, int, Box]] = field(default_factory=list)
    ticket: itertools.count[int] = field(default_factory=itertools.count)
    done: float = -np.inf
    history: list[tuple[float, float | None, float | None]] = field(default_factory=list)

    def goal(self) -> float:
        """Return the bound at which a box is done."""
        if self.best is None:
            return -np.inf
        value = self.best.objective
        return value + self.context.options.gap * (1.0 - SLACK) * max(abs(value), self.floor())

    def floor(self) -> float:
        """Return the objective below which gaps are absolute."""
        return 1e-6 * 1e6 * self.context.shop.scale.objective

    def offer(self, plan: Candidate | None, step: str) -> None:
        """Take a plan if it is the best so far."""
        if plan is None or (self.best is not None and plan.objective <= self.best.objective):
            return
        self.best = plan
        self.tell(step)

    def bound(self) -> float:
        """Return what the tree proves now."""
        top = -self.heap[0][0] if self.heap else -np.inf
        return max(self.done, top)

    def tell(self, step: str) -> None:
        """Record the state, and tell the caller."""
        seconds = self.context.clock.seconds()
        objective = None if self.best is None else self.best.objective
        proven = self.bound() if np.isfinite(self.bound()) else None
        self.history.append((seconds, objective, proven))
        if self.context.options.progress is not None:
            self.context.options.progress(
                Event(seconds=seconds, step=step, objective=objective, bound=proven)
            )


def search(context: Context, start: Multipliers, tree: Search) -> None:
    """Bound, plan and split until every box is done, or a limit comes.

    Parameters
    ----------
    context : Context
    start : Multipliers
        Clean.
    tree : Search
        Changed in place; whatever happens it holds the best plan, and its root the proof.
    """
    layout = context.layout
    region = whole(layout)
    touch = (
        tangent_point(layout.program.curves, layout.inflection, region.cells)
        if layout.simple
        else region.lower
    )
    push(tree, Box(tree.root, region, touch, 0))
    while tree.heap:
        if -tree.heap[0][0] <= tree.goal():
            break
        if context.counts.get("nodes", 0) >= context.options.node_limit:
            raise LimitError("node-limit")
        context.clock.check()
        box = tree.heap[0][2]
        context.count("nodes")
        children = process(context, tree, box)
        heapq.heappop(tree.heap)
        if not children:
            tree.done = max(tree.done, box.node.value)
        for child in children:
            push(tree, child)


def push(tree: Search, box: Box) -> None:
    """Open a box."""
    heapq.heappush(tree.heap, (-box.node.value, next(tree.ticket), box))


def process(context: Context, tree: Search, box: Box) -> list[Box]:
    """Bound one box, look for a plan in it, and return the boxes to split it into: none where it is done."""
    first = box.depth == 0
    relaxed = relax(
        context,
        box.region,
        box.touch,
        box.node.multipliers,
        goal=tree.goal(),
        close=CLOSE * context.options.gap,
        floor=tree.floor(),
        first=first,
    )
    if relaxed.empty is not None:
        box.node.multipliers, box.node.value = relaxed.empty, -np.inf
        return []
    if relaxed.bound.value <= box.node.value or first:
        box.node.multipliers, box.node.value = relaxed.multipliers, relaxed.bound.value
    if relaxed.bound.value <= tree.goal() or relaxed.proposal is None:
        return []
    plans(context, tree, box, relaxed)
    if relaxed.bound.value <= tree.goal():
        return []
    return halves(context, box, relaxed)


def plans(context: Context, tree: Search, box: Box, relaxed: Relaxed) -> None:
    """Look for plans near the relaxation's point."""
    assert relaxed.proposal is not None
    spend = np.clip(relaxed.proposal.spend, box.region.lower, box.region.upper)
    tree.offer(complete(context, spend), "relaxation")
    if relaxed.bound.value <= tree.goal():
        return
    tree.offer(polish(context, box.region, spend, relaxed.multipliers), "polish")


def halves(context: Context, box: Box, relaxed: Relaxed) -> list[Box]:
    """Split where the relaxation is farthest from the truth."""
    assert relaxed.proposal is not None
    column = fraction(context, relaxed.proposal)
    if column is not None:
        return split_column(box, *column)
    cell = loosest(context, box, relaxed, relaxed.proposal)
    return [] if cell is None else split_cell(context, box, *cell)


def fraction(context: Context, proposal: Proposal) -> tuple[int, float] | None:
    """Return the whole-number column farthest from being one, and its value."""
    integer = np.flatnonzero(context.layout.program.integer)
    if not len(integer):
        return None
    values = proposal.columns[integer]
    off = np.abs(values - np.round(values))
    worst = int(np.argmax(off))
    return (int(integer[worst]), float(values[worst])) if off[worst] > WHOLE else None


def loosest(context: Context, box: Box, relaxed: Relaxed, proposal: Proposal) -> tuple[int, float] | None:
    """Return the cell whose credited response exceeds its true one by most, in money, and where to split it."""
    program, layout = context.layout.program, context.layout
    lower, upper = box.region.cells
    spend = np.clip(proposal.spend, lower, upper)
    truth = program.curves.value(spend[program.component_cell])
    excess = np.maximum(proposal.credited - truth, 0.0) * relaxed.bound.weight
    loss = np.bincount(program.component_cell, excess, minlength=program.n_cells)
    cell = int(np.argmax(loss))
    if loss[cell] <= 0.0 or upper[cell] <= lower[cell]:
        return None
    turns = layout.inflection[layout.components_of(np.array([cell], dtype=np.int64))[0]]
    inside = turns[(turns > lower[cell]) & (turns < upper[cell])]
    at = float(inside[np.argmin(np.abs(inside - spend[cell]))]) if len(inside) else float(spend[cell])
    return cell, at


def split_cell(context: Context, box: Box, cell: int, at: float) -> list[Box]:
    """Return the two boxes left and right of a spend."""
    lower, upper = box.region.lower[cell], box.region.upper[cell]
    margin = 1e-3 * (upper - lower)
    at = float(np.clip(at, lower + margin, upper - margin))
    nodes = box.node.split(SPLIT_CELL, cell, at)
    out = []
    for node, ends in zip(nodes, ((lower, at), (at, upper)), strict=True):
        low, high, touch = box.region.lower.copy(), box.region.upper.copy(), box.touch.copy()
        low[cell], high[cell] = ends
        one = np.array([cell], dtype=np.int64)
        if context.layout.simple:
            touch[one] = tangent_point(
                context.layout.program.curves.take(one), context.layout.inflection[one], (low[one], high[one])
            )
        else:
            touch = low
        out.append(Box(node, replace(box.region, lower=low, upper=high), touch, box.depth + 1))
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


__all__ = ["Box", "Search", "bound", "search"]
