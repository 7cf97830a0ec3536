"""One plan of a certificate, its matrices put together, its structure checked: indices, roles, bounds, signs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from mixopt.errors import ProofError
from mixopt.proof.atoms import ATOMS
from mixopt.proof.certificate import Certificate
from mixopt.proof.components import Floats, Indices
from mixopt.proof.document import ConcaveRecord, PlanRecord
from mixopt.proof.tail import SHORT, TAIL


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanData:
    """What a certificate says of one plan; see :mod:`mixopt.engine.program` for the mathematics.

    Parameters
    ----------
    record : PlanRecord
    arrays : dict of str to ndarray
        The plan's arrays, without the plan's prefix.
    matrix, spend, response : csr_array
        Rows over columns; money totals over cells; response totals over components.
    component_cell : ndarray (n_components,) of int64; component_price : ndarray (n_components,)
    component_draw : ndarray (n_components,) of int64
        The posterior draw; -1 for the mean over draws, or where there are none.
    least : ndarray (n_cells,), currency
        What a gated cell spends at least where it is on; 0 for cells that are not gated.
    active : csr_array
        Totals of states over cells.
    """

    record: PlanRecord
    arrays: dict[str, npt.NDArray[Any]]
    matrix: sp.csr_array
    spend: sp.csr_array
    response: sp.csr_array
    component_cell: Indices
    component_price: Floats
    component_draw: Indices
    least: Floats
    active: sp.csr_array

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        return self.arrays[name]

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return len(self.arrays["lower"])

    def terms(self) -> Iterator[tuple[int, ConcaveRecord, Indices]]:
        """Yield each concave term: its number, its record, and the columns it reads."""
        for k, term in enumerate(self.record.concave):
            yield k, term, self.arrays[f"concave{k}_columns"]


def plan_data(certificate: Certificate, k: int) -> PlanData:
    """Return plan k of a certificate.

    Parameters
    ----------
    certificate : Certificate
    k : int

    Returns
    -------
    PlanData

    Raises
    ------
    ProofError
        ``index``, ``matrix``, ``gates``, ``columns-overlap``, ``bounds``, ``response-sign``, ``price``,
        ``concave-term``.
    """
    record, prefix = certificate.problem.plans[k], f"plan{k}/"
    named = certificate.arrays.items()
    arrays = {name[len(prefix) :]: array for name, array in named if name.startswith(prefix)}
    cells = certificate.problem.n_cells
    extra = arrays["extra_cell"]
    _within("extra_cell", extra, cells)
    components = cells + len(extra)
    gated = arrays["gated_cells"]
    _within("gated_cells", gated, cells)
    if (np.diff(gated) <= 0).any() or (arrays["gated_least"] <= 0.0).any():
        raise ProofError(
            "gates", "the cells that may be off are not in order, or one has no least active spend"
        )
    least = np.zeros(cells)
    least[gated] = arrays["gated_least"]
    places = sp.csr_array((np.ones(len(gated)), (np.arange(len(gated)), gated)), shape=(len(gated), cells))
    data = PlanData(
        record=record,
        arrays=arrays,
        matrix=_matrix(arrays, "matrix", len(record.columns)),
        spend=_matrix(arrays, "spend", cells),
        response=_matrix(arrays, "response", components),
        component_cell=np.concatenate([np.arange(cells), extra]),
        component_price=np.concatenate([np.ones(cells), arrays["extra_price"]]),
        component_draw=arrays.get("component_draw", np.full(components, -1, dtype=np.int64)),
        least=least,
        active=sp.csr_array(_matrix(arrays, "active", len(gated)) @ places),
    )
    _check_draws(certificate, data)
    _check(data)
    return data


def _check_draws(certificate: Certificate, data: PlanData) -> None:
    draws = np.zeros(data.n_cells, dtype=np.int64)
    for k, curve in enumerate(certificate.problem.curves):
        mine = certificate.arrays[f"curve{k}/cells"]
        draws[mine[(mine >= 0) & (mine < data.n_cells)]] = curve.draws
    of = data.component_draw
    if ((of < -1) | (of >= draws[data.component_cell])).any():
        raise ProofError("index", "component_draw: a draw that its cell does not have")


def _check(data: PlanData) -> None:
    columns = len(data.record.columns)
    thetas = np.array([term.theta for term in data.record.concave], dtype=np.int64)
    totals = [data[f"{kind}_columns"] for kind in ("spend", "response", "active")]
    roles = np.concatenate([*totals, thetas])
    _within("spend_columns, response_columns, active_columns and thetas", roles, columns)
    for k, term, reads in data.terms():
        _within(f"concave{k}_columns", reads, columns)
        _check_term(data, k, term, reads)
    if len(np.unique(roles)) != len(roles):
        raise ProofError(
            "columns-overlap", "a column stands for two things: totals and thetas must be distinct"
        )
    for low, high in (("lower", "upper"), ("column_lower", "column_upper"), ("row_lower", "row_upper")):
        if (data[low] > data[high]).any():
            raise ProofError("bounds", f"{low} is above {high} at {int(np.argmax(data[low] > data[high]))}")
    if (data["lower"] < 0.0).any():
        raise ProofError("bounds", f"cell {int(np.argmax(data['lower'] < 0.0))} may spend less than nothing")
    if (data.response.data < 0.0).any():
        raise ProofError("response-sign", "a response total counts a response against itself")
    if (data.component_price <= 0.0).any():
        raise ProofError("price", "a component's price is not above 0")


def _check_term(data: PlanData, k: int, term: ConcaveRecord, reads: Indices) -> None:
    if term.atom == TAIL:
        _check_tail(data, k, reads)
        return
    if term.atom and term.atom not in ATOMS:
        raise ProofError("concave-term", f"term '{term.name}': there is no atom '{term.atom}'")
    if term.atom and ((data[f"concave{k}_scale"] < 0.0).any() or (data[f"concave{k}_unit"] <= 0.0).any()):
        raise ProofError(
            "concave-term", f"term '{term.name}' is not concave: a scale or unit has the wrong sign"
        )


def _check_tail(data: PlanData, k: int, reads: Indices) -> None:
    name = data.record.concave[k].name
    if (data["column_lower"][reads] < 0.0).any():
        raise ProofError("concave-term", f"term '{name}' takes the worst part of what may be negative")
    if data.record.concave[k].constant != 0.0 or (data[f"concave{k}_unit"] != 1.0).any():
        raise ProofError("concave-term", f"term '{name}': a worst part has no constant and no units")
    cap = data[f"concave{k}_scale"]
    if (cap < 0.0).any() or not cap.sum() >= 1.0 - SHORT:
        raise ProofError(
            "concave-term", f"term '{name}': its draws weigh less than nothing, or less than 1 together"
        )


def _within(name: str, index: Indices, count: int) -> None:
    if ((index < 0) | (index >= count)).any():
        raise ProofError("index", f"{name}: an index is outside 0 … {count - 1}")


def _matrix(arrays: dict[str, npt.NDArray[Any]], name: str, columns: int) -> sp.csr_array:
    data, indices, indptr = (arrays[f"{name}_{part}"] for part in ("data", "indices", "indptr"))
    _within(f"{name}_indices", indices, columns)
    if indptr[0] != 0 or indptr[-1] != len(data) or (np.diff(indptr) < 0).any():
        raise ProofError("matrix", f"{name}: its rows do not follow one another")
    matrix = sp.csr_array((data, indices, indptr), shape=(len(indptr) - 1, columns), copy=True)
    matrix.sum_duplicates()
    return matrix
