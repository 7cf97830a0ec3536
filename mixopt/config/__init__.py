"""The config: read from YAML, JSON or a dict, checked whole, handed on as a frozen value."""

from mixopt.config.json_schema import json_schema
from mixopt.config.read import allow_list, read_config
from mixopt.config.schema import PlanConfig, RunConfig, Section, SolverConfig

__all__ = ["PlanConfig", "RunConfig", "Section", "SolverConfig", "allow_list", "json_schema", "read_config"]
