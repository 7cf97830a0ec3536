"""A table in plain text: the first column left, the others right, widths by what a terminal shows."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

GAP = "   "

Row = Sequence[str]


def grid(head: Row, rows: Sequence[Row]) -> list[str]:
    """Return a table as lines of text.

    Parameters
    ----------
    head : sequence of str
        One per column.
    rows : sequence of sequences of str

    Returns
    -------
    list of str
        The head, then the rows, without trailing blanks.
    """
    widths = [max(cell_len(row[k]) for row in (head, *rows)) for k in range(len(head))]
    return [_line(row, widths) for row in (head, *rows)]


def width(head: Row, rows: Sequence[Row]) -> int:
    """Return how many columns of a terminal a table takes.

    Parameters
    ----------
    head : sequence of str
    rows : sequence of sequences of str

    Returns
    -------
    int
    """
    return max((cell_len(line) for line in grid(head, rows)), default=0)


def blocks(head: Row, rows: Sequence[Row]) -> list[str]:
    """Return a table as one block per row, for narrow terminals: the row's name, then a line per column.

    Parameters
    ----------
    head : sequence of str
    rows : sequence of sequences of str

    Returns
    -------
    list of str
    """
    names = max((cell_len(name) for name in head[1:]), default=0)
    values = max((cell_len(cell) for row in rows for cell in row[1:]), default=0)
    lines = []
    for row in rows:
        lines.append(row[0])
        for name, cell in zip(head[1:], row[1:], strict=True):
            if cell:
                lines.append(f"  {pad(name, names)}  {' ' * (values - cell_len(cell))}{cell}")
    return lines


def pad(text: str, columns: int) -> str:
    """Return a text filled up with blanks to a number of terminal columns.

    Parameters
    ----------
    text : str
    columns : int

    Returns
    -------
    str
    """
    return text + " " * max(columns - cell_len(text), 0)


def wrapped(text: str, columns: int, indent: str = "") -> list[str]:
    """Return a sentence broken into lines.

    Parameters
    ----------
    text : str
    columns : int
    indent : str
        In front of every line but the first.

    Returns
    -------
    list of str
        A single word that is too long stands on a line of its own.
    """
    lines: list[str] = []
    line = text[: len(text) - len(text.lstrip(" "))]
    for word in text.split():
        trial = f"{line} {word}" if line.strip() else line + word
        if line.strip() and cell_len(trial) > columns:
            lines.append(line)
            trial = indent + word
        line = trial
    return [*lines, line] if line.strip() else lines


def _line(row: Row, widths: Sequence[int]) -> str:
    cells = [pad(row[0], widths[0])]
    cells += [" " * (size - cell_len(cell)) + cell for cell, size in zip(row[1:], widths[1:], strict=True)]
    return GAP.join(cells).rstrip()
