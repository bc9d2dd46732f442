"""What the history tells of the register; what a stranger must be able to rely on is public."""

from __future__ import annotations

from tanheng.audit import Event


class RegisterDumped(Event, frozen=True, kw_only=True):
    """There is a dump of the register; public, with the digest of its manifest, which names those of the files."""

    type = "register.dumped"
    public = True

    entries: int
    manifest: str


class DisclosureOpened(Event, frozen=True, kw_only=True):
    """The holder of a certificate shows other fields of it than before."""

    type = "disclosure.opened"

    number: str
    view: str
    fields: tuple[str, ...]


class ConsentGiven(Event, frozen=True, kw_only=True):
    """A holder lets an organisation read the partner view of a certificate until a day."""

    type = "consent.given"

    number: str
    receiver: str
    purpose: str
    until: str


class ConsentRevoked(Event, frozen=True, kw_only=True):
    """The holder took it back."""

    type = "consent.revoked"

    number: str
    receiver: str


class ConsentUsed(Event, frozen=True, kw_only=True):
    """Somebody read under a consent."""

    type = "consent.used"

    number: str
    reader: str


class StatementPublished(Event, frozen=True, kw_only=True):
    """A holder published a signed statement on products; public.

    Attributes:
        digest: SHA-256 of the document, in hex. supersedes: id of the statement before; empty where there is none.
    """

    type = "disclosure.stated"
    public = True

    digest: str
    supersedes: str


class TaskTold(Event, frozen=True, kw_only=True):
    """A regulator told how far a task of the plan is; public."""

    type = "task.told"
    public = True

    task: str
    progress: int
