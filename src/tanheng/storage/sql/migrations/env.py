"""Where Alembic learns what to work on: the connection that was given to it, and our metadata."""

from __future__ import annotations

from alembic import context

from tanheng.storage.sql.searching import is_compared
from tanheng.storage.sql.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    compare_type=True,
    include_name=is_compared,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
