"""Natural sizes of a program's columns and rows: linear programs are passed to the solver in these units.

The linear solver's tolerances are absolute. So money is counted in millionths of the budget, responses in millionths of
their ceilings, other columns so that their rows balance, and rows are divided by their largest entry. Nothing but the
linear solver sees scaled numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from mixopt.curves import Floats
from mixopt.engine.layout import Layout
from mixopt.engine.program import Flags
from mixopt.errors import FormulationError

PARTS = 1e6
PASSES = 6
VANISHING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Units of one program.

    Parameters
    ----------
    money : float, currency
        One millionth of the budget.
    objective : float
        Currency of the objective per unit of the scaled one.
    column : ndarray (n_columns,)
        Units of the model columns.
    row : ndarray (n_rows,)
        What each row is divided by.
    """

    money: float
    objective: float
    column: Floats
    row: Floats


def scale_of(layout: Layout) -> Scale:
    """Return the units of a program.

    Parameters
    ----------
    layout : Layout

    Returns
    -------
    Scale

    Raises
    ------
    FormulationError
        Where a row has an entry so small that the linear solver would drop it, and it matters.
    """
    program = layout.program
    money = _positive(program.budget, float(program.upper.max(initial=0.0))) / PARTS
    column = _columns(layout, money)
    row = _row_sizes(abs(program.matrix), column, np.ones(program.n_columns, dtype=bool))
    # a column that is always 0 adds nothing, whatever its unit
    reach = np.maximum(np.abs(program.column_lower), np.abs(program.column_upper))
    sizes = np.where(reach > 0.0, np.abs(program.objective) * column, 0.0)
    _refuse_vanishing(layout, column, row)
    return Scale(money=money, objective=_positive(float(sizes.max(initial=0.0))), column=column, row=row)


def _positive(*candidates: float) -> float:
    return next((size for size in candidates if size > 0.0 and np.isfinite(size)), 1.0)


def _columns(layout: Layout, money: float) -> Floats:
    program = layout.program
    column = np.full(program.n_columns, money)
    weights = abs(layout.spend).max(axis=1).toarray().ravel() if layout.spend.shape[1] else np.empty(0)
    column[program.spend_columns] = np.where(weights > 0.0, money * weights, money)
    tops = layout.response @ layout.ceiling
    # a total that cannot respond is counted like the others: its unit is what further columns are measured by
    usual = _positive(float(tops.max(initial=0.0)) / PARTS)
    column[program.response_columns] = np.where(tops > 0.0, tops / PARTS, usual)
    counts = abs(program.activity.matrix).sum(axis=1) if layout.gated else np.empty(0)
    column[program.activity.columns] = np.where(counts > 0.0, counts / PARTS, 1.0)
    for term in program.concave:
        top = max(abs(program.column_upper[term.theta]), abs(program.column_lower[term.theta]))
        column[term.theta] = _positive(top / PARTS, money)
    return _balanced(abs(program.matrix), column, layout.own)


def _balanced(sizes: sp.csr_array, column: Floats, own: Flags) -> Floats:
    """Give the plugins' own columns units in which their entries are as large as their rows' known ones."""
    column, known = column.copy(), ~own
    by_column = sp.csc_array(sizes)
    for _ in range(PASSES):
        if known.all():
            break
        rows = _row_sizes(sizes, column, known)
        with np.errstate(divide="ignore"):
            ratio = by_column.multiply((1.0 / rows)[:, None]).max(axis=0).toarray().ravel()
        reached = ~known & (ratio > 0.0) & np.isfinite(ratio)
        if not reached.any():
            break
        column[reached] = 1.0 / ratio[reached]
        known = known | reached
    return column


def _row_sizes(sizes: sp.csr_array, column: Floats, known: Flags) -> Floats:
    """Return each row's largest entry among known columns; inf where it has none."""
    if not sizes.shape[0]:
        return np.empty(0)
    if not sizes.nnz:
        return np.ones(sizes.shape[0])
    largest = (
        sp.csr_array(sizes.multiply(np.where(known, column, 0.0)[None, :])).max(axis=1).toarray().ravel()
    )
    empty = np.inf if not known.all() else 1.0
    return np.where(largest > 0.0, largest, empty)


def _refuse_vanishing(layout: Layout, column: Floats, row: Floats) -> None:
    program = layout.program
    entries = sp.coo_array(program.matrix)
    at, of = entries.coords
    scaled = np.abs(entries.data) * column[of] / row[at]
    ends = np.maximum(np.abs(program.column_lower), np.abs(program.column_upper)) / column
    with np.errstate(invalid="ignore"):
        matters = (scaled > 0.0) & (scaled < VANISHING) & (scaled * ends[of] > VANISHING * PARTS)
    for k in np.flatnonzero(matters):
        raise FormulationError(
            program.row_names[at[k]],
            f"its coefficient of {program.column_names[of[k]]} is {scaled[k]:.0e} of the row's largest: too small",
            "write the row in units that are closer to each other",
        )
