"""The history: what happened, that nothing of it was changed, which keys sign, and why somebody may do something."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any, Literal

from fastapi import Query, Response

from tanheng.accounts import Thing
from tanheng.accounts.deciding import rules
from tanheng.days import begin_of
from tanheng.services.accounts import decisions
from tanheng.services.audit import log, reading, signingkeys, verifying
from tanheng.services.jobs import jobs
from tanheng.services.paging import Paging
from tanheng.storage.sql import Work
from tanheng.web.rendering import page
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed

router = pages()
Filter = Annotated[str, Query(max_length=100)]


@router.get("/audit")
def history(
    visitor: SignedInNeed,
    type: Filter = "",  # noqa: A002 - as the field is called
    thing: Filter = "",
    organisation: Filter = "",
    by: Filter = "",
    since: date | Literal[""] = "",
    until: date | Literal[""] = "",
    after: str = "",
) -> Response:
    """What happened, the newest first: all of it for auditors, that of their organisations for owners."""
    given = {"type": type, "thing": thing, "organisation": organisation, "by": by, "since": since, "until": until}
    return page(visitor, "audit/history.html.j2", **visitor.look(_events, given, after))


@router.get("/audit/decisions")
def why(visitor: SignedInNeed, kind: Filter = "", id: Filter = "") -> Response:  # noqa: A002
    """What the visitor may do with a thing, and why; the table of permissions where none is named."""
    found = visitor.look(decisions.of, kind=kind, id=id) if kind and id else None
    values: dict[str, Any] = {"kind": kind, "thing": id, "kinds": sorted(decisions.KINDS), "found": found}
    return page(visitor, "audit/decisions.html.j2", **values, table=sorted(rules().items()))


def _events(work: Work, given: dict[str, Any], after: str) -> dict[str, Any]:
    is_auditor = work.may("audit.verify", Thing("audit"))
    values = {
        "is_auditor": is_auditor,
        "may_rotate": work.may("keys.rotate", Thing(signingkeys.KIND)),
        "may_read": work.may("audit.list", Thing("audit")),
        "given": given,
        "found": None,
        "keys": signingkeys.listed(work) if is_auditor else (),
        "head": log.of(work).head,
        "verified": jobs.listed(work, Paging(limit=1), kind=verifying.JOB).items if is_auditor else (),
    }
    if values["may_read"]:
        wanted = {"type": given["type"], "thing": given["thing"], "organisation": given["organisation"]}
        zone = work.platform.configuration.zone
        since = begin_of(given["since"], zone) if given["since"] else None
        until = begin_of(given["until"] + timedelta(days=1), zone) if given["until"] else None
        values["found"] = reading.listed(work, Paging(after), **wanted, actor=given["by"], since=since, until=until)
    return values
