"""Results in the forms of others, with what is asked for beside a study; and footprints that came in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fastapi import Response

from tanheng.accounts.model import Role
from tanheng.api import errors
from tanheng.errors import Fault
from tanheng.exchange import shelf
from tanheng.exchange.fields import Field, fields_of, sections_of
from tanheng.exchange.protocols import Protocol
from tanheng.exchange.shelf import COMMON
from tanheng.exchange.watching import SYSTEMS, by_market
from tanheng.services.exchange import offering, receiving, supplements, watch
from tanheng.services.exchange.offering import OfferState
from tanheng.services.exchange.receiving import ReceivedState
from tanheng.services.paging import Paging
from tanheng.storage.sql import Work
from tanheng.web import choosing
from tanheng.web.pages import pact
from tanheng.web.rendering import page
from tanheng.web.results.opening import opened, tab
from tanheng.web.routing import pages
from tanheng.web.visitors import SignedInNeed, Visitor

router = pages()
_PATH = re.compile(r"[a-z][\w-]*(?:\.\w+)+")
COMPANY = "company"
"""The section that is an organisation's; all others are a study's."""


@router.get("/assessments/{id}/exchange")
def offers(visitor: SignedInNeed, id: str) -> Response:  # noqa: A002 - as the address says it
    """All protocols, and whether the result can go out by them now."""
    one = opened(visitor, id)
    offered = offering.offered(visitor.platform, visitor.actor, id)
    forms = {of.protocol.id: [form for form in offered if form.protocol.form_of == of.protocol.id] for of in offered}
    rows = sorted(
        (one for one in offered if not one.protocol.form_of), key=lambda one: list(OfferState).index(one.state)
    )
    return tab(one, "exchange", offers=rows, forms=forms, chosen=None, **_watched(visitor, id, one.result.codes))


@router.get("/assessments/{id}/exchange/{protocol}")
def offer(visitor: SignedInNeed, id: str, protocol: str) -> Response:  # noqa: A002
    """One protocol: what is missing, what the file does not carry, and the values that it asks for."""
    one = opened(visitor, id)
    found = offering.offer(visitor.platform, visitor.actor, id, protocol)
    owner = one.around.entry.organisation
    forms = _forms(found.protocol)
    labels = dict(_labels(field for listed in (forms["company"], *forms["sections"].values()) for field in listed))
    told = zip(errors.told(visitor.request, found.faults), map(_paths, found.faults), strict=True)
    return tab(
        one,
        "exchange",
        offers=(),
        chosen=found,
        needs=[(fault, [labels[path] for path in paths if path in labels]) for fault, paths in told],
        missing={path for fault in found.faults for path in _paths(fault)},
        sharing=visitor.look(pact.sharing, visitor, id) if protocol == pact.PROTOCOL else None,
        may_keep=choosing.may(visitor, "supplement.keep", owner),
        **visitor.look(_kept, owner, one.around.entry.study),
        **forms,
    )


@router.get("/received-footprints")
def received(visitor: SignedInNeed, state: ReceivedState | None = None, after: str = "") -> Response:
    """Footprints that the visitor's organisations received."""
    told = visitor.look(_listed, visitor, state, Paging(after))
    readable = [one for one in shelf.protocols().values() if one.read is not None]
    return page(
        visitor,
        "exchange/received.html.j2",
        chosen=state or "",
        states=tuple(ReceivedState),
        protocols=shelf.protocols(),
        readable=readable,
        **told,
    )


@router.get("/received-footprints/{id}")
def received_one(visitor: SignedInNeed, id: str) -> Response:  # noqa: A002
    """A footprint that came in."""
    found = visitor.look(receiving.of, id)
    return page(
        visitor,
        "exchange/footprint.html.j2",
        one=found,
        protocol=shelf.protocols().get(found.protocol),
        may_decide=found.state is ReceivedState.OPEN
        and choosing.may(visitor, "received-footprint.decide", found.organisation),
        is_own=found.author == visitor.actor.id,
    )


def _watched(visitor: Visitor, id: str, codes: Mapping[str, str]) -> dict[str, Any]:  # noqa: A002
    """What the part of duties shows: duties by market, and the protocols that lead on from them."""
    found = watch.of_assessment(visitor.platform, visitor.actor, id)
    return {
        "watched": found,
        "watched_codes": [f"{system.upper()} {codes[system]}" for system in SYSTEMS if codes.get(system)],
        "watched_markets": by_market(found.duties),
        "watched_faults": errors.told(visitor.request, found.faults),
        "writable": {one.id: one for one in shelf.protocols().values() if one.write is not None},
    }


def _paths(fault: Fault) -> tuple[str, ...]:
    """Fields of supplements that a fault speaks of: at its place, or in what is to be done."""
    return tuple(dict.fromkeys(_PATH.findall(f"{fault.place} {fault.params.get('remedy', '')}")))


def _labels(listed: Iterable[Field]) -> Iterator[tuple[str, Field]]:
    """All fields by their paths, those of groups too."""
    for one in listed:
        yield one.path, one
        yield from _labels(one.fields)


def _kept(work: Work, organisation: str, study: str) -> dict[str, Any]:
    return {
        "shared": supplements.of_organisation(work, organisation),
        "own": supplements.of_study(work, study),
    }


def _forms(protocol: Protocol) -> Mapping[str, Any]:
    """The fields of a protocol: those of the organisation, and those of the study by section, its own sections first."""
    fields: dict[str, tuple[Field, ...]] = {name: fields_of(name, kind) for name, kind in sections_of(protocol).items()}
    of_study = sorted((name for name in fields if name != COMPANY), key=lambda name: name in COMMON)
    return {"company": fields[COMPANY], "sections": {name: fields[name] for name in of_study}}


def _listed(work: Work, visitor: Visitor, state: ReceivedState | None, paging: Paging) -> dict[str, Any]:
    return {
        "page": receiving.listed(work, paging, state=state),
        "owners": choosing.own(work, visitor, Role.ENGINEER),
    }
