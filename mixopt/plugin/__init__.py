"""Plugins: what they register, what they must offer, how they are found."""

from mixopt.plugin.contracts import Atom, ConcaveTerm, Level, Measure, Rule, Separable, Term, Totals
from mixopt.plugin.discovery import discover, read_entries, registry_of
from mixopt.plugin.entries import AnyEntry, CurveEntry, Entry, MeasureEntry, RuleEntry, TermEntry
from mixopt.plugin.evaluation import Evaluation
from mixopt.plugin.hooks import hookimpl
from mixopt.plugin.registry import Provider, Registry

__all__ = [
    "AnyEntry",
    "Atom",
    "ConcaveTerm",
    "CurveEntry",
    "Entry",
    "Evaluation",
    "Level",
    "Measure",
    "MeasureEntry",
    "Provider",
    "Registry",
    "Rule",
    "RuleEntry",
    "Separable",
    "Term",
    "TermEntry",
    "Totals",
    "discover",
    "hookimpl",
    "read_entries",
    "registry_of",
]
