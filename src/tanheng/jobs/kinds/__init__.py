"""The kinds of jobs that ship: importing this registers them."""

from tanheng.jobs.kinds import databases, previewing, sampling, studies

__all__ = ["databases", "previewing", "sampling", "studies"]
