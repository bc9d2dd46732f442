"""Where the command begins: nothing is loaded before an interruption would be told as one."""

from __future__ import annotations

import sys

INTERRUPTED = 130
"""Exit code of a command that Ctrl-C ended before it had begun."""


def run() -> None:
    """Load the command line and run it."""
    try:
        from tanheng.cli.main import run as command

        command()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
