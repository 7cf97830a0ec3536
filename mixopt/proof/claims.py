"""What problem.json claims of a plan, against what was recomputed: status, gap, bound, and the budget's own row."""

from __future__ import annotations

import numpy as np

from mixopt.errors import ProofError, shown
from mixopt.proof.document import BudgetRecord, PlanRecord
from mixopt.proof.lagrangian import LeafBounds
from mixopt.proof.plan_data import PlanData
from mixopt.proof.tree import Leaf

CLOSE = 1e-9
ROUNDED = 1e-11  # of the terms that a bound is a sum of: a claim may differ by so much where they cancel
FLOOR = (
    1e-5  # of what the objective's columns could be worth: gaps of smaller objectives are judged against that
)
STATUSES = ("optimal", "feasible", "infeasible", "no-plan")


def check_status(record: PlanRecord) -> None:
    """Refuse claims that do not go together, whatever the numbers.

    Parameters
    ----------
    record : PlanRecord

    Raises
    ------
    ProofError
        ``status`` or ``source``.
    """
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


def check_gap(record: PlanRecord, natural: float) -> None:
    """Refuse a gap that is not that of objective and bound, or too wide for the status.

    Parameters
    ----------
    record : PlanRecord
    natural : float, currency
        What the objective's columns could be worth: an objective near 0 is judged against that, since there a relative
        gap says nothing.

    Raises
    ------
    ProofError
        ``gap``, ``negative-gap`` or ``status``.
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


def check_budget_row(data: PlanData, budget: BudgetRecord) -> None:
    """Refuse a plan whose row for the budget is another one than problem.json tells.

    Parameters
    ----------
    data : PlanData
    budget : BudgetRecord

    Raises
    ------
    ProofError
        ``budget-row``.
    """
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


def check_bound(
    data: PlanData, leaves: list[Leaf], found: LeafBounds, objective: float | None
) -> float | None:
    """Return the largest bound of a leaf, once it is no more than what is claimed.

    Parameters
    ----------
    data : PlanData
    leaves : list of Leaf
    found : LeafBounds
    objective : float or None
        Recomputed, currency.

    Returns
    -------
    float or None
        ``None`` where every leaf is proven empty.

    Raises
    ------
    ProofError
        ``empty-leaf``, ``status`` or ``bound``.
    """
    empty = data["multiplier_scale"][[leaf.multipliers for leaf in leaves]] == 0.0
    if not (found.bound[empty] < 0.0).all():
        worst = int(np.argmax(np.where(empty, found.bound, -np.inf)))
        raise ProofError(
            "empty-leaf",
            f"leaf {leaves[worst].node} is not proven empty: its bound is {found.bound[worst]!r}",
        )
    record = data.record
    if empty.all():
        if record.status != "infeasible":
            raise ProofError("status", f"every leaf is empty, yet the status is '{record.status}'")
        return None
    if record.status == "infeasible":
        raise ProofError("status", f"'infeasible', but {int((~empty).sum())} leaves are not said to be empty")
    worst = int(np.argmax(np.where(empty, -np.inf, found.bound)))
    bound = float(found.bound[worst])
    assert record.bound is not None
    slack = CLOSE * max(abs(record.bound), abs(objective or 0.0)) + ROUNDED * float(found.size[worst])
    if not bound <= record.bound + slack:
        said = f"leaf {leaves[worst].node} allows {bound!r}, more than the {record.bound!r} that is claimed"
        raise ProofError("bound", said)
    return bound
