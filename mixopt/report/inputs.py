"""What a run was made from, as it was read: the merged config and its tables, so that two runs can be compared.

Tables above :data:`ROWS` rows, and cells with parameters per draw, are left out; their SHA-256 in ``summary.json``
still tells whether they differ.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from mixopt.plan.provenance import FORMAT
from mixopt.problem.problem import CurveTable, Problem
from mixopt.report.summary import json_bytes

INPUTS = "inputs.json"
ROWS = 20_000


def inputs_file(problem: Problem) -> bytes:
    """Return the content of ``inputs.json``.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    bytes
    """
    tables = {"cells": cells_table(problem), **problem.scope.tables}
    whole = {name for name, frame in tables.items() if len(frame) <= ROWS}
    if not all(_per_cell(table) for table in problem.curve_tables):
        whole -= {"cells"}  # parameters per draw are not told cell by cell
    return json_bytes(
        {
            "format": FORMAT,
            "config": _plain(dict(problem.config.document)),
            "tables": {
                name: _table(frame) if name in whole else None for name, frame in sorted(tables.items())
            },
        }
    )


def cells_table(problem: Problem) -> pd.DataFrame:
    """Return the cells with their numbers as they were understood: bounds filled in, percentages read.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    DataFrame
        One row per cell: keys and tags, then money, further numbers, and the parameters of its curve.
    """
    scope = problem.scope
    frame = scope.cells.copy()
    frame["value"], frame["lower"] = scope.value, scope.lower
    # an upper limit that is the budget itself says nothing
    open_end = scope.upper >= np.maximum(scope.budget.total, scope.lower)
    frame["upper"] = np.where(open_end, np.nan, scope.upper)
    if scope.current_spend is not None:
        frame["current_spend"] = scope.current_spend
    for name, numbers in scope.weights.items():
        frame[name] = numbers
    parameters: dict[str, Any] = {}
    for table in problem.curve_tables:
        if not _per_cell(table):
            continue
        for name, values in table.parameters.items():
            parameters.setdefault(name, np.full(scope.n_cells, np.nan))[table.cells] = values
    for name, numbers in parameters.items():
        frame[name if name not in frame.columns else f"{name} (curve)"] = numbers
    return frame


def _per_cell(table: CurveTable) -> bool:
    """Return whether each cell has one set of parameters."""
    return all(np.shape(values) == (len(table.cells),) for values in table.parameters.values())


def _table(frame: pd.DataFrame) -> dict[str, Any]:
    columns = [str(name) for name in frame.columns]
    rows = [[_plain(value) for value in row] for row in frame.itertuples(index=False, name=None)]
    return {"columns": columns, "rows": rows}


def _plain(value: Any) -> Any:
    """Return a value as JSON knows it; what is missing becomes ``None``."""
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value) if np.isfinite(value) else None
    return None if value is None or value is pd.NA else str(value)
