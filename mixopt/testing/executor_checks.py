"""Checks of executors: tasks come back in order, errors come back as errors, and it opens more than once.

The tasks are Python's own functions, so that a worker has nothing to import.
"""

from __future__ import annotations

from concurrent.futures import Executor
from contextlib import AbstractContextManager

from mixopt import MixoptError
from mixopt.testing.kit import Skip, Subject, promise

WAIT = 120.0  # seconds


@promise("executor", since="0.1")
def tasks_come_back_in_order(subject: Subject) -> None:
    """``map`` returns the answers in the order of the tasks."""
    with _opened(subject) as executor:
        assert isinstance(executor, Executor), f"it yields a {type(executor).__name__}, no Executor"
        found = list(executor.map(abs, range(-6, 1), timeout=WAIT))
    assert found == [6, 5, 4, 3, 2, 1, 0], f"{found}"


@promise("executor", since="0.1")
def errors_come_back_as_errors(subject: Subject) -> None:
    """What a task raises is raised by its future, and the tasks after it run."""
    with _opened(subject) as executor:
        wrong, right = executor.submit(int, "seven"), executor.submit(int, "7")
        error = wrong.exception(timeout=WAIT)
        assert isinstance(error, ValueError), f"it raised {error!r}, wanted the task's own ValueError"
        assert right.result(timeout=WAIT) == 7, "the task after it"


@promise("executor", since="0.1")
def opens_again(subject: Subject) -> None:
    """Built and opened a second time, it runs tasks again."""
    for number in (-2, -3):
        with _opened(subject) as executor:
            assert executor.submit(abs, number).result(timeout=WAIT) == -number, f"task {number}"


def _opened(subject: Subject) -> AbstractContextManager[Executor]:
    try:
        opened: AbstractContextManager[Executor] = subject.built()
    except MixoptError as reason:
        raise Skip(f"it cannot be opened here: {reason}") from reason
    return opened
