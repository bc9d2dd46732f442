"""Requests for footprints to suppliers; and what whoever has the link of one does, without a token."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tanheng.client.connection import Connection, at, id_of
from tanheng.client.models import Kept, Names, Organisation, Study, Told

ANY = "application/octet-stream"


class DataRequest(Kept, frozen=True):
    """A request to a supplier; ``factor`` is what studies link to, once the answer is accepted."""

    organisation: str
    number: str
    study: str
    line: str
    names: Names
    per: str
    supplier: str
    message: str
    due: date
    state: str
    round: int
    factor: str


class SentRequest(Told, frozen=True):
    """A request and its link, which is shown this once; ``letter`` is what to write to the supplier, by language."""

    request: DataRequest
    link: str
    letter: dict[str, str]


class Footprint(Told, frozen=True):
    """A footprint that a supplier told, kg CO2e per ``per``."""

    basis: str
    names: Names
    maker: str
    value: float
    per: str
    boundary: str
    geography: str
    year: int
    quality: dict[str, float]
    primary_share: float | None
    review: str
    valid_until: date | None
    digest: str


class DataAnswer(Told, frozen=True):
    """An answer as it came."""

    id: str
    round: int
    answer: Footprint
    at: datetime


class FieldComment(Told, frozen=True):
    """A comment on a field of an answer."""

    field: str
    text: str


class RequestStep(Told, frozen=True):
    """A step that was taken; ``person`` is empty for whoever had the link."""

    step: str
    before: str
    after: str
    party: str
    person: str
    reason: str
    comments: tuple[FieldComment, ...]
    at: datetime


class RequestFile(Told, frozen=True):
    """A file beside an answer."""

    id: str
    name: str
    digest: str
    size: int


class _Files(Told, frozen=True):
    items: tuple[RequestFile, ...]


class Asked(Told, frozen=True):
    """What a supplier sees of a request."""

    number: str
    buyer: Names
    names: Names
    per: str
    supplier: str
    message: str
    due: date
    state: str
    answer: DataAnswer | None
    returned: RequestStep | None
    files: tuple[str, ...]


class Suppliers:
    """``client.suppliers``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def send(
        self,
        organisation: Organisation | str,
        names: Mapping[str, str],
        *,
        per: str,
        supplier: str,
        due: date,
        message: str = "",
        study: Study | str = "",
        line: str = "",
    ) -> SentRequest:
        """Ask a supplier for the footprint of a product.

        Args:
            per: unit that it is told by. study, line: that it is for; the line by its number or id.
        """
        told = {"names": dict(names), "per": per, "supplier": supplier, "due": due, "message": message, "line": line}
        told |= {"organisation": id_of(organisation), "study": id_of(study)}
        return self._connection.post(at("data-requests"), SentRequest, json=told)

    def all(self, *, state: str = "", study: Study | str = "") -> Iterator[DataRequest]:
        """Requests of your organisations, the newest first."""
        return self._connection.each(at("data-requests"), DataRequest, {"state": state, "study": id_of(study)})

    def get(self, id: str) -> DataRequest:  # noqa: A002 - as the field is called
        """A request."""
        return self._connection.get(at("data-requests", id), DataRequest)

    def renew(self, request: DataRequest | str) -> SentRequest:
        """A new link in place of the one before, as for a reminder."""
        return self._connection.post(at("data-requests", request, "link"), SentRequest)

    def answers(self, request: DataRequest | str) -> Iterator[DataAnswer]:
        """What the supplier answered, the newest first."""
        return self._connection.each(at("data-requests", request, "answers"), DataAnswer)

    def steps(self, request: DataRequest | str) -> Iterator[RequestStep]:
        """The steps that were taken, the newest first."""
        return self._connection.each(at("data-requests", request, "steps"), RequestStep)

    def files(self, request: DataRequest | str) -> tuple[RequestFile, ...]:
        """The files beside the answers."""
        return self._connection.get(at("data-requests", request, "files"), _Files).items

    def download(self, request: DataRequest | str, file: RequestFile | str, target: str | Path) -> Path:
        """Keep a file beside an answer."""
        return self._connection.download(at("data-requests", request, "files", file), target)

    def send_back(
        self, seen: DataRequest, comments: Mapping[str, str] | None = None, *, reason: str = ""
    ) -> DataRequest:
        """Return the answer with comments by field (TH-STO-002 where somebody changed the request since)."""
        said = [{"field": field, "text": text} for field, text in (comments or {}).items()]
        told = {"comments": said, "reason": reason}
        return self._connection.post(at("data-requests", seen, "return"), DataRequest, json=told, seen=seen)

    def accept(self, seen: DataRequest) -> DataRequest:
        """Accept the answer: it is a factor of yours from now on."""
        return self._connection.post(at("data-requests", seen, "acceptance"), DataRequest, seen=seen)

    def withdraw(self, seen: DataRequest, *, reason: str = "") -> DataRequest:
        """Ask no more; the link leads nowhere."""
        told = {"reason": reason}
        return self._connection.post(at("data-requests", seen, "withdrawal"), DataRequest, json=told, seen=seen)

    def asked(self, link: str) -> Asked:
        """What is asked behind a link; as all below, for whoever has it."""
        return self._connection.get(_behind(link), Asked)

    def answer(self, link: str, form: Mapping[str, Any]) -> Asked:
        """Answer with a footprint: ``names``, ``value``, ``per``, ``geography``, ``year`` and the other fields of the form."""
        return self._connection.post(_behind(link), Asked, json=dict(form))

    def answer_with(self, link: str, path: str | Path, *, kind: str, **more: Any) -> Asked:
        """Answer with an ``assessment`` or a ``study``; its footprint and quality are kept, the file is not.

        Args:
            more: ``review``, ``reviewer``, ``valid_until``, ``note``.
        """
        return self._connection.post(f"{_behind(link)}/computed", Asked, {"kind": kind, **more}, content=Path(path))

    def add_file(self, link: str, path: str | Path, *, name: str = "", media_type: str = ANY) -> Asked:
        """Put a file beside the answer, such as a statement of verification."""
        given = {"name": name or Path(path).name}
        return self._connection.post(f"{_behind(link)}/files", Asked, given, content=Path(path), media_type=media_type)

    def refuse(self, link: str, *, reason: str) -> Asked:
        """Give no footprint."""
        return self._connection.post(f"{_behind(link)}/refusal", Asked, json={"reason": reason})


def _behind(link: str) -> str:
    return at("data-answers", link.rstrip("/").rpartition("/")[2])
