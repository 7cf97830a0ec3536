"""Measurements in child processes, with a limit on their CPU time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

CHILD = Path(__file__).with_name("child.py")
LIMIT = 60  # CPU seconds of an alternative; mixopt gets more, to be measured and not cut off


def measured(work: str, *arguments: object, limit: int = LIMIT) -> dict | None:
    """Return what a child measured, or None where it did not end within its CPU seconds."""
    told = subprocess.run(
        [sys.executable, str(CHILD), work, json.dumps(arguments), str(limit)],
        capture_output=True,
        text=True,
        check=False,
    )
    if told.returncode < 0:
        return None
    assert told.returncode == 0, told.stderr[-3000:]
    return json.loads(told.stdout.splitlines()[-1])
