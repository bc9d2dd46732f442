"""The kinds of jobs that ship: importing this registers them."""

from tanheng.jobs.kinds import databases, linking, portfolios, previewing, sampling, studies

__all__ = ["databases", "linking", "portfolios", "previewing", "sampling", "studies"]
