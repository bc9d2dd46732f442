"""Results in the forms of others, what is kept for that, and footprints that came in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec

from tanheng.client.connection import Connection, at, id_of
from tanheng.client.models import Assessment, Kept, Organisation, Study, Told


class ExchangeProtocol(Told, frozen=True):
    """A protocol; ``regimes``: whose assessments it takes, empty where any will do."""

    id: str
    names: dict[str, str]
    standard: dict[str, str]
    url: str
    media_type: str
    writes: bool
    reads: bool
    regimes: tuple[str, ...]
    sections: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)


class ExchangeFault(Told, frozen=True):
    """What keeps a file from being written."""

    code: str
    place: str
    message: str
    hint: str


class ExchangeLoss(Told, frozen=True):
    """What could not be carried over."""

    code: str
    path: str
    text: str


class ExchangeObjection(Told, frozen=True):
    """A rule of a protocol that a document does not keep."""

    code: str
    severity: str
    clause: str
    path: str
    text: str


class ExchangeOffer(Told, frozen=True):
    """A protocol, tried on an assessment; ``state``: ready, objected, missing, regime."""

    protocol: str
    state: str
    faults: tuple[ExchangeFault, ...]
    losses: tuple[ExchangeLoss, ...]
    objections: tuple[ExchangeObjection, ...]


class ExchangeSupplement(Told, frozen=True):
    """What is told beside studies; ``version`` 0 where nothing is kept yet."""

    version: int
    organisation: str
    study: str
    sections: dict[str, dict[str, Any]]
    changed_at: datetime | None


class ReceivedFootprint(Kept, frozen=True):
    """A footprint that came in, kg CO2e for one ``per``; ``factor`` is what studies link to, once it is accepted."""

    organisation: str
    number: str
    protocol: str
    foreign_id: str
    partner: str | None
    question: str | None
    standing: str
    file_name: str
    names: dict[str, str]
    maker: dict[str, str]
    value: float
    per: str
    facts: dict[str, Any]
    losses: tuple[ExchangeLoss, ...]
    objections: tuple[ExchangeObjection, ...]
    faults: tuple[str, ...]
    state: str
    factor: str
    reason: str


class DutyLaw(Told, frozen=True):
    """Where a duty stands; ``date``: of the act, or its year."""

    title: str
    number: str
    date: str
    url: str
    clause: str


class DutyNeed(Told, frozen=True):
    """Something that a duty needs to know of the product, and where it is told."""

    id: str
    names: dict[str, str]
    remedy: dict[str, str]


class Duty(Told, frozen=True):
    """A duty of a product in a market; ``standing``: applies, ahead, awaits, planned.

    ``missing`` is told where an assessment was asked of, unless ``faults`` of :class:`Duties` say why not.
    """

    id: str
    regime: str
    market: str
    names: dict[str, str]
    standing: str
    first: date | None
    last: date | None
    binding: str
    is_certain: bool
    due: dict[str, str]
    awaits: dict[str, str]
    law: DutyLaw
    needs: tuple[DutyNeed, ...]
    missing: tuple[DutyNeed, ...]
    protocols: tuple[str, ...]


class Duties(Told, frozen=True):
    """Duties on a day; what is not here is not therefore absent."""

    day: date
    items: tuple[Duty, ...]
    faults: tuple[ExchangeFault, ...] = ()


class _Protocols(Told, frozen=True):
    items: tuple[ExchangeProtocol, ...]


class _Offers(Told, frozen=True):
    items: tuple[ExchangeOffer, ...]


class _Received(Told, frozen=True):
    items: tuple[ReceivedFootprint, ...]


class Exchange:
    """``client.exchange``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def protocols(self) -> tuple[ExchangeProtocol, ...]:
        """Protocols by which footprints are exchanged."""
        return self._connection.get(at("exchange-protocols"), _Protocols).items

    def protocol(self, id: str) -> ExchangeProtocol:  # noqa: A002 - as the field is called
        """A protocol with the JSON Schema of each section of its supplement."""
        return self._connection.get(at("exchange-protocols", id), ExchangeProtocol)

    def offers(self, assessment: Assessment | str) -> tuple[ExchangeOffer, ...]:
        """Which protocols an assessment can go out by now, and what the others lack."""
        return self._connection.get(at("assessments", assessment, "exports"), _Offers).items

    def offer(self, assessment: Assessment | str, protocol: str) -> ExchangeOffer:
        """One protocol, tried on an assessment."""
        return self._connection.get(at("assessments", assessment, "exports", protocol), ExchangeOffer)

    def export(self, assessment: Assessment | str, target: str | Path, *, to: str, accept: bool = False) -> Path:
        """Keep an assessment in the form of a protocol.

        Args:
            to: id of the protocol. accept: write it though rules of the protocol are not kept.

        Raises:
            ExchangeError: TH-EXC-010 for every value that is needed and not known, TH-EXC-017 rules are not kept.
        """
        path = at("assessments", assessment, "exports", to, "file")
        return self._connection.download(path, target, {"accept": accept})

    def duties(self, of: Assessment | Mapping[str, str] | str, *, market: str = "", day: date | None = None) -> Duties:
        """What a product owes in a market on a day.

        Args:
            of: an assessment or its id, for what is missing, too; or customs codes by system, ``{"hs": "760110"}``.
            market: all that are known where none is named. day: today where none is named.
        """
        asked: dict[str, Any] = {"market": market, "day": day.isoformat() if day is not None else None}
        if isinstance(of, Mapping):
            asked["code"] = [f"{system}:{code}" for system, code in of.items()]
            return self._connection.get(at("duties"), Duties, asked)
        return self._connection.get(at("assessments", of, "duties"), Duties, asked)

    def supplement(self, of: Organisation | Study | str) -> ExchangeSupplement:
        """What is told beside a study, or beside all studies of an organisation; an id is that of a study."""
        return self._connection.get(_of(of), ExchangeSupplement)

    def keep(
        self, of: Organisation | Study | str, sections: Mapping[str, Mapping[str, Any]], *, seen: ExchangeSupplement
    ) -> ExchangeSupplement:
        """Keep what is told beside a study, or beside all studies of an organisation.

        Args:
            seen: as :meth:`supplement` told it.
        """
        told = {"sections": {name: dict(section) for name, section in sections.items()}}
        return self._connection.change("PUT", _of(of), ExchangeSupplement, json=told, seen=seen)

    def receive(
        self, path: str | Path, *, source: str, organisation: Organisation | str, name: str = ""
    ) -> tuple[ReceivedFootprint, ...]:
        """Take in the footprints of a file.

        Args:
            source: id of the protocol that the file follows. name: by which the file is kept; its own by default.
        """
        file = Path(path)
        wanted = {"organisation": id_of(organisation), "protocol": source, "name": name or file.name}
        return self._connection.post(at("received-footprints"), _Received, wanted, content=file).items

    def received(self, *, state: str = "") -> Iterator[ReceivedFootprint]:
        """What your organisations received, the newest first; ``state``: open, accepted, rejected."""
        return self._connection.each(at("received-footprints"), ReceivedFootprint, {"state": state})

    def accept(self, footprint: ReceivedFootprint) -> ReceivedFootprint:
        """Accept a footprint as it was seen: a factor that studies link to."""
        return self._connection.post(
            at("received-footprints", footprint, "acceptance"), ReceivedFootprint, seen=footprint
        )

    def reject(self, footprint: ReceivedFootprint, *, reason: str = "") -> ReceivedFootprint:
        """Reject a footprint as it was seen."""
        path = at("received-footprints", footprint, "rejection")
        return self._connection.post(path, ReceivedFootprint, json={"reason": reason}, seen=footprint)


def _of(thing: Organisation | Study | str) -> str:
    return at("organisations" if isinstance(thing, Organisation) else "studies", thing, "supplement")
