"""A worker as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def worker(platform, kinds: Path | None = None, **chosen: str):
    """``tanheng work`` on the installation; killed at the end, if it still runs.

    Args:
        kinds: a module with more kinds of jobs. chosen: variables of its environment.
    """
    home, environment = platform.home.path, {**os.environ, **chosen}
    order = [sys.executable, "-m", "tanheng.cli", "--home", home, "work"]
    if kinds is not None:
        environment["PYTHONPATH"] = f"{kinds.parent}:{environment.get('PYTHONPATH', '')}"
        order += ["--import", kinds.stem]
    order.append("--until-stdin-closes")  # it does not outlive a run of the tests that is killed
    with (home / "log").open("ab") as log:
        running = subprocess.Popen(order, env=environment, stdout=log, stderr=log, stdin=subprocess.PIPE)
    try:
        yield running
    finally:
        running.kill()
        running.wait()
        running.stdin.close()
