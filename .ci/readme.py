"""Put into README.md what `make demo` prints; a test holds that it is still so."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
START, END = "<!-- demo: start; written by .ci/readme.py -->", "<!-- demo: end -->"
WIDTH = 110


def main() -> int:
    """Write the block anew; return the exit code."""
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    README.write_text(f"{before}{START}\n```text\n{demo()}\n```\n{END}{after}", encoding="utf-8")
    return 0


def recorded() -> str:
    """Return what README.md shows."""
    block = README.read_text(encoding="utf-8").partition(START)[2].partition(END)[0].strip()
    return block.removeprefix("```text").removesuffix("```").strip("\n")


def demo() -> str:
    """Return what the demo prints, less what differs from run to run: seconds, and hashes in paths."""
    environment = os.environ | {"NO_COLOR": "1", "COLUMNS": str(WIDTH), "PYTHONUTF8": "1"}
    words = [sys.executable, "-m", "mixopt", "run", "configs/uk-media/config.yaml", "--out"]
    with tempfile.TemporaryDirectory() as folder:
        told = subprocess.run(
            [*words, folder],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            encoding="utf-8",
        )
        return settled(told.stdout.replace(folder, "runs"))


def settled(text: str) -> str:
    """Return printed text with the parts that differ from run to run replaced."""
    lines = [line.rstrip() for line in text.splitlines()]
    text = "\n".join(lines).strip("\n")
    text = re.sub(r"(uk-media)-[0-9a-f]{8}", r"\1-1a2b3c4d", text)
    return re.sub(r"\b\d+(\.\d+)? s\b", "1 s", text)


if __name__ == "__main__":
    sys.exit(main())
