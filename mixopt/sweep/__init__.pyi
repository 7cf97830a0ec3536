# The names of this room, each with its home. `mixopt/sweep/__init__.py` loads them from here when first used.
from .front import frontier

__all__ = ["frontier"]
