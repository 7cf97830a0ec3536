"""A workbook while it is written: text that is never a formula, exact numbers, totals as formulas with their values.

The writer prints numbers with 16 digits; :class:`Exact` prints the shortest text that reads back as the same number, so
that a workbook gives a run's numbers back to the digit.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from mixopt.report import Coin
from mixopt_report.palette import LIGHT

LONGEST = 32_000  # characters; a cell holds 32,767
MADE = datetime(2000, 1, 1)  # noqa: DTZ001 - every workbook says so: the same run gives the same bytes
FONT = {"font_name": "Calibri", "font_size": 11, "font_color": LIGHT["ink"], "valign": "vcenter"}
LOOKS: dict[str, dict[str, Any]] = {
    "title": {"font_size": 20, "bold": True},
    "subtitle": {"font_color": LIGHT["muted"]},
    "headline": {"font_size": 14, "bold": True, "text_wrap": True, "valign": "top"},
    "section": {"font_size": 13, "bold": True, "bottom": 1, "bottom_color": LIGHT["rule"]},
    "label": {"bold": True, "valign": "top", "font_color": LIGHT["muted"]},
    "sentence": {"text_wrap": True, "valign": "top"},
    "note": {"font_color": LIGHT["muted"], "italic": True},
    "warning": {"font_color": LIGHT["first"], "bold": True},
    "head": {"bold": True, "font_color": "#ffffff", "bg_color": LIGHT["ink"], "text_wrap": True, "border": 0},
    "right": {"align": "right"},
    "center": {"align": "center"},
    "total": {"bold": True, "top": 1, "bottom": 1, "bg_color": LIGHT["panel"]},
    "input": {"bg_color": "#fff6d6", "border": 1, "border_color": "#e4d7a2", "locked": False},
    "line": {"bottom": 4, "bottom_color": LIGHT["line"]},
    "muted": {"font_color": LIGHT["muted"]},
    "bold": {"bold": True},
    "code": {"font_name": "Consolas", "font_size": 10},
    "text": {"num_format": "@"},
    "indent": {"indent": 1},
}
UNITS = {"currency": "money", "share": "share", "ratio": "ratio", "count": "count"}


class Exact(float):
    """A number that is printed as the shortest text that reads back as the same number."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        """Return the number, whatever number of digits is asked for."""
        return repr(float(self)) if spec == ".16G" else format(float(self), spec)


@dataclass(frozen=True)
class Book:
    """A workbook, and the formats of its cells.

    Parameters
    ----------
    coin : Coin
    title : str
        For the file's properties.
    """

    coin: Coin
    title: str
    file: io.BytesIO = field(default_factory=io.BytesIO)
    formats: dict[tuple[str, ...], Any] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        from xlsxwriter import Workbook  # noqa: PLC0415 - only where a workbook is written

        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": FONT,
        }
        book: Any = Workbook(self.file, options)
        book.set_properties({"title": plain(self.title), "created": MADE, "comments": "Made by mixopt."})
        object.__setattr__(self, "book", book)

    book: Any = field(init=False, repr=False)

    @property
    def numbers(self) -> dict[str, str]:
        """Formats of numbers, by what they count."""
        sign = f'"{self.coin.symbol}"'
        whole = "#,##0" if self.coin.budget >= 10_000 else "#,##0.00"
        return {
            "money": f"{sign}{whole};-{sign}{whole};{sign}0",
            "change": f"+{sign}{whole};-{sign}{whole};{sign}0",
            "fine": f"{sign}#,##0.00;-{sign}#,##0.00;{sign}0",
            "share": "0.0%",
            "share-change": "+0.0%;-0.0%;0.0%",
            "ratio": "0.00",
            "ratio-change": "+0.00;-0.00;0.00",
            "count": "#,##0.##",
            "number": "#,##0.00####",
            "any": "General",
        }

    def look(self, *parts: str) -> Any:
        """Return a format.

        Parameters
        ----------
        *parts : str
            Names of looks, of formats of numbers, and colours ``#rrggbb`` for the head of a plan; later ones win.

        Returns
        -------
        Format
        """
        if parts not in self.formats:
            found: dict[str, Any] = dict(FONT)
            for part in parts:
                if part.startswith("#"):
                    found["bg_color"] = part
                elif part in LOOKS:
                    found |= LOOKS[part]
                else:
                    found["num_format"] = self.numbers[part]
            self.formats[parts] = self.book.add_format(found)
        return self.formats[parts]

    def sheet(self, name: str) -> Pen:
        """Add a sheet.

        Parameters
        ----------
        name : str
            Made one that a workbook can bear where it is none.

        Returns
        -------
        Pen
        """
        title = sheet_name(name, self.names)
        self.names[name] = title
        return Pen(self, self.book.add_worksheet(title))

    def close(self) -> bytes:
        """Return the file.

        Returns
        -------
        bytes
        """
        self.book.close()
        return self.file.getvalue()


@dataclass(frozen=True)
class Pen:
    """Writes one sheet; rows and columns from 0.

    Parameters
    ----------
    of : Book
    sheet : Worksheet
    """

    of: Book
    sheet: Any

    @property
    def quoted(self) -> str:
        """The sheet's name as formulas write it."""
        return "'" + str(self.sheet.get_name()).replace("'", "''") + "'"

    def text(self, row: int, column: int, text: str, *look: str) -> None:
        """Write text, and nothing else whatever it looks like."""
        if text == "":
            self.sheet.write_blank(row, column, None, self.of.look(*look))
        elif self.sheet.write_string(row, column, plain(text), self.of.look(*look)) != 0:
            raise ValueError(f"row {row + 1}, column {column + 1} cannot be written")

    def number(self, row: int, column: int, value: float | None, *look: str) -> None:
        """Write a number; nothing where there is none, a word where it is infinite."""
        if value is None or math.isnan(value):
            self.sheet.write_blank(row, column, None, self.of.look(*look))
        elif math.isinf(value):
            self.text(row, column, "∞" if value > 0 else "-∞", *look, "right")
        elif self.sheet.write_number(row, column, Exact(value), self.of.look(*look)) != 0:
            raise ValueError(f"row {row + 1}, column {column + 1} cannot be written")

    def formula(self, row: int, column: int, formula: str, value: float | str | None, *look: str) -> None:
        """Write a formula and the value it has."""
        cached: Any = "" if value is None or (isinstance(value, float) and math.isnan(value)) else value
        self.sheet.write_formula(row, column, formula, self.of.look(*look), cached)

    def head(self, row: int, texts: Sequence[str], colors: Sequence[str] = (), left: int = 1) -> None:
        """Write the heads of a table's columns, the first ones of texts; a plan's own colour where it has one."""
        for column, text in enumerate(texts):
            color = colors[column] if column < len(colors) else ""
            side = () if column < left else ("right",)
            self.text(row, column, text, "head", *([color] if color else []), *side)

    def section(self, row: int, text: str, last: int) -> None:
        """Write a heading over the columns from the first to the last."""
        for column in range(last + 1):
            self.text(row, column, "" if column else text, "section")

    def named(self, name: str, top: int, left: int, bottom: int, right: int) -> None:
        """Give a range a name that formulas can use."""
        self.of.book.define_name(name, f"={self.quoted}!{span(top, left, bottom, right, fixed=True)}")

    def printed(self, repeat: int | None = None, *, tall: Literal[0, 1] = 0) -> None:
        """Set the page: A4 across, as wide as the sheet, heads on every page."""
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, tall)
        self.sheet.set_margins(0.5, 0.5, 0.6, 0.6)
        self.sheet.set_footer("&L&8&A&R&8&P / &N")
        self.sheet.hide_gridlines(2)
        if repeat is not None:
            self.sheet.repeat_rows(repeat)


def plain(text: str) -> str:
    """Return a text as a cell can hold it.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        Without characters that no XML can hold, at most 32,000 characters.
    """
    text = re.sub("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]", "\ufffd", text)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def sheet_name(name: str, taken: dict[str, str]) -> str:
    r"""Return a name that a sheet can have: 31 characters, none of ``[]:*?/\``, no apostrophe at either end, its own.

    Parameters
    ----------
    name : str
    taken : dict of str to str
        The names in use are its values.

    Returns
    -------
    str
    """
    base = _cut(re.sub(r"[\[\]:*?/\\]", "-", plain(name)).strip("' "), 31) or "Sheet"
    if base.casefold() == "history":  # Excel keeps it for itself
        base = "History of spend"
    used = {other.casefold() for other in taken.values()}
    found, number = base, 2
    while found.casefold() in used:
        found = f"{_cut(base, 25)} ({number})"
        number += 1
    return found


def _cut(text: str, most: int) -> str:
    """Return the beginning of a text that has at most so many units of UTF-16."""
    while len(text.encode("utf-16-le")) > 2 * most:
        text = text[:-1]
    return text.rstrip("' ")


def span(top: int, left: int, bottom: int, right: int, *, fixed: bool = False) -> str:
    """Return a range as formulas write it; rows and columns from 0, all included.

    Parameters
    ----------
    top, left, bottom, right : int
    fixed : bool
        Whether it stays where it is when the formula is copied.

    Returns
    -------
    str
    """
    from xlsxwriter.utility import xl_range, xl_range_abs  # noqa: PLC0415

    return str((xl_range_abs if fixed else xl_range)(top, left, bottom, right))
