"""mixopt: marketing-mix plans that are globally optimal with a proof, and the price of balance in money.

Heavy modules are imported when a name is first used, so that ``import mixopt`` and ``mixopt --help`` stay quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from mixopt.errors import (
        ConfigError,
        Fault,
        FormulationError,
        InputError,
        MixoptError,
        PluginError,
        ProofError,
        SolverError,
        TableError,
    )
    from mixopt.plugin import (
        Atom,
        ConcaveTerm,
        CurveEntry,
        Evaluation,
        Level,
        Measure,
        MeasureEntry,
        Rule,
        RuleEntry,
        Term,
        TermEntry,
        Totals,
        discover,
        hookimpl,
        registry_of,
    )
    from mixopt.scope import (
        Budget,
        ByName,
        Fraction,
        Limits,
        Money,
        Number,
        RelativeToToday,
        Scope,
        Settings,
        ShareLimits,
        Where,
    )

_WHERE = {
    "mixopt.errors": (
        "ConfigError",
        "Fault",
        "FormulationError",
        "InputError",
        "MixoptError",
        "PluginError",
        "ProofError",
        "SolverError",
        "TableError",
    ),
    "mixopt.scope": (
        "Budget",
        "ByName",
        "Fraction",
        "Limits",
        "Money",
        "Number",
        "RelativeToToday",
        "Scope",
        "Settings",
        "ShareLimits",
        "Where",
    ),
    "mixopt.plugin": (
        "Atom",
        "ConcaveTerm",
        "CurveEntry",
        "Evaluation",
        "Level",
        "Measure",
        "MeasureEntry",
        "Rule",
        "RuleEntry",
        "Term",
        "TermEntry",
        "Totals",
        "discover",
        "hookimpl",
        "registry_of",
    ),
}
_HOME = {name: module for module, names in _WHERE.items() for name in names}

__all__ = [
    "Atom",
    "Budget",
    "ByName",
    "ConcaveTerm",
    "ConfigError",
    "CurveEntry",
    "Evaluation",
    "Fault",
    "FormulationError",
    "Fraction",
    "InputError",
    "Level",
    "Limits",
    "Measure",
    "MeasureEntry",
    "MixoptError",
    "Money",
    "Number",
    "PluginError",
    "ProofError",
    "RelativeToToday",
    "Rule",
    "RuleEntry",
    "Scope",
    "Settings",
    "ShareLimits",
    "SolverError",
    "TableError",
    "Term",
    "TermEntry",
    "Totals",
    "Where",
    "__version__",
    "discover",
    "hookimpl",
    "registry_of",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"module 'mixopt' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
