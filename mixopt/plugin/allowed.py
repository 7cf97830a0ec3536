"""The allow-list of a config: which distributions may take part, at which version, with which content.

    plugins: [mixopt-brand, acme-halo==1.2, "acme-carbon==0.3#sha256=9f86d0…"]

The sum is that of the distribution's installed RECORD, as ``mixopt plugins`` and a run's ``summary.json`` show it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mixopt.errors import Fault, PluginError, shown

_LINE = re.compile(
    r"^(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(==(?P<version>[^#\s]+))?(#sha256=(?P<record>[0-9a-f]{64}))?$"
)
CORE = "mixopt"


def normal(name: str) -> str:
    """Return a distribution's name as names are compared: lower case, one hyphen for every run of ``-_.``.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
    """
    return re.sub(r"[-_.]+", "-", name).lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One line of an allow-list; version and record are empty where any will do."""

    name: str
    version: str = ""
    record: str = ""


@dataclass(frozen=True, slots=True)
class Allowed:
    """An allow-list; mixopt's own entries are always on it.

    Parameters
    ----------
    pins : tuple of Pin
    """

    pins: tuple[Pin, ...]

    @classmethod
    def read(cls, lines: Iterable[str]) -> Allowed:
        """Return the allow-list that a config writes.

        Parameters
        ----------
        lines : iterable of str

        Returns
        -------
        Allowed

        Raises
        ------
        PluginError
            For lines of another form.
        """
        pins, faults = [], []
        for line in lines:
            match = _LINE.match(line.strip())
            if match is None:
                wanted = "a distribution's name, name==version, or name==version#sha256=…"
                faults.append(
                    Fault(where="plugins", problem=f"{shown(line)} names no distribution", wanted=wanted)
                )
                continue
            pins.append(
                Pin(name=normal(match["name"]), version=match["version"] or "", record=match["record"] or "")
            )
        if faults:
            raise PluginError(*faults)
        return cls(tuple(pins))

    def names(self, distribution: str) -> bool:
        """Return whether a distribution is on the list, whatever its version.

        Parameters
        ----------
        distribution : str

        Returns
        -------
        bool
        """
        return normal(distribution) == CORE or any(pin.name == normal(distribution) for pin in self.pins)
