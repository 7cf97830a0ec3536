"""What is said of a plan that was not found: which rules clash and the smallest way out, or what stopped it."""

from __future__ import annotations

from mixopt.plan import Clashing, Conflict
from mixopt.report.coin import Coin
from mixopt.report.numbers import difference_in_unit, duration, money
from mixopt.report.story import Side
from mixopt.report.words import listed, safe

LIMITS = {
    "time-limit": "the time limit",
    "node-limit": "the limit on nodes",
    "interrupted": "you",
    "memory": "the memory limit",
    "stalled": "the precision of numbers",
    "reference": "a plan it refers to",
}


def no_plan(side: Side, coin: Coin) -> tuple[str, ...]:
    """Return what is said of a plan that was not found.

    Parameters
    ----------
    side : Side
    coin : Coin

    Returns
    -------
    tuple of str
        One sentence or line each.
    """
    if side.status != "infeasible":
        if side.reason == "reference":
            return (
                f"{side.label} keeps a share of another plan, and that one was not found; nothing here is about it.",
            )
        limit = LIMITS.get(side.reason, side.reason)
        when = f"{duration(side.seconds)} passed before any {side.label} was found"
        return (f"{when} (stopped by {limit}); nothing here is about it.",)
    if side.conflict is None:
        return (f"No {side.label} keeps all rules.", "Which rules clash could not be told in time.")
    return clash(side.label, side.conflict, coin)


def clash(label: str, conflict: Conflict, coin: Coin) -> tuple[str, ...]:
    """Return why nothing fits: the rules that clash, the smallest change that makes room, and the next smallest.

    Parameters
    ----------
    label : str
        The plan.
    conflict : Conflict
    coin : Coin

    Returns
    -------
    tuple of str
    """
    first = f"No {label} keeps all rules."
    if len(conflict.rules) == 1:
        second = "This rule clashes with the lower and upper limits of the cells:"
    else:
        second = (
            "These clash:"
            if conflict.complete
            else "These clash (there may be fewer; the search was stopped):"
        )
    lines = [first, second]
    lines += [f"  {safe(rule.name)}: {safe(rule.sentence, 200)}" for rule in conflict.rules]
    ways = [rule for rule in conflict.rules if rule.alone is not None]
    if ways:
        lines.append(f"Smallest change that makes room: {relaxed(ways[0], ways[0].alone or 0.0, coin)}.")
        lines += [f"Or: {relaxed(rule, rule.alone or 0.0, coin)}." for rule in ways[1:4]]
    else:
        said = [relaxed(rule, rule.relaxation, coin) for rule in conflict.relaxed]
        lines.append(f"Smallest change that makes room: {listed(said) or 'none was found'}.")
    return tuple(lines)


def relaxed(rule: Clashing, amount: float, coin: Coin) -> str:
    """Return one relaxation in words.

    Parameters
    ----------
    rule : Clashing
    amount : float
        In the unit of its limit.
    coin : Coin

    Returns
    -------
    str
    """
    if rule.unit == "currency":
        said = money(amount, coin)
    elif rule.unit == "share":
        said = difference_in_unit(amount, "share", coin).lstrip("+")
    else:
        said = f"{amount:,.4g} {safe(rule.unit)}"
    return f"{safe(rule.name)} gives way by {said}"
