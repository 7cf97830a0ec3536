"""The matrix of a region's linear program: blocks of columns side by side, in the solver's units."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp

from mixopt.curves import Floats, Indices
from mixopt.engine.layout import Layout
from mixopt.engine.linear import Columns
from mixopt.engine.multipliers import Tangent
from mixopt.engine.pieces import SHARE, Pieces, entries
from mixopt.engine.scale import Scale

DROPPED = 1e-11  # scaled entries below this are left out: the linear solver would drop them without a word


@dataclass(frozen=True)
class Shop:
    """What all linear programs of one program share.

    Parameters
    ----------
    layout : Layout
    scale : Scale
    """

    layout: Layout
    scale: Scale

    @cached_property
    def linked(self) -> Floats:
        """Positions of the linked columns, in the order of the link rows."""
        program = self.layout.program
        return np.concatenate([program.spend_columns, program.response_columns, program.activity.columns])

    @cached_property
    def frame(self) -> sp.csc_array:
        """The model columns' entries in the program's rows and the link rows, scaled."""
        layout, links = self.layout, len(self.linked)
        program = layout.program
        places = (np.arange(links), self.linked)
        identity = sp.coo_array((np.ones(links), places), shape=(links, program.n_columns))
        both = sp.vstack([layout.matrix, identity])
        scaled = sp.diags_array(1.0 / self.row_unit) @ both @ sp.diags_array(self.scale.column)
        return sp.csc_array(scaled)

    @cached_property
    def row_unit(self) -> Floats:
        """Units of the program's rows and the link rows."""
        return np.concatenate([self.scale.row, self.scale.column[self.linked]])

    @cached_property
    def framed(self) -> Columns:
        """The same, as plain columns."""
        return Columns.of(self.frame)

    def row_units(self, pieces: Pieces, tangents: tuple[Tangent, ...]) -> Floats:
        """Return the units of all rows of a linear program.

        Parameters
        ----------
        pieces : Pieces
        tangents : tuple of Tangent

        Returns
        -------
        ndarray (m,)
        """
        concave = self.layout.program.concave
        cuts = [self.scale.column[concave[tangent.term].theta] for tangent in tangents]
        return np.concatenate([self.row_unit, cuts, np.full(len(pieces.combined), SHARE)])


def assemble(
    shop: Shop, pieces: Pieces, tangents: tuple[Tangent, ...], row_unit: Floats, column_unit: Floats
) -> Columns:
    """Return the columns of a linear program: the model's, then the pieces', scaled.

    Parameters
    ----------
    shop : Shop
    pieces : Pieces
    tangents : tuple of Tangent
    row_unit : ndarray (m,)
    column_unit : ndarray (n_columns,)
        Units of the model columns.

    Returns
    -------
    Columns
    """
    left = _model(shop, tangents, column_unit)
    right = entries(shop.layout, pieces)
    links, cuts = len(shop.linked), len(tangents)
    row = right.row + shop.layout.program.n_rows
    if cuts:
        row = row + np.where(right.row >= links, cuts, 0)
    factor = np.repeat(pieces.unit, np.diff(right.start)) / row_unit[row]
    scaled = Columns(right.start, row, right.value * factor, len(row_unit))
    return _without_dust(left.beside(scaled), len(row_unit))


def _model(shop: Shop, tangents: tuple[Tangent, ...], column_unit: Floats) -> Columns:
    """Return the model columns' block; other units than the usual ones are for whole columns."""
    usual = column_unit is shop.scale.column
    if usual and not tangents:
        return shop.framed
    left = shop.frame if usual else shop.frame @ sp.diags_array(column_unit / shop.scale.column)
    blocks = [left, _cuts(shop, tangents, column_unit)] if tangents else [left]
    return Columns.of(sp.csc_array(sp.vstack(blocks)))


def _cuts(shop: Shop, tangents: tuple[Tangent, ...], column_unit: Floats) -> sp.coo_array:
    """Scaled rows: theta - gradient'v <= value - gradient'point."""
    program = shop.layout.program
    terms = [program.concave[tangent.term] for tangent in tangents]
    column = np.concatenate([np.append(term.columns, term.theta) for term in terms])
    data = np.concatenate([np.append(-tangent.gradient, 1.0) for tangent in tangents]) * column_unit[column]
    count = [len(term.columns) + 1 for term in terms]
    row = np.repeat(np.arange(len(terms)), count)
    unit = np.repeat([shop.scale.column[term.theta] for term in terms], count)
    return sp.coo_array((data / unit, (row, column)), shape=(len(terms), program.n_columns))


def _without_dust(columns: Columns, rows: int) -> Columns:
    kept = np.abs(columns.value) >= DROPPED
    if kept.all():
        return Columns(columns.start, columns.row, columns.value, rows)
    before: Indices = np.concatenate([[0], np.cumsum(kept)])
    return Columns(before[columns.start], columns.row[kept], columns.value[kept], rows)
