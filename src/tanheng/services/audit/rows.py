"""The rows that stay, held against what the history tells of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import orjson
from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from tanheng.audit.rows import digest_of_row
from tanheng.services.audit.model import Finding
from tanheng.storage.sql import Work, guarding
from tanheng.storage.sql.history import ROWS
from tanheng.storage.sql.tables.kept import TOLD
from tanheng.storage.sql.work import key_of

BATCH = 200  # rows at once; each may hold a whole study


@dataclass(slots=True)
class RowCheck:
    """Gathers what events tell of rows, then looks at the rows."""

    _told: dict[str, tuple[int, str]] = field(default_factory=dict)

    def hear(self, event: RowMapping) -> None:
        """Note the digests in an event; the last one of a row counts."""
        if f'"{ROWS}":' not in event["facts"]:
            return
        try:
            rows = dict(orjson.loads(event["facts"]).get(ROWS, {}))
        except (ValueError, TypeError, AttributeError):
            return  # the event itself is not what was written, and found by its hash
        for key, digest in rows.items():
            self._told[key] = (event["number"], digest)

    def findings(self, work: Work) -> Iterator[Finding]:
        """``row``, ``untold``, ``lost``, and ``unguarded``."""
        for table in TOLD:
            rows = work.sql.execute(select(table), execution_options={"yield_per": BATCH}).mappings()
            for row in rows:
                key = key_of(table, row)
                number, digest = self._told.pop(key, (0, ""))
                if not digest:
                    yield Finding(0, "untold", key)
                elif digest_of_row(table.name, dict(row)) != digest:
                    yield Finding(number, "row", key)
        yield from (Finding(number, "lost", key) for key, (number, _) in self._told.items())
        yield from (Finding(0, "unguarded", name) for name in guarding.missing(work.sql))
