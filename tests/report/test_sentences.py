"""Every sentence, in every variant, from a table of cases: words and numbers from one source."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mixopt.plan import Clashing, Conflict
from mixopt.report.coin import Coin
from mixopt.report.headline import headline
from mixopt.report.no_plan import no_plan
from mixopt.report.sentences import against_today, gain, price, proof, rests_on, what_moves
from mixopt.report.story import Aim, Move, Pair, Side, Story

GBP = Coin("GBP", budget=12e6)
PURE = Side(
    label="Pure ROI",
    status="optimal",
    reason="gap",
    seconds=2.0,
    returned=23.74e6,
    spend=12e6,
    objective=23.743e6,
    bound=23.744e6,
    gap=5e-5,
)
BALANCED = replace(PURE, label="Balanced", returned=23.31e6, objective=45.305e6, bound=45.31e6, gap=1.1e-4)
BRAND = Aim(name="brand", gain=1.83e6)
RESILIENCE = Aim(name="resilience", gain=0.27e6, weight=0.5)
PAIR = Pair(coin=GBP, a=PURE, b=BALANCED, aims=(BRAND, RESILIENCE), net=1.67e6, moved=0.1)


def pair(**changes):
    """A pair with `returned` of B, statuses and so on changed."""
    b = {key: changes.pop(key) for key in list(changes) if hasattr(Side, key) and not hasattr(Pair, key)}
    return replace(PAIR, b=replace(BALANCED, **b), **changes)


LEAD = (
    "At the prices set, Balanced leads by £1.67m; it keeps that lead as long as brand counts for at least 8.7% "
    "of its price."
)
NOISE = ": too little to tell apart, given how far both plans are proven."
CASES = {
    "clear price": (
        PAIR,
        ("Balanced gains £1.83m on brand.", "Its price now, £0.43m, is 1.8% of the return."),
        "Balanced returns £23.3m, £0.43m (1.8%) less than Pure ROI.",
        "For that price it gains £1.83m on brand and £0.27m on resilience (weight 0.5).",
        LEAD,
    ),
    "a price that is too small to tell": (
        pair(returned=23.7385e6),
        ("Balanced gains £1.83m on brand.", "Its price in return is too small to tell."),
        f"Balanced returns £23.7m, £1.5k (0.0%) less than Pure ROI{NOISE}",
        "For that price it gains £1.83m on brand and £0.27m on resilience (weight 0.5).",
        LEAD,
    ),
    "no price at all": (
        pair(returned=24.0e6),
        ("Balanced gains £1.83m on brand.", "It also returns £0.26m more."),
        "Balanced returns £24.0m, £0.26m (1.1%) more than Pure ROI.",
        "At no price it also gains £1.83m on brand and £0.27m on resilience (weight 0.5).",
        LEAD,
    ),
    "the same return": (
        pair(returned=23.74e6),
        ("Balanced gains £1.83m on brand.", "Its price in return is too small to tell."),
        "Balanced and Pure ROI return the same, £23.7m.",
        "At no price it also gains £1.83m on brand and £0.27m on resilience (weight 0.5).",
        LEAD,
    ),
    "little moves in either direction": (
        pair(returned=23.66e6, aims=(Aim(name="brand", gain=0.1e6),), net=0.02e6),
        (
            "Balanced and Pure ROI are worth about the same.",
            "Balanced gains £0.10m on brand; its price is £80k.",
        ),
        "Balanced returns £23.7m, £80k (0.3%) less than Pure ROI.",
        "For that price it gains £0.10m on brand.",
        (
            "At the prices set, Balanced leads by £20k; it keeps that lead as long as brand counts for at least 80.0% "
            "of its price: that is close to the price set, settle it before you decide."
        ),
    ),
    "the same plan": (
        pair(moved=0.004),
        (
            "Balanced and Pure ROI are the same plan for all practical purposes.",
            "The prices set do not change where money goes.",
        ),
        "Balanced returns £23.3m, £0.43m (1.8%) less than Pure ROI.",
        "For that price it gains £1.83m on brand and £0.27m on resilience (weight 0.5).",
        "",
    ),
    "nothing gained, nothing lost": (
        pair(returned=23.7385e6, aims=(Aim(name="brand", gain=900.0),), net=-600.0),
        ("Balanced buys nothing clear.", "Pure ROI is as good and simpler to defend."),
        f"Balanced returns £23.7m, £1.5k (0.0%) less than Pure ROI{NOISE}",
        "What it gains elsewhere is too little to tell.",
        "At the prices set, the two score the same.",
    ),
    "rules of its own": (
        pair(aims=(), net=-0.43e6),
        ("Balanced returns £0.43m less than Pure ROI.", "It gains nothing clear that has a price."),
        "Balanced returns £23.3m, £0.43m (1.8%) less than Pure ROI.",
        "",
        (
            "By Balanced's own terms Pure ROI scores £0.43m more: that is what the rules that hold for Balanced alone "
            "cost."
        ),
    ),
    "rules of the first plan": (
        pair(returned=24.0e6, aims=(), net=0.26e6),
        ("Balanced returns £0.26m more than Pure ROI.", ""),
        "Balanced returns £24.0m, £0.26m (1.1%) more than Pure ROI.",
        "",
        "At the prices set, Balanced leads by £0.26m.",
    ),
    "it leads without its largest aim": (
        pair(aims=(BRAND,), net=2.0e6),
        ("Balanced gains £1.83m on brand.", "Its price now, £0.43m, is 1.8% of the return."),
        "Balanced returns £23.3m, £0.43m (1.8%) less than Pure ROI.",
        "For that price it gains £1.83m on brand.",
        "At the prices set, Balanced leads by £2.00m; it leads even if brand counts for nothing.",
    ),
    "stopped by a limit": (
        pair(status="feasible", reason="time-limit", seconds=60.0, bound=45.5e6, gap=0.0043),
        ("Balanced gains £1.83m on brand.", "Its price now, £0.43m, is 1.8% of the return."),
        (
            "Balanced is the best found in 60 s (stopped by the time limit). A better one could score up to £0.20m "
            "(0.4%) more. Balanced returns £23.3m, £0.43m (1.8%) less than Pure ROI."
        ),
        "For that price it gains £1.83m on brand and £0.27m on resilience (weight 0.5).",
        LEAD,
    ),
    "stopped too early to rank": (
        pair(status="feasible", reason="interrupted", seconds=1.0, bound=49e6, gap=0.08),
        ("Pure ROI and Balanced cannot be ranked yet.", "Longer runs can tell them apart."),
        (
            "Balanced is the best found in 1 s (stopped by you). A better one could score up to £3.69m (8.0%) more. "
            f"Balanced returns £23.3m, £0.43m (1.8%) less than Pure ROI{NOISE}"
        ),
        "What it gains elsewhere is too little to tell.",
        "At the prices set, the two score the same.",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_words_follow_from_the_numbers(case):
    facts, top, first, second, fifth = CASES[case]
    story = Story(coin=GBP, budget=12e6, first=PURE, others=(facts.b,), pairs=(facts,))
    assert headline(story) == top
    assert price(facts) == first
    assert gain(facts) == second
    assert rests_on(facts) == fifth


ALONE = Story(coin=GBP, budget=12e6, first=PURE, others=(), pairs=(), today=22.6e6)
MOVES = (
    Move(channel="tv", change=-0.9e6),
    Move(channel="search", change=0.5e6),
    Move(channel="audio", change=0.4e6),
)


@pytest.mark.parametrize(
    ("story", "said"),
    [
        (ALONE, "Pure ROI returns £1.14m (5.0%) more than today."),
        (replace(ALONE, today=25.0e6), "Pure ROI returns £1.26m (5.0%) less than today."),
        (replace(ALONE, today=23.7401e6), "Pure ROI returns as much as today, £23.7m."),
        (replace(ALONE, today=None), ""),
        (
            replace(ALONE, broken_today=("digital-cap",)),
            "Pure ROI returns £1.14m (5.0%) more than today. Today breaks 1 rule (digital-cap); it is shown for scale.",
        ),
        (
            replace(ALONE, broken_today=("digital-cap", "floor")),
            (
                "Pure ROI returns £1.14m (5.0%) more than today. Today breaks 2 rules (digital-cap); it is shown for "
                "scale."
            ),
        ),
    ],
)
def test_today_is_compared_where_it_is_known(story, said):
    assert against_today(story) == said
    assert headline(story)[0] == (said or "Pure ROI returns £23.7m.")


@pytest.mark.parametrize(
    ("moves", "said"),
    [
        ((), ""),
        (MOVES, "From today to Pure ROI, money leaves tv £0.90m; it goes to search £0.50m and audio £0.40m."),
        (MOVES[:1], "From today to Pure ROI, money leaves tv £0.90m."),
        (MOVES[1:], "From today to Pure ROI, money goes to search £0.50m and audio £0.40m."),
        (
            tuple(replace(m, change=m.change / 100) for m in MOVES),
            "Hardly any money moves: at most £9.0k in any channel.",
        ),
        (
            tuple(Move(channel=name, change=-1e6) for name in "abcde"),
            "From today to Pure ROI, money leaves a £1.00m, b £1.00m, c £1.00m and 2 more.",
        ),
    ],
)
def test_what_moves_names_three_channels_at_most(moves, said):
    assert what_moves(replace(ALONE, moves=moves)) == said


CAP = Clashing(
    name="digital-cap",
    sentence="the share that goes to search is 40%",
    unit="share",
    relaxation=0.0,
    alone=0.05,
    worth=1e6,
)
TV = Clashing(
    name="tv", sentence="spend on tv is at least 800", unit="currency", relaxation=2e4, alone=2e4, worth=1.0
)
CARBON = Clashing(
    name="carbon", sentence="carbon is at most 10", unit="tonnes", relaxation=3.5, alone=None, worth=9.0
)
NOTHING = {"returned": None, "spend": None, "objective": None, "bound": None, "gap": None}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {
                "status": "infeasible",
                "reason": "infeasible",
                "conflict": Conflict(rules=(TV, CAP), total=2e4, relaxed=(TV,)),
            },
            (
                "No Balanced keeps all rules.",
                "These clash:",
                "  tv: spend on tv is at least 800",
                "  digital-cap: the share that goes to search is 40%",
                "Smallest change that makes room: tv gives way by £20k.",
                "Or: digital-cap gives way by 5.0 pts.",
            ),
        ),
        (
            {
                "status": "infeasible",
                "conflict": Conflict(rules=(CARBON,), total=31.5, relaxed=(CARBON,), complete=False),
            },
            (
                "No Balanced keeps all rules.",
                "This rule clashes with the lower and upper limits of the cells:",
                "  carbon: carbon is at most 10",
                "Smallest change that makes room: carbon gives way by 3.5 tonnes.",
            ),
        ),
        (
            {"status": "infeasible"},
            ("No Balanced keeps all rules.", "Which rules clash could not be told in time."),
        ),
        (
            {"status": "no-plan", "reason": "time-limit", "seconds": 60.0},
            (
                "60 s passed before any Balanced was found (stopped by the time limit); nothing here is about it.",
            ),
        ),
        (
            {"status": "no-plan", "reason": "reference"},
            (
                "Balanced keeps a share of another plan, and that one was not found; nothing here is about it.",
            ),
        ),
    ],
)
def test_a_plan_that_was_not_found_is_told_in_words(changes, said):
    assert no_plan(replace(BALANCED, **NOTHING, **changes), GBP) == said


def test_the_headline_of_a_run_without_any_plan_says_so():
    missing = replace(PURE, **NOTHING, status="infeasible")
    assert headline(replace(ALONE, first=missing))[0] == "No Pure ROI keeps all rules."
    late = replace(missing, status="no-plan")
    assert headline(replace(ALONE, first=late))[0] == "No Pure ROI was found."


def test_the_headline_names_the_plan_with_the_largest_clear_gain():
    small = replace(PAIR, b=replace(BALANCED, label="Careful"), aims=(RESILIENCE,))
    story = replace(ALONE, others=(small.b, BALANCED), pairs=(small, PAIR))
    assert headline(story)[0] == "Balanced gains £1.83m on brand."


def test_what_is_proven_is_said_once_and_only_if_something_is():
    assert proof(ALONE).startswith("No plan that keeps these rules can score more than the ceiling")
    assert proof(replace(ALONE, first=replace(PURE, bound=None))) == ""


WORDS_OF_SOLVERS = (" gap", "dual", " bound", "milp", "optimal")


@pytest.mark.parametrize("case", CASES)
def test_no_sentence_speaks_the_language_of_solvers(case):
    facts = CASES[case][0]
    story = Story(coin=GBP, budget=12e6, first=PURE, others=(facts.b,), pairs=(facts,))
    said = " ".join((*headline(story), price(facts), gain(facts), rests_on(facts), proof(story))).lower()
    assert not [word for word in WORDS_OF_SOLVERS if word in said]
