"""Where every plan stands against every rule, and what each would gain, at the margin, if the rule gave way."""

from __future__ import annotations

from mixopt import Plan
from mixopt.report import in_unit, money, pence, safe, worth_of_one_percent
from mixopt_report.facts import LONGEST, Facts, Shown
from mixopt_report.figure import Cell, Table

MOST = 12  # rules shown at once; above, those that bind, and the rest folded
ABSENT = Cell(text="\N{EN DASH}", kind="muted")


def rules(facts: Facts) -> tuple[Table, Table | None]:
    """Return the rules that are shown, and those that are folded away.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    tuple of Table and (Table or None)
    """
    names = _names(facts)
    binding = [name for name in names if _worth(name, facts) >= 0]
    if len(names) <= MOST:
        return _table(names, facts), None
    rest = [name for name in names if name not in binding]
    return _table(binding, facts), _table(rest, facts) if rest else None


def _names(facts: Facts) -> list[str]:
    """Return the rules of all plans, the dearest first, the budget last."""
    found = dict.fromkeys(level.rule for plan in facts.result.plans.values() for level in plan.rule_levels)
    return sorted(found, key=lambda name: (name == "budget", -_worth(name, facts)))


def _worth(name: str, facts: Facts) -> float:
    """Return what a rule costs where it binds, to sort by; -1 where it binds nowhere."""
    budget = facts.result.problem.scope.budget.total
    return max(
        (
            worth_of_one_percent(level, budget)
            for plan in facts.result.plans.values()
            for level in plan.rule_levels
            if level.rule == name and level.binding
        ),
        default=-1.0,
    )


def _table(names: list[str], facts: Facts) -> Table:
    plans = [facts.result.plans[one.key] for one in facts.plans]
    head = [Cell(text="Rule"), Cell(text="In words", kind="words")]
    today = _today(facts)
    if today:
        head.append(Cell(text="Today", kind="today"))
    head += [Cell(text=one.label, kind=one.style.color) for one in facts.plans]
    head += [Cell(text="If it gave way by")]
    head += [Cell(text=f"{one.label} gains", kind=one.style.color) for one in facts.plans]
    rows = tuple(_row(name, plans, facts, today) for name in names)
    return Table(
        caption="Rules: where the plans stand, and what each rule costs",
        head=tuple(head),
        groups=(("", rows),),
    )


def _row(name: str, plans: list[Plan], facts: Facts, today: dict[str, float]) -> tuple[Cell, ...]:
    levels = [next((level for level in plan.rule_levels if level.rule == name), None) for plan in plans]
    one = next(level for level in levels if level is not None)
    values = [
        ABSENT
        if level is None
        else Cell(text=in_unit(level.value, level.unit, facts.coin), kind="binds" if level.binding else "")
        for level in levels
    ]
    step, size = _step(one.unit, facts)
    gains = [
        ABSENT
        if level is None or not level.binding
        else Cell(text=_gain(level.shadow_price, one.unit, size, facts))
        for level in levels
    ]
    if today:
        values.insert(0, Cell(text=in_unit(today.get(name), one.unit, facts.coin)))
    words = one.sentence if name != "budget" else _budget(facts)
    return (
        Cell(text=safe(name, LONGEST)),
        Cell(text=safe(words, 2 * LONGEST), kind="words"),
        *values,
        Cell(text=step, kind="muted"),
        *gains,
    )


def _today(facts: Facts) -> dict[str, float]:
    """Return where today stands against each rule; empty where today is unknown."""
    if facts.today is None:
        return {}
    found = {"budget": float(facts.today.plan.spend.sum())}
    for one in facts.plans:
        problem = facts.result.problem.plans[one.key]
        stated = [level for rule in problem.rules for level in rule.rule.levels(facts.today.plan)]
        names = [level.rule for level in facts.result.plans[one.key].rule_levels if level.rule != "budget"]
        found.update((name, float(level.value)) for name, level in zip(names, stated, strict=False))
        found.update((keep.name, keep.value(facts.today.plan)) for keep in problem.keeps)
    return found


def _step(unit: str, facts: Facts) -> tuple[str, float]:
    if unit == "currency":
        return f"{facts.coin.symbol}1", 1.0
    return ("one point", 0.01) if unit == "share" else (f"1 {safe(unit)}", 1.0)


def _gain(price: float, unit: str, size: float, facts: Facts) -> str:
    if price == 0.0:
        return "0"
    return pence(price, facts.coin) if unit == "currency" else money(price * size, facts.coin)


def _budget(facts: Facts) -> str:
    budget = facts.result.problem.scope.budget
    return (
        f"{'all of' if budget.rule == 'spend-all' else 'at most'} {money(budget.total, facts.coin)} is spent"
    )


def held_by(one: Shown, facts: Facts) -> dict[str, str]:
    """Return, for each channel, the rule that holds a plan off the level at which all channels return alike.

    Parameters
    ----------
    one : Shown
        The plan.
    facts : Facts

    Returns
    -------
    dict of str to str
        By channel: the name of a binding rule that selects some channels only, or which limit of its cells holds it.
    """
    scope = facts.result.problem.scope
    channel = scope.labels("channel").astype(str)
    room = 1e-6 * scope.budget.total
    at_top, at_floor = one.plan.spend >= scope.upper - room, one.plan.spend <= scope.lower + room
    found = {}
    for name in facts.channels:
        mine = channel == name
        if at_top[mine].all():
            found[name] = "its upper limit"
        elif at_floor[mine].all():
            found[name] = "its lower limit"
    binding = {
        level.rule
        for level in facts.result.plans[one.key].rule_levels
        if level.binding and level.shadow_price
    }
    for rule in facts.result.problem.plans[one.key].rules:
        where = getattr(getattr(rule.rule, "settings", None), "where", None)
        if rule.name in binding and where:
            hit = set(channel[scope.select(where)])
            if len(hit) < len(facts.channels):
                found.update(dict.fromkeys(hit, safe(rule.name, 24)))
    return found
