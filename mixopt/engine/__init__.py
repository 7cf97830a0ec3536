"""The numerical kernel: arrays in, a plan with its proof out."""

from mixopt.engine.activity import Activity
from mixopt.engine.carry import carried
from mixopt.engine.options import Event, Options
from mixopt.engine.program import ConcaveTerm, Program
from mixopt.engine.solution import LEAF, SPLIT_CELL, SPLIT_COLUMN, Proof, Solution
from mixopt.engine.solve import solve

__all__ = [
    "LEAF",
    "SPLIT_CELL",
    "SPLIT_COLUMN",
    "Activity",
    "ConcaveTerm",
    "Event",
    "Options",
    "Program",
    "Proof",
    "Solution",
    "carried",
    "solve",
]
