"""``python -m tanheng.cli``."""

from tanheng.cli.entry import run

run()
