"""Table files as frames: CSV and Excel as pure text, Parquet with its own types; nothing guessed, nothing dropped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mixopt.errors import Fault, TableError, printable, shown
from mixopt.scope.csv_text import parse_csv
from mixopt.scope.files import read_bytes
from mixopt.scope.grid import Grid
from mixopt.scope.parquet import parse_parquet
from mixopt.scope.xlsx import parse_xlsx, read_grids

if TYPE_CHECKING:
    import pandas as pd

BYTES = 500_000_000
EXCEL = (".xlsx", ".xlsm")


def read_frame(path: Path | str) -> pd.DataFrame:
    """Return the table in a file.

    Parameters
    ----------
    path : Path or str
        ``.csv``: comma-separated, UTF-8. ``.xlsx``: the only sheet that holds anything, or the one named behind a
        ``#``: ``cells.xlsx#Sheet2``. ``.parquet``: needs the extra ``mixopt[parquet]``.

    Returns
    -------
    DataFrame
        From CSV and Excel all text, and the index named ``line`` holds each row's line in the file or sheet.

    Raises
    ------
    TableError
        If the file cannot be read as a table.
    """
    path, sheet = sheet_of(path)
    content = read_bytes(path, limit=BYTES, where=printable(Path(path).name))
    return parse_frame(content, Path(path).name, sheet)


def read_workbook(path: Path | str) -> dict[str, Grid]:
    """Return the sheets of an Excel workbook as grids of text.

    Parameters
    ----------
    path : Path or str
        ``.xlsx`` or ``.xlsm``.

    Returns
    -------
    dict of str to Grid
        By the sheet's name, in the workbook's order.

    Raises
    ------
    TableError
        If the file cannot be read, or is no workbook.
    """
    name = printable(Path(path).name)
    return read_grids(read_bytes(path, limit=BYTES, where=name), name)


def sheet_of(path: Path | str) -> tuple[Path | str, str]:
    """Return the path of a file, and the sheet that is named behind it.

    Parameters
    ----------
    path : Path or str

    Returns
    -------
    tuple
        The sheet is empty where none is named, and for files that are no workbooks.

    Examples
    --------
    >>> sheet_of("book.xlsx#Media plan")
    ('book.xlsx', 'Media plan')
    """
    file, mark, sheet = str(path).partition("#")
    if mark and file.lower().endswith(EXCEL):
        return file, sheet
    return path, ""


def parse_frame(content: bytes, name: str, sheet: str = "") -> pd.DataFrame:
    """Return the table in the bytes of a file.

    Parameters
    ----------
    content : bytes
    name : str
        The file's name; its ending says the format.
    sheet : str
        Of a workbook; if left out there must be one that holds anything.

    Returns
    -------
    DataFrame

    Raises
    ------
    TableError
        If they are no table.
    """
    ending, name = Path(name).suffix.lower(), printable(name)
    if ending == ".csv":
        frame = parse_csv(content, name)
    elif ending in {".parquet", ".pq"}:
        frame = parse_parquet(content, name)
    elif ending in EXCEL:
        return parse_xlsx(content, name, sheet)
    else:
        problem = f"{shown(ending)} is no ending of a table that this version reads"
        hint = "save it as CSV (UTF-8)"
        raise TableError(Fault(where=name, problem=problem, wanted=".csv, .xlsx or .parquet", hint=hint))
    frame.attrs["source"] = name
    return frame
