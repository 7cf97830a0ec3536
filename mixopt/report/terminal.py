"""The contrast on a terminal: headline, sentences, tables, rules that bind; plain text unless colour is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from mixopt.plan import Result
from mixopt.report.decision import range_note
from mixopt.report.glance import Table, binding_rules, tables
from mixopt.report.grid import blocks, grid, width, wrapped
from mixopt.report.headline import headline
from mixopt.report.no_plan import no_plan
from mixopt.report.sentences import against_today, gain, how_sure, price, proof, rests_on, stopped, what_moves
from mixopt.report.story import Story, tell

NARROW = 60  # columns below which each measure is a block of its own
RULES = 12  # binding rules shown
BOLD, MUTED, PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"
NO_RANGE = (
    "The curves carry no uncertainty, so no range can be given; ≈ marks what is too small to tell apart."
)


def terminal(result: Result, *, columns: int = 100, color: bool = False) -> str:
    """Return a result as text for people.

    Parameters
    ----------
    result : Result
    columns : int
        Width of the terminal.
    color : bool
        Whether to set words in bold and muted type.

    Returns
    -------
    str
        Without a final line break.
    """
    story = tell(result)
    bold = (BOLD, PLAIN) if color else ("", "")
    muted = (MUTED, PLAIN) if color else ("", "")
    first, second = headline(story)
    lines = [*_styled(wrapped(first, columns), bold), *_styled(wrapped(second, columns), muted), ""]
    for sentence in sentences(story):
        lines += wrapped(sentence, columns, "  " if sentence.startswith("  ") else "")
    for table in _tables(result, columns):
        head, *body = _drawn(table, columns)
        lines += ["", *_styled([head], bold), *body]
    lines += ["", *_styled(_foot(result, story, columns), muted)]
    return "\n".join(lines).rstrip()


def sentences(story: Story) -> list[str]:
    """Return the sentences that stand under the headline.

    Parameters
    ----------
    story : Story

    Returns
    -------
    list of str
        The price and what it rests on, for every pair; today and what moves, where there is no pair; then what is said
        of plans that were not found.
    """
    said = [
        text
        for pair in story.pairs
        for text in (price(pair), gain(pair), rests_on(pair), how_sure(pair))
        if text
    ]
    if not story.pairs and story.first.found:
        opening = stopped(story.first, story.coin).strip()
        said += [text for text in (opening, against_today(story), what_moves(story)) if text]
        said = said[1:] if said and said[0] == headline(story)[0] else said
    for side in (story.first, *story.others):
        if not side.found:
            said += no_plan(side, story.coin)
    return said


def _tables(result: Result, columns: int) -> Sequence[Table]:
    found = tables(result)
    if max(width(table.head, table.rows) for table in found) <= columns:
        return found
    return tables(result, equal_split=False)


def _drawn(table: Table, columns: int) -> list[str]:
    if columns >= NARROW and width(table.head, table.rows) <= columns:
        return grid(table.head, table.rows)
    title = [table.head[0] or "All measures"]
    return title + blocks(table.head, table.rows)


def _foot(result: Result, story: Story, columns: int) -> list[str]:
    rules = binding_rules(result)
    lines = []
    if rules:
        lines.append("Rules that bind")
        for rule in rules[:RULES]:
            lines += wrapped(f"  {rule}", columns, "    ")
        if len(rules) > RULES:
            lines.append(f"  … and {len(rules) - RULES} more in rules.csv")
        lines.append("")
    for text in (_ranges(story) if story.pairs else "", proof(story)):
        lines += wrapped(text, columns)
    return lines


def _ranges(story: Story) -> str:
    return f"{range_note(story)} ≈ marks ties." if story.draws else NO_RANGE


def _styled(lines: Sequence[str], style: tuple[str, str]) -> list[str]:
    return [f"{style[0]}{line}{style[1]}" if line and style[0] else line for line in lines]
