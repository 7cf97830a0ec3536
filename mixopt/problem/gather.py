"""From the config's tables to the scope and its curves; every input is hashed as it was read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mixopt.config.place import dotted
from mixopt.config.schema import RunConfig
from mixopt.curves import Curves, Family, Floats, over_draws
from mixopt.errors import Fault, InputError, TableError, listed, printable, shown
from mixopt.plugin import Registry
from mixopt.plugin.guard_family import guarded_family
from mixopt.problem.cells import Cells, Group, read_cells
from mixopt.problem.draws import TABLE as DRAWS
from mixopt.problem.points import read_points
from mixopt.problem.problem import CurveTable
from mixopt.scope import Scope
from mixopt.scope.files import read_bytes
from mixopt.scope.frames import BYTES, parse_frame, sheet_of
from mixopt.scope.numbers import Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What the tables of a config say.

    Parameters
    ----------
    scope : Scope
    curves : Curves
        One per cell.
    curve_tables : tuple of CurveTable
    hashes : Mapping of str to str
        SHA-256 of every file's bytes and every frame's values, by table.
    uncapped : ndarray (n_cells,) of bool
        Cells whose upper bound is the budget, for want of one of their own.
    """

    scope: Scope
    curves: Curves
    curve_tables: tuple[CurveTable, ...]
    hashes: Mapping[str, str]
    uncapped: Flags


def gather(config: RunConfig, registry: Registry, tables: Mapping[str, pd.DataFrame]) -> Gathered:
    """Read the tables of a config.

    Parameters
    ----------
    config : RunConfig
    registry : Registry
        Where the families of curves are found.
    tables : Mapping of str to DataFrame
        A caller's frames. An entry under ``data:`` names a frame, or a file; a frame that no entry names stands under
        its own name.

    Returns
    -------
    Gathered

    Raises
    ------
    TableError
        With every fault of the tables that could be read.
    PluginError
        If a family cannot be built.
    """
    frames, hashes = _read_all(config, tables)
    if "cells" not in frames:
        raise _missing(config, "there is no table 'cells'", "cells")
    cells = read_cells(frames["cells"], registry, config.budget, draws=frames.get(DRAWS))
    points, draws = _points(frames, cells, config)
    built = [
        _build(group, points.get(group.entry.name), (cells.upper, len(draws)), registry)
        for group in cells.groups
    ]
    scope = Scope(
        cells=cells.labels,
        value=cells.value,
        lower=cells.lower,
        upper=cells.upper,
        current_spend=cells.current_spend,
        weights=cells.weights,
        budget=config.budget,
        currency=config.currency,
        tables={name: frame for name, frame in frames.items() if name not in ("cells", DRAWS)},
        draws=draws,
    )
    curves = Curves(tuple((table.kind, table.cells, family) for table, family in built))
    return Gathered(
        scope=scope,
        curves=curves,
        curve_tables=tuple(table for table, _ in built),
        hashes=hashes,
        uncapped=cells.uncapped,
    )


def _read_all(
    config: RunConfig, tables: Mapping[str, pd.DataFrame]
) -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
    tables = {**config.tables, **tables}
    frames: dict[str, pd.DataFrame] = {}
    hashes: dict[str, str] = {}
    faults: list[Fault] = []
    named = {name: name for name in tables if name not in config.data and name not in config.data.values()}
    for name, given in {**config.data, **named}.items():
        try:
            frames[name], hashes[name] = _read(name, given, config, tables)
        except InputError as error:
            faults.extend(error.faults)
    if faults:
        raise TableError(*faults)
    return frames, hashes


def _read(
    name: str, given: str | None, config: RunConfig, tables: Mapping[str, pd.DataFrame]
) -> tuple[pd.DataFrame, str]:
    where = config.place(dotted(("data", name)))
    key = name if given is None else given
    if key in tables:
        frame: Any = tables[key]
        if not isinstance(frame, pd.DataFrame):
            problem = f"the table {shown(key)} is a {type(frame).__name__}"
            raise TableError(Fault(where=where, problem=problem, wanted="a pandas DataFrame"))
        frame = frame.copy(deep=False)
        own = frame.attrs if tables[key] is config.tables.get(key) else {}
        frame.attrs = own or {"source": printable(key)}
        return frame, _hash(frame)
    if name in tables:
        problem = f"the table {shown(name)} is given as a frame, and the config names the file {shown(given)}"
        raise TableError(
            Fault(
                where=where,
                problem=problem,
                wanted="one of the two",
                hint=f"data: {{{printable(name)}: {printable(name)}}}",
            )
        )
    if given is None:
        hint = listed(tables)
        raise TableError(
            Fault(
                where=where,
                problem=f"no frame is called {shown(name)}",
                wanted="a file or a frame",
                hint=hint,
            )
        )
    file, sheet = sheet_of(given)
    path = file if "://" in given else config.folder / Path(file)
    content = read_bytes(path, limit=BYTES, where=where)
    return parse_frame(content, Path(file).name, sheet), hashlib.sha256(content).hexdigest()


def _hash(frame: pd.DataFrame) -> str:
    digest = hashlib.sha256()
    for column in frame.columns:
        series = frame[column]
        digest.update(f"{column}\x00{len(series)}\x00".encode("utf-8", "surrogatepass"))
        if series.dtype.kind in "iuf" and isinstance(series.dtype, np.dtype):
            digest.update(series.to_numpy(dtype="<f8").tobytes())
        else:
            digest.update(_bytes_of(series))
    return digest.hexdigest()


def _bytes_of(series: pd.Series[Any]) -> bytes:
    """Return what a column of text is hashed by: its distinct names and where they stand, where few names repeat."""
    cells: Any = series
    if not isinstance(series.dtype, pd.StringDtype):
        cells = series.to_numpy(dtype=object)
        if pd.api.types.infer_dtype(cells, skipna=False) != "string":
            return "\x00".join(map(str, cells)).encode("utf-8", "surrogatepass")
    codes, names = pd.factorize(cells)
    text = "\x00".join(map(str, np.asarray(names, dtype=object)))
    return bytes(codes.astype("<i4").tobytes()) + text.encode("utf-8", "surrogatepass")


def _points(
    frames: Mapping[str, pd.DataFrame], cells: Cells, config: RunConfig
) -> tuple[dict[str, pd.DataFrame], tuple[str, ...]]:
    """Return the points of each family that is a table of them, and the draws of all cells."""
    tabulated = [group for group in cells.groups if group.entry.table == "points"]
    known = None if len(tabulated) == len(cells.groups) and not cells.draws else cells.draws
    found, draws = {}, cells.draws
    for group in tabulated:
        if "points" not in frames:
            problem = f"the curve {group.entry.name} needs the table 'points'"
            raise _missing(config, problem, "points")
        read, draws = read_points(frames["points"], cells.labels, group.cells, draws=known)
        found[group.entry.name] = read
    return found, draws


def _missing(config: RunConfig, problem: str, table: str) -> TableError:
    hint = f"data: {{{table}: {table}.csv}}"
    return TableError(
        Fault(where=config.place("data"), problem=problem, wanted=f"the {table} table", hint=hint)
    )


def _build(
    group: Group, points: pd.DataFrame | None, at: tuple[Floats, int], registry: Registry
) -> tuple[CurveTable, Family]:
    entry, given = group.entry, () if points is None else (points,)
    upper, draws = at[0][group.cells], at[1]
    owner = registry.owner("curve", entry.name)
    made = owner.call("build", entry.build, group.parameters, *given, watched=True)
    family = guarded_family(owner, made, np.repeat(upper, max(draws, 1)))
    kept = None if points is None else points[["cell", "spend", "response"]]
    table = CurveTable(
        kind=entry.name, cells=group.cells, parameters=group.parameters, points=kept, draws=draws
    )
    return table, over_draws(family, len(group.cells), draws) if draws else family
