"""Faults of independent pieces of work, gathered and raised once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from mixopt.errors import ConfigError, Fault, InputError

T = TypeVar("T")


@dataclass(slots=True)
class Faults:
    """Faults gathered from independent pieces of work, to be raised once."""

    found: list[Fault] = field(default_factory=list)

    def guard(self, at: str, work: Callable[..., T], *args: Any) -> T | None:
        """Return ``work(*args)``, or ``None`` after noting its faults.

        Parameters
        ----------
        at : str
            Where the piece stands; put before faults that do not say so themselves.
        work : callable
        *args
            What it is called with.

        Returns
        -------
        object or None
        """
        try:
            return work(*args)
        except InputError as error:
            self.found += [
                Fault(where=f.where or at, problem=f.problem, wanted=f.wanted, hint=f.hint)
                for f in error.faults
            ]
        return None

    def add(self, at: str, problem: str, wanted: str = "", hint: str = "") -> None:
        """Note one fault.

        Parameters
        ----------
        at, problem, wanted, hint : str
            As the fields of :class:`~mixopt.errors.Fault`.
        """
        self.found.append(Fault(where=at, problem=problem, wanted=wanted, hint=hint))

    def settle(self) -> None:
        """Raise all faults noted, if any.

        Raises
        ------
        ConfigError
        """
        if self.found:
            raise ConfigError(*dict.fromkeys(self.found))
