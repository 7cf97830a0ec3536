"""The importer ``wide``: the sheet that planners already have, channels down, segments or periods across.

Media plan 2027 |      |                  A row of heads, a row per channel, amounts where they cross. Titles above
| new  | old  | Total     are passed over, a blank row ends the table, empty cells are 0. Totals are
TV              | 200  | 120  | 320       held against what they sum, and left out. The sheet knows no curves: they
Search          | 80   |      | 80        come from a table of cells, matched by name, both ways.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from mixopt import Fault, Grid, ImporterEntry, ImportSettings, TableError, read_frame, read_workbook
from mixopt_report.workbook import places
from mixopt_report.workbook.locks import NUMBER

if TYPE_CHECKING:
    import pandas as pd

TOTALS = {"total", "totals", "sum", "grand total", "all"}
CLOSE = 1e-6  # of a total: what rounding in a sheet may leave
Key = tuple[str, str]


class WideSettings(ImportSettings):
    """A wide sheet, and where the curves are."""

    file: Path = Field(description="The workbook (`.xlsx`) with the wide sheet.")
    curves: Path = Field(
        description="Table of cells with their curves, beside the workbook: a row per channel, or channel and segment."
    )
    sheet: str = Field("", description="Name of the sheet; left out: the only one that holds anything.")
    across: Literal["segment", "period"] = Field(
        "segment", description="What the columns are; periods are summed, for this version plans one."
    )
    into: Literal["current_spend", "lower", "upper"] = Field(
        "current_spend", description="The column of the cells table that the amounts go to."
    )


@dataclass(frozen=True)
class Wide:
    """Amounts of one wide sheet, put into a table of cells."""

    settings: WideSettings

    @cached_property
    def _grid(self) -> Grid:
        grids = read_workbook(self.settings.file)
        name, file = self.settings.sheet, places.visible(self.settings.file.name)
        if name and name in grids:
            return grids[name]
        filled = [grid for grid in grids.values() if grid.visible and grid.rows]
        if name or len(filled) != 1:
            said = (
                f"there is no sheet {places.quoted(name)}" if name else f"{len(filled)} sheets hold something"
            )
            hint = f"--option sheet={places.visible(filled[0].sheet)}" if filled else ""
            wanted = f"one of {', '.join(places.visible(grid.sheet) for grid in filled) or 'no sheets'}"
            raise TableError(Fault(where=file, problem=said, wanted=wanted, hint=hint))
        return filled[0]

    @cached_property
    def _amounts(self) -> dict[Key, tuple[float, str]]:
        """Amount and address by channel and segment; the segment is empty where the columns are periods."""
        return Crossing(self._grid, summed=self.settings.across == "period").amounts()

    @cached_property
    def _cells(self) -> pd.DataFrame:
        frame = read_frame(self.settings.file.parent / self.settings.curves)
        faults = self._unfit(frame)
        if faults:
            raise TableError(*faults)
        keys = [self._key(frame, row) for row in range(len(frame))]
        missing = [key for key in self._amounts if key not in set(keys)]
        faults = [self._unknown(key, keys) for key in missing]
        faults += [
            Fault(
                where=str(frame.attrs["source"]),
                problem=f"the sheet has no amount for {places.quoted(_said(key))}",
                wanted="the same names in both",
            )
            for key in dict.fromkeys(keys)
            if key not in self._amounts
        ]
        if faults:
            raise TableError(*faults)
        frame[self.settings.into] = [repr(self._amounts[key][0]) for key in keys]
        return frame

    def _unfit(self, frame: pd.DataFrame) -> list[Fault]:
        where, faults = str(frame.attrs["source"]), []
        if "channel" not in frame:
            faults.append(
                Fault(where=where, problem="there is no column 'channel'", wanted="a table of cells")
            )
        by_segment = self.settings.across == "segment"
        if by_segment and "segment" not in frame:
            hint = "--option across=period, if the columns of the sheet are periods"
            problem = "there is no column 'segment', and the sheet has one column per segment"
            faults.append(Fault(where=where, problem=problem, wanted="channel and segment", hint=hint))
        if not faults and not by_segment and frame["channel"].str.strip().duplicated().any():
            problem = "a channel has several rows, and the sheet gives one amount per channel"
            hint = "--option across=segment, if the columns of the sheet are segments"
            faults.append(Fault(where=where, problem=problem, wanted="one row per channel", hint=hint))
        return faults

    def _key(self, frame: pd.DataFrame, row: int) -> Key:
        segment = frame["segment"].iloc[row].strip() if self.settings.across == "segment" else ""
        return str(frame["channel"].iloc[row]).strip(), segment

    def _unknown(self, key: Key, known: list[Key]) -> Fault:
        folded = {tuple(part.casefold() for part in other): other for other in known}
        near = folded.get(tuple(part.casefold() for part in key))
        problem = f"there is no curve for {places.quoted(_said(key))}"
        hint = f"write it as {_said(near)}" if near else ""
        wanted = f"one of those in {places.visible(self.settings.curves.name)}"
        return Fault(where=self._amounts[key][1], problem=problem, wanted=wanted, hint=hint)

    def read(self) -> Mapping[str, pd.DataFrame]:
        """Return the cells, with the amounts in their column."""
        return {"cells": self._cells}

    def replay(self) -> float:
        """Return how far the sum of the column is from that of the sheet, relative; the curves stay as they are."""
        whole = sum(amount for amount, _ in self._amounts.values())
        there = sum(float(text) for text in self._cells[self.settings.into])
        return abs(there - whole) / whole if whole > 0 else abs(there)


def _said(key: Key) -> str:
    return ", ".join(part for part in key if part)


class Crossing:
    """A wide table while it is read.

    Parameters
    ----------
    grid : Grid
    summed : bool
        Whether the columns are summed.

    Raises
    ------
    TableError
        With every cell that is no amount, every name that is missing or stands twice, every total that is wrong.
    """

    def __init__(self, grid: Grid, *, summed: bool) -> None:
        self.grid, self.summed = grid, summed
        self.faults: list[Fault] = []
        self.header = next((row for row in sorted(grid.rows) if len(grid.rows[row]) > 1), 0)
        last = self.header
        while last + 1 in grid.rows:
            last += 1
        if not self.header or last == self.header:
            wanted = "a row of heads, and a row per channel"
            raise TableError(Fault(where=grid.name, problem="there is no table", wanted=wanted))
        self.rows = list(range(self.header + 1, last + 1))
        self.left = min(column for row in (self.header, *self.rows) for column in grid.rows[row])
        self.columns = [column for column in sorted(grid.rows[self.header]) if column > self.left]
        self.faults += grid.faults(self.header, last)

    def amounts(self) -> dict[Key, tuple[float, str]]:
        """Return amounts and their addresses.

        Returns
        -------
        dict of (str, str) to (float, str)
        """
        names = {row: self.grid.text(row, self.left).strip() for row in self.rows}
        heads = {column: self.grid.text(self.header, column).strip() for column in self.columns}
        self._check_names(names, heads)
        values = {(row, column): self._amount(row, column) for row in self.rows for column in self.columns}
        rows = [row for row in self.rows if names[row].casefold() not in TOTALS]
        columns = [column for column in self.columns if heads[column].casefold() not in TOTALS]
        if not self.faults:
            self._check_totals(values, rows, columns)
        if self.faults:
            raise TableError(*self.faults)
        if self.summed:
            return {
                (names[row], ""): (
                    math.fsum(values[row, column] for column in columns),
                    self.grid.at(row, self.left),
                )
                for row in rows
            }
        return {
            (names[row], heads[column]): (values[row, column], self.grid.at(row, column))
            for row in rows
            for column in columns
        }

    def _check_names(self, names: Mapping[int, str], heads: Mapping[int, str]) -> None:
        labels = [(name, row, self.left) for row, name in names.items()]
        for group in (labels, [(head, self.header, column) for column, head in heads.items()]):
            seen: dict[str, str] = {}
            for name, row, column in group:
                where = self.grid.at(row, column)
                if not name:
                    self.faults.append(Fault(where=where, problem="the row has no name", wanted="a channel"))
                elif name.casefold() in seen:
                    problem = f"{places.quoted(name)} stands already in {seen[name.casefold()]}"
                    self.faults.append(Fault(where=where, problem=problem, wanted="each name once"))
                seen.setdefault(name.casefold(), where.rpartition(" ")[2])
        for row in self.rows:
            for column in self.grid.rows[row]:
                if column > self.left and column not in heads:
                    where = self.grid.at(row, column)
                    self.faults.append(Fault(where=where, problem="its column has no head", wanted="a head"))

    def _amount(self, row: int, column: int) -> float:
        text = self.grid.text(row, column).strip()
        if not text or (row, column) in self.grid.strange:
            return 0.0
        if NUMBER.fullmatch(text) and 0.0 <= float(text) <= 1e15:
            return float(text)
        hint = ""
        if re.fullmatch(r"[0-9]*,[0-9]+", text):
            hint = f"a decimal point: {text.replace(',', '.')}"
        elif re.search("[0-9]", text):
            hint = "a number, formatted as money if you like, not text"
        problem = f"{places.quoted(text)} is no amount"
        wanted = "an amount of at least 0, or an empty cell"
        self.faults.append(Fault(where=self.grid.at(row, column), problem=problem, wanted=wanted, hint=hint))
        return 0.0

    def _check_totals(
        self, values: Mapping[tuple[int, int], float], rows: list[int], columns: list[int]
    ) -> None:
        for row in self.rows:
            for column in self.columns:
                if (row in rows) == (column in columns):
                    continue  # an amount, or the total of totals
                parts = [(r, column) for r in rows] if row not in rows else [(row, c) for c in columns]
                whole = math.fsum(values[part] for part in parts)
                if abs(whole - values[row, column]) > CLOSE * max(whole, 1.0):
                    problem = (
                        f"the total says {values[row, column]:,.10g}, and its parts add up to {whole:,.10g}"
                    )
                    hint = "correct the one or the other, or leave the total out"
                    where = self.grid.at(row, column)
                    self.faults.append(Fault(where=where, problem=problem, wanted="one truth", hint=hint))


def sample(folder: Path) -> WideSettings:
    """Write a wide sheet and a table of curves, and return the settings that read them.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    WideSettings
    """
    from xlsxwriter import Workbook  # noqa: PLC0415

    file, curves = folder / "wide.xlsx", folder / "curves.csv"
    with Workbook(file) as book:
        sheet = book.add_worksheet("Media plan")
        for row, cells in enumerate(
            (["Media plan"], [], ["", "new", "old", "Total"], ["TV", 30, 20, 50], ["Search", 40, None, 40])
        ):
            sheet.write_row(row, 0, cells)
    rows = [f"{c},{s},michaelis-menten,{300 + k},{80 + k}" for k, (c, s) in enumerate(_pairs())]
    curves.write_text(
        "\n".join(["channel,segment,curve,scale,half_saturation", *rows]) + "\n", encoding="utf-8"
    )
    return WideSettings(file=file, curves=Path(curves.name))


def _pairs() -> list[Key]:
    return [(channel, segment) for channel in ("TV", "Search") for segment in ("new", "old")]


IMPORTER = ImporterEntry(
    name="wide",
    summary="A wide sheet, channels down and segments or periods across, put into a table of cells with curves.",
    settings=WideSettings,
    examples=(WideSettings(file=Path("plan.xlsx"), curves=Path("curves.csv")),),
    build=Wide,
    sample=sample,
)
