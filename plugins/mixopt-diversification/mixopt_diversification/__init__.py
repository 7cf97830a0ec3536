"""Diversification for mixopt: how evenly a plan spreads its money, priced in currency.

Registered through :mod:`mixopt_diversification.register`; nothing happens on import.
"""

from __future__ import annotations

__version__ = "0.1.0"
