"""A result as bytes, as a folder, and as text on a terminal."""

from mixopt.report.render import render
from mixopt.report.write import save, write

__all__ = ["render", "save", "write"]
