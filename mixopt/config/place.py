"""Where a value of the config stands, as messages write it: ``config.yaml:12:5``, ``--set budget.total``, or a path."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from mixopt.errors import printable

Loc = tuple[str | int, ...]
_PLAIN = re.compile(r"^[\w-]+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where every value of one document stands.

    Parameters
    ----------
    source : str
        The file's name; empty for a dict.
    values, keys : Mapping of path to (line, column)
    origins : Mapping of path to str
        What replaced the value at a path: ``--set budget.total``.
    cells : Mapping of path to str
        Where values stand, in words, where the source has no lines.
    """

    source: str = ""
    values: Mapping[Loc, tuple[int, int]] = field(default_factory=dict)
    keys: Mapping[Loc, tuple[int, int]] = field(default_factory=dict)
    origins: Mapping[Loc, str] = field(default_factory=dict)
    cells: Mapping[Loc, str] = field(default_factory=dict)

    def of(self, loc: Loc, *, key: bool = False) -> str:
        """Return where the value at a path stands, or the nearest thing around it that stands somewhere.

        Parameters
        ----------
        loc : tuple of str and int
        key : bool
            The key itself rather than its value.

        Returns
        -------
        str
        """
        for size in range(1, len(loc) + 1):
            if loc[:size] in self.origins:
                return self.origins[loc[:size]]
        for size in range(len(loc), 0, -1):
            if loc[:size] in self.cells:
                return self.cells[loc[:size]]
        if self.cells:
            return f"{self.source}: {dotted(loc)}" if loc else self.source
        if not self.source:
            return dotted(loc) or "config"
        line, column = self.spot(loc, key=key)
        return f"{self.source}:{line}:{column}"

    def spot(self, loc: Loc, *, key: bool = False) -> tuple[int, int]:
        """Return line and column of a path, or of the nearest thing around it; (1, 1) where nothing is known.

        Parameters
        ----------
        loc : tuple of str and int
        key : bool

        Returns
        -------
        tuple of int
        """
        if key and loc in self.keys:
            return self.keys[loc]
        for size in range(len(loc), -1, -1):
            if loc[:size] in self.values:
                return self.values[loc[:size]]
        return 1, 1


def dotted(loc: Loc) -> str:
    """Return a path as ``--set`` takes it: ``plans.balanced.objective[1].weight``.

    Parameters
    ----------
    loc : tuple of str and int

    Returns
    -------
    str
    """
    text = ""
    for part in loc:
        if isinstance(part, str) and _PLAIN.match(part):
            text += f".{part}" if text else part
        else:
            text += f"[{printable(str(part))}]"
    return text
