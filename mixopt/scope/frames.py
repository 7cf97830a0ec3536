"""Table files as frames: CSV as pure text, Parquet with its own types; nothing guessed, nothing dropped."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mixopt.errors import Fault, TableError, printable, shown
from mixopt.scope.csv_text import parse_csv
from mixopt.scope.files import read_bytes
from mixopt.scope.parquet import parse_parquet

if TYPE_CHECKING:
    import pandas as pd

BYTES = 500_000_000


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
    return parse_frame(read_bytes(path, limit=BYTES, where=printable(Path(path).name)), Path(path).name)


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
    ending, name = Path(name).suffix.lower(), printable(name)
    if ending == ".csv":
        frame = parse_csv(content, name)
    elif ending in {".parquet", ".pq"}:
        frame = parse_parquet(content, name)
    else:
        problem = f"{shown(ending)} is no ending of a table that this version reads"
        hint = "save it as CSV (UTF-8)"
        raise TableError(Fault(where=name, problem=problem, wanted=".csv or .parquet", hint=hint))
    frame.attrs["source"] = name
    return frame
