"""The versions of a study: who made them, what differs between two, and the way back to one."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

from fastapi import Path, Query, Response

from tanheng.api.models import First
from tanheng.services.accounts import people
from tanheng.services.paging import Paging
from tanheng.services.studies import files, studies
from tanheng.storage.sql import Work
from tanheng.web.pages.studies import may_change
from tanheng.web.rendering import page
from tanheng.web.revising import told
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed, Visitor

router = pages()
LINES = 100
"""Lines of a difference on a page."""
Number = Annotated[int | None, Query(ge=1, le=2**31 - 1)]


@router.get("/studies/{id}/versions")
def versions(
    visitor: SignedInNeed,
    id: Annotated[str, Path(max_length=36)],  # noqa: A002
    before: Number = None,
    after: Number = None,
    first: First = 0,
    cursor: Annotated[str, Query(max_length=500)] = "",
) -> Response:
    """The history; the last step, or what differs between two versions that were asked for."""
    values = visitor.look(_history, id, cursor)
    latest = values["study"].latest
    end = after or latest
    start = before or max(1, end - 1)
    difference = None if latest == 1 else _difference(visitor, id, start, end, first)
    return page(visitor, "studies/versions.html.j2", difference=difference, start=start, end=end, **values)


def _history(work: Work, id: str, cursor: str) -> dict[str, Any]:  # noqa: A002 - as the column is called
    study = studies.of(work, id)
    found = studies.versions(work, id, Paging(cursor, 100))
    names = people.names_of(work, [one.author for one in found.items])
    allowed = may_change(work, study) and not study.archived
    return {"study": study, "found": found, "authors": names, "may_change": allowed, "cursor": cursor}


def _difference(visitor: Visitor, id: str, start: int, end: int, first: int) -> dict[str, Any]:  # noqa: A002
    found = files.difference(visitor.platform, visitor.actor, id, start, end).revision
    counts = Counter(line.change.value for line in found.lines)
    last = first + LINES
    return {
        "fields": told(found.fields, "study", visitor.lang),
        "lines": [(line, told(line.fields, "line", visitor.lang)) for line in found.lines[first:last]],
        "counts": {key: counts[key] for key in ("added", "removed", "changed")},
        "same": found.same,
        "next": last if last < len(found.lines) else None,
    }
