"""Find installed plugins by the entry points of group ``mixopt.v1``; a broken one is listed, never fatal.

The loading is ours: pluggy's own loader stops at the first broken plugin and skips a duplicate name without a word.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import pluggy

from mixopt.plugin import hooks
from mixopt.plugin.edge_entries import AnyEntry, CommandEntry, ExecutorEntry, ImporterEntry, ReportEntry
from mixopt.plugin.entries import CurveEntry, Entry, MeasureEntry, RuleEntry, TermEntry
from mixopt.plugin.registry import Provider, Registry

HOOKS: Mapping[str, type[Any]] = {
    "mixopt_curves": CurveEntry,
    "mixopt_terms": TermEntry,
    "mixopt_rules": RuleEntry,
    "mixopt_measures": MeasureEntry,
    "mixopt_importers": ImporterEntry,
    "mixopt_reports": ReportEntry,
    "mixopt_commands": CommandEntry,
    "mixopt_executors": ExecutorEntry,
}


def discover() -> Registry:
    """Return the registry of everything installed in this environment.

    Returns
    -------
    Registry
        Providers sorted by distribution and name, the broken ones with their error.
    """
    found: dict[tuple[str, str, str], Provider] = {}
    for point in importlib.metadata.entry_points(group=hooks.GROUP):
        distribution = point.dist.name if point.dist else ""
        version = point.dist.version if point.dist else ""
        key = (distribution, point.name, point.value)
        if key in found:  # an editable install may be listed twice
            continue
        entries, error = _guarded(point)
        found[key] = Provider(
            plugin=point.name,
            distribution=distribution,
            version=version,
            module=point.value,
            entries=entries,
            error=error,
        )
    return Registry(tuple(found[key] for key in sorted(found)))


def _guarded(point: importlib.metadata.EntryPoint) -> tuple[tuple[AnyEntry, ...], str]:
    try:
        return read_entries(point.load()), ""
    except KeyboardInterrupt:
        raise
    except BaseException as reason:  # noqa: BLE001 - a plugin may even call sys.exit
        return (), f"{type(reason).__name__}: {reason}"


def read_entries(plugin: ModuleType | Any) -> tuple[AnyEntry, ...]:
    """Return what one plugin registers, checked.

    Parameters
    ----------
    plugin : module or object
        With functions marked ``hookimpl``.

    Returns
    -------
    tuple of entries, sorted by type and name

    Raises
    ------
    Exception
        Whatever the plugin raises; ``pluggy.PluginValidationError`` for unknown hooks; ``TypeError`` for a hook that
        yields something else than entries.
    """
    manager = pluggy.PluginManager(hooks.PROJECT)
    manager.add_hookspecs(hooks)
    manager.register(plugin)
    manager.check_pending()
    entries: list[AnyEntry] = []
    for name, kind in HOOKS.items():
        for answer in getattr(manager.hook, name)():
            for entry in answer:
                if not isinstance(entry, Entry):
                    raise TypeError(f"{name} yields {type(entry).__name__}, not an entry")
                if not isinstance(entry, kind):
                    raise TypeError(f"{name} yields a {type(entry).__name__}, wanted {kind.__name__}")
                entries.append(entry)
    return tuple(sorted(entries, key=lambda entry: (type(entry).__name__, entry.name)))


def registry_of(*plugins: tuple[str, ModuleType | Any]) -> Registry:
    """Return a registry of plugins at hand, without any installation: for tests and embedders.

    Parameters
    ----------
    *plugins : pairs of str and module
        Name and plugin.

    Returns
    -------
    Registry
    """
    return Registry(
        tuple(
            Provider(plugin=name, distribution=name, version="", module=name, entries=read_entries(plugin))
            for name, plugin in plugins
        )
    )
