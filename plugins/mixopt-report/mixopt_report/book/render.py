"""The workbook of a result, sheet by sheet; the same result gives the same bytes."""

from __future__ import annotations

from mixopt import Result
from mixopt.report import safe
from mixopt_report.book.allocation import allocation
from mixopt_report.book.assumptions import assumptions
from mixopt_report.book.changes import changes
from mixopt_report.book.curves import curves
from mixopt_report.book.inputs import inputs
from mixopt_report.book.measures import measures
from mixopt_report.book.pen import Book
from mixopt_report.book.rules import rules
from mixopt_report.book.shown import NAME
from mixopt_report.book.summary import summary
from mixopt_report.facts import facts_of


def workbook(result: Result) -> bytes:
    """Return the workbook of a result.

    Parameters
    ----------
    result : Result

    Returns
    -------
    bytes
        An ``.xlsx`` file.
    """
    facts = facts_of(result)
    book = Book(coin=facts.coin, title=safe(result.name, NAME))
    summary(book, facts)
    if facts.columns:
        place = allocation(book, facts)
        changes(book, facts, place)
    measures(book, facts)
    rules(book, facts)
    curves(book, facts)
    assumptions(book, facts)
    inputs(book, facts)
    return book.close()
