"""The decision in five sentences: price, gain, today, what moves, what it rests on; special states replace them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mixopt.report.headline import headline
from mixopt.report.no_plan import no_plan
from mixopt.report.sentences import (
    SAME,
    all_against_today,
    gain,
    how_sure,
    money_left,
    price,
    proof,
    rests_on,
    stopped,
    what_moves,
)
from mixopt.report.story import Pair, Story

NO_RANGE = "The curves carry no uncertainty, so no range can be given."


def range_note(story: Story) -> str:
    """Return what ranges are, or why there are none.

    Parameters
    ----------
    story : Story

    Returns
    -------
    str
    """
    if not story.draws:
        return NO_RANGE
    share = f"{100.0 * story.share:.3g}%"
    return (
        f"Ranges hold {share} of {story.draws:,} posterior draws of the response curves, plans held fixed; "
        "a difference whose range includes zero is a tie."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A sentence of the decision: its label, its text, and lines of a list below it."""

    label: str
    text: str
    lines: tuple[str, ...] = ()


def decision(story: Story) -> tuple[Said, ...]:
    """Return the sentences that stand under the headline of a report.

    Parameters
    ----------
    story : Story

    Returns
    -------
    tuple of Said
        What is said of plans that were not found comes first; sentences without words are left out.
    """
    return tuple(said for said in (*_missing(story), *_found(story)) if said.text)


def _missing(story: Story) -> Iterator[Said]:
    for side in (story.first, *story.others):
        if not side.found:
            first, *lines = no_plan(side, story.coin)
            yield Said(label=f"No {side.label}", text=first, lines=tuple(line.strip() for line in lines))


def _found(story: Story) -> Iterator[Said]:
    sides = [side for side in (story.first, *story.others) if side.found]
    if not sides:
        return
    left = [money_left(side, story) for side in sides]
    if story.pairs:
        yield Said(label="The price", text=_joined((*map(_price, story.pairs), *left)))
        yield Said(label="The gain", text=_joined(map(_gain, story.pairs)))
    yield Said(label="Against today", text=_unless_headline(all_against_today(story), story))
    yield Said(label="What moves", text=what_moves(story))
    if story.pairs:
        yield Said(label="What it rests on", text=_joined(map(rests_on, story.pairs)))
        yield Said(label="How sure", text=_joined(map(how_sure, story.pairs)))
    else:
        opening = [stopped(side, story.coin).strip() for side in sides]
        yield Said(label="How sure", text=_joined((*opening, *left, proof(story))))


def _price(pair: Pair) -> str:
    if pair.moved >= SAME:
        return price(pair)
    same = f"{pair.b.label} and {pair.a.label} are the same plan for all practical purposes."
    return f"{same} The prices set do not change where money goes. {price(pair)}"


def _gain(pair: Pair) -> str:
    return gain(pair) if pair.moved >= SAME else ""


def _unless_headline(text: str, story: Story) -> str:
    return "" if text == headline(story)[0] else text


def _joined(sentences: Iterable[str]) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
