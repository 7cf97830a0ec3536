"""Long work in a thread of its own: progress on a terminal after two seconds, and Ctrl-C that keeps the best plan."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING, Generic, TypeVar

from mixopt.cli.exit import say

if TYPE_CHECKING:
    from mixopt.engine import Event

T = TypeVar("T")
PATIENCE = 2.0  # seconds before anything is shown
TICK = 0.1
Task = Callable[[Callable[[str, "Event"], None], threading.Event], T]


class Work(Generic[T]):
    """A task under way.

    Parameters
    ----------
    task : callable
        ``task(progress, stop)``: calls ``progress(plan, event)``, ends soon after ``stop`` is set.
    """

    def __init__(self, task: Task[T]) -> None:
        self.stop = threading.Event()
        self.latest: tuple[str, Event] | None = None
        self._done = threading.Event()
        self._result: list[T] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(task,), name="mixopt-work", daemon=True)

    def _run(self, task: Task[T]) -> None:
        try:
            self._result.append(task(self._note, self.stop))
        except BaseException as error:  # noqa: BLE001 - it is raised again by the thread that waits
            self._error = error
        finally:
            self._done.set()

    def _note(self, plan: str, event: Event) -> None:
        self.latest = (plan, event)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Return whether the task has ended, after at most some seconds.

        Parameters
        ----------
        seconds : float

        Returns
        -------
        bool
        """
        return self._done.wait(seconds)

    def result(self) -> T:
        """Return what the task returned, or raise what it raised.

        Returns
        -------
        T
        """
        if self._error is not None:
            raise self._error
        return self._result[0]


def finish(task: Task[T], *, quiet: bool) -> T:
    """Run a task to its end. The first Ctrl-C asks it to stop with what it has, the second leaves.

    Parameters
    ----------
    task : callable
        As :class:`Work`.
    quiet : bool
        Never show progress.

    Returns
    -------
    T
    """
    work = Work(task)
    with ctrl_c(work):
        work.start()
        began = time.monotonic()
        while not work.wait(TICK):
            if not quiet and sys.stderr.isatty() and time.monotonic() - began > PATIENCE:
                _show(work)
    return work.result()


@contextlib.contextmanager
def ctrl_c(work: Work[T]) -> Iterator[None]:
    """Answer Ctrl-C, in the main thread: the first asks the task to stop, the second leaves.

    Parameters
    ----------
    work : Work

    Yields
    ------
    None
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def answer(_signal: int, _frame: FrameType | None) -> None:
        if work.stop.is_set():
            raise KeyboardInterrupt
        work.stop.set()
        say("Stopping with the best plans found so far; press Ctrl-C again to leave without them.")

    before = signal.signal(signal.SIGINT, answer)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _show(work: Work[T]) -> None:
    """Draw a line on stderr until the task ends."""
    from rich.console import Console

    console = Console(stderr=True)
    with console.status("", spinner="dots") as status:
        while not work.wait(TICK):
            status.update(line(work.latest))


def line(latest: tuple[str, Event] | None) -> str:
    """Return one line on how far the work is.

    Parameters
    ----------
    latest : tuple of plan and Event, or None

    Returns
    -------
    str
    """
    from rich.markup import escape

    from mixopt.report.words import spoken

    if latest is None:
        return "reading"
    plan, event = latest
    text = f"{escape(spoken(plan))}: {event.step}, {event.seconds:.0f} s"
    if event.objective is not None and event.bound is not None and event.objective:
        missing = max(event.bound - event.objective, 0.0) / abs(event.objective)
        text += f", at most {100 * missing:.2g}% missing"
    return text
