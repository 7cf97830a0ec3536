"""How far to go: what is gained against what is given up, the proven ceiling, and where the plans and today stand.

Every dot is a plan that no other one beats by both. The shaded area is where a better plan could still lie: below it a
plan was found that is as good, above it none can be.
"""

from __future__ import annotations

import math
from typing import Any

import altair as alt

from mixopt import Frontier
from mixopt.report import frontier_axes, frontier_finding, frontier_rates, money, money_alike, pence
from mixopt_report.charts.base import finished, money_expression, points, records, ticks
from mixopt_report.facts import Facts, Shown
from mixopt_report.figure import Cell, Figure, row, table
from mixopt_report.palette import var

HEIGHT = 340
FAR = 1.5  # of the frontier's span: what lies farther off is named, not drawn
NEAR = 0.1  # of the drawn span: closer marks share a label


def frontier(facts: Facts) -> Figure | None:
    """Return the figure; ``None`` where the result has no frontier, or one of a single point.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    Figure or None
    """
    found = facts.result.frontier
    if found is None or len(found.efficient) < 2:
        return None
    first, second = frontier_axes(found)
    placed = {one.key: found.place(one.plan) for one in facts.columns}
    shown = [one for one in facts.columns if _near(found, placed[one.key])]
    away = [one.label for one in facts.columns if one not in shown]
    off = f" {' and '.join(away)} lies too far off to be drawn." if away else ""
    return Figure(
        name="frontier",
        title=frontier_finding(found),
        subtitle=f"{first} given up, across; {_small(second)} gained, upwards. Dots: plans that none beats by both. "
        f"Shaded: where a better one could still lie; above it there is none: proven.{off}",
        said=_said(facts, found),
        table=_table(facts, found),
        draw=lambda wide: _draw(facts, found, shown, placed, wide),
        span="wide",
    )


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _span(found: Frontier) -> tuple[float, float]:
    frame = found.points
    return float(frame["given_up"].max()), float(frame["gained"].max())


def _near(found: Frontier, place: tuple[float, float]) -> bool:
    return all(-FAR * size <= at <= (1 + FAR) * size for at, size in zip(place, _span(found), strict=True))


def _said(facts: Facts, found: Frontier) -> str:
    first, second = frontier_axes(found)
    frame = found.points.iloc[:: max(1, len(found.points) // 8)]
    parts = [
        f"{money(float(p), facts.coin)} given up, {money(float(g), facts.coin)} gained"
        for p, g in zip(frame["given_up"], frame["gained"], strict=True)
    ]
    return f"Frontier of {_small(first)} against {_small(second)}: {'; '.join(parts)}."


def _table(facts: Facts, found: Frontier) -> Any:
    first, second = frontier_axes(found)
    frame = found.points
    paid, got, most = (
        money_alike([float(v) for v in frame[name]], facts.coin)
        for name in ("given_up", "gained", "gained_at_most")
    )
    most[0] = ""
    rates = [pence(rate, facts.coin) if math.isfinite(rate) else "" for rate in frontier_rates(found)]
    one = f"{facts.coin.symbol}1"
    head = ("Point", f"{first} given up", f"{second}: gained", "Gained at most", f"Per {one} more")
    rows = [row(*texts) for texts in zip(map(str, frame["point"]), paid, got, most, rates, strict=True)]
    return table("The points of the frontier", tuple(Cell(text=text) for text in head), rows)


def _draw(
    facts: Facts, found: Frontier, shown: list[Shown], placed: dict[str, tuple[float, float]], wide: bool
) -> Any:
    frame = found.points
    marks = [placed[one.key] for one in shown]
    ends_x = _ends([*frame["given_up"], *(at for at, _ in marks)])
    ends_y = _ends([*frame["gained"], *(at for _, at in marks)])
    first, second = frontier_axes(found)
    x = alt.X("given_up:Q", **_axis(facts, ends_x, f"{first} given up", wide))
    y = alt.Y("gained:Q", **_axis(facts, ends_y, f"{second}: gained" if wide else "Gained", wide))
    dots = [
        {
            "given_up": float(p),
            "gained": float(g),
            "said": f"Point {n}: {money(float(p), facts.coin)} given up, {money(float(g), facts.coin)} gained",
        }
        for n, p, g in zip(frame["point"], frame["given_up"], frame["gained"], strict=True)
    ]
    plans = [
        {
            "given_up": at[0],
            "gained": at[1],
            "plan": one.label,
            "mark": True,
            "said": f"{one.label}: {money(at[0], facts.coin)} given up, {money(at[1], facts.coin)} gained",
        }
        for one, at in zip(shown, marks, strict=True)
    ]
    layers = [
        _unknown(found, x, y),
        alt.Chart(records(dots))
        .mark_point(
            shape="circle",
            size=44,
            filled=True,
            fill=var("page"),
            stroke=var("ink"),
            strokeWidth=1.4,
            opacity=1,
        )
        .encode(x=x, y=y, tooltip=alt.Tooltip("said:N"), description=alt.Description("said:N")),
        *([points(shown, x, y, wide=wide).properties(data=records(plans))] if plans else []),
        *_labels(plans, ends_x, ends_y, x, y),
    ]
    return finished(alt.layer(*layers).properties(height=HEIGHT if wide else 280))


def _unknown(found: Frontier, x: alt.X, y: alt.Y) -> Any:
    rows = []
    for part, (start, end, gained, most) in enumerate(found.outline()):
        fall = end - start if found.nested else 0.0
        rows += [
            {"part": part, "given_up": start, "gained": gained, "most": max(most - fall, gained)},
            {"part": part, "given_up": end, "gained": gained, "most": most},
        ]
    return (
        alt.Chart(records(rows))
        .mark_area(color=var("span"), opacity=1, line=False, aria=False, interpolate="linear", clip=True)
        .encode(x=x, y=y, y2="most:Q", detail="part:N")
    )


def _labels(
    plans: list[dict[str, Any]],
    ends_x: tuple[float, float],
    ends_y: tuple[float, float],
    x: alt.X,
    y: alt.Y,
) -> list[Any]:
    """Return the plans' names beside their marks: to the right, or to the left near the right edge."""
    found = []
    middle = 0.5 * (ends_x[0] + ends_x[1])
    for plan in plans:
        right = plan["given_up"] <= middle
        low = plan["gained"] - ends_y[0] < NEAR * (ends_y[1] - ends_y[0])
        found.append(
            alt.Chart(records([plan]))
            .mark_text(
                align="left" if right else "right",
                dx=12 if right else 6,
                dy=-10 if low else 30 if not right else 16,
                fontWeight=600,
                color=var("ink"),
                fontSize=13,
                aria=False,
            )
            .encode(x=x, y=y, text=alt.Text("plan:N"))
        )
    return found


def _ends(values: list[float]) -> tuple[float, float]:
    low, top = min(0.0, *values), max(values)
    room = 0.05 * ((top - low) or 1.0)
    return low - room, top + room


def _axis(facts: Facts, ends: tuple[float, float], title: str, wide: bool) -> dict[str, Any]:
    low, top = ends
    axis = alt.Axis(
        title=title,
        grid=True,
        values=ticks(low, top, 6 if wide else 3),
        labelExpr=money_expression(facts.coin, max(abs(top), abs(low))),
        labelFlush=False,
        titlePadding=10,
        titleLimit=HEIGHT,
        labelFontSize=12,
        labelColor=var("muted"),
    )
    return {"axis": axis, "scale": alt.Scale(domain=[low, top], nice=False, zero=False)}
