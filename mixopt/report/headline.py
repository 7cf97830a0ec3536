"""The two clauses at the top of a report: what is gained, then its price."""

from __future__ import annotations

from mixopt.report.numbers import money, percent
from mixopt.report.sentences import SAME, against_today
from mixopt.report.story import Aim, Pair, Side, Story
from mixopt.report.words import size_word


def headline(story: Story) -> tuple[str, str]:
    """Return the two clauses at the top: what is gained, then its price.

    Parameters
    ----------
    story : Story

    Returns
    -------
    tuple of str
        The second may be empty.
    """
    nothing = [side for side in (story.first, *story.others) if not side.found]
    if nothing and not story.pairs:
        return _no_plan_headline(nothing[0]), ""
    if not story.pairs:
        return against_today(
            story
        ) or f"{story.first.label} returns {money(story.first.returned, story.coin)}.", ""
    pair = max(story.pairs, key=_largest_clear_gain)
    return _pair_headline(pair)


def _pair_headline(pair: Pair) -> tuple[str, str]:
    a, b = pair.a.label, pair.b.label
    if pair.moved < SAME:
        same = f"{b} and {a} are the same plan for all practical purposes."
        return same, "The prices set do not change where money goes."
    if "feasible" in (pair.a.status, pair.b.status) and pair.room > max(abs(pair.d), abs(pair.net)):
        return f"{a} and {b} cannot be ranked yet.", "Longer runs can tell them apart."
    gain = next((aim for aim in pair.aims if aim.gain > 0 and not pair.tie(aim.gain, aim.span)), None)
    return _nothing_gained(pair) if gain is None else _gained(pair, gain)


def _nothing_gained(pair: Pair) -> tuple[str, str]:
    a, b, size = pair.a.label, pair.b.label, money(abs(pair.d), pair.coin)
    if pair.even:
        return f"{b} buys nothing clear.", f"{a} is as good and simpler to defend."
    if pair.d > 0:
        return f"{b} returns {size} more than {a}.", ""
    return f"{b} returns {size} less than {a}.", "It gains nothing clear that has a price."


def _gained(pair: Pair, gain: Aim) -> tuple[str, str]:
    a, b = pair.a.label, pair.b.label
    whole = abs(pair.a.returned or 0.0) or 1.0
    said = f"{b} gains {money(gain.gain, pair.coin)} on {gain.said}"
    if size_word(gain.gain / whole) == size_word(pair.d / whole) == "about the same":
        return f"{b} and {a} are worth about the same.", f"{said}; {_price_clause(pair, short=True)}."
    clause = _price_clause(pair)
    return f"{said}.", clause[:1].upper() + clause[1:] + "."


def _price_clause(pair: Pair, *, short: bool = False) -> str:
    size = money(abs(pair.d), pair.coin)
    if pair.d >= 0 and not pair.even:
        return f"it also returns {size} more"
    if pair.even:
        return "its price in return is too small to tell"
    share = percent(abs(pair.d) / abs(pair.a.returned or 1.0))
    return f"its price is {size}" if short else f"its price now, {size}, is {share} of the return"


def _no_plan_headline(side: Side) -> str:
    if side.status == "infeasible":
        return f"No {side.label} keeps all rules."
    return f"No {side.label} was found."


def _largest_clear_gain(pair: Pair) -> float:
    return max((aim.gain for aim in pair.aims if not pair.tie(aim.gain, aim.span)), default=0.0)
