"""Loops over the pipeline: frontiers. Every solve is a task that an executor may run anywhere.

The names stand in ``__init__.pyi``; what a sweep needs comes in when one is asked for.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
