"""The sheet *Changes*: what moves from today to each plan, by channel, the largest first, with a native chart."""

from __future__ import annotations

from mixopt.report import safe
from mixopt_report.book.allocation import Place
from mixopt_report.book.pen import Book, Pen, span
from mixopt_report.book.shown import NAME, base_of, by_channel, color, short_money
from mixopt_report.facts import MOST, Facts, Shown
from mixopt_report.palette import LIGHT

HEADS, FIRST = 3, 4


def changes(book: Book, facts: Facts, place: Place | None) -> None:
    """Write the sheet.

    Parameters
    ----------
    book : Book
    facts : Facts
    place : Place or None
        Where the cells stand, so that sums are formulas; they are numbers where there are too many cells.
    """
    base = base_of(facts)
    others = [one for one in facts.columns if one is not base]
    pen = book.sheet("Changes")
    pen.text(0, 0, "Changes" if base else "Spend by channel", "title")
    said = f"From {base.label} to each plan, by channel, the largest change first." if base else ""
    pen.text(1, 0, said, "subtitle")
    heads, colors = ["Channel"], [""]
    if base is not None:
        heads.append(base.label)
        colors.append(color(base))
    for one in others:
        more = ["Change", "Change, %"] if base is not None else []
        heads += [one.label, *more]
        colors += [color(one)] * (1 + len(more))
    pen.head(HEADS, heads, colors)
    order = _order(facts, base)
    last = FIRST + len(order) - 1
    if base is not None:
        _spends(pen, 1, base, order, place)
    for k, one in enumerate(others):
        column = 2 + 3 * k if base is not None else 1 + k
        _spends(pen, column, one, order, place)
        if base is not None:
            _differences(pen, column, one, base, order)
    for row, name in enumerate(order, FIRST):
        pen.text(row, 0, safe(name, NAME), "line")
    pen.text(last + 1, 0, "Total", "total")
    width = len(heads) - 1
    pen.sheet.freeze_panes(FIRST, 1)
    pen.sheet.set_column(0, 0, 28)
    pen.sheet.set_column(1, width, 14)
    pen.sheet.set_row(HEADS, 20)
    pen.sheet.autofilter(HEADS, 0, last, width)
    pen.named("changes", HEADS, 0, last, width)
    pen.printed(HEADS)
    if others:
        _chart(pen, facts, others, base, min(len(order), MOST), width)


def _order(facts: Facts, base: Shown | None) -> list[str]:
    spend = by_channel(facts.last.plan, "spend")
    if base is None or base is facts.last:
        return sorted(spend, key=lambda name: -spend[name])
    before = by_channel(base.plan, "spend")
    return sorted(spend, key=lambda name: -abs(spend[name] - before[name]))


def _spends(pen: Pen, column: int, one: Shown, order: list[str], place: Place | None) -> None:
    spend = by_channel(one.plan, "spend")
    for row, name in enumerate(order, FIRST):
        if place is None:
            pen.number(row, column, spend[name], "money", "line")
        else:
            formula = f"=SUMPRODUCT(--({place.channels}=$A{row + 1}),{place.spends[one.key]})"
            pen.formula(row, column, formula, spend[name], "money", "line")
    last = FIRST + len(order) - 1
    total = float(one.plan.spend.sum())
    pen.formula(last + 1, column, f"=SUM({span(FIRST, column, last, column)})", total, "total", "money")


def _differences(pen: Pen, column: int, one: Shown, base: Shown, order: list[str]) -> None:
    spend, before = by_channel(one.plan, "spend"), by_channel(base.plan, "spend")
    last = FIRST + len(order) - 1
    rows = [(row, spend[name], before[name], "line") for row, name in enumerate(order, FIRST)]
    rows.append((last + 1, float(one.plan.spend.sum()), float(base.plan.spend.sum()), "total"))
    for row, now, then, look in rows:
        a, b, change = (span(row, c, row, c) for c in (column, 1, column + 1))
        moved = round(now - then, 4) + 0.0  # what sums leave behind is no change
        pen.formula(row, column + 1, f"=ROUND({a}-{b},4)", moved, look, "change")
        share = moved / then if then > 0 else None
        pen.formula(row, column + 2, f'=IF({b}>0,{change}/{b},"")', share, look, "share-change")
    scale = {"type": "3_color_scale", "mid_type": "num", "mid_value": 0}
    colors = {"min_color": LIGHT["heat-m3"], "mid_color": LIGHT["page"], "max_color": LIGHT["heat-p3"]}
    pen.sheet.conditional_format(FIRST, column + 1, last, column + 1, scale | colors)


def _chart(pen: Pen, facts: Facts, others: list[Shown], base: Shown | None, shown: int, width: int) -> None:
    """Draw bars of the changes; of the spends where there is nothing to change from."""
    chart = pen.of.book.add_chart({"type": "bar"})
    step = 3 if base is not None else 1
    for k, one in enumerate(others):
        column = (3 if base is not None else 1) + step * k
        chart.add_series(
            {
                "name": one.label,
                "categories": f"={pen.quoted}!{span(FIRST, 0, FIRST + shown - 1, 0, fixed=True)}",
                "values": f"={pen.quoted}!{span(FIRST, column, FIRST + shown - 1, column, fixed=True)}",
                "fill": {"color": color(one)},
                "gap": 60,
                "overlap": -5,
            }
        )
    said = f"Change from {base.label}" if base is not None else "Spend by channel"
    more = f", the {shown} largest" if len(facts.channels) > shown else ""
    chart.set_title({"name": said + more, "name_font": {"size": 12}, "overlay": False})
    chart.set_y_axis(
        {"reverse": True, "label_position": "low", "num_font": {"size": 9}, "line": {"none": True}}
    )
    grid = {"visible": True, "line": {"color": "#e3e7ec"}}
    chart.set_x_axis(
        {
            "num_format": short_money(facts, _largest(facts, others, base)),
            "major_gridlines": grid,
            "num_font": {"size": 9},
        }
    )
    chart.set_legend({"position": "top"})
    chart.set_size({"width": 620, "height": max(260, 90 + shown * (12 + 10 * len(others)))})
    pen.sheet.insert_chart(HEADS, width + 2, chart, {"description": said})


def _largest(facts: Facts, others: list[Shown], base: Shown | None) -> float:
    """Return the largest amount that the chart shows."""
    before = by_channel(base.plan, "spend") if base is not None else dict.fromkeys(facts.channels, 0.0)
    found = [
        abs(spend - before[name]) for one in others for name, spend in by_channel(one.plan, "spend").items()
    ]
    return max(found, default=0.0)
