"""The work on a collection of factors: drafts, their review, the next release."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tanheng.client.connection import Connection, at, id_of
from tanheng.client.models import (
    Collection,
    Comment,
    FactorRecord,
    FactorVersion,
    Job,
    Preview,
    Release,
    Review,
    Told,
)


class Drafts:
    """``client.drafts``; what is published is read by ``client.factors``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create_collection(
        self, organisation: Told | str, name: str, names: Mapping[str, str], *, level: str = "enterprise"
    ) -> Collection:
        """Begin a collection.

        Args:
            name: as it stands in links, ``factor:NAME/ID``. level: national, industry, local, enterprise, reference.
        """
        told = {"organisation": id_of(organisation), "name": name, "names": dict(names), "level": level}
        return self._connection.post(at("factor-collections"), Collection, json=told)

    def share(self, seen: Collection, visibility: str, shared_with: Iterable[str] = ()) -> Collection:
        """Say who else may use the releases of a collection: ``private``, ``shared`` or ``public``."""
        told = {"visibility": visibility, "shared_with": list(shared_with)}
        place = at("factor-collections", seen, "sharing")
        return self._connection.change("PUT", place, Collection, json=told, seen=seen)

    def all(self, collection: Collection | str, *, state: str = "", text: str = "") -> Iterator[FactorRecord]:
        """Records of a collection that you work on, the newest first.

        Args:
            state: draft, submitted, reviewed, published, superseded, retired; all of them by default.
        """
        place = at("factor-collections", collection, "records")
        return self._connection.each(place, FactorRecord, {"state": state, "text": text})

    def get(self, id: str) -> FactorRecord:  # noqa: A002 - as the field is called
        """A record."""
        return self._connection.get(at("factor-records", id), FactorRecord)

    def versions(self, record: FactorRecord | str) -> Iterator[FactorVersion]:
        """The versions of a record, the newest first, without their documents."""
        return self._connection.each(at("factor-records", record, "versions"), FactorVersion)

    def version(self, record: FactorRecord | str, number: int) -> FactorVersion:
        """A version of a record, with its document."""
        return self._connection.get(at("factor-records", record, "versions", number), FactorVersion)

    def add(self, collection: Collection | str, document: Mapping[str, Any]) -> FactorRecord:
        """Add a factor as a draft; ``GET /v1/factor-fields`` tells the fields."""
        place = at("factor-collections", collection, "records")
        return self._connection.post(place, FactorRecord, json=dict(document))

    def revise(
        self,
        seen: FactorRecord,
        document: Mapping[str, Any] | None = None,
        *,
        change: str = "update",
        reason: str = "",
    ) -> FactorRecord:
        """Give a record a new version, as a draft.

        Args:
            document: that of the latest version by default. change: update, correction or retirement.
        """
        told = {"document": None if document is None else dict(document), "change": change, "reason": reason}
        return self._connection.post(at("factor-records", seen, "versions"), FactorRecord, json=told, seen=seen)

    def submit(self, seen: FactorRecord, note: str = "") -> FactorRecord:
        """Hand the latest version to the reviewers."""
        place = at("factor-records", seen, "submission")
        return self._connection.post(place, FactorRecord, json={"note": note}, seen=seen)

    def take_back(self, seen: FactorRecord) -> FactorRecord:
        """Take back what was submitted or accepted."""
        return self._connection.change("DELETE", at("factor-records", seen, "submission"), FactorRecord, seen=seen)

    def accept(self, seen: FactorRecord, note: str = "") -> FactorRecord:
        """Accept what somebody else wrote."""
        return self._decide(seen, "accept", note)

    def send_back(self, seen: FactorRecord, note: str) -> FactorRecord:
        """Return what somebody else wrote to its author, and say why."""
        return self._decide(seen, "return", note)

    def reviews(self, record: FactorRecord | str) -> Iterator[Review]:
        """The steps that were taken with a record, the newest first."""
        return self._connection.each(at("factor-records", record, "reviews"), Review)

    def comment(self, record: FactorRecord | str, text: str, *, field: str = "") -> Comment:
        """Comment on a field of a record, or on the whole."""
        return self._connection.post(
            at("factor-records", record, "comments"), Comment, json={"field": field, "text": text}
        )

    def comments(self, record: FactorRecord | str) -> Iterator[Comment]:
        """The comments on a record, the newest first."""
        return self._connection.each(at("factor-records", record, "comments"), Comment)

    def settle(self, comment: Comment | str) -> Comment:
        """Say that a comment is dealt with."""
        return self._connection.post(at("factor-comments", comment, "settlement"), Comment)

    def preview(self, collection: Collection | str) -> Preview:
        """What the next release brings, and which assessments it moves by how much."""
        return self._connection.get(at("factor-collections", collection, "preview"), Preview)

    def start_preview(self, collection: Collection | str) -> Job:
        """Preview the next release by a job, which computes all assessments; ``client.jobs.wait(…)`` waits for it."""
        return self._connection.post(at("factor-collections", collection, "previews"), Job)

    def publish(self, collection: Collection | str, version: str, previewed: Preview, *, note: str = "") -> Release:
        """Publish the next release, as it was previewed (TH-FAC-052 where it is another one by now).

        Args:
            version: of the release, as ``2026.11``.
        """
        told = {"version": version, "digest": previewed.digest, "note": note}
        return self._connection.post(at("factor-collections", collection, "releases"), Release, json=told)

    def _decide(self, seen: FactorRecord, step: str, note: str) -> FactorRecord:
        place = at("factor-records", seen, "reviews")
        return self._connection.post(place, FactorRecord, json={"step": step, "note": note}, seen=seen)
