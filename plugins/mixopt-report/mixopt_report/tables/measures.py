"""Every measure on every plan, grouped as planners ask; and the six rows of *At a glance*."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from mixopt.report import (
    NAMELESS,
    difference_in_unit,
    in_unit,
    measure_label,
    money_alike,
    safe,
)
from mixopt_report.facts import Facts
from mixopt_report.figure import Cell, Table

COST = "cost-of-balance"
FEW = 6
GROUPS = (  # the first group with a word of the measure's name in it; a plugin's measure lands where it belongs
    ("When things go wrong", ("resilien", "cvar", "kept", "shock", "worst", "outage", "dark", "risk")),
    ("Return later", ("brand", "long", "later", "goodwill", "carry")),
    ("Reach and simplicity", ("reach", "frequency", "heads", "granular", "complex", "simpl", "level")),
    ("Spread", ("divers", "effective", "largest", "hhi", "entropy", "funded", "spread", "segments")),
    ("Return now", ("spend", "return", "roi", "profit", "cost-of-balance")),
)
ORDER = (
    "Return now",
    "Return later",
    "Spread",
    "When things go wrong",
    "Reach and simplicity",
    "Further measures",
)
GLANCE = ("return", "roi")
GLANCE_MORE = (
    "effective-number",
    "cvar-kept",
    "kept-worst-channel-dark",
    "long-run-roi",
    "largest-share",
    "cells-funded",
)
EQUAL = "equal-split"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One measure: its name, how tables call it, its unit, and its values by column."""

    name: str
    label: str
    unit: str
    values: dict[str, float]
    kind: str = ""

    @property
    def group(self) -> str:
        """The group that it stands in: by the kind of its term where it shows one, else by its name."""
        return group_of(self.kind or self.name)


def group_of(name: str) -> str:
    """Return the group that a measure stands in.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
    """
    text = name.lower()
    return next((group for group, words in GROUPS if any(word in text for word in words)), "Further measures")


def measured(facts: Facts) -> list[Measured]:
    """Return all measures of the contrast.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    list of Measured
        In the contrast's order; what the same numbers call by two names stands once.
    """
    frame = facts.result.contrast
    one = f"{facts.coin.symbol}1"
    keys = [key for key, _ in columns(facts)]
    found: list[Measured] = []
    for record in frame.to_dict("records"):
        name, unit = str(record["measure"]), str(record["unit"])
        if name == COST and len(facts.result.plans) == 1:
            continue
        values = {key: float(record[key]) for key in keys}
        label = measure_label(safe(name), one) + _note(name, unit, facts)
        term = _term(name, facts)
        if not any(_same(values, other.values) and unit == other.unit == "currency" for other in found):
            found.append(
                Measured(name=name, label=label, unit=unit, values=values, kind=term.kind if term else "")
            )
    return found


def columns(facts: Facts) -> list[tuple[str, Cell]]:
    """Return the columns of values: today, or an equal split where today is unknown, and the plans.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    list of (str, Cell)
        Name in the contrast, and head.
    """
    shown = [(one.key, Cell(text=together(one.label), kind=one.style.color)) for one in facts.columns]
    if facts.today is None and EQUAL in facts.result.references:
        shown.insert(0, (EQUAL, Cell(text="Equal split", kind="today")))
    return shown


def together(label: str) -> str:
    """Return a short label that no line break parts.

    Parameters
    ----------
    label : str

    Returns
    -------
    str
    """
    return label.replace(" ", "\N{NO-BREAK SPACE}") if len(label) <= 12 else label


def all_measures(facts: Facts) -> Table:
    """Return every measure, grouped.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    Table
    """
    found = measured(facts)
    groups = tuple((group, tuple(_row(one, facts) for one in found if one.group == group)) for group in ORDER)
    return Table(
        caption="Every measure on every plan",
        head=_head("Measure", facts),
        groups=tuple((group, rows) for group, rows in groups if rows),
    )


def at_a_glance(facts: Facts) -> Table:
    """Return the six rows that a manager reads.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    Table
    """
    rows = tuple(_row(one, facts) for one in first_six(facts))
    return Table(caption="At a glance", head=_head("", facts), groups=(("", rows),))


def first_six(facts: Facts) -> list[Measured]:
    """Return the six measures that a manager reads.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    list of Measured
    """
    found = {one.name: one for one in measured(facts)}
    aims = _aims(facts)
    names = [name for name in (*GLANCE[:1], *aims[:2], *GLANCE[1:], *GLANCE_MORE, *aims[2:]) if name in found]
    return [found[name] for name in dict.fromkeys(names[: FEW + 2])][:FEW]


def _aims(facts: Facts) -> list[str]:
    """Return the measures that show the compared plan's priced aims, the largest gain first."""
    if facts.a is None or facts.b is None:
        return [stick.name for stick in facts.result.yardsticks if stick.term]
    a, b = facts.a.plan, facts.b.plan
    weights = {term.name: term.weights.get(facts.b.key, 0.0) for term in facts.result.distinct_terms}
    sticks = [stick for stick in facts.result.yardsticks if weights.get(stick.term, 0.0)]
    gains = {stick.name: weights[stick.term] * (stick.value(b) - stick.value(a)) for stick in sticks}
    return sorted(gains, key=lambda name: -gains[name])


def _head(first: str, facts: Facts) -> tuple[Cell, ...]:
    last = [Cell(text="Difference")] if facts.pair else []
    return (Cell(text=first), *(head for _, head in columns(facts)), *last)


def _row(one: Measured, facts: Facts) -> tuple[Cell, ...]:
    values = list(one.values.values())
    if one.unit == "currency":
        texts = money_alike(values, facts.coin)
    else:
        texts = [in_unit(value, one.unit, facts.coin) for value in values]
    return (Cell(text=one.label), *(Cell(text=text) for text in texts), *_difference(one, facts))


def _difference(one: Measured, facts: Facts) -> list[Cell]:
    if facts.pair is None or facts.a is None or facts.b is None:
        return []
    amount = one.values[facts.b.key] - one.values[facts.a.key]
    text = difference_in_unit(amount, one.unit, facts.coin, abs(one.values[facts.b.key]))
    if text in {"", "0"}:
        return [Cell(text=text, kind="muted")]
    over = facts.result.over_draws
    span = None if over is None else over.between(one.name, facts.b.key, facts.a.key)
    tie = one.unit == "currency" and facts.pair.tie(amount, span)
    return [Cell(text=text, kind="tie" if tie else "clear")]


def _note(name: str, unit: str, facts: Facts) -> str:
    """Return a measure's unit where its number does not show it, and a term's weight where it is not 1."""
    term = _term(name, facts)
    if term is not None:
        weights = list(dict.fromkeys(term.weights.values()))
        return "" if weights == [1.0] else f" (weight {', '.join(f'{w:g}' for w in weights)})"
    return f" ({safe(unit)})" if unit not in NAMELESS else ""


def _term(name: str, facts: Facts) -> Any:
    """Return the term that a measure shows, or ``None``."""
    stick = next((stick for stick in facts.result.yardsticks if stick.name == name), None)
    return next((t for t in facts.result.distinct_terms if stick is not None and t.name == stick.term), None)


def _same(first: dict[str, float], second: dict[str, float]) -> bool:
    return all(
        first[key] == second[key] or (math.isnan(first[key]) and math.isnan(second[key])) for key in first
    )
