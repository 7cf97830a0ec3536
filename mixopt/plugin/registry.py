"""The registry: a value that holds what the installed plugins registered; passed along, never global."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from mixopt.errors import Fault, PluginError, shown
from mixopt.plugin.edge_entries import AnyEntry, CommandEntry, ExecutorEntry, ImporterEntry, ReportEntry
from mixopt.plugin.entries import CurveEntry, MeasureEntry, RuleEntry, TermEntry

SECTIONS: Mapping[str, type[Any]] = {
    "curve": CurveEntry,
    "term": TermEntry,
    "rule": RuleEntry,
    "measure": MeasureEntry,
    "importer": ImporterEntry,
    "report": ReportEntry,
    "command": CommandEntry,
    "executor": ExecutorEntry,
}

KNOWN_ELSEWHERE = {
    "brand": "mixopt-brand",
    "brand-share": "mixopt-brand",
    "goodwill": "mixopt-brand",
    "diversification": "mixopt-diversification",
    "resilience": "mixopt-resilience",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One plugin as it was found: a loaded one registers entries, a broken one says why it is broken.

    Parameters
    ----------
    plugin : str
        Name of its entry point.
    distribution, version : str
        What ships it.
    module : str
    entries : tuple of entries
    error : str
        Why it could not be loaded; empty if it could.
    """

    plugin: str
    distribution: str
    version: str
    module: str
    entries: tuple[AnyEntry, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class Registry:
    """All providers, sorted by plugin name; look-ups raise one clear error.

    Parameters
    ----------
    providers : tuple of Provider
    """

    providers: tuple[Provider, ...]

    def entries(self, section: str) -> dict[str, AnyEntry]:
        """Return the entries of a section by name, sorted.

        Parameters
        ----------
        section : str
            One of ``SECTIONS``.

        Returns
        -------
        dict of str to entry

        Raises
        ------
        PluginError
            If two plugins register one name in the section.
        """
        found: dict[str, tuple[AnyEntry, Provider]] = {}
        faults = []
        for provider in self.providers:
            for entry in provider.entries:
                if not isinstance(entry, SECTIONS[section]):
                    continue
                if entry.name in found:
                    other = found[entry.name][1]
                    faults.append(
                        Fault(
                            where=f"{section} '{entry.name}'",
                            problem=f"registered by both {said(other)} and {said(provider)}",
                            hint="uninstall one of them, or allow only one under `plugins:`",
                        )
                    )
                found[entry.name] = (entry, provider)
        if faults:
            raise PluginError(*faults)
        return {name: found[name][0] for name in sorted(found)}

    def find(self, section: str, name: str) -> AnyEntry:
        """Return one entry.

        Parameters
        ----------
        section : str
            One of ``SECTIONS``.
        name : str
            What the config writes after ``kind:`` or ``curve``.

        Returns
        -------
        entry

        Raises
        ------
        PluginError
            If nothing is registered under the name: with the nearest names, broken plugins, and what to install.
        """
        entries = self.entries(section)
        if name in entries:
            return entries[name]
        near = get_close_matches(name, entries, n=3)
        hint = ", ".join(near) if near else ""
        if not near and name in KNOWN_ELSEWHERE:
            hint = f"pip install {KNOWN_ELSEWHERE[name]}"
        problem = f"there is no {section} {shown(name)}"
        broken = [provider for provider in self.providers if provider.error]
        if broken:
            problem += "; not loaded: " + ", ".join(
                f"{said(provider)} ({provider.error})" for provider in broken
            )
        raise PluginError(Fault(where="", problem=problem, wanted=f"one of {', '.join(entries)}", hint=hint))

    def provider_of(self, section: str, name: str) -> Provider:
        """Return who registered an entry.

        Parameters
        ----------
        section, name : str

        Returns
        -------
        Provider

        Raises
        ------
        KeyError
            If nobody did.
        """
        for provider in self.providers:
            if any(isinstance(entry, SECTIONS[section]) and entry.name == name for entry in provider.entries):
                return provider
        raise KeyError(name)

    def allow(self, distributions: Iterable[str]) -> Registry:
        """Return the registry with the given distributions only; mixopt's own entries always stay.

        Parameters
        ----------
        distributions : iterable of str

        Returns
        -------
        Registry

        Raises
        ------
        PluginError
            If one of them is not installed.
        """
        wanted = {_normal(name) for name in distributions} | {"mixopt"}
        have = {_normal(provider.distribution) for provider in self.providers}
        missing = sorted(wanted - have - {"mixopt"})
        if missing:
            raise PluginError(
                *(
                    Fault(
                        where="plugins",
                        problem=f"{name} is allowed but not installed",
                        hint=f"pip install {name}",
                    )
                    for name in missing
                )
            )
        return Registry(tuple(p for p in self.providers if _normal(p.distribution) in wanted))


def said(provider: Provider) -> str:
    """Return a provider's name as messages write it.

    Parameters
    ----------
    provider : Provider

    Returns
    -------
    str
    """
    return f"{provider.distribution} {provider.version}".strip() or provider.plugin


def _normal(name: str) -> str:
    return name.lower().replace("_", "-")
