"""The sheet *Rules*: where every plan stands against every rule, and what giving way by one unit would gain."""

from __future__ import annotations

from mixopt.report import money, safe
from mixopt_report.book.pen import UNITS, Book
from mixopt_report.book.shown import NAME
from mixopt_report.facts import Facts

HEADS, FIRST = 3, 4
COLUMNS = ("Plan", "Rule", "In words", "Value", "At least", "At most", "Unit", "Binds", "One more unit gains")


def rules(book: Book, facts: Facts) -> None:
    """Write the sheet.

    Parameters
    ----------
    book : Book
    facts : Facts
    """
    pen = book.sheet("Rules")
    pen.text(0, 0, "Rules", "title")
    said = (
        "A rule that binds is paid for: the last column is what the plan's own score gains, at the margin, "
        f"when the limit gives way by {facts.coin.symbol}1, by one point of a share, or by one unit."
    )
    pen.text(1, 0, said, "subtitle")
    pen.head(HEADS, COLUMNS, left=3)
    row = FIRST
    for one in facts.plans:
        for level in facts.result.plans[one.key].rule_levels:
            look = UNITS.get(level.unit, "number")
            words = level.sentence if level.rule != "budget" else _budget(facts)
            pen.text(row, 0, one.label, "bold", "line")
            pen.text(row, 1, safe(level.rule, NAME), "line")
            pen.text(row, 2, safe(words, 2 * NAME), "line", "sentence")
            pen.number(row, 3, level.value, look, "line")
            pen.number(row, 4, level.at_least, look, "line")
            pen.number(row, 5, level.at_most, look, "line")
            pen.text(row, 6, safe(_unit(level.unit, facts), NAME), "muted", "line")
            pen.text(row, 7, "●" if level.binding else "", "center", "line")
            size = 0.01 if level.unit == "share" else 1.0
            pen.number(row, 8, level.shadow_price * size if level.binding else None, "fine", "line")
            row += 1
    bottom = max(row - 1, FIRST)
    pen.sheet.freeze_panes(FIRST, 2)
    for column, wide in enumerate((16, 30, 56, 14, 14, 14, 12, 8, 18)):
        pen.sheet.set_column(column, column, wide)
    pen.sheet.set_row(HEADS, 20)
    pen.sheet.autofilter(HEADS, 0, bottom, len(COLUMNS) - 1)
    pen.named("rules", HEADS, 0, bottom, len(COLUMNS) - 1)
    pen.printed(HEADS)


def _unit(unit: str, facts: Facts) -> str:
    return {"currency": facts.scope.currency, "share": "share"}.get(unit, unit)


def _budget(facts: Facts) -> str:
    budget = facts.scope.budget
    how = "all of" if budget.rule == "spend-all" else "at most"
    return f"{how} {money(budget.total, facts.coin)} is spent"
