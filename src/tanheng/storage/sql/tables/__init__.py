"""All tables of the platform: one file an area, one metadata, the same on every engine."""

from tanheng.storage.sql.tables import (
    accounts,
    certification,
    complaints,
    databases,
    factors,
    grading,
    history,
    jobs,
    log,
    methods,
    notices,
    once,
    register,
    rulepacks,
    search,
    studies,
    suppliers,
)
from tanheng.storage.sql.tables.metadata import METADATA

__all__ = [
    "METADATA",
    "accounts",
    "certification",
    "complaints",
    "databases",
    "factors",
    "grading",
    "history",
    "jobs",
    "log",
    "methods",
    "notices",
    "once",
    "register",
    "rulepacks",
    "search",
    "studies",
    "suppliers",
]
