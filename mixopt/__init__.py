"""mixopt: marketing-mix plans that are globally optimal with a proof, and the price of balance in money.

The public names stand in ``__init__.pyi``; each is imported when it is first used, so that ``import mixopt`` and
``mixopt --help`` stay quick.
"""

from __future__ import annotations

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
