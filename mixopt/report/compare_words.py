"""A comparison of two runs in words and tables, for a terminal."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from mixopt.report.coin import Coin
from mixopt.report.compare import Comparison
from mixopt.report.glance import TIE, Table
from mixopt.report.numbers import difference_in_unit, differences_alike, in_unit, money, money_alike
from mixopt.report.words import listed, measure_label, safe, spoken

NAMED = 0.005  # of the budget: smaller moves are not named
SHOWN = 12  # inputs and rules shown; all are in the tables
MOVES = 3
MARKS = {"tie": TIE, "same": "", "differs": "", "": ""}


def comparison_words(found: Comparison) -> list[str]:
    """Return what changed, in sentences.

    Parameters
    ----------
    found : Comparison

    Returns
    -------
    list of str
        Inputs first, then plan by plan: the best possible score, the money, the rules.
    """
    coin = Coin(found.currency, found.budget)
    lines = [_inputs(found)]
    for record in found.plans.to_dict("records"):
        name = str(record["plan"])
        lines.append(_score(record, coin))
        lines += _moves(found, name, coin)
        lines += _rules(found, name)
    return lines


def comparison_tables(found: Comparison) -> Iterator[tuple[str, Table]]:
    """Yield the tables of a comparison with their titles: inputs, then measures and money plan by plan.

    Parameters
    ----------
    found : Comparison

    Yields
    ------
    tuple of (str, Table)
    """
    coin = Coin(found.currency, found.budget)
    if not found.inputs.empty:
        rows: list[tuple[str, ...]] = [
            (f"{safe(r['part'])} {safe(str(r['where']), 60)}", _said(r["before"]), _said(r["after"]))
            for r in found.inputs.head(SHOWN).to_dict("records")
        ]
        more = len(found.inputs) - len(rows)
        rows += [(f"and {more} more", "", "")] if more > 0 else []
        yield "Inputs", Table(head=("", "Before", "After"), rows=tuple(rows))
    for plan in dict.fromkeys(found.results["plan"]):
        own = found.results[found.results["plan"] == plan].to_dict("records")
        rows = [_measure(record, coin) for record in own if record["verdict"] != "same"]
        if rows:
            yield spoken(str(plan)), Table(head=("", "Before", "After", "Difference"), rows=tuple(rows))
        spends = found.spends[found.spends["plan"] == plan]
        if len(spends):
            yield f"{spoken(str(plan))}: spend", _spend_table(spends, coin)


def _spend_table(spends: Any, coin: Coin) -> Table:
    shown = spends.head(SHOWN)
    columns = [money_alike([float(v) for v in shown[name]], coin) for name in ("before", "after")]
    changes = differences_alike([float(v) for v in shown["difference"]], coin)
    names = [safe(str(name)) for name in shown["channel"]]
    return Table(
        head=("", "Before", "After", "Difference"),
        rows=tuple(zip(names, *columns, changes, strict=True)),
    )


def _inputs(found: Comparison) -> str:
    if found.same_inputs:
        return "Both runs have the same config and the same inputs."
    count = len(found.inputs)
    shown = [
        f"{safe(r['part'])} {safe(str(r['where']), 60)} ({_said(r['before'])} → {_said(r['after'])})"
        for r in found.inputs.head(MOVES).to_dict("records")
    ]
    more = f" and {count - len(shown)} more" if count > len(shown) else ""
    kept = (
        ""
        if found.inputs_kept
        else " One of the runs does not hold its inputs, so tables are compared as a whole."
    )
    return f"{count} input{'s' if count > 1 else ''} changed: {'; '.join(shown)}{more}.{kept}"


def _score(record: dict[Any, Any], coin: Coin) -> str:
    name, verdict = spoken(str(record["plan"])), record["verdict"]
    if verdict in {"new", "gone"}:
        return f"{name} is only in the {'second' if verdict == 'new' else 'first'} run."
    if verdict == "other terms":
        return f"{name} scores by other terms now, so its scores cannot be compared; its measures can."
    if verdict == "unknown":
        return f"{name} was {record['before']} and is {record['after']}: there are not two proven scores to compare."
    least, most = float(record["least"]), float(record["most"])
    if verdict == "tie":
        return (
            f"{name}: the best possible scores cannot be told apart within the proofs; the second is "
            f"between {money(abs(least), coin)} lower and {money(abs(most), coin)} higher."
        )
    low, high = sorted((abs(least), abs(most)))
    texts = [money(low, coin), money(high, coin)]
    by = texts[0] if texts[0] == texts[1] else f"{texts[0]} to {texts[1]}"
    return f"{name}: the best possible score {verdict} by {by}: proven."


def _moves(found: Comparison, plan: str, coin: Coin) -> list[str]:
    own = found.spends[found.spends["plan"] == plan]
    large = own[own["difference"].abs() >= NAMED * found.budget]
    if own.empty:
        return []
    if large.empty:
        return [
            f"  Hardly any money moves: at most {money(float(own['difference'].abs().max()), coin)} in a channel."
        ]
    shown = large.head(MOVES)
    texts = differences_alike([float(v) for v in shown["difference"]], coin)
    said = [f"{safe(str(c))} {text}" for c, text in zip(shown["channel"], texts, strict=True)]
    more = f" and {len(large) - len(shown)} more" if len(large) > len(shown) else ""
    return [f"  Spend: {listed(said)}{more}."]


def _rules(found: Comparison, plan: str) -> list[str]:
    own = found.rules[found.rules["plan"] == plan].to_dict("records")
    lines = [f"  Rule {safe(str(r['rule']), 60)}: {_rule(r)}." for r in own[:SHOWN]]
    return lines + ([f"  And {len(own) - SHOWN} more changes of rules."] if len(own) > SHOWN else [])


def _rule(record: dict[Any, Any]) -> str:
    what = str(record["what"])
    if what in {"at_least", "at_most", "exactly"}:
        return f"{what.replace('_', ' ')} {_said(record['before'])} → {_said(record['after'])}"
    return {"new": "new", "gone": "gone"}.get(what, what)


def _measure(record: dict[Any, Any], coin: Coin) -> tuple[str, ...]:
    unit, before, after = str(record["unit"]), float(record["before"]), float(record["after"])
    texts = (
        money_alike([before, after], coin)
        if unit == "currency"
        else [in_unit(value, unit, coin) for value in (before, after)]
    )
    change = difference_in_unit(after - before, unit, coin, abs(after))
    label = measure_label(safe(str(record["measure"])), f"{coin.symbol}1")
    return (label, *texts, MARKS[str(record["verdict"])] + change)


def _said(value: Any) -> str:
    """Return a value of the config or a table as people read it; an en dash where there is none."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return f"{value:,.10g}"
    return safe(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), 60)
