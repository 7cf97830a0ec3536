"""What the engine refuses to work with: numbers that are none, boxes that are none, links that lead nowhere."""

from __future__ import annotations

import numpy as np

from mixopt.engine.program import Flags, Program
from mixopt.errors import FormulationError

CROSSED = 1e-9


def refuse(program: Program) -> None:
    """Refuse a program whose arrays cannot be right.

    Parameters
    ----------
    program : Program

    Raises
    ------
    FormulationError
        Naming the row, column or cell.
    """
    _shapes(program)
    _numbers(program)
    _boxes(program)
    _links(program)
    _curves(program)
    _activity(program)


def _shapes(program: Program) -> None:
    n, columns, rows = program.n_cells, program.n_columns, program.n_rows
    components = len(program.component_cell)
    wanted = {
        "curves": (program.curves.size, components),
        "component_price": (len(program.component_price), components),
        "upper": (len(program.upper), n),
        "column_lower": (len(program.column_lower), columns),
        "column_upper": (len(program.column_upper), columns),
        "integer": (len(program.integer), columns),
        "matrix": (program.matrix.shape, (rows, columns)),
        "row_upper": (len(program.row_upper), rows),
        "spend_matrix": (program.spend_matrix.shape, (len(program.spend_columns), n)),
        "response_matrix": (program.response_matrix.shape, (len(program.response_columns), components)),
        "column_names": (len(program.column_names), columns),
        "row_names": (len(program.row_names), rows),
        "activity.least": (len(program.activity.least), len(program.activity.cell)),
        "activity.matrix": (
            program.activity.matrix.shape,
            (len(program.activity.columns), len(program.activity.cell)),
        ),
    }
    for name, (got, want) in wanted.items():
        if got != want:
            raise FormulationError(f"program.{name}", f"its size is {got}, the others ask for {want}")
    if not np.array_equal(program.component_cell[:n], np.arange(n)):
        raise FormulationError(
            "program.component_cell", "it does not start with the cells' own curves, in order"
        )


def _numbers(program: Program) -> None:
    columns, rows = program.column_names, program.row_names
    for name, numbers in (("objective", program.objective),):
        _name(~np.isfinite(numbers), columns, f"its {name} coefficient is not a finite number")
    for numbers in (program.column_lower, program.column_upper):
        _name(np.isnan(numbers), columns, "a bound of it is not a number")
    for numbers in (program.row_lower, program.row_upper):
        _name(np.isnan(numbers), rows, "a limit of it is not a number")
    for matrix, names in (
        (program.matrix, rows),
        (program.spend_matrix, tuple(columns[k] for k in program.spend_columns)),
        (program.response_matrix, tuple(columns[k] for k in program.response_columns)),
    ):
        broken = np.zeros(matrix.shape[0], dtype=bool)
        wrong = matrix.tocoo()
        broken[wrong.coords[0][~np.isfinite(wrong.data)]] = True
        _name(broken, names, "a coefficient of it is not a finite number")
    for name, number in (("offset", program.offset), ("budget", program.budget)):
        if not np.isfinite(number):
            raise FormulationError(f"program.{name}", f"{number} is not a finite number")
    for name in ("lower", "upper"):
        cells = np.flatnonzero(~np.isfinite(getattr(program, name)))
        if len(cells):
            raise FormulationError(f"cell {cells[0]}", f"its {name} bound is not a finite number")


def _boxes(program: Program) -> None:
    wrong = np.flatnonzero((program.lower > program.upper) | (program.lower < 0.0))
    if len(wrong):
        low, high = program.lower[wrong[0]], program.upper[wrong[0]]
        raise FormulationError(f"cell {wrong[0]}", f"its spend is to be within {low:g} and {high:g}")
    for low, high, name in (
        (program.column_lower, program.column_upper, "column_lower"),
        (program.row_lower, program.row_upper, "row_lower"),
    ):
        names = program.column_names if name == "column_lower" else program.row_names
        _name((low == np.inf) | (high == -np.inf), names, "a side of it is infinite the wrong way")
        crossed = low - high > CROSSED * np.maximum(np.abs(low), np.abs(high))
        _name(np.isfinite(low) & np.isfinite(high) & crossed, names, "its lower limit is above its upper one")


def _links(program: Program) -> None:
    thetas = np.array([term.theta for term in program.concave], dtype=np.int64)
    linked = np.concatenate(
        [program.spend_columns, program.response_columns, program.activity.columns, thetas]
    )
    count = np.bincount(linked, minlength=program.n_columns)
    _name(count > 1, program.column_names, "it stands for more than one total")
    if (program.response_matrix.data < 0.0).any():
        rows = program.response_matrix.tocoo()
        row = int(rows.coords[0][rows.data < 0.0][0])
        raise FormulationError(
            program.column_names[program.response_columns[row]], "a response total has a weight below 0"
        )
    if program.integer[thetas].any():
        raise FormulationError("program.integer", "a concave term's column cannot be whole")


def _curves(program: Program) -> None:
    top = program.curves.value(program.upper[program.component_cell])
    wrong = np.flatnonzero(~np.isfinite(top) | (top < 0.0))
    if len(wrong):
        cell = program.component_cell[wrong[0]]
        raise FormulationError(f"cell {cell}", f"its response at its upper bound is {top[wrong[0]]}")


def _activity(program: Program) -> None:
    cells, least = program.activity.cell, program.activity.least
    ascending = bool((np.diff(cells) > 0).all()) and bool(((cells >= 0) & (cells < program.n_cells)).all())
    if not ascending or (len(program.activity.columns) and not len(cells)):
        raise FormulationError("program.activity", "its cells are not some of the program's, in order")
    for k in np.flatnonzero(~((least > 0.0) & np.isfinite(least))):
        raise FormulationError(
            f"cell {cells[k]}", f"its least active spend is {least[k]}: it is to be above 0 and finite"
        )
    if not np.isfinite(program.activity.matrix.data).all():
        raise FormulationError("program.activity", "a weight of a state is not a finite number")


def _name(wrong: Flags, names: tuple[str, ...], problem: str) -> None:
    for k in np.flatnonzero(wrong):
        raise FormulationError(names[k], problem)
