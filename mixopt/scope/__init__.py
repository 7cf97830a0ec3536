"""What is being planned: cells, budget, selections, tables, number types."""

from mixopt.scope.by_name import ByName, by_name
from mixopt.scope.column import Column
from mixopt.scope.scope import KEYS, Budget, Floats, Indices, Scope
from mixopt.scope.tables import read_table
from mixopt.scope.units import (
    Fraction,
    Limits,
    Money,
    Number,
    RelativeToToday,
    Seconds,
    Settings,
    ShareLimits,
)
from mixopt.scope.where import Selection, Where, selection

__all__ = [
    "KEYS",
    "Budget",
    "ByName",
    "Column",
    "Floats",
    "Fraction",
    "Indices",
    "Limits",
    "Money",
    "Number",
    "RelativeToToday",
    "Scope",
    "Seconds",
    "Selection",
    "Settings",
    "ShareLimits",
    "Where",
    "by_name",
    "read_table",
    "selection",
]
