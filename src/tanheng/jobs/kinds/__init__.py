"""The kinds of jobs that ship: importing this registers them."""

from tanheng.jobs.kinds import (
    certification,
    databases,
    demonstration,
    differences,
    dumping,
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
    suppliers,
)

__all__ = [
    "certification",
    "databases",
    "demonstration",
    "differences",
    "dumping",
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
    "suppliers",
]
