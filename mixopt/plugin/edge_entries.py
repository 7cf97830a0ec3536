"""Entries at the edges of a run: what brings tables in, what renders results, commands, and where sweeps run."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from mixopt.errors import Fault, PluginError, shown
from mixopt.plugin.contracts import Importer, Report
from mixopt.plugin.entries import CurveEntry, Entry, MeasureEntry, RuleEntry, S, TermEntry
from mixopt.scope import Settings


class ImportSettings(Settings):
    """Base of every importer's settings: the file that ``mixopt import KIND FILE`` names."""

    file: Path = Field(description="File to read.")


class NoSettings(Settings):
    """Settings of what has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImporterEntry(Entry[S]):
    """Reads what another tool wrote: ``mixopt import NAME FILE --out DIR`` makes a config folder of it.

    Parameters
    ----------
    build : callable
        ``build(settings)`` gives the importer, without reading anything yet.
    sample : callable
        ``sample(folder)`` writes a small file of the source's kind into a folder and returns the settings that read it:
        what the conformance kit runs.
    endings : tuple of str
        Of files that hold a whole config, in lower case, with the dot: ``mixopt run FILE`` reads them. What `build`
        gives must then be a :class:`ConfigImporter`, and its settings need nothing but the file.
    """

    build: Callable[[S], Importer]
    sample: Callable[[Path], S]
    endings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        Entry.__post_init__(self)
        if not issubclass(self.settings, ImportSettings):
            problem = "the settings of an importer have no file"
            raise PluginError(
                Fault(
                    where=f"entry {shown(self.name)}",
                    problem=problem,
                    wanted="a subclass of mixopt.ImportSettings",
                )
            )
        if odd := [ending for ending in self.endings if not re.fullmatch(r"\.[a-z0-9]+", ending)]:
            problem = f"{shown(odd[0])} is no ending of a file"
            raise PluginError(Fault(where=f"entry {shown(self.name)}", problem=problem, wanted="'.xlsx'"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportEntry(Entry[S]):
    """Renders a result as files of the run's folder.

    A config asks for reports under ``reports: [{kind: NAME, …}]``. Where it does not, every installed report with
    ``default=True`` renders, with settings as they are when nothing is given; ``reports: []`` renders none.

    Parameters
    ----------
    build : callable
        ``build(settings)`` gives the report.
    default : bool
        Whether it renders where the config has no ``reports``; its settings must then need nothing.
    """

    build: Callable[[S], Report]
    default: bool = True

    def __post_init__(self) -> None:
        Entry.__post_init__(self)
        if not self.default:
            return
        try:
            self.settings()
        except ValidationError:
            problem = "it renders by default, but its settings need values"
            raise PluginError(
                Fault(where=f"entry {shown(self.name)}", problem=problem, wanted="defaults, or default=False")
            ) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandEntry(Entry[NoSettings]):
    """A command of the command line: ``mixopt NAME …``.

    Parameters
    ----------
    build : callable
        ``build()`` imports and returns the command when it is called: a function whose parameters are annotated as
        typer reads them and whose docstring is its help, or a ``typer.Typer`` with commands of its own. The function
        returns its exit code, or ``None`` for 0; what it raises of mixopt's errors becomes the exit code too.
    """

    build: Callable[[], Any]
    settings: type[NoSettings] = NoSettings
    examples: tuple[NoSettings, ...] = field(default=(NoSettings(),))

    def __post_init__(self) -> None:
        Entry.__post_init__(self)
        if not callable(self.build):
            raise PluginError(
                Fault(
                    where=f"entry {shown(self.name)}",
                    problem=f"its build is of type {type(self.build).__name__}",
                    wanted="a function that returns the command",
                )
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutorEntry(Entry[S]):
    """Where the tasks of a sweep run: ``--executor NAME`` or ``--executor NAME:VALUE``.

    Parameters
    ----------
    build : callable
        ``build(settings)`` gives a context manager whose ``with`` yields a :class:`concurrent.futures.Executor`, ready
        to take picklable tasks, and shut down at its end.
    argument : str
        The field of the settings that the text after the colon fills; empty if it takes none.
    """

    build: Callable[[S], AbstractContextManager[Executor]]
    argument: str = ""

    def __post_init__(self) -> None:
        Entry.__post_init__(self)
        if self.argument and self.argument not in self.settings.model_fields:
            raise PluginError(
                Fault(
                    where=f"entry {shown(self.name)}",
                    problem=f"its settings have no field {shown(self.argument)}",
                    wanted=f"one of {', '.join(self.settings.model_fields)}",
                )
            )


AnyEntry = (
    CurveEntry[Any]
    | TermEntry[Any]
    | RuleEntry[Any]
    | MeasureEntry[Any]
    | ImporterEntry[Any]
    | ReportEntry[Any]
    | CommandEntry
    | ExecutorEntry[Any]
)
