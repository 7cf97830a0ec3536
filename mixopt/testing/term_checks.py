"""Checks of terms: the numpy twin says what the Pyomo expression says; a concave term is what it claims to be."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import Any

import numpy as np

from mixopt import BoundTerm, Problem, build_model, discover, solve
from mixopt.curves import Floats
from mixopt.testing.kit import Skip, Subject, promise
from mixopt.testing.sample import lone_plan, pinned, sampled
from mixopt.testing.small import small_problem

STEP = 1e-5


@promise("term", since="0.1")
def twin_agrees_with_the_model(subject: Subject) -> None:
    """On pinned spends, the best the model makes of the term is its value on that plan."""
    subject.built()
    _agree(subject, subject.problem, 4)


@promise("term", since="0.1")
def twin_agrees_over_draws(subject: Subject) -> None:
    """The same where the curves' parameters are given per posterior draw."""
    problem = _uncertain()
    subject.built_in(problem)
    _agree(subject, problem, 1)


@functools.cache
def _uncertain() -> Problem:
    return small_problem(registry=discover([]), draws=3)


def _agree(subject: Subject, whole: Problem, count: int) -> None:
    for plan in sampled(whole, count=count):
        problem, _ = pinned(whole, lone_plan(), plan.spend)
        # built for the pinned problem: a term may read its budget
        term: Any = subject.entry.build(subject.example, problem.scope)
        brief = lone_plan(BoundTerm(name="term", kind=subject.entry.name, weight=1.0, term=term))
        solution = solve(build_model(problem, brief, {}).program)
        twin = term.value(replace(plan, scope=problem.scope))
        assert solution.objective is not None, f"no plan at pinned spends: {solution.status}"
        size = max(1.0, abs(twin), float(np.abs(plan.returns).sum()) * 1e-3)
        assert abs(solution.objective - twin) <= 1e-6 * size, f"model {solution.objective!r}, twin {twin!r}"


@promise("term", since="0.1")
def more_response_is_never_punished(subject: Subject) -> None:
    """The model is built without a coefficient that punishes response, and every variable of it is bounded."""
    bound = BoundTerm(name="term", kind=subject.entry.name, weight=1.0, term=subject.built())
    build_model(subject.problem, lone_plan(bound), {})


@promise("term", since="0.1")
def gradient_is_the_slope(subject: Subject) -> None:
    """A concave term's gradient is its central difference, inside the box of its totals."""
    term, box = _concave(subject)
    for point in _inner(box):
        _, gradient = term.value_and_gradient(point)
        for k in range(len(point)):
            step = np.zeros(len(point))
            step[k] = STEP * max(1.0, abs(point[k]))
            rise = term.value_and_gradient(point + step)[0] - term.value_and_gradient(point - step)[0]
            found = rise / (2 * step[k])
            size = max(abs(found), abs(gradient[k]), float(np.abs(gradient).max()) * 1e-3, 1e-12)
            assert abs(found - gradient[k]) <= 1e-3 * size, (
                f"gradient[{k}] is {gradient[k]:.9g}, slope {found:.9g}"
            )


@promise("term", since="0.1")
def tangent_lies_above(subject: Subject) -> None:
    """A concave term lies below each of its tangents, also at the corners of the box."""
    term, box = _concave(subject)
    corners = [box[:, 0], box[:, 1]]
    points = [*corners, *_inner(box)]
    for touch in points:
        value, gradient = term.value_and_gradient(touch)
        assert np.isfinite(value) and np.isfinite(gradient).all(), f"not finite at {touch}"  # noqa: PT018
        for point in points:
            tangent = value + gradient @ (point - touch)
            found = term.value_and_gradient(point)[0]
            size = max(abs(value), abs(found), float(np.abs(gradient) @ np.abs(point - touch)))
            assert found <= tangent + 1e-9 * size, f"{found!r} is above its tangent {tangent!r}"


@promise("term", since="0.1")
def ceiling_is_never_passed(subject: Subject) -> None:
    """A concave term's value never exceeds its ceiling."""
    term, box = _concave(subject)
    for point in [box[:, 0], box[:, 1], *_inner(box)]:
        value = term.value_and_gradient(point)[0]
        assert value <= term.ceiling() + 1e-9 * max(1.0, abs(term.ceiling())), (
            f"{value!r} > {term.ceiling()!r}"
        )


@promise("term", since="0.1")
def atom_is_the_function(subject: Subject) -> None:
    """The standard form that a term states has the same values as the term."""
    term, box = _concave(subject)
    if not hasattr(term, "atom"):
        raise Skip("the term states no standard form: its tangents rest on the plugin's word")
    atom = term.atom()
    for point in [box[:, 0], box[:, 1], *_inner(box)]:
        stated = atom.constant + float(atom.scale @ HEIGHT[atom.kind](point / atom.unit))
        found = term.value_and_gradient(point)[0]
        assert abs(stated - found) <= 1e-9 * max(1.0, abs(found), float(atom.scale.sum())), (
            f"{stated!r}, {found!r}"
        )


HEIGHT: dict[str, Any] = {
    "negative-square": lambda t: -t * t,
    "entropy": lambda t: -t * np.log(np.where(t > 0, t, 1.0)),
    "saturation": lambda t: 1.0 - np.exp(-t),
    "root": np.sqrt,
    "log1p": np.log1p,
}


def _concave(subject: Subject) -> tuple[Any, Floats]:
    term = subject.built()
    if not hasattr(term, "value_and_gradient"):
        raise Skip("a linear term")
    bound = BoundTerm(name="term", kind=subject.entry.name, weight=1.0, term=term)
    program = build_model(subject.problem, lone_plan(bound), {}).program
    columns = program.concave[0].columns
    return term, np.column_stack((program.column_lower[columns], program.column_upper[columns]))


def _inner(box: Floats) -> list[Floats]:
    rng = np.random.default_rng(11)
    return [box[:, 0] + rng.uniform(0.05, 0.95, len(box)) * (box[:, 1] - box[:, 0]) for _ in range(5)]
