"""A frontier's files against its certificate: every point is one of the plans that were verified, at its spend.

The ceiling of a point is the least bound of all floors at or below what the point has of the first criterion.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping

import numpy as np

from mixopt.errors import ProofError, shown
from mixopt.proof.certificate import ARRAYS, PROBLEM, Certificate, read
from mixopt.proof.components import CurvesOf
from mixopt.proof.document import PlanRecord
from mixopt.proof.verify import Verification, verify

POINTS, ALLOCATION, DOCUMENT = "frontier.csv", "frontier-allocation.csv", "frontier.json"
CERTIFICATE = {ARRAYS: "frontier-certificate.npz", PROBLEM: "frontier-problem.json"}
TWINS = 1e-6  # as for the plans of a run
EXACT = 1e-9
KEPT = 1e-6  # of a limit's size: what counts as reaching it, as for the rules of a plan
MARK = "'"


def verify_frontier(files: Mapping[str, bytes], curves_of: CurvesOf) -> Verification:
    """Verify the points of a frontier.

    Parameters
    ----------
    files : Mapping of str to bytes
        ``frontier.csv``, ``frontier-allocation.csv`` and the two files of the certificate.
    curves_of : callable
        As for :func:`mixopt.proof.verify`.

    Returns
    -------
    Verification

    Raises
    ------
    ProofError
        Naming the first check that failed.
    """
    certificate = read({name: files[file] for name, file in CERTIFICATE.items()})
    found = verify(certificate, curves_of)
    records = {plan.name: (k, plan) for k, plan in enumerate(certificate.problem.plans)}
    rows = _table(files[POINTS], POINTS, ("point", "solve", "first", "second", "bound"))
    for point, solve, *texts in rows:
        if solve not in records:
            raise ProofError(
                "frontier-solve", f"point {shown(point)}: {shown(solve)} is not in the certificate"
            )
        first, second, bound = (_number(text, point) for text in texts)
        _check_point(point, (first, second, bound), records[solve][1], certificate)
    _check_spends(files[ALLOCATION], {row[0]: records[row[1]][0] for row in rows}, certificate)
    return found


def _check_point(
    point: str, told: tuple[float, float, float], record: PlanRecord, certificate: Certificate
) -> None:
    """Compare what is told of a point with the certificate: what it has, and the ceiling above it."""
    first, second, bound = told
    plans = certificate.problem.plans
    own = first if record.name == plans[0].name else second
    if record.objective is None or abs(own - record.objective) > TWINS * abs(record.objective):
        raise ProofError("frontier-value", f"point {shown(point)}: {own!r}, it is {record.objective!r}")
    room = KEPT * abs(first)
    ceilings = [plan.bound for plan in plans[1:] if plan.bound is not None and _floor(plan) <= first + room]
    least = min(ceilings, default=math.inf)
    if not second <= bound or bound < least - EXACT * abs(least):
        raise ProofError("frontier-bound", f"point {shown(point)}: {bound!r}, the proofs give {least!r}")


def _floor(plan: PlanRecord) -> float:
    """Return the least value of the first criterion that a plan had to reach."""
    levels = [keep.reference - (1.0 - keep.at_least) * abs(keep.reference) for keep in plan.keeps]
    return max(levels, default=-math.inf)


def _check_spends(data: bytes, plan_of: Mapping[str, int], certificate: Certificate) -> None:
    told: dict[str, list[tuple[str, ...]]] = {}
    for point, *row in _table(data, ALLOCATION, ("point", "channel", "segment", "spend")):
        told.setdefault(point, []).append(tuple(row))
    problem = certificate.problem
    cells = list(zip(problem.channels, problem.segments, strict=True))
    if set(told) != set(plan_of):
        raise ProofError("frontier-rows", f"{ALLOCATION} has rows of other points than {POINTS}")
    for point, k in plan_of.items():
        if [row[:2] for row in told[point]] != cells:
            raise ProofError("frontier-rows", f"point {shown(point)}: {ALLOCATION} has not one row per cell")
        spend = np.array([_number(row[2], point) for row in told[point]])
        if not (
            np.abs(spend - certificate.arrays[f"plan{k}/plan_spend"]) <= EXACT * problem.budget.total
        ).all():
            raise ProofError(
                "frontier-spend", f"point {shown(point)}: its spend is not the one that was verified"
            )


def _table(data: bytes, name: str, columns: tuple[str, ...]) -> list[tuple[str, ...]]:
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))
        at = [rows[0].index(column) for column in columns]
        return [tuple(row[j].removeprefix(MARK) for j in at) for row in rows[1:]]
    except (csv.Error, ValueError, IndexError) as reason:
        raise ProofError("frontier-unreadable", f"{name}: {shown(str(reason))}") from None


def _number(text: str, point: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ProofError("frontier-unreadable", f"point {shown(point)}: {shown(text)} is not a number")
    return number
