"""The keys that sign for the installation: listed, and rotated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson
from sqlalchemy import select, update

from tanheng.accounts import Actor, Thing
from tanheng.audit.keys import KeyRevoked, KeyRotated, rotation_text
from tanheng.audit.signing import Ed25519Signer
from tanheng.errors import AuditError, StoreError
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work, publiclog
from tanheng.storage.sql.tables import history

KIND = "keys"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key.

    Attributes:
        since: when it took over; ``None`` of the first. signs: whether it signs now. public: PEM.
        revoked: from when on others may have it; ``None`` where nobody told so.
    """

    key: str
    since: datetime | None
    signs: bool
    public: str
    revoked: datetime | None = None


def listed(work: Work) -> tuple[SigningKey, ...]:
    """Keys that sign or signed, in the order of their time.

    Raises:
        AccessError: neither an auditor nor the operator. AuditError: TH-AUD-001 the public key of one is lost.
    """
    work.require("audit.verify", Thing("audit"))
    events = history.events
    rotations = select(events.c.thing, events.c.at).where(events.c.type == KeyRotated.type).order_by(events.c.number)
    since = {row.thing: row.at for row in work.sql.execute(rotations)}
    now = publiclog.signer_of(work.sql)
    known = work.platform.keys.publics()
    if now not in known:
        raise AuditError("TH-AUD-001", place=str(work.platform.keys.path))
    order = [key for key in known if key not in since] + [key for key in since if key in known]
    over = revoked(work)
    return tuple(SigningKey(key, since.get(key), key == now, known[key].decode(), over.get(key)) for key in order)


def rotate(platform: Platform, actor: Actor) -> SigningKey:
    """Let a new key sign from now on; whoever knows the old one follows to it, and heads that it signed stay valid.

    The new key is written before anything names it: where all breaks off between, it is a file that nobody uses.

    Raises:
        AccessError: neither the operator nor an administrator. AuditError: TH-AUD-001 the key that signs now is lost.
    """
    new = Ed25519Signer.new()
    platform.look(actor, _require)
    platform.keys.put(new)
    made = platform.do(actor, _rotate, new)
    platform.keys.use(made.key)
    return made


def revoked(work: Work) -> Mapping[str, datetime]:
    """Keys that others may have, and from when on; everybody is told."""
    table, found = history.events, dict[str, datetime]()
    for key, facts in work.sql.execute(select(table.c.thing, table.c.facts).where(table.c.type == KeyRevoked.type)):
        since = datetime.fromisoformat(orjson.loads(facts)["since"])
        found[key] = min(since, found.get(key, since))
    return found


def revoke(work: Work, key: str, *, since: datetime | None = None) -> None:
    """Tell everybody that others may have a key, so that nothing counts that it signed from a moment on, by the time of the log.

    Args:
        since: now where it is ``None``; one may be told again, and the earliest counts.

    Raises:
        AccessError: neither the operator nor an administrator. StoreError: TH-STO-001 no such key, TH-STO-081 it signs now,
            TH-STO-082 a moment to come.
    """
    _require(work)
    if work.platform.keys.public(key) is None:
        raise work.missing(KIND, key)
    if key == work.sql.execute(select(history.head.c.signer).with_for_update()).scalar_one():
        raise StoreError("TH-STO-081", key=key)
    moment = since or work.now
    if moment > work.now:
        raise StoreError("TH-STO-082", since=moment.isoformat())
    work.record(KeyRevoked(id=key, since=moment.astimezone(UTC).isoformat()))


def _require(work: Work) -> None:
    work.require("keys.rotate", Thing(KIND))


def _rotate(work: Work, new: Ed25519Signer) -> SigningKey:
    _require(work)
    # two operators take turns; this transaction is the first that the new key signs
    old = work.platform.signer(work.sql.execute(select(history.head.c.signer).with_for_update()).scalar_one())
    text, public = rotation_text(old.key, new.key), new.public().decode()
    known = work.platform.keys.public(old.key)
    if known is None:
        raise AuditError("TH-AUD-001", place=str(work.platform.keys.path))
    told = KeyRotated(
        id=new.key,
        old=old.key,
        old_public=known.decode(),
        new_public=public,
        signature=old.sign(text),
        possession=new.sign(text),
    )
    work.record(told)
    work.sql.execute(update(history.head).values(signer=new.key))
    return SigningKey(new.key, work.now, True, public)
