"""The core's own entries of every kind, registered through the public hooks like anybody's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mixopt import (
    CommandEntry,
    CurveEntry,
    ExecutorEntry,
    ImporterEntry,
    ReportEntry,
    RuleEntry,
    TermEntry,
    hookimpl,
)
from mixopt.builtin.activity_rules import ACTIVITY_RULES
from mixopt.builtin.commands import COMMANDS
from mixopt.builtin.curves import CURVES
from mixopt.builtin.executors import EXECUTORS
from mixopt.builtin.importers import IMPORTERS
from mixopt.builtin.reports import REPORTS
from mixopt.builtin.rules import RULES
from mixopt.builtin.terms import TERMS


@hookimpl
def mixopt_curves() -> Iterable[CurveEntry[Any]]:
    """Yield the families of the cells table."""
    return CURVES


@hookimpl
def mixopt_terms() -> Iterable[TermEntry[Any]]:
    """Yield return and profit."""
    return TERMS


@hookimpl
def mixopt_rules() -> Iterable[RuleEntry[Any]]:
    """Yield spend, share, linear and keep; minimum-if-active and count."""
    return (*RULES, *ACTIVITY_RULES)


@hookimpl
def mixopt_importers() -> Iterable[ImporterEntry[Any]]:
    """Yield the importer of points."""
    return IMPORTERS


@hookimpl
def mixopt_reports() -> Iterable[ReportEntry[Any]]:
    """Yield the sheet by label."""
    return REPORTS


@hookimpl
def mixopt_commands() -> Iterable[CommandEntry]:
    """Yield the command that shows a curve."""
    return COMMANDS


@hookimpl
def mixopt_executors() -> Iterable[ExecutorEntry[Any]]:
    """Yield serial and processes."""
    return EXECUTORS
