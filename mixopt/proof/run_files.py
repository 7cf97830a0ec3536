"""A run's folder against its certificate: what ``summary.json`` and ``allocation.csv`` tell is what was verified.

Times, limits and versions may say anything: nothing rests on them.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from mixopt.errors import ProofError, shown
from mixopt.proof.certificate import ARRAYS, LARGEST, PROBLEM, Certificate, read
from mixopt.proof.components import CurveShop, CurvesOf, Floats
from mixopt.proof.document import PlanRecord, parse
from mixopt.proof.frontier_files import ALLOCATION as POINTS_ALLOCATION
from mixopt.proof.frontier_files import CERTIFICATE, POINTS, verify_frontier
from mixopt.proof.verify import Verification, verify

SUMMARY, ALLOCATION = "summary.json", "allocation.csv"
EXACT = 1e-9
TWINS = 1e-6  # the objective that people see is the sum of the terms' own values, the certificate's that of its columns
MARK = "'"  # stands in front of texts that a spreadsheet would take for a formula


def verify_run(folder: Path | str, curves_of: CurvesOf) -> Verification:
    """Verify a run's certificate, and that the folder's summary and allocation tell the same.

    Parameters
    ----------
    folder : Path or str
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
    folder = Path(folder)
    files = {name: _bytes(folder, name) for name in (SUMMARY, ALLOCATION, ARRAYS, PROBLEM)}
    summary = parse(files[SUMMARY], SUMMARY)
    _check_files(folder, summary)
    certificate = read(files)
    found = verify(certificate, curves_of)
    _check_summary(summary, certificate)
    _check_allocation(files[ALLOCATION], certificate, CurveShop.of(certificate, curves_of))
    if POINTS not in summary["files"]:
        return found
    own = (POINTS, POINTS_ALLOCATION, *CERTIFICATE.values())
    points = verify_frontier({name: _bytes(folder, name) for name in own}, curves_of)
    return Verification(plans=(*found.plans, *points.plans))


def _bytes(folder: Path, name: str) -> bytes:
    path = folder / name
    try:
        if path.stat().st_size > LARGEST:
            raise ProofError("file-size", f"{name} is larger than {LARGEST} bytes")
        return path.read_bytes()
    except OSError as reason:
        raise ProofError("file-missing", f"{name} cannot be read: {reason.strerror}") from None


def _check_files(folder: Path, summary: dict[str, Any]) -> None:
    """Refuse a folder whose files are not those that the summary was written with."""
    listed = summary.get("files")
    if not isinstance(listed, dict) or not {ALLOCATION, ARRAYS, PROBLEM} <= set(listed):
        raise ProofError("summary-files", f"{SUMMARY} does not list the run's files with their SHA-256")
    for name, digest in listed.items():
        if Path(name).name != name:
            raise ProofError("summary-files", f"{SUMMARY} names a file outside of the folder: {shown(name)}")
        if hashlib.sha256(_bytes(folder, name)).hexdigest() != digest:
            raise ProofError("file-hash", f"{name} is not the file that this run wrote")


def _check_summary(summary: dict[str, Any], certificate: Certificate) -> None:
    told = summary.get("plans")
    if not isinstance(told, dict) or not all(isinstance(plan, dict) for plan in told.values()):
        raise ProofError("summary-plans", f"{SUMMARY} tells of no plans")
    records = {plan.name: plan for plan in certificate.problem.plans}
    for name, plan in told.items():
        proven = plan.get("objective") is not None or plan.get("status") != "no-plan"
        if name not in records and proven:
            raise ProofError("summary-plans", f"plan {shown(name)} is not in the certificate")
    for k, (name, record) in enumerate(records.items()):
        if name not in told:
            raise ProofError("summary-plans", f"plan {shown(name)} is not in {SUMMARY}")
        _check_plan(
            told[name],
            record,
            certificate.arrays.get(f"plan{k}/plan_spend"),
            certificate.problem.budget.total,
        )


def _check_plan(told: Mapping[str, Any], record: PlanRecord, spend: Floats | None, budget: float) -> None:
    name = f"plan {shown(record.name)}"
    if told.get("status") != record.status:
        raise ProofError("summary-status", f"{name}: {shown(told.get('status'))}, it is '{record.status}'")
    if record.status != "infeasible" and told.get("bound") != record.bound:
        raise ProofError("summary-bound", f"{name}: {shown(told.get('bound'))}, it is {record.bound!r}")
    if spend is None or record.objective is None:
        if told.get("objective") is not None:
            raise ProofError("summary-objective", f"{name}: an objective is told, yet there is no plan")
        return
    objective = _number(told, "objective", name)
    size = max(abs(record.objective), abs(record.bound or 0.0))
    if abs(objective - record.objective) > TWINS * size:
        raise ProofError("summary-objective", f"{name}: {objective!r}, it is {record.objective!r}")
    if record.bound is not None:
        room = max(record.bound - objective, 0.0)
        gap = told.get("gap")
        right = (
            gap is None
            if room and not objective
            else _close(_number(told, "gap", name) * abs(objective), room, size)
        )
        if not right:
            raise ProofError("summary-gap", f"{name}: {shown(gap)} is not the gap of objective and bound")
    if not _close(_number(told, "spend", name), float(spend.sum()), budget):
        raise ProofError("summary-spend", f"{name}: {shown(told['spend'])}, it is {float(spend.sum())!r}")


def _number(told: Mapping[str, Any], key: str, name: str) -> float:
    value = told.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ProofError(f"summary-{key}", f"{name}: {shown(value)} is not a number")
    return float(value)


def _close(told: float, true: float, size: float) -> bool:
    return abs(told - true) <= EXACT * size


def _check_allocation(data: bytes, certificate: Certificate, shop: CurveShop) -> None:
    problem = certificate.problem
    told: dict[str, list[tuple[str, ...]]] = {}
    for row in _rows(data):
        told.setdefault(row[0], []).append(row[1:])
    wanted = {plan.name: k for k, plan in enumerate(problem.plans) if plan.objective is not None}
    if set(told) != set(wanted):
        raise ProofError("allocation-rows", f"{ALLOCATION} has rows of other plans than the certificate")
    curves = shop.at(np.arange(problem.n_cells), np.ones(problem.n_cells), np.full(problem.n_cells, -1))
    cells = list(zip(problem.channels, problem.segments, strict=True))
    for name, k in wanted.items():
        if [row[:2] for row in told[name]] != cells:
            raise ProofError(
                "allocation-rows", f"plan {shown(name)}: {ALLOCATION} has not one row per cell, in order"
            )
        spend = certificate.arrays[f"plan{k}/plan_spend"]
        response = curves.value(spend)
        _same("spend", [row[2] for row in told[name]], spend, np.full(len(spend), problem.budget.total))
        _same("response", [row[3] for row in told[name]], response, response)


def _same(column: str, told: list[str], true: Floats, size: Floats) -> None:
    try:
        numbers = np.array([float(text) for text in told])
    except ValueError:
        raise ProofError(f"allocation-{column}", f"{ALLOCATION}: column {column} holds text") from None
    wrong = ~(np.abs(numbers - true) <= EXACT * size)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ProofError(
            f"allocation-{column}", f"cell {row}: {shown(told[row])}, it is {float(true[row])!r}"
        )


def _rows(data: bytes) -> list[tuple[str, ...]]:
    """Return plan, channel, segment, spend and response of every row."""
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))
        at = [rows[0].index(name) for name in ("plan", "channel", "segment", "spend", "response")]
        return [(*(_plain(row[j]) for j in at[:3]), row[at[3]], row[at[4]]) for row in rows[1:]]
    except (csv.Error, ValueError, IndexError) as reason:
        raise ProofError("allocation-unreadable", f"{ALLOCATION}: {shown(str(reason))}") from None


def _plain(text: str) -> str:
    return text.removeprefix(MARK)
