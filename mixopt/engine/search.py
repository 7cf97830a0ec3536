"""A branch and bound in progress: its open boxes, its best plan, and what it has learnt about splitting."""

from __future__ import annotations

import heapq
import itertools
from dataclasses import dataclass, field

import numpy as np

from mixopt.curves import Floats
from mixopt.engine.bound import Bound, Region
from mixopt.engine.complete import Candidate
from mixopt.engine.context import Context
from mixopt.engine.options import Event
from mixopt.engine.scale import PARTS
from mixopt.engine.tree import Node

LONGEST = 64  # boxes between two looks for plans
STEEPEST = 10.0  # a box that turns out empty counts as so many times the loss
SLACK = 1e-9  # share of the gap left to rounding
FLOOR = 1e-5  # of the largest contribution of a total or term: gaps of smaller objectives refer to this


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
        rate = min(max(origin.value - value, 0.0) / origin.loss, STEEPEST)
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
    known: Bound | None = None


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
    pause: int = 1
    wake: int = 0
    history: list[tuple[float, float | None, float | None]] = field(default_factory=list)

    def rest(self, number: int, *, fruitless: bool) -> None:
        """Say at which box to look for plans again: later and later while nothing is found."""
        self.pause = min(2 * self.pause, LONGEST) if fruitless else 1
        self.wake = number + self.pause

    def goal(self, inside: float = SLACK) -> float:
        """Return the bound at which a box is done; `inside` is the share of the gap that is left to rounding."""
        if self.best is None:
            return -np.inf
        value = self.best.objective
        return value + self.context.options.gap * (1.0 - inside) * max(abs(value), self.floor())

    def floor(self) -> float:
        """Return the objective below which gaps are absolute.

        What plugins' own columns could reach says little: they count where the objective has nothing else.
        """
        layout, scale = self.context.layout, self.context.shop.scale
        sizes = np.abs(layout.program.objective) * scale.column
        known = float(sizes[~layout.own].max(initial=0.0))
        return FLOOR * PARTS * (known or float(sizes.max(initial=0.0)))

    def offer(self, plan: Candidate | None, step: str) -> None:
        """Take a plan if it is the best so far."""
        if plan is None or (self.best is not None and plan.objective <= self.best.objective):
            return
        self.best = plan
        self.tell(step)

    def push(self, box: Box) -> None:
        """Open a box."""
        heapq.heappush(self.heap, (-box.node.value, next(self.ticket), box))

    def bound(self) -> float:
        """Return what the tree proves now."""
        top = -self.heap[0][0] if self.heap else -np.inf
        return max(self.done, top)

    def enough(self, box: Box) -> float:
        """Return the objective that would end the work on a box that is being looked at."""
        value = box.node.value if len(self.heap) == 1 else self.bound()
        return value - self.context.options.gap * (1.0 - 1e-4) * max(abs(value), self.floor())

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
