"""Resilience for mixopt: what a plan is worth when channels go dark, prices rise or demand falls.

Registered through :mod:`mixopt_resilience.register`; nothing happens on import.
"""

from __future__ import annotations

__version__ = "0.1.0"
