"""The sheet *Allocation*: what every plan gives to each channel and segment, and what that returns; totals on top."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mixopt.report import safe
from mixopt_report.book.pen import Book, Pen, span
from mixopt_report.book.shown import NAME, color, labels, too_many
from mixopt_report.facts import Facts

HEADS, FIRST = 4, 5  # the row of the heads, the first row of cells
TOTAL = 3


@dataclass(frozen=True, slots=True)
class Place:
    """Where the rows of cells stand, for formulas of other sheets: the channels' range, and each column's spend."""

    channels: str
    spends: dict[str, str]


def allocation(book: Book, facts: Facts) -> Place | None:
    """Write the sheet.

    Parameters
    ----------
    book : Book
    facts : Facts

    Returns
    -------
    Place or None
        ``None`` where the rows are channels, for there are too many cells.
    """
    pen = book.sheet("Allocation")
    note = too_many(facts)
    pen.text(0, 0, "Allocation", "title")
    what = "one row per channel" if note else "one row per channel and segment"
    said = f"Money in {facts.scope.currency}, {what}; the totals are formulas."
    pen.text(1, 0, note or said, "warning" if note else "subtitle")
    last = _rows(pen, facts, summed=bool(note))
    n = len(facts.columns)
    pen.sheet.freeze_panes(FIRST, 2)
    pen.sheet.set_column(0, 1, 26)
    pen.sheet.set_column(2, 1 + 4 * n, 14)
    pen.sheet.set_row(HEADS, 32)
    pen.sheet.autofilter(HEADS, 0, last, 1 + 4 * n)
    pen.named("allocation", HEADS, 0, last, 1 + 4 * n)
    pen.printed(HEADS)
    if note:
        return None
    spends = {
        one.key: f"{pen.quoted}!{span(FIRST, 2 + k, last, 2 + k, fixed=True)}"
        for k, one in enumerate(facts.columns)
    }
    return Place(channels=f"{pen.quoted}!{span(FIRST, 0, last, 0, fixed=True)}", spends=spends)


def _rows(pen: Pen, facts: Facts, *, summed: bool) -> int:
    """Write heads, rows and totals; return the last row."""
    n = len(facts.columns)
    groups = ("Spend", "Return", "ROI", f"Next {facts.coin.symbol}1 returns")
    for g, group in enumerate(groups):
        pen.text(TOTAL - 1, 2 + g * n, group, "bold", "muted")
    colors = ["", "", *[color(one) for one in facts.columns] * 4]
    pen.head(HEADS, ["Channel", "Segment", *[one.label for one in facts.columns] * 4], colors, left=2)
    names = (
        [(safe(name, NAME), "all") for name in facts.channels]
        if summed
        else list(zip(labels(facts, "channel"), labels(facts, "segment"), strict=True))
    )
    last = FIRST + len(names) - 1
    for row, (channel, segment) in enumerate(names, FIRST):
        pen.text(row, 0, channel, "line")
        pen.text(row, 1, segment, "line")
    for k, one in enumerate(facts.columns):
        spend, returns = one.plan.spend, one.plan.returns
        if summed:
            spend, returns = (
                np.array(list(one.plan.by(amounts, "channel").values())) for amounts in (spend, returns)
            )
        for row in range(len(names)):
            pen.number(FIRST + row, 2 + k, float(spend[row]), "money", "line")
            pen.number(FIRST + row, 2 + n + k, float(returns[row]), "money", "line")
            _roi(pen, FIRST + row, k, n, float(returns[row]), float(spend[row]), "line")
            if not summed:
                value = float(one.plan.marginal_roi[row])
                pen.number(FIRST + row, 2 + 3 * n + k, value, "ratio", "line")
        whole = [float(spend.sum()), float(returns.sum())]
        for g, total in enumerate(whole):
            column = 2 + g * n + k
            pen.formula(TOTAL, column, f"=SUM({span(FIRST, column, last, column)})", total, "total", "money")
        _roi(pen, TOTAL, k, n, whole[1], whole[0], "total")
        pen.text(TOTAL, 2 + 3 * n + k, "", "total")
    pen.text(TOTAL, 0, "Total", "total")
    pen.text(TOTAL, 1, "", "total")
    return last


def _roi(pen: Pen, row: int, k: int, n: int, returns: float, spend: float, look: str) -> None:
    a, b = span(row, 2 + n + k, row, 2 + n + k), span(row, 2 + k, row, 2 + k)
    value = returns / spend if spend > 0 else None
    pen.formula(row, 2 + 2 * n + k, f'=IF({b}>0,{a}/{b},"")', value, look, "ratio")
