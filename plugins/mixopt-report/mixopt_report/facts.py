"""What a page is about: the plans it shows with their marks, the pair it compares, and how money is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mixopt import Evaluation, Plan, Result, Scope
from mixopt.report import Coin, Pair, Side, Story, coin_of, moves, safe, spoken, tell
from mixopt_report.palette import PLANS, TODAY, Style

MOST = 22  # rows of a chart; above, the largest and a line for the others
KEPT = 20
LONGEST = 200  # characters of a name that a table shows
INHERITED = (
    frozenset(  # what every JavaScript object answers to: a mark of this name breaks the charts' library
        (
            *("__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__", "__proto__"),
            *("constructor", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable"),
            *("toLocaleString", "toString", "valueOf"),
        )
    )
)


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Today, or a plan that was found.

    Parameters
    ----------
    key : str
        Its name in the result.
    label : str
        As sentences write it.
    style : Style
    plan : Evaluation
        Its spend and what follows from it.
    """

    key: str
    label: str
    style: Style
    plan: Evaluation


@dataclass(frozen=True, kw_only=True)
class View:
    """The plans that charts show, and the two that they compare.

    Parameters
    ----------
    story : Story
    coin : Coin
    today : Shown or None
    plans : tuple of Shown
        Those that were found, in the config's order.
    pair : Pair or None
        The comparison that charts of differences show: the one with the largest clear gain.
    a, b : Shown or None
        Its two sides.
    ends : pair of float or None
        The quantiles of the posterior draws that ranges lie between; ``None`` where curves are certain.
    """

    story: Story
    coin: Coin
    today: Shown | None
    plans: tuple[Shown, ...]
    pair: Pair | None = None
    a: Shown | None = None
    b: Shown | None = None
    ends: tuple[float, float] | None = None

    @property
    def columns(self) -> tuple[Shown, ...]:
        """Today where it is known, then the plans."""
        return (*([self.today] if self.today else []), *self.plans)

    @property
    def scope(self) -> Scope:
        """The cells."""
        return self.last.plan.scope

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the channels, in order of first appearance."""
        return self.scope.names("channel")

    @property
    def segments(self) -> tuple[str, ...]:
        """Names of the segments, in order of first appearance."""
        return self.scope.names("segment")

    @property
    def last(self) -> Shown:
        """The plan that rows are sorted by: the compared one, else the last that was found, else today."""
        return self.b or (self.plans[-1] if self.plans else self.columns[0])


@dataclass(frozen=True, kw_only=True)
class Facts(View):
    """All that the sections of a page are made of: the view of a whole result.

    Parameters
    ----------
    result : Result
    """

    result: Result

    @property
    def scope(self) -> Scope:
        """The cells, also where no plan was found."""
        return self.result.problem.scope


def facts_of(result: Result) -> Facts:
    """Return the facts of a result.

    Parameters
    ----------
    result : Result

    Returns
    -------
    Facts
    """
    story = tell(result)
    styles = {name: PLANS[k % len(PLANS)] for k, name in enumerate(result.plans)}
    plans = tuple(
        Shown(key=name, label=drawable(spoken(name)), style=styles[name], plan=plan.evaluation)
        for name, plan in result.plans.items()
        if plan.evaluation is not None
    )
    today = result.references.get("today")
    shown_today = Shown(key="today", label="Today", style=TODAY, plan=today) if today is not None else None
    pair = max(story.pairs, key=_clear_gain) if story.pairs else None
    others = dict(zip((id(p) for p in story.pairs), plans[1:], strict=False))
    return Facts(
        result=result,
        story=story,
        coin=coin_of(result),
        today=shown_today,
        plans=plans,
        pair=pair,
        a=plans[0] if pair else None,
        b=others[id(pair)] if pair else None,
        ends=_ends(result),
    )


def _ends(result: Result) -> tuple[float, float] | None:
    if not result.problem.scope.draws:
        return None
    return result.problem.config.ranges.low, result.problem.config.ranges.high


def view_of(plan: Plan) -> View:
    """Return a plan beside today, where today is known.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    View
        Its pair compares the plan with today; neither is called a tie.

    Raises
    ------
    NoPlanError
        If no plan was found.
    """
    made = plan.evaluated
    scope = made.scope
    coin = Coin(scope.currency, scope.budget.total)
    shown = Shown(key=plan.name, label=drawable(spoken(plan.name)), style=PLANS[1], plan=made)
    b = _side(shown.label, made)
    if scope.current_spend is None:
        story = Story(coin=coin, budget=scope.budget.total, first=b, others=(), pairs=())
        return View(story=story, coin=coin, today=None, plans=(shown,))
    today = Shown(key="today", label="Today", style=TODAY, plan=made.today)
    a = _side("Today", today.plan)
    moved = max((abs(move.change) for move in moves(today.plan, made)), default=0.0) / scope.budget.total
    pair = Pair(coin=coin, a=a, b=b, net=_returned(made) - _returned(today.plan), moved=moved)
    story = Story(coin=coin, budget=scope.budget.total, first=b, others=(), pairs=(), today=a.returned)
    return View(story=story, coin=coin, today=today, plans=(shown,), pair=pair, a=today, b=shown)


def _side(label: str, made: Evaluation) -> Side:
    value = _returned(made)
    return Side(
        label=label,
        status="feasible",
        reason="",
        seconds=0.0,
        returned=value,
        spend=float(made.spend.sum()),
        objective=value,
        bound=value,  # the two are compared as they are: nothing is missing to either
    )


def _returned(made: Evaluation) -> float:
    return float(made.returns.sum())


def _clear_gain(pair: Pair) -> float:
    return max((aim.gain for aim in pair.aims if not pair.tie(aim.gain, aim.span)), default=0.0)


def labels(names: Sequence[str], longest: int = 40) -> dict[str, str]:
    """Return what rows of a chart are called: safe, short, and each its own.

    Parameters
    ----------
    names : sequence of str
    longest : int
        Characters kept of a name.

    Returns
    -------
    dict of str to str
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        label = base = drawable(safe(name, longest).strip() or "(blank)")
        number = 2
        while label in taken:
            label = f"{base} ({number})"
            number += 1
        taken.add(label)
        found[name] = label
    return found


def drawable(label: str) -> str:
    """Return a label that the charts' library can bear.

    Parameters
    ----------
    label : str

    Returns
    -------
    str
        With a blank that does not show behind the few names that it cannot.
    """
    return f"{label}\N{NO-BREAK SPACE}" if label in INHERITED else label


def largest(names: Sequence[str], sizes: Sequence[float], most: int = MOST, kept: int = KEPT) -> list[str]:
    """Return the names to show: all where they fit, else the largest, in their order.

    Parameters
    ----------
    names : sequence of str
    sizes : sequence of float
        What makes a name large.
    most : int
        How many fit.
    kept : int
        How many are kept where they do not.

    Returns
    -------
    list of str
    """
    if len(names) <= most:
        return list(names)
    rank = sorted(range(len(names)), key=lambda k: (-sizes[k], k))[:kept]
    return [names[k] for k in sorted(rank)]
