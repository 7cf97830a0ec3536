"""Selections: names of cells by key, in one normal form."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from mixopt.scope import Where, selection


@pytest.mark.parametrize(
    ("written", "chosen"),
    [
        (None, ()),
        ({}, ()),
        ({"channel": "tv"}, (("channel", ("tv",)),)),
        ({"channel": ["tv", "radio", "tv"]}, (("channel", ("tv", "radio")),)),
        ({"segment": "new", "channel": 7}, (("channel", ("7",)), ("segment", ("new",)))),
        ({"channel": " cafe\u0301 "}, (("channel", ("caf\u00e9",)),)),
    ],
)
def test_a_selection_is_brought_to_its_normal_form(written, chosen):
    assert selection(written) == chosen
    assert selection(chosen) == chosen


@pytest.mark.parametrize(
    "written",
    [
        "tv",
        ["tv"],
        5,
        {"channel": []},
        {"channel": True},
        {"channel": [True]},
        {"channel": {"a": 1}},
        {"channel": None},
        {3: "tv"},
        {"channel": [["tv"]]},
        (1, 2),
    ],
)
def test_what_selects_nothing_nameable_is_refused(written):
    with pytest.raises(ValidationError, match="wanted "):
        TypeAdapter(Where).validate_python(written)


def test_a_selection_is_written_as_a_config_writes_it():
    adapter = TypeAdapter(Where)
    chosen = adapter.validate_python({"segment": "new", "channel": ["tv", "radio"]})
    assert adapter.dump_python(chosen, mode="json") == {"channel": ["tv", "radio"], "segment": ["new"]}
    assert adapter.validate_python(adapter.dump_python(chosen, mode="json")) == chosen
