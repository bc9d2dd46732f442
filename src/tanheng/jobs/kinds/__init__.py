"""The kinds of jobs that ship: importing this registers them."""

from tanheng.jobs.kinds import (
    certification,
    databases,
    differences,
    grading,
    dumping,
    history,
    impact,
    linking,
    meanings,
    methods,
    portfolios,
    previewing,
    sampling,
    studies,
)

__all__ = [
    "certification",
    "databases",
    "differences",
    "grading",
    "dumping",
    "history",
    "impact",
    "linking",
    "meanings",
    "methods",
    "portfolios",
    "previewing",
    "sampling",
    "studies",
]
