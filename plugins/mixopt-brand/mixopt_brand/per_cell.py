"""One number per cell, from where the settings say: inline by channel, a table by channel and segment, or a column.

A cell that gets none takes the default, if the settings give one; a cell without either is a fault that names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from mixopt import Column, ConfigError, Fault, Scope, TableError, read_table
from mixopt.curves import Floats

SHOWN = 8  # names in one message


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the numbers stand.

    Parameters
    ----------
    what : str
        What one number is, for messages: ``long-run multiplier``.
    key : str
        The settings' key for inline numbers, for hints.
    inline : Mapping of str to float
        Channel to number.
    table, table_column : str
        A table under ``data:`` and its column of numbers.
    column : str
        Numeric column of the cells table; read where neither `inline` nor `table` is given.
    default : float or None
        For cells that get no number.
    default_key : str
        The settings' key for it, for hints.
    column_asked : bool
        Whether the settings name the column themselves: it must then be there.
    """

    what: str
    key: str
    table_column: str
    default_key: str
    column: str
    inline: Mapping[str, float] = field(default_factory=dict)
    table: str = ""
    default: float | None = None
    column_asked: bool = False


def per_cell(scope: Scope, source: Source) -> Floats:
    """Return one number per cell.

    Parameters
    ----------
    scope : Scope
    source : Source

    Returns
    -------
    ndarray (n_cells,), read-only

    Raises
    ------
    ConfigError
        If a name is no channel, or a cell gets no number.
    TableError
        If the table cannot be read.
    """
    if source.inline:
        numbers = _by_channel(scope, source)
    elif source.table:
        numbers = _from_table(scope, source)
    else:
        numbers = _from_column(scope, source)
    numbers = np.where(np.isnan(numbers), np.nan if source.default is None else source.default, numbers)
    lacking = [f"{channel} / {segment}" for channel, segment in _keys(scope, np.isnan(numbers))]
    if lacking:
        more = f" and {len(lacking) - SHOWN} more" if len(lacking) > SHOWN else ""
        raise ConfigError(
            Fault(
                where="",
                problem=f"no {source.what} for {', '.join(lacking[:SHOWN])}{more}",
                wanted="a number for every cell",
                hint=f"`{source.default_key}:` gives one to all that have none",
            )
        )
    numbers.flags.writeable = False
    return numbers


def _keys(scope: Scope, which: np.ndarray) -> list[tuple[str, str]]:
    channels, segments = scope.labels("channel"), scope.labels("segment")
    return [(str(channels[i]), str(segments[i])) for i in np.flatnonzero(which)]


def _by_channel(scope: Scope, source: Source) -> Floats:
    names = scope.names("channel")
    unknown = [name for name in source.inline if name not in names]
    if unknown:
        raise ConfigError(
            *(
                Fault(
                    where="",
                    problem=f"`{source.key}:` names a channel that no cell has: '{name}'",
                    wanted="channels of the cells table",
                    hint=", ".join(names[:SHOWN]),
                )
                for name in unknown
            )
        )
    return np.array([source.inline.get(str(channel), np.nan) for channel in scope.labels("channel")])


def _from_table(scope: Scope, source: Source) -> Floats:
    """Read the table; a row without a segment speaks for all segments of its channel that have no row of their own."""
    columns = [Column("channel"), Column("segment", default=""), Column(source.table_column, "number")]
    read = read_table(scope.table(source.table), columns, name=source.table, keys=["channel", "segment"])
    cells = set(_keys(scope, np.ones(scope.n_cells, dtype=bool)))
    known = cells | {(channel, "") for channel, _ in cells}
    pairs = list(zip(read["channel"].tolist(), read["segment"].tolist(), strict=True))
    faults = [
        Fault(
            where=f"{source.table}: row {row + 1}",
            problem=f"no cell has channel '{channel}'" + (f" and segment '{segment}'" if segment else ""),
            wanted="channels and segments of the cells table",
        )
        for row, (channel, segment) in enumerate(pairs)
        if (channel, segment) not in known
    ]
    if faults:
        raise TableError(*faults)
    numbers = dict(zip(pairs, read[source.table_column].tolist(), strict=True))
    keys = zip(scope.labels("channel"), scope.labels("segment"), strict=True)
    return np.array([numbers.get((c, s), numbers.get((c, ""), np.nan)) for c, s in keys], dtype=float)


def _from_column(scope: Scope, source: Source) -> Floats:
    if source.column in scope.weights:
        return scope.weights[source.column].copy()
    if source.column in scope.cells.columns:
        return _with_blanks(scope, source)
    if source.default is not None and not source.column_asked:
        return np.full(scope.n_cells, np.nan)
    example = scope.names("channel")[0]
    raise ConfigError(
        Fault(
            where="",
            problem=f"the cells table has no numeric column '{source.column}'",
            wanted=f"a {source.what} for every cell: in that column, inline, or in a table of its own",
            hint=f"{source.key}: {{{example}: 2.0, …}}",
        )
    )


def _with_blanks(scope: Scope, source: Source) -> Floats:
    numbers, faults = np.full(scope.n_cells, np.nan), []
    for row, text in enumerate(scope.cells[source.column].astype(str)):
        try:
            numbers[row] = float(text) if text.strip() else np.nan
        except ValueError:
            faults.append(
                Fault(
                    where=f"cells: row {row + 1}, column {source.column}",
                    problem=f"'{text}' is no number",
                    wanted=f"a {source.what}, or nothing",
                )
            )
    if faults:
        raise ConfigError(*faults)
    return numbers
