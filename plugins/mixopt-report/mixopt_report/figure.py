"""A chart with its words and its numbers: what is found, how to read it, a wide and a narrow drawing, the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Drawing = Callable[[bool], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell of a table: its text, and what it is (``tie``, ``clear``, ``muted``, ``binds``)."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of texts; the first column names the rows.

    Parameters
    ----------
    caption : str
        Read aloud; not shown.
    head : tuple of Cell
        `kind` is the name of a plan's colour, where the column is a plan's.
    groups : tuple of (str, rows)
        Rows under a heading; an empty heading is not shown. A row is a tuple of Cell.
    """

    caption: str
    head: tuple[Cell, ...]
    groups: tuple[tuple[str, tuple[tuple[Cell, ...], ...]], ...]

    @property
    def rows(self) -> tuple[tuple[Cell, ...], ...]:
        """All rows, without the headings."""
        return tuple(row for _, rows in self.groups for row in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A chart as a page shows it.

    Parameters
    ----------
    name : str
        Letters and hyphens: its place in the page.
    title : str
        What is found, a sentence without full stop.
    subtitle : str
        Definition, unit, how to read it.
    said : str
        The chart in words, for those who do not see it.
    table : Table
        Its numbers.
    draw : callable
        ``draw(wide)`` returns the Altair chart.
    span : str
        ``wide`` takes the whole page, ``large`` and ``small`` share a row.
    """

    name: str
    title: str
    subtitle: str
    said: str
    table: Table
    draw: Drawing = field(repr=False)
    span: str = "half"


def row(*texts: str | Cell) -> tuple[Cell, ...]:
    """Return a row of a table.

    Parameters
    ----------
    *texts : str or Cell

    Returns
    -------
    tuple of Cell
    """
    return tuple(text if isinstance(text, Cell) else Cell(text=text) for text in texts)


def table(caption: str, head: tuple[Cell, ...], rows: list[tuple[Cell, ...]]) -> Table:
    """Return a table without groups.

    Parameters
    ----------
    caption : str
    head : tuple of Cell
    rows : list of tuple of Cell

    Returns
    -------
    Table
    """
    return Table(caption=caption, head=head, groups=(("", tuple(rows)),))
