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
from mixopt.engine.bound import Region, whole
from mixopt.engine.chain import MANY, touched
from mixopt.engine.clock import LimitError
from mixopt.engine.coarse import sampled
from mixopt.engine.complete import Candidate, complete
from mixopt.engine.context import Context
from mixopt.engine.master import Proposal
from mixopt.engine.multipliers import Multipliers
from mixopt.engine.options import Event
from mixopt.engine.polish import polish
from mixopt.engine.relax import Relaxed, relax
from mixopt.engine.solution import SPLIT_CELL, SPLIT_COLUMN
from mixopt.engine.tighten import Holes, holes
from mixopt.engine.tree import Node

CLOSE = 0.1  # of the wanted gap: how near a relaxation is solved to its worth
ROUGH = 0.4  # the same for many cells: there polishing costs less
WHOLE = 1e-6
SLACK, CLEAR = 1e-9, 1e-4
SHRINKS = 3  # times a box is bounded anew after its ends were cut off


@dataclass(frozen=True, slots=True)
class Origin:
    """Which split a box comes from: the cell, the side, the bound before, and what the relaxation over-estimated."""

    cell: int
    side: int
    value: float
    loss: float


@dataclass(slots=True)
class Experience:
    """How much splitting each cell has lowered bounds, per unit of what the relaxation over-estimated.

    The product of both sides' expected gains says where to split (pseudo-costs: Benichou et al. 1971,
    doi:10.1007/BF01584074; the product: Achterberg 2007).

    Parameters
    ----------
    gain, times : ndarray (2, n_cells)
        Sums and counts, left and right.
    """

    gain: Floats
    times: Floats

    def learn(self, origin: Origin, value: float) -> None:
        """Take note of the bound a split has led to."""
        rate = max(origin.value - value, 0.0) / origin.loss
        self.gain[origin.side, origin.cell] += rate
        self.times[origin.side, origin.cell] += 1.0

    def best(self, loss: Floats) -> int:
        """Return the cell to split."""
        known = self.times.sum(axis=1)
        average = np.where(known > 0.0, self.gain.sum(axis=1) / np.maximum(known, 1.0), 1.0)
        rate = (self.gain + average[:, None]) / (self.times + 1.0)
        expected = np.maximum(rate * loss, 1e-6 * loss.max())
        return int(np.argmax(np.where(loss > 0.0, expected[0] * expected[1], 0.0)))


@dataclass(slots=True)
class Box:
    """An open node with its box."""

    node: Node
    region: Region
    touch: Floats
    depth: int
    origin: Origin | None = None


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
    experience: Experience | None = None
    history: list[tuple[float, float | None, float | None]] = field(default_factory=list)

    def goal(self, inside: float = SLACK) -> float:
        """Return the bound at which a box is done; `inside` is the share of the gap that is left to rounding."""
        if self.best is None:
            return -np.inf
        value = self.best.objective
        return value + self.context.options.gap * (1.0 - inside) * max(abs(value), self.floor())

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
    touch = touched(context, np.arange(layout.program.n_cells, dtype=np.int64), region.cells)
    tree.experience = Experience(*np.zeros((2, 2, layout.program.n_cells)))
    tree.root.multipliers = sampled(context, start)
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
    relaxed = bounded(context, tree, box)
    if box.origin is not None and tree.experience is not None and np.isfinite(box.origin.value):
        tree.experience.learn(box.origin, max(box.node.value, tree.goal()))
    for _ in range(SHRINKS):
        if relaxed is None or relaxed.proposal is None or relaxed.bound.value <= tree.goal():
            return []
        plans(context, tree, box, relaxed)
        if relaxed.bound.value <= tree.goal():
            return []
        loss = losses(context, box, relaxed, relaxed.proposal)
        among = loss > 0.0
        left = holes(context, box.region, relaxed.bound, tree.goal(inside=CLEAR), among)
        if not shrink(context, tree, box, left, loss):
            break
        relaxed = bounded(context, tree, box)
    assert relaxed is not None and relaxed.proposal is not None
    return halves(context, tree, box, relaxed.proposal, loss, left)


def bounded(context: Context, tree: Search, box: Box) -> Relaxed | None:
    """Solve a box's relaxation, and keep what it proves; None where the box is empty."""
    first = box.depth == 0 and context.counts["nodes"] == 1
    relaxed = relax(
        context,
        box.region,
        box.touch,
        box.node.multipliers,
        goal=tree.goal(),
        close=(CLOSE if context.layout.program.n_cells <= MANY else ROUGH) * context.options.gap,
        floor=tree.floor(),
        first=first,
    )
    if relaxed.empty is not None:
        box.node.multipliers, box.node.value = relaxed.empty, -np.inf
        return None
    if relaxed.bound.value <= box.node.value:
        box.node.multipliers, box.node.value = relaxed.multipliers, relaxed.bound.value
    return relaxed


def plans(context: Context, tree: Search, box: Box, relaxed: Relaxed) -> None:
    """Look for plans near the relaxation's point."""
    assert relaxed.proposal is not None
    spend = np.clip(relaxed.proposal.spend, box.region.lower, box.region.upper)
    raw = complete(context, spend)
    before = tree.best
    tree.offer(raw, "relaxation")
    nodes = context.counts["nodes"]
    if relaxed.bound.value <= tree.goal() or (tree.best is before and nodes % 16 and nodes > 4):
        return
    value = box.node.value if len(tree.heap) == 1 else tree.bound()
    enough = value - context.options.gap * (1.0 - CLEAR) * max(abs(value), tree.floor())
    tree.offer(polish(context, box.region, spend, relaxed.multipliers, enough), "polish")


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
        pair = split_cell(context, box, cell, place(context, box, cell, float(proposal.spend[cell])))
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


def losses(context: Context, box: Box, relaxed: Relaxed, proposal: Proposal) -> Floats:
    """Return by how much the relaxation over-estimates each cell's response, in currency."""
    program = context.layout.program
    spend = np.clip(proposal.spend, box.region.lower, box.region.upper)
    truth = program.curves.value(spend[program.component_cell])
    excess = np.maximum(proposal.credited - truth, 0.0) * relaxed.bound.weight
    return np.bincount(program.component_cell, excess, minlength=program.n_cells).astype(np.float64)


def place(context: Context, box: Box, cell: int, spend: float) -> float:
    """Return where to split a cell: at an inflection inside its box, else where the relaxation spends."""
    layout = context.layout
    lower, upper = box.region.lower[cell], box.region.upper[cell]
    turns = layout.inflection[layout.components_of(np.array([cell], dtype=np.int64))[0]]
    inside = turns[(turns > lower) & (turns < upper)]
    at = float(inside[np.argmin(np.abs(inside - spend))]) if len(inside) else spend
    margin = 1e-3 * (upper - lower)
    return float(np.clip(at, lower + margin, upper - margin))


def split_cell(context: Context, box: Box, cell: int, at: float) -> list[Box]:
    """Return the two boxes left and right of a spend."""
    lower, upper = float(box.region.lower[cell]), float(box.region.upper[cell])
    left, right = box.node.split(SPLIT_CELL, cell, at)
    return [narrowed(context, box, left, cell, (lower, at)), narrowed(context, box, right, cell, (at, upper))]


def split_hole(context: Context, tree: Search, box: Box, cell: int, hole: tuple[float, float]) -> list[Box]:
    """Return the two boxes on both sides of a hole, whose multipliers are proof enough that it cannot pay."""
    lower, upper = float(box.region.lower[cell]), float(box.region.upper[cell])
    left, rest = box.node.split(SPLIT_CELL, cell, hole[0])
    middle, right = rest.split(SPLIT_CELL, cell, hole[1])
    middle.value = min(middle.value, tree.goal())
    tree.done = max(tree.done, tree.goal())
    return [
        narrowed(context, box, left, cell, (lower, hole[0])),
        narrowed(context, box, right, cell, (hole[1], upper)),
    ]


def narrowed(context: Context, box: Box, node: Node, cell: int, ends: tuple[float, float]) -> Box:
    """Return a box with one cell's ends moved."""
    low, high, touch = box.region.lower.copy(), box.region.upper.copy(), box.touch.copy()
    low[cell], high[cell] = ends
    one = np.array([cell], dtype=np.int64)
    touch[one] = touched(context, one, (low[one], high[one]))
    return Box(node, replace(box.region, lower=low, upper=high), touch, box.depth + 1)


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

