"""The parts of a model: one Pyomo block per rule, term and keep, each built by its own object and checked at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo

from mixopt.curves import Floats
from mixopt.errors import FormulationError, MixoptError
from mixopt.model.oracle import Oracle
from mixopt.model.tail import KIND as TAIL
from mixopt.model.tail import worst_weights
from mixopt.model.totals import Book
from mixopt.plugin import ConcaveTerm, Separable
from mixopt.plugin.contracts import Atom
from mixopt.problem.problem import BoundTerm, Keep, PlanProblem, Score

BUDGET = "budget"


@dataclass(slots=True)
class Parts:
    """A Pyomo model under construction: blocks by part, the objective's terms, the concave oracles.

    Parameters
    ----------
    book : Book
        The totals.
    pyomo : ConcreteModel
    """

    book: Book
    pyomo: Any
    expressions: dict[str, Any]

    @property
    def oracles(self) -> list[Oracle]:
        """The concave terms, those of the totals among them."""
        return self.book.oracles

    def block(self, part: str) -> Any:
        """Return the block of a part, made when first asked for.

        Parameters
        ----------
        part : str
            ``budget``, ``rule:NAME``, ``term:NAME`` or ``keep:NAME``.

        Returns
        -------
        pyomo Block
        """
        return self.pyomo.parts[part]

    def guard(self, part: str, work: Callable[..., Any], *args: Any) -> Any:
        """Return ``work(*args)``; whatever it raises is told with the part's name.

        Parameters
        ----------
        part : str
        work : callable
        *args
            What it is called with.

        Returns
        -------
        object

        Raises
        ------
        FormulationError
        """
        self.book.part = spoken(part)
        try:
            return work(*args)
        except MixoptError:
            raise
        except Exception as reason:
            raise FormulationError(
                spoken(part), f"its build failed: {type(reason).__name__}: {reason}"
            ) from reason

    def term(self, bound: BoundTerm, part: str) -> Any:
        """Build a term and return its Pyomo expression; for a concave one, its column theta.

        Parameters
        ----------
        bound : BoundTerm
        part : str

        Returns
        -------
        pyomo expression, currency

        Raises
        ------
        FormulationError
            If the expression is not linear.
        """
        term = bound.term
        block = self.block(part)
        if isinstance(term, ConcaveTerm):
            return self.guard(part, self._oracle, term, part, block)
        expression = self.guard(part, term.build, block, self.book)
        if _degree(expression) not in {0, 1}:
            raise FormulationError(
                spoken(part),
                "its expression is not linear in totals and its own variables",
                "a concave term offers totals, value_and_gradient and ceiling instead of build",
            )
        return expression

    def _oracle(self, term: ConcaveTerm, part: str, block: Any) -> Any:
        reads = []
        block.read = pyo.VarList()
        block.reads = pyo.ConstraintList()
        for total in term.totals(self.book):
            if getattr(total, "is_variable_type", lambda: False)():
                reads.append(total)
                continue
            alias = block.read.add()
            block.reads.add(alias - total == 0)
            reads.append(alias)
        atom = term.atom() if isinstance(term, Separable) else None
        ceiling = float(term.ceiling())
        if ceiling == float("inf"):
            ceiling = _tangent_ceiling(term, reads)
        block.theta = pyo.Var(bounds=(None, ceiling))
        self.oracles.append(Oracle(spoken(part), block.theta, tuple(reads), term.value_and_gradient, atom))
        return block.theta


def floor(atom: Atom, low: Floats, high: Floats) -> float:
    """Return the least value of an atom on a box: concave, so at a corner, and separable.

    Parameters
    ----------
    atom : Atom
    low, high : ndarray
        Bounds of the vector it reads.

    Returns
    -------
    float, currency
    """
    if atom.kind == TAIL:
        return float(worst_weights(low, atom.scale) @ low)
    ends = atom_value(atom.kind, low / atom.unit), atom_value(atom.kind, high / atom.unit)
    return float(atom.constant + (atom.scale * np.minimum(*ends)).sum())


def atom_value(kind: str, t: Floats) -> Floats:
    """Return h(t) of a concave atom.

    Parameters
    ----------
    kind : {"negative-square", "entropy", "saturation", "root", "log1p"}
    t : ndarray, at least 0

    Returns
    -------
    ndarray
    """
    if kind == "negative-square":
        return -t * t
    if kind == "entropy":
        return -t * np.log(np.where(t > 0, t, 1.0))
    if kind == "saturation":
        return -np.expm1(-t)
    if kind == "root":
        return np.sqrt(t)
    if kind == "log1p":
        return np.log1p(t)
    raise FormulationError("a concave term", f"there is no atom '{kind}'")


def _tangent_ceiling(term: ConcaveTerm, reads: list[Any]) -> float:
    """Return the most that the tangent at the upper corner of the totals' box allows anywhere in the box."""
    low = np.array([total.lb for total in reads], dtype=float)
    high = np.array([total.ub for total in reads], dtype=float)
    value, gradient = term.value_and_gradient(high)
    return float(value + np.maximum(-gradient, 0.0) @ (high - low))


def assemble(plan: PlanProblem, book: Book, model: Any, levels: dict[str, float]) -> Parts:
    """Build all parts of a plan on a Pyomo model.

    Parameters
    ----------
    plan : PlanProblem
    book : Book
    model : pyomo ConcreteModel
        With an indexed Block ``parts``.
    levels : dict of str to float
        Least value of the term of each ``keep`` rule, currency.

    Returns
    -------
    Parts

    Raises
    ------
    FormulationError
        Naming the rule or term whose build fails or is not linear.
    """
    parts = Parts(book, model, {})
    scope = book.scope
    money = book.spend()
    spent = money <= scope.budget.total if scope.budget.rule == "at-most" else money == scope.budget.total
    parts.block(BUDGET).limit = pyo.Constraint(expr=spent)
    objective = 0.0
    for term in plan.terms:
        if term.weight > 0:
            expression = parts.term(term, f"term:{term.name}")
            parts.expressions[term.name] = expression
            objective = objective + term.weight * expression
    for rule in plan.rules:
        part = f"rule:{rule.name}"
        parts.guard(part, rule.rule.build, parts.block(part), book)
    own = {
        id(term.term): parts.expressions[term.name] for term in plan.terms if term.name in parts.expressions
    }
    for keep in plan.keeps:
        part = f"keep:{keep.name}"
        parts.block(part).limit = pyo.Constraint(expr=_kept(parts, keep, own) >= levels[keep.name])
    # the zero multiple makes a Pyomo expression also of an objective without totals
    model.objective = pyo.Objective(expr=objective + 0.0 * money, sense=pyo.maximize)
    return parts


def _kept(parts: Parts, keep: Keep, own: dict[int, Any]) -> Any:
    """Return the expression of what is kept; terms that the objective holds too are not built again."""
    if not isinstance(keep.term, Score):
        kept = own.get(id(keep.term.term))
        return parts.term(keep.term, f"keep:{keep.name}") if kept is None else kept
    whole = 0.0
    for term in keep.term.parts:
        kept = own.get(id(term.term))
        kept = parts.term(term, f"term:{keep.name}/{term.name}") if kept is None else kept
        whole = whole + term.weight * kept
    return whole


def spoken(part: str) -> str:
    """Return a part as a person would name it: ``rule 'tv-contract'``.

    Parameters
    ----------
    part : str

    Returns
    -------
    str
    """
    kind, _, name = part.partition(":")
    return f"{kind} '{name}'" if name else kind


def _degree(expression: Any) -> int | None:
    if isinstance(expression, (int, float)):
        return 0
    try:
        return expression.polynomial_degree()  # type: ignore[no-any-return]
    except AttributeError:
        return None
