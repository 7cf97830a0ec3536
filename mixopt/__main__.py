"""``python -m mixopt`` is the command ``mixopt``."""

from __future__ import annotations

from mixopt.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
