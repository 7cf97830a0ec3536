"""The words of a report: each sentence a pure function of the facts, every variant in a table of the tests.

Never "optimal" alone, never "gap", "dual" or "bound": what a plan scores, its ceiling, and what is missing at most.
"""

from __future__ import annotations

from mixopt.report.coin import Coin
from mixopt.report.no_plan import LIMITS
from mixopt.report.numbers import differences_alike, duration, money, pence, percent
from mixopt.report.story import Move, Pair, Side, Story
from mixopt.report.words import listed

SAME = 0.005  # of the budget: the largest move below which two plans are the same
CLOSE = 0.8  # of a price: from here on the price decides, and should be settled first
NAMED = 0.005  # of the budget: moves below are not named


def price(pair: Pair) -> str:
    """Return sentence 1: what the plan returns, and how much less than the reference.

    Parameters
    ----------
    pair : Pair

    Returns
    -------
    str
    """
    a, b = pair.a, pair.b
    opening = stopped(b, pair.coin)
    text = f"{b.label} returns {money(b.returned, pair.coin)}"
    if money(abs(pair.d), pair.coin) == money(0.0, pair.coin):
        return opening + f"{b.label} and {a.label} return the same, {money(b.returned, pair.coin)}."
    share = f" ({percent(abs(pair.d) / abs(a.returned))})" if a.returned else ""
    more = "more" if pair.d > 0 else "less"
    text += f", {money(abs(pair.d), pair.coin)}{share} {more} than {a.label}"
    if pair.tie(pair.d):
        return opening + text + ": too little to tell apart, given how far both plans are proven."
    if pair.even:
        return opening + text + f": a difference inside the noise of the response curves ({span(pair)})."
    return opening + text + (f" ({span(pair)})." if pair.span else ".")


def span(pair: Pair) -> str:
    """Return the range of a difference in return: ``90% range −£1.04m to +£0.09m``; empty where there is none.

    Parameters
    ----------
    pair : Pair

    Returns
    -------
    str
    """
    if pair.span is None:
        return ""
    low, high = differences_alike([pair.span.low, pair.span.high], pair.coin)
    return f"{100.0 * pair.share:.3g}% range {low} to {high}"


def how_sure(pair: Pair) -> str:
    """Return in how many draws the plan returns more than the reference; empty where curves are certain.

    Parameters
    ----------
    pair : Pair

    Returns
    -------
    str
    """
    if pair.span is None or not pair.draws:
        return ""
    ahead = round(pair.span.above * pair.draws)
    text = f"{pair.b.label} returns more than {pair.a.label} in {ahead:,} of {pair.draws:,} posterior draws"
    if pair.even:
        return f"{text}: on return alone the two cannot be told apart."
    return f"{text}."


def stopped(side: Side, coin: Coin) -> str:
    """Return how a plan that a limit stopped is introduced; empty for a plan proven as asked.

    Parameters
    ----------
    side : Side
    coin : Coin

    Returns
    -------
    str
        Ends with a space where it is not empty.
    """
    if side.status != "feasible":
        return ""
    limit = LIMITS.get(side.reason, side.reason)
    text = f"{side.label} is the best found in {duration(side.seconds)} (stopped by {limit}). "
    if side.missing < float("inf"):
        share = f" ({percent(side.gap)})" if side.gap is not None and side.gap < float("inf") else ""
        text += f"A better one could score up to {money(side.missing, coin)}{share} more. "
    return text


def gain(pair: Pair) -> str:
    """Return sentence 2: what the price buys; empty where the plan asks for nothing but money.

    Parameters
    ----------
    pair : Pair

    Returns
    -------
    str
    """
    if not pair.aims:
        return ""
    clear = [aim for aim in pair.aims if aim.gain > 0 and not pair.tie(aim.gain, aim.span)][:2]
    if not clear:
        return (
            "What it gains elsewhere is inside the noise too."
            if any(aim.span is not None and aim.span.noise for aim in pair.aims)
            else "What it gains elsewhere is too little to tell."
        )
    said = listed([f"{money(aim.gain, pair.coin)} on {aim.said}" for aim in clear])
    return f"{'At no price it also' if pair.d >= 0 else 'For that price it'} gains {said}."


def rests_on(pair: Pair) -> str:
    """Return sentence 5: by how much the plan leads at the prices set, and how long it keeps that lead.

    Parameters
    ----------
    pair : Pair

    Returns
    -------
    str
    """
    a, b = pair.a.label, pair.b.label
    if pair.moved < SAME:
        return ""
    if abs(pair.net) <= pair.b.missing:
        return "At the prices set, the two score the same."
    if pair.net < 0:
        return (
            f"By {b}'s own terms {a} scores {money(-pair.net, pair.coin)} more: "
            f"that is what the rules that hold for {b} alone cost."
        )
    lead = f"At the prices set, {b} leads by {money(pair.net, pair.coin)}"
    top = next((aim for aim in pair.aims if aim.gain > 0), None)
    if top is None:
        return f"{lead}."
    level = 1.0 - pair.net / top.gain
    if level <= 0:
        return f"{lead}; it leads even if {top.name} counts for nothing."
    close = ": that is close to the price set, settle it before you decide" if level >= CLOSE else ""
    return f"{lead}; it keeps that lead as long as {top.name} counts for at least {percent(level)} of its price{close}."


def against_today(story: Story) -> str:
    """Return sentence 3 for the first plan: what it returns more than today; empty where today is not known.

    Parameters
    ----------
    story : Story

    Returns
    -------
    str
    """
    if story.today is None or story.first.returned is None:
        return ""
    return f"{_beside_today(story.first, story)}.{_broken_today(story)}"


def all_against_today(story: Story) -> str:
    """Return sentence 3 for every plan that was found; empty where today is not known.

    Parameters
    ----------
    story : Story

    Returns
    -------
    str

    Notes
    -----
    Sides that the ceilings cannot tell from today are called level with it.
    """
    found = [side for side in (story.first, *story.others) if side.found]
    if story.today is None or not found:
        return ""
    return f"{'; '.join(_beside_today(side, story) for side in found)}.{_broken_today(story)}"


def _beside_today(side: Side, story: Story) -> str:
    assert story.today is not None
    assert side.returned is not None
    change = side.returned - story.today
    if abs(change) <= side.missing:
        return f"{side.label} returns as much as today, {_m(side.returned, story)}"
    share = f" ({percent(abs(change) / abs(story.today))})" if story.today else ""
    return (
        f"{side.label} returns {_m(abs(change), story)}{share} {'more' if change > 0 else 'less'} than today"
    )


def _broken_today(story: Story) -> str:
    if not story.broken_today:
        return ""
    count = len(story.broken_today)
    rules = "1 rule" if count == 1 else f"{count} rules"
    return f" Today breaks {rules} ({story.broken_today[0]}); it is shown for scale."


def money_left(side: Side, story: Story) -> str:
    """Return what is said of a plan that leaves money; empty where it spends the budget.

    Parameters
    ----------
    side : Side
    story : Story

    Returns
    -------
    str
    """
    if side.spend is None or story.budget - side.spend < NAMED * story.budget:
        return ""
    left = f"{side.label} leaves {_m(story.budget - side.spend, story)} of {_m(story.budget, story)} unspent"
    if side.next_unit is None:
        return f"{left}: the limits of the cells allow no more."
    if side.next_unit < 1.0:
        one = f"{story.coin.symbol}1"
        return f"{left}: the next {one} would return {pence(side.next_unit, story.coin)}, less than it costs."
    return f"{left}, because {side.held_by or 'a rule'} allows no more."


def what_moves(story: Story) -> str:
    """Return sentence 4: which channels lose and gain money from today to the last plan; empty where today is unknown.

    Parameters
    ----------
    story : Story

    Returns
    -------
    str
    """
    if not story.moves:
        return ""
    last = next(side for side in (*reversed(story.others), story.first) if side.found)
    large = [move for move in story.moves if abs(move.change) >= NAMED * story.budget]
    if not large:
        most = max(abs(move.change) for move in story.moves)
        return f"Hardly any money moves: at most {_m(most, story)} in any channel."
    leaves = _channels([move for move in large if move.change < 0], story)
    goes = _channels([move for move in large if move.change > 0], story)
    if not leaves:
        return f"From today to {last.label}, money goes to {goes}."
    text = f"From today to {last.label}, money leaves {leaves}"
    return f"{text}; it goes to {goes}." if goes else f"{text}."


def _channels(moves: list[Move], story: Story) -> str:
    named = [f"{move.channel} {_m(abs(move.change), story)}" for move in moves[:3]]
    more = [f"{len(moves) - 3} more"] if len(moves) > 3 else []
    return listed([*named, *more])


def proof(story: Story) -> str:
    """Return what is proven of the plans that were found.

    Parameters
    ----------
    story : Story

    Returns
    -------
    str
    """
    if not any(side.found and side.missing < float("inf") for side in (story.first, *story.others)):
        return ""
    return (
        "No plan that keeps these rules can score more than the ceiling: anyone can recompute it without the solver. "
        "The proof is about the curves given, not about the market."
    )


def _m(amount: float | None, story: Story) -> str:
    return money(amount, story.coin)
