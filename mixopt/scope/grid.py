"""One sheet of a spreadsheet as a grid of text, and the tables that stand in it; every cell knows its address."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mixopt.errors import Fault, TableError, printable, shown

if TYPE_CHECKING:
    import pandas as pd

SHOWN_CELLS = 20
_RANGE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?")

Address = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """What a sheet holds.

    Parameters
    ----------
    file, sheet : str
        As messages write them.
    rows : Mapping of int to Mapping of int to str
        By row and column, both from 1; cells without text are left out. Numbers as the shortest text that reads back
        as the same number, dates as ``2027-01-04``, flags as ``TRUE`` and ``FALSE``.
    strange : Mapping of (row, column) to str
        Cells that hold something but no value, and what: ``a formula without a stored value``.
    merged : tuple of str
        Ranges of merged cells: ``B2:C3``.
    visible : bool
    """

    file: str
    sheet: str
    rows: Mapping[int, Mapping[int, str]]
    strange: Mapping[Address, str] = field(default_factory=dict)
    merged: tuple[str, ...] = ()
    visible: bool = True

    @property
    def name(self) -> str:
        """The sheet as messages write it."""
        return f"{printable(self.file)}: sheet {printable(self.sheet)}"

    def at(self, row: int, column: int) -> str:
        """Return where a cell stands, as messages write it: ``plan.xlsx: sheet Input, cell F12``.

        Parameters
        ----------
        row, column : int
            From 1.

        Returns
        -------
        str
        """
        return f"{self.name}, cell {letters(column)}{row}"

    def text(self, row: int, column: int) -> str:
        """Return what a cell holds; empty where it holds nothing.

        Parameters
        ----------
        row, column : int
            From 1.

        Returns
        -------
        str
        """
        return self.rows.get(row, {}).get(column, "")

    def faults(self, first: int, last: int) -> list[Fault]:
        """Return what stands in the way of reading some rows: merged cells, and cells that hold no value.

        Parameters
        ----------
        first, last : int
            Rows, both included.

        Returns
        -------
        list of Fault
        """
        found = [
            Fault(
                where=self.at(*place),
                problem=what,
                wanted="a value",
                hint="open it in a spreadsheet program and save it again" if "formula" in what else "",
            )
            for place, what in sorted(self.strange.items())
            if first <= place[0] <= last
        ]
        for merged in self.merged:
            top, left, bottom, _ = bounds_of(merged)
            if top <= last and bottom >= first:
                hint = "unmerge them, and write the value into each"
                problem = f"the cells {merged} are merged"
                found.append(
                    Fault(where=self.at(top, left), problem=problem, wanted="one value per cell", hint=hint)
                )
        if len(found) > SHOWN_CELLS:
            more = Fault(where=self.name, problem=f"and {len(found) - SHOWN_CELLS:,} more such cells")
            found = [*found[:SHOWN_CELLS], more]
        return found

    def table(self, header: int | None = None, last: int | None = None) -> pd.DataFrame:
        """Return a table of the sheet as a frame of text.

        Parameters
        ----------
        header : int, optional
            The row with the names of the columns; the first row that holds anything if left out.
        last : int, optional
            The last row to read; all if left out.

        Returns
        -------
        DataFrame of str
            Index ``line``: the row of the sheet. Rows without any text are no rows. Messages about its cells name
            their addresses.

        Raises
        ------
        TableError
            For a sheet without a header, columns without a name or of one name, merged cells, and formulas without a
            stored value: all of them.
        """
        import pandas as pd  # noqa: PLC0415 - only where a file is read

        header = min(self.rows, default=0) if header is None else header
        last = max(self.rows, default=0) if last is None else last
        faults = self.faults(header, last)
        names = self._header(header, last, faults)
        if faults:
            raise TableError(*faults)
        kept = [row for row in sorted(self.rows) if header < row <= last]
        columns = {name: [self.text(row, column) for row in kept] for column, name in names.items()}
        frame = pd.DataFrame(columns, columns=list(columns), dtype=str)
        frame.index = pd.Index(kept, name="line", dtype="int64")
        frame.attrs = {
            "source": self.name,
            "letters": {name: letters(column) for column, name in names.items()},
        }
        return frame

    def _header(self, header: int, last: int, faults: list[Fault]) -> dict[int, str]:
        names = {
            column: unicodedata.normalize("NFC", text).strip()
            for column, text in sorted(self.rows.get(header, {}).items())
        }
        if not any(names.values()):
            wanted = "a row with the names of the columns"
            faults.append(Fault(where=self.name, problem="the sheet is empty", wanted=wanted))
            return {}
        seen: dict[str, int] = {}
        for column, name in names.items():
            if name in seen:
                first = f"{letters(seen[name])}{header}"
                problem = f"the column {shown(name)} stands already in {first}"
                faults.append(
                    Fault(where=self.at(header, column), problem=problem, wanted="each column once")
                )
            seen.setdefault(name, column)
        used = sorted(
            {column for row, cells in self.rows.items() if header < row <= last for column in cells}
        )
        for column in [column for column in used if not names.get(column)][:SHOWN_CELLS]:
            problem = f"column {letters(column)} has no name, and there are values below"
            faults.append(Fault(where=self.at(header, column), problem=problem, wanted="a name"))
        return names


def letters(column: int) -> str:
    """Return a column as spreadsheets call it.

    Parameters
    ----------
    column : int
        From 1.

    Returns
    -------
    str

    Examples
    --------
    >>> letters(1), letters(27), letters(16384)
    ('A', 'AA', 'XFD')
    """
    text = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def column_of(text: str) -> int:
    """Return the number of a column from its letters.

    Parameters
    ----------
    text : str

    Returns
    -------
    int
        From 1.

    Examples
    --------
    >>> column_of("XFD")
    16384
    """
    number = 0
    for letter in text:
        number = 26 * number + ord(letter) - 64
    return number


def bounds_of(span: str) -> tuple[int, int, int, int]:
    """Return a range as top, left, bottom, right, all from 1 and included.

    Parameters
    ----------
    span : str
        ``B2:C3``, or one cell.

    Returns
    -------
    tuple of int

    Raises
    ------
    ValueError
        If it is no range.

    Examples
    --------
    >>> bounds_of("B2:C3")
    (2, 2, 3, 3)
    """
    match = _RANGE.fullmatch(span)
    if match is None:
        raise ValueError(f"{span!r} is no range of cells")
    left, top, right, bottom = match.groups()
    return int(top), column_of(left), int(bottom or top), column_of(right or left)
