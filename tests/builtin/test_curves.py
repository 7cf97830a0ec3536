"""The entries of the core's curve families: names, columns, constraints, and what they build."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from mixopt import TableError
from mixopt.builtin.curves import CURVES
from mixopt.curves import Family, Hill, Pricing, Tabulated

COLUMNS = {
    "hill": ("scale", "half_saturation", "slope"),
    "michaelis-menten": ("scale", "half_saturation"),
    "negative-exponential": ("scale", "spend_scale"),
    "tanh": ("scale", "spend_scale"),
    "logistic": ("scale", "midpoint", "spend_scale"),
    "power": ("scale", "exponent"),
    "log": ("scale", "spend_scale"),
    "linear": ("scale",),
    "tabulated": (),
}
BY_NAME = {entry.name: entry for entry in CURVES}
smooth = pytest.mark.parametrize("entry", [e for e in CURVES if not e.table], ids=lambda entry: entry.name)


def columns_of(entry):
    rows = [example.model_dump() for example in entry.examples]
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def test_every_family_of_the_tables_page_is_registered_with_its_columns():
    assert {entry.name: tuple(entry.settings.model_fields) for entry in CURVES} == COLUMNS


@pytest.mark.parametrize("entry", CURVES, ids=lambda entry: entry.name)
def test_every_column_has_a_description_with_its_unit(entry):
    for name, column in entry.settings.model_fields.items():
        assert column.description, name
        assert any(unit in column.description for unit in ("currency", "units of response", "no unit")), name


@smooth
def test_examples_build_curves_in_their_order(entry):
    columns = columns_of(entry)
    family = entry.build(columns)
    assert isinstance(family, Family)
    assert isinstance(family, Pricing)
    spend = np.full(len(entry.examples), 30_000.0)
    each = [entry.build({name: column[[at]] for name, column in columns.items()}) for at in range(len(spend))]
    assert family.value(spend).tolist() == [curve.value(spend[:1])[0] for curve in each]


@smooth
def test_entries_travel_to_other_processes(entry):
    columns = columns_of(entry)
    again = pickle.loads(pickle.dumps(entry.build))
    spend = np.full(len(entry.examples), 30_000.0)
    assert np.array_equal(again(columns).value(spend), entry.build(columns).value(spend))


def test_the_column_slope_is_the_steepness_of_hill_curves():
    family = BY_NAME["hill"].build(
        {"scale": np.ones(1), "half_saturation": np.full(1, 5.0), "slope": np.full(1, 2.0)}
    )
    assert isinstance(family, Hill)
    assert family.value(np.array([10.0]))[0] == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("name", "column", "wrong", "right"),
    [
        ("hill", "scale", -1.0, 0.0),
        ("hill", "half_saturation", 0.0, 1e-9),
        ("hill", "slope", 0.0, 100.0),
        ("hill", "slope", 100.1, 1e-3),
        ("michaelis-menten", "half_saturation", 0.0, 1.0),
        ("negative-exponential", "spend_scale", 0.0, 1.0),
        ("tanh", "spend_scale", -1.0, 1.0),
        ("logistic", "midpoint", -1.0, 0.0),
        ("logistic", "spend_scale", 0.0, 1.0),
        ("power", "exponent", 1.01, 1.0),
        ("power", "exponent", 0.0, 0.01),
        ("log", "spend_scale", 0.0, 1.0),
        ("linear", "scale", -1e-9, 0.0),
    ],
)
def test_parameters_outside_their_range_are_refused(name, column, wrong, right):
    entry = BY_NAME[name]
    example = entry.examples[0].model_dump()
    assert getattr(entry.settings(**{**example, column: right}), column) == right
    with pytest.raises(ValidationError, match=column):
        entry.settings(**{**example, column: wrong})


def test_tabulated_curves_come_from_the_points_table():
    entry = BY_NAME["tabulated"]
    assert entry.table == "points"
    points = pd.DataFrame({"cell": [0, 0, 1], "spend": [1.0, 2.0, 5.0], "response": [3.0, 4.0, 9.0]})
    family = entry.build({}, points)
    assert isinstance(family, Tabulated)
    assert family.value(np.array([2.0, 5.0])).tolist() == pytest.approx([4.0, 9.0])
    same = entry.build({}, {name: points[name].to_numpy() for name in points})
    assert np.array_equal(same.value(np.array([1.3, 2.2])), family.value(np.array([1.3, 2.2])))


def test_wrong_points_are_named_by_channel_and_segment():
    points = pd.DataFrame(
        {
            "cell": [0, 1, 1],
            "spend": [1.0, 1.0, 2.0],
            "response": [3.0, 4.0, 2.0],
            "channel": ["tv", "ooh", "ooh"],
        }
    ).assign(segment="all")
    with pytest.raises(TableError) as caught:
        BY_NAME["tabulated"].build({}, points)
    assert caught.value.faults[0].where == "points: channel ooh, segment all"
    with pytest.raises(TableError) as caught:
        BY_NAME["tabulated"].build({"unused": np.zeros(3)}, points)
    assert [fault.where for fault in caught.value.faults] == [
        "points: channel ooh, segment all",
        "points: cell 2",
    ]
