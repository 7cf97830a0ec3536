"""What YAML may not do: explode, refer, nest, lie about its types. Every refusal is one fault with a position."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from mixopt.config import read_config
from mixopt.errors import ConfigError

LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefghi", "bcdefghij", strict=True)
)
REFUSED = {
    "billion laughs": (LAUGHS, "config.yaml:1:4: anchors and aliases are not read"),
    "an alias to itself": ("a: &a [*a]", "config.yaml:1:4: anchors and aliases are not read"),
    "a merge key": ("a: {b: 1}\nc: {<<: 3}", "config.yaml:2:5: merge keys are not read"),
    "a Python tag": (
        "a: !!python/object/apply:os.system [ls]",
        "the tag 'tag:yaml.org,2002:python/object/apply:os.system' is not read",
    ),
    "an own tag": ("a: !x 3", "config.yaml:1:4: the tag '!x' is not read"),
    "a tag that lies": ("a: !!int five", "config.yaml:1:4: 'five' is no int; try: leave the tag out"),
    "40 nested lists": ("a: " + "[" * 40 + "]" * 40, "nested more than 32 deep"),
    "10,000 open brackets": ("[" * 10_000, "nested more than 32 deep"),
    "10,000 nested mappings": ("{a: " * 10_000, "nested more than 32 deep"),
    "10,000 open braces": ("{" * 10_000, "a key is a list or a mapping"),
    "40,000 values": ("a: [" + "1,\n" * 40_000 + "]", "more than 10,000 values"),
    "two documents": ("a: 1\n---\nb: 2", "config.yaml:2:1: a second document starts"),
    "a list as a key": ("? [a, b]\n: 1", "config.yaml:1:3: a key is a list or a mapping"),
    "a tab as indentation": ("a:\n\t- b", "config.yaml:2:1: no YAML: while scanning for the next token"),
    "an open list": ("a: [1, 2", "expected ',' or ']', but got the end of the file"),
    "an empty file": (
        "",
        "config.yaml:1:1: the file is empty; wanted: a mapping with budget, data and plans",
    ),
    "only a comment": ("# nothing\n", "config.yaml:1:1: the file is empty"),
    "a list": ("- a\n- b", "config.yaml:1:1: the file is no mapping"),
    "a text": ("budget", "config.yaml:1:1: the file is no mapping"),
    "a NUL": ("a: b\nc: \x00", "config.yaml:2:4: control character U+0000"),
    "a bell": ("a: \x07", "config.yaml:1:4: control character U+0007"),
    "half a surrogate pair": ('a: "\\ud83d"', "config.yaml:1:4: '\\ud83d' is no text"),
    "latin-1": (b"name: caf\xe9", "config.yaml:1:10: byte 0xe9 is not UTF-8; wanted: UTF-8"),
    "UTF-16": ("name: x".encode("utf-16"), "config.yaml: the file is UTF-16; wanted: UTF-8"),
    "a long line": ("a: " + "x" * 300_000, "config.yaml:1:1: a line of 300,003 characters"),
    "many lines": ("\n" * 60_000, "config.yaml: 60,000 lines; wanted: at most 50,000 lines"),
    "a million exclamation marks": ("!" * 999_999, "a line of 999,999 characters"),
    "2 MB": ("a: b\n" * 400_000, "config: '"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_nonsense_is_refused_within_seconds(what, faults_of):
    text, said = REFUSED[what]
    began = time.process_time()
    told = faults_of(text)
    assert time.process_time() - began < 10  # a second here; whatever is not linear takes minutes
    assert len(told) == 1
    assert said in told[0]
    assert len(told[0]) < 500


def test_ten_megabytes_answer_at_once(faults_of):
    began = time.process_time()
    assert "has 10,000,000 bytes; wanted: at most 1,000,000 bytes" in faults_of(b"\xff" * 10_000_000)[0]
    assert time.process_time() - began < 2


def test_every_duplicate_key_is_named_with_both_lines(faults_of):
    text = "budget: {total: 1, total: 2}\ndata: {}\nbudget: [1, {a: 1, a: 2}]\n"
    assert faults_of(text) == [
        "config.yaml:1:20: the key 'total' stands twice, first in line 1; wanted: each key once",
        "config.yaml:3:1: the key 'budget' stands twice, first in line 1; wanted: each key once",
        "config.yaml:3:20: the key 'a' stands twice, first in line 3; wanted: each key once",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '{"a": 1, "a": 2}',
            "config.json:1:10: the key 'a' stands twice, first in line 1; wanted: each key once",
        ),
        ('{"a": NaN}', "config.json:1:7: NaN is not JSON; wanted: a finite number"),
        ('{"a": -Infinity}', "config.json:1:7: -Infinity is not JSON; wanted: a finite number"),
        ("{'a': 1}", "config.json:1:2: no JSON: expecting property name enclosed in double quotes"),
        ('{\n\t"a":\n\t\t1\n\tb}', "config.json:4:2: no JSON: expecting ',' delimiter"),
        (
            "",
            "config.json:1:1: the file is empty; wanted: a mapping with budget, data and plans; try: mixopt init",
        ),
        ("[" * 100_000, "config.json:1:1: nested too deeply"),
        ("[" * 40 + "]" * 40, "config.json:1:33: nested more than 32 deep"),
        ('{"a": "\\ud83d"}', "config.json:1:7: '\\ud83d' is no text; wanted: characters of Unicode"),
    ],
)
def test_json_is_refused_with_a_position(text, said, faults_of):
    told = faults_of(text, "config.json")
    assert told == [said]


def test_a_byte_order_mark_and_windows_line_ends_are_fine(small, read):
    assert read(b"\xef\xbb\xbf" + small.replace("\n", "\r\n").encode()) == read(small)


def test_json_may_use_tabs_and_no_spaces(read, small):
    document = read(small).document
    assert read(json.dumps(document, indent="\t"), "tabs.json") == read(small)
    assert read(json.dumps(document, separators=(",", ":")), "tight.json") == read(small)


@pytest.mark.parametrize(
    "written",
    [
        "1e400",
        "-1e400",
        "1e-400",
        "9" * 5_000,
        ".inf",
        "-.inf",
        ".nan",
        "1e16",
        "0x10",
        "true",
        "'60%'",
        "~",
        "[]",
        "'1,5'",
    ],
)
def test_a_budget_that_is_no_finite_number_is_refused(written, small, faults_of):
    told = faults_of(small.replace("12_000_000", written))
    assert len(told) == 1
    assert told[0].startswith("config.yaml:4:17: total is ")
    assert "wanted: a" in told[0]


def test_a_missing_file_names_what_is_near(tmp_path, registry):
    (tmp_path / "config.yaml").write_text("a: 1")
    with pytest.raises(ConfigError) as caught:
        read_config(tmp_path / "confg.yaml", registry)
    assert str(caught.value).startswith("config: there is no file '")
    assert str(caught.value).endswith("/confg.yaml'; wanted: a local file; try: 'config.yaml'")


def test_a_folder_a_pipe_and_a_device_are_refused(tmp_path, registry):
    os.mkfifo(tmp_path / "pipe.yaml")
    for path, said in [
        (tmp_path, "is a folder"),
        (tmp_path / "pipe.yaml", "is no regular file"),
        (Path("/dev/zero"), "is no regular file"),
    ]:
        began = time.monotonic()
        with pytest.raises(ConfigError, match=said):
            read_config(path, registry)
        assert time.monotonic() - began < 60


@pytest.mark.parametrize(
    "path", ["https://example.org/config.yaml", "file:///etc/passwd", "a\0b", "x" * 5_000]
)
def test_addresses_and_impossible_names_are_refused(path, registry):
    with pytest.raises(ConfigError) as caught:
        read_config(path, registry)
    assert "\0" not in str(caught.value)
    assert len(str(caught.value)) < 300
