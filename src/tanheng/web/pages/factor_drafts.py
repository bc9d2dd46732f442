"""The workbench of a collection of factors: drafts, their review, tables that come in."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Response

from tanheng.factors.fields import RecordField, record_fields
from tanheng.factors.lifecycle import State, VersionChange
from tanheng.factors.model import FactorKind, Level
from tanheng.factors.record import fields_of, read_record
from tanheng.files import shipped_rows
from tanheng.quantities import Origin, gases, gwp_sets
from tanheng.services.accounts import organisations
from tanheng.services.factors import collections, importing, records, reviewing
from tanheng.services.paging import MOST, Paging
from tanheng.storage.sql import Work
from tanheng.web import choosing
from tanheng.web.pages.factors import GROUPS, documented
from tanheng.web.rendering import page
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed, Visitor

router = pages()
ALL = Paging(limit=MOST)
_CHOICES = {"kind": tuple(FactorKind), "level": ("", *Level), "gwp": ("", *(one.name for one in gwp_sets()))}
_NUMBERS = frozenset({"value", "year", "te", "ge", "ti", "pr", "gsd2"})
_LONG = frozenset({"note", "stages", "exclusions", "cut_off", "technology_en", "technology_zh", "applicability"})
_LONG_TOO = frozenset({"allocation", "biogenic", "data_sources", "uncertainty_note", "place_note"})
_PLACES = {"name_en": "names.en", "name_zh": "names.zh", "licence": "source.licence"}
_LEFT_OUT = frozenset({"unit", "origin", "gases"})
_Text = Annotated[str, Query(max_length=200)]


@router.get("/factors/my/{id}")
def work_on(visitor: SignedInNeed, id: str, state: State | None = None, q: _Text = "", after: str = "") -> Response:  # noqa: A002
    """The records of a collection that the visitor works on."""
    told = visitor.look(_workbench, visitor, id, state, q, Paging(after))
    return page(visitor, "factors/workbench.html.j2", chosen=state or "", q=q, states=tuple(State), **told)


@router.get("/factors/my/{id}/new")
def draft(visitor: SignedInNeed, id: str) -> Response:  # noqa: A002
    """The form of a new factor."""
    told = visitor.look(top, visitor, id)
    return page(visitor, "factors/form.html.j2", entry=None, groups=_controls({}), amounts=(), **_lists(), **told)


@router.get("/factors/my/{id}/import")
def import_table(visitor: SignedInNeed, id: str) -> Response:  # noqa: A002
    """Bring a table in."""
    told = visitor.look(top, visitor, id)
    visitor.look(importing.check, id)
    return page(visitor, "factors/table.html.j2", fields=tuple(record_fields().values()), **told)


@router.get("/factors/my/{id}/records/{record}")
def show_record(visitor: SignedInNeed, id: str, record: str) -> Response:  # noqa: A002
    """A record with what changed, its review and its comments."""
    return page(visitor, "factors/record.html.j2", **visitor.look(_record, visitor, id, record))


@router.get("/factors/my/{id}/records/{record}/edit")
def edit_record(visitor: SignedInNeed, id: str, record: str) -> Response:  # noqa: A002
    """The form of a new version of a factor."""
    told = visitor.look(_record, visitor, id, record)
    own = fields_of(told["record"])
    amounts = told["gases"] if told["is_split"] else ()
    return page(visitor, "factors/form.html.j2", **{**told, "groups": _controls(own), "amounts": amounts}, **_lists())


def _lists() -> dict[str, Any]:
    return {
        "origins": tuple(origin for origin in Origin if origin is not Origin.UNSPLIT),
        "gas_names": tuple(gases()),
        "places": [row["code"] for row in shipped_rows("geographies")],
        "changes": (VersionChange.UPDATE, VersionChange.CORRECTION),
    }


def _controls(own: dict[str, Any]) -> dict[str, list[tuple[RecordField, str, str, tuple[str, ...], Any]]]:
    """The fields of a form by groups: each with its place in the document, how it is filled in, choices, and its value."""
    return {
        group: [
            (field, place_of(field), *_control(field), own.get(key, ""))
            for key, field in record_fields().items()
            if field.group == group and key not in _LEFT_OUT
        ]
        for group in GROUPS
    }


def place_of(field: RecordField) -> str:
    """Where a field stands in the document of a record."""
    key = field.key
    if not field.is_core:
        return f"documentation.{key}"
    if key in _PLACES:
        return _PLACES[key]
    if key.startswith("source_"):
        return key.replace("_", ".", 1)
    return f"quality.{key}" if field.group == "quality" else key


def _control(field: RecordField) -> tuple[str, tuple[str, ...]]:
    kind, _, rest = field.kind.partition(":")
    if field.key in _CHOICES:
        return "choice", _CHOICES[field.key]
    if kind == "one":
        return "choice", ("", *rest.split("|"))
    if field.key in _NUMBERS or kind == "share":
        return "number", ()
    if kind == "date":
        return "date", ()
    return ("long" if field.key in _LONG | _LONG_TOO else "text"), ()


def top(work: Work, visitor: Visitor, id: str) -> dict[str, Any]:  # noqa: A002
    """What all pages of those show who work on a collection, and what the visitor may do."""
    row = collections.worked_on(work, id)
    owner = str(row["organisation"] or "")
    may = {
        key: choosing.may(visitor, action, owner, kind=collections.KIND)
        for key, action in (
            ("edit", "factor.edit"),
            ("comment", "factor.comment"),
            ("review", "factor.review"),
            ("preview", "release.preview"),
            ("publish", "release.publish"),
            ("share", "factor-collection.change"),
        )
    }
    return {"collection": collections.of(work, id), "owner": organisations.of(work, owner), "may": may}


def _workbench(
    work: Work,
    visitor: Visitor,
    id: str,  # noqa: A002
    state: State | None,
    q: str,
    paging: Paging,
) -> dict[str, Any]:
    told = top(work, visitor, id)
    others = choosing.others(work, told["owner"].id) if told["may"]["share"] else ()
    return {**told, "page": records.listed(work, id, paging, state=state, text=q), "others": others}


def _record(work: Work, visitor: Visitor, id: str, record: str) -> dict[str, Any]:  # noqa: A002
    told = top(work, visitor, id)
    entry = records.of(work, record)
    if entry.collection != id:
        raise work.missing(records.KIND, record)
    latest = records.version(work, record)
    shown = documented(latest.document)
    before: dict[str, Any] = {}
    if entry.published is not None and entry.published != entry.latest:
        before = fields_of(read_record(records.version(work, record, entry.published).document))
    after = fields_of(shown["record"])
    changed = [
        (record_fields()[key], before.get(key), after.get(key))
        for key in record_fields()
        if before and before.get(key) != after.get(key)
    ]
    return {
        **told,
        **shown,
        "entry": entry,
        "latest": latest,
        "changed": changed,
        "missing": [record_fields()[key] for key in shown["record"].missing if key in record_fields()],
        "reviews": reviewing.reviews(work, record, ALL).items,
        "comments": reviewing.comments(work, record, ALL).items,
        "is_author": latest.author == visitor.actor.id,
        "names": choosing.names(work, visitor, told["owner"].id),
        "fields": tuple(record_fields().values()),
    }
