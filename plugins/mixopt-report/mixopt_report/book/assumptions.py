"""The sheet *Assumptions*: what is taken as given, what each aim is worth in which plan, inputs and versions."""

from __future__ import annotations

from mixopt.report import phrase, safe, spoken
from mixopt_report.book.pen import Book, Pen
from mixopt_report.book.shown import NAME
from mixopt_report.facts import Facts
from mixopt_report.tables.assumed import assumed_words, sources


def assumptions(book: Book, facts: Facts) -> None:
    """Write the sheet.

    Parameters
    ----------
    book : Book
    facts : Facts
    """
    pen = book.sheet("Assumptions")
    pen.text(0, 0, "What is assumed", "title")
    row = 2
    for words in assumed_words(facts):
        pen.text(row, 1, words, "sentence")
        pen.sheet.set_row(row, 15.5 * (1 + len(words) // 100))
        row += 1
    row = _prices(pen, facts, row + 1)
    pen.section(row + 1, "Sources and versions", 1)
    pen.head(row + 2, ["What", "Version, or start of the SHA-256"], left=2)
    top = row + 2
    row += 3
    for cells in sources(facts).rows:
        pen.text(row, 0, cells[0].text, "line")
        pen.text(row, 1, cells[1].text, "code", "line")
        row += 1
    pen.named("sources", top, 0, row - 1, 1)
    pen.sheet.freeze_panes(1, 0)
    pen.sheet.set_column(0, 0, 34)
    pen.sheet.set_column(1, 1, 96)
    pen.sheet.set_column(2, 8, 16)
    pen.printed(tall=1)


def _prices(pen: Pen, facts: Facts, row: int) -> int:
    """Write the weight of every aim in every plan, and what it is worth there."""
    plans = list(facts.result.plans)
    pen.section(row, "What each plan scores", 1 + len(plans))
    heads = [f"{spoken(safe(name, NAME))}: weight" for name in plans]
    pen.head(row + 1, ["Aim", "Kind", *heads], left=2)
    for k, term in enumerate(facts.result.distinct_terms, row + 2):
        pen.text(k, 0, safe(phrase(term.name), NAME), "line")
        pen.text(k, 1, safe(term.kind, NAME), "line")
        for column, name in enumerate(plans, 2):
            pen.number(k, column, term.weights.get(name), "number", "line")
    return row + 2 + len(facts.result.distinct_terms)
