"""The cells table: its defaults, its families, its tags and weights, and every way in which it can be wrong."""

# ruff: noqa: E501, ISC004 - messages stand whole

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
import pytest
from pydantic import Field, model_validator

from mixopt.curves import MichaelisMenten
from mixopt.plugin import CurveEntry, hookimpl, registry_of
from mixopt.scope import Fraction, Number, Settings

MIXED = """\
channel,segment,curve,scale,half_saturation,slope,spend_scale,value,current_spend,lower,upper,region,hours,tier
tv,new,hill,10,5,2,,2,30,1,60,north,0.5,1
tv,old,michaelis-menten,20,6,,,,20,,,south,1,1
search,new,tanh,30,,,7,3,50,0,0,north,2,2
"""


def test_cells_are_read_with_their_defaults(cells):
    read = cells(MIXED)
    assert read.labels.to_dict("list") == {
        "channel": ["tv", "tv", "search"],
        "segment": ["new", "old", "new"],
        "curve": ["hill", "michaelis-menten", "tanh"],
        "region": ["north", "south", "north"],
        "tier": ["1", "1", "2"],
    }
    assert isinstance(read.labels.index, pd.RangeIndex)
    assert read.value.tolist() == [2.0, 1.0, 3.0]
    assert read.lower.tolist() == [1.0, 0.0, 0.0]
    assert read.upper.tolist() == [60.0, 100.0, 0.0]
    assert read.current_spend.tolist() == [30.0, 20.0, 50.0]
    assert {name: array.tolist() for name, array in read.weights.items()} == {
        "hours": [0.5, 1.0, 2.0],
        "tier": [1.0, 1.0, 2.0],
    }


def test_each_family_gets_its_own_parameters_in_the_order_of_its_cells(cells):
    groups = cells(MIXED + "tv,third,hill,11,6,3,,,1,,,south,1,3\n").groups
    assert [(group.entry.name, group.cells.tolist()) for group in groups] == [
        ("hill", [0, 3]),
        ("michaelis-menten", [1]),
        ("tanh", [2]),
    ]
    hill = {name: array.tolist() for name, array in groups[0].parameters.items()}
    assert hill == {"scale": [10.0, 11.0], "half_saturation": [5.0, 6.0], "slope": [2.0, 3.0]}


def test_nothing_that_is_read_can_be_written_to(cells):
    read = cells(MIXED)
    arrays = [read.value, read.lower, read.upper, read.current_spend, *read.weights.values()]
    arrays += [array for group in read.groups for array in group.parameters.values()]
    assert not any(array.flags.writeable for array in arrays)


def test_the_smallest_table_has_one_segment_and_no_past(cells):
    read = cells("channel,curve,scale\ntv,linear,2\n")
    assert read.labels.to_dict("list") == {"channel": ["tv"], "segment": ["all"], "curve": ["linear"]}
    assert read.current_spend is None
    assert (read.value.tolist(), read.lower.tolist(), read.upper.tolist()) == ([1.0], [0.0], [100.0])


def test_a_floor_above_the_budget_is_the_problems_business(cells):
    read = cells("channel,curve,scale,lower\ntv,linear,2,500\n")
    assert (read.lower.tolist(), read.upper.tolist()) == ([500.0], [500.0])


ROW = "tv,new,hill,10,5,2,,2,30,1,60,north,0.5,1"
MISTAKES = {
    # what: (old, new, the whole report)
    "text in a number": ("hill,10", "hill,ten", ["row 1 (line 2), column scale: 'ten' is no finite number; wanted: a number of at least 0"]),
    "NaN": ("hill,10", "hill,NaN", ["row 1 (line 2), column scale: 'NaN' is no finite number; wanted: a number of at least 0"]),
    "negative scale": ("hill,10", "hill,-10", ["row 1 (line 2), column scale: '-10' is not at least 0; wanted: a number of at least 0"]),
    "a slope of zero": ("5,2,,2", "5,0,,2", ["row 1 (line 2), column slope: '0' is not above 0; wanted: a number above 0 and of at most 100"]),
    "an empty parameter": ("hill,10,5,2", "hill,10,,2", ["row 1 (line 2), column half_saturation: the cell is empty; wanted: a number above 0"]),
    "lower above upper": ("30,1,60", "30,70,60", ["row 1 (line 2), column lower: lower 70 is above upper 60; wanted: lower at most upper, currency"]),
    "negative lower": ("30,1,60", "30,-1,60", ["row 1 (line 2), column lower: '-1' is not at least 0; wanted: a number of at least 0, currency"]),
    "negative upper": (
        "30,1,60",
        "30,0,-60",
        ["row 1 (line 2), column upper: '-60' is not at least 0; wanted: a number of at least 0, currency"],
    ),
    "negative value": ("2,,2,30", "2,,-2,30", ["row 1 (line 2), column value: '-2' is not at least 0; wanted: a number of at least 0, currency per unit of response"]),
    "no spend of today in one row": (",30,1,60", ",,1,60", ["row 1 (line 2), column current_spend: the cell is empty; wanted: a number of at least 0, currency"]),
    "an unknown family": (
        "new,hill",
        "new,hil",
        ["row 1 (line 2), column curve: there is no curve 'hil'; wanted: one of FAMILIES; try: hill"],
    ),
    "no family": ("new,hill", "new,", ["row 1 (line 2), column curve: the cell is empty; wanted: text"]),
    "no channel": ("tv,new", ",new", ["row 1 (line 2), column channel: the cell is empty; wanted: text"]),
    "a cell twice": ("tv,old", "tv,new", ["row 2 (line 3), column channel, segment: 'tv, new' stands already in row 1; wanted: each key once"]),
    "two spellings": ("tv,old", "TV,old", ["row 2 (line 3), column channel: 'TV' and 'tv' in row 1 differ by case or spaces alone; wanted: one spelling for each name"]),
    "a missing column": (
        "scale,half",
        "scael,half",
        ["there is no column 'scale'; wanted: a number of at least 0: Response that ever more spend approaches, units of response; try: rename column 'scael'"],
    ),
    "a misspelt column that may be left out": (
        "current_spend",
        "curent_spend",
        [
            "column 'curent_spend' looks like 'current_spend', which is not there; wanted: names that cannot be mistaken for another column; "
            "try: rename it to current_spend, or to something else"
        ],
    ),
    "adstock": ("region,", "adstock,", ["column 'adstock': this version does not use adstock yet; wanted: one row per channel and segment; try: leave the column adstock out"]),
    "periods": ("region,", "period,", ["column 'period': this version plans one period; wanted: one row per channel and segment; try: leave the column period out"]),
}  # fmt: skip


@pytest.mark.parametrize("what", MISTAKES)
def test_a_mistake_is_told_whole(what, faults_of, registry):
    old, new, said = MISTAKES[what]
    assert MIXED.count(old) >= 1
    families = ", ".join(registry.entries("curve"))
    where = [line.replace("FAMILIES", families) for line in said]
    assert faults_of(MIXED.replace(old, new, 1)) == [f"cells.csv: {line}" for line in where]


def test_all_mistakes_are_told_at_once(faults_of):
    text = (
        MIXED.replace("tv,new,hill,10", "tv,new,hil,x")
        .replace("search,new,tanh,30", "search,new,tanh,-30")
        .replace("20,6", "20,0")
    )
    assert [line.split(":")[1].strip().split(" ")[1] for line in faults_of(text)] == ["1", "2", "3"]


def test_a_table_without_rows_is_refused(faults_of):
    assert faults_of("channel,curve,scale\n") == [
        "cells.csv: the table has no rows; wanted: one row per channel and segment"
    ]


def test_weights_are_numbers_and_everything_else_is_tags(cells):
    text = (
        "channel,curve,scale,code,mixed,empty,share,minus\na,linear,1,01,1,,0.5,-1\nb,linear,1,02,x,,1.0,2\n"
    )
    read = cells(text)
    assert set(read.weights) == {"share", "minus"}
    assert read.labels[["code", "mixed", "empty", "minus"]].to_dict("list") == {
        "code": ["01", "02"],
        "mixed": ["1", "x"],
        "empty": ["", ""],
        "minus": ["-1", "2"],
    }
    assert "share" not in read.labels


def test_a_gap_in_a_numeric_column_of_a_frame_is_a_fault(faults_of):
    frame = pd.DataFrame({"channel": ["a", "b"], "curve": "linear", "scale": 1.0, "hours": [1.0, np.nan]})
    assert faults_of(frame) == [
        "cells: row 2, column hours: nan is no finite number; wanted: a finite number"
    ]


def test_parameters_of_other_families_may_be_nan_in_a_frame(cells):
    frame = pd.DataFrame(
        {
            "channel": ["a", "b"],
            "curve": ["michaelis-menten", "tanh"],
            "scale": [1.0, 2.0],
            "half_saturation": [3.0, np.nan],
            "spend_scale": [np.nan, 4.0],
        }
    )
    groups = cells(frame).groups
    assert groups[0].parameters["half_saturation"].tolist() == [3.0]
    assert groups[1].parameters["spend_scale"].tolist() == [4.0]
    assert not cells(frame).weights


def test_a_parameter_that_no_row_uses_may_be_an_empty_column(cells):
    frame = pd.DataFrame(
        {
            "channel": ["a", "b"],
            "curve": "tanh",
            "scale": [1.0, 2.0],
            "spend_scale": [4.0, 4.0],
            "half_saturation": [np.nan, np.nan],
            "slope": [None, None],
        }
    )
    read = cells(frame)
    assert not read.weights
    assert list(read.labels) == ["channel", "segment", "curve"]
    assert list(cells(frame.to_csv(index=False)).labels) == ["channel", "segment", "curve"]


def test_an_empty_column_that_is_no_parameter_or_of_a_row_in_use_is_a_fault(faults_of):
    frame = pd.DataFrame({"channel": ["a"], "curve": "linear", "scale": np.nan, "hours": np.nan})
    assert faults_of(frame) == [
        "cells: row 1, column scale: nan is no finite number; wanted: a number of at least 0",
        "cells: row 1, column hours: nan is no finite number; wanted: a finite number",
    ]


class Odd(Settings):
    """A family with a default, a percentage, a word and a check of its own."""

    scale: Number = Field(gt=0, description="Height, units of response.")
    half: Number = Field(50.0, gt=0, description="Half of it, currency.")
    loss: Fraction = Field(0.0, ge=0, lt=1, description="Share lost.")
    shape: Literal["round", "square"] = Field("round", description="Shape.")

    @model_validator(mode="after")
    def _check(self) -> Odd:
        if self.scale > 1_000 and self.loss > 0.5:
            raise ValueError("a high curve cannot lose more than half")
        return self


class OddPlugin:
    @hookimpl
    def mixopt_curves(self):
        return [
            CurveEntry(
                name="odd",
                summary="Odd.",
                settings=Odd,
                examples=(Odd(scale=1.0),),
                build=lambda p: MichaelisMenten(p["scale"], p["half"]),
            )
        ]


def test_a_plugins_family_has_defaults_percentages_and_words(cells):
    odd = registry_of(("odd", OddPlugin()))
    read = cells("channel,curve,scale,loss,shape\na,odd,1,5%,\nb,odd,2,,square\n", registry=odd)
    parameters = {name: array.tolist() for name, array in read.groups[0].parameters.items()}
    assert parameters == {
        "scale": [1.0, 2.0],
        "half": [50.0, 50.0],
        "loss": [0.05, 0.0],
        "shape": ["round", "square"],
    }


def test_a_plugins_own_check_is_told_by_row(faults_of):
    odd = registry_of(("odd", OddPlugin()))
    assert faults_of(
        "channel,curve,scale,loss,shape\na,odd,1,5%,\nb,odd,2000,60%,\nc,odd,1,,oval\n", registry=odd
    ) == [
        "cells.csv: row 2 (line 3), column curve: odd: a high curve cannot lose more than half",
        "cells.csv: row 3 (line 4), column shape: odd: Input should be 'round' or 'square'",
    ]
