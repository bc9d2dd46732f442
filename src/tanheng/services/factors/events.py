"""What the history tells of factors."""

from __future__ import annotations

from tanheng.audit import Event


class FactorCollectionCreated(Event, frozen=True, kw_only=True):
    """There is a new collection of factors."""

    type = "factor-collection.created"

    name: str
    level: str


class FactorCollectionShared(Event, frozen=True, kw_only=True):
    """Others may use a collection, or may not any longer."""

    type = "factor-collection.shared"

    visibility: str
    shared_with: list[str]


class FactorRevised(Event, frozen=True, kw_only=True):
    """A record has a new version."""

    type = "factor.revised"

    factor: str
    number: int
    change: str
    digest: str


class FactorsImported(Event, frozen=True, kw_only=True):
    """Records have new versions from a table; the digest is of ``ID NUMBER DIGEST`` of each, a line each, sorted."""

    type = "factor-collection.imported"

    file: str
    versions: int
    digest: str


class FactorMoved(Event, frozen=True, kw_only=True):
    """A step in the life of a record."""

    type = "factor.moved"

    factor: str
    number: int
    step: str
    state: str


class FactorCommented(Event, frozen=True, kw_only=True):
    """Somebody commented on a record."""

    type = "factor.commented"

    number: int
    field: str
    comment: str


class FactorCommentSettled(Event, frozen=True, kw_only=True):
    """A comment is settled."""

    type = "factor.settled"

    comment: str


class ReleasePublished(Event, frozen=True, kw_only=True):
    """A release is there, and never changes."""

    type = "factor-release.published"

    collection: str
    version: str
    number: int
    count: int
    digest: str


class ReleaseAnnounced(Event, frozen=True, kw_only=True):
    """A release that everybody may use is there: a leaf of the public log, so that it cannot be exchanged for another."""

    type = "factor-release.announced"
    public = True

    collection: str
    version: str
    number: int
    count: int
    digest: str


class FactorSubscribed(Event, frozen=True, kw_only=True):
    """Somebody wants to be told of changes, or does not any longer."""

    type = "factor-subscription.changed"

    factor: str
    subscribed: bool
