"""An assessment in the forms of others: which protocols it can go out by now, what each lacks, and the file itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from tanheng.accounts import Actor
from tanheng.errors import ExchangeError, Fault
from tanheng.exchange import shelf
from tanheng.exchange.exporting import exported, is_refused
from tanheng.exchange.protocols import Loss, Objection, Protocol, Written
from tanheng.footprint import Assessment
from tanheng.services.exchange import beside
from tanheng.services.exchange.beside import Beside
from tanheng.services.studies import results
from tanheng.storage.platform import Platform


class OfferState(StrEnum):
    """How far an assessment is from going out."""

    READY = "ready"
    OBJECTED = "objected"  # it can be written, but receivers may refuse it
    MISSING = "missing"  # values are needed and not known
    REGIME = "regime"  # it is under another regime than the protocol takes


@dataclass(frozen=True, slots=True)
class Offer:
    """A protocol, for one assessment.

    Attributes:
        faults: what keeps it from being written. losses: what the file does not carry. objections: rules that it does not keep.
    """

    protocol: Protocol
    state: OfferState
    faults: tuple[Fault, ...] = ()
    losses: tuple[Loss, ...] = ()
    objections: tuple[Objection, ...] = ()


@dataclass(frozen=True, slots=True)
class _Told:
    """What an assessment is written with."""

    result: Assessment
    beside: Beside


def offered(platform: Platform, actor: Actor, id: str) -> tuple[Offer, ...]:  # noqa: A002 - as the column is called
    """All protocols that are written, each tried on an assessment, but forms of one only once (TH-STO-001)."""
    told = _told(platform, actor, id)
    written = [one for one in shelf.protocols().values() if one.write is not None]
    tried = {one.id: _tried(told, one) for one in written if not one.form_of}
    return tuple(replace(tried[one.form_of or one.id], protocol=one) for one in written)


def offer(platform: Platform, actor: Actor, id: str, protocol: str) -> Offer:  # noqa: A002
    """One protocol, tried on an assessment (TH-STO-001, TH-EXC-012, TH-EXC-014)."""
    told = _told(platform, actor, id)
    found = shelf.protocol(protocol)
    if found.write is None:
        raise ExchangeError("TH-EXC-014", protocol=found.id)
    return _tried(told, found)


def write(platform: Platform, actor: Actor, id: str, protocol: str, *, accept: bool = False) -> Written:  # noqa: A002
    """The file of an assessment by a protocol, with what is kept beside its study and with its valid certificate.

    Args:
        accept: write it though rules of the protocol are not kept.

    Raises:
        ExchangeError: as of :func:`~tanheng.exchange.exporting.exported`; TH-EXC-017 rules are not kept. StoreError: TH-STO-001.
    """
    told = _told(platform, actor, id)
    written = exported(told.result, shelf.protocol(protocol), told.beside.supplement, verified=told.beside.verified)
    if is_refused(written.objections) and not accept:
        raise ExchangeError("TH-EXC-017", count=sum(one.severity == "error" for one in written.objections))
    return written


def _told(platform: Platform, actor: Actor, id: str) -> _Told:  # noqa: A002
    return _Told(results.opened(platform, actor, id), platform.look(actor, beside.of, id))


def _tried(told: _Told, protocol: Protocol) -> Offer:
    try:
        written = exported(told.result, protocol, told.beside.supplement, verified=told.beside.verified)
    except ExchangeError as error:
        under_another = any(fault.code == "TH-EXC-011" for fault in error.faults)
        return Offer(protocol, OfferState.REGIME if under_another else OfferState.MISSING, error.faults)
    state = OfferState.OBJECTED if is_refused(written.objections) else OfferState.READY
    return Offer(protocol, state, losses=written.losses, objections=written.objections)
