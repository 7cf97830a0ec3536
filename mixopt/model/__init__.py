"""The model of one plan: a small Pyomo model over totals, compiled to the engine's arrays.

The names stand in ``__init__.pyi``; Pyomo, which takes a second to import, comes in when a model is first built.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
