"""Validation errors as faults in plain words: where, what was got, what is wanted, the nearest names."""

from __future__ import annotations

import json
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from mixopt.config.place import Loc, Places
from mixopt.errors import Fault, InputError, shown

M = TypeVar("M", bound=BaseModel)
SHOWN_FAULTS = 50

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


@dataclass(frozen=True, slots=True)
class Collector:
    """Gathers the faults of one document in the order of the document.

    Parameters
    ----------
    places : Places
    """

    places: Places
    found: list[tuple[tuple[int, int], Fault]] = field(default_factory=list)

    def add(self, loc: Loc, problem: str, *, wanted: str = "", hint: str = "", key: bool = False) -> None:
        """Note one fault.

        Parameters
        ----------
        loc : tuple of str and int
            Path of the value.
        problem, wanted, hint : str
            As in :class:`Fault`.
        key : bool
            Whether the key is at fault rather than the value.
        """
        fault = Fault(where=self.places.of(loc, key=key), problem=problem, wanted=wanted, hint=hint)
        if all(fault != other for _, other in self.found):
            self.found.append((self.places.spot(loc, key=key), fault))

    def adopt(self, loc: Loc, error: InputError, *, key: bool = False) -> None:
        """Note the faults of an error that does not know where in the document it happened.

        Parameters
        ----------
        loc : tuple of str and int
        error : InputError
        key : bool
        """
        for fault in error.faults:
            problem = f"{fault.where}: {fault.problem}" if fault.where else fault.problem
            self.add(loc, problem, wanted=fault.wanted, hint=fault.hint, key=key)

    def faults(self) -> tuple[Fault, ...]:
        """Return what was gathered, at most 50 faults and a count of the rest.

        Returns
        -------
        tuple of Fault
        """
        found = [fault for _, fault in sorted(self.found, key=lambda pair: pair[0])]
        if len(found) > SHOWN_FAULTS:
            more = len(found) - SHOWN_FAULTS
            found = [
                *found[:SHOWN_FAULTS],
                Fault(where=self.places.source or "config", problem=f"and {more} more faults"),
            ]
        return tuple(found)


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
        _collect(error, model, data, loc, collector, others)
    except InputError as error:
        collector.adopt(loc, error)
    except Exception as error:  # noqa: BLE001 - a plugin's own validator failed on it
        collector.add(loc, f"{model.__name__} cannot be checked: {type(error).__name__}: {shown(str(error))}")
    return None


def _collect(
    error: ValidationError,
    model: type[BaseModel],
    data: Any,
    at: Loc,
    into: Collector,
    others: tuple[str, ...],
) -> None:
    groups: dict[tuple[Loc, bool], list[Any]] = {}
    for detail in error.errors(include_url=False):
        loc, key, tagged = _follow(data, detail["loc"], missing=detail["type"] == "missing")
        groups.setdefault((loc, key), []).append((detail, tagged))
    deeper = {loc[:size] for (loc, _), _ in groups.items() for size in range(len(loc))}
    for (loc, key), details in groups.items():
        if loc in deeper and all(tagged for _, tagged in details):
            continue  # another branch of a union went further into the value
        _tell([detail for detail, _ in details], model, data, loc, at, into, others, key=key)


def _tell(
    details: list[Any],
    model: type[BaseModel],
    data: Any,
    loc: Loc,
    at: Loc,
    into: Collector,
    others: tuple[str, ...],
    *,
    key: bool,
) -> None:
    first = details[0]
    name = next((str(part) for part in reversed(loc) if isinstance(part, str)), "")
    if first["type"] == "missing":
        about = _description(model, loc)
        into.add(at + loc[:-1], f"{name} is missing", wanted=about)
        return
    if first["type"] == "extra_forbidden":
        known = [*_fields(model, loc[:-1]), *(others if len(loc) == 1 else ())]
        near = ", ".join(get_close_matches(name, known, n=3))
        into.add(
            at + loc,
            f"there is no key {shown(name)} here",
            wanted=f"one of {', '.join(known)}",
            hint=near,
            key=True,
        )
        return
    got = _get(data, loc)
    wanted, problem = [], ""
    for detail in details:
        said = _words(detail)
        if detail["type"] in {"value_error", "assertion_error"} and not said.startswith("wanted "):
            head, _, tail = said.rpartition(": wanted ")
            problem, said = (head, tail) if head else (said, "")
        wanted.append(said.removeprefix("wanted "))
    subject = "the name" if key else (name or "the value")
    place = loc[-1] if loc and isinstance(loc[-1], int) else None
    subject = f"{subject}[{place}]" if place is not None and not key else subject
    if not problem:
        problem = f"{subject} is {shown(name if key else got) if got is not None or key else 'empty'}"
    else:
        problem = f"{subject}: {problem}" if loc else problem
    near = (
        get_close_matches(
            got, first["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", "), n=1
        )
        if (first["type"] == "literal_error" and isinstance(got, str))
        else []
    )
    about = _description(model, loc)
    joined = " or ".join(dict.fromkeys(word for word in wanted if word))
    joined = f"{joined} ({about})" if joined and about else joined
    into.add(at + loc, problem, wanted=joined, hint=", ".join(near), key=key)


def _words(detail: Mapping[str, Any]) -> str:
    context = {name: value for name, value in detail.get("ctx", {}).items()}
    if detail["type"] in {"value_error", "assertion_error"}:
        return str(context.get("error", ""))
    if detail["type"] in _WANTED:
        numbers = {
            name: f"{value:g}" if isinstance(value, float) else value for name, value in context.items()
        }
        return _WANTED[detail["type"]].format(**numbers)
    return str(detail["msg"][:1].lower() + detail["msg"][1:])


def _follow(data: Any, loc: tuple[int | str, ...], *, missing: bool) -> tuple[Loc, bool, bool]:
    """Return the part of a validator's path that exists in the data, whether it means a key, whether parts were skipped."""
    node, path, skipped = data, [], False
    for position, part in enumerate(loc):
        if isinstance(node, dict) and part in node:
            node = node[part]
        elif isinstance(node, list) and isinstance(part, int) and part < len(node):
            node = node[part]
        elif not (missing and position == len(loc) - 1):
            skipped = True
            continue
        path.append(part)
    return tuple(path), bool(loc) and loc[-1] == "[key]", skipped


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
