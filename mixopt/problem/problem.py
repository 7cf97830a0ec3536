"""The problem: what is planned, with which curves, and per plan its terms and rules as built objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from mixopt.config.schema import RunConfig
from mixopt.curves import Curves, Floats, Indices
from mixopt.plugin import ConcaveTerm, Evaluation, Measure, Report, Rule, Term
from mixopt.plugin.registry import Provider
from mixopt.scope import Scope
from mixopt.scope.numbers import Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveTable:
    """The raw parameters of one family: what a certificate stores.

    Parameters
    ----------
    kind : str
        Name of the curve entry.
    cells : ndarray of int64
        The cells of the family.
    parameters : Mapping of str to ndarray (len(cells),)
        One per cell, or with draws one per cell and draw, cell by cell.
    points : DataFrame or None
        For tabulated curves: columns ``cell`` (position within `cells`, or that times the number of draws plus the
        draw), ``spend``, ``response``.
    draws : int
        Posterior draws of each cell; 0 where there is one set of parameters.
    """

    kind: str
    cells: Indices
    parameters: Mapping[str, Floats]
    points: pd.DataFrame | None = None
    draws: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundTerm:
    """A term of a plan: its name, weight, where it stands in the config, and the object that its entry built."""

    name: str
    kind: str
    weight: float
    term: Term | ConcaveTerm
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A weighted sum of terms that is kept at a level as if it were one term: what a point of a frontier must reach.

    Parameters
    ----------
    name : str
    parts : tuple of BoundTerm
    """

    name: str
    parts: tuple[BoundTerm, ...]

    def value(self, plan: Evaluation) -> float:
        """Return Σ weight × term on a given plan, currency."""
        return float(sum(part.weight * part.term.value(plan) for part in self.parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """A ``keep`` rule: this plan's value of a term, or a score, must be at least a share of the other plan's."""

    name: str
    of: str
    term: BoundTerm | Score
    at_least: float
    at: str = ""

    @property
    def parts(self) -> tuple[BoundTerm, ...]:
        """The terms it is made of."""
        return self.term.parts if isinstance(self.term, Score) else (self.term,)

    def value(self, plan: Evaluation) -> float:
        """Return what is kept, on a given plan.

        Parameters
        ----------
        plan : Evaluation

        Returns
        -------
        float, currency
        """
        return self.term.value(plan) if isinstance(self.term, Score) else float(self.term.term.value(plan))

    def limit(self, reference: float) -> float:
        """Return the least allowed value of the term, given the other plan's value.

        Parameters
        ----------
        reference : float
            The term's value on the other plan, currency.

        Returns
        -------
        float
            ``reference - (1 - at_least) * |reference|``: keeping 97 % gives up at most 3 % of the size, whatever
            the sign.
        """
        return reference - (1.0 - self.at_least) * abs(reference)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundRule:
    """A rule of a plan, the object that its entry built, and what keeping it costs, if that is money."""

    name: str
    kind: str
    rule: Rule
    at: str = ""
    cost: Term | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanProblem:
    """One plan to solve. The budget is not among its rules: every plan has it, under the name ``budget``."""

    name: str
    terms: tuple[BoundTerm, ...]
    rules: tuple[BoundRule, ...]
    keeps: tuple[Keep, ...] = ()
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundMeasure:
    """A measure for the contrast; `term` is the kind of term that is the same number, where nobody asked for both."""

    name: str
    kind: str
    unit: str
    better: str
    measure: Measure
    term: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundReport:
    """A report to render."""

    name: str
    kind: str
    report: Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Everything that is needed to solve and to explain; nothing after it reads files, YAML or the registry.

    Parameters
    ----------
    config : RunConfig
    scope : Scope
    curves : Curves
        One per cell.
    curve_tables : tuple of CurveTable
    plans : Mapping of str to PlanProblem
        In the order in which they can be solved: a plan comes after those it keeps something of.
    measures : tuple of BoundMeasure
    reports : tuple of BoundReport
    providers : tuple of Provider
        The plugins that take part.
    input_hashes : Mapping of str to str
        SHA-256 of every input file or frame, by name.
    warnings : tuple of str
        One sentence each: what plugins offer by default and could not build, kinds that are to go.
    uncapped : ndarray (n_cells,) of bool or None
        Cells whose upper bound is the budget, for want of one of their own; ``None`` where that is not known.
    """

    config: RunConfig
    scope: Scope
    curves: Curves
    curve_tables: tuple[CurveTable, ...]
    plans: Mapping[str, PlanProblem]
    measures: tuple[BoundMeasure, ...] = ()
    reports: tuple[BoundReport, ...] = ()
    providers: tuple[Provider, ...] = ()
    input_hashes: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    uncapped: Flags | None = None
