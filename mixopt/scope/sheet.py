"""One table while it is checked: its columns become arrays, and every bad cell is remembered by row and column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import numpy as np

from mixopt.errors import shown
from mixopt.scope.bad_cells import BadCells
from mixopt.scope.column import Column
from mixopt.scope.labels import Texts, names_of, near_duplicates, refused
from mixopt.scope.numbers import NUMBER, numbers
from mixopt.scope.scope import Floats, Indices
from mixopt.scope.units import LARGEST

if TYPE_CHECKING:
    import pandas as pd

_GROUPED = re.compile(r"[-+]?[0-9]{1,3}(?:[ ',._\u00a0\u202f][0-9]{3})+(?:[.,][0-9]+)?")
_COMMA = re.compile(r"[-+]?[0-9]*,(?:[0-9]{1,2}|[0-9]{4,})")


class Sheet:
    """A table and the faults found in it.

    Parameters
    ----------
    frame : DataFrame
        As read from a file (text), or as a caller's program made it.
    name : str
        The table as messages write it.

    Attributes
    ----------
    bad : BadCells
        What was found wrong so far.

    Raises
    ------
    TableError
        If the names of the columns are no texts, or one stands twice.
    """

    def __init__(self, frame: pd.DataFrame, name: str) -> None:
        self.frame = frame
        numbered = frame.index.name == "line" and frame.index.dtype.kind == "i"
        lines = frame.index.to_numpy(dtype=np.int64) if numbered else None
        self.bad = BadCells(str(frame.attrs.get("source") or name), lines, frame.attrs.get("letters", {}))
        self._check_header()
        self.bad.adopt(frame.attrs.get("faults", ()))

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.frame)

    def has(self, column: str) -> bool:
        """Return whether the table has a column.

        Parameters
        ----------
        column : str

        Returns
        -------
        bool
        """
        return column in self.frame.columns

    def cell(self, row: int, column: str) -> str:
        """Return a cell as a message may show it.

        Parameters
        ----------
        row : int
        column : str

        Returns
        -------
        str
        """
        return shown(self._value(row, column))

    def _value(self, row: int, column: str) -> Any:
        value = self.frame[column].iloc[row]
        return value.item() if isinstance(value, np.generic) else value

    def expect(self, columns: Sequence[Column]) -> None:
        """Note what is missing of some columns, and what looks like a misspelt one.

        Parameters
        ----------
        columns : sequence of Column
            All that mean something in this table: none of them is a misspelling of another.
        """
        names = {column.name for column in columns}
        others = [name for name in map(str, self.frame.columns) if name not in names]
        for column in columns:
            if self.has(column.name):
                continue
            near = [name for name in others if name.strip().casefold() == column.name]
            near += get_close_matches(column.name, others, n=1, cutoff=0.6 if column.needed else 0.85)
            if column.needed:
                about = f"{column.wanted()}: {column.description}" if column.description else column.wanted()
                hint = f"rename column {shown(near[0])}" if near else ""
                hint = "frame.reset_index()" if column.name in self.frame.index.names else hint
                self.bad.fault(f"there is no column {shown(column.name)}", wanted=about, hint=hint)
            elif near:
                self.bad.fault(
                    f"column {shown(near[0])} looks like {shown(column.name)}, which is not there",
                    wanted="names that cannot be mistaken for another column",
                    hint=f"rename it to {column.name}, or to something else",
                )

    def text(self, column: Column, rows: Indices | None = None) -> Texts:
        """Return a column of names: NFC, without spaces around, printable.

        Parameters
        ----------
        column : Column
        rows : ndarray of int64, optional
            Rows to read; all if left out.

        Returns
        -------
        ndarray of str
            Empty text in cells that are wrong.
        """
        rows = np.arange(self.rows) if rows is None else rows
        if not self.has(column.name):
            return np.full(len(rows), column.default or "", dtype=object)
        found, codes, names, strange = names_of(self.frame[column.name].iloc[rows])
        for place, said in refused(names).items():
            self.bad.mark(rows[codes == place], column.name, said, "a name that people can see")
        if len(strange):
            hint = f"frame['{column.name}'].astype(str)"
            self.bad.mark(rows[strange], column.name, self._no_text(column), "text", hint)
        empty = np.asarray(found == "", dtype=bool)
        empty[strange] = False
        if column.default is not None:
            found[empty] = column.default
        elif column.required:
            self.bad.mark(rows[empty], column.name, "the cell is empty", column.wanted())
        return found

    def number(self, column: Column, rows: Indices | None = None) -> Floats:
        """Return a column of finite numbers within the column's limits.

        Parameters
        ----------
        column : Column
        rows : ndarray of int64, optional
            Rows to read; all if left out.

        Returns
        -------
        ndarray of float64
            NaN in cells that are wrong.
        """
        rows = np.arange(self.rows) if rows is None else rows
        default = None if column.default is None else float(column.default)
        if not self.has(column.name):
            return np.full(len(rows), np.nan if default is None else default)
        values, empty, bad = numbers(self.frame[column.name].iloc[rows], percent=column.kind == "fraction")
        if default is None:
            self.bad.mark(rows[empty], column.name, "the cell is empty", column.wanted())
        self.bad.mark(rows[bad], column.name, self._no_number(column), column.wanted(), self._hint(column))
        wrong = empty | bad
        for word, limit in column.limits():
            breaks = ~empty & ~bad & ~_COMPARE[word](values, limit)
            self.bad.mark(rows[breaks], column.name, self._outside(column, word, limit), column.wanted())
            wrong |= breaks
        values[wrong] = np.nan
        values[empty] = np.nan if default is None else default
        return values

    def check_keys(self, keys: Sequence[str], texts: Sequence[Texts]) -> None:
        """Note keys that stand twice, and keys that differ by case or spaces alone.

        Parameters
        ----------
        keys : sequence of str
            Names of the key columns.
        texts : sequence of ndarray of str
            The columns as :meth:`text` returned them.
        """
        import pandas as pd  # noqa: PLC0415 - the scope stays light to import

        for key, column in zip(keys, texts, strict=True):
            for later, first, row, at in near_duplicates(column):
                said = f"{shown(later)} and {shown(first)} in row {at + 1} differ by case or spaces alone"
                self.bad.mark(np.array([row]), key, said, "one spelling for each name")
        frame = pd.DataFrame(dict(zip(keys, texts, strict=True)))
        whole = np.logical_and.reduce([np.asarray(column != "", dtype=bool) for column in texts])
        twice = np.flatnonzero(frame.duplicated().to_numpy() & whole)
        if not len(twice):
            return
        group = frame.groupby(list(keys), sort=False).ngroup().to_numpy()
        _, first_of = np.unique(group, return_index=True)

        def said_twice(row: int) -> str:
            names = ", ".join(str(column[row]) for column in texts)
            return f"{shown(names)} stands already in row {first_of[group[row]] + 1}"

        self.bad.mark(twice, ", ".join(keys), said_twice, "each key once")

    def _check_header(self) -> None:
        seen: dict[Any, int] = {}
        columns: list[Any] = list(self.frame.columns)
        for place, name in enumerate(columns, 1):
            if not isinstance(name, str):
                problem = f"the column name {shown(str(name))} is no text"
                self.bad.fault(problem, wanted="names of columns", hint="frame.columns.astype(str)")
            if name in seen:
                problem = f"the column {shown(name)} stands twice, in places {seen[name]} and {place}"
                self.bad.fault(problem, wanted="each column once")
            seen.setdefault(name, place)
        self.bad.settle()

    def _no_text(self, column: Column) -> Any:
        return lambda row: f"{self.cell(row, column.name)} is no text"

    def _outside(self, column: Column, word: str, limit: float) -> Any:
        return lambda row: f"{self.cell(row, column.name)} is not {word} {limit:g}"

    def _no_number(self, column: Column) -> Any:
        def said(row: int) -> str:
            value = self._value(row, column.name)
            text = value.strip() if isinstance(value, str) else str(value)
            if re.fullmatch(NUMBER, text):
                return f"{shown(value)} is no number of magnitude at most {LARGEST:g} that a double can hold"
            return f"{shown(value)} is no finite number"

        return said

    def _hint(self, column: Column) -> Any:
        def said(row: int) -> str:
            text = str(self.frame[column.name].iloc[row]).strip()
            if _COMMA.fullmatch(text):
                return f"a decimal point: {text.replace(',', '.')}"
            if _GROUPED.fullmatch(text):
                return "no separators between thousands"
            return "a plain number, without %" if text.endswith("%") and column.kind == "number" else ""

        return said


_COMPARE = {
    "at least": np.greater_equal,
    "above": np.greater,
    "at most": np.less_equal,
    "below": np.less,
}
