"""Look-ups answer with the entry, or with one clear error."""

import pickle

import pytest
from pydantic import Field

from mixopt import MeasureEntry, PluginError, Settings, TermEntry, discover
from mixopt.plugin import Registry


class Some(Settings):
    price: float = Field(1.0, description="Price, currency.")


def test_an_unknown_kind_answers_with_the_nearest_names():
    with pytest.raises(PluginError) as caught:
        discover().find("term", "respons")
    assert "there is no term 'respons'" in str(caught.value)
    assert str(caught.value).endswith("try: response")


def test_a_kind_that_another_distribution_has_says_what_to_install():
    with pytest.raises(PluginError) as caught:
        discover().allow([]).find("term", "brand")
    assert str(caught.value) == (
        "there is no term 'brand'; wanted: one of profit, response; try: pip install mixopt-brand"
    )


def test_where_nothing_of_a_sort_is_registered_the_answer_says_so():
    with pytest.raises(PluginError) as caught:
        Registry(()).find("importer", "robyn")
    assert str(caught.value) == (
        "there is no importer 'robyn'; wanted: a plugin that registers an importer: none does"
    )


def test_an_allowed_distribution_that_is_missing_is_an_error():
    with pytest.raises(PluginError, match="mixopt-nowhere is allowed but not installed"):
        discover().allow(["mixopt-nowhere"])


def test_sections_do_not_mix():
    registry = discover()
    assert "response" in registry.entries("term")
    assert "response" not in registry.entries("rule")
    assert list(registry.entries("rule")) == sorted(registry.entries("rule"))


def test_the_provider_of_an_entry_is_known():
    assert discover().provider_of("term", "response").distribution == "mixopt"
    with pytest.raises(KeyError):
        Registry(()).provider_of("term", "response")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"name": "Not Kebab"}, "the name is not kebab-case"),
        ({"examples": ()}, "no example"),
        ({"examples": (5,)}, "no example"),
        ({"summary": ""}, "no summary"),
        ({"settings": dict}, "settings is no class"),
    ],
)
def test_an_entry_that_breaks_its_contract_is_refused_when_made(change, problem):
    good = {
        "name": "some",
        "summary": "Some.",
        "settings": Some,
        "examples": (Some(),),
        "build": lambda s, _: s,
    }
    with pytest.raises(PluginError, match=problem):
        TermEntry(**(good | change))


def test_errors_of_the_registry_survive_pickling():
    with pytest.raises(PluginError) as caught:
        discover().find("curve", "hil")
    again = pickle.loads(pickle.dumps(caught.value))
    assert (str(again), again.exit_code) == (str(caught.value), 2)


def test_a_measure_stands_in_no_contrast_unless_its_entry_says_so():
    entry = MeasureEntry(
        name="some", summary="Some.", settings=Some, examples=(Some(),), build=lambda s, _: s, unit="count"
    )
    assert entry.default(None) is None


def test_every_kind_of_ours_says_what_to_install():
    from mixopt.plugin.registry import KNOWN_ELSEWHERE, SECTIONS

    registry = discover()
    homes = {
        name: registry.provider_of(section, name).distribution
        for section in SECTIONS
        for name in registry.entries(section)
    }
    ours = {name: home for name, home in homes.items() if home.startswith("mixopt-")}
    assert ours
    assert {name: KNOWN_ELSEWHERE.get(name) for name in ours} == ours
