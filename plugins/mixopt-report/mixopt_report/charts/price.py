"""What is paid and what is bought: every priced aim of the compared plan in money, as bars from zero."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt

from mixopt.report import differences_alike, money
from mixopt_report.charts.base import amounts, gutter, layered, records, rows_of, upright
from mixopt_report.facts import View, labels
from mixopt_report.figure import Cell, Figure, row, table
from mixopt_report.palette import var

MOST = 8  # aims; above, the smallest are summed


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A row of the chart: a difference in money, at the plan's own price."""

    label: str
    amount: float
    tie: bool


def price(facts: View) -> Figure | None:
    """Return the figure; ``None`` where no aim has a price of its own.

    Parameters
    ----------
    facts : View

    Returns
    -------
    Figure or None
    """
    if facts.pair is None or not facts.pair.aims:
        return None
    bars = bars_of(facts)
    a, b = facts.pair.a.label, facts.pair.b.label
    texts = differences_alike([bar.amount for bar in bars], facts.coin)
    rows = [
        row(bar.label, Cell(text=text, kind="tie" if bar.tie else "clear"))
        for bar, text in zip(bars, texts, strict=True)
    ]
    said = "; ".join(
        f"{bar.label} {text}{' (tie)' if bar.tie else ''}" for bar, text in zip(bars, texts, strict=True)
    )
    return Figure(
        name="price",
        title=_title(facts, bars),
        subtitle=f"{b} minus {a}, each aim at its price. Hollow: a tie, too small to tell.",
        said=f"Bar chart of {b} minus {a} in money, cost first, net last. {said}.",
        table=table("What balance costs and what it buys", (Cell(text="Aim"), Cell(text="Difference")), rows),
        draw=lambda wide: _draw(facts, bars, texts, wide),
    )


def bars_of(facts: View) -> list[Bar]:
    """Return the rows: the return first, then aims by gain, then the net.

    Parameters
    ----------
    facts : View

    Returns
    -------
    list of Bar
    """
    pair = facts.pair
    assert pair is not None
    aims = [(aim.said, aim.gain) for aim in pair.aims]
    if len(aims) > MOST:
        rest = aims[MOST - 1 :]
        aims = [*aims[: MOST - 1], (f"other aims ({len(rest)})", sum(gain for _, gain in rest))]
    paid = pair.net - sum(gain for _, gain in aims)
    parts = [("return", paid), *aims, ("net at these prices", pair.net)]
    return [
        Bar(label=label[:1].upper() + label[1:], amount=amount, tie=pair.tie(amount))
        for label, amount in parts
    ]


def _title(facts: View, bars: list[Bar]) -> str:
    paid, bought = bars[0].amount, sum(bar.amount for bar in bars[1:-1])
    size, gain = money(abs(paid), facts.coin), money(abs(bought), facts.coin)
    if bought <= 0:
        return f"{facts.pair.b.label} gains nothing on its aims at the prices set" if facts.pair else ""
    if paid < 0:
        return f"{size} less now buys {gain} of the other aims, at the prices set"
    return f"{size} more now comes with {gain} of the other aims, at the prices set"


def _draw(facts: View, bars: list[Bar], texts: list[str], wide: bool) -> Any:
    assert facts.a is not None
    assert facts.b is not None
    called = labels([bar.label for bar in bars], 40 if wide else 26)
    names = list(called.values())
    data = [
        {
            "row": called[bar.label],
            "amount": bar.amount,
            "zero": 0,
            "text": text,
            "look": f"{'b' if bar.amount >= 0 else 'a'}{'-tie' if bar.tie else ''}",
            "said": f"{bar.label}: {text}{', a tie' if bar.tie else ''}",
        }
        for bar, text in zip(bars, texts, strict=True)
    ]
    low, top = min(0.0, *(bar.amount for bar in bars)), max(0.0, *(bar.amount for bar in bars))
    room = 0.06 * ((top - low) or 1.0)
    x = amounts("amount", facts.coin, top + room, low=low - room, wide=False, signed=True)
    y = rows_of(names, wide=wide, grid=False)
    drawn = _bars(facts.a.style.color, facts.b.style.color, x, y)
    values = gutter(records(data), "text", y, offset=76 if wide else 70, bold=True)
    return layered(drawn, upright(0.0, x), values, data=records(data), height=len(names))


def _bars(a: str, b: str, x: alt.X, y: alt.Y) -> Any:
    looks = ["a", "a-tie", "b", "b-tie"]
    fill = alt.Fill(
        "look:N",
        legend=None,
        scale=alt.Scale(domain=looks, range=[var(a), "transparent", var(b), "transparent"]),
    )
    stroke = alt.Stroke(
        "look:N", legend=None, scale=alt.Scale(domain=looks, range=[var(a), var(a), var(b), var(b)])
    )
    return (
        alt.Chart()
        .mark_bar(height=20, cornerRadius=1, strokeWidth=1.5)
        .encode(
            x=x,
            x2="zero:Q",
            y=y,
            fill=fill,
            stroke=stroke,
            tooltip=alt.Tooltip("said:N"),
            description=alt.Description("said:N"),
        )
    )
