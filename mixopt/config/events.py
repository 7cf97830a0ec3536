"""The gate: YAML's event stream becomes plain values only while it stays small, shallow and free of references.

Scalars follow YAML 1.2's core schema, with two differences that lose nothing: ``12_000_000`` is a number, and what a
number could not hold (``007``, ``1e400``, 5,000 digits) stays the text that was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mixopt.config.place import Loc
from mixopt.errors import ConfigError, Fault, printable, shown

Spot = tuple[int, int]
DEPTH = 32
NODES = 10_000
_CORE = "tag:yaml.org,2002:"
_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
    "null": (type(None),),
    "map": (),
    "seq": (),
}
_WORDS: dict[str, Any] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_INTEGER = re.compile(r"^[-+]?(?:0|[1-9][0-9_]{0,39})$")
_DECIMAL = re.compile(r"^[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]{1,9})?$")


def resolve(text: str) -> Any:
    """Return the value of a plain YAML scalar.

    Parameters
    ----------
    text : str
        As written, without quotes.

    Returns
    -------
    None, bool, int, float or str
        Never an infinite float, never a zero that was written as something else.
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return int(text.replace("_", ""))
    if _DECIMAL.match(text) and re.search("[.eE]", text):
        digits = text.replace("_", "")
        number = float(digits)
        underflow = number == 0 and re.search("[1-9]", re.split("[eE]", digits)[0])
        return text if abs(number) == float("inf") or underflow else number
    return text


class Gate:
    """One pass over one document. After :meth:`read`, ``values`` and ``keys`` hold positions, ``faults`` duplicates.

    Parameters
    ----------
    text : str
    name : str
        The file as messages write it.
    """

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self.nodes = 0
        self.values: dict[Loc, Spot] = {}
        self.keys: dict[Loc, Spot] = {}
        self.faults: list[Fault] = []

    def read(self) -> Any:
        """Return the document as plain values; ``None`` for an empty one.

        Returns
        -------
        dict, list, str, int, float, bool or None

        Raises
        ------
        ConfigError
            For syntax, and for what the gate refuses.
        """
        from ruamel.yaml import YAML  # noqa: PLC0415 - only where a file is read
        from ruamel.yaml.error import MarkedYAMLError  # noqa: PLC0415

        try:
            return self._document(iter(YAML(typ="safe", pure=True).parse(self.text)))
        except ConfigError:
            raise
        except MarkedYAMLError as reason:
            mark = reason.problem_mark or reason.context_mark
            raise self._refuse(_plain(reason), mark) from None
        except Exception as reason:  # noqa: BLE001 - whatever a parser says about nonsense is one kind of fault
            raise self._refuse(f"no YAML: {printable(str(reason)) or 'unreadable'}") from None

    def _document(self, events: Iterator[Any]) -> Any:
        data = None
        seen = False
        for event in events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                if seen:
                    raise self._refuse(
                        "a second document starts", event.start_mark, wanted="one document per file"
                    )
                seen = True
            elif kind not in {"StreamStartEvent", "DocumentEndEvent", "StreamEndEvent"}:
                data = self._node(event, events, (), 1)
        return data

    def _node(self, event: Any, events: Iterator[Any], loc: Loc, depth: int) -> Any:
        kind = type(event).__name__
        self._admit(event, kind, depth)
        self.values[loc] = _spot(event)
        if kind == "SequenceStartEvent":
            items: list[Any] = []
            for inner in events:
                if type(inner).__name__ == "SequenceEndEvent":
                    break
                items.append(self._node(inner, events, (*loc, len(items)), depth + 1))
            return items
        if kind == "MappingStartEvent":
            return self._mapping(events, loc, depth)
        return self._scalar(event)

    def _mapping(self, events: Iterator[Any], loc: Loc, depth: int) -> dict[str, Any]:
        pairs: dict[str, Any] = {}
        for event in events:
            if type(event).__name__ == "MappingEndEvent":
                break
            self._admit(event, type(event).__name__, depth + 1)
            if type(event).__name__ != "ScalarEvent":
                raise self._refuse("a key is a list or a mapping", event.start_mark, wanted="a name")
            key = self._text(event)
            if key == "<<" and event.style is None:
                raise self._refuse(
                    "merge keys are not read", event.start_mark, hint="write the keys out, or use extends:"
                )
            place = (*loc, key)
            if place in self.keys:
                first = self.keys[place]
                self.faults.append(
                    Fault(
                        where=self._where(event.start_mark),
                        problem=f"the key {shown(key)} stands twice, first in line {first[0]}",
                        wanted="each key once",
                    )
                )
                self._node(next(events), events, (*loc, "\n", key, self.nodes), depth + 1)
                continue
            self.keys[place] = _spot(event)
            value = next(events)
            pairs[key] = self._node(value, events, place, depth + 1)
            if getattr(value, "value", None) == "":
                self.values[place] = self.keys[place]  # nothing is written after the key
        return pairs

    def _scalar(self, event: Any) -> Any:
        text = self._text(event)
        tag = str(event.tag or "").removeprefix(_CORE)
        if tag in {"str", "!"}:
            return text
        value = resolve(text) if event.style is None else text
        if tag and not isinstance(value, _TYPES[tag]):
            raise self._refuse(f"{shown(text)} is no {tag}", event.start_mark, hint="leave the tag out")
        return value

    def _text(self, event: Any) -> str:
        """Return a scalar's text; two escapes that are one character, as JSON writes them, become that character."""
        text = str(event.value)
        if any("\ud800" <= c <= "\udfff" or c == "\x00" for c in text):
            try:
                text = text.encode("utf-16", "surrogatepass").decode("utf-16")
            except UnicodeDecodeError:
                text += "\x00"
            if "\x00" in text:
                wanted = "characters of Unicode"
                raise self._refuse(f"{shown(str(event.value))} is no text", event.start_mark, wanted=wanted)
        return text

    def _admit(self, event: Any, kind: str, depth: int) -> None:
        self.nodes += 1
        if kind == "AliasEvent" or getattr(event, "anchor", None) is not None:
            raise self._refuse(
                "anchors and aliases are not read",
                event.start_mark,
                hint="write the value out, or use extends:",
            )
        if self.nodes > NODES:
            hint = "put long lists into a table under data:"
            raise self._refuse(f"more than {NODES:,} values", event.start_mark, hint=hint)
        if depth > DEPTH:
            raise self._refuse(f"nested more than {DEPTH} deep", event.start_mark)
        tag = getattr(event, "tag", None)
        if tag is not None and str(tag) != "!" and str(tag).removeprefix(_CORE) not in _TYPES:
            raise self._refuse(
                f"the tag {shown(str(tag))} is not read", event.start_mark, hint="leave it out"
            )

    def _where(self, mark: Any = None) -> str:
        return f"{self.name}:{mark.line + 1}:{mark.column + 1}" if mark else f"{self.name}:1:1"

    def _refuse(self, problem: str, mark: Any = None, *, wanted: str = "", hint: str = "") -> ConfigError:
        fault = Fault(where=self._where(mark), problem=problem, wanted=wanted, hint=hint)
        return ConfigError(*self.faults, fault)


def _spot(event: Any) -> Spot:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _plain(reason: Any) -> str:
    parts = (
        str(part).replace("'<stream end>'", "the end of the file")
        for part in (reason.context, reason.problem)
        if part
    )
    return f"no YAML: {'; '.join(printable(part) for part in parts)}"
