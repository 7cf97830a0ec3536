"""From Pyomo to arrays: the model's few columns and rows, gated, with the links to the cells beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyomo.environ as pyo
import scipy.sparse as sp
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

from mixopt.curves import Floats, Indices
from mixopt.engine import ConcaveTerm, Program
from mixopt.errors import FormulationError
from mixopt.model.bounds import implied_bounds
from mixopt.model.model import Model, Row
from mixopt.model.oracle import Oracle
from mixopt.model.owner import owned, to_blame
from mixopt.model.parts import Parts, assemble, floor, spoken
from mixopt.model.totals import Book
from mixopt.problem.problem import PlanProblem, Problem

SIDES = {1: "upper", -1: "lower", 0: "both"}


@dataclass(frozen=True, slots=True)
class Columns:
    """All variables of a Pyomo model in one order."""

    variables: tuple[Any, ...]
    position: Mapping[int, int]

    @classmethod
    def of(cls, model: Any) -> Columns:
        """Return the variables of a model in the order of its blocks.

        Parameters
        ----------
        model : pyomo ConcreteModel

        Returns
        -------
        Columns
        """
        found = tuple(model.component_data_objects(pyo.Var, active=True, descend_into=pyo.Block))
        return cls(found, {id(variable): k for k, variable in enumerate(found)})

    def at(self, variables: Any) -> Indices:
        """Return the positions of some variables.

        Parameters
        ----------
        variables : iterable of pyomo Var

        Returns
        -------
        ndarray of int64
        """
        return np.array([self.position[id(variable)] for variable in variables], dtype=np.int64)


def build_model(problem: Problem, plan: PlanProblem, references: Mapping[str, float]) -> Model:
    """Return one plan's model, compiled.

    Parameters
    ----------
    problem : Problem
    plan : PlanProblem
    references : Mapping of str to float
        For each ``keep`` rule, the value of its term on the other plan, currency.

    Returns
    -------
    Model

    Raises
    ------
    FormulationError
        Naming the rule or term that is not linear, not finite, not bounded, or punishes response.
    """
    pyomo = pyo.ConcreteModel()
    pyomo.totals = pyo.Block()
    pyomo.parts = pyo.Block(pyo.Any)
    book = Book(problem.scope, problem.curves, pyomo.totals)
    levels = {keep.name: keep.limit(references[keep.name]) for keep in plan.keeps}
    try:
        program, rows = compile_parts(assemble(plan, book, pyomo, levels))
    except FormulationError as error:
        raise owned(error, plan) from error
    return Model(plan=plan.name, program=program, rows=rows, keep_levels=levels)


def compile_parts(parts: Parts) -> tuple[Program, tuple[Row, ...]]:
    """Return the arrays of a built model, and whose each row is.

    Parameters
    ----------
    parts : Parts

    Returns
    -------
    program : Program
    rows : tuple of Row

    Raises
    ------
    FormulationError
        As :func:`build_model`.
    """
    book = parts.book
    columns = Columns.of(parts.pyomo)
    try:
        form = LinearStandardFormCompiler().write(parts.pyomo, mixed_form=True, set_sense=None)
    except Exception as reason:
        raise FormulationError(_guilty(parts.pyomo), f"a row is not linear: {reason}") from reason
    owners = [_owner(parts.pyomo, row.constraint) for row in form.rows]
    rows = tuple(
        Row(part=part, label=label, side=SIDES[row.bound_type])
        for row, (part, label) in zip(form.rows, owners, strict=True)
    )
    place = columns.at(form.columns)
    n = len(columns.variables)
    coo = form.A.tocoo()
    matrix = sp.csr_array((coo.data, (coo.row, place[coo.col])), shape=(len(rows), n))
    matrix.sort_indices()
    row_lower, row_upper = _row_sides(np.asarray(form.rhs, dtype=float), rows)
    objective = np.zeros(n)
    objective[place] = np.asarray(form.c.toarray()).ravel()
    names = tuple(_column_name(parts.pyomo, variable) for variable in columns.variables)
    lower, upper = _bounds(columns, names, (matrix, row_lower, row_upper), parts.oracles)
    links = book.links()
    response = columns.at(total.variable for total in book.responses)
    program = Program(
        curves=links.curves,
        component_cell=links.component_cell,
        component_price=links.component_price,
        component_draw=links.component_draw,
        lower=book.scope.lower,
        upper=book.scope.upper,
        objective=objective,
        column_lower=lower,
        column_upper=upper,
        integer=np.array(
            [variable.is_integer() or variable.is_binary() for variable in columns.variables], dtype=bool
        ),
        offset=float(np.asarray(form.c_offset).ravel()[0]),
        matrix=matrix,
        row_lower=row_lower,
        row_upper=row_upper,
        spend_columns=columns.at(total.variable for total in book.spends),
        spend_matrix=links.spend_matrix,
        response_columns=response,
        response_matrix=links.response_matrix,
        concave=tuple(_concave(oracle, columns) for oracle in parts.oracles),
        column_names=names,
        row_names=tuple(f"{row.part}/{row.label}" for row in rows),
        budget=book.scope.budget.total,
        activity=replace(links.activity, columns=columns.at(total.variable for total in book.actives)),
    )
    _check(program, rows, parts, columns)
    return program, rows


def _row_sides(rhs: Floats, rows: tuple[Row, ...]) -> tuple[Floats, Floats]:
    sides = np.array([row.side for row in rows], dtype=object)
    return np.where(sides == "upper", -np.inf, rhs), np.where(sides == "lower", np.inf, rhs)


def _bounds(
    columns: Columns, names: tuple[str, ...], rows: tuple[Any, Floats, Floats], oracles: list[Oracle]
) -> tuple[Floats, Floats]:
    lower = np.array([-np.inf if v.lb is None else v.lb for v in columns.variables], dtype=float)
    upper = np.array([np.inf if v.ub is None else v.ub for v in columns.variables], dtype=float)
    lower, upper = implied_bounds(*rows, lower, upper)
    thetas = {columns.position[id(oracle.theta)]: oracle for oracle in oracles}
    for k, name in enumerate(names):
        if k in thetas:
            reads = columns.at(thetas[k].reads)
            atom = thetas[k].atom
            lower[k] = -np.inf if atom is None else floor(atom, lower[reads], upper[reads])
            continue
        if np.isfinite(upper[k]) and np.isfinite(lower[k]):
            continue
        raise FormulationError(
            name,
            "this variable has no finite bounds, and no row implies any: the proof needs them",
            "bounds=(low, high) on the Var, from the .lb and .ub of the totals it depends on",
        )
    return lower, upper


def _concave(oracle: Oracle, columns: Columns) -> ConcaveTerm:
    atom = oracle.atom
    return ConcaveTerm(
        name=oracle.name,
        theta=columns.position[id(oracle.theta)],
        columns=columns.at(oracle.reads),
        function=oracle.function,
        atom="" if atom is None else atom.kind,
        scale=np.empty(0) if atom is None else np.asarray(atom.scale, dtype=float),
        unit=np.empty(0) if atom is None else np.asarray(atom.unit, dtype=float),
        constant=0.0 if atom is None else atom.constant,
    )


def _check(program: Program, rows: tuple[Row, ...], parts: Parts, columns: Columns) -> None:
    """Gate every number, and refuse what punishes response outright; the engine refuses the subtler cases."""
    for k in np.flatnonzero(~np.isfinite(program.objective)):
        guilty = to_blame(parts.expressions, columns.variables[k], lambda price: not np.isfinite(price))
        name = program.column_names[k]
        if not guilty:
            raise FormulationError(name, "its price in the objective is not a finite number")
        raise FormulationError(guilty, f"its coefficient of {name} is not a finite number")
    entries = program.matrix.tocoo()
    bad = ~np.isfinite(entries.data)
    for r in entries.row[bad]:
        raise FormulationError(
            spoken(rows[r].part), f"row {rows[r].label} has a coefficient that is not a finite number"
        )
    for r in np.flatnonzero(np.isnan(program.row_lower) | np.isnan(program.row_upper)):
        raise FormulationError(spoken(rows[r].part), f"the limit of row {rows[r].label} is not a number")
    response = np.zeros(program.n_columns, dtype=bool)
    response[program.response_columns] = True
    for k in np.flatnonzero(response & (program.objective < 0)):
        guilty = to_blame(parts.expressions, columns.variables[k], lambda price: price < 0)
        raise FormulationError(
            guilty or program.column_names[k], "it punishes response; more response may only be rewarded"
        )
    on = response[entries.col]
    upper_only = np.isfinite(program.row_upper[entries.row]) & np.isinf(program.row_lower[entries.row])
    lower_only = np.isfinite(program.row_lower[entries.row]) & np.isinf(program.row_upper[entries.row])
    wrong = on & ((upper_only & (entries.data > 0)) | (lower_only & (entries.data < 0)))
    for r in entries.row[wrong]:
        raise FormulationError(
            spoken(rows[r].part),
            f"row {rows[r].label} punishes response: a plan could only keep it by wasting response",
            "put the limit on spend",
        )


def _owner(model: Any, constraint: Any) -> tuple[str, str]:
    block = constraint.parent_block()
    while block is not None and block.parent_component() is not model.parts:
        block = block.parent_block()
    if block is None:
        return "model", str(constraint.name)
    return str(block.index()), _label(constraint, block)


def _label(constraint: Any, block: Any) -> str:
    """Return ``share[paid social]``: the index as it is, without the quotes that Pyomo puts round some."""
    component = constraint.parent_component()
    name = str(component.getname(fully_qualified=True, relative_to=block))
    if not component.is_indexed():
        return name
    index = constraint.index()
    return f"{name}[{','.join(map(str, index)) if isinstance(index, tuple) else index}]"


def _column_name(model: Any, variable: Any) -> str:
    block = variable.parent_block()
    while block is not None and block.parent_component() is not model.parts:
        block = block.parent_block()
    if block is None:
        return str(variable.name)
    return f"{block.index()}/{variable.getname(fully_qualified=True, relative_to=block)}"


def _guilty(model: Any) -> str:
    for constraint in model.component_data_objects(pyo.Constraint, active=True, descend_into=pyo.Block):
        if constraint.body is not None and constraint.body.polynomial_degree() not in (0, 1):
            return spoken(_owner(model, constraint)[0])
    return "the model"
