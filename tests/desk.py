"""The command line at a desk, to compare with what the platform says of the same input."""

from __future__ import annotations

import orjson
from typer.testing import CliRunner

from tanheng.cli.main import app


def at_desk(*words):
    """What ``tanheng WORDS --json`` says, whatever its exit code."""
    done = CliRunner().invoke(app, [*map(str, words), "--json"])
    return orjson.loads(done.stdout)
