"""Where the price comes from: the change of return channel by channel, from the reference plan to the compared one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt

from mixopt.report import SAME, differences_alike, money_difference, safe
from mixopt_report.charts.base import amounts, gutter, head, layered, records, rows_of, upright
from mixopt_report.facts import LONGEST, View, labels, largest
from mixopt_report.figure import Cell, Figure, row, table
from mixopt_report.palette import var


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A channel's part: the change of its return, where it starts, and the change of its spend, currency."""

    name: str
    change: float
    start: float
    spend: float


def waterfall(facts: View) -> Figure | None:
    """Return the figure; ``None`` without two plans that differ.

    Parameters
    ----------
    facts : View

    Returns
    -------
    Figure or None
    """
    if (
        facts.pair is None
        or facts.a is None
        or facts.b is None
        or facts.pair.moved < SAME
        or len(facts.channels) < 2
    ):
        return None
    steps = steps_of(facts)
    a, b = facts.a.label, facts.b.label
    changes = differences_alike([step.change for step in steps], facts.coin)
    spends = differences_alike([step.spend for step in steps], facts.coin)
    rows = [
        row(safe(s.name, LONGEST), spend, change)
        for s, spend, change in zip(steps, spends, changes, strict=True)
    ]
    rows.append(
        row(
            f"{b} minus {a}",
            money_difference(sum(s.spend for s in steps), facts.coin),
            money_difference(facts.pair.d, facts.coin),
        )
    )
    said = "; ".join(f"{safe(s.name)} {text}" for s, text in list(zip(steps, changes, strict=True))[:12])
    return Figure(
        name="waterfall",
        title=_title(facts, steps),
        subtitle=f"Change of return from {a} to {b}, channel by channel; each bar starts where the last one ended.",
        said=f"Waterfall of the change of return by channel, losses first. {said}. "
        f"Together {money_difference(facts.pair.d, facts.coin)}.",
        table=table(
            "From one plan to the other",
            (Cell(text="Channel"), Cell(text="Change of spend"), Cell(text="Change of return")),
            rows,
        ),
        draw=lambda wide: _draw(facts, steps, wide),
        span="half" if facts.pair.aims else "wide",
    )


def steps_of(facts: View) -> list[Step]:
    """Return the steps, the largest loss first and the largest gain last.

    Parameters
    ----------
    facts : View

    Returns
    -------
    list of Step
        Their changes add up to the difference in return.
    """
    assert facts.a is not None
    assert facts.b is not None
    a, b = facts.a.plan, facts.b.plan
    change = b.by(b.returns - a.returns, "channel")
    spend = b.by(b.spend - a.spend, "channel")
    start, found = 0.0, []
    for name in sorted(change, key=lambda name: change[name]):
        found.append(Step(name=name, change=change[name], start=start, spend=spend[name]))
        start += change[name]
    return found


def _title(facts: View, steps: list[Step]) -> str:
    loss, gain = steps[0], steps[-1]
    if loss.change >= 0 or gain.change <= 0:
        one = gain if loss.change >= 0 else loss
        return f"The difference comes from {safe(one.name)}, {money_difference(one.change, facts.coin)}"
    return (
        f"The return falls most in {safe(loss.name)}, {money_difference(loss.change, facts.coin)}, "
        f"and rises most in {safe(gain.name)}, {money_difference(gain.change, facts.coin)}"
    )


def _draw(facts: View, steps: list[Step], wide: bool) -> Any:
    assert facts.pair is not None
    assert facts.a is not None
    assert facts.b is not None
    shown = _cut(steps)
    called = labels([step.name for step in shown], 40 if wide else 24)
    net = f"{facts.pair.b.label} minus {facts.pair.a.label}"[:40]
    names = [*called.values(), net]
    ends = [*((step.start, step.start + step.change) for step in shown), (0.0, facts.pair.d)]
    texts = differences_alike([end - start for start, end in ends], facts.coin)
    moved = [*differences_alike([step.spend for step in shown], facts.coin), ""]
    data = [
        {
            "row": name,
            "amount": start,
            "end": end,
            "text": text,
            "spend": spend,
            "mark": True,
            "look": "net" if name == net else "gain" if end >= start else "loss",
            "said": f"{name}: return {text}" + (f", spend {spend}" if spend else ""),
        }
        for name, (start, end), text, spend in zip(names, ends, texts, moved, strict=True)
    ]
    flat = [value for pair in ends for value in pair] + [0.0]
    low, top = min(flat), max(flat)
    room = 0.04 * ((top - low) or 1.0)
    x = amounts("amount", facts.coin, top + room, low=low - room, wide=False, signed=True)
    y = rows_of(names, wide=wide, grid=False)
    looks = {"loss": var(f"{facts.a.style.color}"), "gain": var(f"{facts.b.style.color}"), "net": var("ink")}
    bars = (
        alt.Chart()
        .mark_bar(height=18, cornerRadius=1, minBandSize=1)
        .encode(
            x=x,
            x2="end:Q",
            y=y,
            color=alt.Color(
                "look:N", legend=None, scale=alt.Scale(domain=list(looks), range=list(looks.values()))
            ),
            tooltip=alt.Tooltip("said:N"),
            description=alt.Description("said:N"),
        )
    )
    found = records(data)
    layers = [
        bars,
        upright(0.0, x),
        gutter(found, "text", y, offset=70, bold=True),
        head("return", offset=70, bold=True),
    ]
    if wide:
        layers += [gutter(found, "spend", y, offset=140, color="muted"), head("spend", offset=140)]
    return layered(*layers, data=found, height=len(names))


def _cut(steps: list[Step]) -> list[Step]:
    """Return the largest steps, the others summed where they stand."""
    kept = set(largest([s.name for s in steps], [abs(s.change) for s in steps]))
    if len(kept) == len(steps):
        return steps
    rest = [step for step in steps if step.name not in kept]
    other = Step(
        name=f"Other ({len(rest)})",
        change=sum(s.change for s in rest),
        start=0.0,
        spend=sum(s.spend for s in rest),
    )
    start, found = 0.0, []
    for step in sorted([*(s for s in steps if s.name in kept), other], key=lambda s: s.change):
        found.append(Step(name=step.name, change=step.change, start=start, spend=step.spend))
        start += step.change
    return found
