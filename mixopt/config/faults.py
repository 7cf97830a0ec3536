"""Gathers the faults of one document in the order of the document."""

from __future__ import annotations

from dataclasses import dataclass, field

from mixopt.config.place import Loc, Places
from mixopt.errors import Fault, InputError

SHOWN_FAULTS = 50


@dataclass(frozen=True, slots=True)
class Collector:
    """Gathers the faults of one document in the order of the document.

    Parameters
    ----------
    places : Places
    """

    places: Places
    found: list[tuple[tuple[int, int], Fault]] = field(default_factory=list)

    def add(self, loc: Loc, problem: str, *, wanted: str = "", hint: str = "", key: bool = False) -> None:
        """Note one fault.

        Parameters
        ----------
        loc : tuple of str and int
            Path of the value.
        problem, wanted, hint : str
            As in :class:`Fault`.
        key : bool
            Whether the key is at fault rather than the value.
        """
        fault = Fault(where=self.places.of(loc, key=key), problem=problem, wanted=wanted, hint=hint)
        if all(fault != other for _, other in self.found):
            self.found.append((self.places.spot(loc, key=key), fault))

    def adopt(self, loc: Loc, error: InputError, *, key: bool = False) -> None:
        """Note the faults of an error that does not know where in the document it happened.

        Parameters
        ----------
        loc : tuple of str and int
        error : InputError
        key : bool
        """
        for fault in error.faults:
            problem = f"{fault.where}: {fault.problem}" if fault.where else fault.problem
            self.add(loc, problem, wanted=fault.wanted, hint=fault.hint, key=key)

    def faults(self) -> tuple[Fault, ...]:
        """Return what was gathered, at most 50 faults and a count of the rest.

        Returns
        -------
        tuple of Fault
        """
        found = [fault for _, fault in sorted(self.found, key=lambda pair: pair[0])]
        if len(found) > SHOWN_FAULTS:
            more = len(found) - SHOWN_FAULTS
            found = [
                *found[:SHOWN_FAULTS],
                Fault(where=self.places.source or "config", problem=f"and {more} more faults"),
            ]
        return tuple(found)
