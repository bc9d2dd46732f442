"""The kinds of jobs that ship: importing this registers them."""

from tanheng.jobs.kinds import (
    databases,
    differences,
    grading,
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
    "databases",
    "differences",
    "grading",
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
