"""Matching: each line that needs a factor with its candidates and their reasons, of which people choose."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Query, Response

from tanheng.api.models import First
from tanheng.footprint import Study
from tanheng.footprint.matching.model import Bias
from tanheng.footprint.reading.writing import quantity_text
from tanheng.services.accounts import people
from tanheng.services.databases import databases
from tanheng.services.paging import Paging
from tanheng.services.studies import choices, linking, studies
from tanheng.services.studies.linking import Asked
from tanheng.storage.sql import Work
from tanheng.texts import text
from tanheng.web.pages.studies import may_change
from tanheng.web.pages.study_editor import said
from tanheng.web.rendering import page
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed

router = pages()
KINDS = 25
"""Kinds of lines on a page."""
MANY = Paging(limit=200)


@router.get("/studies/{id}/matching")
def matching(
    visitor: SignedInNeed,
    id: Annotated[str, Path(max_length=36)],  # noqa: A002
    database: Annotated[list[str] | None, Query(max_length=5)] = None,
    first: First = 0,
) -> Response:
    """Lines that need a link, those that are alike once, with three candidates each."""
    values = visitor.look(_known, id)
    study, model = values["study"], values["latest"].model
    asked = Asked(databases=tuple(database or ()), first=first, limit=KINDS)
    found, groups = linking.alike(visitor.platform, visitor.actor, id, study.latest, asked)
    return page(
        visitor,
        "studies/matching.html.j2",
        found=found,
        groups=groups,
        lines=model.lines,
        amounts={match.index: _amounts(model, groups[match.index]) for match in found.matches},
        biases={
            one.link: _bias(one.bias, visitor.lang) for match in found.matches for one in match.candidates if one.bias
        },
        waiting=sum(map(len, groups.values())),
        asked=asked,
        settings={"lang": visitor.lang, "words": said(visitor.lang)},
        **values,
    )


def _known(work: Work, id: str) -> dict[str, Any]:  # noqa: A002 - as the column is called
    study = studies.of(work, id)
    remembered = choices.listed(work, study.organisation, MANY).items
    return {
        "study": study,
        "latest": studies.version(work, id),
        "databases": sorted({one.name for one in databases.listed(work, MANY).items}),
        "remembered": remembered,
        "authors": people.names_of(work, [one.author for one in remembered]),
        "may_change": may_change(work, study) and not study.archived,
    }


def _amounts(model: Study, lines: tuple[int, ...]) -> list[str]:
    told = [model.lines[index].amount for index in lines[:3]]
    return [quantity_text(one) for one in told if one is not None]


def _bias(bias: Bias, lang: str) -> str:
    direction = text("matching", f"direction.{bias.direction.value}", lang)
    reasons = ("；" if lang == "zh" else "; ").join(reason.text(lang) for reason in bias.reasons)
    return text("matching", "bias", lang, direction=direction, reasons=reasons)
