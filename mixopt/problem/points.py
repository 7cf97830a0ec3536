"""The points table of tabulated curves: response at some spends, per cell."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mixopt.curves import Indices
from mixopt.errors import shown
from mixopt.problem.cells import KEYS, LATER
from mixopt.scope import Column
from mixopt.scope.bad_cells import SHOWN_CELLS
from mixopt.scope.labels import Texts
from mixopt.scope.sheet import Sheet

SPEND = Column("spend", "number", ge=0, unit="currency")
RESPONSE = Column("response", "number", unit="units of response")


def read_points(
    frame: pd.DataFrame, labels: pd.DataFrame, cells: Indices, *, name: str = "points"
) -> pd.DataFrame:
    """Return the points of the tabulated cells. Their shape is judged by the family that is built of them.

    Parameters
    ----------
    frame : DataFrame
        Columns ``channel``, ``segment`` (default ``all``), ``spend``, ``response``.
    labels : DataFrame
        The cells' ``channel`` and ``segment``.
    cells : ndarray of int64
        The cells that are tabulated.
    name : str
        The table as messages write it.

    Returns
    -------
    DataFrame
        ``cell`` (position within `cells`), ``spend``, ``response``, ``channel``, ``segment``; sorted by cell and spend.

    Raises
    ------
    TableError
        With every bad cell, every point of no tabulated cell, every spend that stands twice, and every tabulated cell
        without points.
    """
    sheet = Sheet(frame, name)
    if sheet.has("draw"):
        hint = "leave the column draw out"
        sheet.bad.fault(f"column 'draw': {LATER['draw']}", wanted="one response per spend", hint=hint)
    sheet.expect((*KEYS, SPEND, RESPONSE))
    channel, segment = (sheet.text(column) for column in KEYS)
    spend, response = sheet.number(SPEND), sheet.number(RESPONSE)
    sheet.bad.settle()
    cell = _positions(labels.iloc[cells], channel, segment)
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
    bare = np.flatnonzero(np.bincount(cell[cell >= 0], minlength=len(cells)) == 0)
    for place in bare[:SHOWN_CELLS]:
        called = shown(", ".join(labels.loc[cells[place], ["channel", "segment"]]))
        sheet.bad.fault(f"no points for {called}", wanted="points for each tabulated cell")
    sheet.bad.settle()
    return pd.DataFrame(
        {
            "cell": cell[order],
            "spend": spend[order],
            "response": response[order],
            "channel": channel[order],
            "segment": segment[order],
        }
    )


def _positions(labels: pd.DataFrame, channel: Texts, segment: Texts) -> Indices:
    """Return each point's position among the cells, -1 where there is none."""
    known = pd.MultiIndex.from_arrays([labels["channel"].astype(object), labels["segment"].astype(object)])
    found = known.get_indexer(pd.MultiIndex.from_arrays([channel, segment]))
    return np.asarray(found, dtype=np.int64)
