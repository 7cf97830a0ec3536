"""Playing with a plan: read once, then solve, lock, bound and weigh as often as wanted.

A session keeps what reading cost: the tables, the curves, and what the last solves proved. Its changes are a value laid
over the config and the tables as they were given, so taking them back is forgetting them; and each solve proves its
result as :func:`mixopt.run` does, from exact curves.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from mixopt.config import allow_list, read_config
from mixopt.config.schema import RunConfig
from mixopt.curves import Floats
from mixopt.errors import ConfigError, Fault, InputError, listed, shown
from mixopt.pipeline import Progress, Solved, gathered_result, solve_plans
from mixopt.plan.judged import Judged, judge
from mixopt.plan.references import evaluate
from mixopt.plan.result import Result, refuse_reserved
from mixopt.plugin import Registry, discover
from mixopt.problem.edits import Edits
from mixopt.problem.gather import Gathered, gather
from mixopt.problem.problem import Problem
from mixopt.problem.read import bind_problem, narrowed
from mixopt.scope import Scope, selection
from mixopt.scope.where import Selection

Where = Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    """What a session stands at: its edits, and what is known of them; replaced as a whole, never changed."""

    edits: Edits
    problem: Problem
    solved: Mapping[str, Solved] | None = None


class Session:
    """A problem that is read once and solved again and again; made by :func:`mixopt.open`.

    Every change returns the session, so that changes can be chained. Neither the config nor the tables it was opened
    with are ever changed. Safe to use from several threads: a solve works on what the session stood at when it began.

    Parameters
    ----------
    config : RunConfig
    registry : Registry
        Narrowed to the config's allow-list.
    gathered : Gathered
        The tables, read.
    plans : tuple of str or None
        Plans to solve.
    """

    def __init__(
        self, config: RunConfig, registry: Registry, gathered: Gathered, plans: tuple[str, ...] | None
    ) -> None:
        self._config = config
        self._registry = registry
        self._gathered = gathered
        self._plans = plans
        self._lock = threading.Lock()
        self._before: Mapping[str, Solved] = {}
        self._state = self._bound(Edits())

    @property
    def document(self) -> dict[str, Any]:
        """The config as a plain document with the session's changes in it; bounds stand in :attr:`cells`."""
        return self._state.edits.document(self._config)

    @property
    def cells(self) -> pd.DataFrame:
        """The cells in their order: keys, curve, tags, and the bounds as they are now; a frame of its own."""
        scope = self._state.problem.scope
        return scope.cells.assign(lower=scope.lower, upper=scope.upper)

    @property
    def plans(self) -> tuple[str, ...]:
        """The plans that are solved, in the order in which they are."""
        return tuple(self._state.problem.plans)

    def solve(
        self,
        *,
        budget: float | None = None,
        progress: Progress | None = None,
        stop: threading.Event | None = None,
    ) -> Result:
        """Solve every plan of the session as it stands now, from the multipliers and plans of its last solve.

        Parameters
        ----------
        budget : float, optional
            Total for this solve alone, currency; the config's if left out.
        progress : callable, optional
            As :func:`mixopt.run`.
        stop : threading.Event, optional
            As :func:`mixopt.run`.

        Returns
        -------
        Result
            As :func:`mixopt.run` returns for the config and tables with the session's changes: with the same status and
            a proof of its own. Its digits may differ from those of a run within the gap.

        Raises
        ------
        InputError
            If the budget or a change does not fit the config.
        """
        problem = self._with_budget(budget)
        solved = solve_plans(problem, progress=progress, stop=stop, before=self._before)
        with self._lock:
            self._before = {**self._before, **_worth_keeping(solved)}
            if self._state.problem is problem:
                self._state = replace(self._state, solved=solved)
        return gathered_result(problem, solved)

    def evaluate(self, spends: npt.ArrayLike | pd.DataFrame, plan: str | None = None) -> Judged:
        """Return what a given spend is worth to a plan, and which of its rules it breaks; nothing is solved.

        Parameters
        ----------
        spends : array_like (n_cells,) or DataFrame
            Currency per cell in the order of :attr:`cells`; or a table with the columns ``channel``, ``segment`` (where
            there are several) and ``spend``, in any order, with every cell once.
        plan : str, optional
            Whose terms and rules judge; the first of the config if left out. Where it keeps something of another plan
            that is not solved yet, that plan is solved first.

        Returns
        -------
        Judged
            With the bound of the last solve, where nothing has changed since.

        Raises
        ------
        InputError
            If a spend is missing, not finite or below 0, or there is no such plan.
        """
        state = self._state
        problem = state.problem
        name = plan or next(iter(problem.config.plans))
        if name not in problem.plans:
            raise _fault("plan", f"there is no plan {shown(name)}", f"one of {listed(problem.plans)}")
        scope, chosen = problem.scope, problem.plans[name]
        spend = _spend(scope, spends)
        solved = state.solved
        if chosen.keeps and solved is None:
            solved = solve_plans(problem, before=self._before)
        levels = {}
        for keep in chosen.keeps:
            reference = (solved or {})[keep.of].plan.evaluated
            levels[keep.name] = keep.limit(keep.value(reference))
        bound = None if solved is None else solved[name].plan.bound
        return judge(chosen, evaluate(scope, problem.curves, spend), levels, bound)

    def lock(self, where: Where = None, *, spend: float | None = None, **keys: Any) -> Session:
        """Fix the total spend of a selection of cells.

        Parameters
        ----------
        where : Mapping, optional
            Selection by key or tag; all cells if nothing is selected.
        spend : float, optional
            Currency, at least 0; today's if left out.
        **keys
            Further keys to select by: ``channel="tv"``.

        Returns
        -------
        Session
            This one.

        Raises
        ------
        InputError
            If the selection matches nothing, or there is no spend to lock.
        """
        chosen = _selection(where, keys)
        scope = self._gathered.scope
        cells = scope.select(chosen)
        if spend is None:
            if scope.current_spend is None:
                raise _fault("spend", "today's spend is not known", "spend=…, currency")
            spend = float(scope.current_spend[cells].sum())
        amount = _amount("spend", spend)
        return self._edit(lambda edits: replace(edits, locks={**edits.locks, chosen: amount}))

    def unlock(self, where: Where = None, **keys: Any) -> Session:
        """Take a lock back, or all of them.

        Parameters
        ----------
        where : Mapping, optional
            The selection as it was locked; every lock if nothing is selected.
        **keys
            Further keys to select by.

        Returns
        -------
        Session
            This one.

        Raises
        ------
        InputError
            If that selection is not locked.
        """
        chosen = _selection(where, keys)
        if chosen and chosen not in self._state.edits.locks:
            raise _fault("unlock", "this selection is not locked", "a selection as it was locked")

        def without(edits: Edits) -> Edits:
            kept = {one: spend for one, spend in edits.locks.items() if chosen and one != chosen}
            return replace(edits, locks=kept)

        return self._edit(without)

    def bounds(
        self,
        where: Where = None,
        *,
        lower: npt.ArrayLike | None = None,
        upper: npt.ArrayLike | None = None,
        **keys: Any,
    ) -> Session:
        """Set bounds of the spend of each selected cell.

        Parameters
        ----------
        where : Mapping, optional
            Selection by key or tag; all cells if nothing is selected.
        lower, upper : float or array_like, optional
            Currency, at least 0: one for all selected cells, or one each in their order. A side that is left out stays.
        **keys
            Further keys to select by.

        Returns
        -------
        Session
            This one.

        Raises
        ------
        InputError
            If the selection matches nothing, or a lower bound would be above its upper.
        """
        cells = self._gathered.scope.select(_selection(where, keys))
        sides = {"lower": lower, "upper": upper}
        given = {name: _amounts(name, side, len(cells)) for name, side in sides.items() if side is not None}

        def moved(edits: Edits) -> Edits:
            changed: dict[str, Any] = {}
            for name, amounts in given.items():
                before = getattr(edits, name)
                array = np.full(self._gathered.scope.n_cells, np.nan) if before is None else before.copy()
                array[cells] = amounts
                changed[name] = array
            return replace(edits, **changed)

        return self._edit(moved)

    def weight(self, term: str, value: float, *, plan: str | None = None) -> Session:
        """Set the weight of an objective term.

        Parameters
        ----------
        term : str
            Its name, or its kind.
        value : float
            At least 0.
        plan : str, optional
            The plan whose weight is set; every plan that has the term if left out.

        Returns
        -------
        Session
            This one.

        Raises
        ------
        InputError
            If no plan has such a term, or the weight is none.
        """
        amount = _amount("weight", value)
        return self._edit(lambda edits: replace(edits, weights={**edits.weights, (plan or "", term): amount}))

    def reset(self) -> Session:
        """Take every change back; what earlier solves have learnt is kept.

        Returns
        -------
        Session
            This one.
        """
        return self._edit(lambda _: Edits())

    def __repr__(self) -> str:
        edits = self._state.edits
        changes = (
            len(edits.locks) + len(edits.weights) + (edits.lower is not None) + (edits.upper is not None)
        )
        return f"<session {self._config.name!r}: plans {listed(self.plans)}, {changes} changes>"

    def _edit(self, change: Callable[[Edits], Edits]) -> Session:
        with self._lock:
            self._state = self._bound(change(self._state.edits))
        return self

    def _bound(self, edits: Edits) -> _State:
        """Return the state of some edits, with its problem: an edit that does not fit raises here, and is not kept."""
        document = edits.document(self._config)
        config = read_config(document, self._registry) if edits.any else self._config
        config = replace(config, folder=self._config.folder, source=self._config.source)
        gathered = edits.gathered(self._gathered, config)
        crossed = np.flatnonzero(gathered.scope.lower > gathered.scope.upper)
        if len(crossed):
            low, high = gathered.scope.lower[crossed[0]], gathered.scope.upper[crossed[0]]
            said = f"lower {low:g} of cell {crossed[0] + 1} is above its upper {high:g}"
            raise _fault("bounds", said, "lower at most upper, currency")
        return _State(edits=edits, problem=bind_problem(config, self._registry, gathered, self._plans))

    def _with_budget(self, budget: float | None) -> Problem:
        state = self._state
        if budget is None or budget == self._config.budget.total:
            return state.problem
        return self._bound(replace(state.edits, budget=_amount("budget", budget))).problem


def open(  # noqa: A001 - users write mixopt.open
    config: str | Path | Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame] | None = None,
    *,
    plans: Iterable[str] | None = None,
    overrides: Sequence[str] = (),
    environ: Mapping[str, str] | None = None,
    registry: Registry | None = None,
) -> Session:
    """Read a config and its tables once, and return a session that solves them again and again.

    Parameters
    ----------
    config : str, Path or Mapping
        Path of a YAML or JSON file, or the document itself.
    tables : Mapping of str to DataFrame, optional
        Frames for entries under ``data:``, by name.
    plans : iterable of str, optional
        Plans to solve; those they keep something of are added. All if left out.
    overrides : sequence of str, optional
        As :func:`mixopt.run`; so are the next two.
    environ : Mapping of str to str, optional
    registry : Registry, optional

    Returns
    -------
    Session

    Raises
    ------
    InputError
        With every mistake found in the config and its tables.

    Examples
    --------
    >>> import pandas as pd, mixopt
    >>> cells = pd.DataFrame({
    ...     "channel": ["tv", "search"], "curve": "michaelis-menten",
    ...     "scale": [300.0, 200.0], "half_saturation": [100.0, 50.0],
    ... })
    >>> session = mixopt.open(
    ...     {"mixopt": 1, "currency": "EUR", "budget": {"total": 100}, "data": {"cells": "cells"},
    ...      "plans": {"best": {"objective": [{"kind": "response"}]}}},
    ...     tables={"cells": cells},
    ... )
    >>> session.lock(channel="tv", spend=30).solve().plans["best"].spend.round(3).tolist()
    [30.0, 70.0]
    """
    registry = discover(allow_list(config)) if registry is None else registry
    read = read_config(config, registry, overrides=overrides, environ=environ)
    refuse_reserved(read.plans)
    registry = narrowed(registry, read)
    gathered = gather(read, registry, tables or {})
    return Session(read, registry, gathered, None if plans is None else tuple(plans))


def _worth_keeping(solved: Mapping[str, Solved]) -> dict[str, Solved]:
    """Return what a later solve can begin with: what was tried."""
    return {name: one for name, one in solved.items() if one.attempt is not None}


def _fault(where: str, problem: str, wanted: str, kind: type[InputError] = ConfigError) -> InputError:
    return kind(Fault(where=where, problem=problem, wanted=wanted))


def _selection(where: Where, keys: Mapping[str, Any]) -> Selection:
    try:
        return selection({**(where or {}), **keys})
    except ValueError as reason:
        raise _fault("where", str(reason), "a selection such as channel='tv'") from None


def _amount(name: str, value: Any) -> float:
    return float(_amounts(name, value, 1)[0])


def _amounts(name: str, value: npt.ArrayLike, size: int) -> Floats:
    try:
        amounts = np.broadcast_to(np.asarray(value, dtype=np.float64), (size,))
    except (TypeError, ValueError):
        raise _fault(
            name, f"{shown(str(value))} does not fit {size} cells", "a number, or one each"
        ) from None
    if isinstance(value, bool) or not (np.isfinite(amounts).all() and (amounts >= 0.0).all()):
        raise _fault(
            name, f"{shown(str(value))} is not a finite number of at least 0", "a number, at least 0"
        )
    return amounts


def _spend(scope: Scope, spends: npt.ArrayLike | pd.DataFrame) -> Floats:
    if not isinstance(spends, pd.DataFrame):
        array = np.asarray(spends)
        if array.shape != (scope.n_cells,):
            raise _fault(
                "spends", f"an array of shape {array.shape}", f"one spend per cell: ({scope.n_cells},)"
            )
        return _amounts("spends", array, scope.n_cells)
    return _amounts("spends", _by_key(scope, spends), scope.n_cells)


def _by_key(scope: Scope, frame: pd.DataFrame) -> Floats:
    """Return the spends of a table in the order of the cells; every cell once, and nothing else."""
    keys = [key for key in ("channel", "segment") if key in frame.columns]
    if "channel" not in keys or "spend" not in frame.columns:
        raise _fault("spends", "the table lacks channel or spend", "columns channel, segment and spend")
    own = pd.MultiIndex.from_frame(scope.cells[keys].astype(str))
    given = pd.MultiIndex.from_frame(frame[keys].astype(str))
    if not own.is_unique or not given.is_unique or len(own) != len(given):
        raise _fault("spends", f"{len(given)} rows for {len(own)} cells", "every cell once")
    at = given.get_indexer(own)
    if (at < 0).any():
        raise _fault(
            "spends", f"no row for cell {shown(str(own[int(np.argmax(at < 0))]))}", "every cell once"
        )
    return frame["spend"].to_numpy(dtype=np.float64)[at]
