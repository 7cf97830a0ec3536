"""What plugins register: frozen records, checked when they are made, never mutated."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from mixopt.curves import Family
from mixopt.errors import Fault, PluginError, shown
from mixopt.plugin.contracts import ConcaveTerm, Measure, Rule, Term
from mixopt.scope import Scope, Settings

S = TypeVar("S", bound=Settings)

KEBAB = re.compile(r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Generic[S]):
    """One thing a plugin adds.

    Parameters
    ----------
    name : str
        kebab-case: what a config writes after ``kind:``.
    summary : str
        One sentence for ``mixopt plugins`` and the docs.
    settings : type of Settings
        Pydantic model, frozen, extras forbidden; every field has a description with its unit.
    examples : tuple of settings
        At least one: feeds the conformance kit, the docs and ``mixopt init``.
    deprecated : str
        What to write instead, where the kind is to go: ``write brand-halo instead``. It keeps working, and every run
        that uses it says so. Empty for one that stays.
    """

    name: str
    summary: str
    settings: type[S]
    examples: tuple[S, ...]
    deprecated: str = ""

    def __post_init__(self) -> None:
        said = f"entry {shown(self.name)}"
        if not KEBAB.match(self.name):
            raise PluginError(
                Fault(where=said, problem="the name is not kebab-case", wanted="lower-case words and hyphens")
            )
        if not (isinstance(self.settings, type) and issubclass(self.settings, Settings)):
            raise PluginError(
                Fault(where=said, problem="settings is no class", wanted="a subclass of mixopt.Settings")
            )
        strict = self.settings.model_config
        if not strict.get("frozen") or strict.get("extra") != "forbid":
            problem = "its settings can be changed, or take unknown keys"
            raise PluginError(
                Fault(where=said, problem=problem, wanted="model_config as in mixopt.Settings: leave it out")
            )
        if not self.examples or not all(isinstance(example, self.settings) for example in self.examples):
            raise PluginError(
                Fault(where=said, problem="no example", wanted="at least one instance of its settings")
            )
        if not self.summary:
            raise PluginError(Fault(where=said, problem="no summary", wanted="one sentence"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveEntry(Entry[S]):
    """A family of response curves.

    ``settings`` describes one cell: its fields are the parameter columns of the cells table, their constraints (``gt``,
    ``ge``, ``lt``, ``le``) are checked for all cells at once. ``build(parameters)`` gets one array per field and
    returns the curves of all cells of the family. A family with ``table="points"`` gets the rows of that table for its
    cells as a second argument: columns ``cell`` (0 … m-1), ``spend``, ``response``, sorted.
    """

    build: Callable[..., Family]
    table: Literal["", "points"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermEntry(Entry[S]):
    """An objective term, linear (:class:`Term`) or concave (:class:`ConcaveTerm`) in totals.

    Parameters
    ----------
    build : callable
        ``build(settings, scope)`` gives the term; it may raise :class:`ConfigError` for what only the scope can tell.
    excludes : tuple of str
        Kinds of terms that count the same money: one plan may not reward both.
    """

    build: Callable[[S, Scope], Term | ConcaveTerm]
    excludes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleEntry(Entry[S]):
    """A rule. ``build(settings, scope)`` may raise :class:`ConfigError` for what only the scope can tell."""

    build: Callable[[S, Scope], Rule]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureEntry(Entry[S]):
    """A measure of a plan.

    Parameters
    ----------
    unit : str
        ``currency``, ``share``, ``ratio``, ``count`` or a unit's name.
    better : {"more", "less", "neither"}
    default : callable
        ``default(scope)`` returns the settings with which the measure stands in every contrast, or ``None`` where it is
        shown only when the config asks for it under ``measures:``.
    term : str
        Kind of the objective term that is the same number where both have the same settings; empty if none is. Where a
        plan has that term and every value agrees, the contrast shows the number once, under the term's name, unless the
        config asks for the measure too.
    """

    build: Callable[[S, Scope], Measure]
    unit: str
    better: Literal["more", "less", "neither"] = "more"
    default: Callable[[Scope], S | None] = field(default=lambda _scope: None)
    term: str = ""
