"""The result of a run: its plans beside today and an equal split, and the tables that compare them."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from mixopt.errors import ConfigError, Fault, MixoptError, shown
from mixopt.plan.contrast import by_label, contrast_table, evaluations, measured
from mixopt.plan.frontier import Frontier
from mixopt.plan.measures import Yardstick, once, yardsticks
from mixopt.plan.plan import Plan
from mixopt.plan.plot import plots
from mixopt.plan.provenance import config_hash, versions
from mixopt.plan.ranges import Ranges, ranges_over_draws, ranges_table
from mixopt.plan.references import references
from mixopt.plan.terms import DistinctTerm, distinct_terms, in_config_order, terms_table
from mixopt.plugin import Evaluation
from mixopt.problem.problem import Problem

RESERVED = ("today", "equal-split", "measure", "unit")


@dataclass(frozen=True, kw_only=True, eq=False)
class Result:
    """What :func:`mixopt.run` returns.

    Parameters
    ----------
    name : str
    currency : str
    hash : str
        Of the config, its inputs and the plans that are part of it.
    plans : Mapping of str to Plan
        In the config's order; the first is what the others are compared with.
    references : Mapping of str to Evaluation
        ``today`` where it is known, and ``equal-split``; not bound by rules.
    problem : Problem
        What was asked.
    versions, inputs : Mapping of str to str
        What took part, and the SHA-256 of every input.
    certificate : object or None
        What the proof room writes and ``mixopt verify`` reads.
    writer : callable or None
        ``writer(result, folder) -> Path``: what :meth:`save` calls.
    frontier : Frontier or None
        Where one was asked for.
    """

    name: str
    currency: str
    hash: str
    plans: Mapping[str, Plan]
    references: Mapping[str, Evaluation]
    problem: Problem
    versions: Mapping[str, str]
    inputs: Mapping[str, str]
    certificate: Any = None
    writer: Callable[[Result, Path], Path] | None = None
    frontier: Frontier | None = None

    @property
    def first(self) -> Plan:
        """The plan that the others are compared with."""
        return next(iter(self.plans.values()))

    @property
    def columns(self) -> dict[str, Evaluation | None]:
        """References, then plans, by name; ``None`` where no plan was found."""
        return evaluations(self.references, self.plans)

    @cached_property
    def distinct_terms(self) -> tuple[DistinctTerm, ...]:
        """The terms of all plans, each once."""
        return distinct_terms(self.problem)

    @cached_property
    def yardsticks(self) -> tuple[Yardstick, ...]:
        """The rows of the contrast, with how to compute them; a measure that repeats a term is left out."""
        sticks = yardsticks(self.distinct_terms, self.problem.measures)
        return once(sticks, self.distinct_terms, self.columns.values())

    @cached_property
    def contrast(self) -> pd.DataFrame:
        """``measure, unit`` and one column per reference and plan."""
        return contrast_table(self.yardsticks, self.columns, self.first.name, self.over_draws)

    @cached_property
    def over_draws(self) -> Ranges | None:
        """The money figures in every posterior draw; ``None`` where curves are certain."""
        wanted = self.problem.config.ranges
        ends = {"low": wanted.low, "high": wanted.high, "worst": wanted.worst}
        return ranges_over_draws(self.yardsticks, self.columns, **ends)

    @cached_property
    def ranges(self) -> pd.DataFrame:
        """``measure, unit, plan, against, mean, low, high, probability, tie``; empty where curves are certain."""
        return ranges_table(self.over_draws, self.plans)

    @cached_property
    def terms(self) -> pd.DataFrame:
        """``plan, term, weight, value``: every objective term of every plan evaluated on every plan."""
        return terms_table(self.distinct_terms, self.plans)

    @cached_property
    def rules(self) -> pd.DataFrame:
        """``plan, rule, value, at_least, at_most, binding, shadow_price``."""
        return _stack([plan.rules for plan in self.plans.values()])

    @cached_property
    def allocation(self) -> pd.DataFrame:
        """The rows of ``allocation.csv``: one per plan and cell."""
        found = [plan.allocation for plan in self.plans.values() if plan.found]
        return _stack(found) if found else pd.DataFrame()

    def by(self, over: str = "channel") -> pd.DataFrame:
        """Return spend and return per label, for references and plans.

        Parameters
        ----------
        over : str
            ``channel``, ``segment`` or a tag column.

        Returns
        -------
        DataFrame
            ``plan``, the label, ``spend``, ``return``.
        """
        return by_label(self.columns, over)

    @property
    def plot(self) -> Any:
        """The charts of all plans, drawn by mixopt-report: ``result.plot.allocation()``."""
        return plots(self)

    def save(self, folder: str | Path = "runs") -> Path:
        """Write the run's folder, whole or not at all.

        Parameters
        ----------
        folder : str or Path
            Where run folders lie.

        Returns
        -------
        Path
            The run's own folder, ``<name>-<hash8>`` within it.
        """
        if self.writer is None:
            raise MixoptError("this result was made without a writer: use mixopt.run")
        return self.writer(self, Path(folder))

    def __repr__(self) -> str:
        return f"<result {self.name!r}: {', '.join(repr(plan) for plan in self.plans.values())}>"

    def _repr_html_(self) -> str:
        said = ", ".join(f"{plan.name}: {plan.status}" for plan in self.plans.values())
        return f"<p>{html.escape(self.name)}: {html.escape(said)}</p>{self.contrast.to_html(index=False, escape=True)}"


def make_result(
    problem: Problem,
    plans: Mapping[str, Plan],
    *,
    certificate: Any = None,
    writer: Callable[[Result, Path], Path] | None = None,
) -> Result:
    """Return the result of a run from its plans, with every plan measured.

    Parameters
    ----------
    problem : Problem
    plans : Mapping of str to Plan
        One per plan of the problem, in any order.
    certificate : object, optional
    writer : callable, optional

    Returns
    -------
    Result

    Raises
    ------
    ConfigError
        If a plan is called what the contrast calls something else.
    """
    refuse_reserved(plans)
    compared = references(problem.scope, problem.curves)
    ordered = {name: plans[name] for name in in_config_order(problem)}
    result = Result(
        name=problem.config.name,
        currency=problem.scope.currency,
        hash=config_hash(problem.config.document, problem.input_hashes, ordered),
        plans=ordered,
        references=compared,
        problem=problem,
        versions=versions(problem.providers),
        inputs=dict(sorted(problem.input_hashes.items())),
        certificate=certificate,
        writer=writer,
    )
    table = result.contrast
    return replace(result, plans={name: measured(plan, table) for name, plan in ordered.items()})


def refuse_reserved(plans: Mapping[str, Any]) -> None:
    """Raise where a plan is called what the contrast calls one of its other columns.

    Parameters
    ----------
    plans : Mapping of str
        Their names.

    Raises
    ------
    ConfigError
    """
    taken = [name for name in plans if name in RESERVED]
    if taken:
        raise ConfigError(
            *(
                Fault(
                    where=f"plans.{name}",
                    problem=f"a plan cannot be called {shown(name)}",
                    wanted="a name that the contrast does not use itself",
                    hint=f"{name}-plan",
                )
                for name in taken
            )
        )


def _stack(frames: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True)
