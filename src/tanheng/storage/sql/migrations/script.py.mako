"""${message}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import tanheng.storage.sql.types

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """From the schema before to this one."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """There is no way back but a backup: history is not given up."""
    raise NotImplementedError
