"""The JSON Schema of the format with all installed plugins merged in: what editors complete and check by."""

from __future__ import annotations

import copy
from typing import Any

from pydantic import BaseModel

from mixopt.config.form import ConfigForm, Head, TermHead
from mixopt.config.sections import PLACES
from mixopt.plugin import Registry

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(registry: Registry) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a config.

    Parameters
    ----------
    registry : Registry
        Whose terms, rules, measures and reports are merged in.

    Returns
    -------
    dict
        A new one with every call.

    Raises
    ------
    PluginError
        If two plugins register one name.
    """
    schema = ConfigForm.model_json_schema(ref_template="#/$defs/{model}")
    definitions = schema.pop("$defs")
    for section, place in PLACES.items():
        definitions[section] = _section(section, registry, definitions)
        items = {"$ref": f"#/$defs/{section}"}
        if place in schema["properties"]:
            _list_of(schema["properties"][place])["items"] = items
        if place in (plan := definitions["PlanForm"]["properties"]):
            _list_of(plan[place])["items"] = items
    schema["properties"]["name"]["pattern"] = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
    schema["properties"]["currency"]["pattern"] = "^[A-Z]{3}$"
    whole = {
        "$schema": DIALECT,
        "title": "mixopt config",
        **{k: v for k, v in schema.items() if k != "title"},
    }
    return dict(_tidied({**whole, "$defs": dict(sorted(definitions.items()))}))


def _section(section: str, registry: Registry, definitions: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of one list item: its kind decides which settings may stand beside it."""
    head = (TermHead if section == "term" else Head).model_json_schema()["properties"]
    entries = registry.entries(section)
    branches = []
    for name, entry in entries.items():
        place = f"{section}.{name}"
        definitions[place] = _settings(entry.settings, head, place, definitions) | {
            "description": entry.summary
        }
        condition = {"properties": {"kind": {"const": name}}, "required": ["kind"]}
        branches.append({"if": condition, "then": {"$ref": f"#/$defs/{place}"}})
    return {
        "type": "object",
        "properties": {**head, "kind": {"enum": list(entries), "description": head["kind"]["description"]}},
        "required": ["kind"],
        "allOf": branches,
    }


def _settings(
    settings: type[BaseModel], head: dict[str, Any], place: str, definitions: dict[str, Any]
) -> dict[str, Any]:
    own = settings.model_json_schema(ref_template=f"#/$defs/{place}.{{model}}")
    for model, inner in own.pop("$defs", {}).items():
        definitions[f"{place}.{model}"] = inner
    # the settings refuse further keys, so the head's keys must be among theirs
    own["properties"] = {**head, **own.get("properties", {})}
    return own


def _list_of(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the branch of a schema that is a list; the list may be optional."""
    return next((part for part in schema.get("anyOf", []) if part.get("type") == "array"), schema)


def _tidied(node: Any) -> Any:
    """Return a copy without titles that repeat a key and without empty defaults."""
    if isinstance(node, list):
        return [_tidied(part) for part in node]
    if not isinstance(node, dict):
        return copy.deepcopy(node)
    found = {}
    for key, value in node.items():
        if key == "default" and (value is None or value == []):
            continue  # left out means left out
        if key in {"properties", "$defs"}:
            found[key] = {name: _without_title(_tidied(inner)) for name, inner in value.items()}
        else:
            found[key] = _tidied(value)
    return found


def _without_title(schema: Any) -> Any:
    return (
        {key: value for key, value in schema.items() if key != "title"}
        if isinstance(schema, dict)
        else schema
    )
