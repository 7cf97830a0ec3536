"""Branch and bound: split a cell where its envelope is above its curve, or a whole-number column at a fraction.

Every box is bounded by multipliers on the exact curves; boxes whose bound is within the wanted gap of the best plan are
done. The box with the greatest bound comes next.
"""

from __future__ import annotations

import heapq
from dataclasses import replace

import numpy as np

from mixopt.engine.bound import bound, whole
from mixopt.engine.burn import refuse_punished
from mixopt.engine.chain import MANY, touched
from mixopt.engine.clock import LimitError
from mixopt.engine.coarse import sampled
from mixopt.engine.complete import complete
from mixopt.engine.context import Context
from mixopt.engine.descent import descend
from mixopt.engine.multipliers import Multipliers, clean, zero
from mixopt.engine.plans import plans
from mixopt.engine.relax import Relaxed, relax
from mixopt.engine.search import Box, Experience, Search
from mixopt.engine.split import halves, losses, shrink
from mixopt.engine.switch import switched
from mixopt.engine.tighten import holes

CLOSE = 0.1  # of the wanted gap: how near a relaxation is solved to its worth
ROUGH = 0.4  # the same for many cells: there polishing costs less
TIGHT = 0.01  # the same where nothing is left to split
SHRINKS, ATTEMPTS = 3, 6  # times a box is bounded anew after its ends were cut off; at all
CLEAR = 1e-4  # share of the gap left to rounding where spends are excluded


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
    tree.experience = Experience(*np.zeros((2, 2, layout.program.n_cells)))
    begin(context, start, tree)
    if tree.root.value == -np.inf or tree.root.value <= tree.goal():
        tree.done = tree.root.value
        context.count("nodes")
        return
    touch = touched(context, np.arange(layout.program.n_cells, dtype=np.int64), region.cells)
    tree.push(Box(tree.root, region, touch, 0))
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
            tree.push(child)


def begin(context: Context, start: Multipliers, tree: Search) -> None:
    """Give the root multipliers to begin with, and the tree a plan where a descent finds one."""
    region = whole(context.layout)
    found = descend(context.layout, start, context.clock, context.options.gap)
    if found is None:
        tree.root.multipliers = start if start.row.any() else sampled(context, start)
        return
    context.count("descents")
    multipliers = clean(context.layout, found.multipliers)
    priced = bound(context.layout, context.pricer, multipliers, region)
    if multipliers.scale == 0.0:
        if priced.value < 0.0:
            tree.root.multipliers, tree.root.value = multipliers, -np.inf
        return
    tree.root.multipliers, tree.root.value = multipliers, priced.value
    if found.spend is not None:
        tree.offer(complete(context, found.spend, region), "descent")


def process(context: Context, tree: Search, box: Box) -> list[Box]:
    """Bound one box, look for a plan in it, and return the boxes to split it into: none where it is done."""
    relaxed = bounded(context, tree, box)
    if box.depth == 0 and relaxed is not None and relaxed.proposal is not None:
        refuse_punished(context.layout, relaxed.proposal)
    if box.origin is not None and tree.experience is not None and np.isfinite(box.origin.value):
        tree.experience.learn(box.origin, max(box.node.value, tree.goal()))
    exact = False
    for attempt in range(ATTEMPTS):
        if relaxed is None or relaxed.proposal is None or relaxed.bound.value <= tree.goal():
            return []
        proposal = relaxed.proposal
        loss = losses(context, box, relaxed, proposal)
        plans(context, tree, box, relaxed, loss)
        if relaxed.bound.value <= tree.goal():
            return []
        goal = tree.goal(inside=CLEAR)
        if attempt < SHRINKS and switched(context, tree, box, relaxed.bound, goal, loss):
            relaxed = bounded(context, tree, box, exact=exact)
            continue
        left = holes(context, box.region, relaxed.bound, goal, loss > 0.0)
        if attempt >= SHRINKS or not shrink(context, tree, box, left, loss):
            pair = halves(context, tree, box, proposal, loss, left)
            if pair or exact:
                return pair
            exact = True
        relaxed = bounded(context, tree, box, exact=exact)
    return []


def bounded(context: Context, tree: Search, box: Box, *, exact: bool = False) -> Relaxed | None:
    """Solve a box's relaxation, and keep what it proves; None where the box is empty."""
    first = box.depth == 0 and context.counts["nodes"] == 1 and "descents" not in context.counts
    close = CLOSE if context.layout.program.n_cells <= MANY else ROUGH
    relaxed = relax(
        context,
        box.region,
        box.touch,
        box.node.multipliers,
        goal=tree.goal(),
        close=(TIGHT if exact else close) * context.options.gap,
        floor=tree.floor(),
        first=first or exact,
        known=box.known,
    )
    box.known = relaxed.bound
    if relaxed.bound.value == -np.inf:  # a cell has no spend left
        box.node.multipliers = replace(zero(context.layout), scale=0.0)
        box.node.value = -np.inf
        return None
    if relaxed.empty is not None:
        box.node.multipliers, box.node.value = relaxed.empty, -np.inf
        return None
    if relaxed.bound.value <= box.node.value:
        box.node.multipliers, box.node.value = relaxed.multipliers, relaxed.bound.value
    return relaxed
