"""``mixopt plugins``: what is installed, what it registers, and what each kind's settings are."""

from __future__ import annotations

from typing import Any

from mixopt.cli.exit import DONE
from mixopt.cli.output import columns, show, show_json


def list_plugins(*, as_json: bool) -> int:
    """List the plugins: name, version, what they register, load errors.

    Parameters
    ----------
    as_json : bool

    Returns
    -------
    int
        Exit code.
    """
    from mixopt.plugin import discover

    providers = [_document(provider) for provider in discover().providers]
    if as_json:
        show_json(providers)
        return DONE
    for provider in providers:
        show("\n".join(_lines(provider)))
    return DONE


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
        show("\n".join(_entry_lines(section, entry)))
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


def _entry_lines(section: str, entry: Any) -> list[str]:
    from mixopt.report.grid import wrapped

    lines = [f"{section} {entry.name}", *wrapped(f"  {entry.summary}", columns(), "  ")]
    unit = getattr(entry, "unit", "")
    lines += [f"  unit: {unit}; better: {entry.better}"] if unit else []
    lines.append("  settings:" if entry.settings.model_fields else "  no settings")
    for name, field in entry.settings.model_fields.items():
        default = (
            "needed"
            if field.is_required()
            else f"default {_plain(field.get_default(call_default_factory=True))}"
        )
        lines += wrapped(f"    {name} ({default}): {field.description}", columns(), "      ")
    return [*lines, "  example:", f"    {_example(section, entry)}"]


def _example(section: str, entry: Any) -> str:
    import json

    values = entry.examples[0].model_dump(mode="json", exclude_defaults=True)
    head = {"curve": entry.name} if section == "curve" else {"kind": entry.name}
    return json.dumps({**head, **values}, ensure_ascii=False)


def _plain(value: object) -> str:
    return "none" if value in (None, ()) else str(value)
