"""The points table of tabulated curves: response at some spends, per cell."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mixopt.curves import Indices
from mixopt.problem.cells import KEY_COLUMNS
from mixopt.scope.sheet import Column, Sheet

_SPEND = Column("spend", "number", ge=0, unit="currency")
_RESPONSE = Column("response", "number", ge=0, unit="units of response")


def read_points(
    frame: pd.DataFrame, labels: pd.DataFrame, cells: Indices, *, name: str = "points"
) -> pd.DataFrame:
    """Return the points of the tabulated cells.

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
        ``cell`` (position within `cells`), ``spend``, ``response``; sorted by cell and spend.

    Raises
    ------
    TableError
        With every bad cell, every point of no tabulated cell, every spend that stands twice, every response that falls
        while spend rises, and every tabulated cell without points.
    """
    sheet = Sheet(frame, name)
    if sheet.has("draw"):
        problem = "points per draw are not used by this version: column draw"
        sheet.fault(problem, wanted="one response per spend", hint="leave draw out")
    sheet.expect((*KEY_COLUMNS, _SPEND, _RESPONSE))
    keys = [sheet.text(column) for column in KEY_COLUMNS]
    spend, response = sheet.number(_SPEND), sheet.number(_RESPONSE)
    sheet.settle()
    wanted = pd.MultiIndex.from_frame(labels[["channel", "segment"]].astype(object)).take(cells)
    cell = wanted.get_indexer(pd.MultiIndex.from_arrays(keys)) if sheet.rows else np.array([], dtype=np.int64)
    unknown = np.flatnonzero(cell < 0)
    sheet.mark(
        unknown,
        "channel",
        lambda row: (
            f"no tabulated cell is called {keys[0][row]}, {keys[1][row]}",
            "a channel and segment of the cells table",
            "",
        ),
    )
    order = np.lexsort((spend, cell))
    order = order[cell[order] >= 0]
    same = cell[order][1:] == cell[order][:-1]
    twice = order[1:][same & (np.diff(spend[order]) == 0.0)]
    falls = order[1:][same & (np.diff(spend[order]) > 0.0) & (np.diff(response[order]) < 0.0)]
    sheet.mark(
        twice, "spend", lambda row: (f"spend {spend[row]:g} stands twice for its cell", "each spend once", "")
    )
    sheet.mark(
        falls,
        "response",
        lambda row: (
            f"response {response[row]:g} is below that of a smaller spend",
            "responses that do not fall",
            "",
        ),
    )
    for place in np.flatnonzero(np.bincount(cell[cell >= 0], minlength=len(cells)) == 0)[:20]:
        names = ", ".join(labels.loc[cells[place], ["channel", "segment"]])
        sheet.fault(f"no points for {names}", wanted="at least one point for each tabulated cell")
    sheet.settle()
    return pd.DataFrame(
        {"cell": cell[order].astype(np.int64), "spend": spend[order], "response": response[order]}
    )
