"""The registry: a value that holds what the installed plugins registered; passed along, never global."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from mixopt.errors import Fault, PluginError, shown
from mixopt.plugin.allowed import CORE, Allowed, Pin, normal
from mixopt.plugin.edge_entries import AnyEntry, CommandEntry, ExecutorEntry, ImporterEntry, ReportEntry
from mixopt.plugin.entries import CurveEntry, MeasureEntry, RuleEntry, TermEntry
from mixopt.plugin.guard import Owner

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
    "brand-band": "mixopt-brand",
    "brand-share": "mixopt-brand",
    "brand-value": "mixopt-brand",
    "cvar-kept": "mixopt-resilience",
    "diversification": "mixopt-diversification",
    "effective-number": "mixopt-diversification",
    "effective-segments": "mixopt-diversification",
    "equitable-share": "mixopt-diversification",
    "expected-under-shocks": "mixopt-resilience",
    "goodwill": "mixopt-brand",
    "html": "mixopt-report",
    "kept-worst-channel-dark": "mixopt-resilience",
    "largest-share": "mixopt-diversification",
    "long-run-roi": "mixopt-brand",
    "minimum-share": "mixopt-diversification",
    "resilience": "mixopt-resilience",
    "resilience-floor": "mixopt-resilience",
    "top-share": "mixopt-diversification",
    "wide": "mixopt-report",
    "workbook": "mixopt-report",
    "worst-case-kept": "mixopt-resilience",
    "xlsx": "mixopt-report",
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
    record : str
        SHA-256 of the RECORD of what is installed: every file with its own hash. Empty where there is none.
    """

    plugin: str
    distribution: str
    version: str
    module: str
    entries: tuple[AnyEntry, ...] = ()
    error: str = ""
    record: str = ""


@dataclass(frozen=True, slots=True)
class Registry:
    """All providers, sorted by plugin name; look-ups raise one clear error.

    Parameters
    ----------
    providers : tuple of Provider
    """

    providers: tuple[Provider, ...]

    def entries(self, section: str) -> dict[str, AnyEntry]:
        """Return the entries of a section by name, sorted; a name that two plugins register is not among them.

        Parameters
        ----------
        section : str
            One of ``SECTIONS``.

        Returns
        -------
        dict of str to entry
        """
        everyone = self._by_name(section)
        return {name: found[0][0] for name, found in everyone.items() if len(found) == 1}

    def clashes(self, section: str) -> dict[str, tuple[Provider, ...]]:
        """Return the names that several plugins register, with who they are.

        Parameters
        ----------
        section : str

        Returns
        -------
        dict of str to tuple of Provider
        """
        everyone = self._by_name(section)
        return {name: tuple(p for _, p in found) for name, found in everyone.items() if len(found) > 1}

    def _by_name(self, section: str) -> dict[str, list[tuple[AnyEntry, Provider]]]:
        found: dict[str, list[tuple[AnyEntry, Provider]]] = {}
        for provider in self.providers:
            for entry in provider.entries:
                if isinstance(entry, SECTIONS[section]):
                    found.setdefault(entry.name, []).append((entry, provider))
        return dict(sorted(found.items()))

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
            If nothing is registered under the name: with the nearest names, broken plugins, and what to install. If
            two plugins register it: naming both.
        """
        entries = self.entries(section)
        if name in entries:
            return entries[name]
        if name in (clashes := self.clashes(section)):
            raise PluginError(clash(section, name, clashes[name]))
        near = get_close_matches(name, entries, n=3)
        hint = ", ".join(near) if near else ""
        missing = KNOWN_ELSEWHERE.get(name)
        if missing is not None and missing not in {normal(p.distribution) for p in self.providers}:
            hint = f"pip install {missing}"
        problem = f"there is no {section} {shown(name)}"
        broken = [provider for provider in self.providers if provider.error]
        if broken:
            problem += "; not loaded: " + ", ".join(
                f"{said(provider)} ({provider.error})" for provider in broken
            )
        wanted = (
            f"one of {', '.join(entries)}" if entries else f"a plugin that registers {_a(section)}: none does"
        )
        raise PluginError(Fault(where="", problem=problem, wanted=wanted, hint=hint))

    def owner(self, section: str, name: str) -> Owner:
        """Return how messages name the plugin behind an entry; the core's own entries go without.

        Parameters
        ----------
        section, name : str

        Returns
        -------
        Owner
        """
        provider = self.provider_of(section, name)
        ours = normal(provider.distribution) == CORE
        return Owner(section=section, kind=name, provider="" if ours else said(provider))

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
            As a config writes them; see :mod:`mixopt.plugin.allowed`.

        Returns
        -------
        Registry

        Raises
        ------
        PluginError
            If one of them is not installed, or has another version or content.
        """
        allowed = Allowed.read(distributions)
        faults = [fault for pin in allowed.pins if (fault := self._unmet(pin))]
        if faults:
            raise PluginError(*faults)
        return Registry(tuple(p for p in self.providers if allowed.names(p.distribution)))

    def _unmet(self, pin: Pin) -> Fault | None:
        found = next((p for p in self.providers if normal(p.distribution) == pin.name), None)
        if found is None and pin.name != CORE:
            hint = f"pip install {pin.name}" + (f"=={pin.version}" if pin.version else "")
            return Fault(where="plugins", problem=f"{pin.name} is allowed but not installed", hint=hint)
        if found is not None and pin.version not in {"", found.version}:
            problem = f"{pin.name} {pin.version} is allowed, and {found.version} is installed"
            return Fault(where="plugins", problem=problem, hint=f"pip install {pin.name}=={pin.version}")
        if found is not None and pin.record not in {"", found.record}:
            problem = f"what is installed of {pin.name} is not what is allowed: its sum is {found.record or 'unknown'}"
            return Fault(where="plugins", problem=problem, wanted=pin.record)
        return None


def clash(section: str, name: str, providers: Iterable[Provider]) -> Fault:
    """Return the fault of one name that several plugins register.

    Parameters
    ----------
    section, name : str
    providers : iterable of Provider

    Returns
    -------
    Fault
    """
    who = [said(provider) for provider in providers]
    several = f"both {who[0]} and {who[1]}" if len(who) == 2 else ", ".join(who)
    return Fault(
        where=f"{section} '{name}'",
        problem=f"registered by {several}",
        hint="uninstall one of them, or allow only one under `plugins:`",
    )


def _a(section: str) -> str:
    return f"an {section}" if section[0] in "aeiou" else f"a {section}"


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
