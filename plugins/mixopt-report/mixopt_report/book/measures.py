"""The sheet *Measures*: every measure on every plan, as numbers."""

from __future__ import annotations

import math

from mixopt_report.book.pen import UNITS, Book, span
from mixopt_report.facts import Facts
from mixopt_report.palette import LIGHT
from mixopt_report.tables.measures import ORDER, columns, measured

HEADS, FIRST = 3, 4
SIGNED = {"money": "change", "share": "share-change"}


def measures(book: Book, facts: Facts) -> None:
    """Write the sheet.

    Parameters
    ----------
    book : Book
    facts : Facts
    """
    pen = book.sheet("Measures")
    pen.text(0, 0, "All measures", "title")
    pair = facts.pair
    said = f"Difference: {pair.b.label} minus {pair.a.label}." if pair else "One row per measure."
    pen.text(1, 0, said, "subtitle")
    shown = columns(facts)
    heads = [head.text.replace("\N{NO-BREAK SPACE}", " ") for _, head in shown]
    last = ["Difference"] if pair else []
    pen.head(HEADS, ["Group", "Measure", *heads, *last], ["", "", *[LIGHT[head.kind] for _, head in shown]])
    found = measured(facts)
    rows = [one for group in ORDER for one in found if one.group == group]
    for row, one in enumerate(rows, FIRST):
        look = UNITS.get(one.unit, "number")
        pen.text(row, 0, one.group, "muted", "line")
        pen.text(row, 1, one.label, "line")
        for column, value in enumerate(one.values.values(), 2):
            pen.number(row, column, value, look, "line")
        if facts.a is None or facts.b is None:
            continue
        difference = one.values[facts.b.key] - one.values[facts.a.key]
        a, b = (list(one.values).index(side.key) + 2 for side in (facts.a, facts.b))
        end = 2 + len(one.values)
        if math.isfinite(difference):
            formula = f"={span(row, b, row, b)}-{span(row, a, row, a)}"
            tie = one.unit == "currency" and pair is not None and pair.tie(difference)
            tone = "muted" if tie else "bold"
            pen.formula(row, end, formula, difference, SIGNED.get(look, "ratio-change"), tone, "line")
            if tie:
                pen.text(row, end + 1, "tie", "note")
    bottom = FIRST + len(rows) - 1
    width = 1 + len(heads) + len(last)
    pen.sheet.freeze_panes(FIRST, 2)
    pen.sheet.set_column(0, 0, 24)
    pen.sheet.set_column(1, 1, 46)
    pen.sheet.set_column(2, width, 16)
    pen.sheet.autofilter(HEADS, 0, bottom, width)
    pen.named("measures", HEADS, 0, bottom, width)
    pen.printed(HEADS)
