"""The rooms of a case: its dossier, the review with comments beside the fields, and the statement with the decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from fastapi import Response

from tanheng.certification.model import Assurance
from tanheng.certification.procedure import Party
from tanheng.certification.sampling import Sampled
from tanheng.errors import CertificationError
from tanheng.footprint.assessment import Assessment, LineResult
from tanheng.services.certification import cases, files, reviewing, standing, verifying
from tanheng.services.certification.reviewing import Comment, Reply
from tanheng.storage.sql import Work
from tanheng.web.pages.cases import ALL, head, paths, told
from tanheng.web.rendering import page
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed, Visitor

router = pages()
HEAD = ("product.name", "product.maker", "product.codes", "unit", "boundary", "period", "site", "rules", "total")
"""Fields of the frozen study that stand above its lines, as comments name them."""
OF_LINE = ("amount", "from", "evidence", "quality", "total")
"""Fields of a line."""


class Thread(NamedTuple):
    """A comment with what was said to it."""

    comment: Comment
    said: tuple[Reply, ...]


@dataclass(frozen=True, slots=True)
class Threads:
    """The threads of a case by the field that they are about."""

    every: tuple[Thread, ...]

    def at(self, path: str) -> list[Thread]:
        """Those about a field."""
        return [one for one in self.every if one.comment.path == path]

    def beside(self, known: Iterable[str]) -> list[Thread]:
        """Those about nothing of what is shown: the whole, or a field that has no row here."""
        shown = set(known)
        return [one for one in self.every if one.comment.path not in shown]


@router.get("/cases/{id}/dossier")
def dossier(visitor: SignedInNeed, id: str) -> Response:  # noqa: A002 - as the address says it
    """The files of a case: what it is computed with, and what was added."""
    values = visitor.look(_files, id)
    return page(visitor, "cases/dossier.html.j2", **values, result=_frozen(visitor, id), tab="dossier")


@router.get("/cases/{id}/review")
def review(visitor: SignedInNeed, id: str, assurance: Assurance = Assurance.REASONABLE) -> Response:  # noqa: A002
    """The frozen study with comments beside its fields, its findings, the sampling plan, and computing it again."""
    values = visitor.look(_review, id)
    result = _frozen(visitor, id)
    plan, hidden = _plan(visitor, id, assurance)
    known = list(_paths(result))
    return page(
        visitor,
        "cases/review.html.j2",
        **values,
        result=result,
        fields=HEAD,
        of_line=OF_LINE,
        plan={one.place: one for one in plan},
        hidden=hidden,
        assurance=assurance,
        lines={line.place: line for line in result.lines} if result else {},
        beside=values["threads"].beside(known),
        tab="review",
    )


@router.get("/cases/{id}/decision")
def decision(visitor: SignedInNeed, id: str) -> Response:  # noqa: A002
    """What the verifier states, who signs it, and the decision."""
    values = visitor.look(_decision, visitor, id)
    result = _frozen(visitor, id)
    level = values["statement"].assurance if values["statement"] else Assurance.REASONABLE
    plan, _ = _plan(visitor, id, level) if values["states_now"] else ((), ())
    return page(
        visitor,
        "cases/decision.html.j2",
        **values,
        result=result,
        sampled=_sampled(result, plan),
        me=visitor.actor.id,
        tab="decision",
    )


def _frozen(visitor: Visitor, id: str) -> Assessment | None:  # noqa: A002
    """The frozen assessment; nothing in a draft that has none yet."""
    try:
        return verifying.dossier(visitor.platform, visitor.actor, id)
    except CertificationError as error:
        if error.code != "TH-CER-010":
            raise
        return None


def _plan(visitor: Visitor, id: str, assurance: Assurance) -> tuple[Sequence[Sampled], Sequence[Any]]:  # noqa: A002
    """The sampling plan, or why it is not told."""
    try:
        return verifying.sampling_plan(visitor.platform, visitor.actor, id, assurance=assurance), ()
    except CertificationError as error:
        return (), told(visitor, error.faults, {})


def _sampled(result: Assessment | None, plan: Sequence[Sampled]) -> list[tuple[LineResult, Sampled]]:
    lines = {line.place: line for line in result.lines} if result else {}
    return [(lines[one.place], one) for one in plan if one.place in lines]


def _paths(result: Assessment | None) -> Iterable[str]:
    yield from HEAD
    for line in result.lines if result else ():
        yield line.place
        yield from (f"{line.place}.{name}" for name in OF_LINE)


def _files(work: Work, id: str) -> dict[str, Any]:  # noqa: A002
    return head(work, id) | {
        "files": files.listed(work, id, ALL).items,
        "evidence": files.evidence(work, id, ALL).items,
        "addable": files.addable(work, id),
    }


def _review(work: Work, id: str) -> dict[str, Any]:  # noqa: A002
    threads = Threads(tuple(Thread(*one) for one in reviewing.threads(work, id)))
    return head(work, id) | {
        "threads": threads,
        "rights": reviewing.rights(work, id),
        "recomputations": verifying.recomputations(work, id, ALL).items,
        "evidence": {one.name: one.id for one in files.evidence(work, id, ALL).items},
        "verifies": Party.VERIFIER in standing.functions_of(work, id),
    }


def _decision(work: Work, visitor: Visitor, id: str) -> dict[str, Any]:  # noqa: A002
    values = head(work, id)
    names: Mapping[str, str] = values["people"]
    about = {**names, **paths(work, visitor, id)}
    steps = [(one.step, told(visitor, one.lacking, about)) for one in cases.open_steps(work, id)]
    own = standing.functions_of(work, id)
    return values | {
        "statement": verifying.statement_of(work, id),
        "steps": [
            one for one in steps if values["case"].state in ("verification", "decision") and one[0].name != "abandon"
        ],
        "team": standing.team_of(work, id),
        "states_now": values["case"].state == "verification" and Party.VERIFIER in own,
        "recomputations": verifying.recomputations(work, id, ALL).items,
    }
