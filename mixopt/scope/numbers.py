"""Columns of cells as numbers: correctly rounded, finite, and never guessed.

Text goes through Python's own conversion; numbers of an embedded frame pass through untouched.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from mixopt.scope.labels import Texts
from mixopt.scope.scope import Floats
from mixopt.scope.units import LARGEST, vanishes

if TYPE_CHECKING:
    import pandas as pd

Flags = npt.NDArray[np.bool_]
NUMBER = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,9})?"
_PLAIN = re.compile(r"[0-9eE+.\n-]*")


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
        values = np.array(series.to_numpy(dtype=np.float64, na_value=np.nan))
        return values, empty, ~empty & ~(np.abs(values) <= LARGEST)
    if isinstance(series.dtype, pd.StringDtype):
        codes, distinct = pd.factorize(series)
        if 4 * len(distinct) <= len(series) and (codes >= 0).all():  # few names, many times: each once
            found = numbers(pd.Series(np.asarray(distinct, dtype=object), dtype=object), percent=percent)
            return found[0][codes], found[1][codes], found[2][codes]
    texts = texts_of(series)
    if _PLAIN.fullmatch("\n".join(texts.tolist())):
        try:
            return _converted(texts, texts == "")
        except ValueError:
            pass  # digits, signs, points and exponents, but no number: told apart below
    return _parsed(texts, percent=percent)


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
    absent = (None, pd.NA, pd.NaT)
    return np.array(
        ["" if any(cell is one for one in absent) else _text(cell) for cell in cells], dtype=object
    )


def _text(cell: Any) -> str:
    return repr(float(cell)) if isinstance(cell, (float, np.floating)) else str(cell)


def _converted(texts: Texts, empty: Any) -> tuple[Floats, Flags, Flags]:
    empty = np.asarray(empty, dtype=bool)
    values = np.zeros(len(texts))
    values[~empty] = texts[~empty].astype(np.float64)
    bad = ~(np.abs(values) <= LARGEST)
    for place in np.flatnonzero((values == 0.0) & ~empty & (texts != "0")):
        bad[place] = vanishes(texts[place])
    return values, empty, bad


def _parsed(texts: Texts, *, percent: bool) -> tuple[Floats, Flags, Flags]:
    import pandas as pd  # noqa: PLC0415 - the scope stays light to import

    cells = pd.Series(texts, dtype=str).str.strip(" \t")
    blank = (cells == "").to_numpy(dtype=bool)
    shares = cells.str.endswith("%").to_numpy(dtype=bool) & percent
    if shares.any():
        cells = cells.where(~shares, cells.str.slice(0, -1).str.strip(" \t"))
    odd = ~blank & ~cells.str.fullmatch(NUMBER).to_numpy(dtype=bool)
    values, _, bad = _converted(cells.to_numpy(dtype=object), blank | odd)
    return np.where(shares, values / 100.0, values), blank, odd | bad
