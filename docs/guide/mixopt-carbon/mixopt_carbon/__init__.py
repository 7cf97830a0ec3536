"""Carbon for mixopt: a budget, a price and the tonnes of every plan.

Registered through :mod:`mixopt_carbon.plugin`; nothing happens on import.
"""

from __future__ import annotations

__version__ = "0.1.0"
