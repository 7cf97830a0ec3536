"""The cells table: one row per channel × segment, with its curve, its bounds, what a response is worth, and tags.

A further column whose entries are all numbers is a column of weights; every other one is a column of tags. Whole
numbers are both, so that ``where: {tier: 1}`` works.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from mixopt.curves import Floats, Indices
from mixopt.errors import InputError
from mixopt.plugin import CurveEntry, Registry
from mixopt.problem.parameters import columns_of, read_parameters
from mixopt.scope import Budget
from mixopt.scope.sheet import Column, Sheet, numbers, texts_of

KEY_COLUMNS = (
    Column("channel", description="name of the channel"),
    Column("segment", default="all", description="name of the segment"),
)
_LEADING_ZERO = re.compile(r"^\s*[-+]?0[0-9]")
_LATER = {
    "draw": "parameters per draw are not used by this version",
    "adstock": "adstock is not used by this version",
    "period": "this version plans one period",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The cells of one family and their parameters."""

    entry: CurveEntry[Any]
    cells: Indices
    parameters: dict[str, Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The cells table, read: see :class:`mixopt.Scope` for the arrays."""

    labels: pd.DataFrame
    value: Floats
    lower: Floats
    upper: Floats
    current_spend: Floats | None
    weights: dict[str, Floats]
    groups: tuple[Group, ...]


def read_cells(frame: pd.DataFrame, registry: Registry, budget: Budget, *, name: str = "cells") -> Cells:
    """Read the cells table.

    Parameters
    ----------
    frame : DataFrame
        Text as read from a file, or a caller's frame with numbers in it.
    registry : Registry
        Where the families of the column ``curve`` are found.
    budget : Budget
        Its total is the default of ``upper``.
    name : str
        The table as messages write it.

    Returns
    -------
    Cells

    Raises
    ------
    TableError
        With every bad cell, unknown family, missing column and duplicate.
    """
    sheet = Sheet(frame, name)
    for column, why in _LATER.items():
        if sheet.has(column):
            sheet.fault(
                f"{why}: column {column}",
                wanted="one row per channel and segment",
                hint=f"leave {column} out",
            )
    if not sheet.rows:
        sheet.fault("the table has no rows", wanted="one row per channel and segment")
    money = {
        "value": Column("value", "number", default=1.0, ge=0, unit="currency per unit of response"),
        "lower": Column("lower", "number", default=0.0, ge=0, unit="currency"),
        "upper": Column("upper", "number", default=np.inf, ge=0, unit="currency"),
        "current_spend": Column("current_spend", "number", required=False, ge=0, unit="currency"),
    }
    curve = Column("curve", description="family of the response curve")
    sheet.expect((*KEY_COLUMNS, curve, *money.values()))
    keys = [sheet.text(column) for column in KEY_COLUMNS]
    if sheet.has("channel"):
        sheet.check_keys([column.name for column in KEY_COLUMNS], keys)
    kinds = sheet.text(curve)
    amounts = {key: sheet.number(column) for key, column in money.items()}
    # a cell without a ceiling of its own may get the whole budget, and its own floor in any case
    open_ended = np.isinf(amounts["upper"])
    amounts["upper"] = np.where(open_ended, np.maximum(budget.total, amounts["lower"]), amounts["upper"])
    _check_bounds(sheet, amounts["lower"], amounts["upper"])
    groups = tuple(
        Group(entry=entry, cells=cells, parameters=read_parameters(sheet, entry, cells))
        for entry, cells in _families(sheet, kinds, registry)
    )
    read = {*money, curve.name, *(column.name for column in KEY_COLUMNS)}
    read |= {column.name for group in groups for column in columns_of(group.entry)}
    labels = {"channel": keys[0], "segment": keys[1], "curve": kinds}
    weights: dict[str, Floats] = {}
    for further in (str(key) for key in frame.columns if key not in read):
        _read_further(sheet, further, labels, weights)
    sheet.settle()
    for array in (*amounts.values(), *weights.values()):
        array.flags.writeable = False
    return Cells(
        labels=pd.DataFrame(labels, dtype=str),
        value=amounts["value"],
        lower=amounts["lower"],
        upper=amounts["upper"],
        current_spend=amounts["current_spend"] if sheet.has("current_spend") else None,
        weights=weights,
        groups=groups,
    )


def _check_bounds(sheet: Sheet, lower: Floats, upper: Floats) -> None:
    crossed = np.flatnonzero(lower > upper)
    sheet.mark(
        crossed,
        "lower",
        lambda row: (
            f"lower {lower[row]:g} is above upper {upper[row]:g}",
            "lower at most upper, currency",
            "",
        ),
    )


def _families(sheet: Sheet, kinds: Any, registry: Registry) -> list[tuple[CurveEntry[Any], Indices]]:
    codes, names = pd.factorize(kinds)
    found = []
    for place, kind in enumerate(names):
        cells = np.flatnonzero(codes == place).astype(np.int64)
        if not kind:
            continue
        try:
            found.append((registry.find("curve", kind), cells))
        except InputError as error:
            fault = error.faults[0]
            said = (fault.problem, fault.wanted, fault.hint)
            sheet.mark(cells, "curve", lambda _, said=said: said)
    return found  # type: ignore[return-value]


def _read_further(sheet: Sheet, column: str, labels: dict[str, Any], weights: dict[str, Floats]) -> None:
    series = sheet.frame[column]
    values, empty, bad = numbers(series)
    if pd.api.types.is_float_dtype(series.dtype):
        wanted = "a finite number, or text"
        sheet.mark(
            np.flatnonzero(bad | empty),
            column,
            lambda row: (f"{sheet.cell(row, column)} is no number", wanted, ""),
        )
    codes = (
        pd.Series(texts_of(series), dtype=str).str.match(_LEADING_ZERO)
        if series.dtype.kind not in "iuf"
        else False
    )
    if not (empty | bad).any() and not np.any(codes) and len(values):
        weights[column] = values
        if np.all(values == np.round(values)):
            labels[column] = np.array([str(int(number)) for number in values.tolist()], dtype=object)
        return
    if not pd.api.types.is_float_dtype(series.dtype):
        labels[column] = sheet.text(Column(column, required=False))
