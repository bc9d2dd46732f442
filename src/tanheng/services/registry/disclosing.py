"""Three views of one result: for everybody, for a partner with consent, for the regulator; decided by who asks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import delete, insert, select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Actor, Thing
from tanheng.errors import RegisterError
from tanheng.footprint import read_assessment
from tanheng.registry.disclosure import Told, View, may_open, told, values_of
from tanheng.services.certification import certificates
from tanheng.services.registry import consenting
from tanheng.services.registry.events import DisclosureOpened
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import certification as certified
from tanheng.storage.sql.tables import register as tables
from tanheng.storage.sql.tables import studies

KIND = "disclosure"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """A result in a view.

    Attributes:
        opened: fields that the holder shows in this view besides. consent: id of the consent under which it is read.
    """

    number: str
    view: View
    fields: tuple[Told, ...]
    opened: tuple[str, ...]
    consent: str = ""


@dataclass(frozen=True, slots=True)
class _Source:
    """What a view is made of: the row of the certificate, the blob of its assessment, what was opened."""

    certificate: RowMapping
    blob: str
    opened: tuple[str, ...]
    consent: str


def of(platform: Platform, actor: Actor, number: str, view: View) -> Disclosure:
    """A result as a view tells it; a read under a consent is written down.

    Raises:
        StoreError: TH-STO-001. AccessError: TH-ACC-001, TH-ACC-002 the view is not for the actor.
    """
    run = platform.do if view is View.PARTNER else platform.look
    return _disclosed(platform, run(actor, _source, number, view), view)


def under_consents(platform: Platform, actor: Actor, numbers: Sequence[str]) -> dict[str, Disclosure]:
    """The partner views of those certificates for which the actor's organisations have a consent, by number."""
    sources = platform.do(actor, _sources, sorted(set(numbers)))
    return {one.certificate["number"]: _disclosed(platform, one, View.PARTNER) for one in sources}


def open_fields(work: Work, number: str, view: View, fields: Collection[str]) -> tuple[str, ...]:
    """Show more fields of a certificate, in the place of those that were opened before; for owners of the holder.

    Raises:
        StoreError: TH-STO-001. RegisterError: TH-REG-024 a field that cannot be opened in that view.
    """
    row = certificates.row_of(work, number)
    work.require("disclosure.open", Thing(KIND, row["id"], organisation=row["holder"]))
    wanted = tuple(sorted(set(fields)))
    if wrong := [name for name in wanted if not may_open(name, view)]:
        raise RegisterError("TH-REG-024", place="fields", fields=", ".join(wrong)[:200], view=view.value)
    table = tables.openings
    named = (table.c.certificate == row["id"], table.c.view == view.value)
    work.sql.execute(delete(table).where(*named))
    values = {"certificate": row["id"], "view": view.value, "fields": list(wanted), "changed_at": work.now}
    work.sql.execute(insert(table).values(values))
    about = {"number": number, "view": view.value}
    work.record(DisclosureOpened(id=row["id"], organisation=row["holder"], fields=wanted, **about))
    return wanted


def _source(work: Work, number: str, view: View) -> _Source:
    row = certificates.row_of(work, number)
    consent = ""
    if view is View.PARTNER and not work.may("disclosure.partner", _thing(row, {row["body"]})):
        found = consenting.living(work, [row["id"]], work.actor.organisations).get(row["id"])
        work.require("disclosure.partner", _thing(row, {found["receiver"]} if found is not None else ()))
        if found is not None:
            consenting.note(work, found)
            consent = found["id"]
    if view is View.REGULATOR:
        work.require("disclosure.regulator", _thing(row, _regulators(work, row)))
    return _of(work, row, view, consent)


def _sources(work: Work, numbers: Sequence[str]) -> list[_Source]:
    table = certified.certificates
    rows = work.sql.execute(select(table).where(table.c.number.in_(numbers))).mappings().all()
    found = consenting.living(work, [row["id"] for row in rows], work.actor.organisations)
    made = []
    for row in rows:
        if row["id"] in found and work.may("disclosure.partner", _thing(row, {found[row["id"]]["receiver"]})):
            consenting.note(work, found[row["id"]])
            made.append(_of(work, row, View.PARTNER, found[row["id"]]["id"]))
    return made


def _of(work: Work, row: RowMapping, view: View, consent: str) -> _Source:
    blob = select(studies.assessments.c.blob).where(studies.assessments.c.id == row["assessment"])
    table = tables.openings
    query = select(table.c.view, table.c.fields).where(table.c.certificate == row["id"])
    opened = {one.view: tuple(one.fields) for one in work.sql.execute(query)}
    shown = opened.get(View.PUBLIC.value, ())
    if view is View.PARTNER:  # who sees more sees what everybody does
        shown = tuple(sorted({*shown, *opened.get(View.PARTNER.value, ())}))
    return _Source(row, work.sql.execute(blob).scalar_one(), shown if view is not View.REGULATOR else (), consent)


def _disclosed(platform: Platform, source: _Source, view: View) -> Disclosure:
    path, row = platform.blobs.file(source.blob), source.certificate
    values = values_of(read_assessment(path))
    described = {"product": row["names"], "maker": row["maker"], "assurance": row["assurance"]}
    values |= {**described, "value": row["printed"], "unit": row["unit"], "per": row["per"]}
    if view is View.REGULATOR:
        values["assessment"] = _document(path.read_bytes())
    return Disclosure(row["number"], view, told(values, view, source.opened), source.opened, source.consent)


def _document(content: bytes) -> Mapping[str, Any]:
    found: Mapping[str, Any] = orjson.loads(content)
    return found


def _regulators(work: Work, row: RowMapping) -> set[str]:
    """Regulators that let the body certify under the scheme, or keep the scheme."""
    schemes, granted = certified.schemes, certified.accreditations
    scheme = select(schemes.c.scheme).where(schemes.c.id == row["scheme"]).scalar_subquery()
    keepers = select(schemes.c.organisation).where(schemes.c.scheme == scheme, schemes.c.organisation.is_not(None))
    grants = select(granted.c.granted_by).where(
        granted.c.body == row["body"], granted.c.scheme == scheme, granted.c.ended_at.is_(None)
    )
    return {*work.sql.execute(keepers).scalars(), *work.sql.execute(grants).scalars()}


def _thing(row: RowMapping, shared: Collection[str]) -> Thing:
    return Thing(KIND, row["id"], organisation=row["holder"], shared=frozenset(shared))
