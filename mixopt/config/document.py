"""From text to a plain document, with the line and column of every key and value.

YAML is judged on its event stream, before anything is built: anchors, aliases, merge keys, foreign tags, depth and
number of nodes. JSON is read by the JSON parser; its positions come from the same event stream, since JSON is YAML.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mixopt.config.events import Gate, Spot
from mixopt.config.place import Loc
from mixopt.errors import ConfigError, Fault

LINES = 50_000
LINE = 200_000  # characters
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A config as plain dicts, lists, texts and numbers.

    Parameters
    ----------
    data : dict
    name : str
        The file as messages write it; empty for a dict.
    values, keys : Mapping of path to (line, column), both from 1
        Where each value, and the key before it, stands.
    cells : Mapping of path to str
        Where each value stands, in words, where the file has no lines: ``plan.xlsx: sheet Settings, cell B7``.
    """

    data: dict[str, Any]
    name: str = ""
    values: Mapping[Loc, Spot] = field(default_factory=dict)
    keys: Mapping[Loc, Spot] = field(default_factory=dict)
    cells: Mapping[Loc, str] = field(default_factory=dict)


def read_text(content: bytes, name: str) -> str:
    """Decode a config file.

    Parameters
    ----------
    content : bytes
    name : str
        The file as messages write it.

    Returns
    -------
    str

    Raises
    ------
    ConfigError
        If it is not UTF-8 (a byte order mark is fine), holds control characters, or too many or too long lines.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        fault = Fault(where=name, problem="the file is UTF-16", wanted="UTF-8", hint="save it as UTF-8")
        raise ConfigError(fault)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as reason:
        line = content.count(b"\n", 0, reason.start) + 1
        column = reason.start - content.rfind(b"\n", 0, reason.start)
        problem = f"byte 0x{content[reason.start]:02x} is not UTF-8"
        fault = Fault(
            where=f"{name}:{line}:{column}", problem=problem, wanted="UTF-8", hint="save it as UTF-8"
        )
        raise ConfigError(fault) from None
    if control := _CONTROL.search(text):
        line, column = spot_of(text, control.start())
        problem = f"control character U+{ord(control.group()):04X}"
        raise ConfigError(
            Fault(where=f"{name}:{line}:{column}", problem=problem, wanted="text", hint="remove it")
        )
    lines = text.splitlines()
    if len(lines) > LINES:
        fault = Fault(where=name, problem=f"{len(lines):,} lines", wanted=f"at most {LINES:,} lines")
        raise ConfigError(fault)
    for number, line_text in enumerate(lines, 1):
        if len(line_text) > LINE:
            problem, wanted = f"a line of {len(line_text):,} characters", f"at most {LINE:,} characters"
            raise ConfigError(Fault(where=f"{name}:{number}:1", problem=problem, wanted=wanted))
    return text


def spot_of(text: str, position: int) -> Spot:
    """Return line and column of a position in a text, both from 1.

    Parameters
    ----------
    text : str
    position : int

    Returns
    -------
    tuple of int
    """
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def parse(text: str, name: str, *, as_json: bool = False) -> Document:
    """Parse a config file's text.

    Parameters
    ----------
    text : str
    name : str
        The file as messages write it.
    as_json : bool
        Whether the file is JSON; otherwise it is YAML 1.2.

    Returns
    -------
    Document

    Raises
    ------
    ConfigError
        For syntax, for what the gate refuses, for duplicate keys (all of them), and for a document that is no mapping.
    """
    # JSON allows tabs between tokens only, YAML does not always: a space keeps every column
    gate = Gate(text.replace("\t", " ") if as_json else text, name)
    if as_json:
        data = _json(text, name)
        gate.read()
    else:
        data = gate.read()
    if gate.faults:
        raise ConfigError(*gate.faults)
    if not isinstance(data, dict):
        problem = "the file is empty" if data is None else "the file is no mapping"
        wanted = "a mapping with budget, data and plans"
        raise ConfigError(Fault(where=f"{name}:1:1", problem=problem, wanted=wanted, hint="mixopt init"))
    return Document(data=data, name=name, values=gate.values, keys=gate.keys)


def _json(text: str, name: str) -> Any:
    def constant(word: str) -> Any:
        line, column = spot_of(text, text.find(word))
        fault = Fault(
            where=f"{name}:{line}:{column}", problem=f"{word} is not JSON", wanted="a finite number"
        )
        raise ConfigError(fault)

    def number(written: str) -> Any:
        value = float(written)
        return value if _faithful(written, value) else written

    try:
        return json.loads(
            text,
            parse_constant=constant,
            parse_float=number,
            parse_int=lambda written: int(written) if len(written) <= 40 else written,
        )
    except json.JSONDecodeError as reason:
        if not text.strip():
            return None
        problem = f"no JSON: {reason.msg[:1].lower()}{reason.msg[1:]}"
        raise ConfigError(Fault(where=f"{name}:{reason.lineno}:{reason.colno}", problem=problem)) from None
    except RecursionError:
        raise ConfigError(Fault(where=f"{name}:1:1", problem="nested too deeply")) from None


def _faithful(written: str, value: float) -> bool:
    # what overflows or underflows stays text, so that the number type can refuse it in its own words
    return abs(value) != float("inf") and (value != 0 or not re.search("[1-9]", re.split("[eE]", written)[0]))
