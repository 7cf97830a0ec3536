"""One solve as a task: what goes to a worker, and what comes back. Numbers and curves only, so they can be sent."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from mixopt.engine import Options, Program, Solution, solve
from mixopt.scope import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A program to solve.

    Parameters
    ----------
    name : str
        For messages.
    key : str
        What it is kept under.
    program : Program
    gap, time_limit : float
        As in :class:`mixopt.Options`.
    known : tuple of ndarray (n_cells,), currency
        Spends of neighbours.
    start : Solution or None
        A neighbour's: its multipliers are where the work begins.
    """

    name: str
    key: str
    program: Program
    gap: float
    time_limit: float
    known: tuple[Floats, ...] = ()
    start: Solution | None = None


def solve_task(task: Task, stop: threading.Event | None = None) -> Solution:
    """Solve a task.

    Parameters
    ----------
    task : Task
    stop : threading.Event, optional
        Only where the task runs in this process.

    Returns
    -------
    Solution
    """
    options = Options(
        gap=task.gap,
        time_limit=task.time_limit,
        known=task.known,
        stop=threading.Event() if stop is None else stop,
    )
    return solve(task.program, options, task.start)
