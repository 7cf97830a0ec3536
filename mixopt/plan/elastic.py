"""The elastic program: rows that give way at a price, so that what is missing can be measured.

    maximise   -budget - Σ worth_r (u_r + s_r)
    subject to row_lower_r <= (matrix w)_r - u_r + s_r <= row_upper_r      for the rows that may give way
               everything else as it was

Its optimum is the smallest relaxation, added up in money (Chinneck 2008, doi:10.1007/978-0-387-74932-7). The offset
makes the relative gap a share of the budget, so that "nothing is missing" can be proven too.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from mixopt.engine import Program
from mixopt.scope import Floats, Indices


def elastic(program: Program, rows: Indices, worth: Floats) -> Program:
    """Return the program that lets some rows give way and minimises what that costs.

    Parameters
    ----------
    program : Program
    rows : ndarray of int64
        The rows that may give way.
    worth : ndarray, shape of `rows`
        Currency per unit of each row.

    Returns
    -------
    Program
        With a slack column per finite side of those rows, after the old columns.
    """
    high = np.flatnonzero(np.isfinite(program.row_upper[rows]))
    low = np.flatnonzero(np.isfinite(program.row_lower[rows]))
    which = np.concatenate((rows[high], rows[low])).astype(np.int64)
    sign = np.concatenate((-np.ones(len(high)), np.ones(len(low))))
    price = np.concatenate((worth[high], worth[low]))
    slack = sp.csr_array((sign, (which, np.arange(len(which)))), shape=(program.n_rows, len(which)))
    zeros = np.zeros(len(which))
    used = np.unique(program.matrix.indices)
    return replace(
        program,
        objective=np.concatenate((np.zeros(program.n_columns), -price)),
        offset=-program.budget,
        column_lower=np.concatenate((program.column_lower, zeros)),
        column_upper=np.concatenate((program.column_upper, reach(program, which, sign))),
        integer=np.concatenate((program.integer, zeros.astype(bool))),
        matrix=sp.csr_array(sp.hstack((program.matrix, slack), format="csr")),
        spend_columns=program.spend_columns,
        concave=tuple(term for term in program.concave if term.theta in used),
        column_names=program.column_names + tuple(f"slack of {program.row_names[row]}" for row in which),
    )


def reach(program: Program, rows: Indices, sign: Floats) -> Floats:
    """Return how far each row's activity can stand beyond its side, given the bounds of the columns.

    Parameters
    ----------
    program : Program
    rows : ndarray of int64
    sign : ndarray, shape of `rows`
        -1 for upper sides, 1 for lower sides.

    Returns
    -------
    ndarray, shape of `rows`
        In units of the rows, above 0.
    """
    up, down = program.matrix.maximum(0), program.matrix.minimum(0)
    most = up @ program.column_upper + down @ program.column_lower
    least = up @ program.column_lower + down @ program.column_upper
    beyond = np.where(sign < 0, most[rows] - program.row_upper[rows], program.row_lower[rows] - least[rows])
    size = np.maximum(np.abs(most[rows]), np.abs(least[rows]))
    room: Floats = np.maximum(beyond, 0.0) * (1.0 + 1e-9) + 1e-9 * np.maximum(size, 1e-9)
    return room


def without_rows(program: Program, rows: Indices) -> Program:
    """Return the program without some rows.

    Parameters
    ----------
    program : Program
    rows : ndarray of int64

    Returns
    -------
    Program
    """
    kept = np.setdiff1d(np.arange(program.n_rows), rows)
    return replace(
        program,
        matrix=sp.csr_array(program.matrix[kept]),
        row_lower=program.row_lower[kept],
        row_upper=program.row_upper[kept],
        row_names=tuple(program.row_names[row] for row in kept),
    )
