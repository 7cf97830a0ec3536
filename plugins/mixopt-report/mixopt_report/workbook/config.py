"""The importer ``workbook``: ``plan.xlsx`` as a config again, with whatever a planner changed in its tinted cells.

Every fault is told by sheet and cell, all at once: those of the sheets here, those of values where the config and its
tables are checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from mixopt import Fault, Grid, ImporterEntry, ImportSettings, TableError, read_workbook
from mixopt_report.book.values import Loc, grown, path_of, value_of
from mixopt_report.workbook import places
from mixopt_report.workbook.locks import locked

if TYPE_CHECKING:
    import pandas as pd


class WorkbookSettings(ImportSettings):
    """The workbook of a run."""

    file: Path = Field(description="`plan.xlsx` of a run's folder, edited or not.")


@dataclass(frozen=True)
class Workbook:
    """A config with its tables in the sheets of one workbook."""

    settings: WorkbookSettings

    @cached_property
    def _grids(self) -> dict[str, Grid]:
        grids = read_workbook(self.settings.file)
        missing = [name for name in (places.INPUT, places.SETTINGS) if name not in grids]
        kept = grids.get(places.INPUT)
        if kept is not None and kept.text(2, 1).startswith(places.NOT_HERE):
            hint = "mixopt run the config that the workbook came from"
            raise TableError(Fault(where=kept.at(2, 1), problem=kept.text(2, 1), hint=hint))
        if missing:
            name = places.visible(self.settings.file.name)
            problem = f"there is no sheet {' and no sheet '.join(map(places.quoted, missing))}"
            wanted = "a workbook that mixopt wrote: plan.xlsx of a run's folder"
            hint = "data: {cells: FILE.xlsx} in a config, for a table of your own"
            raise TableError(Fault(where=name, problem=problem, wanted=wanted, hint=hint))
        return grids

    @cached_property
    def _read(self) -> tuple[dict[str, Any], dict[str, pd.DataFrame], dict[Loc, str]]:
        """The document, the tables, and where values stand; raises all faults of all sheets."""
        faults: list[Fault] = []
        leaves, where = self._settings(faults)
        leaves |= self._budget(where, faults)
        sheets = {loc[1]: value for loc, value in leaves.items() if loc[0] == "data" and len(loc) == 2}
        document, odd = grown({loc: value for loc, value in leaves.items() if loc[0] != "data"})
        for loc in odd:
            problem = "the path goes through a value, or mixes names and numbers"
            faults.append(Fault(where=where[loc], problem=problem, wanted="paths that fit each other"))
        tables: dict[str, pd.DataFrame] = {}
        for name, sheet in {"cells": places.INPUT, **sheets}.items():
            try:
                tables[str(name)] = self._table(str(name), sheet, where.get(("data", name), ""))
            except TableError as error:
                faults += error.faults
        if faults:
            raise TableError(*faults)
        return {**document, "data": dict.fromkeys(tables)}, tables, where

    def _settings(self, faults: list[Fault]) -> tuple[dict[Loc, Any], dict[Loc, str]]:
        grid = self._grids[places.SETTINGS]
        first = places.SETTINGS_HEAD + 2
        faults += grid.faults(first, max(grid.rows, default=first))
        leaves: dict[Loc, Any] = {}
        where: dict[Loc, str] = {}
        for row in sorted(row for row in grid.rows if row >= first):
            text = grid.text(row, 1)
            loc = path_of(text.strip())
            if loc is None:
                problem = f"{places.quoted(text)} is no path" if text else "a value without a path"
                wanted = "a path such as plans.balanced.objective[1].weight"
                faults.append(Fault(where=grid.at(row, 1), problem=problem, wanted=wanted))
            elif loc in leaves:
                faults.append(Fault(where=grid.at(row, 1), problem="the path stands twice", wanted="it once"))
            else:
                leaves[loc], where[loc] = value_of(grid.text(row, 2)), grid.at(row, 2)
        return leaves, where

    def _budget(self, where: dict[Loc, str], faults: list[Fault]) -> dict[Loc, Any]:
        grid = self._grids[places.INPUT]
        found: dict[Loc, Any] = {}
        for label, key in ((places.BUDGET, "total"), (places.RULE, "rule")):
            row = next((row for row in sorted(grid.rows) if grid.text(row, 1).strip() == label), None)
            if row is not None:
                faults += grid.faults(row, row)
                where["budget", key] = grid.at(row, 2)
                found["budget", key] = value_of(grid.text(row, 2))
        return found

    def _table(self, name: str, sheet: Any, where: str) -> pd.DataFrame:
        grid = self._grids.get(str(sheet))
        if grid is None:
            problem = f"there is no sheet {places.quoted(sheet)}"
            raise TableError(Fault(where=where, problem=problem, wanted=f"the sheet of the table {name}"))
        if sheet != places.INPUT:
            return grid.table()
        return locked(grid.table(_heads_of(grid)))

    def read(self) -> Mapping[str, pd.DataFrame]:
        """Return the cells with locks in their bounds, and the further tables."""
        return self._read[1]

    def document(self) -> Mapping[str, Any]:
        """Return the config."""
        return self._read[0]

    def places(self) -> Mapping[Loc, str]:
        """Return where its values stand."""
        return self._read[2]

    def replay(self) -> float:
        """Return the largest distance of the curves from the sheet *Curve data*, relative to each curve's largest."""
        grid = self._grids.get("Curve data")
        if grid is None:
            return 0.0
        from mixopt import discover, read_config, read_problem  # noqa: PLC0415 - only to replay

        registry = discover()
        problem = read_problem(read_config(self.settings.file, registry), registry)
        rows = [row for row in sorted(grid.rows) if row > 4]
        if len(rows) != problem.scope.n_cells:
            return 0.0  # only the largest cells are there
        points = [column for column, head in grid.rows[4].items() if head.startswith("at ")]
        told = np.array([[float(grid.text(row, column) or 0) for column in points] for row in rows])
        most = np.array([float(grid.text(row, 2) or 0) for row in rows])
        shares = np.arange(len(points)) / (len(points) - 1)
        found = np.column_stack(
            [problem.scope.value * problem.curves.value(most * share) for share in shares]
        )
        size = np.max(np.abs(told), axis=1, keepdims=True)
        return float(np.max(np.abs(found - told) / np.where(size > 0, size, 1.0), initial=0.0))


def _heads_of(grid: Grid) -> int | None:
    """Return the row with the heads of the cells table."""
    for row in sorted(grid.rows):
        if {"channel", "curve"} <= {text.strip() for text in grid.rows[row].values()}:
            return row
    wanted = "a row with the heads channel, segment, lower, upper, curve …"
    raise TableError(Fault(where=grid.name, problem="there is no row of heads", wanted=wanted))


def sample(folder: Path) -> WorkbookSettings:
    """Write the workbook of a small run and return the settings that read it.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    WorkbookSettings
    """
    import pandas as pd  # noqa: PLC0415

    from mixopt import run  # noqa: PLC0415
    from mixopt_report.book.render import workbook  # noqa: PLC0415

    cells = pd.DataFrame(
        {
            "channel": ["tv", "search"],
            "curve": "michaelis-menten",
            "scale": [300.0, 200.0],
            "half_saturation": [90.0, 40.0],
            "current_spend": [60.0, 40.0],
        }
    )
    config = {
        "currency": "EUR",
        "budget": {"total": 100},
        "data": {"cells": "cells"},
        "plans": {"best": {"objective": [{"kind": "response"}]}},
        "reports": [],
    }
    file = folder / "plan.xlsx"
    file.write_bytes(workbook(run(config, {"cells": cells})))
    return WorkbookSettings(file=file)


IMPORTER = ImporterEntry(
    name="workbook",
    summary="The workbook of a run, edited or not: `mixopt run plan.xlsx` solves it again.",
    settings=WorkbookSettings,
    examples=(WorkbookSettings(file=Path("plan.xlsx")),),
    build=Workbook,
    sample=sample,
    endings=(".xlsx", ".xlsm"),
)
