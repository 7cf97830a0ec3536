"""Further columns of the cells table: tags that selections use, and weights that rules use.

A column whose entries are all numbers holds weights, every other one tags. Whole numbers are both, so that
``where: {tier: 1}`` works; ``007`` is a tag. A column that is named after a parameter which no row uses, and is empty
from top to bottom, is as good as absent: frames put together from several families have such.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from mixopt.curves import Floats
from mixopt.scope import Column
from mixopt.scope.labels import Texts
from mixopt.scope.numbers import numbers, texts_of
from mixopt.scope.sheet import Sheet


def read_further(
    sheet: Sheet, columns: Sequence[str], *, unused: Collection[str] = ()
) -> tuple[dict[str, Texts], dict[str, Floats]]:
    """Return columns of tags and columns of weights; what is wrong is noted on the sheet.

    Parameters
    ----------
    sheet : Sheet
        The cells table.
    columns : sequence of str
    unused : collection of str
        Those that mean something, but to no row of this table: left out where every cell is empty.

    Returns
    -------
    tags : dict of str to ndarray (n_cells,) of str
    weights : dict of str to ndarray (n_cells,) of float64
    """
    tags: dict[str, Texts] = {}
    weights: dict[str, Floats] = {}
    for column in columns:
        series = sheet.frame[column]
        values, empty, bad = numbers(series)
        if column in unused and (empty.all() or series.isna().all()):
            continue
        if pd.api.types.is_float_dtype(series.dtype):
            _mark(sheet, column, empty | bad)
        if (empty | bad).any() or _has_codes(series):
            if not pd.api.types.is_float_dtype(series.dtype):
                tags[column] = sheet.text(Column(column, required=False))
            continue
        weights[column] = values
        if np.all(values == np.round(values)):
            tags[column] = np.array([str(int(number)) for number in values.tolist()], dtype=object)
    return tags, weights


def _mark(sheet: Sheet, column: str, wrong: np.ndarray) -> None:
    def said(row: int) -> str:
        return f"{sheet.cell(row, column)} is no finite number"

    sheet.bad.mark(np.flatnonzero(wrong), column, said, "a finite number")


def _has_codes(series: pd.Series) -> bool:
    """Return whether any entry is written with a leading zero: a code, not a number."""
    if pd.api.types.is_numeric_dtype(series.dtype):
        return False
    texts = texts_of(series.drop_duplicates())
    return bool(pd.Series(texts, dtype=str).str.match(r"[ \t]*[-+]?0[0-9]").any())
