"""The model of one plan: a small Pyomo model over totals, compiled to the engine's arrays."""

from mixopt.model.compile import build_model
from mixopt.model.model import Model, Row

__all__ = ["Model", "Row", "build_model"]
