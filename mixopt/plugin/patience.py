"""Calls of foreign code that may never come back: run beside us in a thread, and given up after a while.

A thread cannot be stopped from outside, so one that is given up goes on until the program ends; it is a daemon, so it
does not hold the program back.
"""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

PATIENCE = 60.0  # seconds that loading a plugin, building one of its objects, or a first call of one may take


class TooSlowError(Exception):
    """A call took longer than it may; carries the seconds."""

    def __str__(self) -> str:
        return f"no answer within {self.args[0]:g} s"


def patiently(work: Callable[..., T], *args: Any, seconds: float | None = None) -> T:
    """Return ``work(*args)``, whatever it raises included, or give up on it.

    Parameters
    ----------
    work : callable
    *args
        What it is called with.
    seconds : float, optional
        :data:`PATIENCE` if left out.

    Returns
    -------
    object

    Raises
    ------
    TooSlowError
        If there is no answer in time.
    """
    limit = PATIENCE if seconds is None else seconds
    answer: list[T] = []
    failure: list[BaseException] = []

    def call() -> None:
        try:
            answer.append(work(*args))
        except BaseException as reason:  # noqa: BLE001 - also sys.exit: it is raised again by the caller
            failure.append(reason)

    thread = threading.Thread(target=contextvars.copy_context().run, args=(call,), daemon=True)
    thread.start()
    thread.join(limit)
    if thread.is_alive():
        raise TooSlowError(limit)
    if failure:
        raise failure[0]
    return answer[0]
