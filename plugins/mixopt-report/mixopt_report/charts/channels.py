"""Where the money goes: spend per channel, today and in every plan, on one money axis; sorted by the last plan."""

from __future__ import annotations

from typing import Any

import altair as alt

from mixopt.report import differences_alike, money, money_alike, safe
from mixopt_report.charts.base import amounts, gutter, head, layered, points, records, rows_of
from mixopt_report.facts import LONGEST, View, labels, largest
from mixopt_report.figure import Cell, Figure, row, table

OTHER = "Other ({})"


def spends(facts: View, over: str = "channel") -> dict[str, dict[str, float]]:
    """Return spend by column of the page and by channel.

    Parameters
    ----------
    facts : View
    over : str

    Returns
    -------
    dict of str to dict of str to float
    """
    return {one.key: one.plan.by(one.plan.spend, over) for one in facts.columns}


def channels(facts: View) -> Figure | None:
    """Return the figure; ``None`` where there is nothing to show.

    Parameters
    ----------
    facts : View

    Returns
    -------
    Figure or None
    """
    if not facts.columns or len(facts.channels) < 2:
        return None
    found = spends(facts)
    last = found[facts.last.key]
    order = sorted(facts.channels, key=lambda name: -last[name])
    kept = largest(order, [max(column[name] for column in found.values()) for name in order])
    versus = " and the change against today" if facts.today else ""
    return Figure(
        name="channels",
        title=_title(facts, found),
        subtitle=f"Spend per channel, sorted by {facts.last.label}. Numbers: {facts.last.label}'s spend{versus}.",
        said=_said(facts, found, order),
        table=_table(facts, found, order),
        draw=lambda wide: _draw(facts, found, order, kept, wide),
        span="large" if len(facts.segments) > 1 and facts.pair else "wide",
    )


def _title(facts: View, found: dict[str, dict[str, float]]) -> str:
    if facts.a and facts.b:
        a, b = found[facts.a.key], found[facts.b.key]
        name = max(facts.channels, key=lambda c: abs(b[c] - a[c]))
        if abs(b[name] - a[name]) >= 0.005 * facts.story.budget:
            verb = "stops at" if b[name] < a[name] else "gives it"
            before, after = money(a[name], facts.coin), money(b[name], facts.coin)
            return f"{facts.a.label} puts {before} into {safe(name)}; {facts.b.label} {verb} {after}"
        return f"{facts.a.label} and {facts.b.label} put the money in the same places"
    last = found[facts.last.key]
    name = max(facts.channels, key=lambda c: last[c])
    return f"{facts.last.label} puts the most into {safe(name)}, {money(last[name], facts.coin)}"


def _said(facts: View, found: dict[str, dict[str, float]], order: list[str]) -> str:
    parts = []
    for name in order[:12]:
        values = ", ".join(f"{one.label} {money(found[one.key][name], facts.coin)}" for one in facts.columns)
        parts.append(f"{safe(name)}: {values}")
    return f"Dot plot of spend per channel, largest first. {'; '.join(parts)}."


def _table(facts: View, found: dict[str, dict[str, float]], order: list[str]) -> Any:
    heads = [Cell(text="Spend"), *(Cell(text=one.label, kind=one.style.color) for one in facts.columns)]
    texts = {
        one.key: money_alike([found[one.key][name] for name in order], facts.coin) for one in facts.columns
    }
    against = facts.today and facts.last is not facts.today
    change: list[str] = []
    if against and facts.today:
        heads.append(Cell(text=f"{facts.last.label} against today"))
        last, today = found[facts.last.key], found[facts.today.key]
        change = differences_alike([last[name] - today[name] for name in order], facts.coin)
    rows = [
        row(
            safe(name, LONGEST),
            *(texts[one.key][k] for one in facts.columns),
            *([change[k]] if against else []),
        )
        for k, name in enumerate(order)
    ]
    return table("Spend per channel", tuple(heads), rows)


def _draw(
    facts: View, found: dict[str, dict[str, float]], order: list[str], kept: list[str], wide: bool
) -> Any:
    called = labels(kept, 40 if wide else 24)
    rows = [called[name] for name in kept]
    others = [name for name in order if name not in called]
    if others:
        rows.append(OTHER.format(len(others)))
    data = [
        {
            "row": called[name],
            "plan": one.label,
            "spend": found[one.key][name],
            "mark": True,
            "said": f"{called[name]}, {one.label}: {money(found[one.key][name], facts.coin)}",
        }
        for name in kept
        for one in facts.columns
    ]
    sums = [
        [found[one.key][name] for name in kept] + ([sum(found[one.key][n] for n in others)] if others else [])
        for one in facts.columns
    ]
    top = max(found[one.key][name] for name in kept for one in facts.columns) or 1.0
    x, y = amounts("spend", facts.coin, top * 1.04, wide=wide, low=-0.012 * top), rows_of(rows, wide=wide)
    return layered(
        points(facts.columns, x, y, wide=wide),
        *_gutter(facts, rows, sums, y, wide),
        data=records(data),
        height=len(rows),
    )


def _gutter(facts: View, rows: list[str], sums: list[list[float]], y: alt.Y, wide: bool) -> list[alt.Chart]:
    last = sums[[one.key for one in facts.columns].index(facts.last.key)]
    spent = money_alike(last, facts.coin)
    changed = [""] * len(rows)
    against = facts.today is not None and facts.last is not facts.today
    if against:
        changed = differences_alike([new - old for new, old in zip(last, sums[0], strict=True)], facts.coin)
    text = records({"row": r, "spent": s, "change": c} for r, s, c in zip(rows, spent, changed, strict=True))
    color = facts.last.style.color
    if not against:
        return [
            gutter(text, "spent", y, offset=66, bold=True),
            head(facts.last.label[:16], offset=66, color=color, bold=True),
        ]
    if not wide:
        return [gutter(text, "change", y, offset=70, bold=True, size=12), head("vs today", offset=70)]
    return [
        gutter(text, "spent", y, offset=66, bold=True),
        head(facts.last.label[:16], offset=66, color=color, bold=True),
        gutter(text, "change", y, offset=138, color="muted"),
        head("vs today", offset=138),
    ]
