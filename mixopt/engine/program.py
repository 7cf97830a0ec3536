"""The problem as the engine sees it: arrays only, no config, no plugin, no Pyomo.

    maximise    offset + objective'w + sum_j concave_j(w[columns_j])
    subject to  row_lower <= matrix w <= row_upper,   column_lower <= w <= column_upper,   w_k whole where integer_k
                w[spend_columns]    =  spend_matrix x                          (money totals)
                w[response_columns] <= response_matrix f(x)                    (response totals; entries >= 0)
                w[activity columns] =  activity matrix z                       (counts and fixed costs of active cells)
                lower <= x <= upper,   x_i = 0 or x_i >= least_i for the cells that may be off

over spends x of n cells and model columns w. Response column c belongs to cell ``component_cell[c]``: component c is
the curve f_c evaluated at the spend of that cell. Component i < n is cell i's own curve; further components are the
same cells' curves in other states of the world (prices, draws).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from mixopt.curves import Curves, Floats, Indices
from mixopt.engine.activity import Activity

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcaveTerm:
    """A concave function of some model columns, added to the objective or bounded below by a row.

    The compiled program holds it as one column ``theta`` with ``theta <= function(w[columns])``: the objective and rows
    speak of theta, so that a concave term can also be kept at a level. theta may only be rewarded.

    Parameters
    ----------
    name : str
        The term, as a person would name it.
    theta : int
        Position of its column among the model columns.
    columns : ndarray of int64
        Positions of the columns it reads, in the order of the vector given to `function`.
    function : callable
        ``function(vector) -> (value, gradient)``; finite on the box of its columns.
    atom : str
        ``negative-square``, ``entropy``, ``saturation``, ``root`` or ``log1p`` where the function is
        ``sum_j scale_j * h(vector_j / unit_j)`` plus ``constant`` with that h, which a verifier can recompute by
        itself; empty where only the plugin knows it.
    scale, unit : ndarray, shape of `columns`
        Of the atom; empty arrays without one.
    constant : float
        Of the atom.
    """

    name: str
    theta: int
    columns: Indices
    function: Callable[[Floats], tuple[float, Floats]]
    atom: str = ""
    scale: Floats = field(default_factory=lambda: np.empty(0))
    unit: Floats = field(default_factory=lambda: np.empty(0))
    constant: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One plan's problem in arrays; see the module for the mathematics.

    Parameters
    ----------
    curves : Curves
        One curve per component.
    component_cell : ndarray (n_components,) of int64
        The cell each component belongs to; starts with 0 … n_cells-1.
    component_price : ndarray (n_components,)
        Component c is its cell's own curve stretched by this factor; 1 for the first n_cells.
    lower, upper : ndarray (n_cells,), currency
    objective, column_lower, column_upper : ndarray (n_columns,)
        Bounds are finite for every column that can enter the bound with a wrong sign; theta columns have finite upper
        bounds (the term's ceiling).
    integer : ndarray (n_columns,) of bool
    offset : float, currency
    matrix : csr_array (n_rows, n_columns)
    row_lower, row_upper : ndarray (n_rows,)
        ``-inf`` and ``inf`` where a side is open.
    spend_columns : ndarray of int64; spend_matrix : csr_array (len(spend_columns), n_cells)
    response_columns : ndarray of int64; response_matrix : csr_array (len(response_columns), n_components)
    concave : tuple of ConcaveTerm
    column_names, row_names : tuple of str
        For messages and for the certificate's readers.
    budget : float
        The money at stake, in currency: what spends are scaled by and what tolerances refer to.
    component_draw : ndarray (n_components,) of int64, or None
        The posterior draw each component is; -1 for the mean over draws, or where curves are certain. The engine does
        not read it; certificates tell it.
    activity : Activity
        The cells that may be off, and the totals of what is on.
    """

    curves: Curves
    component_cell: Indices
    component_price: Floats
    lower: Floats
    upper: Floats
    objective: Floats
    column_lower: Floats
    column_upper: Floats
    integer: Flags
    offset: float
    matrix: sp.csr_array
    row_lower: Floats
    row_upper: Floats
    spend_columns: Indices
    spend_matrix: sp.csr_array
    response_columns: Indices
    response_matrix: sp.csr_array
    concave: tuple[ConcaveTerm, ...]
    column_names: tuple[str, ...]
    row_names: tuple[str, ...]
    budget: float
    component_draw: Indices | None = None
    activity: Activity = field(default_factory=Activity.none)

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return len(self.lower)

    @property
    def n_columns(self) -> int:
        """Number of model columns."""
        return len(self.objective)

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.row_lower)
