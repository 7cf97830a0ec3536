"""The points table of tabulated curves: response at some spends, per cell."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mixopt.curves import Indices
from mixopt.errors import shown
from mixopt.problem.cells import KEYS
from mixopt.problem.draws import DRAW, cells_of
from mixopt.scope import Column
from mixopt.scope.bad_cells import SHOWN_CELLS
from mixopt.scope.sheet import Sheet

SPEND = Column("spend", "number", ge=0, unit="currency")
RESPONSE = Column("response", "number", unit="units of response")


def read_points(
    frame: pd.DataFrame,
    labels: pd.DataFrame,
    cells: Indices,
    *,
    name: str = "points",
    draws: tuple[str, ...] | None = None,
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the points of the tabulated cells. Their shape is judged by the family that is built of them.

    Parameters
    ----------
    frame : DataFrame
        Columns ``channel``, ``segment`` (default ``all``), ``spend``, ``response``; and ``draw``, if the points are
        given per posterior draw.
    labels : DataFrame
        The cells' ``channel`` and ``segment``.
    cells : ndarray of int64
        The cells that are tabulated.
    name : str
        The table as messages write it.
    draws : tuple of str or None
        The draws of the cells that have parameters, sorted; ``None`` where all cells are tabulated.

    Returns
    -------
    points : DataFrame
        ``cell`` (position within `cells`, or that times the number of draws plus the draw), ``spend``, ``response``,
        ``channel``, ``segment``; sorted by cell and spend.
    draws : tuple of str
        Sorted; empty where the points are not given per draw.

    Raises
    ------
    TableError
        With every bad cell, every point of no tabulated cell, every spend that stands twice, and every tabulated cell
        without points.
    """
    sheet = Sheet(frame, name)
    sheet.expect((*KEYS, SPEND, RESPONSE))
    names = _draws(sheet, draws)
    channel, segment = (sheet.text(column) for column in KEYS)
    spend, response = sheet.number(SPEND), sheet.number(RESPONSE)
    sheet.bad.settle()
    mine = labels.iloc[cells]
    own = (mine["channel"].to_numpy(dtype=object), mine["segment"].to_numpy(dtype=object))
    cell = cells_of((channel, segment), own)
    if names:
        cell = np.where(cell < 0, -1, cell * len(names) + _codes(sheet, names))
    sheet.bad.mark(
        np.flatnonzero(cell < 0),
        "channel",
        lambda row: f"no tabulated cell is called {shown(f'{channel[row]}, {segment[row]}')}",
        "a channel and segment that the cells table lists as tabulated",
    )
    order = np.lexsort((spend, cell))
    order = order[cell[order] >= 0]
    again = (np.diff(cell[order]) == 0) & (np.diff(spend[order]) == 0.0)
    sheet.bad.mark(
        order[1:][again],
        "spend",
        lambda row: f"spend {spend[row]:g} stands twice for {shown(f'{channel[row]}, {segment[row]}')}",
        "each spend once",
    )
    bare = np.flatnonzero(np.bincount(cell[cell >= 0], minlength=len(cells) * max(len(names), 1)) == 0)
    for place in bare[:SHOWN_CELLS]:
        called = shown(", ".join(labels.loc[cells[place // max(len(names), 1)], ["channel", "segment"]]))
        of = f" in draw {shown(names[place % len(names)])}" if names else ""
        each = " in each draw" if names else ""
        sheet.bad.fault(f"no points for {called}{of}", wanted=f"points for each tabulated cell{each}")
    sheet.bad.settle()
    points = pd.DataFrame(
        {
            "cell": cell[order],
            "spend": spend[order],
            "response": response[order],
            "channel": channel[order],
            "segment": segment[order],
        }
    )
    return points, names


def _draws(sheet: Sheet, known: tuple[str, ...] | None) -> tuple[str, ...]:
    """Return the draws of the points; what does not go with those of the other cells is noted."""
    if not sheet.has(DRAW.name):
        if known:
            sheet.bad.fault(
                "there is no column 'draw', and the other cells have parameters per draw",
                wanted="points for each of the same draws",
            )
        return ()
    names = tuple(sorted(set(sheet.text(DRAW).tolist()) - {""}))
    if known is None or names == known:
        return names
    odd = sorted(set(names) ^ set(known))
    said = (
        f"draw {shown(odd[0])} is {'here' if odd[0] in names else 'of the other cells'} alone"
        if known
        else ("draws stand here, and the other cells have one set of parameters each")
    )
    sheet.bad.fault(said, wanted="the same draws for every channel and segment")
    return names


def _codes(sheet: Sheet, names: tuple[str, ...]) -> Indices:
    return np.asarray(pd.Index(names).get_indexer(pd.Index(sheet.text(DRAW))), dtype=np.int64)
