"""CSV as a frame of pure text: comma-separated, UTF-8, every row as wide as the header, nothing guessed.

The mark that mixopt's own files put in front of text that a spreadsheet would run is taken off again.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from mixopt.errors import Fault, TableError, shown
from mixopt.scope.cell_text import unescaped
from mixopt.scope.scope import Indices

if TYPE_CHECKING:
    import pandas as pd

SHOWN_ROWS = 20
_CHUNK = 100_000


def parse_csv(content: bytes, name: str) -> pd.DataFrame:
    """Return a CSV file as a frame of text, exactly as written, except for the mark of :mod:`mixopt.scope.cell_text`.

    Parameters
    ----------
    content : bytes
    name : str

    Returns
    -------
    DataFrame of str
        Index ``line``: the line of the file on which each row ends.

    Raises
    ------
    TableError
        For other encodings, rows of another width than the header, and names of columns that are empty or stand twice.
    """
    import pandas as pd  # noqa: PLC0415 - only where a file is read

    text = _decoded(content, name)
    blocks = _quoted(text, name) if '"' in text else _unquoted(text)
    first = next(blocks, None)
    header = _header([unescaped(column) for column in first.rows[0]] if first else [], name)
    marked = "'" in text
    parts: list[pd.DataFrame] = []
    lines: list[Indices] = []
    for block in blocks:
        _check_widths(name, len(header), block)
        columns = block.columns(header)
        if marked:
            columns = {column: list(map(unescaped, cells)) for column, cells in columns.items()}
        parts.append(pd.DataFrame(columns, dtype=str))
        lines.append(block.lines)
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=header, dtype=str)
    frame.index = pd.Index(np.concatenate([np.zeros(0, dtype=np.int64), *lines]), name="line")
    return frame


@dataclass(frozen=True, slots=True)
class _Block:
    """Some rows: split into fields already, or as lines without any quotes."""

    lines: Indices
    widths: Indices
    rows: list[list[str]]
    plain: list[str]

    def columns(self, header: list[str]) -> dict[str, Any]:
        if self.plain:
            fields = ",".join(self.plain).split(",")
            return {name: fields[place :: len(header)] for place, name in enumerate(header)}
        return dict(zip(header, zip(*self.rows, strict=True), strict=True))


def _unquoted(text: str) -> Iterator[_Block]:
    """Yield the header, then blocks of rows; a blank line is no row."""
    at = np.zeros(0, dtype=np.int64)
    written = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = [number for number, line in enumerate(written) if line]
    if kept:
        yield _Block(at, at, [written[kept[0]].split(",")], [])
    for start in range(1, len(kept), _CHUNK):
        some = kept[start : start + _CHUNK]
        plain = [written[number] for number in some]
        widths = np.fromiter((line.count(",") + 1 for line in plain), dtype=np.int64, count=len(plain))
        yield _Block(np.array(some, dtype=np.int64) + 1, widths, [], plain)


def _quoted(text: str, name: str) -> Iterator[_Block]:
    """Yield the header, then blocks of rows; a row's line is the one on which it ends."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    size = 1
    try:
        while block := list(islice(((reader.line_num, row) for row in reader if row), size)):
            rows = [row for _, row in block]
            widths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
            yield _Block(np.array([line for line, _ in block], dtype=np.int64), widths, rows, [])
            size = _CHUNK
    except csv.Error as reason:
        raise _refused(name, reader.line_num, f"no CSV: {reason}") from None


def _refused(name: str, line: int, problem: str, wanted: str = "", hint: str = "") -> TableError:
    where = f"{name}: line {line}" if line else name
    return TableError(Fault(where=where, problem=problem, wanted=wanted, hint=hint))


def _decoded(content: bytes, name: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _refused(name, 0, "the file is UTF-16", "UTF-8", "save it as 'CSV UTF-8'")
    if content.startswith((b"PK\x03\x04", b"\x1f\x8b", b"PAR1")):
        raise _refused(name, 0, "the file is no text", "a CSV file, not compressed")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as reason:
        line = content.count(b"\n", 0, reason.start) + 1
        problem = f"byte 0x{content[reason.start]:02x} is not UTF-8"
        raise _refused(name, line, problem, "UTF-8", "save it as 'CSV UTF-8'") from None
    if (place := text.find("\x00")) >= 0:
        raise _refused(name, text.count("\n", 0, place) + 1, "a NUL character", "text")
    return text


def _header(written: list[str], name: str) -> list[str]:
    names = [unicodedata.normalize("NFC", column).strip() for column in written]
    if not names:
        raise _refused(name, 0, "the file is empty", "a line with the names of the columns")
    if len(names) == 1 and (mark := re.search("[;\t|]", written[0])):
        between = "tabs" if mark.group() == "\t" else f"'{mark.group()}'"
        raise _refused(name, 1, f"the columns are separated by {between}", "commas")
    faults: list[Fault] = []
    for place, column in enumerate(names, 1):
        if not column:
            faults += _refused(name, 1, f"column {place} has no name", "a name").faults
        elif (first := names.index(column) + 1) != place:
            problem = f"the column {shown(column)} stands twice, in places {first} and {place}"
            faults += _refused(name, 1, problem, "each column once").faults
    if faults:
        raise TableError(*faults[:SHOWN_ROWS])
    return names


def _check_widths(name: str, width: int, block: _Block) -> None:
    widths, lines = block.widths, block.lines
    odd = np.flatnonzero(widths != width)
    if not len(odd):
        return
    faults: list[Fault] = []
    for row in odd[:SHOWN_ROWS]:
        hint = "quotes around text that holds commas" if widths[row] > width else ""
        wanted = f"{width} fields, as in the header"
        faults += _refused(name, int(lines[row]), f"{widths[row]} fields", wanted, hint).faults
    if len(odd) > SHOWN_ROWS:
        faults += _refused(name, 0, f"and {len(odd) - SHOWN_ROWS:,} or more rows like these").faults
    raise TableError(*faults)
