"""Tables as bytes: CSV in UTF-8 whose numbers read back exactly and whose text no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import math
from typing import Any

import numpy as np
import pandas as pd

from mixopt.scope.cell_text import escaped


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """Return a table as CSV.

    Parameters
    ----------
    frame : DataFrame

    Returns
    -------
    bytes
        Floats as the shortest text that reads back as the same number, missing numbers empty, flags as ``true`` and
        ``false``, text escaped where a spreadsheet would take it for a formula. The same table gives the same bytes.
    """
    text = io.StringIO(newline="")
    out = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    out.writerow([escaped(str(name)) for name in frame.columns])
    out.writerows(zip(*(map(cell, frame[name]) for name in frame.columns), strict=True))
    return text.getvalue().encode("utf-8")


def cell(value: Any) -> str:
    """Return one cell as CSV text.

    Parameters
    ----------
    value : str, bool, int, float or None

    Returns
    -------
    str
    """
    if isinstance(value, str):
        return escaped(value)
    if value is None:
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    number = float(value)
    return "" if math.isnan(number) else repr(number)
