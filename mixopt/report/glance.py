"""The tables of a report as rows of text: every measure, where the money goes, what is proven, which rules bind.

Columns are the references and the plans, marked by shape as well as by place: today ``|``, the plans ● ◆ ■ ▲ ✚ ★.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from mixopt.plan import Plan, Result, RuleLevel
from mixopt.plan.contrast import COST
from mixopt.plan.references import EQUAL_SPLIT, TODAY
from mixopt.report.numbers import (
    NAMELESS,
    difference_in_unit,
    differences_alike,
    exact_money,
    in_unit,
    money,
    money_alike,
    pence,
)
from mixopt.report.story import Pair, coin_of, tell
from mixopt.report.words import measure_label, safe, spoken

SHAPES = "●◆■▲✚★"
SHOWN = 22  # channels; above, the largest and a line for the others
TIE = "≈ "
WORDS = {"optimal": "proven", "feasible": "best found", "infeasible": "impossible", "no-plan": "not found"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of texts; its first column names the rows."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(result: Result, *, equal_split: bool = True) -> tuple[Table, ...]:
    """Return the tables of a result, in reading order.

    Parameters
    ----------
    result : Result
    equal_split : bool
        Whether the equal split has a column.

    Returns
    -------
    tuple of Table
    """
    names = [name for name in result.columns if equal_split or name != EQUAL_SPLIT]
    pairs = tell(result).pairs
    pair = pairs[0] if len(result.plans) == 2 and pairs else None
    return (
        measures(result, names, pair),
        where_money_goes(result, names, "spend", pair),
        where_money_goes(result, names, "return", pair),
    )


def heads(result: Result, names: Sequence[str], pair: Pair | None, first: str = "") -> tuple[str, ...]:
    """Return the heads of the columns.

    Parameters
    ----------
    result : Result
    names : sequence of str
        References and plans.
    pair : Pair or None
        Adds a column for the difference.
    first : str
        Head of the first column.

    Returns
    -------
    tuple of str
    """
    shapes = {name: SHAPES[k % len(SHAPES)] for k, name in enumerate(result.plans)}
    labels = [f"{shapes[name]} {spoken(name)}" if name in shapes else spoken(name) for name in names]
    labels = [f"| {label}" if name == TODAY else label for name, label in zip(names, labels, strict=True)]
    return (first, *labels, *(["Difference"] if pair else []))


def measures(result: Result, names: Sequence[str], pair: Pair | None) -> Table:
    """Return the contrast as text, and below it what is proven.

    Parameters
    ----------
    result : Result
    names : sequence of str
    pair : Pair or None

    Returns
    -------
    Table
    """
    rows = []
    for record in result.contrast.to_dict("records"):
        name, unit = str(record["measure"]), str(record["unit"])
        if name == COST and len(result.plans) == 1:
            continue
        values = {column: float(record[column]) for column in names}
        if unit == "currency":
            cells = money_alike(list(values.values()), coin_of(result))
        else:
            cells = [in_unit(value, unit, coin_of(result)) for value in values.values()]
        label = measure_label(safe(name), f"{coin_of(result).symbol}1")
        rows.append(
            (label + _note(name, unit, result), *cells, *_difference(name, values, unit, result, pair))
        )
    return Table(head=heads(result, names, pair), rows=(*rows, *proof_rows(result, names, pair is not None)))


def _note(name: str, unit: str, result: Result) -> str:
    """Return a measure's unit where the number does not show it, and a term's weight where it is not 1."""
    stick = next((stick for stick in result.yardsticks if stick.name == name), None)
    term = next((t for t in result.distinct_terms if stick is not None and t.name == stick.term), None)
    if term is not None:
        weights = dict.fromkeys(term.weights.values())
        return "" if list(weights) == [1.0] else f" (weight {', '.join(f'{w:g}' for w in weights)})"
    return f" ({safe(unit)})" if unit not in NAMELESS else ""


def _difference(
    name: str, values: Mapping[str, float], unit: str, result: Result, pair: Pair | None
) -> list[str]:
    if pair is None:
        return []
    first, other = list(result.plans)
    amount = values[other] - values[first]
    text = difference_in_unit(amount, unit, coin_of(result), abs(values[other]))
    span = None if result.over_draws is None else result.over_draws.between(name, other, first)
    tie = unit == "currency" and text not in {"", "0"} and pair.tie(amount, span)
    return [TIE + text if tie else text]


def proof_rows(result: Result, names: Sequence[str], difference: bool) -> list[tuple[str, ...]]:
    """Return the rows on how good the plans are: status, score, ceiling, what is missing at most.

    Parameters
    ----------
    result : Result
    names : sequence of str
    difference : bool
        Whether there is a column for it.

    Returns
    -------
    list of tuples of str
    """
    plans = [result.plans.get(name) for name in names]
    last = (
        ["proven" if all(plan is None or plan.bound is not None for plan in plans) else ""]
        if difference
        else []
    )
    empty = [""] * len(last)

    def row(label: str, cell: Mapping[str, str], end: Sequence[str]) -> tuple[str, ...]:
        return (label, *(cell.get(name, "") for name in names), *end)

    scores = {n: exact_money(p.objective, coin_of(result)) for n, p in result.plans.items()}
    ceilings = {n: exact_money(p.bound, coin_of(result)) for n, p in result.plans.items()}
    missing = {n: money(_missing(p), coin_of(result)) for n, p in result.plans.items()}
    shares = {n: _share(p.gap) for n, p in result.plans.items()}
    states = {n: WORDS[p.status] for n, p in result.plans.items()}
    return [
        row("Score by its own terms", scores, empty),
        row("Ceiling", ceilings, empty),
        row("At most missing", missing, last),
        row("  as a share of the score", shares, empty),
        row("Status", states, empty),
    ]


def _missing(plan: Plan) -> float | None:
    if plan.objective is None or plan.bound is None:
        return None
    return max(plan.bound - plan.objective, 0.0)


def _share(gap: float | None) -> str:
    if gap is None or not math.isfinite(gap):
        return ""
    return f"{100 * gap:.2g}%" if gap >= 1e-6 else "under 0.0001%"


def where_money_goes(result: Result, names: Sequence[str], what: str, pair: Pair | None) -> Table:
    """Return spend or return by channel as text.

    Parameters
    ----------
    result : Result
    names : sequence of str
    what : {"spend", "return"}
    pair : Pair or None

    Returns
    -------
    Table
        By the last plan's spend; above 22 channels the largest 20 and what the others add up to.
    """
    frame = result.by("channel")
    spend, amounts = (
        frame.pivot_table(index="channel", columns="plan", values=kind, sort=False, observed=True).reindex(
            columns=list(names)
        )
        for kind in ("spend", what)
    )
    found = [name for name in result.plans if result.plans[name].found] or list(result.references)[:1]
    order = spend[found[-1]].sort_values(ascending=False, kind="stable").index
    amounts = amounts.loc[order]
    if len(amounts) > SHOWN:
        kept = amounts.index.isin(spend[found].max(axis=1).nlargest(SHOWN - 2).index)
        others = amounts[~kept].sum(min_count=1).rename(f"Other ({(~kept).sum()})")
        amounts = amounts[kept]
        amounts.loc[str(others.name)] = others
    texts = money_alike([float(amount) for amount in amounts.to_numpy().ravel()], coin_of(result))
    cells = [texts[k : k + len(names)] for k in range(0, len(texts), len(names))]
    changes = _changes(amounts, result, pair)
    rows = [
        (safe(str(label)), *row, *change)
        for label, row, change in zip(amounts.index, cells, changes, strict=True)
    ]
    return Table(head=heads(result, names, pair, what.capitalize()), rows=tuple(rows))


def _changes(amounts: pd.DataFrame, result: Result, pair: Pair | None) -> list[list[str]]:
    if pair is None:
        return [[]] * len(amounts)
    first, other = list(result.plans)
    return [[text] for text in differences_alike(list(amounts[other] - amounts[first]), coin_of(result))]


def binding_rules(result: Result) -> tuple[str, ...]:
    """Return a sentence for every rule that binds: what it says, and what giving way by one unit gains.

    Parameters
    ----------
    result : Result

    Returns
    -------
    tuple of str
        Plan by plan, the dearest first; rules that bind in several plans once per plan.
    """
    scale = result.problem.scope.budget.total

    def order(level: RuleLevel) -> tuple[float, str]:
        return (-worth_of_one_percent(level, scale), level.rule)

    return tuple(
        f"{spoken(plan.name)}: {safe(level.rule)} ({safe(level.sentence, 120)}): {cost(level, result)}"
        for plan in result.plans.values()
        for level in sorted((level for level in plan.rule_levels if level.binding), key=order)
    )


def worth_of_one_percent(level: RuleLevel, budget: float) -> float:
    """Return what a binding limit costs per 1 % of it, to sort by.

    Parameters
    ----------
    level : RuleLevel
    budget : float

    Returns
    -------
    float
        Currency.
    """
    sizes = [abs(side) for side in (level.at_least, level.at_most) if side]
    return level.shadow_price * 0.01 * (budget if level.unit == "currency" else max(sizes, default=1.0))


def cost(level: RuleLevel, result: Result) -> str:
    """Return what one more unit of a limit would gain.

    Parameters
    ----------
    level : RuleLevel
    result : Result

    Returns
    -------
    str
    """
    if level.shadow_price == 0.0:
        return "binds, and costs nothing at the margin"
    if level.unit == "currency":
        one = f"{coin_of(result).symbol}1"
        gain = pence(level.shadow_price, coin_of(result))
    elif level.unit == "share":
        one, gain = "1 pt", money(0.01 * level.shadow_price, coin_of(result))
    else:
        one, gain = f"1 {safe(level.unit)}", money(level.shadow_price, coin_of(result))
    return f"giving way by {one} gains {gain}"
