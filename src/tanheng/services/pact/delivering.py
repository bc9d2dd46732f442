"""What the job does with the outbox: sends what is due, fetches what was announced, and notes how it went."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

import msgspec
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Actor
from tanheng.errors import ExchangeError
from tanheng.services.pact import criteria, outbox, partners, questions
from tanheng.services.pact.talking import Peer, Talk
from tanheng.storage import sealing
from tanheng.storage.keys import FOLDER
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import pact as tables


def deliver(platform: Platform, actor: Actor) -> int:
    """Send and fetch what is due; returns how many there were. What fails is tried again later."""
    rows = platform.look(actor, outbox.due)
    for row in rows:
        try:
            partner = platform.look(actor, _partner, row["partner"])
            if not partner["active"]:
                raise ExchangeError("TH-EXC-157", partner=partner["name"])
            with Talk(peer_of(platform, partner)) as talk:
                if row["kind"] == outbox.FETCH:
                    found = talk.footprint(row["path"])
                    platform.do(actor, _taken, row, partner, found)
                else:
                    talk.send(row["path"], row["content"])
                    platform.do(actor, outbox.arrived, row["id"])
        except (ExchangeError, msgspec.ValidationError) as error:
            problem = error.faults[0].message() if isinstance(error, ExchangeError) else str(error)
            platform.do(actor, outbox.failed, row, problem)
    return len(rows)


def fetch(platform: Platform, actor: Actor, partner: str, said: Mapping[str, object], *, speaks: int = 3) -> int:
    """Fetch footprints of a partner now; returns how many came.

    Args:
        said: criteria; version 2 knows none.

    Raises:
        AccessError, StoreError: TH-STO-001. ExchangeError: TH-EXC-151, TH-EXC-157, TH-EXC-158; TH-EXC-154 what came is no
            footprint.
    """
    row = platform.look(actor, _asked, partner)
    asked = criteria.read(said)
    query = urlencode(asked.told(), doseq=True) if speaks == 3 else ""
    with Talk(peer_of(platform, row)) as talk:
        found = talk.footprints(f"/{speaks}/footprints" + (f"?{query}" if query else ""))
    try:
        for one in found:
            platform.do(actor, questions.keep, row, one, speaks=speaks)
    except msgspec.ValidationError as error:
        raise ExchangeError("TH-EXC-154", reason=str(error)[:300]) from error
    return len(found)


def peer_of(platform: Platform, partner: RowMapping) -> Peer:
    """A partner's server, with the secret opened.

    Raises:
        StoreError: TH-STO-090.
    """
    chosen = platform.configuration
    return Peer(
        base_url=partner["base_url"],
        auth_url=partner["auth_url"],
        client_id=partner["client_id"],
        client_secret=sealing.unseal(platform.home.path / FOLDER, partner["client_secret"]),
        authorities=chosen.pact_authorities,
        loopback=chosen.pact_loopback,
    )


def _partner(work: Work, id: str) -> RowMapping:  # noqa: A002 - as the column is called
    return work.get(tables.partners, id, kind=partners.KIND)


def _asked(work: Work, id: str) -> RowMapping:  # noqa: A002
    """The row of a partner whom the actor asks."""
    row = partners.seen(work, id)
    work.require("pact.ask", questions.thing_of(row["organisation"]))
    if not row["base_url"] or not row["active"]:
        raise ExchangeError("TH-EXC-157", partner=row["name"])
    return row


def _taken(work: Work, row: RowMapping, partner: RowMapping, document: dict[str, object]) -> None:
    questions.keep(work, partner, document, speaks=2 if row["path"].startswith("/2/") else 3)
    outbox.arrived(work, row["id"])
