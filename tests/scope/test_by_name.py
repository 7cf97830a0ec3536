"""Numbers by name."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from mixopt import ByName, Settings


class Prices(Settings):
    prices: ByName


def test_order_does_not_matter_and_settings_stay_hashable():
    one = Prices(prices={"tv": 3, "search": "1.5"})
    other = Prices(prices={"search": 1.5, "tv": 3.0})
    assert one == other
    assert hash(one) == hash(other)
    assert one.prices == (("search", 1.5), ("tv", 3.0))


def test_it_is_written_as_the_mapping_it_was_read_from():
    one = Prices(prices={"tv": 3.0})
    assert one.model_dump() == {"prices": {"tv": 3.0}}
    assert Prices.model_validate(one.model_dump()) == one


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([1.0], "wanted a mapping of names to numbers"),
        ((1.0, 2.0), "wanted a mapping of names to numbers"),
        ({"tv": "many"}, "'tv': wanted a number"),
        ({"tv": True}, "'tv': wanted a number"),
        ({True: 1.0}, "wanted names"),
    ],
)
def test_anything_else_is_refused(value, said):
    with pytest.raises(ValidationError, match=said):
        Prices(prices=value)
