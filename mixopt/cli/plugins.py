"""``mixopt plugins``: what is installed, what it registers, and what each kind's settings are."""

from __future__ import annotations

from typing import Any

from mixopt.cli.exit import DONE, WRONG, say
from mixopt.cli.output import columns, results_only, show, show_json

LIMITS = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}


def list_plugins(*, check: bool, as_json: bool) -> int:
    """List the plugins: name, version, what they register, load errors, names that two of them register.

    Parameters
    ----------
    check : bool
        Whether a broken plugin or a clash is a mistake.
    as_json : bool

    Returns
    -------
    int
        Exit code.
    """
    from mixopt.plugin import discover
    from mixopt.plugin.registry import SECTIONS, clash

    with results_only():
        registry = discover()
    providers = [_document(provider) for provider in registry.providers]
    if as_json:
        show_json(providers)
    else:
        for provider in providers:
            show("\n".join(_lines(provider)))
    clashes = [
        (section, name, who) for section in SECTIONS for name, who in registry.clashes(section).items()
    ]
    for each in clashes:
        say(str(clash(*each)))
    return WRONG if check and (clashes or any(provider["error"] for provider in providers)) else DONE


def show_entry(name: str) -> int:
    """Show what a kind is for, its settings with defaults, and an example.

    Parameters
    ----------
    name : str
        Every kind of that name is shown: a term and a rule may share one.

    Returns
    -------
    int
        Exit code.

    Raises
    ------
    ConfigError
        If nothing is registered under the name.
    """
    from difflib import get_close_matches

    from mixopt.errors import ConfigError, Fault, shown
    from mixopt.plugin import discover
    from mixopt.plugin.registry import SECTIONS

    with results_only():
        registry = discover()
    known = {section: registry.entries(section) for section in SECTIONS}
    found = [(section, entries[name]) for section, entries in known.items() if name in entries]
    if not found:
        names = sorted({entry for entries in known.values() for entry in entries})
        near = ", ".join(get_close_matches(name, names, n=3))
        raise ConfigError(
            Fault(
                where="",
                problem=f"no plugin registers {shown(name)}",
                wanted=f"one of {', '.join(names)}",
                hint=near,
            )
        )
    for section, entry in found:
        show("\n".join(_entry_lines(section, entry, registry.provider_of(section, name).distribution)))
    return DONE


def _document(provider: Any) -> dict[str, Any]:
    from mixopt.plugin.registry import SECTIONS

    registers = {
        section: [entry.name for entry in provider.entries if isinstance(entry, kind)]
        for section, kind in SECTIONS.items()
    }
    return {
        "distribution": provider.distribution,
        "version": provider.version,
        "plugin": provider.plugin,
        "module": provider.module,
        "registers": {section: names for section, names in registers.items() if names},
        "error": provider.error or None,
        "record": provider.record or None,
    }


def _lines(provider: dict[str, Any]) -> list[str]:
    from mixopt.report.grid import wrapped
    from mixopt.report.words import safe

    lines = [f"{safe(provider['distribution'])} {safe(provider['version'])} ({safe(provider['module'])})"]
    for section, names in provider["registers"].items():
        lines += wrapped(f"  {section}s: {', '.join(names)}", columns(), "    ")
    if provider["error"]:
        lines += wrapped(f"  not loaded: {safe(provider['error'], 500)}", columns(), "    ")
    return lines


def _entry_lines(section: str, entry: Any, origin: str) -> list[str]:
    from mixopt.report.grid import wrapped

    lines = [f"{section} {entry.name}", *wrapped(f"  {entry.summary}", columns(), "  "), f"  from {origin}"]
    unit = getattr(entry, "unit", "")
    lines += [f"  unit: {unit}; better: {entry.better}"] if unit else []
    lines.append("  settings:" if entry.settings.model_fields else "  no settings")
    for name, field in entry.settings.model_fields.items():
        lines += wrapped(f"    {name} ({_said(field)}): {field.description}", columns(), "      ")
    lines += ["  example:", f"    {_example(section, entry)}"]
    return [*lines, *(f"  {line}".rstrip() for line in formula(entry))]


def _said(field: Any) -> str:
    """Return a setting's limits and default: ``>= 0, default 0.5``."""
    from typing import Literal, get_args, get_origin

    parts = [
        f"{sign} {getattr(limit, name):g}"
        for limit in field.metadata
        for name, sign in LIMITS.items()
        if getattr(limit, name, None) is not None
    ]
    if get_origin(field.annotation) is Literal:
        parts.append(f"one of {', '.join(map(str, get_args(field.annotation)))}")
    default = "" if field.is_required() else field.get_default(call_default_factory=True)
    return ", ".join([*parts, "needed" if field.is_required() else f"default {_plain(default)}"])


def formula(entry: Any) -> list[str]:
    """Return what the module says that an entry's settings stand in: by convention its equations, units and sources.

    Parameters
    ----------
    entry : Entry

    Returns
    -------
    list of str
        Lines, the first paragraph left out; none where there is no more.
    """
    import inspect
    import sys

    home = sys.modules.get(entry.settings.__module__)
    text = inspect.getdoc(home) if home is not None else None
    _, _, rest = (text or "").partition("\n\n")
    return ["", *rest.splitlines()] if rest.strip() else []


def _example(section: str, entry: Any) -> str:
    import json

    values = entry.examples[0].model_dump(mode="json", exclude_defaults=True)
    if section == "command":
        return f"mixopt {entry.name} --help"
    if section == "importer":
        return f"mixopt import {entry.name} {values.pop('file', 'FILE')} --out DIR"
    if section == "executor":
        value = values.get(entry.argument)
        return str(entry.name) if value is None else f"{entry.name}:{value}"
    head = {"curve": entry.name} if section == "curve" else {"kind": entry.name}
    return json.dumps({**head, **values}, ensure_ascii=False)


def _plain(value: object) -> str:
    return "none" if value in (None, (), "") else str(value)
