"""From a program to a plan with its proof."""

from __future__ import annotations

import numpy as np

from mixopt.curves import Floats
from mixopt.engine.assemble import Shop
from mixopt.engine.bound import refuse_open, whole
from mixopt.engine.branch import search
from mixopt.engine.certify import proven
from mixopt.engine.clock import Clock, LimitError
from mixopt.engine.complete import Candidate, complete
from mixopt.engine.context import Context
from mixopt.engine.drawn import fits, search_drawn
from mixopt.engine.drawn_price import DrawnPricer
from mixopt.engine.gate import refuse
from mixopt.engine.highs import LinearSolver
from mixopt.engine.layout import Layout
from mixopt.engine.multipliers import Multipliers, clean, of_proof, tangent, zero
from mixopt.engine.options import Options
from mixopt.engine.price import Pricer
from mixopt.engine.program import Program
from mixopt.engine.relax import refuse_convex
from mixopt.engine.scale import scale_of
from mixopt.engine.search import Search
from mixopt.engine.solution import Proof, Reason, Solution, Status
from mixopt.engine.tree import Node, proof_of
from mixopt.errors import FormulationError, SolverError

DEFECT = 1e-9


def solve(program: Program, options: Options | None = None, start: Solution | None = None) -> Solution:
    """Return the best plan of a program, and the proof of how good it is.

    Parameters
    ----------
    program : Program
    options : Options, optional
    start : Solution, optional
        Of a similar program: its multipliers are where the work begins.

    Returns
    -------
    Solution
        ``optimal`` only with a gap at most ``options.gap``; ``infeasible`` only with a proof of it.

    Raises
    ------
    FormulationError
        Naming the row or column that cannot be right.
    SolverError
        The linear solver failed, or a plan came out better than its bound: a defect.
    """
    options = Options() if options is None else options
    clock = Clock(options.time_limit, options.stop, memory=options.memory)
    refuse(program)
    layout = Layout(program)
    shop = Shop(layout, scale_of(layout))
    reason: Reason = "gap"
    first = _first(layout, start)
    with LinearSolver(clock) as solver:
        drawn = fits(layout)
        pricer = DrawnPricer(layout) if drawn else Pricer(layout)
        context = Context(layout, shop, pricer, solver, clock, options)
        tree = Search(context, Node(first, np.inf))
        try:
            for spend in _known(program, options, start):
                tree.offer(complete(context, spend, whole(layout)), "known")
            (search_drawn if drawn else search)(context, first, tree)
        except LimitError as limit:
            reason = limit.reason
        except KeyboardInterrupt:
            reason = "interrupted"
        except MemoryError:
            reason = "memory"
    return _solution(context, tree, reason)


def _known(program: Program, options: Options, start: Solution | None) -> list[Floats]:
    """Return the spends to begin with: the caller's, and the earlier solution's where it is of as many cells."""
    earlier = [] if start is None or start.spend is None else [start.spend]
    return [spend for spend in (*options.known, *earlier) if spend.shape == program.lower.shape]


def _first(layout: Layout, start: Solution | None) -> Multipliers:
    """Return the multipliers of an earlier solution where they fit, else none at all."""
    nothing = clean(layout, zero(layout))
    if start is None or start.proof is None or not _fits(layout.program, start.proof):
        return nothing
    known = np.flatnonzero(start.proof.scale == 1.0)
    return clean(layout, of_proof(layout, start.proof, int(known[0]))) if len(known) else nothing


def _fits(program: Program, proof: Proof) -> bool:
    sets = (proof.row, proof.spend, proof.response, proof.concave, proof.active)
    widths = tuple(part.shape[1] for part in sets)
    wanted = (
        program.n_rows,
        len(program.spend_columns),
        len(program.response_columns),
        len(program.concave),
        len(program.activity.columns),
    )
    ends = proof.tangent_start[np.flatnonzero(np.diff(proof.tangent_start))]
    reads = [len(program.concave[term].columns) for term in proof.tangent_term] if widths == wanted else []
    return (
        widths == wanted and np.array_equal(np.diff(proof.tangent_start), reads) and len(ends) == len(reads)
    )


def _solution(context: Context, tree: Search, reason: Reason) -> Solution:
    plan, proof = tree.best, proof_of(context.layout, tree.root)
    bound, worst = proven(context.layout.program, proof, context.pricer)
    if bound == np.inf and reason == "gap":
        _refuse(context, tree)
    if np.isnan(bound):
        raise SolverError("the bound is not a number: a defect of mixopt's own")
    status, gap = _judged(context, tree, bound)
    if status == "infeasible":
        reason = "infeasible"
    elif status != "optimal" and reason == "gap":
        reason = "stalled"
    if plan is not None:
        bound = max(bound, plan.objective)
    return Solution(
        status=status,
        reason="gap" if status == "optimal" else reason,
        spend=None if plan is None else plan.spend,
        columns=None if plan is None else plan.columns,
        objective=None if plan is None else plan.objective,
        bound=float(bound) if np.isfinite(bound) else None,
        gap=gap,
        proof=proof,
        prices=proof.row[worst].copy(),
        source="leaves" if tree.root.children else "multipliers",
        violation=0.0 if plan is None else plan.violation,
        seconds=context.clock.seconds(),
        counts={**context.counts, "fallbacks": context.solver.fallbacks},
        history=tuple(tree.history),
    )


def _judged(context: Context, tree: Search, bound: float) -> tuple[Status, float | None]:
    plan = tree.best
    if plan is None:
        return ("infeasible" if bound == -np.inf else "no-plan"), None
    size = max(abs(plan.objective), tree.floor())
    if bound < plan.objective - DEFECT * size:
        _refuse_convex(context, plan)
        raise SolverError(
            f"a plan of {plan.objective!r} exceeds its bound {bound!r}: a defect of mixopt's own"
        )
    if bound == np.inf:
        return "feasible", None
    gap = max(0.0, bound - plan.objective) / max(size, np.finfo(float).tiny)
    return ("optimal" if gap <= context.options.gap else "feasible"), gap


def _refuse(context: Context, tree: Search) -> None:
    """Say why nothing bounds the program: a column that may grow without limit."""
    refuse_open(context.layout, tree.root.multipliers, whole(context.layout))
    raise FormulationError("program", "no multipliers bound it", "finite bounds on every column")


def _refuse_convex(context: Context, plan: Candidate) -> None:
    """Where a plan beats its bound because a tangent passes below its concave term, name the term."""
    for drawn in context.tangents:
        term = context.layout.program.concave[drawn.term]
        at = plan.columns[term.columns]
        refuse_convex(context, drawn, tangent(context.layout, drawn.term, at))
