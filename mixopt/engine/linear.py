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

from mixopt.curves import Floats, Indices
from mixopt.engine.program import Flags

Outcome = Literal["optimal", "feasible", "infeasible", "unbounded", "unknown"]
Codes = npt.NDArray[np.int8]

LOWER, BASIC, UPPER = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Columns:
    """A sparse matrix by columns: plain arrays, since it is put together thousands of times.

    Parameters
    ----------
    start : ndarray (n + 1,) of int64
        Where each column starts in `row` and `value`.
    row : ndarray of int64
    value : ndarray
    rows : int
    """

    start: Indices
    row: Indices
    value: Floats
    rows: int

    @property
    def count(self) -> int:
        """Number of columns."""
        return len(self.start) - 1

    @classmethod
    def of(cls, matrix: sp.csc_array) -> Columns:
        """Return a scipy matrix as columns.

        Parameters
        ----------
        matrix : csc_array

        Returns
        -------
        Columns
        """
        return cls(
            matrix.indptr.astype(np.int64), matrix.indices.astype(np.int64), matrix.data, matrix.shape[0]
        )

    @classmethod
    def unit(cls, at: Indices, value: float, rows: int) -> Columns:
        """Return columns with one entry each.

        Parameters
        ----------
        at : ndarray (n,) of int64
            Its row.
        value : float
        rows : int

        Returns
        -------
        Columns
        """
        return cls(np.arange(len(at) + 1, dtype=np.int64), at, np.full(len(at), value), rows)

    def beside(self, *others: Columns) -> Columns:
        """Return these columns followed by others.

        Parameters
        ----------
        others : Columns

        Returns
        -------
        Columns
        """
        starts, shift = [self.start], int(self.start[-1])
        for other in others:
            starts.append(other.start[1:] + shift)
            shift += int(other.start[-1])
        every = (self, *others)
        row, value = (np.concatenate([getattr(one, name) for one in every]) for name in ("row", "value"))
        return Columns(np.concatenate(starts), row, value, self.rows)

    def weighed(self, weight: Floats) -> Floats:
        """Return each column's sum of entries times its rows' weights.

        Parameters
        ----------
        weight : ndarray (rows,)

        Returns
        -------
        ndarray (n,)
        """
        out = np.zeros(self.count)
        filled = np.flatnonzero(self.start[1:] > self.start[:-1])
        if len(filled):
            out[filled] = np.add.reduceat(self.value * weight[self.row], self.start[:-1][filled])
        return out


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearProgram:
    """A linear program with a start.

    Parameters
    ----------
    cost, lower, upper : ndarray (n,)
    matrix : Columns
    row_lower, row_upper : ndarray (m,)
    column_start : ndarray (n,) of int8, row_start : ndarray (m,) of int8
        ``LOWER``, ``BASIC`` or ``UPPER``: a basis with m basic members; empty arrays for none.
    integer : ndarray (n,) of bool
        Empty where no column is whole.
    """

    cost: Floats
    lower: Floats
    upper: Floats
    matrix: Columns
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
    outcome : {"optimal", "feasible", "infeasible", "unbounded", "unknown"}
        ``feasible``: a mixed-integer program was stopped, and had a point.
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
