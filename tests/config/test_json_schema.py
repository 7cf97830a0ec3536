"""The JSON Schema says what the reader accepts, with the plugins merged in."""

from __future__ import annotations

import json

import pytest
from ruamel.yaml import YAML

import mixopt.builtin
from mixopt.config import json_schema, read_config
from mixopt.config.sections import PLACES
from mixopt.errors import ConfigError
from mixopt.plugin import discover, registry_of

Draft202012Validator = pytest.importorskip(
    "jsonschema", reason="the schema is judged by jsonschema"
).Draft202012Validator


@pytest.fixture(scope="module")
def everything():
    """What is installed here, the first-party plugins included."""
    return discover()


def config_with(section, item):
    config = {
        "mixopt": 1,
        "currency": "GBP",
        "budget": {"total": 1},
        "plans": {"a": {"objective": [{"kind": "response"}]}},
    }
    if section == "term":
        config["plans"]["a"]["objective"] = [item]
    else:
        config[PLACES[section]] = [item]
    return config


def test_the_schema_is_one_of_2020_12_and_json(everything):
    schema = json_schema(everything)
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert json.loads(json.dumps(schema)) == schema


def test_every_example_of_every_entry_fits_the_schema_and_is_read(everything):
    check = Draft202012Validator(json_schema(everything))
    seen = 0
    for section in PLACES:
        for name, entry in everything.entries(section).items():
            for example in entry.examples:
                item = {"kind": name, **example.model_dump(mode="json", exclude_unset=True)}
                config = config_with(section, item)
                assert [error.message for error in check.iter_errors(config)] == [], (section, name)
                read_config(config, everything)
                seen += 1
    assert seen >= 8


def test_the_small_config_fits(small, registry):
    check = Draft202012Validator(json_schema(registry))
    assert check.is_valid(YAML(typ="safe", pure=True).load(small))
    # editors read 12_000_000 as text, since YAML 1.2 does
    assert check.is_valid(config_with("rule", {"kind": "spend", "at_least": "500_000"}))


WRONG = [
    config_with("rule", {"kind": "spned", "at_least": 1}),
    config_with("rule", {"at_least": 1}),
    config_with("rule", {"kind": "spend", "at_leats": 1}),
    config_with("rule", {"kind": "spend", "at_least": True}),
    config_with("rule", {"kind": "spend", "at_least": "five"}),
    config_with("rule", {"kind": "spend", "at_least": {"todya": 1}}),
    config_with("rule", {"kind": "spend", "at_least": 1, "where": ["tv"]}),
    config_with("rule", {"kind": "profit"}),
    config_with("term", {"kind": "response", "weight": -1}),
    config_with("term", "response"),
    config_with("term", {"kind": "response"}) | {"budget": {"total": 0}},
    config_with("term", {"kind": "response"}) | {"budget": {"total": 1, "rule": "spend"}},
    config_with("term", {"kind": "response"}) | {"currency": "gbp"},
    config_with("term", {"kind": "response"}) | {"name": "a/b"},
    config_with("term", {"kind": "response"}) | {"solver": {"gap": 2}},
    config_with("term", {"kind": "response"}) | {"solver": {"time_limit": "soon"}},
    config_with("term", {"kind": "response"}) | {"plans": {}},
    config_with("term", {"kind": "response"}) | {"plan": {}},
    config_with("term", {"kind": "response"}) | {"mixopt": 2},
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda config: json.dumps(config)[60:120])
def test_schema_and_reader_refuse_the_same(wrong, registry):
    assert not Draft202012Validator(json_schema(registry)).is_valid(wrong)
    with pytest.raises(ConfigError):
        read_config(wrong, registry)


def test_the_schema_depends_on_the_plugins_alone_and_is_new_every_time():
    registry = registry_of(("core", mixopt.builtin))
    first = json_schema(registry)
    first["properties"].clear()
    assert json_schema(registry) == json_schema(registry_of(("core", mixopt.builtin)))
    assert json_schema(registry)["properties"]


def test_every_field_of_the_format_is_described(registry):
    schema = json_schema(registry)
    bare = [
        f"{name}.{key}"
        for name, part in {"": schema, **schema["$defs"]}.items()
        for key, field in part.get("properties", {}).items()
        if not field.get("description") and "$ref" not in field
    ]
    assert bare == []
