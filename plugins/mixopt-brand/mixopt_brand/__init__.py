"""Brand for mixopt: what spend brings after the window that the response curves cover.

Registered through :mod:`mixopt_brand.register`; nothing happens on import.
"""

from __future__ import annotations

__version__ = "0.1.0"
