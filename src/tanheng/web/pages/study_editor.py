"""The editor of a study: a sheet of its lines, with everything that it needs to know of the study format."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Query, Response

from tanheng.files import shipped_rows
from tanheng.footprint.reading.fields import CHOICES, Field, choice_label, fields, records, vocabulary
from tanheng.footprint.reading.layout import column_spellings
from tanheng.services.accounts import people
from tanheng.services.paging import Paging
from tanheng.services.studies import studies
from tanheng.storage.sql import Work
from tanheng.texts import LANGUAGES, catalogue, text
from tanheng.web.pages.studies import may_change
from tanheng.web.rendering import page
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed

router = pages()
SHOWN = (
    *("stage", "amount", "from", "data", "quality.te", "quality.ge", "quality.ti", "quality.pr", "uncertainty"),
    *("electricity", "transport", "emits", "evidence", "note"),
)
"""Columns that are shown at first, beside the name in the reader's language."""
_WIDE = 6.4
"""Pixels of a letter's width in a workbook."""


@router.get("/studies/{id}/edit")
def edit(visitor: SignedInNeed, id: Annotated[str, Path(max_length=36)]) -> Response:  # noqa: A002
    """The editor; for those who may not change the study, to look at."""
    study, allowed = visitor.look(_edited, id)
    lang = visitor.lang
    told = {"id": study.id, "organisation": study.organisation, "version": study.version, "latest": study.latest}
    settings = {"lang": lang, "study": told, "may_change": allowed, **_format(lang)}
    return page(
        visitor,
        "studies/edit.html.j2",
        study=study,
        may_change=allowed,
        settings=settings,
        places=vocabulary("geographies"),
        modes=vocabulary("transport_modes"),
        plants={row["source"]: row[f"name_{lang}"] for row in shipped_rows("electricity_sources")},
        gases={row["gas"]: row[f"name_{lang}"] for row in shipped_rows("gases")},
    )


@router.get("/studies/{id}/conflict")
def conflict(
    visitor: SignedInNeed,
    id: Annotated[str, Path(max_length=36)],  # noqa: A002
    base: Annotated[int, Query(ge=1, le=2**31 - 1)],
) -> Response:
    """A part of the editor: who saved what since a version."""
    return page(visitor, "studies/conflict.html.j2", base=base, **visitor.look(_since, id, base))


def said(lang: str) -> dict[str, str]:
    """The words that scripts of studies say."""
    names = [key.removeprefix("said.") for key in catalogue("web/studies") if key.startswith("said.")]
    return {name: text("web/studies", f"said.{name}", lang) for name in names}


def _edited(work: Work, id: str) -> tuple[studies.Study, bool]:  # noqa: A002 - as the column is called
    study = studies.of(work, id)
    return study, may_change(work, study) and not study.archived


def _since(work: Work, id: str, base: int) -> dict[str, Any]:  # noqa: A002
    later = [one for one in studies.versions(work, id, Paging(limit=20)).items if one.number > base]
    names = people.names_of(work, [one.author for one in later])
    return {"study": studies.of(work, id), "versions": later, "authors": names}


def _format(lang: str) -> dict[str, Any]:
    """The study format as the script needs it: columns, records, choices, headings that people paste, words."""
    return {
        "columns": _columns(lang),
        "records": {name: [_field(field, lang) for field in fields(name).values()] for name in records()},
        "choices": {name: _choices(name, lang) for name in CHOICES},
        "flags": {key: [key, *(text("study", key, one) for one in LANGUAGES), *more] for key, more in _FLAGS.items()},
        "headers": [
            {"words": words, "key": column.key if column.part or column.field.kind == "names" else column.field.key}
            for words, column in column_spellings("line").items()
        ],
        "words": said(lang),
    }


_FLAGS = {"yes": ("true", "是"), "no": ("false", "否")}


def _columns(lang: str) -> list[dict[str, Any]]:
    """A column for each field of a line; names have one a language, the reader's first, and quality one a score."""
    made: list[dict[str, Any]] = []
    for field in fields("line").values():
        if field.kind == "names":
            for one in sorted(LANGUAGES, key=lambda other: other != lang):
                title = f"{field.names[lang]}{'' if one == lang else text('web/studies', f'said.in_{one}', lang)}"
                key = f"{field.key}.{one}"
                made.append({**_field(field, lang), "key": key, "part": one, "title": title, "shown": one == lang})
        elif field.refers == "quality":
            for key, part in fields("quality").items():
                whole = {**_field(part, lang), "key": f"{field.key}.{key}", "field": field.key, "part": key}
                made.append({**whole, "title": key.upper(), "text": f"{part.names[lang]}: {part.texts[lang]}"})
        else:
            made.append(_field(field, lang))
    for column in made:
        column.setdefault("shown", column["key"] in SHOWN)
        column["width"] = max(58, round(column["width"] * _WIDE)) if column["width"] else 120
    return made


def _field(field: Field, lang: str) -> dict[str, Any]:
    return {
        "key": field.key,
        "field": field.key,
        "part": "",
        "kind": field.kind,
        "refers": field.refers,
        "title": field.names[lang],
        "text": field.texts[lang],
        "example": field.example,
        "needed": field.needed,
        "default": field.default,
        "width": field.width,
    }


def _choices(name: str, lang: str) -> list[dict[str, Any]]:
    return [
        {
            "key": one.value,
            "label": text("study", f"{name}.{one.value}", lang),
            "spellings": [
                one.value,
                *(text("study", f"{name}.{one.value}", other) for other in LANGUAGES),
                choice_label(name, one.value),
            ],
        }
        for one in CHOICES[name]
    ]
