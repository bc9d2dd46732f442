"""The kinds of jobs that ship: importing this registers them."""

from tanheng.jobs.kinds import databases, portfolios, previewing, sampling, studies

__all__ = ["databases", "portfolios", "previewing", "sampling", "studies"]
