"""A linear program and its answer, as arrays: what goes to the linear solver and what comes back.

    maximise cost'x   subject to   row_lower <= matrix x <= row_upper,   lower <= x <= upper

An answer is a proposal: nothing in it is believed before it is recomputed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from mixopt.curves import Floats
from mixopt.engine.program import Flags

Outcome = Literal["optimal", "infeasible", "unbounded", "unknown"]
Codes = npt.NDArray[np.int8]

LOWER, BASIC, UPPER = 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearProgram:
    """A linear program with a start.

    Parameters
    ----------
    cost, lower, upper : ndarray (n,)
    matrix : csc_array (m, n)
    row_lower, row_upper : ndarray (m,)
    column_start : ndarray (n,) of int8, row_start : ndarray (m,) of int8
        ``LOWER``, ``BASIC`` or ``UPPER``: a basis with m basic members; empty arrays for none.
    integer : ndarray (n,) of bool
        Empty where no column is whole.
    """

    cost: Floats
    lower: Floats
    upper: Floats
    matrix: sp.csc_array
    row_lower: Floats
    row_upper: Floats
    column_start: Codes
    row_start: Codes
    integer: Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearAnswer:
    """What the linear solver says.

    Parameters
    ----------
    outcome : {"optimal", "infeasible", "unbounded", "unknown"}
    x : ndarray (n,)
    row_dual : ndarray (m,)
        What one more unit of a row's limit is worth; zeros for a program with whole columns.
    iterations : int
    log : str
        Its own words.
    """

    outcome: Outcome
    x: Floats
    row_dual: Floats
    iterations: int
    log: str = ""
