"""Cells that may be off: such a cell spends nothing, or at least its least active spend.

    x_i = 0 and z_i = 0,    or    least_i <= x_i <= upper_i and z_i = 1
    w[activity columns] = matrix z                         (counts of active cells, fixed costs)

The least active spend is above 0, so that z is a function of x: a box of spends says all there is to say about a cell,
and a box [0, u] is split into "off" and "on" at any spend between 0 and `least`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from mixopt.curves import Floats, Indices

Flags = npt.NDArray[np.bool_]
Ends = tuple[Floats, Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """The gated cells of a program, and the totals of their states.

    Parameters
    ----------
    cell : ndarray (k,) of int64
        Gated cells, ascending; a cell with a lower bound above 0 is always on.
    least : ndarray (k,), currency
        Above 0: what a cell spends at least where it spends at all.
    columns : ndarray (a,) of int64
        Model columns that stand for sums of states.
    matrix : csr_array (a, k)
        Their weights: 1 for counts, currency for fixed costs.
    """

    cell: Indices
    least: Floats
    columns: Indices
    matrix: sp.csr_array

    @classmethod
    def none(cls) -> Activity:
        """Return that no cell is gated.

        Returns
        -------
        Activity
        """
        nobody = np.empty(0, dtype=np.int64)
        return cls(cell=nobody, least=np.empty(0), columns=nobody, matrix=sp.csr_array((0, 0)))

    def states(self, spend: Floats) -> Flags:
        """Return which gated cells are on.

        Parameters
        ----------
        spend : ndarray (n_cells,), currency

        Returns
        -------
        ndarray (k,) of bool
        """
        return np.asarray(spend[self.cell] >= self.least)

    def between(self, spend: Floats) -> Flags:
        """Return which gated cells spend something, but less than their least active spend.

        Parameters
        ----------
        spend : ndarray (n_cells,), currency

        Returns
        -------
        ndarray (k,) of bool
        """
        at = spend[self.cell]
        return np.asarray((at != 0.0) & (at < self.least))

    def totals(self, spend: Floats) -> Floats:
        """Return the sums of states at some spends.

        Parameters
        ----------
        spend : ndarray (n_cells,), currency

        Returns
        -------
        ndarray (a,)
        """
        return np.asarray(self.matrix @ self.states(spend).astype(np.float64))


def may_be_off(least: Floats, lower: Floats) -> Flags:
    """Return which cells are gated and may be off.

    Parameters
    ----------
    least : ndarray (k,), currency
        0 for cells that are not gated.
    lower : ndarray (k,), currency
        Of their boxes.

    Returns
    -------
    ndarray (k,) of bool
    """
    return np.asarray((least > 0.0) & (lower <= 0.0))


def may_be_on(least: Floats, upper: Floats) -> Flags:
    """Return which cells are not gated, or may be on.

    Parameters
    ----------
    least, upper : ndarray (k,), currency

    Returns
    -------
    ndarray (k,) of bool
    """
    return np.asarray((least <= 0.0) | (upper >= least))


def on_ends(least: Floats, ends: Ends) -> Ends:
    """Return the boxes of cells where they are on; a cell that cannot be on keeps the upper end of its box.

    Parameters
    ----------
    least : ndarray (k,), currency
    ends : pair of ndarray (k,), currency

    Returns
    -------
    lower, upper : ndarray (k,), currency
    """
    lower, upper = ends
    return np.minimum(np.maximum(lower, least), upper), upper


def attainable(least: Floats, ends: Ends) -> Ends:
    """Return boxes without spends that no gated cell can have: those between 0 and its least active spend.

    Parameters
    ----------
    least : ndarray (k,), currency
        0 for cells that are not gated.
    ends : pair of ndarray (k,), currency

    Returns
    -------
    lower, upper : ndarray (k,), currency
        A box that holds no spend of the cell at all comes back as it is.
    """
    lower, upper = ends
    can = may_be_on(least, upper)
    low = np.where((least > 0.0) & (lower > 0.0) & can, np.maximum(lower, least), lower)
    high = np.where(may_be_off(least, lower) & ~can, 0.0, upper)
    return low, high
