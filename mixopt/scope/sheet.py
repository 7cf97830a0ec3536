"""One table while it is checked: columns become arrays, and every bad cell is remembered by row and column.

Cells are judged as whole columns. Text goes to numbers through Python's own correctly rounded conversion; numbers of
an embedded frame pass through untouched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from mixopt.errors import Fault, TableError, shown
from mixopt.scope.labels import cleaned, near_duplicates, refused
from mixopt.scope.scope import Floats, Indices
from mixopt.scope.units import LARGEST

if TYPE_CHECKING:
    import pandas as pd

SHOWN_CELLS = 20
_FAST = re.compile(r"[0-9eE+.\n-]*")
_NUMBER = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_GROUPED = re.compile(r"^[-+]?[0-9]{1,3}(?:[ ',._\u00a0\u202f][0-9]{3})+(?:[.,][0-9]+)?$")
Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Column:
    """What a column of a table must hold.

    Parameters
    ----------
    name : str
        As the header writes it, lower_snake.
    kind : {"text", "number", "fraction"}
        A fraction may be written as ``60%`` or ``0.6``.
    required : bool
        Whether the column must be there. One that is there has no empty cells, except for text that is not required.
    default : str or float, optional
        Stands in for a column that is left out and for empty cells; the column is then not required.
    ge, gt, le, lt : float, optional
        At least, above, at most, below.
    unit : str
        Of a number, for messages.
    description : str
        For messages and documentation.
    """

    name: str
    kind: Literal["text", "number", "fraction"] = "text"
    required: bool = True
    default: str | float | None = None
    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    lt: float | None = None
    unit: str = ""
    description: str = ""

    @property
    def needed(self) -> bool:
        """Whether a table without the column is wrong."""
        return self.required and self.default is None

    def wanted(self) -> str:
        """Return in words what a cell must hold.

        Returns
        -------
        str
        """
        if self.kind == "text":
            return "text"
        limits = (("at least", self.ge), ("above", self.gt), ("at most", self.le), ("below", self.lt))
        said = " and ".join(f"{word} {limit:g}" for word, limit in limits if limit is not None)
        text = "a number" if self.kind == "number" else "a share such as 60% or 0.6"
        return f"{text} {said}".rstrip() + (f", {self.unit}" if self.unit else "")


@dataclass(frozen=True, slots=True)
class _Marked:
    rows: Indices
    column: str
    tell: Callable[[int], tuple[str, str, str]]  # row -> problem, wanted, hint


class Sheet:
    """A table and the faults found in it.

    Parameters
    ----------
    frame : DataFrame
        As read from a file (text), or as a caller's program made it.
    name : str
        The table as messages write it.
    """

    def __init__(self, frame: pd.DataFrame, name: str) -> None:
        self.frame = frame
        self.name = str(frame.attrs.get("source") or name)
        self._faults: list[Fault] = []
        self._marked: list[_Marked] = []
        self._check_header()

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

    def expect(self, columns: Sequence[Column]) -> None:
        """Note what is missing of some columns, and what looks like a misspelt one.

        Parameters
        ----------
        columns : sequence of Column
        """
        have = [str(name) for name in self.frame.columns]
        known = {column.name for column in columns}
        others = [name for name in have if name not in known]
        for column in columns:
            if self.has(column.name):
                continue
            near = [name for name in others if name.strip().casefold() == column.name]
            near += get_close_matches(column.name, others, n=1, cutoff=0.6 if column.needed else 0.85)
            if column.needed:
                about = f"{column.wanted()}: {column.description}" if column.description else column.wanted()
                hint = f"rename column {shown(near[0])}" if near else ""
                self.fault(f"there is no column {shown(column.name)}", wanted=about, hint=hint)
            elif near:
                self.fault(
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
        codes, names, strange = _names(self.frame[column.name].iloc[rows])
        for place, said in refused(names).items():
            self.mark(rows[codes == place], column.name, lambda row, said=said: (said, "a name", ""))
        if len(strange):
            wanted, hint = "text", f"frame['{column.name}'].astype(str)"
            self.mark(
                rows[strange],
                column.name,
                lambda row: (f"{self.cell(row, column.name)} is no text", wanted, hint),
            )
        found: Texts = (
            np.array(names, dtype=object)[codes] if len(names) else np.full(len(rows), "", dtype=object)
        )
        empty = np.asarray(found == "", dtype=bool)
        empty[strange] = False
        if column.default is not None:
            found[empty] = column.default
        elif column.required:
            self.mark(rows[empty], column.name, lambda _: ("the cell is empty", column.wanted(), ""))
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
            Zeros in cells that are wrong.
        """
        rows = np.arange(self.rows) if rows is None else rows
        default = float(column.default) if column.default is not None else None
        if not self.has(column.name):
            return np.full(len(rows), 0.0 if default is None else default)
        values, empty, bad = numbers(self.frame[column.name].iloc[rows], percent=column.kind == "fraction")
        if default is None:
            self.mark(rows[empty], column.name, lambda _: ("the cell is empty", column.wanted(), ""))
        self.mark(rows[bad], column.name, lambda row: (*self._no_number(row, column),))
        good = ~empty & ~bad
        for word, broken in (
            ("at least", column.ge is not None and values < column.ge),
            ("above", column.gt is not None and values <= column.gt),
            ("at most", column.le is not None and values > column.le),
            ("below", column.lt is not None and values >= column.lt),
        ):
            limit = {"at least": column.ge, "above": column.gt, "at most": column.le, "below": column.lt}[
                word
            ]
            said = f"is not {word} {limit:g}" if limit is not None else ""
            self.mark(
                rows[good & broken],
                column.name,
                lambda row, said=said: (f"{self.cell(row, column.name)} {said}", column.wanted(), ""),
            )
        values[~good] = 0.0
        if default is not None:
            values[empty] = default
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
                rows = np.array([row])
                self.mark(rows, key, lambda _, said=said: (said, "one spelling for each name", ""))
        frame = pd.DataFrame(dict(zip(keys, texts, strict=True)))
        whole = np.logical_and.reduce([np.asarray(column != "", dtype=bool) for column in texts])
        twice = np.flatnonzero(frame.duplicated().to_numpy() & whole)
        if len(twice):
            group = frame.groupby(list(keys), sort=False).ngroup().to_numpy()
            _, first_of = np.unique(group, return_index=True)

            def said_twice(row: int) -> tuple[str, str, str]:
                names = ", ".join(str(column[row]) for column in texts)
                return f"{shown(names)} stands already in row {first_of[group[row]] + 1}", "each key once", ""

            self.mark(twice, ", ".join(keys), said_twice)

    def fault(self, problem: str, *, column: str = "", wanted: str = "", hint: str = "") -> None:
        """Note a fault of the whole table or of a column.

        Parameters
        ----------
        problem, wanted, hint : str
            As in :class:`Fault`.
        column : str
        """
        where = f"{self.name}: column {column}" if column else self.name
        fault = Fault(where=where, problem=problem, wanted=wanted, hint=hint)
        if fault not in self._faults:
            self._faults.append(fault)

    def mark(self, rows: Indices, column: str, tell: Callable[[int], tuple[str, str, str]]) -> None:
        """Note bad cells of a column.

        Parameters
        ----------
        rows : ndarray of int64
            Positions from 0.
        column : str
        tell : callable
            ``tell(row)`` returns problem, wanted and hint; called for the cells that are shown.
        """
        if len(rows):
            self._marked.append(_Marked(np.asarray(rows, dtype=np.int64), column, tell))

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
        return shown(self.frame[column].iloc[row])

    def where(self, row: int, column: str) -> str:
        """Return where a cell stands: ``cells.csv: row 3 (line 4), column scale``.

        Parameters
        ----------
        row : int
            Position from 0.
        column : str

        Returns
        -------
        str
        """
        line = f" (line {self.frame.index[row]})" if self.frame.index.name == "line" else ""
        return f"{self.name}: row {row + 1}{line}, column {shown(column)[1:-1]}"

    def faults(self) -> tuple[Fault, ...]:
        """Return all faults: those of the table, then bad cells by row, at most 20 of them and a count of the rest.

        Returns
        -------
        tuple of Fault
        """
        if not self._marked:
            return tuple(self._faults)
        rows = np.concatenate([marked.rows for marked in self._marked])
        owner = np.repeat(np.arange(len(self._marked)), [len(marked.rows) for marked in self._marked])
        order = np.lexsort((owner, rows))[:SHOWN_CELLS]
        cells = []
        for row, which in zip(rows[order].tolist(), owner[order].tolist(), strict=True):
            marked = self._marked[which]
            problem, wanted, hint = marked.tell(row)
            cells.append(
                Fault(where=self.where(row, marked.column), problem=problem, wanted=wanted, hint=hint)
            )
        if len(rows) > SHOWN_CELLS:
            cells.append(Fault(where=self.name, problem=f"and {len(rows) - SHOWN_CELLS:,} more bad cells"))
        return (*self._faults, *cells)

    def settle(self) -> None:
        """Raise what was noted.

        Raises
        ------
        TableError
            If anything was.
        """
        if faults := self.faults():
            raise TableError(*faults)

    def _check_header(self) -> None:
        names = [name for name in self.frame.columns if not isinstance(name, str)]
        for name in names[:SHOWN_CELLS]:
            self.fault(
                f"the column name {shown(name)} is no text",
                wanted="names of columns",
                hint="frame.columns.astype(str)",
            )
        seen: dict[str, int] = {}
        for place, name in enumerate(self.frame.columns, 1):
            if name in seen:
                problem = f"the column {shown(name)} stands twice, in places {seen[name]} and {place}"
                self.fault(problem, wanted="each column once")
            seen.setdefault(name, place)
        if self._faults:
            self.settle()

    def _no_number(self, row: int, column: Column) -> tuple[str, str, str]:
        value = self.frame[column.name].iloc[row]
        text = value.strip() if isinstance(value, str) else ""
        hint = ""
        if re.fullmatch(r"[-+]?[0-9]+,[0-9]{1,2}|[-+]?[0-9]+,[0-9]{4,}", text):
            hint = f"a decimal point: {text.replace(',', '.')}"
        elif _GROUPED.match(text):
            hint = "no separators between thousands"
        elif text.endswith("%") and column.kind == "number":
            hint = "a plain number without %"
        if re.fullmatch(_NUMBER, text) or isinstance(value, (int, float)) and not isinstance(value, bool):
            return f"{shown(value)} is no number of magnitude at most {LARGEST:g}", column.wanted(), hint
        return f"{shown(value)} is no number", column.wanted(), hint


def numbers(series: pd.Series[Any], *, percent: bool = False) -> tuple[Floats, Flags, Flags]:
    """Return a series as numbers, which of its cells are empty, and which hold no finite number.

    Parameters
    ----------
    series : Series
        Text, numbers or both. ``None`` and ``NA`` are empty; ``NaN`` in a column of floats is bad.
    percent : bool
        Whether ``60%`` reads as 0.6.

    Returns
    -------
    values : ndarray of float64
        Meaningless where empty or bad.
    empty, bad : ndarray of bool
    """
    import pandas as pd  # noqa: PLC0415 - the scope stays light to import

    if pd.api.types.is_bool_dtype(series.dtype) or pd.api.types.is_complex_dtype(series.dtype):
        return np.zeros(len(series)), np.zeros(len(series), dtype=bool), np.ones(len(series), dtype=bool)
    if pd.api.types.is_numeric_dtype(series.dtype):
        masked = not isinstance(series.dtype, np.dtype)
        empty = series.isna().to_numpy(dtype=bool) if masked else np.zeros(len(series), dtype=bool)
        values = series.to_numpy(dtype=np.float64, na_value=np.nan)
        return np.array(values), empty, ~empty & ~(np.abs(values) <= LARGEST)
    texts = texts_of(series)
    values = np.zeros(len(texts))
    if _FAST.fullmatch("\n".join(texts.tolist())):  # nothing but digits, signs, points and exponents
        empty = np.asarray(texts == "", dtype=bool)
        try:
            values[~empty] = texts[~empty].astype(np.float64)
        except ValueError:
            pass
        else:
            return values, empty, ~empty & _lost(values, texts)
    cells = pd.Series(texts, dtype=str).str.strip()
    empty = (cells == "").to_numpy(dtype=bool)
    shares = cells.str.endswith("%").to_numpy(dtype=bool) if percent else np.zeros(len(cells), dtype=bool)
    if shares.any():
        cells = cells.where(~shares, cells.str.slice(0, -1).str.strip())
    bad = ~empty & ~cells.str.fullmatch(_NUMBER).to_numpy(dtype=bool)
    plain = cells.to_numpy(dtype=object)
    values[~empty & ~bad] = plain[~empty & ~bad].astype(np.float64)
    bad |= ~empty & ~bad & _lost(values, plain)
    return np.where(shares, values / 100.0, values), empty, bad


def texts_of(series: pd.Series[Any]) -> Texts:
    """Return cells as text: empty where there is none, numbers as Python writes them.

    Parameters
    ----------
    series : Series

    Returns
    -------
    ndarray of str
    """
    import pandas as pd  # noqa: PLC0415 - the scope stays light to import

    cells = series.to_numpy(dtype=object)
    if pd.api.types.infer_dtype(cells, skipna=False) == "string":
        return cells
    return np.array([_text_of(cell) for cell in cells.tolist()], dtype=object)


def _text_of(cell: Any) -> str:
    import pandas as pd  # noqa: PLC0415 - the scope stays light to import

    if isinstance(cell, str):
        return cell
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return ""
    return repr(float(cell)) if isinstance(cell, (float, np.floating)) else str(cell)


def _lost(values: Floats, texts: Texts) -> Flags:
    """Return which numbers overflowed, or became zero though they were written as something else."""
    bad = ~(np.abs(values) <= LARGEST)
    for place in np.flatnonzero(values == 0.0):
        bad[place] |= re.search("[1-9]", re.split("[eE]", texts[place])[0]) is not None
    return bad


def _names(series: pd.Series[Any]) -> tuple[Indices, list[str], Indices]:
    """Return codes into the distinct names of a text column, the names cleaned, and the rows that hold no text."""
    import pandas as pd  # noqa: PLC0415 - the scope stays light to import

    integers = pd.api.types.is_integer_dtype(series.dtype)
    cells = (
        series.to_numpy(dtype=object)
        if not integers
        else series.astype("Int64").to_numpy(dtype=object, na_value=None)
    )
    codes, uniques = pd.factorize(cells, use_na_sentinel=True)
    raw = [
        str(name) if isinstance(name, (str, int, np.integer)) and not isinstance(name, bool) else None
        for name in uniques
    ]
    strange = np.array([name is None for name in raw] + [False], dtype=bool)[codes]
    if pd.api.types.is_float_dtype(series.dtype):
        strange |= True
    names = [cleaned(name or "") for name in raw]
    codes = np.where(codes < 0, len(names), codes).astype(np.int64)
    return codes, [*names, ""], np.flatnonzero(strange).astype(np.int64)
