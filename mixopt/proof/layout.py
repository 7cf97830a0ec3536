"""Which arrays a certificate holds: their names, types and shapes follow from ``problem.json`` alone, in one order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mixopt.errors import ProofError, shown
from mixopt.proof.document import ConcaveRecord, CurveRecord, PlanRecord, ProblemRecord

Arrays = Mapping[str, npt.NDArray[Any]]

FLOAT, INT, BYTE, FLAG = "<f8", "<i8", "|i1", "|b1"
OPEN = {"column_lower", "column_upper", "row_lower", "row_upper"}  # the arrays where a side may be infinite


@dataclass(frozen=True, slots=True)
class Spec:
    """An array's type, as numpy writes it, and its shape."""

    dtype: str
    shape: tuple[int, ...]


def layout(problem: ProblemRecord) -> dict[str, Spec]:
    """Return what ``certificate.npz`` must hold, in the order in which it is written and hashed.

    Parameters
    ----------
    problem : ProblemRecord

    Returns
    -------
    dict of str to Spec
        By name: ``curve0/cells``, ``plan1/multiplier_row`` …; numbers count the curves, plans and terms of the problem.
    """
    found: dict[str, Spec] = {}
    drawn = any(curve.draws for curve in problem.curves)
    for k, curve in enumerate(problem.curves):
        found.update((f"curve{k}/{name}", spec) for name, spec in _curve(curve))
    for k, plan in enumerate(problem.plans):
        found.update((f"plan{k}/{name}", spec) for name, spec in _plan(plan, problem.n_cells, drawn=drawn))
    return found


def _curve(curve: CurveRecord) -> Iterator[tuple[str, Spec]]:
    yield "cells", Spec(INT, (curve.cells,))
    for k in range(len(curve.parameters)):
        yield f"parameter{k}", Spec(FLOAT, (curve.cells * max(curve.draws, 1),))
    if curve.points is not None:
        yield "point_cell", Spec(INT, (curve.points,))
        yield "point_spend", Spec(FLOAT, (curve.points,))
        yield "point_response", Spec(FLOAT, (curve.points,))


def _plan(plan: PlanRecord, cells: int, *, drawn: bool) -> Iterator[tuple[str, Spec]]:
    size, columns, rows = plan.sizes, len(plan.columns), len(plan.rows)
    yield "lower", Spec(FLOAT, (cells,))
    yield "upper", Spec(FLOAT, (cells,))
    yield "extra_cell", Spec(INT, (size.extra_components,))
    yield "extra_price", Spec(FLOAT, (size.extra_components,))
    if drawn:
        yield "component_draw", Spec(INT, (cells + size.extra_components,))
    for name in ("objective", "column_lower", "column_upper"):
        yield name, Spec(FLOAT, (columns,))
    yield "integer", Spec(FLAG, (columns,))
    yield from _sparse("matrix", rows, size.matrix_entries)
    yield "row_lower", Spec(FLOAT, (rows,))
    yield "row_upper", Spec(FLOAT, (rows,))
    yield "spend_columns", Spec(INT, (size.spend_columns,))
    yield from _sparse("spend", size.spend_columns, size.spend_entries)
    yield "response_columns", Spec(INT, (size.response_columns,))
    yield from _sparse("response", size.response_columns, size.response_entries)
    yield "gated_cells", Spec(INT, (size.gated_cells,))
    yield "gated_least", Spec(FLOAT, (size.gated_cells,))
    yield "active_columns", Spec(INT, (size.active_columns,))
    yield from _sparse("active", size.active_columns, size.active_entries)
    for k, term in enumerate(plan.concave):
        yield from _term(f"concave{k}", term)
    if plan.objective is not None:
        yield "plan_spend", Spec(FLOAT, (cells,))
        yield "plan_columns", Spec(FLOAT, (columns,))
        yield "plan_concave", Spec(FLOAT, (len(plan.concave),))
    if size.nodes:
        yield from _proof(plan)


def _term(prefix: str, term: ConcaveRecord) -> Iterator[tuple[str, Spec]]:
    yield f"{prefix}_columns", Spec(INT, (term.columns,))
    if term.atom:
        yield f"{prefix}_scale", Spec(FLOAT, (term.columns,))
        yield f"{prefix}_unit", Spec(FLOAT, (term.columns,))


def _proof(plan: PlanRecord) -> Iterator[tuple[str, Spec]]:
    size = plan.sizes
    yield "node_kind", Spec(BYTE, (size.nodes,))
    for name, dtype in (("index", INT), ("at", FLOAT), ("left", INT), ("right", INT)):
        yield f"node_{name}", Spec(dtype, (size.nodes,))
    yield "multiplier_scale", Spec(FLOAT, (size.multipliers,))
    for name, width in (
        ("row", len(plan.rows)),
        ("spend", size.spend_columns),
        ("response", size.response_columns),
        ("concave", len(plan.concave)),
        ("active", size.active_columns),
    ):
        yield f"multiplier_{name}", Spec(FLOAT, (size.multipliers, width))
    for name, dtype in (("term", INT), ("set", INT), ("weight", FLOAT), ("value", FLOAT)):
        yield f"tangent_{name}", Spec(dtype, (size.tangents,))
    yield "tangent_start", Spec(INT, (size.tangents + 1,))
    yield "tangent_point", Spec(FLOAT, (size.tangent_entries,))
    yield "tangent_gradient", Spec(FLOAT, (size.tangent_entries,))


def _sparse(name: str, rows: int, entries: int) -> Iterator[tuple[str, Spec]]:
    yield f"{name}_data", Spec(FLOAT, (entries,))
    yield f"{name}_indices", Spec(INT, (entries,))
    yield f"{name}_indptr", Spec(INT, (rows + 1,))


def check_array(name: str, array: npt.NDArray[Any], spec: Spec) -> None:
    """Refuse an array of another type or shape than wanted, or with a number that cannot be.

    Parameters
    ----------
    name : str
    array : ndarray
    spec : Spec

    Raises
    ------
    ProofError
        ``array-dtype``, ``array-shape``, ``not-a-number`` or ``not-finite``.
    """
    if np.dtype(array.dtype).str != spec.dtype:
        raise ProofError("array-dtype", f"{name} is of type {shown(array.dtype.str)}, wanted {spec.dtype}")
    if array.shape != spec.shape:
        raise ProofError("array-shape", f"{name} has shape {array.shape}, wanted {spec.shape}")
    if spec.dtype == FLAG and (array.view(np.uint8) > 1).any():
        raise ProofError("not-a-number", f"{name} holds something else than true and false")
    if spec.dtype != FLOAT:
        return
    if np.isnan(array).any():
        raise ProofError("not-a-number", f"{name} holds NaN")
    if name.partition("/")[2] not in OPEN and np.isinf(array).any():
        raise ProofError("not-finite", f"{name} holds an infinite number")


def arrays_hash(arrays: Arrays, wanted: Mapping[str, Spec]) -> str:
    """Return the SHA-256 of the arrays: for each, in order, its name, type and shape as text, then its bytes.

    Parameters
    ----------
    arrays : Mapping of str to ndarray
    wanted : Mapping of str to Spec

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for name, spec in wanted.items():
        digest.update(f"{name} {spec.dtype} {list(spec.shape)}\n".encode("ascii"))
        digest.update(np.ascontiguousarray(arrays[name]).tobytes())
    return digest.hexdigest()
