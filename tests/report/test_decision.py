"""The decision in five sentences: which are said, in which state."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mixopt.report import Aim, Coin, Move, Pair, Side, Story, decision

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
BALANCED = replace(PURE, label="Balanced", returned=23.31e6, objective=45.305e6, bound=45.31e6)
PAIR = Pair(coin=GBP, a=PURE, b=BALANCED, aims=(Aim(name="brand", gain=1.83e6),), net=1.67e6, moved=0.1)
STORY = Story(
    coin=GBP,
    budget=12e6,
    first=PURE,
    others=(BALANCED,),
    pairs=(PAIR,),
    today=22.6e6,
    moves=(Move(channel="tv", change=-0.9e6), Move(channel="search", change=0.9e6)),
)
NOTHING = {"returned": None, "spend": None, "objective": None, "bound": None, "gap": None}


def labels(story):
    return [said.label for said in decision(story)]


def test_two_plans_give_five_sentences_in_reading_order():
    assert labels(STORY) == ["The price", "The gain", "Against today", "What moves", "What it rests on"]
    assert decision(STORY)[2].text == (
        "Pure ROI returns £1.14m (5.0%) more than today; Balanced returns £0.71m (3.1%) more than today."
    )


def test_without_today_two_sentences_are_left_out():
    assert labels(replace(STORY, today=None, moves=())) == ["The price", "The gain", "What it rests on"]


def test_a_plan_that_the_ceiling_cannot_tell_from_today_is_level_with_it():
    story = replace(STORY, today=23.7401e6)
    assert decision(story)[2].text.startswith("Pure ROI returns as much as today, £23.7m; Balanced returns")


def test_one_plan_is_told_by_today_moves_and_proof():
    alone = replace(STORY, others=(), pairs=())
    assert labels(alone) == ["What moves", "How sure"]  # what it gains against today is the headline
    assert labels(replace(alone, today=None, moves=())) == ["How sure"]


def test_the_same_plan_is_called_the_same():
    same = decision(replace(STORY, pairs=(replace(PAIR, moved=0.001),)))
    assert same[0].text.startswith("Balanced and Pure ROI are the same plan for all practical purposes.")
    assert "The gain" not in [said.label for said in same]


def test_a_plan_that_was_not_found_comes_first_and_the_other_is_told():
    missing = replace(BALANCED, **NOTHING, status="infeasible")
    said = decision(replace(STORY, others=(missing,), pairs=()))
    assert [part.label for part in said] == ["No Balanced", "Against today", "What moves", "How sure"]
    assert said[0].text == "No Balanced keeps all rules."
    assert said[0].lines == ("Which rules clash could not be told in time.",)


def test_nothing_found_leaves_nothing_else_to_say():
    missing = replace(PURE, **NOTHING, status="no-plan", reason="time-limit")
    assert labels(replace(STORY, first=missing, others=(), pairs=())) == ["No Pure ROI"]


def test_every_pair_is_told_in_the_order_of_the_config():
    third = replace(BALANCED, label="Careful", returned=23.0e6)
    story = replace(STORY, others=(BALANCED, third), pairs=(PAIR, replace(PAIR, b=third)))
    price = decision(story)[0].text
    assert price.index("Balanced returns") < price.index("Careful returns")


@pytest.mark.parametrize(
    ("side", "said"),
    [
        (
            {"next_unit": 0.83},
            "Balanced leaves £2.00m of £12.0m unspent: the next £1 would return 83p, less than it costs.",
        ),
        (
            {"next_unit": 1.4, "held_by": "digital-cap"},
            "Balanced leaves £2.00m of £12.0m unspent, because digital-cap allows no more.",
        ),
        ({"next_unit": 1.4}, "Balanced leaves £2.00m of £12.0m unspent, because a rule allows no more."),
        ({}, "Balanced leaves £2.00m of £12.0m unspent: the limits of the cells allow no more."),
    ],
)
def test_money_that_is_left_is_explained(side, said):
    b = replace(BALANCED, spend=10e6, **side)
    story = replace(STORY, others=(b,), pairs=(replace(PAIR, b=b),))
    assert decision(story)[0].text.endswith(said)
