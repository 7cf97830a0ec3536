"""A concave term in the model: its column theta, the columns it reads, and the function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mixopt.curves import Floats
from mixopt.plugin.contracts import Atom


@dataclass(frozen=True, slots=True)
class Oracle:
    """A concave term in the model: ``theta <= function(reads)``.

    Parameters
    ----------
    name : str
        The term, as a person would name it.
    theta : pyomo Var
    reads : tuple of pyomo Var
    function : callable
        ``function(vector) -> (value, gradient)``.
    atom : Atom or None
        Its standard form, where a verifier knows it.
    """

    name: str
    theta: Any
    reads: tuple[Any, ...]
    function: Callable[[Floats], tuple[float, Floats]]
    atom: Atom | None
