"""Whatever stands in a config: it is read, or refused by a mixopt error with a place; never anything else."""

# ruff: noqa: E501 - lists of nasty values

from __future__ import annotations

import copy
import functools
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from mixopt.config import read_config
from mixopt.config.document import parse, read_text
from mixopt.errors import InputError
from mixopt.plugin import discover

CONFIGS = sorted((Path(__file__).resolve().parents[2] / "configs").glob("*/config.yaml"))
NASTY = [
    0, -0.0, 1e-320, 1e308, float("nan"), float("inf"), "5%", True, None, 10**40, -1, "", " ", [], {}, [[]], {"kind": "response"},
    "1e400", "../../etc/passwd", "x" * 1_000, "\u202e", "\x00", "\ud800", b"x", "today", "balanced", "pure-roi", "spend", {"a": {"b": 1}},
]  # fmt: skip
MODEST = settings(
    max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def everything():
    return discover()


@functools.cache
def documents():
    return [YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")) for path in CONFIGS]


def spots(node, loc=()):
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [loc, *(spot for key, value in inner for spot in spots(value, (*loc, key)))]


def refused_or_read(call):
    """Anything but an answer or an input error whose faults can be shown fails the test."""
    try:
        call()
    except InputError as error:
        faults = error.faults
    else:
        return
    assert faults
    for fault in faults:
        assert fault.where
        assert str(fault).isprintable()
        assert len(str(fault)) < 5_000


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.parent.name)
def test_every_example_is_read(path, everything):
    assert read_config(path, everything).plans


@MODEST
@given(data=st.data())
def test_a_document_with_anything_in_any_place_is_read_or_refused(data, everything):
    document = copy.deepcopy(data.draw(st.sampled_from(documents())))
    for _ in range(data.draw(st.integers(1, 3))):
        loc = data.draw(st.sampled_from(spots(document)[1:]))
        node = document
        for part in loc[:-1]:
            node = node[part]
        what = data.draw(st.sampled_from(["replace", "drop", "rename", "add"]))
        if what == "replace" or not isinstance(node, dict):
            node[loc[-1]] = copy.deepcopy(data.draw(st.sampled_from(NASTY)))
        elif what == "drop":
            del node[loc[-1]]
        elif what == "rename":
            node[data.draw(st.text(max_size=5))] = node.pop(loc[-1])
        else:
            key = data.draw(st.sampled_from(["kind", "name", "weight", "extends", "where", "of"]))
            node[key] = copy.deepcopy(data.draw(st.sampled_from(NASTY)))
    refused_or_read(lambda: read_config(document, everything))


@MODEST
@given(data=st.data())
def test_a_file_with_anything_in_any_place_is_read_or_refused(data, everything, tmp_path):
    content = bytearray(data.draw(st.sampled_from([path.read_bytes() for path in CONFIGS])))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content)))
        what = data.draw(st.sampled_from(["flip", "insert", "cut", "splice"]))
        if what == "flip" and place < len(content):
            content[place] ^= data.draw(st.integers(1, 255))
        elif what == "insert":
            piece = data.draw(
                st.sampled_from(
                    [
                        b"{",
                        b"[",
                        b"&a ",
                        b"*a",
                        b"!!",
                        b"<<: ",
                        b"\t",
                        b"\n",
                        b"- ",
                        b": ",
                        b"'",
                        b'"',
                        b"%",
                        b"\xff",
                        b"|",
                        b">",
                        b"#",
                        b"---\n",
                        b"? ",
                    ]
                )
            )
            content[place:place] = piece
        elif what == "cut":
            del content[place : place + data.draw(st.integers(1, 50))]
        else:
            content[place:place] = content[: data.draw(st.integers(0, len(content)))]
    path = tmp_path / "config.yaml"
    path.write_bytes(bytes(content))
    refused_or_read(lambda: read_config(path, everything))


@MODEST
@given(st.binary(max_size=300))
def test_any_bytes_are_a_document_or_a_config_error(content):
    for as_json in (False, True):
        refused_or_read(lambda as_json=as_json: parse(read_text(content, "t"), "t", as_json=as_json))


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@MODEST
@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6),
        JSON_VALUES,
        min_size=1,
        max_size=4,
    )
)
def test_what_json_writes_is_read_back_as_json_and_as_yaml(document):
    for text in (json.dumps(document), json.dumps(document, ensure_ascii=False, indent=2)):
        assert parse(text, "t", as_json=True).data == document
        assert parse(text, "t").data == document


@MODEST
@given(data=st.data())
def test_any_override_is_laid_over_or_refused(data, everything):
    words = st.sampled_from(["budget", "total", "plans", "objective", "[0]", "name", "where", "x"]) | st.text(
        max_size=5
    )
    path = data.draw(st.lists(words, min_size=1, max_size=4))
    value = data.draw(st.sampled_from(["1", "{a: 1}", "[", "*a", "60%"]) | st.text(max_size=10))
    refused_or_read(lambda: read_config(CONFIGS[0], everything, overrides=[f"{'.'.join(path)}={value}"]))
    environ = {"MIXOPT__" + "__".join(path).upper(): value}
    refused_or_read(lambda: read_config(CONFIGS[0], everything, environ=environ))
