"""What could go wrong: the share of its return that each plan keeps, shock by shock; the worst tenth first.

Needs a table of shocks and the distribution that reads it, mixopt-resilience; without them there is nothing to show.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import altair as alt
import numpy as np

from mixopt import Evaluation, MixoptError
from mixopt.curves import Floats
from mixopt.report import percent, safe
from mixopt_report.charts.base import gutter, head, layered, points, records, rows_of, ticks
from mixopt_report.facts import LONGEST, Facts, labels
from mixopt_report.figure import Cell, Figure, row, table
from mixopt_report.palette import var

MOST = 10
WORST = "Worst tenth"
MEASURE = "cvar-kept"
EVEN = 5e-4  # a difference below is none to the printed digit


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A shock: its chance, and the share of its return that each column keeps."""

    name: str
    chance: float | None
    kept: dict[str, float]


def shocks(facts: Facts) -> Figure | None:
    """Return the figure; ``None`` where no shocks are known.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    Figure or None
    """
    if not facts.plans:
        return None
    found = list(_found(facts))
    if not found:
        return None
    first = facts.plans[0].key
    found.sort(key=lambda one: one.kept[first])
    worst = _worst(facts)
    rows = [*([worst] if worst else []), *found]
    heads = [
        Cell(text="Return kept"),
        *(Cell(text=c.label, kind=c.style.color) for c in facts.columns),
        Cell(text="Chance"),
    ]
    cells = [
        row(safe(r.name, LONGEST), *(percent(r.kept[c.key]) for c in facts.columns), _chance(r)) for r in rows
    ]
    parts = [
        f"{safe(r.name)}: " + ", ".join(f"{c.label} {percent(r.kept[c.key])}" for c in facts.columns)
        for r in rows[:12]
    ]
    more = f" The {MOST} worst; all are in the table." if len(rows) > MOST else ""
    link = " Coloured link: which plan holds better." if facts.pair else ""
    return Figure(
        name="shocks",
        title=_title(facts, found),
        subtitle=f"Share of the return that is kept under each shock.{link}{more}",
        said=f"Dot plot of the share of return kept per shock. {'; '.join(parts)}.",
        table=table("Share of the return kept under each shock", tuple(heads), cells),
        draw=lambda wide: _draw(facts, rows[:MOST], wide),
        span="wide",
    )


def _found(facts: Facts) -> Iterator[Kept]:
    for name, chance, response, price in _table_of_shocks(facts):
        kept = {one.key: _share(one.plan, response, price) for one in facts.columns}
        if all(np.isfinite(value) for value in kept.values()):
            yield Kept(name=name, chance=chance, kept=kept)


def _table_of_shocks(facts: Facts) -> Iterator[tuple[str, float, Floats, Floats]]:
    """Yield the shocks of the first table that a term, or else the measures, read."""
    if find_spec("mixopt_resilience") is None:
        return
    from mixopt_resilience.shocks import read_shocks  # noqa: PLC0415

    scope = facts.result.problem.scope
    asked = [
        getattr(getattr(t.term, "settings", None), "shocks", None)
        for p in facts.result.problem.plans.values()
        for t in p.terms
    ]
    for name in dict.fromkeys([*(a for a in asked if isinstance(a, str)), *_sections(facts), "shocks"]):
        try:
            table_of = read_shocks(scope, name)
        except MixoptError:
            continue
        group = table_of.group
        yield from ((s.name, s.probability, s.response[group], s.price[group]) for s in table_of.shocks)
        return


def _sections(facts: Facts) -> list[str]:
    """Return the tables that the config's terms name as their shocks."""
    plans = facts.result.problem.config.plans.values()
    named = [getattr(section.settings, "shocks", None) for plan in plans for section in plan.objective]
    return [name for name in named if isinstance(name, str)]


def _share(plan: Evaluation, response: Floats, price: Floats) -> float:
    whole = float(plan.returns.sum())
    left = float((plan.scope.value * response * plan.response_at(price)).sum())
    return left / whole if whole > 0 else float("nan")


def _worst(facts: Facts) -> Kept | None:
    stick = next((one for one in facts.result.yardsticks if one.name == MEASURE), None)
    if stick is None:
        return None
    kept = {one.key: float(stick.value(one.plan)) for one in facts.columns}
    return Kept(name=WORST, chance=0.1, kept=kept) if all(np.isfinite(v) for v in kept.values()) else None


def _title(facts: Facts, found: list[Kept]) -> str:
    if facts.a and facts.b:
        a, b = facts.a, facts.b
        most = max(found, key=lambda one: abs(one.kept[a.key] - one.kept[b.key]))
        lost_a, lost_b = 1 - most.kept[a.key], 1 - most.kept[b.key]
        if abs(lost_a - lost_b) > 0.005:
            lost = f"{a.label} {percent(lost_a)} of its return, {b.label} {percent(lost_b)}"
            return f"“{safe(most.name)}” would cost {lost}"
        return f"No shock tells {a.label} and {b.label} apart by more than half a point"
    one, worst = facts.plans[0], found[0]
    return f"“{safe(worst.name)}” would cost {one.label} {percent(1 - worst.kept[one.key])} of its return"


def _chance(one: Kept) -> str:
    return "" if one.chance is None else f"{100 * one.chance:.3g}%"


def _draw(facts: Facts, rows: list[Kept], wide: bool) -> Any:
    called = labels([r.name for r in rows], 40 if wide else 22)
    names = list(called.values())
    data = [
        {
            "row": called[r.name],
            "plan": one.label,
            "kept": r.kept[one.key],
            "mark": True,
            "said": f"{called[r.name]}, {one.label}: keeps {percent(r.kept[one.key])}",
        }
        for r in rows
        for one in facts.columns
    ]
    values = [r.kept[one.key] for r in rows for one in facts.columns]
    low, top = min(values), max(*values, 1.0)
    room = 0.03 * ((top - low) or 1.0)
    axis = alt.Axis(
        orient="top",
        title=None,
        grid=True,
        values=ticks(low, top, 5 if wide else 3),
        labelExpr="format(datum.value, '.0%')",
    )
    x = alt.X("kept:Q", axis=axis, scale=alt.Scale(domain=[low - room, top + room], nice=False, zero=False))
    y = rows_of(names, wide=wide)
    layers = [*_links(facts, rows, called, x, y), points(facts.columns, x, y, wide=wide)]
    if wide:
        text = records({"row": called[r.name], "chance": _chance(r)} for r in rows)
        layers += [gutter(text, "chance", y, offset=52, color="muted"), head("chance", offset=52)]
    return layered(*layers, data=records(data), height=len(names))


def _links(facts: Facts, rows: list[Kept], called: dict[str, str], x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Return the lines between the two compared plans, in the colour of the one that keeps more."""
    if facts.a is None or facts.b is None:
        return []
    a, b = facts.a, facts.b
    found = []
    for better, worse in ((a.key, b.key), (b.key, a.key)):
        data = [
            {"row": called[r.name], "kept": r.kept[worse], "to": r.kept[better]}
            for r in rows
            if r.kept[better] - r.kept[worse] > EVEN
        ]
        paint = (a if better == a.key else b).style.color
        if data:
            soft = var(f"{paint}-soft")
            found.append(
                alt.Chart(records(data))
                .mark_rule(strokeWidth=3, aria=False, color=soft)
                .encode(x=x, x2="to:Q", y=y)
            )
    return found
