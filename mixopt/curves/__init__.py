"""Response curves, numpy only: one family per file, all of them from 0, increasing, convex and then concave."""

from mixopt.curves.curves import Curves, join
from mixopt.curves.family import Family, Floats, Indices, Pricing
from mixopt.curves.hill import Hill
from mixopt.curves.response import best_response

__all__ = ["Curves", "Family", "Floats", "Hill", "Indices", "Pricing", "best_response", "join"]
