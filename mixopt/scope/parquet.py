"""Parquet with its own types, page checksums verified; needs pyarrow, an extra."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mixopt.errors import Fault, TableError, shown

if TYPE_CHECKING:
    import pandas as pd

CELLS = 200_000_000


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
        names, size = file.schema_arrow.names, file.metadata.num_rows * max(1, file.metadata.num_columns)
        problem = f"{size:,} cells, more than {CELLS:,}" if size > CELLS else ""
        problem = problem or ("two columns have one name" if len(set(names)) < len(names) else "")
        table = None if problem else file.read(use_threads=False)
        if table is not None:
            return pd.DataFrame({column: _cells(table.column(column)) for column in names})
    except Exception as reason:  # noqa: BLE001 - a damaged file makes the reader raise half a dozen kinds
        said = str(reason).splitlines()[0] if str(reason) else type(reason).__name__
        problem = f"no Parquet file: {shown(said)}"
    raise TableError(Fault(where=name, problem=problem, wanted="a table of texts and numbers"))


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
