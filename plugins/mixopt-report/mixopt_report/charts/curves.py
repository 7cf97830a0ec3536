"""Where each plan stands on its curve: return against spend per channel, as small charts with shared axes.

Both axes are multiples of today; where today is unknown, of the spend that brings half of what the channel could bring
at its upper limit. The curve moves the segments of a channel together, split as they are today; the marks are the
plans' own splits, so they may lie off it. Solid within the limits of the channel's cells, dashed beyond.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np

from mixopt import Evaluation
from mixopt.curves import Floats, Indices, responses
from mixopt.report import money, pence, safe
from mixopt_report.charts.base import CONFIG, points, records
from mixopt_report.charts.next_money import marginal
from mixopt_report.facts import LONGEST, View, labels
from mixopt_report.figure import Cell, Figure, row, table
from mixopt_report.palette import var

MOST = 10  # panels
STEPS = 32  # points of a curve


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One channel: its curve and its band over draws in multiples of today, and what one is on each axis, currency."""

    name: str
    spend: Floats
    returned: Floats
    band: tuple[Floats, Floats] | None
    lower: float
    upper: float
    spend_unit: float
    return_unit: float


def curves(facts: View) -> Figure | None:
    """Return the figure; ``None`` where there is no plan.

    Parameters
    ----------
    facts : View

    Returns
    -------
    Figure or None
    """
    if not facts.plans:
        return None
    chosen = _moved_most(facts)
    by_today = facts.today is not None and all(_sum(facts.today.plan, name) > 0 for name in chosen)
    panels = [panel for name in chosen if (panel := _panel(facts, name, by_today)) is not None]
    if not panels:
        return None
    unit = "today" if by_today else "the spend that brings half of what the channel can bring"
    more = f" The {len(panels)} channels that move most." if len(panels) < len(facts.channels) else ""
    inside = "" if facts.ends is None else f"{100.0 * (facts.ends[1] - facts.ends[0]):.3g}%"
    band = f" Band: {inside} of the draws." if any(panel.band is not None for panel in panels) else ""
    split = " Curve: segments split as today." if len(facts.segments) > 1 else ""
    return Figure(
        name="curves",
        title="Where each plan stands on its curve",
        subtitle=f"Return against spend, both as a multiple of {unit}. Dashed: beyond the limits of the cells."
        f"{split}{band} Sorted by the money moved.{more}",
        said=_said(facts, panels),
        table=_table(facts, panels),
        draw=lambda wide: _draw(facts, panels, by_today, wide),
        span="wide",
    )


def _moved_most(facts: View) -> list[str]:
    columns = [one.plan.by(one.plan.spend, "channel") for one in facts.columns]
    moved = {name: max(c[name] for c in columns) - min(c[name] for c in columns) for name in facts.channels}
    if len(columns) == 1:
        moved = columns[0]
    return sorted(facts.channels, key=lambda name: -moved[name])[:MOST]


def _cells(plan: Evaluation, name: str) -> Indices:
    return np.flatnonzero(plan.scope.labels("channel").astype(str) == name).astype(np.int64)


def _sum(plan: Evaluation, name: str) -> float:
    return float(plan.spend[_cells(plan, name)].sum())


def _panel(facts: View, name: str, by_today: bool) -> Panel | None:
    base = facts.today.plan if by_today and facts.today else facts.last.plan
    cells = _cells(base, name)
    scope = base.scope
    split = base.spend[cells]
    if split.sum() <= 0:
        room = np.minimum(scope.upper[cells], scope.budget.total)
        split = room if room.sum() > 0 else np.ones(len(cells))
    split = split / split.sum()
    most = max([_sum(one.plan, name) for one in facts.columns])
    upper = float(np.minimum(scope.upper[cells], scope.budget.total).sum())
    unit = _sum(base, name) if by_today else _half(facts, cells, split, upper)
    if not unit > 0:
        return None
    top = max(2.0 * unit, 1.06 * most)
    spend = np.linspace(0.0, top, STEPS + 1)
    returned = _returned(facts, cells, split, spend)
    at_one = float(_returned(facts, cells, split, np.array([unit]))[0])
    if by_today:
        at_one = float(base.returns[cells].sum())
    if not at_one > 0:
        return None
    return Panel(
        name=name,
        spend=spend / unit,
        returned=returned / at_one,
        band=_band(facts, cells, split, spend, at_one),
        lower=float(scope.lower[cells].sum()) / unit,
        upper=upper / unit,
        spend_unit=unit,
        return_unit=at_one,
    )


def _returned(facts: View, cells: Indices, split: Floats, spend: Floats) -> Floats:
    """Return what a channel returns at some spends, its segments moved together."""
    plan = facts.last.plan
    wide = np.tile(cells, len(spend))
    amounts = np.outer(spend, split)
    value = plan.curves.take(wide).value(amounts.ravel()) * plan.scope.value[wide]
    return np.asarray(value.reshape(amounts.shape).sum(axis=1))


def _band(
    facts: View, cells: Indices, split: Floats, spend: Floats, unit: float
) -> tuple[Floats, Floats] | None:
    """Return between what a channel's curve lies in most draws; ``None`` where curves are certain."""
    plan = facts.last.plan
    if not plan.scope.draws or facts.ends is None:
        return None
    low, high = [], []
    for amount in spend:
        inside = plan.curves.take(cells)
        totals = plan.scope.value[cells] @ responses(inside, amount * split)
        ends = np.quantile(totals / unit, facts.ends)
        low.append(float(ends[0]))
        high.append(float(ends[1]))
    return np.array(low), np.array(high)


def _half(facts: View, cells: Indices, split: Floats, upper: float) -> float:
    grid = np.linspace(0.0, upper, 401)
    returned = _returned(facts, cells, split, grid)
    return float(np.interp(0.5 * returned[-1], returned, grid)) if returned[-1] > 0 else 0.0


def _said(facts: View, panels: list[Panel]) -> str:
    parts = []
    for panel in panels[:6]:
        at = ", ".join(
            f"{one.label} at {_sum(one.plan, panel.name) / panel.spend_unit:.2f}" for one in facts.columns
        )
        parts.append(f"{safe(panel.name)}: {at}")
    return f"Response curves with the plans on them, spend in multiples. {'; '.join(parts)}."


def _table(facts: View, panels: list[Panel]) -> Any:
    heads = [
        Cell(text="Channel and plan"),
        Cell(text="Spend"),
        Cell(text="Return"),
        Cell(text="ROI"),
        Cell(text=f"Next {facts.coin.symbol}1 returns"),
    ]
    slopes = {one.key: marginal(one.plan) for one in facts.columns}
    rows = []
    for panel in panels:
        for one in facts.columns:
            cells = _cells(one.plan, panel.name)
            spend, returned = float(one.plan.spend[cells].sum()), float(one.plan.returns[cells].sum())
            slope = slopes[one.key][panel.name]
            rows.append(
                row(
                    f"{safe(panel.name, LONGEST)}, {one.label}",
                    money(spend, facts.coin),
                    money(returned, facts.coin),
                    f"{returned / spend:.2f}" if spend > 0 else "",
                    pence(slope, facts.coin) if np.isfinite(slope) else "no limit",
                )
            )
    return table("Where each plan stands on its curve", tuple(heads), rows)


def _draw(facts: View, panels: list[Panel], by_today: bool, wide: bool) -> Any:
    called = labels([panel.name for panel in panels], 26 if wide else 18)
    lines: list[dict[str, Any]] = []
    marks: list[dict[str, Any]] = []
    for panel in panels:
        lines += [*_line(panel, called[panel.name]), *_banded(panel, called[panel.name])]
        marks += [_mark(facts, panel, called[panel.name], k) for k in range(len(facts.columns))]
    top_x = max(float(panel.spend[-1]) for panel in panels)
    top_y = max(1.0, *(float(panel.returned[-1]) for panel in panels))
    top_x, top_y = (
        min(top_x, max(2.0, *(m["x"] for m in marks)) * 1.02),
        min(top_y, max(2.0, *(m["y"] for m in marks)) * 1.02),
    )
    one = "today" if by_today else "1×"
    x, y = _axis("x", top_x, one), _axis("y", top_y, one)
    band = (
        alt.Chart()
        .transform_filter("isValid(datum.low)")
        .mark_area(color=var("muted"), opacity=0.18, clip=True, aria=False)
        .encode(x=x, y=_axis("y", top_y, one, of="low"), y2="high:Q")
    )
    line = (
        alt.Chart()
        .transform_filter("datum.part != null")
        .mark_line(color=var("muted"), strokeWidth=1.5, clip=True, aria=False)
        .encode(
            x=x,
            y=y,
            detail="part:N",
            strokeDash=alt.StrokeDash(
                "dashed:N", legend=None, scale=alt.Scale(domain=["no", "yes"], range=[[1, 0], [4, 3]])
            ),
        )
    )
    banded = any(panel.band is not None for panel in panels)
    drawn = alt.layer(*([band] if banded else []), line, points(facts.columns, x, y, wide=False)).properties(
        width=180, height=130
    )
    order = [called[panel.name] for panel in panels]
    header = alt.Header(
        title=None,
        labelAnchor="start",
        labelFontSize=13,
        labelFontWeight=600,
        labelColor=var("ink"),
        labelPadding=6,
        labelLimit=150,
    )
    chart = drawn.facet(
        facet=alt.Facet("panel:N", sort=order, header=header, title=None),
        columns=5 if wide else 2,
        data=records([*lines, *marks]),
    )
    return chart.properties(spacing={"row": 26, "column": 22}).configure(**CONFIG)


def _axis(field: str, top: float, one: str, of: str = "y") -> Any:
    values = [0.0, 1.0, *([2.0] if top >= 2 else [])] if top < 4 else [0.0, 1.0, float(int(top))]
    label = f"datum.value == 0 ? '0' : datum.value == 1 ? '{one}' : format(datum.value, '~r') + '×'"
    axis = alt.Axis(
        title=None,
        values=values,
        labelExpr=label,
        grid=True,
        labelColor=var("muted"),
        labelFontSize=12,
        labelFlush=False,
        labelPadding=6,
    )
    scale = alt.Scale(domain=[0, top], nice=False)
    return alt.X("x:Q", axis=axis, scale=scale) if field == "x" else alt.Y(f"{of}:Q", axis=axis, scale=scale)


def _line(panel: Panel, called: str) -> list[dict[str, Any]]:
    """Return the curve in up to three parts: below, within and above the limits of the cells."""
    ends = [
        (0.0, panel.lower, "yes"),
        (panel.lower, panel.upper, "no"),
        (panel.upper, float(panel.spend[-1]), "yes"),
    ]
    found = []
    for part, (start, end, dashed) in enumerate(ends):
        if end <= start or start >= panel.spend[-1]:
            continue
        inside = panel.spend[(panel.spend > start) & (panel.spend < end)]
        for x in (start, *inside, min(end, float(panel.spend[-1]))):
            y = float(np.interp(x, panel.spend, panel.returned))
            found.append(
                {"panel": called, "part": part, "dashed": dashed, "x": round(float(x), 4), "y": round(y, 4)}
            )
    return found


def _banded(panel: Panel, called: str) -> list[dict[str, Any]]:
    if panel.band is None:
        return []
    ends = zip(panel.spend, *panel.band, strict=True)
    return [
        {"panel": called, "part": None, "x": round(float(x), 4), "low": round(low, 4), "high": round(high, 4)}
        for x, low, high in ends
    ]


def _mark(facts: View, panel: Panel, called: str, k: int) -> dict[str, Any]:
    one = facts.columns[k]
    cells = _cells(one.plan, panel.name)
    spend, returned = float(one.plan.spend[cells].sum()), float(one.plan.returns[cells].sum())
    return {
        "panel": called,
        "part": None,
        "mark": True,
        "plan": one.label,
        "x": spend / panel.spend_unit,
        "y": returned / panel.return_unit,
        "said": f"{called}, {one.label}: spend {money(spend, facts.coin)}, return {money(returned, facts.coin)}",
    }
