"""mixopt: marketing-mix plans that are globally optimal with a proof, and the price of balance in money.

Heavy modules are imported when a name is first used, so that ``import mixopt`` and ``mixopt --help`` stay quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_WHERE = {
    "mixopt.errors": ("ConfigError", "Fault", "FormulationError", "InputError", "MixoptError", "PluginError", "ProofError", "SolverError", "TableError"),
    "mixopt.scope": ("Budget", "Fraction", "Limits", "Money", "Number", "RelativeToToday", "Scope", "Settings", "ShareLimits", "Where"),
    "mixopt.plugin": ("Atom", "CurveEntry", "Evaluation", "Level", "MeasureEntry", "RuleEntry", "TermEntry", "discover", "hookimpl", "registry_of"),
}
_HOME = {name: module for module, names in _WHERE.items() for name in names}

__all__ = ["__version__", *sorted(_HOME)]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"module 'mixopt' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)


