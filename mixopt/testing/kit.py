"""The conformance kit: every entry of a plugin × every example × every check, as records or as pytest parameters.

In a plugin's own tests::

    from mixopt.testing import parametrize_checks
    import my_plugin

    @parametrize_checks(my_plugin)
    def test_my_plugin_keeps_its_promises(check):
        check()
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any, Literal

from mixopt import (
    CommandEntry,
    ConfigError,
    CurveEntry,
    ExecutorEntry,
    ImporterEntry,
    MeasureEntry,
    Problem,
    Registry,
    ReportEntry,
    RuleEntry,
    TableError,
    TermEntry,
    discover,
    read_entries,
)
from mixopt.testing.small import small_problem

SECTION: Mapping[type[Any], str] = {
    CurveEntry: "curve",
    TermEntry: "term",
    RuleEntry: "rule",
    MeasureEntry: "measure",
    ImporterEntry: "importer",
    ReportEntry: "report",
    CommandEntry: "command",
    ExecutorEntry: "executor",
}
SECTIONS = tuple(SECTION.values())
IN_SCOPE = ("term", "rule", "measure")  # built of settings and a scope


class Skip(Exception):  # noqa: N818 - it is an outcome, not an error
    """A check that does not apply to an entry, with the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a check looks at: an entry with one of its examples, and a small problem to build it in."""

    section: str
    entry: Any
    example: Any
    problem: Problem
    plugin: Any = None

    def built(self) -> Any:
        """Return what the entry builds of the example; skips where the example does not fit the small problem."""
        if self.section not in IN_SCOPE:
            return self.entry.build(self.example)
        return self.built_in(self.problem)

    def built_in(self, problem: Problem) -> Any:
        """Return what the entry of a term, rule or measure builds of the example in another problem.

        Parameters
        ----------
        problem : Problem

        Returns
        -------
        Term, ConcaveTerm, Rule or Measure
        """
        try:
            return self.entry.build(self.example, problem.scope)
        except (ConfigError, TableError) as reason:
            raise Skip(f"the example does not fit the small problem: {reason}") from reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One promise: its name, the version of mixopt it came with, what it applies to, and the function that tests it."""

    name: str
    since: str
    sections: tuple[str, ...]
    test: Callable[[Subject], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one check on one example of one entry."""

    section: str
    entry: str
    example: int
    check: str
    status: Literal["passed", "failed", "skipped", "expected-failure"]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """All outcomes of a plugin."""

    outcomes: tuple[Outcome, ...]

    def count(self, status: str) -> int:
        """Return how many checks ended so.

        Parameters
        ----------
        status : {"passed", "failed", "skipped", "expected-failure"}

        Returns
        -------
        int
        """
        return sum(outcome.status == status for outcome in self.outcomes)

    @property
    def failures(self) -> tuple[Outcome, ...]:
        """The outcomes that failed."""
        return tuple(outcome for outcome in self.outcomes if outcome.status == "failed")


CHECKS: list[Check] = []


def promise(
    *sections: str, since: str, name: str | None = None
) -> Callable[[Callable[[Subject], None]], Callable[[Subject], None]]:
    """Register a function as a check of some sections; its name in kebab-case is the check's.

    Parameters
    ----------
    *sections : str
        Among ``SECTIONS``.
    since : str
        Version of mixopt.
    name : str, optional

    Returns
    -------
    callable
        The decorator.
    """

    def register(test: Callable[[Subject], None]) -> Callable[[Subject], None]:
        said = name or test.__name__.replace("_", "-")
        CHECKS.append(Check(name=said, since=since, sections=sections, test=test))
        return test

    return register


def subjects(
    plugin: ModuleType | Any, problem: Problem | None, registry: Registry | None
) -> Iterator[tuple[int, Subject]]:
    """Yield every entry of a plugin with each of its examples.

    Parameters
    ----------
    plugin : module or object
    problem : Problem or None
    registry : Registry or None

    Yields
    ------
    (int, Subject)
        Number of the example, and what to look at.
    """
    problem = small_problem(registry=registry or discover()) if problem is None else problem
    for entry in read_entries(plugin):
        for number, example in enumerate(entry.examples):
            yield (
                number,
                Subject(
                    section=SECTION[type(entry)],
                    entry=entry,
                    example=example,
                    problem=problem,
                    plugin=plugin,
                ),
            )


def check_plugin(
    plugin: ModuleType | Any,
    *,
    problem: Problem | None = None,
    registry: Registry | None = None,
    expected_failures: Mapping[str, str] | None = None,
    raise_failures: bool = True,
) -> Findings:
    """Run every check on every example of every entry of a plugin.

    Parameters
    ----------
    plugin : module or object
        With functions marked ``hookimpl``.
    problem : Problem, optional
        Where the examples are built; a small one by default.
    registry : Registry, optional
        What the small problem's kinds mean; everything installed by default.
    expected_failures : mapping of str to str, optional
        Check name, or ``entry/check``, to the reason why it is known to fail. One that passes after all is a failure.
    raise_failures : bool
        Whether failures raise.

    Returns
    -------
    Findings

    Raises
    ------
    AssertionError
        Listing every failure with its entry, example, check and reason.
    """
    expected = dict(expected_failures or {})
    outcomes = [
        _excuse(run_check(check, subject, number), _reason(expected, subject, check))
        for number, subject in subjects(plugin, problem, registry)
        for check in CHECKS
        if subject.section in check.sections
    ]
    report = Findings(tuple(outcomes))
    if report.failures and raise_failures:
        lines = [
            f"{o.section} {o.entry} [example {o.example}] {o.check}: {o.reason}" for o in report.failures
        ]
        count = "1 check" if len(lines) == 1 else f"{len(lines)} checks"
        raise AssertionError("\n".join([f"{count} failed", *lines]))
    return report


def run_check(check: Check, subject: Subject, number: int = 0) -> Outcome:
    """Run one check and record what came of it.

    Parameters
    ----------
    check : Check
    subject : Subject
    number : int
        Of the example.

    Returns
    -------
    Outcome
    """
    outcome = Outcome(
        section=subject.section, entry=subject.entry.name, example=number, check=check.name, status="passed"
    )
    try:
        check.test(subject)
    except Skip as reason:
        return replace(outcome, status="skipped", reason=str(reason))
    except Exception as reason:  # noqa: BLE001 - whatever a plugin raises is its failure
        return replace(outcome, status="failed", reason=f"{type(reason).__name__}: {reason}")
    return outcome


def _reason(expected: Mapping[str, str], subject: Subject, check: Check) -> str | None:
    return expected.get(f"{subject.entry.name}/{check.name}", expected.get(check.name))


def _excuse(outcome: Outcome, reason: str | None) -> Outcome:
    if reason is None or outcome.status == "skipped":
        return outcome
    if outcome.status == "failed":
        return replace(outcome, status="expected-failure", reason=reason)
    return replace(outcome, status="failed", reason=f"expected to fail ({reason}) but passes")


def parametrize_checks(
    plugin: ModuleType | Any,
    *,
    problem: Problem | None = None,
    registry: Registry | None = None,
    expected_failures: Mapping[str, str] | None = None,
) -> Any:
    """Return a decorator that runs a test once per entry × example × check, each with its own test id.

    Parameters
    ----------
    plugin : module or object
    problem, registry, expected_failures
        As :func:`check_plugin`; an expected failure becomes a strict ``xfail``.

    Returns
    -------
    pytest decorator
        The test takes one argument, ``check``, and calls it.
    """
    import pytest  # noqa: PLC0415 - only a plugin's tests need it

    expected = dict(expected_failures or {})

    def prepared(check: Check, subject: Subject) -> Callable[[], None]:
        def call() -> None:
            try:
                check.test(subject)
            except Skip as reason:
                pytest.skip(str(reason))

        return call

    def marks(check: Check, subject: Subject) -> list[Any]:
        reason = _reason(expected, subject, check)
        return [] if reason is None else [pytest.mark.xfail(reason=reason, strict=True)]

    parameters = [
        pytest.param(
            prepared(check, subject),
            id=f"{subject.section}-{subject.entry.name}-{number}-{check.name}",
            marks=marks(check, subject),
        )
        for number, subject in subjects(plugin, problem, registry)
        for check in CHECKS
        if subject.section in check.sections
    ]
    return pytest.mark.parametrize("check", parameters)
