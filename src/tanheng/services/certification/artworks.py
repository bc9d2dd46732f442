"""Artwork that regulators give the labels of their schemes, in the place of ours; each stays, and the latest is drawn."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Actor, Thing
from tanheng.errors import ReportError
from tanheng.reporting.artwork import require_artwork
from tanheng.services.apart import apart
from tanheng.services.certification.events import SchemeIllustrated
from tanheng.services.certification.schemes import KIND
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import certification as tables
from tanheng.storage.sql.types import new_id
from tanheng.storage.sql.work import is_id, not_found

LARGEST = 512 * 1024
"""Bytes."""


def check(work: Work, scheme: str) -> None:
    """Refuse whoever may not give a release of a scheme an artwork, before it is sent.

    Raises:
        StoreError: TH-STO-001. AccessError: no owner of the regulator that keeps it.
    """
    _allowed(work, scheme)


def illustrate(platform: Platform, actor: Actor, scheme: str, content: bytes) -> str:
    """Give labels of a release of a scheme this artwork from now on; returns its SHA-256.

    Raises:
        ReportError: TH-REP-010 to TH-REP-012 it is no artwork. ComputeError: TH-CMP-020 it takes too much to draw, TH-CMP-021.
            StoreError, AccessError: as :func:`check`.
    """
    platform.look(actor, check, scheme)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ReportError("TH-REP-010", reason="UTF-8") from error
    apart(require_artwork, text)
    return platform.do(actor, _keep, scheme, content)


def of(work: Work, scheme: str) -> str:
    """The artwork of a release of a scheme; everybody reads it; empty where it has none of its own."""
    table = tables.artworks
    latest = (
        select(table.c.digest).where(table.c.scheme == scheme).order_by(table.c.at.desc(), table.c.id.desc()).limit(1)
    )
    digest = work.sql.execute(latest).scalar_one_or_none()
    return work.platform.blobs.file(digest).read_text(encoding="utf-8") if digest else ""


def shown(work: Work, scheme: str) -> str:
    """As :func:`of`, for everybody (TH-STO-001 where there is no such release, or it has no artwork)."""
    found = of(work, scheme) if is_id(scheme) else ""
    if not found:
        raise not_found("artwork", scheme)
    return found


def _allowed(work: Work, scheme: str) -> RowMapping:
    row = work.get(tables.schemes, scheme, kind=KIND)
    work.require("scheme.illustrate", Thing(KIND, scheme, organisation=row["organisation"] or ""))
    return row


def _keep(work: Work, scheme: str, content: bytes) -> str:
    row = _allowed(work, scheme)
    digest = work.platform.blobs.put(content)
    work.keep(tables.artworks, id=new_id(), scheme=scheme, digest=digest, author=work.actor.id, at=work.now)
    told = {"organisation": row["organisation"] or "", "scheme": f"{row['scheme']}@{row['release']}"}
    work.record(SchemeIllustrated(id=scheme, artwork=digest, **told))
    return digest
