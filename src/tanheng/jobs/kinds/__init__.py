"""The kinds of jobs that ship: importing this registers them."""

from tanheng.jobs.kinds import databases, methods, previewing, sampling, studies

__all__ = ["databases", "methods", "previewing", "sampling", "studies"]
