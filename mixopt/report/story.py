"""The facts that sentences are written from: numbers only, taken from a result once.

A pair compares plan B with the reference A: d = B - A. Without posterior draws a difference is a *tie* where it is no
larger than what is missing to both ceilings, |d| <= (bound - value)_A + (bound - value)_B. With them it is also one
where the range of d over the draws, both plans held and the curves drawn anew, includes zero.
"""

from __future__ import annotations

from dataclasses import dataclass

from mixopt.plan import Conflict, Plan, Result
from mixopt.plan.audit import KEPT, beyond, limit_size
from mixopt.plan.measures import FUNDED, returned, spend
from mixopt.plan.ranges import Range
from mixopt.plan.references import TODAY
from mixopt.plan.rules import BUDGET
from mixopt.plugin import Evaluation
from mixopt.report.coin import Coin
from mixopt.report.words import phrase, safe, spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One plan, as sentences speak of it; money in the run's coin, ``None`` where there is nothing.

    `next_unit` is what the next unit of currency would return in the best cell that may get more, ``None`` where none
    may; `held_by` is the rule that stops more from being spent, the dearest one, empty where none does.
    """

    label: str
    status: str
    reason: str
    seconds: float
    returned: float | None = None
    spend: float | None = None
    objective: float | None = None
    bound: float | None = None
    gap: float | None = None
    conflict: Conflict | None = None
    next_unit: float | None = None
    held_by: str = ""

    @property
    def found(self) -> bool:
        """Whether there is a plan."""
        return self.returned is not None

    @property
    def missing(self) -> float:
        """What a better plan could score more at most; infinite where nothing is proven."""
        if self.bound is None or self.objective is None:
            return float("inf")
        return max(self.bound - self.objective, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A priced aim of plan B: what B gains on it against A, at B's weight, currency; its range over draws."""

    name: str
    gain: float
    weight: float = 1.0
    span: Range | None = None

    @property
    def said(self) -> str:
        """The aim as sentences name it, with its weight where that is not 1."""
        return self.name if self.weight == 1.0 else f"{self.name} (weight {self.weight:g})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A plan against the reference.

    Parameters
    ----------
    coin : Coin
    a, b : Side
    aims : tuple of Aim
        B's terms other than the plain return or profit, by gain.
    net : float
        What B scores more than A by B's own terms, currency.
    moved : float
        The largest change of a channel's spend, as a share of the budget.
    span, net_span : Range or None
        Of the difference in return, and of the net, over posterior draws; ``None`` where curves are certain.
    draws : int
        How many there are.
    share : float
        Of the draws that lie inside a range.
    """

    coin: Coin
    a: Side
    b: Side
    aims: tuple[Aim, ...] = ()
    net: float = 0.0
    moved: float = 1.0
    span: Range | None = None
    net_span: Range | None = None
    draws: int = 0
    share: float = 0.9

    @property
    def even(self) -> bool:
        """Whether the difference in return is a tie."""
        return self.tie(self.d, self.span)

    @property
    def d(self) -> float:
        """Difference in return, B less A."""
        assert self.a.returned is not None
        assert self.b.returned is not None
        return self.b.returned - self.a.returned

    @property
    def room(self) -> float:
        """Up to which size a difference is a tie."""
        return self.a.missing + self.b.missing

    def tie(self, amount: float, span: Range | None = None) -> bool:
        """Return whether an amount of money is too small to tell: by how far both plans are proven, or by its range.

        Parameters
        ----------
        amount : float
        span : Range or None
            Over posterior draws.

        Returns
        -------
        bool
        """
        return abs(amount) <= self.room or (span is not None and span.noise)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What a channel gains or loses from one spend to another, currency."""

    channel: str
    change: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """All that the words of a report are written from.

    Parameters
    ----------
    coin : Coin
    budget : float
    first : Side
    others : tuple of Side
        In the config's order.
    pairs : tuple of Pair
        Every other plan against the first, where both were found.
    today : float or None
        What today's spend returns.
    moves : tuple of Move
        From today to the last plan found, by size.
    broken_today : tuple of str
        The rules of the first plan that today's spend breaks.
    draws : int
        Posterior draws of the curves; 0 where they are certain.
    share : float
        Of the draws that lie inside a range.
    """

    coin: Coin
    budget: float
    first: Side
    others: tuple[Side, ...]
    pairs: tuple[Pair, ...]
    today: float | None = None
    moves: tuple[Move, ...] = ()
    broken_today: tuple[str, ...] = ()
    draws: int = 0
    share: float = 0.9


def coin_of(result: Result) -> Coin:
    """Return how a result's money is written.

    Parameters
    ----------
    result : Result

    Returns
    -------
    Coin
    """
    return Coin(result.currency, result.problem.scope.budget.total)


def tell(result: Result) -> Story:
    """Return the facts of a result.

    Parameters
    ----------
    result : Result

    Returns
    -------
    Story
    """
    plans = list(result.plans.values())
    today = result.references.get(TODAY)
    found = [plan for plan in plans if plan.evaluation is not None]
    return Story(
        coin=coin_of(result),
        budget=result.problem.scope.budget.total,
        first=side(plans[0]),
        others=tuple(side(plan) for plan in plans[1:]),
        pairs=tuple(pair(result, plans[0], plan) for plan in plans[1:] if plans[0].found and plan.found),
        today=None if today is None else returned(today),
        moves=moves(today, found[-1].evaluated) if today is not None and found else (),
        broken_today=broken(result, today) if today is not None else (),
        draws=0 if result.over_draws is None else result.over_draws.draws,
        share=share_of(result),
    )


def share_of(result: Result) -> float:
    """Return the share of the draws that lie inside a range.

    Parameters
    ----------
    result : Result

    Returns
    -------
    float
    """
    wanted = result.problem.config.ranges
    return wanted.high - wanted.low


def side(plan: Plan) -> Side:
    """Return one plan as sentences speak of it.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    Side
    """
    evaluation = plan.evaluation
    return Side(
        label=spoken(plan.name),
        status=plan.status,
        reason=plan.reason,
        seconds=plan.seconds,
        returned=None if evaluation is None else returned(evaluation),
        spend=None if evaluation is None else spend(evaluation),
        objective=plan.objective,
        bound=plan.bound,
        gap=plan.gap,
        conflict=plan.conflict,
        next_unit=None if evaluation is None else next_unit(evaluation),
        held_by=held_by(plan),
    )


def next_unit(evaluation: Evaluation) -> float | None:
    """Return what the next unit of currency returns in the best cell that may get more.

    Parameters
    ----------
    evaluation : Evaluation

    Returns
    -------
    float or None
        ``None`` where every cell is at its upper limit.
    """
    scope = evaluation.scope
    may = evaluation.spend < scope.upper - FUNDED * scope.budget.total
    return float(evaluation.marginal_roi[may].max()) if may.any() else None


def held_by(plan: Plan) -> str:
    """Return the name of the dearest rule that keeps a plan from spending or earning more; empty where none does.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    str
    """
    held = [
        level
        for level in plan.rule_levels
        if level.binding and level.shadow_price > 0 and level.rule != BUDGET
    ]
    return safe(max(held, key=lambda level: level.shadow_price * level.size).rule) if held else ""


def pair(result: Result, first: Plan, other: Plan) -> Pair:
    """Return a plan against the reference; both must have been found.

    Parameters
    ----------
    result : Result
    first, other : Plan

    Returns
    -------
    Pair
    """
    a, b = first.evaluated, other.evaluated
    gains = {
        term.name: term.weights[other.name] * (term.value(b) - term.value(a))
        for term in result.distinct_terms
        if other.name in term.weights
    }
    plain = {term.name for term in result.distinct_terms if term.plain}
    weights = {term.name: term.weights.get(other.name, 0.0) for term in result.distinct_terms}
    spans = {name: span_of(result, name, weights[name], (other.name, first.name)) for name in gains}
    aims = [
        Aim(name=phrase(name), gain=gain, weight=weights[name], span=spans.get(name))
        for name, gain in gains.items()
        if name not in plain
    ]
    over = result.over_draws
    largest = max((abs(move.change) for move in moves(a, b)), default=0.0)
    return Pair(
        coin=coin_of(result),
        a=side(first),
        b=side(other),
        aims=tuple(sorted(aims, key=lambda aim: (-aim.gain, aim.name))),
        net=sum(gains.values()),
        moved=largest / result.problem.scope.budget.total,
        span=None if over is None else over.between("return", other.name, first.name),
        net_span=net_span(result, first, other),
        draws=0 if over is None else over.draws,
        share=share_of(result),
    )


def span_of(result: Result, term: str, weight: float, between: tuple[str, str]) -> Range | None:
    """Return the range of what one plan gains on a term against another, at a weight.

    Parameters
    ----------
    result : Result
    term : str
    weight : float
    between : pair of str
        The plan, and the one it is compared with.

    Returns
    -------
    Range or None
    """
    over = result.over_draws
    name = next((stick.name for stick in result.yardsticks if stick.term == term), None)
    found = None if over is None or name is None else over.between(name, *between)
    return None if found is None else found.times(weight)


def net_span(result: Result, first: Plan, other: Plan) -> Range | None:
    """Return the range of what a plan scores more by its own terms than another, where all of them have one.

    Parameters
    ----------
    result : Result
    first, other : Plan

    Returns
    -------
    Range or None
    """
    over = result.over_draws
    if over is None:
        return None
    names = {stick.term: stick.name for stick in result.yardsticks if stick.term}
    parts = []
    for term in result.distinct_terms:
        if other.name in term.weights:
            name = "profit" if term.kind == "profit" else "return" if term.plain else names.get(term.name, "")
            parts.append((name, term.weights[other.name]))
    return over.sum_between(parts, other.name, first.name)


def moves(before: Evaluation, after: Evaluation) -> tuple[Move, ...]:
    """Return what each channel gains or loses from one spend to another, the largest first.

    Parameters
    ----------
    before, after : Evaluation

    Returns
    -------
    tuple of Move
    """
    old, new = before.by(before.spend, "channel"), after.by(after.spend, "channel")
    found = [Move(channel=safe(name), change=new[name] - old[name]) for name in new]
    return tuple(sorted(found, key=lambda move: (-abs(move.change), move.channel)))


def broken(result: Result, evaluation: Evaluation) -> tuple[str, ...]:
    """Return the rules of the first plan that a spend breaks; the budget is not among them.

    Parameters
    ----------
    result : Result
    evaluation : Evaluation

    Returns
    -------
    tuple of str
    """
    names = []
    for rule in result.problem.plans[result.first.name].rules:
        for level in rule.rule.levels(evaluation):
            size = result.problem.scope.budget.total if level.unit == "currency" else limit_size(level)
            if beyond(level) > KEPT * size:
                names.append(safe(rule.name))
    return tuple(dict.fromkeys(names))
