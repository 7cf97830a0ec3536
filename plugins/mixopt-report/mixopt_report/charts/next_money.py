"""Why the money goes there: what the next unit of currency returns, per channel, today and in every plan.

A channel's marginal return is that of one more unit split over its segments as the plan splits it,

    m_c = Σ_s (x_cs / x_c) v_cs f'_cs(x_cs),

and that of its best cell where the channel has no money.
"""

from __future__ import annotations

import json
import math
from typing import Any

import altair as alt
import numpy as np

from mixopt import Evaluation
from mixopt.report import pence, safe
from mixopt_report.charts.base import gutter, head, layered, points, records, rows_of, ticks, upright
from mixopt_report.facts import KEPT, LONGEST, MOST, Facts, labels, largest
from mixopt_report.figure import Cell, Figure, row, table
from mixopt_report.tables.rules import held_by

TALLEST = 6.0  # times the middle: what returns more is drawn at the edge


def marginal(plan: Evaluation) -> dict[str, float]:
    """Return the marginal return of each channel.

    Parameters
    ----------
    plan : Evaluation

    Returns
    -------
    dict of str to float
        Currency per unit of currency; may be ``inf``.
    """
    names = plan.scope.names("channel")
    at = {name: k for k, name in enumerate(names)}
    codes = np.fromiter((at[str(name)] for name in plan.scope.labels("channel")), dtype=np.int64)
    slopes = plan.marginal_roi
    best = np.full(len(names), -np.inf)
    np.maximum.at(best, codes, slopes)
    spend = np.bincount(codes, weights=plan.spend, minlength=len(names))
    finite = np.where(plan.spend > 0, np.where(np.isfinite(slopes), slopes, 0.0), 0.0)
    weighed = np.bincount(codes, weights=finite * plan.spend, minlength=len(names))
    found = np.divide(weighed, spend, out=best.copy(), where=spend > 0)
    return dict(zip(names, (float(value) for value in found), strict=True))


def next_money(facts: Facts) -> Figure | None:
    """Return the figure; ``None`` where there is nothing to show.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    Figure or None
    """
    if not facts.plans or len(facts.channels) < 2:
        return None
    found = {one.key: marginal(one.plan) for one in facts.columns}
    first = facts.columns[0]
    order = sorted(facts.channels, key=lambda name: -found[first.key][name])
    plan = facts.plans[0]
    held = held_by(plan, facts)
    one = f"{facts.coin.symbol}1"
    more = f" The {KEPT} channels farthest from the common level." if len(order) > MOST else ""
    heads = [
        Cell(text=f"Next {one} returns"),
        *(Cell(text=c.label, kind=c.style.color) for c in facts.columns),
        Cell(text=f"{plan.label} held by"),
    ]
    rows = [
        row(
            safe(name, LONGEST),
            *(_written(found[c.key][name], facts) for c in facts.columns),
            held.get(name, ""),
        )
        for name in order
    ]
    parts = [
        f"{safe(name)}: "
        + ", ".join(f"{c.label} {_written(found[c.key][name], facts)}" for c in facts.columns)
        for name in order[:12]
    ]
    return Figure(
        name="next",
        title=_title(facts, found[plan.key], held),
        subtitle=f"Return of the next {one} by channel, sorted by {first.label}. Line: {one} back for {one}. "
        f"{plan.label} lines up unless something holds it.{more}",
        said=f"Dot plot of the return of the next {one} per channel. {'; '.join(parts)}.",
        table=table(f"What the next {one} returns", tuple(heads), rows),
        draw=lambda wide: _draw(facts, found, order, held, wide),
        span="wide",
    )


def _written(value: float, facts: Facts) -> str:
    return "no limit" if math.isinf(value) else pence(value, facts.coin)


def _title(facts: Facts, found: dict[str, float], held: dict[str, str]) -> str:
    free = [value for name, value in found.items() if name not in held and math.isfinite(value)]
    label, one = facts.plans[0].label, f"{facts.coin.symbol}1"
    if len(free) > 1 and max(free) - min(free) <= 0.1 * max(free):
        return f"{label} levels what the next {one} returns, near {pence(float(np.median(free)), facts.coin)}"
    return f"What the next {one} returns"


def _draw(
    facts: Facts, found: dict[str, dict[str, float]], order: list[str], held: dict[str, str], wide: bool
) -> Any:
    level = _level(list(found[facts.plans[0].key].values()))
    far = [
        max(abs(column[name] - level) if math.isfinite(column[name]) else 1e9 for column in found.values())
        for name in order
    ]
    kept = largest(order, far)
    called = labels(kept, 40 if wide else 24)
    names = list(called.values())
    most = TALLEST * level
    unit = f"{facts.coin.symbol}1"
    data = [
        {
            "row": called[name],
            "plan": one.label,
            "back": min(found[one.key][name], most),
            "mark": True,
            "said": f"{called[name]}, {one.label}: next {unit} returns {_written(found[one.key][name], facts)}",
        }
        for name in kept
        for one in facts.columns
    ]
    values = [min(found[one.key][name], most) for name in kept for one in facts.columns] + [1.0]
    low, top = min(values), max(values)
    room = 0.05 * ((top - low) or 1.0)
    x = _axis(facts, max(low - room, 0.0) if low >= 0 else low - room, top + room, wide=wide)
    y = rows_of(names, wide=wide)
    layers = [upright(1.0, x), points(facts.columns, x, y, wide=wide)]
    if wide and held:
        text = records({"row": called[name], "held": held.get(name, "")} for name in kept)
        layers += [
            gutter(text, "held", y, offset=14, color="muted", align="left", size=12.5),
            head(f"{facts.plans[0].label[:16]} held by", offset=14, align="left"),
        ]
    return layered(*layers, data=records(data), height=len(names))


def _level(slopes: list[float]) -> float:
    """Return the middle of what channels return at the margin, those aside that return nothing or no limit."""
    inside = [slope for slope in slopes if 0.0 < slope < math.inf]
    return float(np.median(inside)) if inside else 1.0


def _axis(facts: Facts, low: float, top: float, *, wide: bool) -> alt.X:
    symbol = json.dumps(facts.coin.symbol)
    axis = alt.Axis(
        orient="top",
        title=None,
        grid=True,
        values=ticks(low, top, 6 if wide else 3),
        labelExpr=f"{symbol} + format(datum.value, '.2f')",
    )
    return alt.X("back:Q", axis=axis, scale=alt.Scale(domain=[low, top], nice=False, zero=False))
