"""A dict from a caller's program as plain values: what a config file could have said."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from mixopt.config.events import DEPTH, NODES
from mixopt.config.place import Loc, dotted
from mixopt.errors import ConfigError, Fault, shown


def plain(source: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a deep copy of a mapping as dicts, lists, texts, numbers, booleans and None.

    Parameters
    ----------
    source : Mapping
        Tuples become lists, numpy scalars Python numbers, paths text.

    Returns
    -------
    dict

    Raises
    ------
    ConfigError
        For keys that are no text, values of other types, numbers that are not finite, and nests too deep or too large.
    """
    copier = _Copier()
    data = copier.copy(source, ())
    if copier.faults:
        raise ConfigError(*copier.faults)
    return dict(data)


class _Copier:
    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.nodes = 0

    def copy(self, value: Any, loc: Loc) -> Any:
        self.nodes += 1
        if len(loc) >= DEPTH or self.nodes > NODES:
            problem = f"nested more than {DEPTH} deep" if len(loc) >= DEPTH else f"more than {NODES:,} values"
            raise ConfigError(Fault(where=dotted(loc[:8]), problem=problem))
        if isinstance(value, Mapping):
            return {self._key(key, loc): self.copy(inner, (*loc, str(key))) for key, inner in value.items()}
        if isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray)):
            return [self.copy(inner, (*loc, index)) for index, inner in enumerate(value)]
        return self._scalar(value, loc)

    def _key(self, key: Any, loc: Loc) -> str:
        if not isinstance(key, str):
            self._fault(loc, f"the key {shown(key)} is no text", wanted="a name")
        return str(key)

    def _scalar(self, value: Any, loc: Loc) -> Any:
        if type(value).__module__ == "numpy" and getattr(value, "shape", None) == ():
            value = value.item()
        if isinstance(value, PurePath):
            value = str(value)
        if isinstance(value, str):
            if any("\ud800" <= c <= "\udfff" or c == "\x00" for c in value):
                self._fault(loc, f"{shown(value)} is no text", wanted="characters of Unicode")
            return str.__str__(value)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int) and abs(value) < 10**40:
            return int(value)
        if isinstance(value, float) and math.isfinite(value):
            return float(value)
        what = f"{value}" if isinstance(value, float) else f"a value of type {type(value).__name__}"
        self._fault(
            loc, f"{what} cannot stand in a config", wanted="text, a finite number, a list or a mapping"
        )
        return None

    def _fault(self, loc: Loc, problem: str, *, wanted: str) -> None:
        self.faults.append(Fault(where=dotted(loc) or "config", problem=problem, wanted=wanted))
