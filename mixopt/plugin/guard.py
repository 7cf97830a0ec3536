"""Between the core and a plugin's objects: every call is guarded, every answer is checked, every fault is named.

A plugin that raises, leaves with ``sys.exit``, never returns, returns NaN or something of another kind, changes the
arrays it is given, or is not concave where it says so becomes a :class:`PluginError` with the plugin's name. The rest
of mixopt sees only guarded objects.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from mixopt.curves import Floats
from mixopt.errors import ConfigError, Fault, MixoptError, PluginError, TableError, printable, shown
from mixopt.plugin.contracts import Atom, Level, Totals
from mixopt.plugin.evaluation import Evaluation
from mixopt.plugin.patience import patiently

REMEMBERED = 16  # points of a concave term that its later points are held against
NEAR_NOTHING = (
    1e-6  # of a concave term's ceiling: smaller values are held against each other as if they were this large
)
CLOSE = 1e-6  # relative: how far above a tangent or its ceiling a concave term counts as rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Whose object it is.

    Parameters
    ----------
    section, kind : str
        ``term``, ``halo``.
    provider : str
        Distribution and version; empty for an object that no plugin registered.
    """

    section: str
    kind: str
    provider: str = ""

    def __str__(self) -> str:
        return f"{self.section} '{self.kind}'" + (f" of {self.provider}" if self.provider else "")

    def fault(self, problem: str, wanted: str = "") -> PluginError:
        """Return the error that names the owner.

        Parameters
        ----------
        problem, wanted : str

        Returns
        -------
        PluginError
        """
        hint = "report it to the plugin's author"
        return PluginError(Fault(where="", problem=f"{self}: {problem}", wanted=wanted, hint=hint))

    def call(self, what: str, work: Callable[..., Any], *args: Any, watched: bool = False) -> Any:
        """Return ``work(*args)``.

        Parameters
        ----------
        what : str
            Name of the method, for the message.
        work : callable
        *args
            What it is called with.
        watched : bool
            Whether it is given up when it takes too long.

        Returns
        -------
        object

        Raises
        ------
        PluginError
            For whatever it raises that is no error of mixopt's own.
        """
        try:
            # what the core itself registered needs no watch, and a thread costs more than most calls
            return patiently(work, *args) if watched and self.provider else work(*args)
        except MixoptError:
            raise
        except KeyboardInterrupt as reason:
            reason.add_note(f"interrupted in {what} of {self}")
            raise
        except BaseException as reason:
            said = printable(str(reason) or "no message")
            raise self.fault(f"{what} failed: {type(reason).__name__}: {said}") from reason


def number(owner: Owner, what: str, answer: Any) -> float:
    """Return an answer that must be one number.

    Parameters
    ----------
    owner : Owner
    what : str
        Name of the method, for the message.
    answer : object

    Returns
    -------
    float
        Not necessarily finite.

    Raises
    ------
    PluginError
        If it is no number.
    """
    if isinstance(answer, bool) or not isinstance(answer, numbers.Real):
        size = f" of shape {answer.shape}" if isinstance(answer, np.ndarray) else ""
        got = "None" if answer is None else f"a {type(answer).__name__}{size}"
        raise owner.fault(f"{what} returned {got}", "one number")
    return float(answer)


def finite(owner: Owner, what: str, answer: Any) -> float:
    """Return an answer that must be one finite number; otherwise as :func:`number`."""
    value = number(owner, what, answer)
    if not math.isfinite(value):
        raise owner.fault(f"{what} returned {value}", "a finite number")
    return value


@dataclass(frozen=True, slots=True)
class Guarded:
    """What all guarded objects share: the plugin's object, its owner, and which of its methods have answered before."""

    inner: Any
    owner: Owner
    seen: set[str] = field(default_factory=set, compare=False, repr=False)

    @property
    def settings(self) -> Any:
        """The plugin's own settings, or ``None`` where its object keeps none under that name."""
        return getattr(self.inner, "settings", None)

    def ask(self, what: str, *args: Any) -> Any:
        """Return what a method of the plugin's object answers; the first call of each method is watched.

        Parameters
        ----------
        what : str
            Name of the method.
        *args
            What it is called with.

        Returns
        -------
        object
        """
        try:
            answer = self.owner.call(what, getattr(self.inner, what), *args, watched=what not in self.seen)
        except (ConfigError, TableError) as error:
            raise type(error)(
                *(replace(f, where=f.where or str(self.owner)) for f in error.faults)
            ) from error
        self.seen.add(what)
        return answer


@dataclass(frozen=True, slots=True)
class GuardedTerm(Guarded):
    """A linear term."""

    def build(self, block: Any, totals: Totals) -> Any:
        """Return the term's expression."""
        expression = self.ask("build", block, totals)
        if expression is None or isinstance(expression, (str, bytes, bool)):
            got = "None" if expression is None else f"a {type(expression).__name__}"
            raise self.owner.fault(f"build returned {got}", "a Pyomo expression, in currency")
        return expression

    def value(self, plan: Evaluation) -> float:
        """Return the term's value on a plan, currency."""
        return finite(self.owner, "value", self.ask("value", plan))


@dataclass(frozen=True, slots=True)
class GuardedConcaveTerm(Guarded):
    """A concave term: each answer is also held against its ceiling and against the tangents at earlier points."""

    touched: list[tuple[Floats, float, Floats]] = field(default_factory=list, compare=False, repr=False)

    def totals(self, totals: Totals) -> Sequence[Any]:
        """Return the totals that the term reads."""
        return list(self.ask("totals", totals))

    def value_and_gradient(self, vector: Floats) -> tuple[float, Floats]:
        """Return value and gradient at a vector of totals."""
        what = "value_and_gradient"
        point = np.array(vector, dtype=float)
        point.flags.writeable = False
        answer = self.ask(what, point)
        if not isinstance(answer, tuple) or len(answer) != 2:
            raise self.owner.fault(f"{what} returned a {type(answer).__name__}", "a value and a gradient")
        value = finite(self.owner, what, answer[0])
        gradient = np.asarray(answer[1], dtype=float)
        if gradient.shape != point.shape or not np.isfinite(gradient).all():
            problem = f"{what} returned a gradient of shape {gradient.shape} at {len(point)} totals"
            if gradient.shape == point.shape:
                problem = f"{what} returned a gradient that is not finite at {shown(str(point))}"
            raise self.owner.fault(problem, "one finite number per total")
        self._hold(point, value, gradient)
        return value, gradient

    def _hold(self, point: Floats, value: float, gradient: Floats) -> None:
        top = self.ceiling()
        if value > top + CLOSE * max(1.0, abs(top)):
            raise self.owner.fault(f"its value {value:.9g} is above its own ceiling {top:.9g}")
        for other, height, slope in self.touched:
            there, here = height + slope @ (point - other), value + gradient @ (other - point)
            steps = float((np.abs(gradient) + np.abs(slope)) @ np.abs(point - other))
            size = max(
                abs(value), abs(height), steps, 1e-12, NEAR_NOTHING * abs(top) if math.isfinite(top) else 0.0
            )
            if value > there + CLOSE * size or height > here + CLOSE * size:
                problem = f"its value {value:.9g} is above a tangent of its own at {there:.9g}"
                if height > here + CLOSE * size:
                    problem = f"its value {height:.9g} is above a tangent of its own at {here:.9g}"
                raise self.owner.fault(problem, "a concave function with its true gradient")
        self.touched.append((point, value, gradient))
        del self.touched[:-REMEMBERED]

    def ceiling(self) -> float:
        """Return what the term never exceeds, currency; ``inf`` is allowed."""
        top = number(self.owner, "ceiling", self.ask("ceiling"))
        if math.isnan(top) or top == -math.inf:
            raise self.owner.fault(f"ceiling returned {top}", "a number, or inf")
        return top

    def value(self, plan: Evaluation) -> float:
        """Return the term's value on a plan, currency."""
        return finite(self.owner, "value", self.ask("value", plan))


@dataclass(frozen=True, slots=True)
class GuardedSeparableTerm(GuardedConcaveTerm):
    """A concave term that states its standard form."""

    def atom(self) -> Atom:
        """Return the standard form."""
        atom = self.ask("atom")
        if not isinstance(atom, Atom):
            raise self.owner.fault(f"atom returned a {type(atom).__name__}", "a mixopt.Atom")
        if not (np.isfinite(atom.scale).all() and (np.asarray(atom.scale) >= 0).all()):
            raise self.owner.fault("atom has a scale below 0 or not finite", "scales of at least 0")
        if not (np.isfinite(atom.unit).all() and (np.asarray(atom.unit) > 0).all()):
            raise self.owner.fault("atom has a unit that is not above 0", "units above 0")
        return atom


@dataclass(frozen=True, slots=True)
class GuardedRule(Guarded):
    """A rule."""

    def build(self, block: Any, totals: Totals) -> None:
        """Put the rule's rows on its block."""
        self.ask("build", block, totals)

    def levels(self, plan: Evaluation) -> Sequence[Level]:
        """Return where a plan stands against the rule's limits."""
        answer = self.ask("levels", plan)
        if not isinstance(answer, Sequence) or not all(isinstance(level, Level) for level in answer):
            raise self.owner.fault(f"levels returned a {type(answer).__name__}", "a list of mixopt.Level")
        for level in answer:
            number(self.owner, f"levels of row {level.row!r}", level.value)
        return tuple(answer)

    def sentence(self) -> str:
        """Return the rule in words."""
        said = self.ask("sentence")
        if not isinstance(said, str) or not said.strip():
            raise self.owner.fault(f"sentence returned a {type(said).__name__}", "the rule in words")
        return " ".join(said.split())

    def cost(self) -> GuardedTerm | None:
        """Return what keeping the rule costs, as a term; None where it costs nothing."""
        term = self.ask("cost") if hasattr(self.inner, "cost") else None
        return None if term is None else guarded(replace(self.owner, section="term"), term)


@dataclass(frozen=True, slots=True)
class GuardedMeasure(Guarded):
    """A measure. One that nobody asked for is left out of the contrast where it fails, and the failure is noted."""

    asked: bool = True
    failures: dict[str, None] = field(default_factory=dict, compare=False, repr=False)

    def value(self, plan: Evaluation) -> float:
        """Return the measure on a plan; ``nan`` where it does not apply."""
        try:
            return number(self.owner, "value", self.ask("value", plan))
        except MixoptError as reason:
            if self.asked:
                raise
            self.failures[str(reason)] = None
            return math.nan


@dataclass(frozen=True, slots=True)
class GuardedReport(Guarded):
    """A report."""

    def render(self, result: Any) -> dict[str, bytes]:
        """Return the report's files; what they may be called is for the one who writes them to say."""
        files = self.ask("render", result)
        if not isinstance(files, Mapping):
            raise self.owner.fault(f"render returned a {type(files).__name__}", "a mapping of names to bytes")
        for name, data in files.items():
            if not isinstance(name, str) or not isinstance(data, (bytes, bytearray)):
                got = f"a {type(data).__name__} under {shown(name)}"
                raise self.owner.fault(f"render returned {got}", "bytes under a file's name")
        return {name: bytes(data) for name, data in files.items()}


def guarded(owner: Owner, built: Any, *, asked: bool = True) -> Any:
    """Return what an entry built, guarded.

    Parameters
    ----------
    owner : Owner
    built : object
    asked : bool
        Whether the config asks for it; a measure may stand in every contrast unasked.

    Returns
    -------
    Guarded

    Raises
    ------
    PluginError
        If it lacks a method of its contract.
    """
    if owner.section == "term":
        _need(owner, built, "value")
        if not hasattr(built, "value_and_gradient"):
            _need(owner, built, "build")
            return GuardedTerm(built, owner)
        _need(owner, built, "totals", "ceiling")
        return (GuardedSeparableTerm if hasattr(built, "atom") else GuardedConcaveTerm)(built, owner)
    if owner.section == "rule":
        _need(owner, built, "build", "levels", "sentence")
        return GuardedRule(built, owner)
    _need(owner, built, "value")
    return GuardedMeasure(built, owner, asked=asked)


def _need(owner: Owner, built: Any, *methods: str) -> None:
    lacking = [name for name in methods if not callable(getattr(built, name, None))]
    if lacking:
        got = "None" if built is None else f"a {type(built).__name__}"
        raise owner.fault(f"its entry built {got} without {', '.join(lacking)}")
