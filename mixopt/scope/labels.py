"""Names of channels, segments and tags: any script, one normal form, nothing invisible, no two that look alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas as pd

Texts = npt.NDArray[np.object_]
Indices = npt.NDArray[np.int64]

LONGEST = 500
_STRANGE = object()
# controls, lone surrogates, direction marks, invisible spaces; the joiners that some scripts need are fine
_REFUSED = re.compile(
    "[\x00-\x1f\x7f-\x9f\ud800-\udfff\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]"
)


def cleaned(name: str) -> str:
    """Return a name in Unicode's composed normal form, without spaces around it.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
    """
    return unicodedata.normalize("NFC", name).strip(" \t\u00a0\u202f\u3000")


def names_of(series: pd.Series[Any]) -> tuple[Texts, Indices, list[str], Indices]:
    """Return a text column, cleaned; each distinct name is handled once.

    Parameters
    ----------
    series : Series
        Text; whole numbers are taken as names, nothing else is.

    Returns
    -------
    texts : ndarray of str
        Empty where a cell is empty or no text.
    codes : ndarray of int64
        Position of each cell's name in `names`.
    names : list of str
    strange : ndarray of int64
        Positions of cells that hold something else than text.
    """
    import pandas as pd  # noqa: PLC0415 - the scope stays light to import

    if isinstance(series.dtype, pd.StringDtype):
        codes, found = pd.factorize(series)
        uniques = np.asarray(found, dtype=object)
    else:
        cells = series.to_numpy(dtype=object)
        if pd.api.types.infer_dtype(cells, skipna=True) != "string":
            cells = np.array([_name_or_none(cell) for cell in cells], dtype=object)
        codes, uniques = pd.factorize(cells, use_na_sentinel=True)
    proper = [name is not _STRANGE for name in uniques]
    names = [cleaned(name) if fine else "" for name, fine in zip(uniques, proper, strict=True)] + [""]
    codes = np.where(codes < 0, len(names) - 1, codes).astype(np.int64)
    strange = ~np.array([*proper, True], dtype=bool)[codes]
    if pd.api.types.is_float_dtype(series.dtype):  # 1.0 and nan: the caller's keys went through arithmetic
        strange[:] = True
    return np.array(names, dtype=object)[codes], codes, names, np.flatnonzero(strange).astype(np.int64)


def _name_or_none(cell: Any) -> Any:
    """Return a cell as a name, ``None`` where there is none, and one mark for all that is something else."""
    import pandas as pd  # noqa: PLC0415 - the scope stays light to import

    if isinstance(cell, (str, int, np.integer)) and not isinstance(cell, bool):
        return str(cell)
    missing = cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, float) and cell != cell)  # noqa: PLR0124 - nan
    return None if missing else _STRANGE


def refused(names: Sequence[str]) -> dict[int, str]:
    """Return what is wrong with names, by position.

    Parameters
    ----------
    names : sequence of str

    Returns
    -------
    dict of int to str
    """
    found = {}
    for place, name in enumerate(names):
        if bad := _REFUSED.search(name):
            found[place] = f"the name holds the invisible character U+{ord(bad.group()):04X}"
        elif len(name) > LONGEST:
            found[place] = f"the name has {len(name):,} characters, more than {LONGEST}"
    return found


def near_duplicates(column: npt.NDArray[Any]) -> list[tuple[str, str, int, int]]:
    """Return names of a column that differ from an earlier one by case or spaces alone.

    Parameters
    ----------
    column : ndarray of str

    Returns
    -------
    list of (name, earlier name, row of the name, row of the earlier one)
        Rows from 0, where each stands first.
    """
    import pandas as pd  # noqa: PLC0415 - the scope stays light to import

    codes, names = pd.factorize(column.astype(object))
    first = np.zeros(len(names), dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    seen: dict[str, tuple[str, int]] = {}
    found = []
    for name, row in zip(map(str, names), first.tolist(), strict=True):
        folded = " ".join(name.casefold().split())
        if name and folded in seen:
            earlier, at = seen[folded]
            found.append((name, earlier, row, at))
        seen.setdefault(folded, (name, row))
    return found
