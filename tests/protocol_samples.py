"""A protocol for tests of what holds for all of them: JSON with a total, written and read, and nothing else."""

from __future__ import annotations

import json
from datetime import date
from enum import StrEnum
from typing import Literal

from tanheng.errors import ExchangeError, Fault
from tanheng.exchange.declaration import Declaration, Party
from tanheng.exchange.protocols import Loss, Objection, Protocol, Received, Written
from tanheng.exchange.supplement import Amount, Section, Supplement
from tanheng.footprint.study import Boundary
from tanheng.quantities import Quantity

URL = "https://standards.example.org/plain"


class Grade(StrEnum):
    """A grade."""

    FINE = "fine"
    COARSE = "coarse"


class Site(Section, frozen=True):
    """A site.

    Attributes:
        name: of the site.
        built: day on which it was built.
    """

    name: str
    built: date | None = None


class Plain(Section, frozen=True):
    """What the protocol asks for.

    Attributes:
        buyer: who gets the document.
        piece: mass of a piece.
        grade, route: words of the protocol. sites: where it is made.
    """

    buyer: str = ""
    piece: Amount | None = None
    grade: Grade | None = None
    route: Literal["wet", "dry"] = "wet"
    sites: tuple[Site, ...] = ()


def write(declaration: Declaration, supplement: Supplement) -> Written:
    told = supplement.section("plain", Plain)
    lacking = [
        Fault("TH-EXC-010", f"plain.{key}", {"field": key, "remedy": f"plain: {{{key}: …}}"})
        for key, value in (("buyer", told.buyer), ("piece", told.piece))
        if not value
    ]
    if lacking:
        raise ExchangeError.of(lacking)
    verified = declaration.verified
    content = {
        "plain": 1,
        "id": declaration.digest,
        "name": dict(declaration.names),
        "maker": dict(declaration.maker.names),
        "country": declaration.maker.country,
        "unit": str(declaration.unit),
        "total": declaration.total,
        "year": declaration.last.year if declaration.last else None,
        "where": declaration.geography,
        "share": declaration.primary_share,
        "buyer": told.buyer,
        "verifier": dict(verified.body) if verified else None,
        "certificate": verified.certificate if verified else None,
    }
    return Written(
        json.dumps(content, ensure_ascii=False).encode(),
        "plain.json",
        "application/json",
        losses=(Loss("no-field", "gsd2"),),
        objections=_objections(told.buyer),
    )


def read(content: bytes) -> tuple[Received, ...]:
    try:
        whole = json.loads(content)
        assert whole["plain"] == 1
    except (ValueError, KeyError, TypeError, AssertionError) as error:
        raise ExchangeError("TH-EXC-020", protocol="plain", reason=type(error).__name__) from error
    declaration = Declaration(
        names=whole["name"],
        maker=Party(names=whole["maker"], country=whole["country"]),
        unit=Quantity.parse(whole["unit"]),
        total=whole["total"],
        last=date(whole["year"], 12, 31),
        geography=whole["where"],
        boundary=Boundary.CRADLE_TO_GATE,
        primary_share=whole["share"],
        gwp="AR6 GWP100",
    )
    return (Received(whole["id"], declaration, (Loss("not-taken", "buyer"),), _objections(whole["buyer"])),)


def _objections(buyer: str) -> tuple[Objection, ...]:
    """A rule of it: nobody sells to nobody."""
    if buyer != "nobody":
        return ()
    return (Objection("TH-EXC-999", "error", "§ 1", "buyer", buyer),)


PLAIN = Protocol(
    id="plain",
    names={"en": "Plain footprints", "zh": "简单碳足迹"},
    standard={"en": "Plain 1.0", "zh": "简单 1.0"},
    url=URL,
    media_type="application/json",
    suffix=".json",
    sections={"plain": Plain},
    write=write,
    read=read,
)
STRICT = Protocol(
    id="strict",
    names={"en": "Strict footprints", "zh": "严格碳足迹"},
    standard={"en": "Strict 1.0", "zh": "严格 1.0"},
    url=URL,
    media_type="application/json",
    suffix=".json",
    regimes=("iso14067",),
    sections={"plain": Plain},
    write=write,
)
LISTENING = Protocol(
    id="listening",
    names={"en": "Footprints that are only read", "zh": "仅导入"},
    standard={"en": "Listening 1.0", "zh": "导入 1.0"},
    url=URL,
    media_type="application/json",
    suffix=".json",
    read=read,
)
RULE = {"TH-EXC-999": {"en": "the buyer is “{quote}”", "zh": "买方为“{quote}”"}}
SUPPLEMENT = """
tanheng: exchange/1
company: {ids: ["urn:lei:529900T8BM49AURSDO55"], country: CN}
plain: {buyer: "Buyer & Co.", piece: 80 kg}
"""


def put_on(shelf, monkeypatch) -> None:
    """Let these protocols be the ones that there are, and their rule have words."""
    from tanheng import texts

    there = {one.id: one for one in (LISTENING, PLAIN, STRICT)}
    monkeypatch.setattr(shelf, "protocols", lambda: there)
    monkeypatch.setitem(texts.catalogue("exchange/rules"), "TH-EXC-999", RULE["TH-EXC-999"])
