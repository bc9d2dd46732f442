"""A frozen assessment that somebody sends, computed again from its own record; nothing is kept of it."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from tanheng.accounts import Actor, Thing
from tanheng.factors import Release, embedded
from tanheng.footprint import compare_sources, read_assessment, recompute
from tanheng.footprint.documents import plain
from tanheng.footprint.recomputing import differing
from tanheng.services.apart import apart
from tanheng.services.databases.backgrounds import Shelf, shelf_of, usable
from tanheng.services.factors import shelf
from tanheng.services.factors.releases import Opened
from tanheng.services.studies.assessments import KIND
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work

DIFFERING, KEYS = 100, 200
"""Values that are others, and links of each kind, that are told."""


def check(work: Work) -> None:
    """Go on only for those who are signed in (TH-ACC-001)."""
    work.require("assessment.list", Thing(KIND))


def recomputed(platform: Platform, actor: Actor, path: Path, *, organisation: str = "") -> dict[str, Any]:
    """Whether the numbers of an assessment follow from its own record, what differs, and what the releases at hand say.

    Args:
        path: the file, which is trusted in nothing. organisation: whose factors and databases the record is compared with; by
            default, the factors that ship, and all databases that the actor may use.

    Raises:
        AssessmentError: TH-ASM-003 … 006, TH-ASM-130, as of :func:`tanheng.footprint.recompute`. ComputeError: TH-CMP-020,
            TH-CMP-021. StoreError: TH-STO-001 an organisation that is not the actor's.
    """
    databases, opened = platform.look(actor, _at_hand, organisation)
    factors = shelf.composed(platform, opened) if opened else None
    found: dict[str, Any] = orjson.loads(apart(_recomputed, str(path), databases, factors))
    return found


def _at_hand(work: Work, organisation: str) -> tuple[Shelf, tuple[Opened, ...]]:
    check(work)
    if not organisation:
        return usable(work), ()
    opened = shelf.seen(work, organisation)
    return shelf_of(work, organisation), opened


def _recomputed(path: str, databases: Shelf, factors: Release | None) -> bytes:
    """The work itself, in a process of its own."""
    kept = read_assessment(Path(path))
    again = recompute(kept, backgrounds=databases)
    sources = compare_sources(kept, factors or embedded(), databases)
    others = list(differing(kept, again)) if again.digest != kept.digest else []
    keys = {"same": sources.same, "different": sources.different, "not_at_hand": sources.not_at_hand}
    return orjson.dumps(
        {
            "same": again.digest == kept.digest,
            "digest": kept.digest,
            "recomputed": again.digest,
            "total": kept.total,
            "total_recomputed": again.total,
            "unit": again.unit,
            "differs": plain(list(islice(others, DIFFERING))),
            "differing": len(others),
            "sources": {name: {"count": len(found), "keys": list(found[:KEYS])} for name, found in keys.items()},
        }
    )
