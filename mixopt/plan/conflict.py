"""Why nothing fits: which rules clash, and what the smallest relaxation is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Clashing:
    """One rule of a clash: leave any of them out and the others can be kept.

    Parameters
    ----------
    name : str
        The rule's name as in ``rules.csv``.
    sentence : str
        The rule in words.
    unit : str
        Unit of its limit: ``currency``, ``share``, or the unit of a weights column.
    relaxation : float
        How far its limit gives way in the smallest relaxation of all rules together; 0 where it stays.
    alone : float or None
        How far its limit must give way if no other rule does; ``None`` where that is not enough.
    worth : float
        What one unit of the limit counts for when relaxations are added up, currency.
    """

    name: str
    sentence: str
    unit: str
    relaxation: float
    alone: float | None
    worth: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Why no plan exists.

    Parameters
    ----------
    rules : tuple of Clashing
        Rules that cannot all be kept, the cheapest way out first. One rule alone clashes with the cells' own limits.
    total : float
        The smallest sum of relaxations that makes room, currency.
    relaxed : tuple of Clashing
        The rules that give way in that smallest relaxation; not all of them need to be in `rules`.
    complete : bool
        Whether `rules` is known to be irreducible: false where time ran out before.
    """

    rules: tuple[Clashing, ...]
    total: float
    relaxed: tuple[Clashing, ...]
    complete: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the clashing rules."""
        return tuple(rule.name for rule in self.rules)
