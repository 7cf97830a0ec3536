"""Tables as plugins read them: text in, typed columns out, every bad cell named at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mixopt.errors import Fault, PluginError, shown
from mixopt.scope.column import Column
from mixopt.scope.sheet import Sheet

if TYPE_CHECKING:
    import pandas as pd


def read_table(
    frame: pd.DataFrame, columns: Sequence[Column], *, name: str, keys: Sequence[str] = ()
) -> pd.DataFrame:
    """Return a table with typed columns.

    Parameters
    ----------
    frame : DataFrame
        Text as read from a file (``scope.table("shocks")``), or a frame with numbers in it, which pass through exactly.
    columns : sequence of Column
        What the table must hold. A column that is left out and has no default is left out of the answer too.
    name : str
        The table as messages write it.
    keys : sequence of str
        Text columns of `columns` whose values together may stand once; names that differ by case or spaces alone are
        refused too.

    Returns
    -------
    DataFrame
        ``RangeIndex``; `columns` in their order (text, or float64), then the table's further columns as they were.

    Raises
    ------
    TableError
        With every missing column, every bad cell (the first 20, then their number) and every key that stands twice.

    Examples
    --------
    >>> import pandas as pd
    >>> from mixopt import Column, read_table
    >>> frame = pd.DataFrame({"shock": ["outage", "slump"], "probability": ["5%", "0.2"]})
    >>> columns = [Column("shock"), Column("probability", "fraction", ge=0, le=1)]
    >>> read_table(frame, columns, name="shocks", keys=["shock"])["probability"].tolist()
    [0.05, 0.2]
    """
    import pandas as pd  # noqa: PLC0415 - the scope stays light to import

    kinds = {column.name: column.kind for column in columns}
    if odd := [key for key in keys if kinds.get(key) != "text"]:
        raise PluginError(
            Fault(where=name, problem=f"the key {shown(odd[0])} is no text column of the table")
        )
    sheet = Sheet(frame, name)
    sheet.expect(columns)
    read: dict[str, Any] = {}
    for column in columns:
        if sheet.has(column.name) or column.default is not None:
            read[column.name] = sheet.text(column) if column.kind == "text" else sheet.number(column)
    if keys and all(key in read for key in keys):
        sheet.check_keys(keys, [read[key] for key in keys])
    sheet.bad.settle()
    further = {str(key): frame[key].reset_index(drop=True) for key in frame.columns if key not in read}
    typed = {
        key: pd.Series(values, dtype=str) if kinds[key] == "text" else pd.Series(values)
        for key, values in read.items()
    }
    return pd.DataFrame({**typed, **further}, index=pd.RangeIndex(len(frame)))
