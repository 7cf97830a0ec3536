"""The sheets that read back: *Input*, *Settings*, and one per further table; only what is meant to be edited is tinted.

*Input* holds the budget and the cells table as the problem understood it, to the digit. Beside its columns stand
``lock``, which overrides both bounds, and in brackets what each plan spends, which nobody reads back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from mixopt import Problem
from mixopt_report.book.pen import Book, Exact, Pen, span
from mixopt_report.book.shown import MOST_CELLS, color
from mixopt_report.book.values import flat, path_text, value_text
from mixopt_report.facts import Facts
from mixopt_report.workbook import places

NOTES = {
    "channel": "",
    "lower": "at least",
    "upper": "at most; empty: the budget",
    "lock": "exactly: an amount, today, or a plan's name; overrides both bounds",
    "current_spend": "today",
    "value": "what one unit of response is worth",
}
EDITED = ("lower", "upper", "lock")
MOST_TABLE = 400_000  # values of a further table
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?")


def left_out(problem: Problem) -> str:
    """Return why a workbook cannot be read back; empty where it can.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    str
    """
    n = problem.scope.n_cells
    if n > MOST_CELLS:
        return f"{n:,} cells are more than the {MOST_CELLS:,} that a workbook holds for editing"
    sizes = {name: frame.size for name, frame in problem.scope.tables.items()}
    sizes["draws"] = len(problem.scope.draws) * n
    large = [name for name, size in sizes.items() if size > MOST_TABLE]
    if large:
        return f"the table '{large[0]}' is too large for a workbook"
    kinds = [table.kind for table in problem.curve_tables if table.points is not None]
    if kinds and "points" not in problem.scope.tables:
        return "the points of its curves did not come as a table"
    return ""


def inputs(book: Book, facts: Facts) -> None:
    """Write the sheets.

    Parameters
    ----------
    book : Book
    facts : Facts
    """
    problem = facts.result.problem
    pen = book.sheet(places.INPUT)
    pen.text(0, 0, "Input", "title")
    reason = left_out(problem)
    if reason:
        pen.text(1, 0, f"{places.NOT_HERE}: {reason}. Edit the config and its tables instead.", "warning")
        return
    said = "Edit the tinted cells, save, and run: mixopt run plan.xlsx"
    pen.text(1, 0, said, "subtitle")
    table = cells_table(problem)
    _head(pen, facts, table)
    _cells(pen, facts, table)
    settings = book.sheet(places.SETTINGS)
    sheets = {"cells": places.INPUT}
    for name, frame in {**problem.scope.tables, **draws_table(problem)}.items():
        sheets[name] = _table(book, name, frame)
    _settings(settings, problem.config.document, sheets)


def cells_table(problem: Problem) -> dict[str, list[Any]]:
    """Return the cells table as the problem understood it: texts, numbers, ``None`` where a cell is empty.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    dict of str to list
        By column.
    """
    scope = problem.scope
    n = scope.n_cells
    uncapped = problem.uncapped if problem.uncapped is not None else np.zeros(n, dtype=bool)
    upper = [None if free else value for free, value in zip(uncapped, scope.upper.tolist(), strict=True)]
    table: dict[str, list[Any]] = {
        "channel": list(map(str, scope.labels("channel"))),
        "segment": list(map(str, scope.labels("segment"))),
        "lower": scope.lower.tolist(),
        "upper": upper,
        "lock": [None] * n,
    }
    if scope.current_spend is not None:
        table["current_spend"] = scope.current_spend.tolist()
    table |= {"value": scope.value.tolist(), "curve": list(map(str, scope.cells["curve"]))}
    for kind in (kind for kind in problem.curve_tables if not kind.draws):
        for name, values in kind.parameters.items():
            column = table.setdefault(name, [None] * n)
            for cell, value in zip(kind.cells.tolist(), values.tolist(), strict=True):
                column[cell] = None if isinstance(value, float) and np.isnan(value) else value
    for name, weights in scope.weights.items():
        table[places.written(name)] = weights.tolist()
    for name in scope.cells.columns:
        if name not in {"channel", "segment", "curve"} and name not in scope.weights:
            table[places.written(str(name))] = [str(text) or None for text in scope.cells[name]]
    return table


def draws_table(problem: Problem) -> dict[str, pd.DataFrame]:
    """Return the parameters per posterior draw as the table ``draws``; nothing where curves are certain.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    dict of str to DataFrame
    """
    names, scope = problem.scope.draws, problem.scope
    parts = []
    for kind in problem.curve_tables:
        if not kind.draws or kind.points is not None:
            continue
        keys = {
            key: np.repeat(np.asarray(scope.labels(key)).astype(object)[kind.cells], len(names))
            for key in ("channel", "segment")
        }
        draw = np.tile(np.asarray(names, dtype=object), len(kind.cells))
        parts.append(pd.DataFrame({**keys, "draw": draw, **kind.parameters}))
    return {"draws": pd.concat(parts, ignore_index=True)} if parts else {}


def _head(pen: Pen, facts: Facts, table: Mapping[str, list[Any]]) -> None:
    budget = facts.scope.budget
    pen.text(3, 0, places.BUDGET, "label")
    pen.number(3, 1, budget.total, "input", "money", "bold")
    pen.text(3, 2, facts.scope.currency, "muted", "indent")
    pen.text(4, 0, places.RULE, "label")
    pen.text(4, 1, budget.rule, "input")
    pen.text(4, 2, "spend-all, or at-most: money may be left", "muted", "indent")
    rules = {"validate": "list", "source": ["spend-all", "at-most"]}
    pen.sheet.data_validation(4, 1, 4, 1, rules)
    first, last = places.FIRST, places.FIRST + len(table["channel"]) - 1
    pen.text(5, 0, "Lower bounds", "label")
    total = float(facts.scope.lower.sum())
    pen.formula(5, 1, f"=SUM({span(first, 2, last, 2)})", total, "money")
    pen.text(5, 2, "what they add up to", "muted", "indent")
    pen.named("budget", 3, 1, 3, 1)


def _cells(pen: Pen, facts: Facts, table: Mapping[str, list[Any]]) -> None:
    heads, first = places.HEADS, places.FIRST
    plans = list(facts.plans)
    names = list(table)
    edge = names.index("current_spend" if "current_spend" in names else "lock") + 1
    order = [*names[:edge], *[places.context(one.key) for one in plans], *names[edge:]]
    shades = {places.context(one.key): color(one) for one in plans}
    pen.head(heads, order, [shades.get(name, "") for name in order], left=2)
    rows = len(table["channel"])
    money = {"lower", "upper", "current_spend"}
    look: tuple[str, ...]
    for column, name in enumerate(order):
        note = _note(name, {places.context(one.key): one.label for one in plans})
        pen.text(heads - 1, column, note, "sentence", "note")
        values = table.get(name)
        if values is None:
            one = next(one for one in plans if places.context(one.key) == name)
            values = one.plan.spend.tolist()
            look = ("money", "muted", "line")
        elif name in EDITED:
            look = ("input", "money")
        else:
            look = ("money", "line") if name in money else ("any", "line")
        if name not in EDITED and any(isinstance(value, str) for value in values):
            pen.text(heads, column, name, "head", *(("indent",) if column > 1 else ()))
        for row, value in enumerate(values, first):
            _value(pen, row, column, value, look)
        pen.sheet.set_column(column, column, 24 if column < 2 else max(15, min(len(name) + 4, 40)))
    last = first + rows - 1
    for column in (2, 3):
        pen.sheet.data_validation(first, column, last, column, _AMOUNT)
    formula = f"=AND(ISNUMBER($C{first + 1}),ISNUMBER($D{first + 1}),$C{first + 1}>$D{first + 1})"
    alarm = pen.of.book.add_format({"bg_color": "#fbe5d4", "font_color": "#b84a00"})
    pen.sheet.conditional_format(first, 2, last, 3, {"type": "formula", "criteria": formula, "format": alarm})
    pen.sheet.freeze_panes(first, 2)
    pen.sheet.set_row(heads - 1, 76)
    pen.sheet.autofilter(heads, 0, last, len(order) - 1)
    pen.sheet.protect("", _FREEDOM)
    pen.named("input", heads, 0, last, len(order) - 1)
    pen.printed(heads)


_AMOUNT = {
    "validate": "decimal",
    "criteria": ">=",
    "value": 0,
    "ignore_blank": True,
    "error_title": "No amount",
    "error_message": "Write an amount of at least 0, or leave the cell empty.",
}
_FREEDOM = {
    "autofilter": True,
    "sort": True,
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
}


def _note(name: str, plans: Mapping[str, str]) -> str:
    return f"{plans[name]} spends" if name in plans else NOTES.get(name, "")


def _value(pen: Pen, row: int, column: int, value: Any, look: tuple[str, ...]) -> None:
    if value is None:
        pen.text(row, column, "", *look)
    elif isinstance(value, str):
        pen.text(row, column, value, *look, "text", *(("indent",) if column > 1 else ()))
    else:
        pen.number(row, column, float(value), *look)


def _table(book: Book, name: str, frame: pd.DataFrame) -> str:
    """Write a further table as it was read, and return its sheet: texts stay texts, plain numbers become numbers."""
    pen = book.sheet(f"Table {name}")
    columns = list(map(str, frame.columns))
    pen.head(0, columns, left=len(columns))
    for column in range(len(columns)):
        for row, value in enumerate(frame.iloc[:, column].tolist(), 1):
            _entry(pen, row, column, value)
    pen.sheet.freeze_panes(1, 0)
    pen.sheet.set_column(0, max(len(columns) - 1, 0), 18)
    pen.sheet.autofilter(0, 0, max(len(frame), 1), max(len(columns) - 1, 0))
    pen.printed(0)
    return str(pen.sheet.get_name())


def _entry(pen: Pen, row: int, column: int, value: Any) -> None:
    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        pen.number(row, column, float(value), "any", "line")
        return
    text = str(value)
    plain = len(text) < 16 and NUMBER.fullmatch(text) and repr(Exact(text)).removesuffix(".0") == text
    if plain:
        pen.number(row, column, float(text), "any", "line")
    elif text:
        pen.text(row, column, text, "line", "text")


def _settings(pen: Pen, document: Mapping[str, Any], sheets: Mapping[str, str]) -> None:
    pen.text(0, 0, "Settings", "title")
    said = (
        "The rest of the config: a path and its value per row. Tables stand in the sheets named under data."
    )
    pen.text(1, 0, said, "subtitle")
    pen.head(places.SETTINGS_HEAD, list(places.SETTINGS_COLUMNS), left=2)
    kept = {"mixopt": 1} | {key: value for key, value in document.items() if key not in {"budget", "data"}}
    leaves = [*flat(kept), *((("data", name), sheet) for name, sheet in sheets.items())]
    for row, (loc, value) in enumerate(leaves, places.SETTINGS_HEAD + 1):
        pen.text(row, 0, path_text(loc), "line", "text")
        if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e15:
            pen.number(row, 1, float(value), "input", "any")
        else:
            look = ("line", "muted") if loc[0] == "data" else ("input",)
            pen.text(row, 1, value_text(value) if loc[0] != "data" else str(value), *look, "text")
    last = places.SETTINGS_HEAD + len(leaves)
    pen.sheet.freeze_panes(places.SETTINGS_HEAD + 1, 0)
    pen.sheet.set_column(0, 0, 60)
    pen.sheet.set_column(1, 1, 60)
    pen.named("settings", places.SETTINGS_HEAD, 0, last, 1)
    pen.printed(places.SETTINGS_HEAD)
