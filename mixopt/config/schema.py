"""The config as values: frozen, checked, plugin sections already validated by their own settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mixopt.scope import Budget, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One entry under ``objective:``, ``constraints:``, ``measures:`` or ``reports:``.

    Parameters
    ----------
    kind : str
        What a plugin registered.
    name : str
        What the config calls it; the kind where it gives no name.
    settings : Settings
        The section's other keys, validated by the settings of its kind.
    weight : float
        Of a term; 1 for everything else.
    at : str
        Where it stands: ``config.yaml:12:5``, or ``plans.balanced.objective[1]`` for a dict.
    """

    kind: str
    name: str
    settings: Settings
    weight: float = 1.0
    at: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanConfig:
    """One plan: its own objective, and the constraints that hold for it alone (``extends:`` already resolved)."""

    name: str
    objective: tuple[Section, ...]
    constraints: tuple[Section, ...] = ()
    at: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class SolverConfig:
    """What to prove, and when to stop: relative gap, seconds of wall time per plan, bytes that the process may hold."""

    gap: float = 1e-4
    time_limit: float = 60.0
    memory: float = float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class RangesConfig:
    """Between which quantiles of the posterior draws ranges lie, and which share of the draws are the worst."""

    low: float = 0.05
    high: float = 0.95
    worst: float = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class RunConfig:
    """A whole config. Two are equal if they mean the same, wherever they were written.

    Parameters
    ----------
    name : str
    currency : str
        ISO 4217 code.
    budget : Budget
    data : Mapping of str to str or None
        Table name to the path as written; resolved against `folder`. A name without a file stands for a frame.
    constraints : tuple of Section
        Hold for every plan.
    plans : Mapping of str to PlanConfig
        In the config's order.
    measures : tuple of Section
        Measures asked for beyond those that stand in every contrast.
    reports : tuple of Section or None
        Reports to render; ``None`` for all installed ones that render by default.
    solver : SolverConfig
    ranges : RangesConfig
        Used where curves are given per posterior draw.
    plugins : tuple of str or None
        Allow-list of distributions; ``None`` allows all that are installed.
    folder : Path
        What relative paths are relative to.
    source : str
        The file's name as messages write it, or ``config`` for a dict.
    document : dict
        The merged plain document, as it would be written to JSON: what the config hash is taken of.
    origins : Mapping of str to str
        Path to what set the value there: ``default``, a variable's name, ``--set budget.total``. What is not listed
        stands in the source.
    tables : Mapping of str to DataFrame
        Frames that came with the config, where it was read from a workbook.
    places : Mapping of str to str
        Path to where the value stands: ``{"budget.total": "config.yaml:4:17"}``; empty for a dict.
    """

    name: str
    currency: str
    budget: Budget
    data: Mapping[str, str | None]
    constraints: tuple[Section, ...]
    plans: Mapping[str, PlanConfig]
    measures: tuple[Section, ...] = ()
    reports: tuple[Section, ...] | None = None
    solver: SolverConfig = field(default_factory=SolverConfig)
    ranges: RangesConfig = field(default_factory=RangesConfig)
    plugins: tuple[str, ...] | None = None
    folder: Path = field(default_factory=Path, compare=False)
    source: str = field(default="config", compare=False)
    document: Mapping[str, Any] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)
    places: Mapping[str, str] = field(default_factory=dict, compare=False)
    tables: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def place(self, path: str) -> str:
        """Return where the value at a path stands, as messages write it.

        Parameters
        ----------
        path : str
            ``budget.total``, ``data.cells``.

        Returns
        -------
        str
            The path itself where no position is known.
        """
        return self.places.get(path, path)
