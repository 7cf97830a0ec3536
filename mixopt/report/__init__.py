"""A result as bytes, as a folder, and as text on a terminal; the words and numbers of every report, for plugins too.

Words and numbers come from one source: a report that a plugin renders takes its sentences and the way it writes
numbers from here, so that no two pages of one run tell different stories.
"""

from mixopt.report.coin import Coin
from mixopt.report.decision import NO_RANGE, Said, decision, range_note
from mixopt.report.frontier_words import frontier_axes, frontier_finding, frontier_proven, frontier_rates
from mixopt.report.glance import WORDS, cost, worth_of_one_percent
from mixopt.report.headline import headline
from mixopt.report.no_plan import no_plan
from mixopt.report.numbers import (
    NAMELESS,
    difference_in_unit,
    differences_alike,
    exact_money,
    in_unit,
    money,
    money_alike,
    money_difference,
    pence,
    percent,
)
from mixopt.report.render import render
from mixopt.report.sentences import SAME, proof
from mixopt.report.story import Aim, Move, Pair, Side, Story, coin_of, moves, tell
from mixopt.report.words import listed, measure_label, phrase, safe, size_word, spoken
from mixopt.report.write import save, write

__all__ = [
    "NAMELESS",
    "NO_RANGE",
    "SAME",
    "WORDS",
    "Aim",
    "Coin",
    "Move",
    "Pair",
    "Said",
    "Side",
    "Story",
    "coin_of",
    "cost",
    "decision",
    "difference_in_unit",
    "differences_alike",
    "exact_money",
    "frontier_axes",
    "frontier_finding",
    "frontier_proven",
    "frontier_rates",
    "headline",
    "in_unit",
    "listed",
    "measure_label",
    "money",
    "money_alike",
    "money_difference",
    "moves",
    "no_plan",
    "pence",
    "percent",
    "phrase",
    "proof",
    "range_note",
    "render",
    "safe",
    "save",
    "size_word",
    "spoken",
    "tell",
    "worth_of_one_percent",
    "write",
]
