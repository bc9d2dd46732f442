"""The platform's database: SQLite in the data directory, or PostgreSQL by URL."""

from tanheng.storage.sql.tables import METADATA
from tanheng.storage.sql.work import Work, at_once

__all__ = ["METADATA", "Work", "at_once"]
