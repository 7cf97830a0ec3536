"""One plan's model, compiled: the engine's program and the map from its rows back to rules and terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mixopt.engine import Program


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the program: whose it is, and what its rule calls it.

    Parameters
    ----------
    part : str
        ``budget``, ``rule:NAME``, ``keep:NAME`` or ``term:NAME``.
    label : str
        The Pyomo constraint's name on the part's block, with its index: ``cap``, ``share[north]``; equals
        :attr:`mixopt.plugin.Level.row`.
    side : {"both", "lower", "upper"}
        A range constraint becomes two rows, one a side.
    """

    part: str
    label: str
    side: str = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A compiled plan.

    Parameters
    ----------
    plan : str
    program : Program
    rows : tuple of Row
        One per row of the program.
    keep_levels : Mapping of str to float
        What each ``keep`` rule was set to, from the other plan's value.
    """

    plan: str
    program: Program
    rows: tuple[Row, ...]
    keep_levels: Mapping[str, float]
