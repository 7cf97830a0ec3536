"""The cells table: one row per channel × segment, with its curve, its bounds and what a response is worth.

With parameters per posterior draw it has one row per draw as well, or leaves the parameters to the table ``draws``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from mixopt.curves import Floats, Indices
from mixopt.errors import InputError, shown
from mixopt.plugin import CurveEntry, Registry
from mixopt.problem.draws import DRAW, Draws, Known, cell_rows, find_draws, settle
from mixopt.problem.further import read_further
from mixopt.problem.parameters import columns_of, read_parameters
from mixopt.scope import Budget, Column
from mixopt.scope.labels import Texts
from mixopt.scope.numbers import Flags
from mixopt.scope.sheet import Sheet

KEYS = (
    Column("channel", description="name of the channel"),
    Column("segment", default="all", description="name of the segment"),
)
CURVE = Column("curve", description="family of the response curve")
MONEY = (
    Column("value", "number", default=1.0, ge=0, unit="currency per unit of response"),
    Column("lower", "number", default=0.0, ge=0, unit="currency"),
    Column("upper", "number", default=np.inf, ge=0, unit="currency"),
    Column("current_spend", "number", required=False, ge=0, unit="currency"),
)
LATER = {
    "adstock": "this version does not use adstock yet",
    "period": "this version plans one period",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The cells of one family and their parameters: one each, or one per draw, cell by cell."""

    entry: CurveEntry[Any]
    cells: Indices
    parameters: dict[str, Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The cells table, read: see :class:`mixopt.Scope`; the bound of ``uncapped`` cells is the budget."""

    labels: pd.DataFrame
    value: Floats
    lower: Floats
    upper: Floats
    uncapped: Flags
    current_spend: Floats | None
    weights: dict[str, Floats]
    groups: tuple[Group, ...]
    draws: tuple[str, ...] = ()


def read_cells(
    frame: pd.DataFrame,
    registry: Registry,
    budget: Budget,
    *,
    name: str = "cells",
    draws: pd.DataFrame | None = None,
) -> Cells:
    """Read the cells table.

    Parameters
    ----------
    frame : DataFrame
        Text as read from a file, or a caller's frame with numbers in it. With a column ``draw`` it has one row per
        draw of each cell.
    registry : Registry
        Where the families of the column ``curve`` are found.
    budget : Budget
        Its total is the default of ``upper``.
    name : str
        The table as messages write it.
    draws : DataFrame, optional
        The table ``draws``: columns ``channel``, ``segment``, ``draw`` and the parameters.

    Returns
    -------
    Cells

    Raises
    ------
    TableError
        With every bad cell, unknown family, missing column, duplicate, and draw that is not there.
    """
    sheet = Sheet(frame, name)
    for column, why in LATER.items():
        if sheet.has(column):
            wanted, hint = "one row per channel and segment", f"leave the column {column} out"
            sheet.bad.fault(f"column {shown(column)}: {why}", wanted=wanted, hint=hint)
    if not sheet.rows:
        sheet.bad.fault("the table has no rows", wanted="one row per channel and segment")
    rows, inside = cell_rows(sheet, KEYS)
    keys = [sheet.text(column, rows) for column in KEYS]
    if sheet.has("channel") and inside is None:
        sheet.check_keys([column.name for column in KEYS], keys)
    kinds = sheet.text(CURVE, rows)
    families = _families(sheet, kinds, registry, rows)
    parameters = tuple(column for entry, _ in families for column in columns_of(entry))
    own = (*KEYS, CURVE, *MONEY, *(() if draws is not None else parameters))
    sheet.expect(own)
    money, uncapped = _read_money(sheet, budget, rows)
    known = Known(keys=(keys[0], keys[1]), parameters=parameters, tabulated=_tabulated(families))
    found = find_draws(sheet, draws, inside, known)
    groups = tuple(_group(sheet, found, entry, cells) for entry, cells in families)
    labels = {"channel": keys[0], "segment": keys[1], "curve": kinds}
    further = sorted(set(frame.columns) - {column.name for column in own} - {DRAW.name})
    tags, weights = read_further(sheet, further, unused=_parameters(registry))
    settle(sheet, found)
    return Cells(
        labels=pd.DataFrame(labels | {key: array[rows] for key, array in tags.items()}, dtype=str),
        value=frozen(money["value"]),
        lower=frozen(money["lower"]),
        upper=frozen(money["upper"]),
        uncapped=uncapped,
        current_spend=frozen(money["current_spend"]) if sheet.has("current_spend") else None,
        weights={key: frozen(array[rows]) for key, array in weights.items()},
        groups=groups,
        draws=() if found is None else found.names,
    )


def _group(sheet: Sheet, draws: Draws | None, entry: CurveEntry[Any], cells: Indices) -> Group:
    if draws is None or entry.table == "points":
        return Group(entry=entry, cells=cells, parameters=read_parameters(sheet, entry, cells))
    rows = draws.rows[cells].ravel()
    return Group(entry=entry, cells=cells, parameters=read_parameters(draws.sheet, entry, rows[rows >= 0]))


def _tabulated(families: list[tuple[CurveEntry[Any], Indices]]) -> Indices:
    nobody = np.empty(0, dtype=np.int64)
    return np.concatenate([nobody, *(cells for entry, cells in families if entry.table == "points")])


def frozen(array: Floats) -> Floats:
    """Return an array, now read-only.

    Parameters
    ----------
    array : ndarray

    Returns
    -------
    ndarray
    """
    array.flags.writeable = False
    return array


def _read_money(sheet: Sheet, budget: Budget, rows: Indices) -> tuple[dict[str, Floats], Flags]:
    money = {column.name: sheet.number(column, rows) for column in MONEY}
    lower, upper = money["lower"], money["upper"]
    # a cell without a ceiling of its own may get the whole budget, and its own floor in any case
    uncapped = np.isinf(upper)
    money["upper"] = upper = np.where(uncapped, np.maximum(budget.total, lower), upper)
    wrong = np.flatnonzero(lower > upper)
    numbers = {int(rows[at]): (lower[at], upper[at]) for at in wrong}
    sheet.bad.mark(
        rows[wrong],
        "lower",
        lambda row: "lower {:g} is above upper {:g}".format(*numbers[row]),
        "lower at most upper, currency",
    )
    return money, uncapped


def _parameters(registry: Registry) -> set[str]:
    return {name for entry in registry.entries("curve").values() for name in entry.settings.model_fields}


def _families(
    sheet: Sheet, kinds: Texts, registry: Registry, rows: Indices
) -> list[tuple[CurveEntry[Any], Indices]]:
    codes, names = pd.factorize(kinds)
    found: list[tuple[CurveEntry[Any], Indices]] = []
    for place, kind in enumerate(names):
        if not kind:
            continue  # told as an empty cell
        cells = np.flatnonzero(codes == place).astype(np.int64)
        try:
            entry = registry.find("curve", kind)
        except InputError as error:
            fault = error.faults[0]
            sheet.bad.mark(rows[cells], "curve", fault.problem, fault.wanted, fault.hint)
            continue
        assert isinstance(entry, CurveEntry)
        found.append((entry, cells))
    return found
