"""All tables of the platform: one file an area, one metadata, the same on every engine."""

from tanheng.storage.sql.tables import (
    accounts,
    certification,
    databases,
    factors,
    history,
    jobs,
    log,
    methods,
    notices,
    once,
    recognition,
    rulepacks,
    search,
    studies,
)
from tanheng.storage.sql.tables.metadata import METADATA

__all__ = [
    "METADATA",
    "accounts",
    "certification",
    "databases",
    "factors",
    "history",
    "jobs",
    "log",
    "methods",
    "notices",
    "once",
    "recognition",
    "rulepacks",
    "search",
    "studies",
]
