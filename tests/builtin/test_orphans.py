"""Workers end with the process that gave them their tasks, also where it is killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

GIVES = """
import os
import sys
import mixopt

if __name__ == "__main__":
    with mixopt.open_executor("processes:1", mixopt.discover([])) as executor:
        print(executor.submit(os.getpid).result(), flush=True)
        sys.stdin.read()
"""


def alive(process: int) -> bool:
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
        return stat.rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="there is no /proc to look for processes in")
def test_a_worker_does_not_outlive_a_killed_process(tmp_path):
    script = tmp_path / "gives.py"
    script.write_text(GIVES)
    giver = subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert giver.stdout is not None
    assert giver.stdin is not None
    worker = int(giver.stdout.readline())
    assert alive(worker)
    giver.send_signal(signal.SIGKILL)
    giver.wait()
    giver.stdin.close()
    giver.stdout.close()
    until = time.monotonic() + 120
    while alive(worker) and time.monotonic() < until:
        time.sleep(0.05)
    assert not alive(worker)
