"""What an entry builds of its settings, guarded, with the frames of the run out of its reach."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mixopt.plugin import Registry
from mixopt.plugin.guard import guarded
from mixopt.scope import Scope


def build(
    entry: Any, section: str, settings: Any, scope: Scope, registry: Registry, *, asked: bool = True
) -> Any:
    """Return what an entry builds, guarded; whatever a plugin raises is told with the plugin's name.

    Parameters
    ----------
    entry : TermEntry, RuleEntry or MeasureEntry
    section : {"term", "rule", "measure"}
    settings : Settings
    scope : Scope
        The plugin gets a copy of its frames: what it does to them stays with it.
    registry : Registry
    asked : bool
        Whether the config asks for it.

    Returns
    -------
    Guarded

    Raises
    ------
    InputError
        What the plugin says of its settings.
    PluginError
        If the plugin breaks, or what it builds lacks a method.
    """
    owner = registry.owner(section, entry.name)
    return guarded(owner, owner.call("build", entry.build, settings, lent(scope), watched=True), asked=asked)


def lent(scope: Scope) -> Scope:
    """Return the scope with frames that may be changed without changing those of the run.

    Parameters
    ----------
    scope : Scope

    Returns
    -------
    Scope
    """
    tables = {name: table.copy(deep=False) for name, table in scope.tables.items()}
    copy = replace(scope, cells=scope.cells.copy(deep=False), tables=tables)
    object.__setattr__(copy, "remembered", scope.remembered)  # answers about the run's own frame, which stays
    return copy
