"""Faults of one table: those of the whole, and bad cells, of which the first are told and the rest counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from mixopt.errors import Fault, TableError, printable
from mixopt.scope.scope import Indices

SHOWN_CELLS = 20
Said = str | Callable[[int], str]  # a function gets the row, from 0


@dataclass(frozen=True, slots=True)
class _Marked:
    rows: Indices
    column: str
    problem: Said
    wanted: str
    hint: Said


@dataclass(frozen=True, slots=True)
class BadCells:
    """Gathers the faults of one table.

    Parameters
    ----------
    name : str
        The table as messages write it.
    lines : ndarray of int64, optional
        Each row's line in its file.
    letters : Mapping of str to str
        Where the table stands in a sheet: each column's letters; cells are then told by their addresses.
    """

    name: str
    lines: Indices | None = None
    letters: Mapping[str, str] = field(default_factory=dict)
    _faults: list[Fault] = field(default_factory=list)
    _marked: list[_Marked] = field(default_factory=list)

    def fault(self, problem: str, *, wanted: str = "", hint: str = "") -> None:
        """Note a fault of the whole table.

        Parameters
        ----------
        problem, wanted, hint : str
            As in :class:`Fault`.
        """
        fault = Fault(where=self.name, problem=problem, wanted=wanted, hint=hint)
        if fault not in self._faults:
            self._faults.append(fault)

    def adopt(self, faults: Iterable[Fault]) -> None:
        """Note faults that whoever read the table found already.

        Parameters
        ----------
        faults : iterable of Fault
        """
        self._faults.extend(fault for fault in faults if fault not in self._faults)

    def mark(self, rows: Indices, column: str, problem: Said, wanted: str = "", hint: Said = "") -> None:
        """Note bad cells of a column.

        Parameters
        ----------
        rows : ndarray of int64
            From 0.
        column : str
        problem, hint : str, or callable that gets the row
        wanted : str
        """
        if len(rows):
            self._marked.append(_Marked(np.asarray(rows, dtype=np.int64), column, problem, wanted, hint))

    @property
    def any(self) -> bool:
        """Whether anything was noted."""
        return bool(self._faults or self._marked)

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
        cells = [
            self._told(self._marked[which], row) for row, which in zip(rows[order], owner[order], strict=True)
        ]
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

    def _told(self, marked: _Marked, row: int) -> Fault:
        return Fault(
            where=self._where(row, marked.column),
            problem=marked.problem if isinstance(marked.problem, str) else marked.problem(int(row)),
            wanted=marked.wanted,
            hint=marked.hint if isinstance(marked.hint, str) else marked.hint(int(row)),
        )

    def _where(self, row: int, column: str) -> str:
        if self.lines is not None and self.letters:
            letters = self.letters.get(column, self.letters.get(column.split(", ", maxsplit=1)[0], ""))
            place = f"cell {letters}{self.lines[row]}" if letters else f"row {self.lines[row]}"
            return f"{self.name}, {place} ({printable(column)})"
        line = "" if self.lines is None else f" (line {self.lines[row]})"
        return f"{self.name}: row {row + 1}{line}, column {printable(column)}"
