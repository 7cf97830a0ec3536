"""The points of a frontier, round by round: which floors, solved where, started from which neighbours.

What is solved in a round, and from where it starts, depends on what was found before and on nothing else: every
executor, and every number of workers, gives the same points.
"""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from dataclasses import dataclass, field, replace

import numpy as np

from mixopt.engine import Solution
from mixopt.errors import Fault, FormulationError, PluginError, SolverError
from mixopt.model import Model, build_model
from mixopt.model.owner import blamed, owned
from mixopt.plan.certify import Attempt
from mixopt.plan.frontier import Solve, efficient
from mixopt.plan.make import make_plan
from mixopt.problem.problem import BoundTerm, Keep, PlanProblem, Problem
from mixopt.scope import Floats
from mixopt.sweep.boxes import Box, Range, chosen, split
from mixopt.sweep.criteria import Criteria
from mixopt.sweep.store import Store
from mixopt.sweep.task import Task, solve_task

FINE = 0.01  # of the frontier's height: how much may be missing to a point
FINEST = 1e-7  # relative gap below which nothing is asked for
FLAT = 1e-9  # of a criterion's size: a frontier that spans less is one point
WAIT = 0.1  # seconds between looks at the wish to stop
FLOOR = "floor"

Report = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One solve to make: its name, its floor, what it maximises, and the neighbours it starts from."""

    name: str
    floor: float | None
    terms: tuple[BoundTerm, ...]
    known: tuple[Floats, ...] = ()
    start: Solution | None = None


@dataclass(kw_only=True)
class Sweep:
    """A frontier under way.

    Parameters
    ----------
    problem : Problem
    criteria : Criteria
    executor : Executor
    here : bool
        Whether tasks run in this process: they can then be asked to stop.
    store : Store or None
    stop : threading.Event
    report : callable or None
        ``report(name, done, asked)`` after every point.
    """

    problem: Problem
    criteria: Criteria
    executor: Executor
    here: bool
    store: Store | None
    stop: threading.Event
    report: Report | None = None
    solves: list[Solve] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    plans: dict[str, PlanProblem] = field(default_factory=dict)
    asked: int = 0

    def run(self, points: int, known: Iterable[Floats]) -> tuple[bool, float]:
        """Find the points.

        Parameters
        ----------
        points : int
            How many, the ends included.
        known : iterable of ndarray (n_cells,), currency
            Spends to start the ends from.

        Returns
        -------
        complete : bool
            Whether nothing stopped the search.
        hidden : float
            Share of the frontier's box that the largest unexplored box covers.
        """
        self.asked = points
        first, second = self.criteria.first, self.criteria.second
        spends = tuple(known)
        self._solve(
            [
                Wish(name=f"most {first.name}", floor=None, terms=first.parts, known=spends),
                Wish(name=f"most {second.name}", floor=None, terms=second.parts, known=spends),
            ]
        )
        if len(self.solves) < 2:
            return False, 1.0
        return self._between(points)

    def _between(self, points: int) -> tuple[bool, float]:
        right, left = self.solves
        span = Range(right.first - left.first, left.second - right.second)
        if span.first <= FLAT * abs(right.first) or span.second <= FLAT * abs(left.second):
            return not self.stop.is_set(), 0.0
        boxes = [Box(right=0, left=1, low=left.first, high=right.first, bottom=right.second, top=left.second)]
        while not self.stop.is_set():
            most = min(points - len(efficient(self.solves)), 2 * points - len(self.solves))
            batch = chosen(boxes, span, most) if most > 0 else []
            if not batch:
                break
            found = self._solve([self._wish(box, k) for k, box in enumerate(batch)])
            boxes = [box for box in boxes if box not in batch]
            for box, index in zip(batch, found, strict=True):
                boxes += [box] if index is None else self._halves(box, index)
            if None in found:
                break
        return not self.stop.is_set(), max((span.share(box) for box in boxes), default=0.0)

    def _halves(self, box: Box, index: int) -> list[Box]:
        solve = self.solves[index]
        return split(box, index, solve.first, solve.second)

    def _wish(self, box: Box, number: int) -> Wish:
        right, left = self.solves[box.right], self.solves[box.left]
        near = [self.attempts[k].solution for k in (box.right, box.left) if self.solves[k].floor is not None]
        return Wish(
            name=f"floor {len(self.solves) - 1 + number}",
            floor=box.floor,
            terms=self.criteria.second.parts,
            known=(right.plan.spend, left.plan.spend),
            start=near[0] if near else None,
        )

    def _solve(self, wishes: Sequence[Wish]) -> list[int | None]:
        """Solve some wishes; return the place of each among the solves, ``None`` where it was stopped."""
        built = [self._model(wish) for wish in wishes]
        tasks = [self._task(wish, model) for wish, (_, model) in zip(wishes, built, strict=True)]
        solutions = self._answers(tasks)
        found: list[int | None] = []
        for wish, (plan, model), task, solution in zip(wishes, built, tasks, solutions, strict=True):
            if solution is None:
                found.append(None)
                continue
            self._note(wish, plan, model, self._checked(plan, model, task, solution))
            found.append(len(self.solves) - 1 if self.solves and self.solves[-1].name == wish.name else None)
        return found

    def _model(self, wish: Wish) -> tuple[PlanProblem, Model]:
        keeps: tuple[Keep, ...] = ()
        references = {}
        if wish.floor is not None:
            base = max(self.solves[:2], key=lambda solve: abs(solve.first))
            share = 1.0 - (base.first - wish.floor) / abs(base.first)
            keeps = (Keep(name=FLOOR, of=base.name, term=self.criteria.first, at_least=share),)
            references = {FLOOR: base.first}
        plan = PlanProblem(name=wish.name, terms=wish.terms, rules=self.criteria.rules, keeps=keeps)
        try:
            return plan, build_model(self.problem, plan, references)
        except FormulationError as error:
            raise owned(error, plan) from error

    def _task(self, wish: Wish, model: Model) -> Task:
        solver = self.problem.config.solver
        gap = solver.gap
        if wish.floor is not None:
            right, left = self.solves[:2]
            gap = min(gap, FINE * (left.second - right.second) / max(abs(left.second), 1e-300))
        return Task(
            name=wish.name,
            key=wish.name if wish.floor is None else wish.floor.hex(),
            program=model.program,
            gap=max(gap, min(solver.gap, FINEST)),
            time_limit=solver.time_limit,
            known=wish.known,
            start=wish.start,
        )

    def _answers(self, tasks: Sequence[Task]) -> list[Solution | None]:
        """Return the solution of every task, from the store or an executor; ``None`` where it was stopped."""
        found: list[Solution | None] = [
            self.store.find(task.key, task.program, task.gap) if self.store else None for task in tasks
        ]
        todo = [k for k, solution in enumerate(found) if solution is None]
        if todo and not self.here:
            _sendable(tasks[todo[0]])
        running: dict[Future[Solution], int] = {}
        for k in todo:
            if self.stop.is_set():
                break
            given = (tasks[k], self.stop) if self.here else (tasks[k],)
            running[self.executor.submit(solve_task, *given)] = k
            if self.here:
                self._collect(running, found, tasks)
        while running:
            self._collect(running, found, tasks)
        return found

    def _collect(
        self, running: dict[Future[Solution], int], found: list[Solution | None], tasks: Sequence[Task]
    ) -> None:
        """Take what is done; keep it at once."""
        done, _ = wait(running, timeout=WAIT, return_when=FIRST_COMPLETED)
        if self.stop.is_set():
            for future in running:
                future.cancel()
        for future in done:
            k = running.pop(future)
            try:
                found[k] = solution = future.result()
            except CancelledError:
                continue
            except BrokenExecutor as reason:
                raise SolverError(
                    "a worker process ended before its point was done: run the same command again, "
                    "it goes on where it was, or take --executor serial"
                ) from reason
            if self.store:
                self.store.keep(tasks[k].key, solution)

    def _checked(self, plan: PlanProblem, model: Model, task: Task, solution: Solution) -> Solution:
        """Return the solution; solved again where it was kept and its objective is not what its spend is worth."""
        try:
            if solution.spend is not None:
                make_plan(self.problem, plan, model, solution)
        except SolverError:
            return solve_task(task, self.stop)
        return solution

    def _note(self, wish: Wish, plan: PlanProblem, model: Model, solution: Solution) -> None:
        if solution.spend is None and wish.floor is not None:
            return  # stopped before a plan: the neighbours' plans stand
        try:
            made = make_plan(self.problem, plan, model, solution)
        except SolverError as error:
            raise blamed(error, plan) from error
        if made.evaluation is None:
            return
        first, second = (
            score.value(made.evaluation) for score in (self.criteria.first, self.criteria.second)
        )
        bound = (
            np.inf if solution.bound is None or wish.terms is self.criteria.first.parts else solution.bound
        )
        self.plans[wish.name] = plan
        self.attempts.append(
            Attempt(
                model=model,
                solution=solution,
                references={keep.name: self._reference(keep) for keep in plan.keeps},
            )
        )
        self.solves.append(
            Solve(name=wish.name, floor=wish.floor, plan=made, first=first, second=second, bound=float(bound))
        )
        if self.report:
            self.report(wish.name, len(efficient(self.solves)), self.asked)

    def _reference(self, keep: Keep) -> float:
        return next(solve.first for solve in self.solves if solve.name == keep.of)


def front_problem(sweep: Sweep) -> Problem:
    """Return the problem whose plans are the solves of a sweep: what their certificate is made from.

    Parameters
    ----------
    sweep : Sweep

    Returns
    -------
    Problem
    """
    return replace(sweep.problem, plans=dict(sweep.plans))


def _sendable(task: Task) -> None:
    """Refuse what cannot go to another process, in words."""
    try:
        pickle.dumps(task)
    except Exception as reason:
        raise PluginError(
            Fault(
                where="--executor",
                problem=f"a curve or term cannot be sent to another process: {reason}",
                wanted="curves and terms that can be pickled",
                hint="--executor serial; and tell the author of the plugin",
            )
        ) from reason
