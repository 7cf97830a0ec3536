"""What is said of a frontier: its axes in words, the finding, its points as a table, how well they are proven."""

from __future__ import annotations

import math

import numpy as np

from mixopt.plan import Frontier
from mixopt.report.coin import Coin
from mixopt.report.glance import Table
from mixopt.report.numbers import money, money_alike, pence
from mixopt.report.story import coin_of
from mixopt.report.words import listed, phrase, safe, spoken

TINY = 1e-9


def coin_of_frontier(frontier: Frontier) -> Coin:
    """Return how a frontier's money is written.

    Parameters
    ----------
    frontier : Frontier

    Returns
    -------
    Coin
    """
    return coin_of(frontier.base)


def frontier_axes(frontier: Frontier) -> tuple[str, str]:
    """Return what is given up and what is gained, as they begin a sentence.

    Parameters
    ----------
    frontier : Frontier

    Returns
    -------
    tuple of str
        ``("Return", "Other aims of Balanced")``.
    """
    first, second = frontier.between
    if frontier.kind == "terms":
        return _capital(phrase(safe(first))), _capital(phrase(safe(second)))
    given = "Return" if _is_return(frontier) else f"Score of {spoken(first)}"
    gained = f"Other aims of {spoken(second)}" if frontier.nested else f"Score of {spoken(second)}"
    return given, gained


def frontier_finding(frontier: Frontier) -> str:
    """Return what a frontier shows, in one sentence without full stop.

    Parameters
    ----------
    frontier : Frontier

    Returns
    -------
    str
    """
    first, second = frontier_axes(frontier)
    points = frontier.points
    if len(points) < 2:
        return f"No plan has more {_small(second)} than the one with most {_small(first)}"
    coin = coin_of_frontier(frontier)
    whole, cost = float(points["gained"].max()), float(points["given_up"].max())
    half = float(np.interp(0.5 * whole, points["gained"], points["given_up"]))
    gain, price = money(whole, coin), money(cost, coin)
    if half < 0.45 * cost:
        return f"Half of the {gain} that can be gained costs {money(half, coin)}; all of it costs {price}"
    return f"Up to {gain} can be gained, for {price}"


def frontier_proven(frontier: Frontier) -> str:
    """Return how well the points of a frontier are proven, in sentences.

    Parameters
    ----------
    frontier : Frontier

    Returns
    -------
    str
    """
    if not frontier.solves:
        return "No point was found."
    points, coin = frontier.points, coin_of_frontier(frontier)
    missing = (points["gained_at_most"] - points["gained"]).iloc[1:]
    said = []
    if len(missing):
        most = money(float(missing.max()), coin)
        said.append(
            f"At most {most} is missing to any point but the first: proven, "
            "no plan that keeps the rules and gives up no more gains more than that beyond it."
        )
    said.append(_found(frontier))
    if frontier.left_out:
        names = listed([safe(name, 60) for name in frontier.left_out])
        said.append(f"Not every plan has these rules, so they hold at no point: {names}.")
    return " ".join(said)


def _found(frontier: Frontier) -> str:
    count = len(frontier.points)
    if not frontier.complete:
        return f"Stopped after {count} of {frontier.asked} points; the same command goes on from there."
    if count < frontier.asked:
        return f"{count} of {frontier.asked} points: between them there is nothing more to tell apart."
    return (
        f"Between the points, {100 * frontier.hidden:.2g}% of the range at most is unexplored in one piece."
    )


def frontier_table(frontier: Frontier) -> Table:
    """Return the points as text: what each gives up and gains, how much it could gain at most, and the exchange.

    Parameters
    ----------
    frontier : Frontier

    Returns
    -------
    Table
        The ceiling of the first point is left out: it is proven by the first criterion alone.
    """
    coin = coin_of_frontier(frontier)
    first, second = frontier_axes(frontier)
    points = frontier.points
    given_up, gained, at_most = (
        money_alike([float(v) for v in points[name]], coin)
        for name in ("given_up", "gained", "gained_at_most")
    )
    rates = [pence(rate, coin) if math.isfinite(rate) else "" for rate in frontier_rates(frontier)]
    at_most[0] = ""
    head = ("Point", f"{first} given up", f"{second}: gained", "at most", f"per {coin.symbol}1 more")
    return Table(
        head=head, rows=tuple(zip(map(str, points["point"]), given_up, gained, at_most, rates, strict=True))
    )


def frontier_rates(frontier: Frontier) -> list[float]:
    """Return what the last unit given up gains on the way to each point, by the chord from the point before it.

    Parameters
    ----------
    frontier : Frontier

    Returns
    -------
    list of float
        ``nan`` for the first point.
    """
    points = frontier.points
    paid, got = np.diff(points["given_up"]), np.diff(points["gained"])
    return [
        math.nan,
        *(float(g / p) if p > TINY * max(abs(g), TINY) else math.inf for p, g in zip(paid, got, strict=True)),
    ]


def _is_return(frontier: Frontier) -> bool:
    """Return whether the first criterion is the plain return, at weight 1."""
    if frontier.kind == "terms":
        return False
    own = [t for t in frontier.base.distinct_terms if t.weights.get(frontier.between[0])]
    return [(t.kind, t.plain, t.weights[frontier.between[0]]) for t in own] == [("response", True, 1.0)]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
