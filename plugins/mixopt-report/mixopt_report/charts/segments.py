"""Who the money goes to: the compared plan less the reference, per channel and segment, in seven steps around zero."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np

from mixopt.curves import Floats
from mixopt.report import SAME, differences_alike, money, safe
from mixopt_report.charts.base import ROW, finished, records, rows_of
from mixopt_report.facts import LONGEST, View, labels, largest
from mixopt_report.figure import Cell, Figure, row, table
from mixopt_report.palette import HEAT, var

PRINTED = 8  # segments whose numbers fit
MOST = 30


def segments(facts: View) -> Figure | None:
    """Return the figure; ``None`` for one segment, one plan, or plans that are the same.

    Parameters
    ----------
    facts : View

    Returns
    -------
    Figure or None
    """
    if (
        len(facts.segments) < 2
        or facts.pair is None
        or facts.a is None
        or facts.b is None
        or facts.pair.moved < SAME
    ):
        return None
    change = _changes(facts)
    spend = facts.b.plan.by(facts.b.plan.spend, "channel")
    order = sorted(range(len(facts.channels)), key=lambda k: -spend[facts.channels[k]])
    change = change[order]
    names = [facts.channels[k] for k in order]
    a, b = facts.a.label, facts.b.label
    return Figure(
        name="segments",
        title=_title(facts, change),
        subtitle=f"{b} minus {a}, in {_unit(facts)[1]}, by segment. Orange: {a} spends more; blue: {b}.",
        said=_said(facts, change),
        table=_table(facts, names, change),
        draw=lambda wide: _draw(facts, names, change, wide),
        span="small" if len(facts.segments) <= 4 else "wide",
    )


def _changes(facts: View) -> Floats:
    """Return the change of spend, (channels, segments)."""
    assert facts.a is not None
    assert facts.b is not None
    scope = facts.scope
    rows = {name: k for k, name in enumerate(facts.channels)}
    columns = {name: k for k, name in enumerate(facts.segments)}
    found = np.zeros((len(rows), len(columns)))
    at = (
        [rows[str(name)] for name in scope.labels("channel")],
        [columns[str(name)] for name in scope.labels("segment")],
    )
    np.add.at(found, at, facts.b.plan.spend - facts.a.plan.spend)
    return found


def _unit(facts: View) -> tuple[float, str]:
    words = {1e12: "trillion", 1e9: "billion", 1e6: "million", 1e3: "thousand", 1.0: ""}
    size = facts.coin.scale(facts.story.budget)[0]
    unit = max(size / 1e3, 1.0)
    return unit, f"{facts.coin.symbol} {words.get(unit, '')}".strip()


def _title(facts: View, change: Floats) -> str:
    assert facts.b is not None
    sums = change.sum(axis=0)
    k = int(np.argmax(sums))
    if sums[k] < 0.005 * facts.story.budget:
        return "Between segments hardly any money moves"
    return f"{facts.b.label} moves {money(float(sums[k]), facts.coin)} to {safe(facts.segments[k])}"


def _said(facts: View, change: Floats) -> str:
    sums = change.sum(axis=0)
    told = differences_alike([float(value) for value in sums[:12]], facts.coin)
    parts = [f"{safe(name)} {text}" for name, text in zip(facts.segments, told, strict=False)]
    return f"Heat map of the change of spend by channel and segment. All channels: {', '.join(parts)}."


def _table(facts: View, names: list[str], change: Floats) -> Any:
    heads = [
        Cell(text="Change of spend"),
        *(Cell(text=safe(name, 60)) for name in facts.segments),
        Cell(text="All"),
    ]
    whole = np.column_stack((change, change.sum(axis=1)))
    whole = np.vstack((whole, whole.sum(axis=0)))
    texts = differences_alike([float(value) for value in whole.ravel()], facts.coin)
    width = whole.shape[1]
    rows = [
        row(safe(name, LONGEST), *texts[k * width : (k + 1) * width])
        for k, name in enumerate([*names, "All channels"])
    ]
    return table("Change of spend by channel and segment", tuple(heads), rows)


def _draw(facts: View, names: list[str], change: Floats, wide: bool) -> Any:
    change, names, columns = _cut(facts, names, change, MOST if wide else 7)
    rows_called, columns_called = labels(names, 40 if wide else 22), labels(columns, 24 if wide else 14)
    whole = np.column_stack((change, change.sum(axis=1)))
    whole = np.vstack((whole, whole.sum(axis=0)))
    rows = [*rows_called.values(), "All channels"]
    segments_shown = [*columns_called.values(), "Both" if len(columns) == 2 else "All"]
    unit = _unit(facts)[0]
    top = float(np.abs(change).max()) or 1.0
    data = [
        {
            "row": rows[i],
            "segment": segments_shown[j],
            "step": f"{_step(whole[i, j], top)}",
            "text": _text(whole[i, j] / unit),
            "total": i == len(rows) - 1,
            "said": f"{rows[i]}, {segments_shown[j]}: {money(float(whole[i, j]), facts.coin) or '0'}",
        }
        for i in range(len(rows))
        for j in range(len(segments_shown))
    ]
    return _chart(data, rows, segments_shown, wide)


def _cut(facts: View, names: list[str], change: Floats, most: int) -> tuple[Floats, list[str], list[str]]:
    """Return the rows and columns with the largest moves, the others summed up."""
    columns = list(facts.segments)
    if len(columns) > most:
        kept = largest(columns, np.abs(change).sum(axis=0).tolist(), most - 1, most - 1)
        at = [columns.index(name) for name in kept]
        rest = np.delete(change, at, axis=1).sum(axis=1)
        change = np.column_stack((change[:, at], rest))
        columns = [*kept, f"Other ({len(columns) - len(kept)})"]
    shown = largest(names, np.abs(change).sum(axis=1).tolist())
    if len(shown) < len(names):
        at = [names.index(name) for name in shown]
        rest = np.delete(change, at, axis=0).sum(axis=0)
        change = np.vstack((change[at], rest))
        names = [*shown, f"Other ({len(names) - len(shown)})"]
    return change, names, columns


def _step(value: float, top: float) -> int:
    return max(-3, min(3, round(3.5 * value / top)))


def _text(value: float) -> str:
    size = f"{abs(value):,.0f}"
    if size == "0":
        return "0"
    return f"{'+' if value > 0 else chr(0x2212)}{size}"


def _chart(data: list[dict[str, Any]], rows: list[str], columns: list[str], wide: bool) -> Any:
    slanted = len(columns) - 1 > PRINTED
    axis = alt.Axis(
        orient="top",
        title=None,
        grid=False,
        labelAngle=-45 if slanted else 0,
        labelColor=var("ink"),
        labelLimit=110 if slanted else 90,
        labelOverlap=False,
    )
    x = alt.X("segment:N", sort=columns, axis=axis, scale=alt.Scale(domain=columns, paddingInner=0.04))
    y = rows_of(rows, wide=wide, grid=False)
    steps = [str(k) for k in range(-3, 4)]
    color = alt.Color(
        "step:N", legend=None, scale=alt.Scale(domain=steps, range=[var(name) for name in HEAT])
    )
    base: Any = alt.Chart(records(data))
    tiles = base.mark_rect(cornerRadius=2).encode(
        x=x, y=y, color=color, tooltip=alt.Tooltip("said:N"), description=alt.Description("said:N")
    )
    layers = [tiles]
    if not slanted:
        style: dict[str, Any] = {
            "aria": False,
            "fontSize": 12.5 if wide else 12,
            "color": var("ink"),
            "tooltip": None,
        }
        for which, weight in (("!datum.total", 400), ("datum.total", 600)):
            text = base.transform_filter(which).mark_text(fontWeight=weight, **style)
            layers.append(text.encode(x=x, y=y, text="text:N"))
    return finished(alt.layer(*layers).properties(height=len(rows) * ROW))
