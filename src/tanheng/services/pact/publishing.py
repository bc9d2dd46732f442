"""Footprints that an organisation publishes: they never change; another one takes the place of one that is out of date."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import orjson
from sqlalchemy import exists, false, select
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Actor, Thing
from tanheng.accounts.actors import ActorKind
from tanheng.errors import ExchangeError, Fault
from tanheng.exchange.declaring import of_assessment
from tanheng.exchange.pact.checking import objections
from tanheng.exchange.pact.converting import downgraded
from tanheng.exchange.pact.model import Product, written
from tanheng.exchange.pact.section import Former, Pact
from tanheng.exchange.pact.writing import product_of
from tanheng.exchange.supplement import Supplement
from tanheng.services.exchange.supplements import together
from tanheng.services.exchange.verifications import verified
from tanheng.services.pact import criteria, partners
from tanheng.services.pact.events import FootprintDeprecated, FootprintPublished, FootprintShared
from tanheng.services.pact.outbox import PUBLISHED, announce
from tanheng.services.paging import Page, Paging, page
from tanheng.services.studies import assessments
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import pact as tables
from tanheng.storage.sql.types import new_id
from tanheng.storage.sql.work import is_id

KIND = "pact-footprint"


@dataclass(frozen=True, slots=True)
class Footprint:
    """A footprint as it was published.

    Attributes:
        uuid: as partners know it. former: whether version 2.3 can tell it. partners: ids of those who may read it.
    """

    id: str
    version: int
    organisation: str
    uuid: str
    assessment: str
    name: str
    status: str
    replaced_by: str
    former: bool
    valid_from: datetime
    valid_until: datetime
    author: str
    partners: tuple[str, ...]
    created_at: datetime


def publish(
    platform: Platform,
    actor: Actor,
    assessment: str,
    *,
    supplement: Supplement | None = None,
    receivers: Sequence[str] = (),
    replaces: str = "",
) -> Footprint:
    """Publish an assessment to partners. What was published before, as it is, is not published again; who is named may read it.

    Args:
        supplement: what it is told with; what is kept beside its study where there is none.
        receivers: ids of partners who may read it; who may read what it replaces may read it, too.
        replaces: uuid of a footprint whose place it takes.

    Raises:
        ExchangeError: as of :func:`~tanheng.exchange.pact.writing.product_of`; TH-EXC-152 rules of the standard that are not
            kept; TH-EXC-153 it was replaced already.
        AccessError, StoreError: TH-STO-001 no such assessment, partner or footprint.
    """
    kept = platform.look(actor, assessments.of, assessment)
    platform.look(actor, _may, kept.organisation)
    beside = supplement if supplement is not None else platform.look(actor, together, kept.study)
    proof = platform.look(actor, verified, assessment)
    told = of_assessment(assessments.result(platform, actor, assessment), beside, verified=proof)
    given = beside.section("pact", Pact)
    chain = platform.look(actor, chain_of, kept.organisation, replaces) if replaces else ()
    made = product_of(told, given, now=platform.clock().replace(microsecond=0))
    if chain:
        made = msgspec.structs.replace(made, preceding_pf_ids=chain)
    if broken := [one for one in objections(made) if one.severity == "error"]:
        raise ExchangeError.of(
            Fault("TH-EXC-152", one.path, {"rule": one.code, "clause": one.clause, "quote": one.quote})
            for one in broken
        )
    return platform.do(
        actor,
        keep,
        made,
        organisation=kept.organisation,
        assessment=assessment,
        former=_former(made, given.former),
        receivers=tuple(receivers),
        replaces=replaces,
    )


def share(work: Work, id: str, receivers: Sequence[str]) -> Footprint:  # noqa: A002 - as the column is called
    """Say which partners may read a footprint; those who may from now on are told of it."""
    row = seen(work, id)
    work.require("pact.publish", Thing(KIND, id, organisation=row["organisation"]))
    partners.all_of(work, row["organisation"], receivers)
    table = tables.access
    before = set(_readers(work, id))
    work.sql.execute(
        table.delete().where(table.c.footprint == id, table.c.partner.in_(sorted(before - set(receivers))))
    )
    _grant(work, row, [one for one in receivers if one not in before])
    work.record(FootprintShared(id=id, organisation=row["organisation"], partners=sorted(set(receivers))))
    return of(work, id)


def of(work: Work, id: str) -> Footprint:  # noqa: A002
    """A footprint of an organisation of the actor."""
    return _made(work, seen(work, id))


def listed(
    work: Work, paging: Paging, *, organisation: str = "", partner: str = "", assessment: str = "", status: str = ""
) -> Page[Footprint]:
    """Footprints that organisations of the actor published, the newest first.

    Args:
        partner: only what this one may read. assessment: only what was made of it.
    """
    work.require("pact.list", Thing(KIND))
    table = tables.footprints
    query = select(table)
    if work.actor.kind is not ActorKind.SYSTEM:
        query = query.where(table.c.organisation.in_(work.actor.organisations))
    for column, wanted in ((table.c.organisation, organisation), (table.c.assessment, assessment)):
        if wanted:
            query = query.where(column == wanted if is_id(wanted) else false())
    if partner:
        access = tables.access
        given = exists().where(access.c.footprint == table.c.id, access.c.partner == partner)
        query = query.where(given if is_id(partner) else false())
    if status:
        query = query.where(table.c.status == status)
    return page(work, query, paging, by=(table.c.id,), make=lambda row: _made(work, row))


def known_as(work: Work, organisation: str, uuid: str) -> Footprint:
    """A footprint of an organisation of the actor by what partners know it by (TH-STO-001)."""
    return of(work, by_uuid(work, organisation, uuid)["id"])


def seen(work: Work, id: str) -> RowMapping:  # noqa: A002
    """The row of a footprint that the actor may read."""
    row = work.get(tables.footprints, id, kind=KIND)
    work.see("pact.read", Thing(KIND, id, organisation=row["organisation"]))
    return row


def document(row: RowMapping, speaks: int = 3) -> dict[str, Any]:
    """What partners get: as it was published, but for its status."""
    told: dict[str, Any] = orjson.loads(row["former"] if speaks == 2 else row["document"])
    return told | {"status": row["status"]}


def allow(work: Work, rows: Iterable[RowMapping], partner: str) -> None:
    """Let a partner read footprints that were sent to them."""
    work.add_missing(tables.access, [{"footprint": row["id"], "partner": partner} for row in rows])


def chain_of(work: Work, organisation: str, uuid: str) -> tuple[Any, ...]:
    """Ids of a footprint and of all whose place it took."""
    row = by_uuid(work, organisation, uuid)
    if row["status"] != "Active":
        raise ExchangeError("TH-EXC-153", id=uuid, by=row["replaced_by"] or "")
    product = msgspec.json.decode(row["document"], type=Product)
    before = product.preceding_pf_ids
    return (product.id, *(before if isinstance(before, tuple) else ()))


def by_uuid(work: Work, organisation: str, uuid: str) -> RowMapping:
    """A footprint by what partners know it by (TH-STO-001)."""
    table = tables.footprints
    if not _is_uuid(uuid):
        raise work.missing(KIND, uuid)
    query = select(table).where(table.c.organisation == organisation, table.c.uuid == uuid.lower())
    row = work.sql.execute(query).mappings().one_or_none()
    if row is None:
        raise work.missing(KIND, uuid)
    return row


def _may(work: Work, organisation: str) -> None:
    work.require("pact.publish", Thing(KIND, organisation=organisation))


def keep(
    work: Work,
    made: Product,
    *,
    organisation: str,
    assessment: str,
    former: str,
    receivers: Sequence[str],
    replaces: str,
) -> Footprint:
    """Publish what was made of an assessment; one that is there already stays as it is.

    Args:
        former: the document of version 2.3; empty where it cannot tell it. receivers, replaces: as of :func:`publish`.
    """
    work.require("pact.publish", Thing(KIND, organisation=organisation))
    partners.all_of(work, organisation, receivers)
    table = tables.footprints
    query = select(table.c.id).where(table.c.organisation == organisation, table.c.uuid == str(made.id))
    if (there := work.sql.execute(query).scalar_one_or_none()) is not None:
        known = _readers(work, there)
        return share(work, there, [*known, *receivers]) if set(receivers) - set(known) else of(work, there)
    begins, ends = criteria.validity_of(made)
    id_ = new_id()
    work.insert(
        table,
        id=id_,
        organisation=organisation,
        uuid=str(made.id),
        assessment=assessment,
        name=made.product_name_company[:500],
        document=orjson.dumps(written(made)).decode(),
        former=former,
        valid_from=begins,
        valid_until=ends,
        author=work.actor.id,
        status="Active",
        replaced_by=None,
    )
    work.record(
        FootprintPublished(
            id=id_, organisation=organisation, uuid=str(made.id), assessment=assessment, partners=sorted(receivers)
        )
    )
    work.keep_all(
        tables.terms,
        [{"footprint": id_, "kind": kind, "value": value} for kind, value in criteria.terms_of(made)],
    )
    readers = list(receivers)
    if replaces:
        old = by_uuid(work, organisation, replaces)
        chain_of(work, organisation, replaces)  # another may have replaced it meanwhile
        work.change(table, old["id"], kind=KIND, expected=old["version"], status="Deprecated", replaced_by=str(made.id))
        work.record(FootprintDeprecated(id=old["id"], organisation=organisation, uuid=replaces, by=str(made.id)))
        readers += _readers(work, old["id"])
    _grant(work, work.get(table, id_, kind=KIND), list(dict.fromkeys(readers)))
    return of(work, id_)


def _grant(work: Work, row: RowMapping, receivers: Sequence[str]) -> None:
    """Let partners read it, and tell them."""
    rows = partners.all_of(work, row["organisation"], receivers)
    work.keep_all(tables.access, [{"footprint": row["id"], "partner": one["id"]} for one in rows])
    for one in rows:
        announce(work, one, PUBLISHED, {"pfIds": [row["uuid"]]})


def _readers(work: Work, id: str) -> list[str]:  # noqa: A002
    table = tables.access
    query = select(table.c.partner).where(table.c.footprint == id).order_by(table.c.partner)
    return list(work.sql.execute(query).scalars())


def _former(made: Product, former: Former | None) -> str:
    """The footprint in version 2.3; empty where that has no way to tell it."""
    try:
        return orjson.dumps(written(downgraded(made, former))).decode()
    except ExchangeError:
        return ""


def _is_uuid(text: str) -> bool:
    return len(text) == 36 and all(char in "0123456789abcdef-" for char in text.lower())


def _made(work: Work, row: RowMapping) -> Footprint:
    told = {name: row[name] for name in Footprint.__slots__ if name not in ("partners", "former")}
    texts = {"assessment": row["assessment"] or "", "replaced_by": row["replaced_by"] or ""}
    return Footprint(**{**told, **texts, "former": bool(row["former"]), "partners": tuple(_readers(work, row["id"]))})
