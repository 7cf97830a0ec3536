"""Validation by pydantic models, told in plain words: what was got, what is wanted, the nearest names."""

from __future__ import annotations

import json
import re
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from mixopt.config.faults import Collector
from mixopt.config.place import Loc
from mixopt.errors import InputError, listed, printable, shown

M = TypeVar("M", bound=BaseModel)

_WANTED = {
    "greater_than": "a number above {gt}",
    "greater_than_equal": "a number of at least {ge}",
    "less_than": "a number below {lt}",
    "less_than_equal": "a number of at most {le}",
    "finite_number": "a finite number",
    "float_type": "a number",
    "float_parsing": "a number",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number",
    "int_from_float": "a whole number",
    "multiple_of": "a multiple of {multiple_of}",
    "string_type": "text; in quotes if it looks like something else",
    "string_too_short": "text of at least {min_length} characters",
    "string_too_long": "text of at most {max_length} characters",
    "string_pattern_mismatch": "text that matches {pattern}",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "mapping_type": "a mapping",
    "model_attributes_type": "a mapping",
    "too_short": "at least {min_length} of them",
    "too_long": "at most {max_length} of them",
    "literal_error": "{expected}",
    "enum": "{expected}",
    "date_type": "a date such as 2027-01-04",
    "date_parsing": "a date such as 2027-01-04",
    "date_from_datetime_parsing": "a date such as 2027-01-04",
    "none_required": "nothing",
}


def validated(
    model: type[M], data: Any, loc: Loc, collector: Collector, *, others: tuple[str, ...] = ()
) -> M | None:
    """Validate plain data by a model, strictly: no booleans or texts as numbers.

    Parameters
    ----------
    model : type of BaseModel
    data : dict
        Plain values.
    loc : tuple of str and int
        Where the data stands in the document.
    collector : Collector
        Gets every fault.
    others : tuple of str
        Keys that may stand beside the model's own, for the nearest names.

    Returns
    -------
    BaseModel or None
        ``None`` if there were faults.
    """
    try:
        # JSON mode: strict about types, while a list may still become a tuple
        return model.model_validate_json(json.dumps(data), strict=True)
    except ValidationError as error:
        _Telling(model, data, loc, collector, others).tell(error)
    except InputError as error:
        collector.adopt(loc, error)
    except Exception as error:  # noqa: BLE001 - a plugin's own validator failed on it
        collector.add(loc, f"{model.__name__} cannot be checked: {type(error).__name__}: {shown(str(error))}")
    return None


@dataclass(frozen=True, slots=True)
class _Telling:
    """Tells what a model said about plain data that stands at a path of the document."""

    model: type[BaseModel]
    data: Any
    at: Loc
    collector: Collector
    others: tuple[str, ...]

    def tell(self, error: ValidationError) -> None:
        groups: dict[tuple[Loc, bool], list[tuple[Any, bool]]] = {}
        for detail in error.errors(include_url=False):
            loc, key, skipped = _follow(self.data, detail["loc"], missing=detail["type"] == "missing")
            groups.setdefault((loc, key), []).append((detail, skipped))
        meant = {
            (*loc[:-1], near[0])
            for (loc, _), details in groups.items()
            if details[0][0]["type"] == "extra_forbidden" and (near := self._near(loc))
        }
        deeper = {loc[:size] for loc, _ in groups for size in range(len(loc))}
        for (loc, key), details in groups.items():
            if loc in deeper and all(skipped for _, skipped in details):
                continue  # another branch of a union went further into the value
            first = details[0][0]["type"]
            if first == "missing" and loc in meant:
                continue  # it is there, misspelt: that is told already
            if first == "missing":
                self._missing(loc)
            elif first == "extra_forbidden":
                self._unknown(loc)
            else:
                self._wrong([detail for detail, _ in details], loc, key=key)

    def _missing(self, loc: Loc) -> None:
        wanted = _description(self.model, loc)
        self.collector.add(self.at + loc[:-1], f"{printable(_name(loc))} is missing", wanted=wanted)

    def _unknown(self, loc: Loc) -> None:
        problem = f"there is no key {shown(_name(loc))} here"
        wanted = f"one of {listed(self._known(loc))}"
        self.collector.add(self.at + loc, problem, wanted=wanted, hint=listed(self._near(loc)), key=True)

    def _known(self, loc: Loc) -> list[str]:
        return [*_fields(self.model, loc[:-1]), *(self.others if len(loc) == 1 else ())]

    def _near(self, loc: Loc) -> list[str]:
        return get_close_matches(_name(loc), self._known(loc), n=3)

    def _wrong(self, details: list[Any], loc: Loc, *, key: bool) -> None:
        got = _name(loc) if key else _get(self.data, loc)
        subject = "the name" if key else printable(_name(loc)) or "the value"
        problem = f"{subject} is {'empty' if got is None else shown(got)}"
        wanted: list[str] = []
        for detail in details:
            said, asked = _words(detail)
            named = f"{subject} {shown(got)}" if key else subject
            problem = f"{named}: {said}" if said and loc else said or problem
            wanted += [asked] if asked else []
        joined = " or ".join(dict.fromkeys(wanted))
        about = _description(self.model, loc)
        hint = _near_literal(details[0], got)
        self.collector.add(
            self.at + loc,
            problem,
            wanted=f"{joined} ({about})" if joined and about else joined,
            hint=hint,
            key=key,
        )


def _name(loc: Loc) -> str:
    """Return what the last part of a path is called: ``plugins[2]``, ``total``."""
    names = [part for part in loc if isinstance(part, str)]
    index = f"[{loc[-1]}]" if loc and isinstance(loc[-1], int) else ""
    return f"{names[-1] if names else ''}{index}"


def _near_literal(detail: Mapping[str, Any], got: Any) -> str:
    if detail["type"] != "literal_error" or not isinstance(got, str):
        return ""
    offered = re.findall("'([^']*)'", str(detail["ctx"]["expected"]))
    return listed(get_close_matches(got, offered, n=1))


def _words(detail: Mapping[str, Any]) -> tuple[str, str]:
    """Return what a validator says is wrong, if it has words of its own, and what it wants."""
    context = detail.get("ctx", {})
    if detail["type"] in {"value_error", "assertion_error"}:
        # validators write "wanted a number", "give one of both", or "at_least 5 is above 3: wanted …"
        said = str(context.get("error", ""))
        if said.startswith("wanted "):
            return "", said.removeprefix("wanted ")
        problem, _, asked = said.partition(": wanted ")
        return problem, asked
    if detail["type"] in _WANTED:
        numbers = {
            name: f"{value:g}" if isinstance(value, float) else value for name, value in context.items()
        }
        return "", _WANTED[detail["type"]].format(**numbers)
    return "", str(detail["msg"][:1].lower() + detail["msg"][1:])


def _follow(data: Any, loc: tuple[int | str, ...], *, missing: bool) -> tuple[Loc, bool, bool]:
    """Return the part of a validator's path that the data has, whether it means a key, whether parts were skipped.

    A validator's path also names the branches of unions.
    """
    node, path, skipped = data, [], False
    for position, part in enumerate(loc):
        if _has(node, part):
            node = node[part]
        elif not (missing and position == len(loc) - 1):
            skipped = True
            continue
        path.append(part)
    return tuple(path), bool(loc) and loc[-1] == "[key]", skipped


def _has(node: Any, part: int | str) -> bool:
    if isinstance(node, dict):
        return part in node
    return isinstance(node, list) and isinstance(part, int) and part < len(node)


def _get(data: Any, loc: Loc) -> Any:
    for part in loc:
        data = data[part]
    return data


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if typing.get_origin(annotation) is typing.Literal:
        return []
    return [model for part in typing.get_args(annotation) for model in _models(part)]


def _owners(model: type[BaseModel], loc: Loc) -> list[type[BaseModel]]:
    owners = [model]
    for part in loc:
        if isinstance(part, int):
            continue
        inner = [
            m
            for owner in owners
            if part in owner.model_fields
            for m in _models(owner.model_fields[part].annotation)
        ]
        owners = inner or owners
    return owners


def _fields(model: type[BaseModel], loc: Loc) -> list[str]:
    return list(dict.fromkeys(name for owner in _owners(model, loc) for name in owner.model_fields))


def _description(model: type[BaseModel], loc: Loc) -> str:
    names = [part for part in loc if isinstance(part, str)]
    if not names:
        return ""
    for owner in _owners(model, tuple(names[:-1])):
        if names[-1] in owner.model_fields:
            text = owner.model_fields[names[-1]].description or ""
            return (text[:1].lower() + text[1:]).rstrip(".") if text[1:2].islower() else text.rstrip(".")
    return ""
