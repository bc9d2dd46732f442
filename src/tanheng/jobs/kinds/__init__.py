"""The kinds of jobs that ship: importing this registers them."""

from tanheng.jobs.kinds import (
    databases,
    differences,
    dumping,
    history,
    linking,
    meanings,
    methods,
    portfolios,
    previewing,
    sampling,
    studies,
)

__all__ = [
    "databases",
    "differences",
    "dumping",
    "history",
    "linking",
    "meanings",
    "methods",
    "portfolios",
    "previewing",
    "sampling",
    "studies",
]
