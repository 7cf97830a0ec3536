"""The sheets *Curves* and *Curve data*: what each cell returns at 25 spends, and a native chart of the one chosen."""

from __future__ import annotations

from typing import Any

import numpy as np

from mixopt_report.book.pen import Book, Pen, span
from mixopt_report.book.shown import MOST_CURVES, color, labels, short_money
from mixopt_report.facts import Facts
from mixopt_report.facts import labels as distinct

POINTS = 25
HEADS, FIRST = 3, 4
MARKERS = {"circle": "circle", "diamond": "diamond", "square": "square", "cross": "x"}
SHORT = 120  # characters of a cell's name in the list to choose from


def curves(book: Book, facts: Facts) -> None:
    """Write both sheets; the first one reads the second by formulas.

    Parameters
    ----------
    book : Book
    facts : Facts
    """
    if not facts.columns:
        return
    front, data = book.sheet("Curves"), book.sheet("Curve data")
    chosen = _cells(facts)
    spends, returns = _grid(facts, chosen)
    names = _names(facts, chosen)
    last = FIRST + len(chosen) - 1
    _data(data, facts, chosen, names, spends, returns)
    _front(front, data, facts, names, last, spends, returns, chosen)


def _cells(facts: Facts) -> Any:
    """Return the cells that are shown: all, or those with the most money in any plan."""
    n = facts.scope.n_cells
    if n <= MOST_CURVES:
        return np.arange(n)
    most = np.max([one.plan.spend for one in facts.columns], axis=0)
    return np.sort(np.argsort(-most, kind="stable")[:MOST_CURVES])


def _names(facts: Facts, chosen: Any) -> list[str]:
    channels, segments = labels(facts, "channel"), labels(facts, "segment")
    several = len(facts.segments) > 1
    every = [f"{channels[k]} · {segments[k]}" if several else channels[k] for k in chosen]
    keyed = [f"{name}\0{k}" for k, name in enumerate(every)]  # the same shortened name twice gets a number
    found = distinct(keyed, SHORT) if len(set(every)) < len(every) else dict(zip(keyed, every, strict=True))
    short = distinct(list(found.values()), SHORT)
    return [short[found[key]] for key in keyed]


def _grid(facts: Facts, chosen: Any) -> tuple[Any, Any]:
    """Return spends (cells × 25) and what they return: to twice today, or well beyond every plan."""
    scope = facts.scope
    most = np.max([one.plan.spend for one in facts.columns], axis=0) * 1.25
    if scope.current_spend is not None:
        most = np.maximum(most, 2.0 * scope.current_spend)
    idle = most <= 0
    most[idle] = np.minimum(scope.upper[idle], scope.budget.total / max(scope.n_cells, 1))
    share = np.arange(POINTS) / (POINTS - 1)
    problem = facts.result.problem
    returns = np.column_stack([scope.value * problem.curves.value(most * part) for part in share])
    return (most[:, None] * share)[chosen], returns[chosen]


def _data(pen: Pen, facts: Facts, chosen: Any, names: list[str], spends: Any, returns: Any) -> None:
    pen.text(0, 0, "Curve data", "title")
    left_out = facts.scope.n_cells - len(chosen)
    said = f"Return at {POINTS} spends per cell, from 0 to the largest shown, in equal steps."
    more = f" {left_out:,} cells with less money are left out." if left_out else ""
    pen.text(1, 0, said + more, "subtitle")
    heads = [f"at {k}/{POINTS - 1}" for k in range(POINTS)]
    plans = [head for one in facts.columns for head in (f"{one.label}: spend", f"{one.label}: return")]
    colors = ["", "", *[""] * POINTS, *[color(one) for one in facts.columns for _ in range(2)]]
    pen.head(HEADS, ["Cell", "Largest spend", *heads, *plans], colors)
    for row, (k, name) in enumerate(zip(chosen, names, strict=True), FIRST):
        pen.text(row, 0, name, "line")
        pen.number(row, 1, float(spends[row - FIRST, -1]), "money", "line")
        for j in range(POINTS):
            pen.number(row, 2 + j, float(returns[row - FIRST, j]), "money", "line")
        for c, one in enumerate(facts.columns):
            pen.number(row, 2 + POINTS + 2 * c, float(one.plan.spend[k]), "money", "line")
            pen.number(row, 3 + POINTS + 2 * c, float(one.plan.returns[k]), "money", "line")
    last = FIRST + len(names) - 1
    width = 1 + POINTS + 2 * len(facts.columns)
    pen.sheet.freeze_panes(FIRST, 1)
    pen.sheet.set_column(0, 0, 34)
    pen.sheet.set_column(1, width, 12)
    pen.sheet.set_row(HEADS, 32)
    pen.named("curve_data", HEADS, 0, last, width)
    pen.printed(HEADS)


def _front(
    pen: Pen, data: Pen, facts: Facts, names: list[str], last: int, spends: Any, returns: Any, chosen: Any
) -> None:
    pen.text(0, 0, "Response curves", "title")
    pen.text(1, 0, "Choose a cell; the chart and the numbers follow.", "subtitle")
    start = int(np.argmax([facts.last.plan.spend[k] for k in chosen]))
    listed = f"{data.quoted}!{span(FIRST, 0, last, 0, fixed=True)}"
    pen.text(3, 0, "Cell", "label")
    pen.text(3, 1, names[start], "input", "text")
    pen.sheet.data_validation(3, 1, 3, 1, {"validate": "list", "source": f"={listed}"})
    pen.text(4, 0, "Row", "label")
    pen.formula(
        4, 1, f"=SUMPRODUCT(--({listed}=$B$4),ROW({listed}))-{FIRST}", float(start + 1), "any", "muted"
    )

    def picked(column: int) -> str:
        return f"=INDEX({data.quoted}!{span(FIRST, column, last, column, fixed=True)},$B$5)"

    pen.head(6, ["", *[one.label for one in facts.columns]], ["", *[color(one) for one in facts.columns]])
    for row, what in ((7, "Spend"), (8, "Return")):
        pen.text(row, 0, what, "bold", "line")
        for c, one in enumerate(facts.columns):
            amounts = one.plan.spend if what == "Spend" else one.plan.returns
            value = float(amounts[chosen[start]])
            pen.formula(row, 1 + c, picked(2 + POINTS + 2 * c + row - 7), value, "money", "line")
    pen.head(10, ["Point", "Spend", "Return"])
    for j in range(POINTS):
        row = 11 + j
        pen.number(row, 0, float(j), "any", "line")
        formula = f"={picked(1)[1:]}*{j}/{POINTS - 1}"
        pen.formula(row, 1, formula, float(spends[start, -1]) * j / (POINTS - 1), "money", "line")
        pen.formula(row, 2, picked(2 + j), float(returns[start, j]), "money", "line")
    pen.sheet.set_column(0, 0, 12)
    pen.sheet.set_column(1, 1, 34)
    pen.sheet.set_column(2, 8, 16)
    pen.sheet.freeze_panes(5, 0)
    pen.printed(tall=1)
    _chart(pen, facts)


def _chart(pen: Pen, facts: Facts) -> None:
    chart = pen.of.book.add_chart({"type": "scatter", "subtype": "smooth"})
    end = 10 + POINTS
    chart.add_series(
        {
            "name": "Curve",
            "categories": f"={pen.quoted}!{span(11, 1, end, 1, fixed=True)}",
            "values": f"={pen.quoted}!{span(11, 2, end, 2, fixed=True)}",
            "line": {"color": "#566270", "width": 2},
            "marker": {"type": "none"},
        }
    )
    for c, one in enumerate(facts.columns, 1):
        paint = {"color": color(one)}
        kind = MARKERS.get(one.style.shape, "short_dash" if one.key == "today" else "triangle")
        chart.add_series(
            {
                "name": f"={pen.quoted}!{span(6, c, 6, c, fixed=True)}",
                "categories": f"={pen.quoted}!{span(7, c, 7, c, fixed=True)}",
                "values": f"={pen.quoted}!{span(8, c, 8, c, fixed=True)}",
                "line": {"none": True},
                "marker": {"type": kind, "size": 11, "fill": paint, "border": paint},
            }
        )
    chart.set_title({"name": f"={pen.quoted}!$B$4", "name_font": {"size": 12}})
    grid, short = {"visible": True, "line": {"color": "#e3e7ec"}}, short_money(facts)
    chart.set_x_axis({"name": "Spend", "min": 0, "num_format": short, "major_gridlines": {"visible": False}})
    chart.set_y_axis({"name": "Return", "min": 0, "num_format": short, "major_gridlines": grid})
    chart.set_legend({"position": "top"})
    chart.set_size({"width": 720, "height": 440})
    pen.sheet.insert_chart(10, 4, chart, {"description": "Return against spend of the chosen cell"})
