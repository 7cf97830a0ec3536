"""Parameters per posterior draw: one row per cell and draw, in the cells table itself or in a table ``draws``.

Every cell has the same draws, each once; they count alike. They are put in the order of their names, so that the
order of rows never matters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mixopt.curves import Indices
from mixopt.errors import TableError, shown
from mixopt.scope import Column
from mixopt.scope.bad_cells import SHOWN_CELLS
from mixopt.scope.labels import Texts
from mixopt.scope.sheet import Sheet

DRAW = Column("draw", description="name of the posterior draw")
TABLE = "draws"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """Which row of a table holds which cell's parameters in which draw.

    Parameters
    ----------
    sheet : Sheet
        The table with the parameters.
    names : tuple of str
        The draws, sorted.
    rows : ndarray (n_cells, n_draws) of int64
        -1 in cells that the table need not tell of.
    """

    sheet: Sheet
    names: tuple[str, ...]
    rows: Indices


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the cells table tells without its parameters.

    Parameters
    ----------
    keys : pair of ndarray (n_cells,) of str
        Channels and segments.
    parameters : tuple of Column
        Of all families in use.
    tabulated : ndarray of int64
        Cells whose curves are points.
    """

    keys: tuple[Texts, Texts]
    parameters: tuple[Column, ...]
    tabulated: Indices

    @property
    def called(self) -> Texts:
        """The cells as messages call them."""
        return np.array([f"{one}, {two}" for one, two in zip(*self.keys, strict=True)], dtype=object)


def cell_rows(sheet: Sheet, keys: tuple[Column, ...]) -> tuple[Indices, Indices | None]:
    """Return the row where each cell stands first; and, where rows are draws of cells, the cell of each row.

    Parameters
    ----------
    sheet : Sheet
        The cells table.
    keys : tuple of Column
        ``channel`` and ``segment``.

    Returns
    -------
    rows : ndarray (n_cells,) of int64
    cell : ndarray (n_rows,) of int64, or None
    """
    if not sheet.has(DRAW.name):
        return np.arange(sheet.rows, dtype=np.int64), None
    quiet = Sheet(sheet.frame, sheet.bad.name)  # what is wrong with names is told when they are read
    codes = [pd.factorize(quiet.text(column).astype(object))[0].astype(np.int64) for column in keys]
    joint = codes[0] * (int(codes[1].max(initial=0)) + 1) + codes[1]
    cell, names = pd.factorize(joint)
    return _first(cell.astype(np.int64), len(names)), cell.astype(np.int64)


def _first(cell: Indices, cells: int) -> Indices:
    first = np.zeros(cells, dtype=np.int64)
    first[cell[::-1]] = np.arange(len(cell))[::-1]
    return first


def find_draws(
    sheet: Sheet, table: pd.DataFrame | None, inside: Indices | None, known: Known
) -> Draws | None:
    """Return where each cell's draws stand: in the cells table itself, in a table of their own, or nowhere.

    Parameters
    ----------
    sheet : Sheet
        The cells table; what is wrong with it is noted there.
    table : DataFrame or None
        The table ``draws``.
    inside : ndarray (n_rows,) of int64, or None
        The cell of each row of the cells table, where its rows are draws.
    known : Known

    Returns
    -------
    Draws or None
    """
    if table is None:
        if inside is None:
            return None
        called = known.called
        names, rows = arrange(sheet, inside, called, np.arange(len(called), dtype=np.int64))
        free = {DRAW.name, "channel", "segment", *(column.name for column in known.parameters)}
        fixed = sorted(set(map(str, sheet.frame.columns)) - free)
        refuse_changes(sheet, fixed, _first(inside, len(called)), inside, called)
        return Draws(sheet=sheet, names=names, rows=rows)
    if inside is not None:
        sheet.bad.fault("column 'draw': there is a table 'draws' as well", wanted="draws in one of the two")
    twice = sorted({column.name for column in known.parameters} & set(map(str, sheet.frame.columns)))
    for name in twice:
        sheet.bad.fault(
            f"column {shown(name)} stands here and belongs to the table 'draws'",
            wanted="parameters in one of the two tables",
            hint=f"leave the column {name} out here",
        )
    return _from_table(Sheet(table, TABLE), known)


def _from_table(sheet: Sheet, known: Known) -> Draws:
    keys = (Column("channel"), Column("segment", default="all"))
    sheet.expect((*keys, DRAW, *known.parameters))
    channel, segment = (sheet.text(column) for column in keys)
    nothing = Draws(sheet=sheet, names=(), rows=np.empty((len(known.keys[0]), 0), dtype=np.int64))
    if sheet.bad.any or not (sheet.has(DRAW.name) and sheet.has("channel")):
        return nothing
    cell = cells_of((channel, segment), known.keys)
    called = known.called
    sheet.bad.mark(
        np.flatnonzero(cell < 0),
        "channel",
        lambda row: f"no cell is called {shown(f'{channel[row]}, {segment[row]}')}",
        "a channel and segment of the cells table",
    )
    sheet.bad.mark(
        np.flatnonzero(np.isin(cell, known.tabulated)),
        "channel",
        lambda row: f"{shown(str(called[cell[row]]))} is tabulated: it has no parameters",
        "its draws in the column draw of the table points",
    )
    wanted = np.setdiff1d(np.arange(len(called), dtype=np.int64), known.tabulated)
    names, rows = arrange(sheet, cell, called, wanted)
    return Draws(sheet=sheet, names=names, rows=rows)


def settle(sheet: Sheet, draws: Draws | None) -> None:
    """Raise what was noted on the cells table and on the table of its draws.

    Parameters
    ----------
    sheet : Sheet
    draws : Draws or None

    Raises
    ------
    TableError
        If anything was.
    """
    faults = sheet.bad.faults()
    if draws is not None and draws.sheet is not sheet:
        faults += draws.sheet.bad.faults()
    if faults:
        raise TableError(*faults)


def arrange(sheet: Sheet, cell: Indices, called: Texts, wanted: Indices) -> tuple[tuple[str, ...], Indices]:
    """Return the draws of a table, and the row of each cell's each draw; what is wrong is noted on the sheet.

    Parameters
    ----------
    sheet : Sheet
        With a column ``draw``.
    cell : ndarray (n_rows,) of int64
        The cell each row speaks of; -1 where there is none.
    called : ndarray (n_cells,) of str
        The cells as messages call them.
    wanted : ndarray of int64
        The cells that must have every draw.

    Returns
    -------
    names : tuple of str
        Sorted.
    rows : ndarray (n_cells, n_draws) of int64
        -1 where there is none.
    """
    texts = sheet.text(DRAW)
    codes, found = pd.factorize(texts.astype(object), sort=True)
    names = [str(name) for name in found]
    if names and names[0] == "":  # told as empty cells
        names, codes = names[1:], codes - 1
    rows = np.full((len(called), len(names)), -1, dtype=np.int64)
    known = np.flatnonzero((cell >= 0) & (codes >= 0))
    key = cell[known] * max(len(names), 1) + codes[known]
    _, first, again = np.unique(key, return_index=True, return_inverse=True)
    earlier = first[again]
    sheet.bad.mark(
        known[earlier != np.arange(len(known))],
        "draw",
        lambda row: f"draw {shown(str(texts[row]))} stands twice for {shown(str(called[cell[row]]))}",
        "each draw once per channel and segment",
    )
    rows[cell[known[first]], codes[known[first]]] = known[first]
    _note_missing(sheet, names, rows, called, wanted)
    return tuple(names), rows


def _note_missing(sheet: Sheet, names: list[str], rows: Indices, called: Texts, wanted: Indices) -> None:
    lacking = (rows[wanted] < 0).sum(axis=1)
    short = np.flatnonzero(lacking)
    for place in short[:SHOWN_CELLS]:
        cell = wanted[place]
        first = names[int(np.argmin(rows[cell]))] if lacking[place] < len(names) else ""
        what = (
            "has no draws"
            if lacking[place] == len(names)
            else f"lacks {lacking[place]:,} of {len(names):,} draws"
        )
        said = f"{shown(str(called[cell]))} {what}" + (f", the first of them {shown(first)}" if first else "")
        sheet.bad.fault(said, wanted="the same draws for every channel and segment")
    if len(short) > SHOWN_CELLS:
        sheet.bad.fault(f"and {len(short) - SHOWN_CELLS:,} more cells without all draws")


def cells_of(keys: tuple[Texts, Texts], labels: tuple[Texts, Texts]) -> Indices:
    """Return the position of each key among the labels, -1 where there is none.

    Parameters
    ----------
    keys : pair of ndarray (n_rows,) of str
        Channels and segments.
    labels : pair of ndarray (n_cells,) of str
        Those of the cells, each pair once.

    Returns
    -------
    ndarray (n_rows,) of int64
    """
    known = pd.MultiIndex.from_arrays([part.astype(object) for part in labels])
    found = known.get_indexer(pd.MultiIndex.from_arrays([part.astype(object) for part in keys]))
    return np.asarray(found, dtype=np.int64)


def refuse_changes(sheet: Sheet, columns: list[str], first: Indices, cell: Indices, called: Texts) -> None:
    """Note rows that differ from the first of their cell in a column that is no parameter.

    Parameters
    ----------
    sheet : Sheet
    columns : list of str
    first : ndarray (n_cells,) of int64
    cell : ndarray (n_rows,) of int64
    called : ndarray (n_cells,) of str
    """
    for column in columns:
        codes, _ = pd.factorize(sheet.frame[column].to_numpy(dtype=object), use_na_sentinel=True)
        differs = np.flatnonzero(codes != codes[first[cell]])

        def said(row: int, column: str = column) -> str:
            before = int(first[cell[row]])
            return (
                f"{sheet.cell(row, column)} differs from {sheet.cell(before, column)} in row {before + 1}, "
                f"another draw of {shown(str(called[cell[row]]))}"
            )

        sheet.bad.mark(differs, column, said, "the same in all draws of a cell: only parameters may differ")
