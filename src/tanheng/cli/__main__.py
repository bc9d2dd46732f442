"""``python -m tanheng.cli``."""

from tanheng.cli.main import run

run()
