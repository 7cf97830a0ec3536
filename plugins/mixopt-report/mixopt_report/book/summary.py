"""The sheet *Summary*: the decision in words, what each plan spends and returns, and how good it is proven to be."""

from __future__ import annotations

import math

from mixopt.report import WORDS, decision, headline, safe, spoken
from mixopt_report.book.pen import UNITS, Book, Pen, span
from mixopt_report.book.shown import NAME, by_channel, color, short_money
from mixopt_report.facts import Facts, largest
from mixopt_report.page.render import meta
from mixopt_report.palette import LIGHT
from mixopt_report.tables.measures import columns, first_six
from mixopt_report.tables.proof import missing_of

MOST_BARS = 12
WIDE = 74  # characters of a line of a sentence


def summary(book: Book, facts: Facts) -> None:
    """Write the sheet.

    Parameters
    ----------
    book : Book
    facts : Facts
    """
    pen = book.sheet("Summary")
    sheet = pen.sheet
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 66)
    sheet.set_column(2, 12, 15)
    pen.text(0, 0, safe(facts.result.name, NAME), "title")
    pen.text(1, 0, " · ".join(meta(facts)), "subtitle")
    heights: dict[int, float] = {}
    row = _how_to(pen, _words(pen, facts, 3, heights))
    if facts.plans:
        tall = _chart(pen, facts, 3)
        while sum(heights.get(k, 15.0) for k in range(3, row)) < 0.75 * tall + 12:
            row += 1
    row = _glance(pen, facts, row + 1)
    row = _proof(pen, facts, row + 1)
    pen.printed(tall=1)
    sheet.print_area(0, 0, row, 8)
    sheet.set_first_sheet()
    sheet.activate()


def _words(pen: Pen, facts: Facts, row: int, heights: dict[int, float]) -> int:
    for part in headline(facts.story):
        if part:
            pen.text(row, 1, part, "headline")
            heights[row] = 19.0 * _lines(part, WIDE - 14)
            row += 1
    row += 1
    for said in decision(facts.story):
        text = "\n".join([said.text, *(f"• {line}" for line in said.lines)])
        pen.text(row, 0, said.label, "label")
        pen.text(row, 1, text, "sentence")
        heights[row] = 15.5 * sum(_lines(line, WIDE) for line in text.split("\n")) + 5
        row += 1
    for place, height in heights.items():
        pen.sheet.set_row(place, height)
    return row


def _lines(text: str, wide: int) -> int:
    return max(1, math.ceil(len(text) / wide))


def _glance(pen: Pen, facts: Facts, row: int) -> int:
    pen.section(row, "At a glance", 1 + len(columns(facts)) + bool(facts.pair))
    rows = first_six(facts)
    heads = [LIGHT[head.kind] for _, head in columns(facts)]
    names = [head.text.replace("\N{NO-BREAK SPACE}", " ") for _, head in columns(facts)]
    names += ["Difference"] if facts.pair else []
    pen.head(row + 1, ["Measure", "", *names], ["", "", *heads], left=2)
    for k, one in enumerate(rows, row + 2):
        pen.text(k, 0, one.label, "line")
        pen.text(k, 1, "", "line")
        look = UNITS.get(one.unit, "number")
        for c, value in enumerate(one.values.values(), 2):
            pen.number(k, c, value, look, "line")
        if facts.a is not None and facts.b is not None:
            a, b = (list(one.values).index(side.key) + 2 for side in (facts.a, facts.b))
            difference = one.values[facts.b.key] - one.values[facts.a.key]
            formula = f"={span(k, b, k, b)}-{span(k, a, k, a)}"
            sign = {"money": "change", "share": "share-change"}.get(look, "ratio-change")
            if math.isfinite(difference):
                pen.formula(k, 2 + len(one.values), formula, difference, sign, "bold", "line")
    end = row + 2 + len(rows)
    pen.named("at_a_glance", row + 1, 0, end - 1, 1 + len(names))
    return end


def _proof(pen: Pen, facts: Facts, row: int) -> int:
    pen.section(row, "How good these plans are", 5)
    pen.head(row + 1, ["Plan", "", "State", "Scores", "Proven ceiling", "At most missing"], left=2)
    for k, (name, plan) in enumerate(facts.result.plans.items(), row + 2):
        pen.text(k, 0, spoken(safe(name, NAME)), "line")
        pen.text(k, 1, "", "line")
        pen.text(k, 2, WORDS[plan.status], "right", "line")
        pen.number(k, 3, plan.objective, "fine", "line")
        pen.number(k, 4, plan.bound, "fine", "line")
        pen.number(k, 5, missing_of(plan), "fine", "line")
    end = row + 2 + len(facts.result.plans)
    said = "No plan that keeps the rules can score more than the ceiling; mixopt verify recomputes it."
    pen.text(end, 0, said, "note")
    return end + 1


def _how_to(pen: Pen, row: int) -> int:
    pen.text(row, 0, "Change it", "label")
    said = "Edit the tinted cells of the sheet Input, save, and run: mixopt run plan.xlsx"
    pen.text(row, 1, said, "sentence", "muted")
    return row + 1


def _chart(pen: Pen, facts: Facts, row: int) -> float:
    """Draw spend by channel beside the words; the numbers stand out of the way, to the right."""
    far = 30
    names = largest(
        facts.channels,
        [by_channel(facts.last.plan, "spend")[c] for c in facts.channels],
        MOST_BARS,
        MOST_BARS,
    )
    names = sorted(names, key=lambda name: -by_channel(facts.last.plan, "spend")[name])
    for k, name in enumerate(names):
        pen.text(row + 1 + k, far, safe(name, 40), "muted")
    for c, one in enumerate(facts.columns, far + 1):
        spend = by_channel(one.plan, "spend")
        pen.text(row, c, one.label, "muted")
        for k, name in enumerate(names):
            pen.number(row + 1 + k, c, spend[name], "money", "muted")
    most = max((max(by_channel(one.plan, "spend").values()) for one in facts.columns), default=0.0)
    chart = pen.of.book.add_chart({"type": "bar"})
    end = row + len(names)
    for c, one in enumerate(facts.columns, far + 1):
        chart.add_series(
            {
                "name": f"={pen.quoted}!{span(row, c, row, c, fixed=True)}",
                "categories": f"={pen.quoted}!{span(row + 1, far, end, far, fixed=True)}",
                "values": f"={pen.quoted}!{span(row + 1, c, end, c, fixed=True)}",
                "fill": {"color": color(one)},
                "gap": 50,
            }
        )
    left_out = len(facts.channels) - len(names)
    said = f"Spend by channel, the {len(names)} largest" if left_out else "Spend by channel"
    chart.set_title({"name": said, "name_font": {"size": 12}})
    chart.set_y_axis({"reverse": True, "num_font": {"size": 9}, "line": {"none": True}})
    chart.set_x_axis(
        {
            "num_format": short_money(facts, most),
            "major_gridlines": {"visible": True, "line": {"color": "#e3e7ec"}},
            "num_font": {"size": 9},
        }
    )
    chart.set_legend({"position": "top"})
    height = max(240, 76 + len(names) * (10 + 7 * len(facts.columns)))
    chart.set_size({"width": 600, "height": height})
    pen.sheet.insert_chart(row, 2, chart, {"x_offset": 14, "description": said})
    return height
