"""What is computed once per program: its links column by column, which curves serve which cell, and natural sizes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from mixopt.curves import Floats, Indices
from mixopt.engine.program import Flags, Program


@dataclass(frozen=True)
class Layout:
    """A program with its derived arrays.

    Parameters
    ----------
    program : Program
    """

    program: Program

    @cached_property
    def simple(self) -> bool:
        """Whether every cell has one curve, its own."""
        return self.program.curves.size == self.program.n_cells

    @cached_property
    def inflection(self) -> Floats:
        """Inflections (n_components,), currency."""
        return self.program.curves.inflection()

    @cached_property
    def component_order(self) -> Indices:
        """Components sorted by their cell."""
        return np.argsort(self.program.component_cell, kind="stable").astype(np.int64)

    @cached_property
    def component_start(self) -> Indices:
        """Where each cell's components start in `component_order` (n_cells + 1,)."""
        counts = np.bincount(self.program.component_cell, minlength=self.program.n_cells)
        return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)

    @cached_property
    def matrix(self) -> sp.csc_array:
        """The rows' matrix, by columns."""
        return sp.csc_array(self.program.matrix)

    @cached_property
    def columns_of_rows(self) -> tuple[sp.csr_array, sp.csr_array]:
        """The rows' matrix transposed, and its absolute values."""
        transposed = sp.csr_array(self.matrix.T)
        return transposed, abs(transposed)

    @cached_property
    def cells_of_links(self) -> tuple[sp.csr_array, sp.csr_array]:
        """The response and the spend matrix transposed."""
        return sp.csr_array(self.response.T), sp.csr_array(self.spend.T)

    @cached_property
    def least(self) -> Floats:
        """Least active spends (n_cells,), currency; 0 where a cell is not gated."""
        out = np.zeros(self.program.n_cells)
        out[self.program.activity.cell] = self.program.activity.least
        return out

    @cached_property
    def gated(self) -> bool:
        """Whether any cell may be off."""
        return len(self.program.activity.cell) > 0

    @cached_property
    def activity(self) -> sp.csc_array:
        """The activity matrix over all cells, by cells."""
        activity = self.program.activity
        whole = sp.coo_array(activity.matrix)
        row, column = whole.coords
        places = (row, activity.cell[column])
        return sp.csc_array((whole.data, places), shape=(len(activity.columns), self.program.n_cells))

    @cached_property
    def cells_of_activity(self) -> sp.csr_array:
        """The activity matrix transposed."""
        return sp.csr_array(self.activity.T)

    @cached_property
    def at_nothing(self) -> Floats:
        """Each component's response at no spend."""
        return self.program.curves.value(np.zeros(self.program.curves.size))

    @cached_property
    def single(self) -> Flags:
        """Cells with one curve (n_cells,)."""
        return np.equal(np.diff(self.component_start), 1)

    @cached_property
    def spend(self) -> sp.csc_array:
        """The spend matrix, by cells."""
        return sp.csc_array(self.program.spend_matrix)

    @cached_property
    def response(self) -> sp.csc_array:
        """The response matrix, by components."""
        return sp.csc_array(self.program.response_matrix)

    @cached_property
    def links(self) -> tuple[sp.csc_array, Flags, Indices]:
        """Spend matrix above response matrix, where every cell has one curve; which entries are responses'; counts."""
        both = sp.csc_array(sp.vstack([self.spend, self.response]))
        both.sort_indices()
        return both, both.indices >= self.spend.shape[0], np.diff(both.indptr).astype(np.int64)

    @cached_property
    def kinds(self) -> tuple[Indices, Floats]:
        """Which cells the totals cannot tell apart, and each cell's rate of response; one curve per cell."""
        from mixopt.engine.bundle import kinds_of  # noqa: PLC0415 - it reads layouts itself

        return kinds_of(self)

    @cached_property
    def thetas(self) -> Indices:
        """Columns of the concave terms."""
        return np.array([term.theta for term in self.program.concave], dtype=np.int64)

    @cached_property
    def own(self) -> Flags:
        """Columns that are neither totals nor concave terms: the plugins' own (n_columns,)."""
        own = np.ones(self.program.n_columns, dtype=bool)
        own[self.program.spend_columns] = False
        own[self.program.response_columns] = False
        own[self.program.activity.columns] = False
        own[self.thetas] = False
        return own

    @cached_property
    def open_rows(self) -> Flags:
        """Rows that the totals alone do not settle: plugins' own columns have a say in them (n_rows,)."""
        open_ = self.own.copy()
        for term in self.program.concave:
            open_[term.theta] = self.own[term.columns].any()
        entries = sp.coo_array(self.program.matrix)
        rows = np.zeros(self.program.n_rows, dtype=bool)
        rows[entries.coords[0][open_[entries.coords[1]]]] = True
        return rows

    @cached_property
    def kept(self) -> bool:
        """Whether a row speaks of a concave term: such a row must hold with the term itself, not with its cuts."""
        return bool(np.isin(self.thetas, self.program.matrix.indices).any())

    @cached_property
    def ceiling(self) -> Floats:
        """Each component's response at its cell's upper bound."""
        return self.program.curves.value(self.program.upper[self.program.component_cell])

    @cached_property
    def row_size(self) -> Floats:
        """What a row's violation is measured against: the budget times its weight for money, else its limits."""
        program = self.program
        sizes = abs(self.program.matrix)
        money = np.ones(program.n_columns, dtype=bool)
        money[program.spend_columns] = False
        foreign = sizes @ money.astype(np.float64)
        largest = (
            sizes.max(axis=1).toarray().ravel() if program.n_rows and sizes.nnz else np.zeros(program.n_rows)
        )
        ends = np.maximum(_finite(program.row_lower), _finite(program.row_upper))
        return np.where(foreign > 0.0, ends, np.maximum(ends, largest * program.budget))

    @cached_property
    def column_size(self) -> Floats:
        """What a violation of a column's bounds is measured against."""
        return np.maximum(_finite(self.program.column_lower), _finite(self.program.column_upper))

    def components_of(self, cells: Indices) -> tuple[Indices, Indices]:
        """Return the components of some cells, and for each of them the position in `cells` it belongs to.

        Parameters
        ----------
        cells : ndarray (k,) of int64
            May repeat.

        Returns
        -------
        component, owner : ndarray of int64
        """
        if self.simple:
            return cells, np.arange(len(cells), dtype=np.int64)
        first = self.component_start[cells]
        owner, position = ragged(first, self.component_start[cells + 1] - first)
        return self.component_order[position], owner


def ragged(
    first: npt.NDArray[np.integer[Any]], count: npt.NDArray[np.integer[Any]]
) -> tuple[Indices, Indices]:
    """Return the concatenated ranges first … first+count, and the range each element comes from.

    Parameters
    ----------
    first, count : ndarray (k,) of int64

    Returns
    -------
    owner, position : ndarray (count.sum(),) of int64

    Examples
    --------
    >>> import numpy as np
    >>> ragged(np.array([5, 2]), np.array([2, 1]))
    (array([0, 0, 1]), array([5, 6, 2]))
    """
    owner = np.repeat(np.arange(len(first), dtype=np.int64), count)
    before = np.concatenate([[0], np.cumsum(count)[:-1]]) if len(count) else np.empty(0, dtype=np.int64)
    position = np.arange(len(owner), dtype=np.int64) - np.repeat(before - first, count)
    return owner, position.astype(np.int64)


def _finite(ends: Floats) -> Floats:
    return np.where(np.isfinite(ends), np.abs(ends), 0.0)
