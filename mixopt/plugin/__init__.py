"""Plugins: what they register, what they must offer, how they are found."""

from mixopt.plugin.contracts import (
    Atom,
    ConcaveTerm,
    ConfigImporter,
    Importer,
    Level,
    Measure,
    Report,
    Rule,
    Separable,
    Term,
    Totals,
)
from mixopt.plugin.discovery import discover, read_entries, registry_of
from mixopt.plugin.edge_entries import (
    AnyEntry,
    CommandEntry,
    ExecutorEntry,
    ImporterEntry,
    ImportSettings,
    NoSettings,
    ReportEntry,
)
from mixopt.plugin.entries import CurveEntry, Entry, MeasureEntry, RuleEntry, TermEntry
from mixopt.plugin.evaluation import Evaluation
from mixopt.plugin.executors import open_executor
from mixopt.plugin.hooks import hookimpl
from mixopt.plugin.registry import Provider, Registry

__all__ = [
    "AnyEntry",
    "Atom",
    "CommandEntry",
    "ConcaveTerm",
    "ConfigImporter",
    "CurveEntry",
    "Entry",
    "Evaluation",
    "ExecutorEntry",
    "ImportSettings",
    "Importer",
    "ImporterEntry",
    "Level",
    "Measure",
    "MeasureEntry",
    "NoSettings",
    "Provider",
    "Registry",
    "Report",
    "ReportEntry",
    "Rule",
    "RuleEntry",
    "Separable",
    "Term",
    "TermEntry",
    "Totals",
    "discover",
    "hookimpl",
    "open_executor",
    "read_entries",
    "registry_of",
]
