"""Write what plugins rely on into ``tests/golden/api_v1.json``: hooks, entries, contracts, public names, checks.

The file changes by hand-started runs of this program alone. Within version 1 of the interface things are added, with a
default; a plugin written for it keeps working. What would break one waits for version 2 (``docs/guide/versions.md``).
"""

from __future__ import annotations

import dataclasses
import inspect
import json
from pathlib import Path
from typing import Any

import mixopt
import mixopt.curves
import mixopt.errors
import mixopt.plugin
import mixopt.scope
import mixopt.testing
from mixopt.plugin import contracts, edge_entries, entries, hooks
from mixopt.plugin.discovery import HOOKS

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "golden" / f"api_v{hooks.API}.json"
CONTRACTS = (
    "Totals",
    "Term",
    "ConcaveTerm",
    "Separable",
    "Rule",
    "Measure",
    "Importer",
    "ConfigImporter",
    "Report",
)
RECORDS = ("Atom", "Level", "Evaluation", "Scope", "Budget", "Column", "Fault")
CURVES = ("Family", "Pricing")
HOMES = (mixopt.plugin, mixopt.scope, mixopt.errors)  # of the public names that plugins are made of


def description() -> dict[str, Any]:
    """Return names and fields of all that plugins rely on."""
    return {
        "api": hooks.API,
        "group": hooks.GROUP,
        "hooks": {name: kind.__name__ for name, kind in HOOKS.items()},
        "entries": {
            kind.__name__: fields(kind)
            for kind in sorted({entries.Entry, *HOOKS.values()}, key=lambda kind: kind.__name__)
        },
        "settings": {"ImportSettings": sorted(edge_entries.ImportSettings.model_fields)},
        "contracts": {
            **{name: methods(getattr(contracts, name)) for name in CONTRACTS},
            **{name: methods(getattr(mixopt.curves, name)) for name in CURVES},
        },
        "records": {name: fields(getattr(mixopt, name)) for name in RECORDS},
        "names": {
            "mixopt": sorted(name for name in mixopt.__all__ if any(hasattr(home, name) for home in HOMES)),
            "mixopt.curves": sorted(mixopt.curves.__all__),
            "mixopt.testing": sorted(mixopt.testing.__all__),
        },
        "checks": {check.name: sorted(check.sections) for check in mixopt.testing.CHECKS},
    }


def fields(record: Any) -> dict[str, str]:
    """Return the fields of a record, and whether each is needed."""
    missing = dataclasses.MISSING
    return {
        each.name: "needed" if each.default is missing and each.default_factory is missing else "optional"
        for each in dataclasses.fields(record)
    }


def methods(contract: Any) -> dict[str, str]:
    """Return the methods of a contract, with their parameters."""
    found = {}
    for name, member in vars(contract).items():
        if name.startswith("_"):
            continue
        if isinstance(member, property):
            found[name] = "property"
        elif callable(member):
            found[name] = (
                "(" + ", ".join(map(parameter, list(inspect.signature(member).parameters.values())[1:])) + ")"
            )
    found |= {name: "attribute" for name in inspect.get_annotations(contract) if name not in found}
    return dict(sorted(found.items()))


def parameter(each: inspect.Parameter) -> str:
    """Return a parameter as a signature shows it, without its type."""
    star = {each.VAR_POSITIONAL: "*", each.VAR_KEYWORD: "**"}.get(each.kind, "")
    keyword = "*, " if each.kind is each.KEYWORD_ONLY else ""
    return f"{keyword}{star}{each.name}" + ("" if each.default is each.empty else "=…")


def text() -> str:
    """Return the golden file."""
    return json.dumps(description(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    GOLDEN.write_text(text(), encoding="utf-8")
    print(GOLDEN.relative_to(ROOT))
