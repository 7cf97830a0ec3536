"""Table files as frames: CSV as pure text, Parquet with its own types; nothing guessed, nothing dropped."""

from __future__ import annotations

import csv
import io
import unicodedata
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mixopt.errors import Fault, TableError, shown
from mixopt.scope.files import read_bytes

if TYPE_CHECKING:
    import pandas as pd

BYTES = 500_000_000
CELLS = 200_000_000
_CHUNK = 100_000


def read_frame(path: Path | str) -> pd.DataFrame:
    """Return the table in a file.

    Parameters
    ----------
    path : Path or str
        ``.csv``: comma-separated, UTF-8. ``.parquet``: needs the extra ``mixopt[parquet]``.

    Returns
    -------
    DataFrame
        From CSV all text, and the index named ``line`` holds each row's line in the file.

    Raises
    ------
    TableError
        If the file cannot be read as a table.
    """
    return parse_frame(read_bytes(path, limit=BYTES, where=Path(path).name), Path(path).name)


def parse_frame(content: bytes, name: str) -> pd.DataFrame:
    """Return the table in the bytes of a file.

    Parameters
    ----------
    content : bytes
    name : str
        The file's name; its ending says the format.

    Returns
    -------
    DataFrame

    Raises
    ------
    TableError
        If they are no table.
    """
    ending = Path(name).suffix.lower()
    if ending == ".csv":
        frame = parse_csv(content, name)
    elif ending in {".parquet", ".pq"}:
        frame = parse_parquet(content, name)
    else:
        hint = (
            "save it as CSV (UTF-8)"
            if ending in {".xlsx", ".xls", ".xlsm", ".ods", ".tsv", ".txt", ""}
            else ""
        )
        raise TableError(
            Fault(
                where=name,
                problem=f"{shown(ending)} is no ending of a table",
                wanted=".csv or .parquet",
                hint=hint,
            )
        )
    frame.attrs["source"] = name
    return frame


def parse_csv(content: bytes, name: str) -> pd.DataFrame:
    """Return a CSV file as a frame of text, exactly as written.

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

    reader = csv.reader(io.StringIO(_decoded(content, name), newline=""), strict=True)
    try:
        header = _header(next(reader, []), name)
        parts, lines = [], []
        while block := [(reader.line_num, row) for row in islice(reader, _CHUNK)]:
            rows = [row for _, row in block if row]
            at = np.array([line for line, row in block if row], dtype=np.int64)
            widths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
            if len(odd := np.flatnonzero(widths != len(header))):
                raise _odd_widths(name, len(header), at[odd], widths[odd], rows[odd[0]])
            parts.append(
                pd.DataFrame(dict(zip(header, zip(*rows, strict=True), strict=True)), dtype=str)
                if rows
                else None
            )
            lines.append(at)
    except csv.Error as reason:
        raise TableError(
            Fault(where=f"{name}: line {reader.line_num}", problem=f"no CSV: {reason}")
        ) from None
    kept = [part for part in parts if part is not None]
    frame = pd.concat(kept, ignore_index=True) if kept else pd.DataFrame(columns=pd.Index(header), dtype=str)
    frame.index = pd.Index(np.concatenate(lines) if lines else np.array([], dtype=np.int64), name="line")
    return frame


def _decoded(content: bytes, name: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise TableError(
            Fault(where=name, problem="the file is UTF-16", wanted="UTF-8", hint="save it as 'CSV UTF-8'")
        )
    if content.startswith((b"PK\x03\x04", b"\x1f\x8b", b"PAR1")):
        raise TableError(
            Fault(where=name, problem="the file is no text", wanted="a CSV file, not compressed")
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as reason:
        line = content.count(b"\n", 0, reason.start) + 1
        problem = f"byte 0x{content[reason.start]:02x} is not UTF-8"
        raise TableError(
            Fault(
                where=f"{name}: line {line}", problem=problem, wanted="UTF-8", hint="save it as 'CSV UTF-8'"
            )
        ) from None
    if (place := text.find("\x00")) >= 0:
        line = text.count("\n", 0, place) + 1
        raise TableError(
            Fault(where=f"{name}: line {line}", problem="the file holds a NUL character", wanted="text")
        )
    return text


def _header(names: list[str], name: str) -> list[str]:
    names = [unicodedata.normalize("NFC", column).strip() for column in names]
    if not names:
        raise TableError(
            Fault(where=name, problem="the file is empty", wanted="a line with the names of the columns")
        )
    if len(names) == 1 and (mark := next((m for m in (";", "\t", "|") if m in names[0]), "")):
        problem = (
            f"the columns are separated by {mark!r}" if mark != "\t" else "the columns are separated by tabs"
        )
        raise TableError(Fault(where=f"{name}: line 1", problem=problem, wanted="commas"))
    faults = []
    for place, column in enumerate(names):
        if not column:
            faults.append(
                Fault(where=f"{name}: line 1", problem=f"column {place + 1} has no name", wanted="a name")
            )
        elif (first := names.index(column)) != place:
            problem = f"the column {shown(column)} stands twice, in places {first + 1} and {place + 1}"
            faults.append(Fault(where=f"{name}: line 1", problem=problem, wanted="each column once"))
    if faults:
        raise TableError(*faults[:20])
    return names


def _odd_widths(name: str, width: int, lines: np.ndarray, widths: np.ndarray, row: list[str]) -> TableError:
    faults = [
        Fault(where=f"{name}: line {line}", problem=f"{got} fields", wanted=f"{width}, as in the header")
        for line, got in list(zip(lines.tolist(), widths.tolist(), strict=True))[:20]
    ]
    if widths[0] > width and any(" " not in cell for cell in row):
        first = faults[0]
        faults[0] = Fault(
            where=first.where,
            problem=first.problem,
            wanted=first.wanted,
            hint="quotes around text with commas",
        )
    if len(lines) > 20:
        faults.append(Fault(where=name, problem=f"and more rows like these, {len(lines) - 20:,} at least"))
    return TableError(*faults)


def parse_parquet(content: bytes, name: str) -> pd.DataFrame:
    """Return a Parquet file as a frame with nullable types; page checksums are verified where the file has them.

    Parameters
    ----------
    content : bytes
    name : str

    Returns
    -------
    DataFrame

    Raises
    ------
    TableError
        If pyarrow is missing, the file is damaged, nested, or too large to be a table of cells.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415 - an extra
        import pyarrow.parquet as pq  # noqa: PLC0415
    except ImportError:
        hint = "pip install 'mixopt[parquet]', or save it as CSV"
        raise TableError(Fault(where=name, problem="Parquet needs pyarrow", hint=hint)) from None
    import pandas as pd  # noqa: PLC0415 - only where a file is read

    try:
        file = pq.ParquetFile(pa.BufferReader(content), page_checksum_verification=True)
        size = file.metadata.num_rows * max(1, file.metadata.num_columns)
        if size > CELLS:
            raise TableError(Fault(where=name, problem=f"{size:,} cells", wanted=f"at most {CELLS:,}"))
        table = file.read(use_threads=False)
        return pd.DataFrame({column: _cells(table.column(column)) for column in table.column_names})
    except (pa.ArrowException, OSError, ValueError, MemoryError) as reason:
        said = str(reason).splitlines()[0] if str(reason) else type(reason).__name__
        raise TableError(Fault(where=name, problem=f"no Parquet file: {shown(said)}")) from None


def _cells(column: Any) -> Any:
    """Return an Arrow column as pandas takes it: numbers as they are, what has nulls as objects with ``None``."""
    import pyarrow as pa  # noqa: PLC0415 - an extra

    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_nested(kind):
        raise ValueError(f"a column of {kind}")
    plain = (pa.types.is_integer(kind) or pa.types.is_floating(kind)) and column.null_count == 0
    if plain:
        return column.to_numpy()
    cells = np.empty(len(column), dtype=object)
    cells[:] = column.to_pylist()
    return cells
