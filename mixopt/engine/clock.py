"""When to stop: deadline, memory and the caller's wish, asked between steps and while the linear solver works."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from mixopt.engine.memory import resident
from mixopt.engine.solution import Reason


class LimitError(Exception):
    """The work ends here: ``reason`` says why. It never leaves the engine."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True)
class Clock:
    """One solve's time.

    Parameters
    ----------
    limit : float
        Seconds of wall time.
    stop : threading.Event
        The caller's wish to stop.
    begin : float
        Reading of the monotonic clock at the start.
    memory : float
        Bytes that the process may hold.
    """

    limit: float
    stop: threading.Event
    begin: float = field(default_factory=time.monotonic)
    memory: float = float("inf")

    def seconds(self) -> float:
        """Return the seconds since the start.

        Returns
        -------
        float
        """
        return time.monotonic() - self.begin

    def left(self) -> float:
        """Return the seconds until the deadline, not below 0.

        Returns
        -------
        float
        """
        return max(0.0, self.limit - self.seconds())

    def over(self) -> Reason | None:
        """Return why the work must end now, or None.

        Returns
        -------
        str or None
        """
        if self.stop.is_set():
            return "interrupted"
        if self.seconds() >= self.limit:
            return "time-limit"
        return "memory" if self.memory < float("inf") and resident() > self.memory else None

    def check(self) -> None:
        """Go on, or raise.

        Raises
        ------
        LimitError
            With the reason.
        """
        reason = self.over()
        if reason is not None:
            raise LimitError(reason)
