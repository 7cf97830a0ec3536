"""``keep`` rules: the level of a row is what it must be, given the other plan of the same certificate.

A plan that keeps a share q of a term's value r on another plan must reach ``r - (1 - q) |r|``. The verifier evaluates
the row's expression at the other plan's spend, where the row holds nothing but totals and concave terms that it knows;
where it cannot, it says what it took as stated.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mixopt.errors import ProofError, shown
from mixopt.proof.activity import state_totals
from mixopt.proof.certificate import Certificate
from mixopt.proof.components import CurveShop, Floats
from mixopt.proof.document import KeepRecord
from mixopt.proof.feasible import TOLERANCE, concave_value, totals_of
from mixopt.proof.plan_data import PlanData


def check_keeps(certificate: Certificate, shop: CurveShop, data: PlanData, k: int) -> Iterator[str]:
    """Check every ``keep`` rule of plan k, and yield what it rests on.

    Parameters
    ----------
    certificate : Certificate
    shop : CurveShop
    data : PlanData
        Of plan k.
    k : int

    Yields
    ------
    str

    Raises
    ------
    ProofError
        ``keep-reference`` if the other plan is not there, ``keep-level`` if the row asks for another level.
    """
    named = {keep.row for keep in data.record.keeps}
    rows = {
        j
        for j, row in enumerate(data.record.rows)
        if row.part == f"keep:{row.part[5:]}" and row.label == "limit"
    }
    if named != rows:
        raise ProofError("keep-reference", "the rows of keep rules and what they refer to are not the same")
    earlier = {plan.name: j for j, plan in enumerate(certificate.problem.plans[:k])}
    for keep in data.record.keeps:
        other = earlier.get(keep.of)
        spend = None if other is None else certificate.arrays.get(f"plan{other}/plan_spend")
        if other is None or spend is None:
            raise ProofError(
                "keep-reference", f"rule '{keep.rule}': there is no earlier plan {shown(keep.of)}"
            )
        if certificate.problem.plans[other].status != "optimal":
            yield f"rule '{keep.rule}': plan '{keep.of}' is not proven optimal itself"
        yield from _check_level(data, keep, _value(data, shop, keep, spend, certificate.problem.budget.total))


def _check_level(data: PlanData, keep: KeepRecord, found: tuple[float, float] | None) -> Iterator[str]:
    level = keep.reference - (1.0 - keep.at_least) * abs(keep.reference)
    lower, upper = float(data["row_lower"][keep.row]), float(data["row_upper"][keep.row])
    value, size = found or (keep.reference, 0.0)
    tolerance = TOLERANCE * max(abs(keep.reference), size)
    constant = keep.reference - value  # what the term adds to the columns of the row
    if upper != np.inf or not abs(lower + constant - level) <= tolerance:
        raise ProofError(
            "keep-level", f"rule '{keep.rule}' asks for {lower + constant!r}, it should for {level!r}"
        )
    if found is None:
        yield f"rule '{keep.rule}': the value of '{keep.term}' on plan '{keep.of}' is as stated"
    elif abs(constant) > tolerance:
        yield f"rule '{keep.rule}': the constant part {constant!r} of '{keep.term}' is as stated"


def _value(
    data: PlanData, shop: CurveShop, keep: KeepRecord, spend: Floats, budget: float
) -> tuple[float, float] | None:
    """Return the row's expression at another plan's spend and the size of its parts; ``None`` where it cannot tell."""
    totals = totals_of(data, shop, spend, budget)
    columns = np.full(len(data.record.columns), np.nan)
    columns[data["spend_columns"]], columns[data["response_columns"]] = totals.spend, totals.response
    if not ((spend != 0.0) & (spend < data.least)).any():
        columns[data["active_columns"]] = state_totals(data, spend)[0]
    _fill_aliases(data, columns)
    for j, term, reads in data.terms():
        if term.atom and not np.isnan(columns[reads]).any():
            columns[term.theta] = concave_value(data, j, columns)[0]
    row = data.matrix[[keep.row]].tocoo()
    terms = row.data * columns[row.coords[1]]
    return None if np.isnan(terms).any() else (float(terms.sum()), float(np.abs(terms).sum()))


def _fill_aliases(data: PlanData, columns: Floats) -> None:
    """Fill in the columns that an equality determines from known ones: names that a term gave to sums of totals."""
    for row in np.flatnonzero(data["row_lower"] == data["row_upper"]):
        span = slice(data.matrix.indptr[row], data.matrix.indptr[row + 1])
        at, weight = data.matrix.indices[span], data.matrix.data[span]
        unknown = np.isnan(columns[at])
        if unknown.sum() == 1 and weight[unknown][0] != 0.0:
            known = weight[~unknown] @ columns[at[~unknown]]
            columns[at[unknown]] = (data["row_lower"][row] - known) / weight[unknown]
