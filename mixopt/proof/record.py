"""From the engine's answer to a certificate: programs, solutions and proofs, laid out as plain arrays.

The types of other rooms stand here for the type checker alone, so that reading and verifying import no engine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from mixopt.proof.certificate import Certificate
from mixopt.proof.document import (
    FORMAT,
    BudgetRecord,
    ConcaveRecord,
    CurveRecord,
    KeepRecord,
    PlanRecord,
    ProblemRecord,
    RowRecord,
    Sizes,
)
from mixopt.proof.layout import layout

if TYPE_CHECKING:
    from mixopt.engine.program import Program
    from mixopt.engine.solution import Proof, Solution

Table = Mapping[str, Any]


class RowLike(Protocol):
    """Whose a row is, and what its rule calls it: :class:`mixopt.model.Row`."""

    @property
    def part(self) -> str:
        """``budget``, ``rule:NAME``, ``keep:NAME`` or ``term:NAME``."""
        ...

    @property
    def label(self) -> str:
        """The row's name within its part."""
        ...


class CurveTableLike(Protocol):
    """The raw parameters of one family: :class:`mixopt.problem.problem.CurveTable`."""

    @property
    def kind(self) -> str:
        """Name of the curve entry."""
        ...

    @property
    def cells(self) -> npt.NDArray[np.int64]:
        """The cells of the family."""
        ...

    @property
    def parameters(self) -> Mapping[str, npt.NDArray[np.float64]]:
        """One array per parameter."""
        ...

    @property
    def draws(self) -> int:
        """Posterior draws of each cell; 0 where there is one set of parameters."""
        ...

    @property
    def points(self) -> Any:
        """Columns ``cell``, ``spend``, ``response``, or ``None``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTerm:
    """A ``keep`` rule as it was applied.

    Parameters
    ----------
    rule : str
        Its name; its row is the one whose part is ``keep:`` and that name, with the label `label`.
    of, term : str
        The other plan, and the term that is kept.
    at_least : float
        The share kept.
    reference : float
        The term's value on the other plan, currency.
    label : str
        Of its row.
    """

    rule: str
    of: str
    term: str
    at_least: float
    reference: float
    label: str = "limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class SolvedPlan:
    """One plan of a run: its program, whose its rows are, the engine's answer, and the relative gap asked for."""

    name: str
    program: Program
    rows: Sequence[RowLike]
    solution: Solution
    gap: float
    keeps: Sequence[KeptTerm] = field(default=())


def make_certificate(
    *,
    name: str,
    currency: str,
    budget: float,
    rule: str,
    channels: Sequence[str],
    segments: Sequence[str],
    curve_tables: Sequence[CurveTableLike],
    plans: Sequence[SolvedPlan],
) -> Certificate:
    """Return the certificate of a run.

    Parameters
    ----------
    name, currency : str
    budget : float, currency
    rule : {"spend-all", "at-most"}
    channels, segments : sequence of str
        Of each cell, in order.
    curve_tables : sequence of CurveTable
    plans : sequence of SolvedPlan
        In the order in which they were solved.

    Returns
    -------
    Certificate
    """
    arrays: dict[str, npt.NDArray[Any]] = {}
    for k, table in enumerate(curve_tables):
        arrays.update((f"curve{k}/{key}", value) for key, value in _curve_arrays(table))
    for k, plan in enumerate(plans):
        arrays.update((f"plan{k}/{key}", value) for key, value in _plan_arrays(plan))
    problem = ProblemRecord(
        format=FORMAT,
        name=name,
        currency=currency,
        budget=BudgetRecord(total=float(budget), rule=rule),
        channels=tuple(str(channel) for channel in channels),
        segments=tuple(str(segment) for segment in segments),
        curves=tuple(_curve_record(table) for table in curve_tables),
        plans=tuple(_plan_record(plan) for plan in plans),
    )
    typed = {
        key: np.ascontiguousarray(arrays[key], dtype=spec.dtype) for key, spec in layout(problem).items()
    }
    return Certificate(problem=problem, arrays=typed)


def _curve_record(table: CurveTableLike) -> CurveRecord:
    points = None if table.points is None else len(np.asarray(table.points["cell"]))
    return CurveRecord(
        kind=table.kind,
        cells=len(table.cells),
        draws=table.draws,
        parameters=tuple(table.parameters),
        points=points,
    )


def _curve_arrays(table: CurveTableLike) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    yield "cells", table.cells
    for k, values in enumerate(table.parameters.values()):
        yield f"parameter{k}", values
    if table.points is not None:
        for column in ("cell", "spend", "response"):
            yield f"point_{column}", np.asarray(table.points[column])


def _plan_record(plan: SolvedPlan) -> PlanRecord:
    program, solution = plan.program, plan.solution
    bound = None if solution.status == "infeasible" else _number(solution.bound)
    return PlanRecord(
        name=plan.name,
        status=solution.status,
        source=solution.source,
        objective=_number(solution.objective),
        bound=bound,
        gap=_gap(_number(solution.objective), bound),
        asked_gap=float(plan.gap),
        offset=float(program.offset),
        columns=tuple(program.column_names),
        rows=tuple(RowRecord(part=row.part, label=row.label) for row in plan.rows),
        concave=tuple(
            ConcaveRecord(
                name=term.name,
                theta=int(term.theta),
                columns=len(term.columns),
                atom=term.atom,
                constant=float(term.constant),
            )
            for term in program.concave
        ),
        keeps=tuple(_keep_record(plan, kept) for kept in plan.keeps),
        sizes=_sizes(program, solution.proof),
    )


def _keep_record(plan: SolvedPlan, kept: KeptTerm) -> KeepRecord:
    owners = [(row.part, row.label) for row in plan.rows]
    return KeepRecord(
        rule=kept.rule,
        row=owners.index((f"keep:{kept.rule}", kept.label)),
        of=kept.of,
        term=kept.term,
        at_least=float(kept.at_least),
        reference=float(kept.reference),
    )


def _sizes(program: Program, proof: Proof | None) -> Sizes:
    return Sizes(
        extra_components=len(program.component_cell) - program.n_cells,
        matrix_entries=program.matrix.nnz,
        spend_columns=len(program.spend_columns),
        spend_entries=program.spend_matrix.nnz,
        response_columns=len(program.response_columns),
        response_entries=program.response_matrix.nnz,
        nodes=0 if proof is None else len(proof.node_kind),
        multipliers=0 if proof is None else len(proof.scale),
        tangents=0 if proof is None else len(proof.tangent_term),
        tangent_entries=0 if proof is None else len(proof.tangent_point),
        gated_cells=len(program.activity.cell),
        active_columns=len(program.activity.columns),
        active_entries=program.activity.matrix.nnz,
    )


def _plan_arrays(plan: SolvedPlan) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    program, solution = plan.program, plan.solution
    for name in (
        *("lower", "upper", "objective", "column_lower", "column_upper", "integer", "row_lower", "row_upper"),
        *("spend_columns", "response_columns"),
    ):
        yield name, getattr(program, name)
    yield "gated_cells", program.activity.cell
    yield "gated_least", program.activity.least
    yield "active_columns", program.activity.columns
    yield "extra_cell", program.component_cell[program.n_cells :]
    yield "extra_price", program.component_price[program.n_cells :]
    mean = np.full(len(program.component_cell), -1, dtype=np.int64)
    yield "component_draw", mean if program.component_draw is None else program.component_draw
    for name, matrix in (
        ("matrix", program.matrix),
        ("spend", program.spend_matrix),
        ("response", program.response_matrix),
        ("active", program.activity.matrix),
    ):
        yield f"{name}_data", matrix.data
        yield f"{name}_indices", matrix.indices
        yield f"{name}_indptr", matrix.indptr
    for k, term in enumerate(program.concave):
        yield f"concave{k}_columns", term.columns
        if term.atom:
            yield f"concave{k}_scale", term.scale
            yield f"concave{k}_unit", term.unit
    if solution.objective is not None:
        assert solution.spend is not None
        assert solution.columns is not None
        yield "plan_spend", solution.spend
        yield "plan_columns", solution.columns
        values = [term.function(solution.columns[term.columns])[0] for term in program.concave]
        yield "plan_concave", np.array(values, dtype=np.float64)
    if solution.proof is not None:
        yield from _proof_arrays(program, solution.proof)


def _proof_arrays(program: Program, proof: Proof) -> Iterator[tuple[str, npt.NDArray[Any]]]:
    for name in ("kind", "index", "at", "left", "right"):
        yield f"node_{name}", getattr(proof, f"node_{name}")
    for name in ("scale", "row", "spend", "response", "concave"):
        yield f"multiplier_{name}", getattr(proof, name)
    columns = len(program.activity.columns)
    yield "multiplier_active", proof.active if columns else np.empty((len(proof.scale), 0))
    for name in ("term", "weight", "start", "point"):
        yield f"tangent_{name}", getattr(proof, f"tangent_{name}")
    yield "tangent_set", proof.tangent_leaf
    values, gradients = [], [np.empty(0)]
    for k, term in enumerate(proof.tangent_term):
        point = proof.tangent_point[proof.tangent_start[k] : proof.tangent_start[k + 1]]
        value, gradient = program.concave[term].function(point)
        values.append(value)
        gradients.append(np.asarray(gradient, dtype=np.float64))
    yield "tangent_value", np.array(values, dtype=np.float64)
    yield "tangent_gradient", np.concatenate(gradients)


def _gap(objective: float | None, bound: float | None) -> float | None:
    """Return (bound - objective) / abs(objective), at least 0; ``None`` where that has no finite value."""
    if objective is None or bound is None:
        return None
    room = max(bound - objective, 0.0)
    return room / abs(objective) if objective else None if room else 0.0


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)
