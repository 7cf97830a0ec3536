"""Programs with the worst part of many draws in them, where every curve is concave: they have one box and no leaves.

Two things are refined in turns. The cells' curves are drawn straight between points, and the points gather where the
exact best responses are; the worst part of the draws is cut by tangents, each a mixture of draws, while a linear
program takes it to be worth more than it is. Every round ends with exact prices: they are the bound.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from mixopt.curves import Floats, Indices
from mixopt.engine.bound import Bound, Region, bound, whole
from mixopt.engine.chain import NARROW, WINDOW, points
from mixopt.engine.complete import complete, totals
from mixopt.engine.context import Context
from mixopt.engine.drawn_cuts import (
    Folded,
    concave_throughout,
    folded,
    small_program,
    small_region,
    small_shop,
    small_start,
    unfolded,
    weights_of,
)
from mixopt.engine.drawn_price import DrawnPricer
from mixopt.engine.layout import Layout
from mixopt.engine.linear import LinearAnswer
from mixopt.engine.master import Master, Proposal, build, read
from mixopt.engine.multipliers import Multipliers, Tangent, clean, tangent
from mixopt.engine.pieces import Chain, cut
from mixopt.engine.relax import over_estimated
from mixopt.engine.search import Search

MANY = 16  # components per cell from which folding pays
ROUNDS, CUTS = 14, 40
SHARE = 0.1  # of the wanted gap: what the cuts may leave open
MARGINS = (0.0, 1e-8, 1e-7, 1e-6)  # of a term's range, where a rule speaks of it


def fits(layout: Layout) -> bool:
    """Return whether a program is of this kind: concave, without whole numbers or gates, terms read many totals.

    Parameters
    ----------
    layout : Layout

    Returns
    -------
    bool
    """
    program = layout.program
    if layout.gated or not program.concave or program.integer.any():
        return False
    if program.curves.size < MANY * program.n_cells:
        return False
    return folded(layout) is not None and bool(concave_throughout(layout).all())


@dataclass(slots=True)
class Table:
    """Every folded component's response at some spends of its cell.

    Parameters
    ----------
    spend : ndarray (n_cells, k), currency
    component : ndarray (c,) of int64
        Sorted by cell.
    start : ndarray of int64; cells : ndarray of int64
        Where each cell's components start, and the cells that have any.
    response : ndarray (k, c)
    own : ndarray (number of own components, k)
    """

    spend: Floats
    component: Indices
    start: Indices
    cells: Indices
    response: Floats
    own: Floats

    def sums(self, weight: Floats) -> Floats:
        """Return the cells' weighted sums of responses (n_cells, k)."""
        out = np.zeros(self.spend.shape)
        mine = weight[self.component]
        for j, response in enumerate(self.response):
            out[self.cells, j] = np.add.reduceat(mine * response, self.start)
        return out


@dataclass(slots=True)
class Work:
    """One search in progress."""

    context: Context
    fold: Folded
    pricer: DrawnPricer
    cuts: list[Tangent] = field(default_factory=list)
    others: list[Tangent] = field(default_factory=list)
    known: Multipliers | None = None


def search_drawn(context: Context, start: Multipliers, tree: Search) -> None:
    """Bound and plan until the gap is met, nothing moves, or a limit comes.

    Parameters
    ----------
    context : Context
        With a :class:`DrawnPricer`.
    start : Multipliers
        Clean.
    tree : Search
        Changed in place; whatever happens it holds the best plan, and its root the proof.
    """
    fold, region = folded(context.layout), whole(context.layout)
    assert fold is not None
    assert isinstance(context.pricer, DrawnPricer)
    work = Work(context, fold, context.pricer)
    proven = bound(context.layout, context.pricer, start, region)
    tree.root.multipliers, tree.root.value = start, proven.value
    context.count("nodes")
    centers: tuple[Floats, ...] = (proven.worth.spend,)
    _cut_at(work, region.lower + 0.5 * (np.minimum(region.upper, proven.worth.spend) - region.lower))
    for number in range(ROUNDS):
        context.clock.check()
        proposal = _round(work, tree, region, centers, first=number < 2)
        if proposal is None:
            return
        priced = _priced(work, tree, region, proposal)
        if tree.root.value <= tree.goal():
            return
        centers = (proposal.spend, priced.worth.spend)


def _priced(work: Work, tree: Search, region: Region, proposal: Proposal) -> Bound:
    found = clean(work.context.layout, unfolded(work.fold, work.cuts, proposal.multipliers))
    priced = bound(work.context.layout, work.pricer, found, region)
    if priced.value < tree.root.value:
        tree.root.multipliers, tree.root.value = found, priced.value
        tree.done = priced.value
        tree.tell("bound")
    return priced


def _round(
    work: Work, tree: Search, region: Region, centers: tuple[Floats, ...], *, first: bool
) -> Proposal | None:
    """Solve linear programs over one set of points until their cuts hold; offer the plans that come by."""
    context = work.context
    table = _table(work, points(region.cells, region.lower, centers, WINDOW if first else NARROW))
    proposal = None
    for margin in MARGINS if context.layout.kept else MARGINS[:1]:
        for _ in range(CUTS):
            context.clock.check()
            answer = _solved(work, region, table, margin)
            if answer is None:
                return proposal
            proposal = answer
            context.count("rounds")
            plan = complete(context, np.clip(proposal.spend, region.lower, region.upper), region)
            tree.offer(plan, "relaxation")
            if not _cut_off(work, tree, proposal):
                break
        if plan is not None:
            break
    return proposal


def _solved(work: Work, region: Region, table: Table, margin: float) -> Proposal | None:
    fold, context = work.fold, work.context
    small = small_program(fold, work.cuts, margin)
    shop = small_shop(fold, small, context.shop.scale)
    sums = [table.sums(weights_of(fold, one)) for one in work.cuts]
    nobody = np.zeros(small.n_cells, dtype=bool)
    chain = Chain(spend=table.spend, response=np.concatenate([table.own, *sums]), combined=nobody)
    pieces = cut(shop.layout, chain, shop.scale.money)
    shift = small_start(small, work.known)
    master: Master = build(shop, small_region(fold, region, small), pieces, shift, tuple(work.others))
    answer: LinearAnswer = context.solver.solve(master.linear)
    context.count("lps")
    if answer.outcome != "optimal":
        return None
    proposal = read(shop, master, answer)
    work.known = proposal.multipliers
    beside = replace(context, layout=shop.layout, shop=shop)
    work.others.extend(over_estimated(beside, proposal))
    return proposal


def _cut_off(work: Work, tree: Search, proposal: Proposal) -> bool:
    """Cut the terms that a proposal takes to be worth more than they are; say whether it matters."""
    layout = work.context.layout
    place = np.full(layout.program.n_columns, -1, dtype=np.int64)
    place[work.fold.kept] = np.arange(len(work.fold.kept))
    exact = totals(layout, np.clip(proposal.spend, layout.program.lower, layout.program.upper))
    matters = False
    goal = max(abs(tree.best.objective) if tree.best is not None else 0.0, tree.floor())
    for j in work.fold.terms:
        term = layout.program.concave[j]
        drawn = tangent(layout, j, exact[term.columns])
        excess = float(proposal.columns[place[term.theta]]) - drawn.value
        weight = max(abs(float(layout.program.objective[term.theta])), 1e-300)
        room = SHARE * work.context.options.gap * goal / weight
        if layout.kept:
            room = min(room, 1e-9 * abs(drawn.value))
        if excess > room:
            work.cuts.append(drawn)
            matters = True
    return matters


def _cut_at(work: Work, spend: Floats) -> None:
    layout = work.context.layout
    exact = totals(layout, np.clip(spend, layout.program.lower, layout.program.upper))
    for j in work.fold.terms:
        work.cuts.append(tangent(layout, j, exact[layout.program.concave[j].columns]))


def _table(work: Work, spend: Floats) -> Table:
    layout, pricer = work.context.layout, work.pricer
    program, fold = layout.program, work.fold
    used = np.zeros(program.curves.size, dtype=bool)
    for j in fold.terms:
        rows = np.isin(program.response_columns, program.concave[j].columns)
        used[program.response_matrix[np.flatnonzero(rows)].indices] = True
    component = layout.component_order[used[layout.component_order]]
    cell = program.component_cell[component]
    start = np.flatnonzero(np.diff(cell, prepend=-1)).astype(np.int64)
    curves = program.curves.take(component)
    response = np.stack([curves.value(at[cell]) for at in spend.T])
    table = Table(spend, component, start, cell[start], response, np.empty(0))
    table.own = _own(work, table, pricer)
    return table


def _own(work: Work, table: Table, pricer: DrawnPricer) -> Floats:
    """Return the responses of the totals that stay: means of draws from the table, others from their curves."""
    program, own = work.context.layout.program, work.fold.own
    out = np.empty((len(own), table.spend.shape[1]))
    known = np.zeros(program.curves.size, dtype=bool)
    known[pricer.mean] = True
    weight = np.zeros(program.curves.size)
    if len(pricer.mean):
        weight[pricer.single] = 1.0 / pricer.single.shape[1]
    means = table.sums(weight)
    mine = known[own]
    out[mine] = means[program.component_cell[own[mine]]]
    rest = own[~mine]
    curves, cell = program.curves.take(rest), program.component_cell[rest]
    if len(rest):
        out[~mine] = np.stack([curves.value(at[cell]) for at in table.spend.T], axis=1)
    return out
