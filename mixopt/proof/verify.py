"""The verifier: recomputes what a certificate claims, from its numbers alone, and refuses what does not hold.

It shares no code with the engine, and knows neither Pyomo nor a solver: curves (value, slope, inflection), numpy and
sparse matrices are all it needs. Feasibility and objective come from :mod:`mixopt.proof.feasible`, the bound from
:mod:`mixopt.proof.lagrangian`; here the claims are compared with them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from mixopt.errors import ProofError, shown
from mixopt.proof.certificate import Certificate
from mixopt.proof.components import CurveShop, CurvesOf, Floats
from mixopt.proof.conjugate import STEPS
from mixopt.proof.document import BudgetRecord, PlanRecord
from mixopt.proof.feasible import exact_columns
from mixopt.proof.keep import check_keeps
from mixopt.proof.lagrangian import leaf_bounds
from mixopt.proof.plan_data import PlanData, plan_data
from mixopt.proof.tree import Leaf, leaves_of

CLOSE = 1e-9
ROUNDED = 1e-11  # of the terms that a bound is a sum of: a claim may differ by so much where they cancel
FLOOR = (
    1e-5  # of what the objective's columns could be worth: gaps of smaller objectives are judged against that
)
STATUSES = ("optimal", "feasible", "infeasible", "no-plan")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanVerification:
    """What was found to hold of one plan.

    Parameters
    ----------
    plan, status : str
    objective, bound : float or None
        Recomputed, currency.
    gap : float or None
        (bound - objective) / abs(objective), of the recomputed numbers.
    violation : float or None
        Largest violation of anything, as a share of its size.
    leaves : int
    rests_on : tuple of str
        What had to be taken as stated.
    seconds : float
    """

    plan: str
    status: str
    objective: float | None
    bound: float | None
    gap: float | None
    violation: float | None
    leaves: int
    rests_on: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was found to hold of all plans of a certificate."""

    plans: tuple[PlanVerification, ...]


def verify(certificate: Certificate, curves_of: CurvesOf, *, steps: int = STEPS) -> Verification:
    """Recompute feasibility, objective and bound of every plan.

    Parameters
    ----------
    certificate : Certificate
    curves_of : callable
        ``curves_of(kind, parameters, points)`` returns the curves of one family: an object with ``value``, ``slope``
        and ``inflection``. `parameters` maps each name to an array; `points` maps ``cell``, ``spend`` and
        ``response`` to arrays, or is ``None``.
    steps : int
        Of bisection: fewer are faster and give looser bounds, never false ones.

    Returns
    -------
    Verification

    Raises
    ------
    ProofError
        Naming the first check that failed, with plan and numbers.
    """
    problem = certificate.problem
    names = [plan.name for plan in problem.plans]
    if len(set(names)) != len(names):
        raise ProofError("plan-names", "two plans have one name")
    if len(problem.segments) != problem.n_cells:
        raise ProofError("cell-names", f"{problem.n_cells} cells have {len(problem.segments)} segments")
    if problem.budget.rule not in {"spend-all", "at-most"} or problem.budget.total < 0.0:
        raise ProofError("budget", f"the rule {shown(problem.budget.rule)} or the total cannot be")
    shop = CurveShop.of(certificate, curves_of)
    found = []
    for k, plan in enumerate(problem.plans):
        try:
            found.append(_verify_plan(certificate, shop, k, steps))
        except ProofError as reason:
            raise ProofError(reason.check, f"plan {shown(plan.name)}: {reason.args[1]}") from None
    return Verification(plans=tuple(found))


def _verify_plan(certificate: Certificate, shop: CurveShop, k: int, steps: int) -> PlanVerification:
    start = time.perf_counter()
    data, budget = plan_data(certificate, k), certificate.problem.budget
    record = data.record
    _check_status(record)
    _check_budget_row(data, budget)
    rests_on = list(check_keeps(certificate, shop, data, k))
    objective, violation, natural = None, None, 0.0
    if record.objective is not None:
        exact = exact_columns(data, shop, budget)
        objective, violation = _objective(data, exact.columns), exact.violation
        size = _size(data, exact.columns)
        if not abs(objective - record.objective) <= CLOSE * size:
            raise ProofError("objective", f"it is {objective!r}, not {record.objective!r}")
        natural = _size(data, exact.sizes)
    _check_claims(record, natural)
    leaves = leaves_of(data) if record.sizes.nodes else []
    bound = _bound(data, shop, leaves, steps, objective) if leaves else None
    rests_on += _rests_on(data, len(leaves))
    gap = None
    if bound is not None and objective is not None:
        gap = 0.0 if bound <= objective else (bound - objective) / abs(objective) if objective else None
    return PlanVerification(
        plan=record.name,
        status=record.status,
        objective=objective,
        bound=bound,
        gap=gap,
        violation=violation,
        leaves=len(leaves),
        rests_on=tuple(rests_on),
        seconds=time.perf_counter() - start,
    )


def _check_status(record: PlanRecord) -> None:
    """Refuse claims that do not go together, whatever the numbers."""
    if record.status not in STATUSES:
        raise ProofError("status", f"there is no status {shown(record.status)}")
    if (record.objective is not None) != (record.status in {"optimal", "feasible"}):
        raise ProofError(
            "status", f"'{record.status}' with{'out' if record.objective is None else ''} a plan"
        )
    proven = record.bound is not None or record.status == "infeasible"
    if proven != (record.sizes.nodes > 0) or (record.status == "infeasible" and record.bound is not None):
        raise ProofError(
            "status", f"'{record.status}': a bound and its proof come together, or neither is there"
        )
    source = "" if not record.sizes.nodes else "multipliers" if record.sizes.nodes == 1 else "leaves"
    if record.source not in {source, ""} or (source and not record.source and record.bound is not None):
        raise ProofError(
            "source", f"the bound is said to come from '{record.source}', it comes from '{source}'"
        )


def _check_claims(record: PlanRecord, natural: float) -> None:
    """Refuse a gap that is not that of objective and bound, or too wide for the status.

    An objective near 0 is judged against what its columns could be worth: there a relative gap says nothing.
    """
    if record.objective is None or record.bound is None:
        if record.gap is not None:
            raise ProofError("gap", "a gap is claimed without an objective and a bound")
        if record.status == "optimal":
            raise ProofError("status", "'optimal' without a bound")
        return
    room = record.bound - record.objective
    size = max(abs(record.bound), abs(record.objective))
    if room < -CLOSE * size:
        raise ProofError(
            "negative-gap", f"the bound {record.bound!r} is below the objective {record.objective!r}"
        )
    if record.gap is None and (room <= 0.0 or record.objective):
        raise ProofError("gap", "there is no gap, though objective and bound have one")
    if record.gap is not None and not abs(record.gap * abs(record.objective) - room) <= CLOSE * size:
        raise ProofError("gap", f"it is {room / abs(record.objective or 1.0)!r}, not {record.gap!r}")
    against = max(abs(record.objective), FLOOR * natural)
    if record.status == "optimal" and room > record.asked_gap * (1.0 + CLOSE) * against + CLOSE * size:
        raise ProofError("status", f"'optimal' with a gap above the {record.asked_gap!r} that was asked for")


def _check_budget_row(data: PlanData, budget: BudgetRecord) -> None:
    """Refuse a certificate whose row for the budget is another one than problem.json tells."""
    rows = [k for k, row in enumerate(data.record.rows) if row.part == "budget"]
    if len(rows) != 1:
        raise ProofError("budget-row", f"there are {len(rows)} rows for the budget, wanted one")
    row = data.matrix[[rows[0]]].toarray().ravel()
    cells = row[data["spend_columns"]] @ data.spend
    others = np.delete(row, data["spend_columns"])
    lower, upper = float(data["row_lower"][rows[0]]), float(data["row_upper"][rows[0]])
    wanted = (budget.total if budget.rule == "spend-all" else -np.inf, budget.total)
    if others.any() or (cells != 1.0).any() or (lower, upper) != wanted:
        raise ProofError(
            "budget-row", f"it does not say that all spends together are {budget.rule} {budget.total!r}"
        )


def _objective(data: PlanData, columns: Floats) -> float:
    return float(data.record.offset + data["objective"] @ columns)


def _size(data: PlanData, columns: Floats) -> float:
    return float(abs(data.record.offset) + np.abs(data["objective"]) @ np.abs(columns))


def _bound(
    data: PlanData, shop: CurveShop, leaves: list[Leaf], steps: int, objective: float | None
) -> float | None:
    """Return the largest bound of a leaf; refuse leaves that are not empty though said to be, and a claim too low."""
    bounds, sizes = leaf_bounds(data, shop, leaves, steps)
    empty = data["multiplier_scale"][[leaf.multipliers for leaf in leaves]] == 0.0
    if not (bounds[empty] < 0.0).all():
        worst = int(np.argmax(np.where(empty, bounds, -np.inf)))
        raise ProofError(
            "empty-leaf", f"leaf {leaves[worst].node} is not proven empty: its bound is {bounds[worst]!r}"
        )
    record = data.record
    if empty.all():
        if record.status != "infeasible":
            raise ProofError("status", f"every leaf is empty, yet the status is '{record.status}'")
        return None
    if record.status == "infeasible":
        raise ProofError("status", f"'infeasible', but {int((~empty).sum())} leaves are not said to be empty")
    worst = int(np.argmax(np.where(empty, -np.inf, bounds)))
    bound = float(bounds[worst])
    assert record.bound is not None
    slack = CLOSE * max(abs(record.bound), abs(objective or 0.0)) + ROUNDED * float(sizes[worst])
    if not bound <= record.bound + slack:
        said = f"leaf {leaves[worst].node} allows {bound!r}, more than the {record.bound!r} that is claimed"
        raise ProofError("bound", said)
    return bound


def _rests_on(data: PlanData, leaves: int) -> list[str]:
    stated = [term.name for term in data.record.concave if not term.atom]
    found = [f"{name}: its values and tangents are as its plugin states them" for name in stated]
    if not leaves:
        found.append("nothing is proven: there is no bound")
    return found
