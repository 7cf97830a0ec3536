"""The sections of the page in reading order; what has no data has no section and no words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from mixopt.report import SAME, frontier_proven, listed, money, range_note
from mixopt_report.charts.channels import channels
from mixopt_report.charts.curves import curves
from mixopt_report.charts.frontier import frontier
from mixopt_report.charts.next_money import next_money
from mixopt_report.charts.price import price
from mixopt_report.charts.segments import segments
from mixopt_report.charts.shocks import shocks
from mixopt_report.charts.waterfall import waterfall
from mixopt_report.facts import Facts
from mixopt_report.figure import Figure, Table
from mixopt_report.tables.assumed import assumed_words, sources
from mixopt_report.tables.measures import all_measures
from mixopt_report.tables.proof import proof_table, proof_words
from mixopt_report.tables.rules import rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A table within a section, with words beside or above it."""

    table: Table
    title: str = ""
    words: tuple[str, ...] = ()
    look: str = "full"
    folded: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of the page.

    Parameters
    ----------
    name : str
        Its anchor.
    title : str
    intro : str
    figures : tuple of Figure
    parts : tuple of Part
    """

    name: str
    title: str
    intro: str = ""
    figures: tuple[Figure, ...] = field(default=())
    parts: tuple[Part, ...] = ()


def sections(facts: Facts) -> list[Section]:
    """Return the sections below the decision.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    list of Section
    """
    makers: tuple[Callable[[Facts], Iterator[Section]], ...] = (
        _balance,
        _frontier,
        _where,
        _why,
        _wrong,
        _measures,
        _rules,
        _assumed,
    )
    return [section for maker in makers for section in maker(facts)]


def _balance(facts: Facts) -> Iterator[Section]:
    if facts.pair is None or facts.pair.moved < SAME:
        return
    b = facts.pair.b.label
    figures = _drawn(facts, price, waterfall)
    if not figures:
        return
    if not facts.pair.aims:
        yield Section(
            name="balance",
            title=f"What {b} costs",
            intro="Both plans ask for the same; what tells them apart are their rules.",
            figures=figures,
        )
        return
    intro = "Every aim is in money, at the price the config sets. "
    if facts.pair.net >= 0:
        intro += f"{b} leads on the net by construction, for it was chosen at these prices: "
        intro += "judge it by the size of each part."
    yield Section(
        name="balance", title="What balance costs and what it buys", intro=intro.strip(), figures=figures
    )


def _frontier(facts: Facts) -> Iterator[Section]:
    if facts.result.frontier is not None and (figures := _drawn(facts, frontier)):
        intro = frontier_proven(facts.result.frontier)
        yield Section(name="frontier", title="How far to go", intro=intro, figures=figures)


def _where(facts: Facts) -> Iterator[Section]:
    figures = _drawn(facts, channels, segments)
    if figures:
        yield Section(name="where", title="Where the money goes", intro=_moved(facts), figures=figures)


def _moved(facts: Facts) -> str:
    """Return how much money changes place between the two compared plans, or from today."""
    last = facts.last
    other = facts.a or facts.today
    if other is None or other is last:
        return ""
    moved = float(abs(last.plan.spend - other.plan.spend).sum()) / 2
    whole = money(facts.story.budget, facts.coin)
    return f"From {other.label} to {last.label}, {money(moved, facts.coin)} of {whole} changes place."


def _why(facts: Facts) -> Iterator[Section]:
    figures = _drawn(facts, next_money, curves)
    if not figures:
        return
    first = facts.plans[0].label
    intro = f"{first} pours money where the next {facts.coin.symbol}1 returns most, "
    intro += "until every channel returns the same or a limit holds it."
    if facts.pair and facts.pair.aims:
        aims = listed([aim.name for aim in facts.pair.aims[:3]])
        intro += f" {facts.pair.b.label} also counts {aims}."
    title = "Why the plans differ" if facts.pair and facts.pair.moved >= SAME else "Why the money goes there"
    yield Section(name="why", title=title, intro=intro, figures=figures)


def _wrong(facts: Facts) -> Iterator[Section]:
    figures = _drawn(facts, shocks)
    if figures:
        intro = "A shock hits a plan where its money lies. Chances and sizes of shocks are assumptions."
        yield Section(name="wrong", title="What could go wrong", intro=intro, figures=figures)


def _measures(facts: Facts) -> Iterator[Section]:
    intro = range_note(facts.story)
    if facts.pair:
        intro = (
            f"Difference: {facts.pair.b.label} minus {facts.pair.a.label}. {intro} "
            f"A tie{' too' if facts.story.draws else ''}: the difference is no larger than "
            f"what may be missing to both ceilings ({money(facts.pair.room, facts.coin)})."
        )
    yield Section(
        name="measures", title="All measures", intro=intro, parts=(Part(table=all_measures(facts)),)
    )


def _rules(facts: Facts) -> Iterator[Section]:
    shown, rest = rules(facts)
    parts = []
    if facts.plans and shown.rows:
        parts.append(Part(table=shown, look="rules", note="Bold with a dot: the rule binds."))
    if rest is not None:
        parts.append(
            Part(table=rest, look="rules", folded=True, title=f"{len(rest.rows)} rules that do not bind")
        )
    parts.append(
        Part(
            table=proof_table(facts),
            title="How good these plans are",
            words=(proof_words(facts),),
            look="proof",
        )
    )
    intro = (
        "A rule that binds is paid for. The last columns say what the plan would gain, in its own score, "
        "by the unit named, if the rule gave way."
    )
    yield Section(
        name="proof", title="Rules and proof", intro=intro if len(parts) > 1 else "", parts=tuple(parts)
    )


def _assumed(facts: Facts) -> Iterator[Section]:
    part = Part(table=sources(facts), title="Sources and versions", folded=True, look="sources")
    yield Section(name="assumed", title="What is assumed", intro="", parts=(part,))


def assumptions(facts: Facts) -> tuple[str, ...]:
    """Return the paragraphs on what is assumed.

    Parameters
    ----------
    facts : Facts

    Returns
    -------
    tuple of str
    """
    return assumed_words(facts)


def _drawn(facts: Facts, *makers: Callable[[Facts], Figure | None]) -> tuple[Figure, ...]:
    return tuple(figure for maker in makers if (figure := maker(facts)) is not None)
