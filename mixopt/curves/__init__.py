"""Response curves, numpy only: one family per file, all of them from 0, increasing, convex and then concave."""

from mixopt.curves.curves import Curves, join
from mixopt.curves.family import Family, Floats, Indices, Pricing

__all__ = ["Curves", "Family", "Floats", "Indices", "Pricing", "join"]
