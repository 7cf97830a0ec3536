"""A region's bound: linear programs over short pieces, and exact prices, in turns.

The linear program knows the cells' envelopes at a few points, so it proposes; the multipliers it proposes are priced
with the exact curves, and that is the bound. New points go where the exact best responses are. The linear program's
value and the bound close in on the worth of the region's concave relaxation from both sides.
"""

from __future__ import annotations

from dataclasses import dataclass

from mixopt.curves import Floats
from mixopt.engine.bound import Bound, Region, bound
from mixopt.engine.bundle import bundled
from mixopt.engine.chain import MANY, MEDIUM, NARROW, WINDOW, chain_of
from mixopt.engine.context import Context
from mixopt.engine.empty import Verdict, examine
from mixopt.engine.layout import Layout
from mixopt.engine.linear import LinearAnswer
from mixopt.engine.master import Master, Proposal, build, read
from mixopt.engine.multipliers import Multipliers, Tangent, clean, tangent
from mixopt.engine.pieces import Chain, cut
from mixopt.engine.scale import PARTS
from mixopt.errors import FormulationError

ROUNDS = 12
NEAR = 0.2  # of a box's way to the goal: what its relaxation may leave open
CUT_ROUNDS = 60  # of linear programs whose concave terms had to be cut
CONVEX = 1e-7  # of a concave term's range: what a tangent may lie below the term, for rounding
CUT = 1e-10  # of a concave term's range: it is cut where theta exceeds it by more


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxed:
    """What is known of a region's relaxation.

    Parameters
    ----------
    multipliers : Multipliers
        The best found; clean.
    bound : Bound
        What they prove.
    proposal : Proposal or None
        The last linear program's point.
    empty : Multipliers or None
        The proof that the region holds no plan at all.
    """

    multipliers: Multipliers
    bound: Bound
    proposal: Proposal | None
    empty: Multipliers | None = None


def relax(
    context: Context,
    region: Region,
    touch: Floats,
    start: Multipliers,
    *,
    goal: float,
    close: float,
    floor: float,
    first: bool = False,
    rounds: int = ROUNDS,
    known: Bound | None = None,
) -> Relaxed:
    """Return multipliers that bound a region well.

    Parameters
    ----------
    context : Context
    region : Region
    touch : ndarray (n_cells,), currency
        Tangent points of the cells' envelopes over the region.
    start : Multipliers
        Clean.
    goal : float, currency
        A bound at or below this is good enough.
    close : float
        As is one this near to the relaxation's worth, relative to it.
    floor : float, currency
        Worths below this count as this much.
    first : bool
        Whether `start` is a guess: longer windows then.
    rounds : int
        At most.
    known : Bound or None
        What `start` proves for the region, where that is known already.

    Returns
    -------
    Relaxed
    """
    layout, pricer = context.layout, context.pricer
    best, proven = start, bound(layout, pricer, start, region) if known is None else known
    centers: tuple[Floats, ...] = (proven.worth.on,)
    extra: tuple[Floats, ...] = ()
    proposal = None
    turn, cuts = 0, 0
    few = layout.program.n_cells <= MANY
    while turn < rounds and cuts < CUT_ROUNDS and proven.value > goal:
        window = (WINDOW if few else MEDIUM) if first and turn + cuts < 2 else NARROW
        master, answer = solve_pieces(
            context, region, chain_of(context, region, touch, centers, window), best
        )
        if answer.outcome != "optimal":
            verdict = examine(context, region, touch) if not extra else Verdict(None)
            if not verdict.centers:
                return Relaxed(multipliers=best, bound=proven, proposal=proposal, empty=verdict.proof)
            extra, turn = verdict.centers, turn + 1
            centers = (*centers, *extra)
            continue
        proposal = read(context.shop, master, answer)
        context.count("rounds")
        fresh = cut_terms(context, proposal)
        turn, cuts = turn + (not fresh), cuts + fresh
        found = clean(layout, proposal.multipliers)
        priced = bound(layout, pricer, found, region)
        if priced.value < proven.value:
            best, proven = found, priced
        elif turn + cuts > 1:
            middle = clean(layout, best.blend(found, 0.5))
            between = bound(layout, pricer, middle, region)
            if between.value < proven.value:
                best, proven = middle, between
        worth = worth_of(layout, proposal.columns)
        near = max(close * max(abs(worth), floor), 0.0 if first else NEAR * (proven.value - goal))
        if proven.value - worth <= near:
            break
        centers = (proven.worth.on, priced.worth.on, *extra)
    return Relaxed(multipliers=best, bound=proven, proposal=proposal)


def worth_of(layout: Layout, columns: Floats) -> float:
    """Return the objective with every concave term at what its function says, whatever a program takes it for.

    Parameters
    ----------
    layout : Layout
    columns : ndarray (n_columns,)

    Returns
    -------
    float
        Currency.
    """
    true = columns.copy()
    for term in layout.program.concave:
        true[term.theta] = float(term.function(columns[term.columns])[0])
    return float(layout.program.objective @ true) + layout.program.offset


def solve_pieces(
    context: Context, region: Region, chain: Chain, shift: Multipliers, *, margin: float = 0.0
) -> tuple[Master, LinearAnswer]:
    """Build and solve the linear program of a chain.

    Parameters
    ----------
    context : Context
    region : Region
    chain : Chain
    shift : Multipliers
    margin : float
        Of each concave term's range: how much its cuts are lowered, so that what keeps them keeps the term itself.

    Returns
    -------
    master : Master
    answer : LinearAnswer
    """
    pieces = bundled(context.layout, cut(context.layout, chain, context.shop.scale.money), shift)
    master = build(context.shop, region, pieces, shift, tuple(context.tangents), margin=margin)
    answer = context.solver.solve(master.linear)
    context.count("lps")
    return master, answer


def cut_terms(context: Context, proposal: Proposal) -> bool:
    """Cut every concave term that a proposal takes to be worth more than it is, for good.

    Parameters
    ----------
    context : Context
    proposal : Proposal

    Returns
    -------
    bool
        Whether there was one.
    """
    fresh = over_estimated(context, proposal)
    for drawn in fresh:
        for other in context.tangents:
            refuse_convex(context, drawn, other)
        context.tangents.append(drawn)
    return bool(fresh)


def refuse_convex(context: Context, one: Tangent, other: Tangent) -> None:
    """Refuse a term one of whose tangents passes below another point of it: nothing drawn from it would be proof.

    Parameters
    ----------
    context : Context
    one, other : Tangent
        Nothing is said of two different terms.

    Raises
    ------
    FormulationError
        Naming the term.
    """
    if one.term != other.term:
        return
    term = context.layout.program.concave[one.term]
    apart = other.point - one.point
    above = one.value + float(one.gradient @ apart) - other.value
    below = other.value - float(other.gradient @ apart) - one.value
    size = max(context.shop.scale.column[term.theta] * PARTS, abs(one.value), abs(other.value))
    if min(above, below) < -CONVEX * size:
        raise FormulationError(
            term.name,
            "its tangent at one point lies below its value at another: it is not concave, or its gradient is wrong",
            "mixopt.testing.check_plugin, which compares the gradient with differences",
        )


def over_estimated(context: Context, proposal: Proposal) -> list[Tangent]:
    """Return tangents, where a proposal stands, of the concave terms that it takes to be worth more than they are.

    Parameters
    ----------
    context : Context
    proposal : Proposal

    Returns
    -------
    list of Tangent
    """
    fresh = []
    for j, term in enumerate(context.layout.program.concave):
        at = proposal.columns[term.columns]
        drawn = tangent(context.layout, j, at)
        unit = context.shop.scale.column[term.theta]
        if proposal.columns[term.theta] > drawn.value + CUT * max(abs(drawn.value), unit * PARTS):
            fresh.append(drawn)
    return fresh
