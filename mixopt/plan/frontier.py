"""A frontier: plans of which none beats another by both criteria, each with a proof of how far it may be from the best.

A point with at least x of the first criterion carries a ceiling U(x) of the second: no plan that keeps the rules and
has at least x of the first can have more than U(x) of the second. A floor proves its ceiling for higher levels too,

    U(x) = min { bound_k : floor_k <= x },

so each point gets the least of them; a floor counts as reached within the tolerance to which rules are kept, 1e-6. A
point is left out only where another plan was found that is no worse by either criterion and better by one: that is a
fact about two spends, not about bounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mixopt.plan.audit import KEPT
from mixopt.plan.plan import Plan
from mixopt.plan.plot import plots
from mixopt.plugin import Evaluation
from mixopt.problem.problem import Score

if TYPE_CHECKING:
    from mixopt.plan.result import Result

COLUMNS = (
    *(
        "point",
        "solve",
        "at_least",
        "first",
        "second",
        "bound",
        "gap",
        "given_up",
        "gained",
        "gained_at_most",
    ),
    *("status", "reason", "seconds"),
)
SAME = 1e-9  # of a criterion's size: closer than this is the same number


@dataclass(frozen=True, kw_only=True, eq=False)
class Solve:
    """One solve of a frontier.

    Parameters
    ----------
    name : str
        As the certificate calls it.
    floor : float or None
        Least allowed value of the first criterion, currency; ``None`` for the two ends.
    plan : Plan
        What was found.
    first, second : float
        Its criteria, recomputed from the spend, currency.
    bound : float
        No plan above the floor can have more of the second criterion; ``inf`` for the end that has most of the first.
    """

    name: str
    floor: float | None
    plan: Plan
    first: float
    second: float
    bound: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Frontier:
    """What :func:`mixopt.frontier` returns.

    Parameters
    ----------
    kind : {"plans", "terms"}
        What it is between.
    between : tuple of (str, str)
        The two plans, or the two terms.
    first, second : Score
        The two criteria, currency.
    nested : bool
        Whether the second criterion counts the first too, at the same weights: what is gained is counted without it.
    solves : tuple of Solve
        In the order in which they were solved; the two ends come first.
    left_out : tuple of str
        Rules that hold at no point, since only one of the plans has them.
    asked : int
        How many points were asked for.
    complete : bool
        Whether nothing stopped the search.
    hidden : float
        Share of the frontier's own box that the largest unexplored box still covers.
    base : Result
        The run of the config's own plans.
    certificate : object
        The proofs of all points.
    """

    kind: str
    between: tuple[str, str]
    first: Score
    second: Score
    nested: bool
    solves: tuple[Solve, ...]
    left_out: tuple[str, ...]
    asked: int
    complete: bool
    hidden: float
    base: Result
    certificate: Any = None

    @property
    def currency(self) -> str:
        """Code of the money."""
        return self.base.currency

    @cached_property
    def efficient(self) -> tuple[Solve, ...]:
        """The points: most of the first criterion first; without those that another one proves to be dominated."""
        return efficient(self.solves)

    @cached_property
    def points(self) -> pd.DataFrame:
        """One row per point: criteria, proof, what is given up and gained against the first point, and all measures."""
        rows = [self._row(number, solve) for number, solve in enumerate(self.efficient, 1)]
        frame = pd.DataFrame(rows, columns=list(COLUMNS))
        numbers = [name for name in COLUMNS if name not in {"point", "solve", "status", "reason"}]
        frame = frame.astype(dict.fromkeys(numbers, float))
        for stick in self.base.yardsticks:
            name = stick.name if stick.name not in frame.columns else f"{stick.name} (measure)"
            frame[name] = [stick.value(solve.plan.evaluated) for solve in self.efficient]
        return frame

    @cached_property
    def allocation(self) -> pd.DataFrame:
        """``point, channel, segment, spend``: one row per point and cell."""
        scope = self.base.problem.scope
        frames = [
            pd.DataFrame(
                {
                    "point": number,
                    "channel": scope.labels("channel").astype(str),
                    "segment": scope.labels("segment").astype(str),
                    "spend": solve.plan.spend,
                }
            )
            for number, solve in enumerate(self.efficient, 1)
        ]
        return pd.concat(frames, ignore_index=True)

    @property
    def result(self) -> Result:
        """The run of the config's plans, with this frontier in it: what reports are rendered from."""
        return replace(self.base, frontier=self)

    @property
    def plot(self) -> Any:
        """The charts, drawn by mixopt-report: ``frontier.plot.frontier()``."""
        return plots(self.result)

    def place(self, plan: Evaluation) -> tuple[float, float]:
        """Return what any plan gives up and gains against the first point.

        Parameters
        ----------
        plan : Evaluation

        Returns
        -------
        given_up, gained : float, currency
        """
        start = self.efficient[0]
        given_up = start.first - self.first.value(plan)
        gained = self.second.value(plan) - start.second
        return given_up, gained + (given_up if self.nested else 0.0)

    def outline(self) -> list[tuple[float, float, float, float]]:
        """Return where better plans could still lie: stretches of what is given up, the gain found, and the ceiling.

        Returns
        -------
        list of (from, to, gained, at_most)
            Currency; the ceiling is that at the end of the stretch. Where the criteria are nested it falls by as much
            as less is given up.
        """
        start, last = self.efficient[0], self.efficient[-1]
        floors = [solve.floor for solve in self.solves if solve.floor is not None]
        levels = {solve.first for solve in self.efficient}
        levels |= {floor for floor in floors if last.first < floor < start.first}
        ordered = sorted(levels, reverse=True)
        found = []
        for high, low in pairwise(ordered):
            best = [solve for solve in self.efficient if solve.first >= high][-1]
            to = start.first - low
            extra = to if self.nested else 0.0
            _, gained = self.place(best.plan.evaluated)
            found.append((start.first - high, to, gained, self.ceiling(low) - start.second + extra))
        return found

    def ceiling(self, first: float) -> float:
        """Return the least proven ceiling of the second criterion for plans with at least so much of the first.

        Parameters
        ----------
        first : float
            Currency.

        Returns
        -------
        float
        """
        return ceiling(self.solves, first)

    def save(self, folder: str | Path = "runs") -> Path:
        """Write the run's folder, with the frontier in it, whole or not at all.

        Parameters
        ----------
        folder : str or Path
            Where run folders lie.

        Returns
        -------
        Path
        """
        return self.result.save(folder)

    def _row(self, number: int, solve: Solve) -> tuple[Any, ...]:
        start = self.efficient[0]
        bound = max(self.ceiling(solve.first), solve.second)
        missing = bound - solve.second
        gap = missing / abs(solve.second) if solve.second else (0.0 if missing == 0.0 else np.inf)
        given_up = start.first - solve.first
        gained = solve.second - start.second + (given_up if self.nested else 0.0)
        return (
            *(number, solve.name, np.nan if solve.floor is None else solve.floor),
            *(solve.first, solve.second, bound, gap, given_up, gained, gained + missing),
            *(solve.plan.status, solve.plan.reason, solve.plan.seconds),
        )

    def __repr__(self) -> str:
        return f"<frontier between {self.between[0]!r} and {self.between[1]!r}: {len(self.efficient)} points>"

    def _repr_html_(self) -> str:
        return str(self.points.to_html(index=False, escape=True))


def ceiling(solves: Sequence[Solve], first: float) -> float:
    """Return the least proven ceiling of the second criterion for plans with at least so much of the first.

    Parameters
    ----------
    solves : sequence of Solve
    first : float
        Currency.

    Returns
    -------
    float
    """
    reach = first + KEPT * abs(first)
    return min(solve.bound for solve in solves if solve.floor is None or solve.floor <= reach)


def efficient(solves: Sequence[Solve]) -> tuple[Solve, ...]:
    """Return the solves whose plan no other one dominates, most of the first criterion first; equal ones once.

    Parameters
    ----------
    solves : sequence of Solve

    Returns
    -------
    tuple of Solve
    """
    size = max((abs(s.first) for s in solves), default=0.0), max((abs(s.second) for s in solves), default=0.0)
    ordered = sorted(enumerate(solves), key=lambda one: (-one[1].first, -one[1].second, one[0]))
    kept: list[Solve] = []
    for _, solve in ordered:
        while kept and solve.second > kept[-1].second and kept[-1].first - solve.first <= SAME * size[0]:
            kept.pop()  # as much of the first to the last digit, and more of the second
        if not kept or solve.second > kept[-1].second + SAME * size[1]:
            kept.append(solve)
    return tuple(kept)
