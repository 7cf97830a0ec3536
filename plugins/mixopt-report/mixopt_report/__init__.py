"""The contrast report of mixopt: one offline page for planners and managers, and its charts for notebooks.

Registered through :mod:`mixopt_report.register`; nothing happens on import.
"""

from __future__ import annotations

__version__ = "0.1.0"
