"""What is paid and what is bought: every priced aim of the compared plan in money, as bars from zero."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np

from mixopt.report import differences_alike, money
from mixopt_report.charts.base import amounts, gutter, layered, records, rows_of, upright
from mixopt_report.facts import View, labels
from mixopt_report.figure import Cell, Figure, row, table
from mixopt_report.palette import var

MOST = 8  # aims; above, the smallest are summed


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A row of the chart: a difference in money, at the plan's own price, and its range over posterior draws."""

    label: str
    amount: float
    tie: bool
    span: tuple[float, float] | None = None


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
    spans = any(bar.span is not None for bar in bars)
    rows = [
        row(bar.label, Cell(text=text, kind="tie" if bar.tie else "clear"), *_spans(bar, facts, spans))
        for bar, text in zip(bars, texts, strict=True)
    ]
    heads = (Cell(text="Aim"), Cell(text="Difference"), *([Cell(text="Range")] if spans else []))
    said = "; ".join(
        f"{bar.label} {text}{' (tie)' if bar.tie else ''}" for bar, text in zip(bars, texts, strict=True)
    )
    return Figure(
        name="price",
        title=_title(facts, bars),
        subtitle=f"{b} minus {a}, each aim at its price. Hollow: a tie, too small to tell.{_lines(facts, bars)}",
        said=f"Bar chart of {b} minus {a} in money, cost first, net last. {said}.",
        table=table("What balance costs and what it buys", heads, rows),
        draw=lambda wide: _draw(facts, bars, texts, wide),
    )


def _spans(bar: Bar, facts: View, shown: bool) -> list[Cell]:
    if not shown:
        return []
    if bar.span is None:
        return [Cell(text="exact", kind="muted")]
    return [Cell(text=" to ".join(differences_alike(list(bar.span), facts.coin)), kind="muted")]


def _lines(facts: View, bars: list[Bar]) -> str:
    if facts.pair is None or all(bar.span is None for bar in bars):
        return ""
    share = f"{100.0 * facts.pair.share:.3g}%"
    return f" Lines: {share} of the posterior draws."


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
    aims = [(aim.said, aim.gain, aim.span) for aim in pair.aims]
    if len(aims) > MOST:
        rest = aims[MOST - 1 :]
        aims = [*aims[: MOST - 1], (f"other aims ({len(rest)})", sum(gain for _, gain, _ in rest), None)]
    paid = pair.net - sum(gain for _, gain, _ in aims)
    plain = (
        pair.span.times(paid / pair.d) if pair.span is not None and paid / (pair.d or np.inf) > 0 else None
    )
    parts = [("return", paid, plain), *aims, ("net at these prices", pair.net, pair.net_span)]
    return [
        Bar(
            label=label[:1].upper() + label[1:],
            amount=amount,
            tie=pair.tie(amount, span),
            span=None if span is None else (span.low, span.high),
        )
        for label, amount, span in parts
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
            **({} if bar.span is None else {"low": bar.span[0], "high": bar.span[1]}),
            "text": text,
            "look": f"{'b' if bar.amount >= 0 else 'a'}{'-tie' if bar.tie else ''}",
            "said": f"{bar.label}: {text}{', a tie' if bar.tie else ''}",
        }
        for bar, text in zip(bars, texts, strict=True)
    ]
    reach = [end for bar in bars for end in (bar.amount, *(bar.span or ()))]
    low, top = min(0.0, *reach), max(0.0, *reach)
    room = 0.06 * ((top - low) or 1.0)
    x = amounts("amount", facts.coin, top + room, low=low - room, wide=False, signed=True)
    y = rows_of(names, wide=wide, grid=False)
    drawn = _bars(facts.a.style.color, facts.b.style.color, x, y)
    values = gutter(records(data), "text", y, offset=76 if wide else 70, bold=True)
    ends = amounts("low", facts.coin, top + room, low=low - room, wide=False, signed=True)
    ranges = [_whiskers(ends, y)] if any(bar.span is not None for bar in bars) else []
    return layered(drawn, *ranges, upright(0.0, x), values, data=records(data), height=len(names))


def _whiskers(x: alt.X, y: alt.Y) -> Any:
    """The ranges over posterior draws, as lines across the bars' ends."""
    return (
        alt.Chart()
        .transform_filter("isValid(datum.low)")
        .mark_rule(color=var("ink"), strokeWidth=1.5, aria=False)
        .encode(x=x, x2="high:Q", y=y)
    )


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
