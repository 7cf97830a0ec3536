"""What a caller may ask of the engine."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from mixopt.curves import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One step of progress: seconds since the start, the best plan's objective, the bound, and the current step."""

    seconds: float
    step: str
    objective: float | None
    bound: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Limits and wishes of one solve.

    Parameters
    ----------
    gap : float
        Relative gap to prove.
    time_limit : float
        Seconds of wall time; kept within 2 s.
    memory : float
        Bytes that the whole process may hold, asked between steps and every twentieth of a second of a linear program:
        the best plan so far is returned when it holds more.
    node_limit : int
        Nodes of branch and bound.
    progress : callable or None
        Called with an :class:`Event` at every improvement, from the solving thread.
    known : tuple of ndarray (n_cells,)
        Spends, currency, that may keep the rules: the best of those that do is where the search begins. A plan that
        must keep all of another plan's return may have no other.
    stop : threading.Event
        Set it from any thread: the engine returns its best plan within a second.
    """

    gap: float = 1e-4
    time_limit: float = 60.0
    memory: float = float("inf")
    node_limit: int = 1_000_000
    progress: Callable[[Event], None] | None = None
    known: tuple[Floats, ...] = ()
    stop: threading.Event = field(default_factory=threading.Event)
