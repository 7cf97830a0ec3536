"""Hooks, API v1: registration only; each yields typed records."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pluggy

from mixopt.plugin.edge_entries import CommandEntry, ExecutorEntry, ImporterEntry, ReportEntry
from mixopt.plugin.entries import CurveEntry, MeasureEntry, RuleEntry, TermEntry

API = 1
GROUP = "mixopt.v1"
PROJECT = "mixopt"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def mixopt_curves() -> Iterable[CurveEntry[Any]]:  # type: ignore[empty-body]
    """Yield families of response curves."""


@hookspec
def mixopt_terms() -> Iterable[TermEntry[Any]]:  # type: ignore[empty-body]
    """Yield objective terms."""


@hookspec
def mixopt_rules() -> Iterable[RuleEntry[Any]]:  # type: ignore[empty-body]
    """Yield rules."""


@hookspec
def mixopt_measures() -> Iterable[MeasureEntry[Any]]:  # type: ignore[empty-body]
    """Yield measures."""


@hookspec
def mixopt_importers() -> Iterable[ImporterEntry[Any]]:  # type: ignore[empty-body]
    """Yield importers."""


@hookspec
def mixopt_reports() -> Iterable[ReportEntry[Any]]:  # type: ignore[empty-body]
    """Yield reports."""


@hookspec
def mixopt_commands() -> Iterable[CommandEntry]:  # type: ignore[empty-body]
    """Yield commands."""


@hookspec
def mixopt_executors() -> Iterable[ExecutorEntry[Any]]:  # type: ignore[empty-body]
    """Yield executors."""
