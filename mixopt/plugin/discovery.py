"""Find installed plugins by the entry points of group ``mixopt.v1``; a broken one is listed, never fatal.

The loading is ours: pluggy's own loader stops at the first broken plugin and skips a duplicate name without a word.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import ModuleType
from typing import Any

import pluggy

from mixopt.errors import printable
from mixopt.plugin import hooks
from mixopt.plugin.allowed import Allowed
from mixopt.plugin.edge_entries import AnyEntry, CommandEntry, ExecutorEntry, ImporterEntry, ReportEntry
from mixopt.plugin.entries import CurveEntry, Entry, MeasureEntry, RuleEntry, TermEntry
from mixopt.plugin.patience import patiently
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
_GROUP = re.compile(r"^mixopt\.v(\d+)$")


def discover(only: Iterable[str] | None = None) -> Registry:
    """Return the registry of everything installed in this environment.

    Parameters
    ----------
    only : iterable of str, optional
        Allow-list as a config writes it: the code of no other distribution is loaded; mixopt's own always is.

    Returns
    -------
    Registry
        Providers sorted by distribution and name, the broken ones with their error.
    """
    allowed = None if only is None else Allowed.read(only)
    found: dict[tuple[str, str, str], Provider] = {}
    for point in _points():
        found_as = _provider(point)
        key = (found_as.distribution, found_as.plugin, found_as.module)
        # an editable install may be listed twice
        if key not in found and (allowed is None or allowed.names(found_as.distribution)):
            found[key] = _loaded(found_as, point)
    return Registry(tuple(found[key] for key in sorted(found)))


def _points() -> list[importlib.metadata.EntryPoint]:
    """Return the entry points of every version of the interface: those of another one are told apart later."""
    points = importlib.metadata.entry_points()
    return [
        point
        for group in sorted(points.groups)
        if _GROUP.match(group)
        for point in points.select(group=group)
    ]


def _provider(point: importlib.metadata.EntryPoint) -> Provider:
    distribution = point.dist
    record = distribution.read_text("RECORD") if distribution else None
    return Provider(
        plugin=point.name,
        distribution=distribution.name if distribution else "",
        version=distribution.version if distribution else "",
        module=point.value,
        record=hashlib.sha256(record.encode()).hexdigest() if record else "",
    )


def _loaded(provider: Provider, point: importlib.metadata.EntryPoint) -> Provider:
    if point.group != hooks.GROUP:
        theirs = _GROUP.fullmatch(point.group)
        assert theirs is not None
        problem = (
            f"made for version {theirs[1]} of the plugin interface; this mixopt offers version {hooks.API}"
        )
        return replace(provider, error=problem)
    try:
        return replace(provider, entries=patiently(lambda: read_entries(point.load())))
    except KeyboardInterrupt:
        raise
    except BaseException as reason:  # noqa: BLE001 - a plugin may even call sys.exit
        return replace(provider, error=f"{type(reason).__name__}: {printable(str(reason))}")


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
        yields something else than its entries; ``ValueError`` where one name stands twice.
    """
    manager = pluggy.PluginManager(hooks.PROJECT)
    manager.add_hookspecs(hooks)
    manager.register(plugin)
    manager.check_pending()
    entries: list[AnyEntry] = []
    for name, kind in HOOKS.items():
        for implementation in getattr(manager.hook, name).get_hookimpls():
            entries += _checked(name, kind, implementation.function())
    return tuple(sorted(entries, key=lambda entry: (type(entry).__name__, entry.name)))


def _checked(hook: str, kind: type[Any], answer: Any) -> list[Any]:
    if not isinstance(answer, Iterable):
        raise TypeError(f"{hook} returns {type(answer).__name__}, wanted a list of entries")
    entries: list[Any] = []
    for entry in answer:
        if not isinstance(entry, Entry):
            raise TypeError(f"{hook} yields {type(entry).__name__}, not an entry")
        if not isinstance(entry, kind):
            raise TypeError(f"{hook} yields a {type(entry).__name__}, wanted {kind.__name__}")
        if any(entry.name == other.name for other in entries):
            raise ValueError(f"{hook} yields two entries called '{entry.name}'")
        entries.append(entry)
    return entries


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
