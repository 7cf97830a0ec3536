"""From a program to a plan with its proof."""

from __future__ import annotations

import numpy as np

from mixopt.engine.bound import refuse_open, whole
from mixopt.engine.branch import Search, search
from mixopt.engine.certify import proven
from mixopt.engine.clock import Clock, LimitError
from mixopt.engine.context import Context
from mixopt.engine.highs import LinearSolver
from mixopt.engine.layout import Layout
from mixopt.engine.master import Shop
from mixopt.engine.multipliers import clean, zero
from mixopt.engine.options import Options
from mixopt.engine.price import Pricer
from mixopt.engine.program import Program
from mixopt.engine.scale import scale_of
from mixopt.engine.solution import Reason, Solution, Status
from mixopt.engine.tree import Node, proof_of
from mixopt.errors import SolverError

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

    Raises
    ------
    FormulationError
        Naming the row or column that cannot be right.
    SolverError
        The linear solver failed, or a plan came out better than its bound: a defect.
    """
    options = Options() if options is None else options
    layout = Layout(program)
    shop = Shop(layout, scale_of(layout))
    clock = Clock(options.time_limit, options.stop)
    reason: Reason = "gap"
    multipliers = clean(layout, zero(layout))
    with LinearSolver(clock) as solver:
        context = Context(layout, shop, Pricer(layout), solver, clock, options)
        refuse_open(layout, multipliers, whole(layout))
        tree = Search(context, Node(multipliers, np.inf))
        try:
            search(context, multipliers, tree)
        except LimitError as limit:
            reason = limit.reason
        except KeyboardInterrupt:
            reason = "interrupted"
    del start
    return _solution(context, tree, reason)


def _solution(context: Context, tree: Search, reason: Reason) -> Solution:
    plan, proof = tree.best, proof_of(context.layout, tree.root)
    bound = proven(context.layout.program, proof)
    assert bound <= tree.bound() * (1 + np.sign(tree.bound()) * 1e-9) + 1e-9, (bound, tree.bound())
    status: Status = "no-plan"
    gap = None
    if plan is not None:
        size = max(abs(plan.objective), tree.floor())
        if bound < plan.objective - DEFECT * size:
            raise SolverError(
                f"a plan of {plan.objective!r} exceeds its bound {bound!r}: a defect of mixopt's own"
            )
        bound = max(bound, plan.objective)
        gap = (bound - plan.objective) / size
        status = "optimal" if gap <= context.options.gap else "feasible"
        if status == "feasible" and reason == "gap":
            reason = "stalled"
    return Solution(
        status=status,
        reason=reason,
        spend=None if plan is None else plan.spend,
        columns=None if plan is None else plan.columns,
        objective=None if plan is None else plan.objective,
        bound=float(bound) if np.isfinite(bound) else None,
        gap=gap,
        proof=proof,
        prices=tree.root.multipliers.row.copy(),
        source="leaves" if tree.root.children else "multipliers",
        violation=0.0 if plan is None else plan.violation,
        seconds=context.clock.seconds(),
        counts=dict(context.counts),
        history=tuple(tree.history),
    )
