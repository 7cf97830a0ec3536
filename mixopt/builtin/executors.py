"""Where the tasks of a sweep run: one after the other in this process, or in processes of their own.

Processes are spawned, never forked: a fork after the solver has run in several threads may hang.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from pydantic import Field

from mixopt import ExecutorEntry, NoSettings, Settings

T = TypeVar("T")


class ProcessesSettings(Settings):
    """How many processes."""

    workers: int | None = Field(
        None, ge=1, le=1024, description="Number of processes; as many as there are cores if left out."
    )


class Serial(Executor):
    """Runs each task when it is submitted, in the thread that submits it."""

    def submit(self, task: Callable[..., T], /, *args: Any, **keys: Any) -> Future[T]:
        """Return the finished future of a task."""
        future: Future[T] = Future()
        try:
            future.set_result(task(*args, **keys))
        except Exception as reason:  # noqa: BLE001 - it is raised by the future's `result`
            future.set_exception(reason)
        return future


def serial(settings: NoSettings) -> AbstractContextManager[Executor]:  # noqa: ARG001
    """Return the executor of this process."""
    return Serial()


def processes(settings: ProcessesSettings) -> AbstractContextManager[Executor]:
    """Return a pool of spawned processes; it is shut down at the end of the ``with``."""
    import multiprocessing  # noqa: PLC0415 - only a sweep needs it
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415

    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(settings.workers, mp_context=context, initializer=_begin)


def _begin() -> None:
    """Ignore Ctrl-C, which a terminal sends to workers too, and end with the process that gave the tasks.

    That process answers Ctrl-C. Where it is killed, nothing else would tell its workers.
    """
    import signal  # noqa: PLC0415
    import threading  # noqa: PLC0415

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, name="mixopt-orphan", daemon=True).start()


def _end_with_parent() -> None:
    import multiprocessing  # noqa: PLC0415
    import os  # noqa: PLC0415

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


EXECUTORS: tuple[ExecutorEntry[Any], ...] = (
    ExecutorEntry(
        name="serial",
        summary="One task after the other, in this process.",
        settings=NoSettings,
        examples=(NoSettings(),),
        build=serial,
    ),
    ExecutorEntry(
        name="processes",
        summary="Tasks in processes of their own, as many at a time as there are cores.",
        settings=ProcessesSettings,
        examples=(ProcessesSettings(workers=2),),
        build=processes,
        argument="workers",
    ),
)
