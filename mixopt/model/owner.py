"""Whose fault it is: errors of a model said with the rule's or term's name and the plugin that registered its kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from mixopt.errors import Fault, FormulationError, MixoptError, PluginError, SolverError
from mixopt.plugin.guard import Guarded
from mixopt.problem.problem import PlanProblem

_SPOKEN = re.compile(r"^(?P<kind>rule|term|keep) '(?P<name>.*)'$", re.DOTALL)
_LABEL = re.compile(r"^(?P<kind>rule|term|keep):(?P<name>.*)/(?P<inside>[^/]*)$", re.DOTALL)


def owned(error: FormulationError, plan: PlanProblem) -> FormulationError:
    """Return an error that names the plugin behind the rule or term at fault.

    Parameters
    ----------
    error : FormulationError
        Its part is ``rule 'x'``, or a row or column of the program: ``rule:x/cap``.
    plan : PlanProblem

    Returns
    -------
    FormulationError
        ``rule 'x' of acme 1.0``; the error itself for parts of the core's.
    """
    match = _SPOKEN.match(error.part) or _LABEL.match(error.part)
    if not match:
        return error
    inside = match.groupdict().get("inside")
    provider = providers(plan).get((match["kind"], match["name"]), "")
    part = f"{match['kind']} '{match['name']}'" + (f" of {provider}" if provider else "")
    return FormulationError(f"{inside} of {part}" if inside else part, *error.args[1:])


def providers(plan: PlanProblem) -> dict[tuple[str, str], str]:
    """Return who registered the kinds of a plan's parts; empty for the core's.

    Parameters
    ----------
    plan : PlanProblem

    Returns
    -------
    dict of (kind of part, name) to str
    """
    built: list[tuple[str, str, Any]] = [("term", term.name, term.term) for term in plan.terms]
    built += [("rule", rule.name, rule.rule) for rule in plan.rules]
    built += [("keep", keep.name, part.term) for keep in plan.keeps for part in keep.parts]
    return {(kind, name): one.owner.provider for kind, name, one in built if isinstance(one, Guarded)}


def blamed(error: SolverError, plan: PlanProblem) -> MixoptError:
    """Return an error of the plugin whose term or rule says in numpy something else than its rows and expressions.

    Parameters
    ----------
    error : SolverError
        From the audit of a plan: it names terms and rules.
    plan : PlanProblem

    Returns
    -------
    PluginError
        Naming the plugins behind what it names; the error itself where those are all the core's.
    """
    named = {
        provider: None
        for (_, name), provider in providers(plan).items()
        if provider and f"'{name}'" in str(error)
    }
    if not named:
        return error
    hint = f"report it to the author of {', '.join(named)}; mixopt.testing.check_plugin shows where"
    return PluginError(Fault(where="", problem=str(error), hint=hint))


def to_blame(expressions: dict[str, Any], variable: Any, wrong: Callable[[float], bool]) -> str:
    """Return the term whose expression has a wrong coefficient of a variable.

    Parameters
    ----------
    expressions : dict of str to pyomo expression
        By the term's name.
    variable : pyomo Var
    wrong : callable
        ``wrong(coefficient) -> bool``.

    Returns
    -------
    str
        ``term 'x'``; empty if there is none.
    """
    from pyomo.repn import generate_standard_repn  # noqa: PLC0415 - only where a term is at fault

    for name, expression in expressions.items():
        form = generate_standard_repn(expression, compute_values=True)
        pairs = zip(form.linear_vars, form.linear_coefs, strict=True)
        if any(one is variable and wrong(float(coefficient)) for one, coefficient in pairs):
            return f"term '{name}'"
    return ""
