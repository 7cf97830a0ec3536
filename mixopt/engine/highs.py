"""The only place that talks to HiGHS: one thread, its own helper thread, every number gated on the way in and out.

HiGHS answers Ctrl-C and time limits late, accepts NaN, drops small entries without a word, and may say "optimal" after
an error. So a program is solved in a helper thread while this one waits and watches the clock; every return code is
checked; what is not finite never gets in and never gets out; and options come from a list of ours.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Any, Self

import highspy
import numpy as np

from mixopt.engine.clock import Clock, LimitError
from mixopt.engine.linear import LinearAnswer, LinearProgram, Outcome
from mixopt.errors import SolverError

OPTIONS: dict[str, Any] = {
    "output_flag": True,  # to the callback alone, for the text of an error
    "log_to_console": False,
    "threads": 1,
    "parallel": "off",
    "solver": "simplex",
    "presolve": "off",
    "simplex_scale_strategy": 0,  # programs come scaled
    "dual_simplex_cost_perturbation_multiplier": 0.0,  # their prices hardly tie
    "random_seed": 0,
    "primal_feasibility_tolerance": 1e-9,
    "dual_feasibility_tolerance": 1e-9,
    "mip_abs_gap": 0.0,
    "small_matrix_value": 1e-12,
}
WHOLE: dict[
    str, Any
] = {  # a mixed-integer program only looks for whole numbers: what it says is solved again
    "primal_feasibility_tolerance": 1e-7,
    "mip_feasibility_tolerance": 1e-7,
}
AFRESH: dict[str, Any] = {"presolve": "on"}
LOOSE: dict[str, Any] = {  # rows that just hold may miss 1e-9 by rounding alone: their numbers reach 1e6
    "primal_feasibility_tolerance": 1e-7
}
SMALL, LARGE = 1e-11, 1e14
TICK, PATIENCE = 0.05, 1.0
FEASIBLE = 2  # HiGHS' word for a point that keeps the rows

_STATUS = (
    highspy.HighsBasisStatus.kLower,
    highspy.HighsBasisStatus.kBasic,
    highspy.HighsBasisStatus.kUpper,
)
_OUTCOMES: dict[Any, Outcome] = {
    highspy.HighsModelStatus.kOptimal: "optimal",
    highspy.HighsModelStatus.kInfeasible: "infeasible",
    highspy.HighsModelStatus.kUnbounded: "unbounded",
    highspy.HighsModelStatus.kUnboundedOrInfeasible: "infeasible",
}


class Task:
    """One call: the work, its answer or its error, and a flag that asks it to give up."""

    __slots__ = ("answer", "cancelled", "done", "error", "work")

    def __init__(self, work: Callable[[Any, Task], LinearAnswer]) -> None:
        self.work = work
        self.answer: LinearAnswer | None = None
        self.error: BaseException | None = None
        self.cancelled = False
        self.done = threading.Event()


class LinearSolver:
    """A chain of linear programs, solved one after the other in one helper thread.

    Use it as a context: the thread ends with it. An object serves one thread.
    """

    def __init__(self, clock: Clock) -> None:
        self.fallbacks = 0
        self._clock = clock
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._thread is not None:
            self._tasks.put(None)
            self._thread.join(PATIENCE)

    def solve(self, program: LinearProgram, limit: float = np.inf, room: float = 0.0) -> LinearAnswer:
        """Return what HiGHS says about a linear program.

        Parameters
        ----------
        program : LinearProgram
            Scaled: its numbers within about 1e-9 … 1e9.
        limit : float
            Seconds of its own, beside the clock's.
        room : float
            Scaled units of the objective that a mixed-integer program may leave open.

        Returns
        -------
        LinearAnswer
            ``unknown`` where HiGHS ended for a reason of its own.

        Raises
        ------
        LimitError
            The clock ran out, or the caller wishes to stop.
        SolverError
            HiGHS failed, or answered what cannot be.
        """
        _gate_in(program)
        self._clock.check()
        seconds = min(limit, self._clock.left())
        options = {**OPTIONS, **(WHOLE if program.integer.any() else {}), "mip_abs_gap": room}
        try:
            return self._twice(program, (seconds, limit), options)
        except SolverError:
            self.fallbacks += 1
            nowhere = np.empty(0, dtype=np.int8)
            afresh = replace(program, column_start=nowhere, row_start=nowhere)
            return self._solve(afresh, min(limit, self._clock.left()), {**options, **AFRESH})

    def _twice(
        self, program: LinearProgram, limits: tuple[float, float], options: dict[str, Any]
    ) -> LinearAnswer:
        """Solve a program, and again with less strict rows where it is called infeasible."""
        answer = self._solve(program, limits[0], options)
        if answer.outcome != "infeasible":
            return answer
        return self._solve(program, min(limits[1], self._clock.left()), {**options, **LOOSE})

    def _solve(self, program: LinearProgram, seconds: float, options: dict[str, Any]) -> LinearAnswer:
        task = Task(lambda highs, task: _answer(highs, program, {**options, "time_limit": seconds}, task))
        self._wait(self._start(task))
        if task.error is not None:
            raise task.error
        assert task.answer is not None
        _gate_out(task.answer, program)
        return task.answer

    def _start(self, task: Task) -> Task:
        if self._thread is None:
            self._thread = threading.Thread(
                target=_serve, args=(self._tasks,), daemon=True, name="mixopt-highs"
            )
            self._thread.start()
        self._tasks.put(task)
        return task

    def _wait(self, task: Task) -> None:
        try:
            while not task.done.wait(TICK):
                reason = self._clock.over()
                if reason is not None:
                    self._abandon(task)
                    raise LimitError(reason)
        except KeyboardInterrupt:
            self._abandon(task)
            raise

    def _abandon(self, task: Task) -> None:
        """Ask the helper to give up; one that does not listen is left behind, and the next call starts another."""
        task.cancelled = True
        patience = time.monotonic() + PATIENCE
        while not task.done.wait(TICK) and time.monotonic() < patience:
            pass
        if not task.done.is_set():
            self._tasks.put(None)
            self._tasks, self._thread = queue.SimpleQueue(), None


def _serve(tasks: queue.SimpleQueue[Task | None]) -> None:
    """Work off tasks on a HiGHS object that never leaves this function's thread."""
    highs: Any = None
    while (task := tasks.get()) is not None:
        try:
            highs = highspy.Highs() if highs is None else highs  # type: ignore[no-untyped-call]
            task.answer = task.work(highs, task)
        except BaseException as error:  # noqa: BLE001  carried to the waiting thread and raised there
            task.error, highs = error, None
        finally:
            task.done.set()


def _answer(highs: Any, program: LinearProgram, options: dict[str, Any], task: Task) -> LinearAnswer:
    log: list[str] = []
    _listen(highs, task, log)
    _options(highs, options, log)
    _load(highs, program, log)
    _check(highs.run(), "run", log, (highspy.HighsStatus.kOk, highspy.HighsStatus.kWarning))
    return _read(highs, program, log)


def _listen(highs: Any, task: Task, log: list[str]) -> None:
    """Let HiGHS ask whether to give up, and collect its own words."""

    def heard(kind: Any, message: str, _out: Any, reply: Any, _data: Any) -> None:
        if kind == int(highspy.cb.HighsCallbackType.kCallbackLogging):
            log.append(message)
        elif reply is not None:
            reply.user_interrupt = task.cancelled

    raw: Any = super(highspy.Highs, highs)
    _check(raw.setCallback(heard, None), "setCallback", log)
    for name in ("kCallbackSimplexInterrupt", "kCallbackMipInterrupt", "kCallbackLogging"):
        _check(raw.startCallback(getattr(highspy.cb.HighsCallbackType, name)), "startCallback", log)


def _options(highs: Any, options: dict[str, Any], log: list[str]) -> None:
    _check(highs.resetOptions(), "resetOptions", log)
    for name, value in options.items():
        if name == "time_limit":  # counted from the object's first run
            value = float(min(highs.getRunTime() + value, 1e9))  # noqa: PLW2901
        _check(highs.setOptionValue(name, value), f"option {name}", log)


def _load(highs: Any, program: LinearProgram, log: list[str]) -> None:
    matrix = program.matrix
    m, n, entries = matrix.rows, matrix.count, len(matrix.row)
    whole = program.integer if len(program.integer) else np.zeros(n, dtype=bool)
    _check(highs.clearModel(), "clearModel", log)
    status = highs.passModel(
        n, m, entries, 1, 1, 0.0, -program.cost, program.lower, program.upper, program.row_lower,
        program.row_upper, matrix.start.astype(np.int32), matrix.row.astype(np.int32), matrix.value,
        whole.astype(np.int32),
    )  # fmt: skip
    _check(status, "passModel", log)
    if len(program.column_start) and not whole.any():
        basis = highspy.HighsBasis()
        basis.col_status = [_STATUS[code] for code in program.column_start.tolist()]
        basis.row_status = [_STATUS[code] for code in program.row_start.tolist()]
        basis.valid = True
        _check(highs.setBasis(basis), "setBasis", log)


def _read(highs: Any, program: LinearProgram, log: list[str]) -> LinearAnswer:
    m = program.matrix.rows
    outcome = _OUTCOMES.get(highs.getModelStatus(), "unknown")
    found = highs.getSolution()
    whole = bool(program.integer.any())
    if outcome == "unknown" and whole and highs.getInfo().primal_solution_status == FEASIBLE:
        outcome = "feasible"
    x = np.array(found.col_value, dtype=np.float64)
    dual = np.zeros(m) if whole else -np.array(found.row_dual, dtype=np.float64)
    return LinearAnswer(
        outcome=outcome,
        x=x,
        row_dual=dual,
        iterations=int(highs.getInfo().simplex_iteration_count),
        log="".join(log),
    )


def _gate_in(program: LinearProgram) -> None:
    """Refuse what HiGHS would take without a word: NaN, infinite prices or entries, entries it would drop."""
    for name in ("cost", "lower", "upper", "row_lower", "row_upper"):
        numbers = getattr(program, name)
        fine = np.isfinite(numbers) if name == "cost" else ~np.isnan(numbers)
        if not fine.all():
            raise SolverError(f"{name} of a linear program is not a number in {int((~fine).sum())} places")
    sizes = np.abs(program.matrix.value)
    if not np.isfinite(sizes).all():
        raise SolverError("the matrix of a linear program is not finite")
    if sizes.size and (sizes.min() < SMALL or sizes.max() > LARGE):
        raise SolverError(f"entries of a linear program reach from {sizes.min():.1e} to {sizes.max():.1e}")


def _gate_out(answer: LinearAnswer, program: LinearProgram) -> None:
    """Refuse an optimum that is not as many finite numbers as there should be."""
    if answer.outcome not in {"optimal", "feasible"}:
        return
    m, n = program.matrix.rows, program.matrix.count
    for numbers, size, what in ((answer.x, n, "plan"), (answer.row_dual, m, "list of prices")):
        if len(numbers) != size or not np.isfinite(numbers).all():
            raise SolverError(f"HiGHS says optimal, but its {what} is not {size} finite numbers", answer.log)


def _check(
    status: Any, call: str, log: list[str], good: tuple[Any, ...] = (highspy.HighsStatus.kOk,)
) -> None:
    if status not in good:
        raise SolverError(f"HiGHS answers {status} to {call}", "".join(log))
