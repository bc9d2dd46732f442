"""What everybody may take and look after: open data, the transparency log, and the description of the API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
from fastapi import Request, Response

from tanheng.api import errors
from tanheng.audit import merkle
from tanheng.errors import Fault, StoreError, TanhengError
from tanheng.services.audit import log
from tanheng.services.audit.log import Entry
from tanheng.services.certification import certificates
from tanheng.services.paging import Paging
from tanheng.services.registry import dumps
from tanheng.storage.sql import Work
from tanheng.web.pages.register import number_in
from tanheng.web.rendering import page
from tanheng.web.routing import pages, to
from tanheng.web.visitors import VisitorNeed

router = pages()
_LATEST = 25
_FOR_NOW = 10
_MOST = 2**53 - 1
_METHODS = ("get", "post", "put", "patch", "delete")


@router.get("/open-data")
def open_data(visitor: VisitorNeed, after: str = "") -> Response:
    """Dumps of the register, with their digests and how to check them."""
    found = visitor.look(dumps.listed, Paging(after, 30))
    settings = visitor.platform.configuration
    return page(
        visitor,
        "openness/open_data.html.j2",
        cache_for=_FOR_NOW,
        dumps=found.items,
        next=found.next,
        licence=settings.register_licence,
        is_daily=settings.register_dump_daily,
        base=settings.public_url.rstrip("/"),
    )


@router.get("/transparency")
def transparency(visitor: VisitorNeed, number: str = "", first: str = "", root: str = "") -> Response:
    """The log: its head, its latest entries; proofs of a certificate, and that an earlier log begins this one."""
    told = visitor.look(_log)
    wanted = number_in(number.replace("\0", ""))[:40]
    faults: tuple[Fault, ...] = ()
    values: dict[str, Any] = {"proved": None, "consistent": None}
    try:
        if wanted:
            values["proved"] = visitor.look(_proved, wanted)
        if first.strip():
            values["consistent"] = visitor.look(_consistent, first.strip(), root.strip().lower())
    except TanhengError as error:
        faults = error.faults
    return page(
        visitor,
        "openness/transparency.html.j2",
        errors.STATUSES.get(faults[0].code, 422) if faults else 200,
        cache_for=_FOR_NOW,
        number=wanted,
        first=first.strip()[:20],
        root=root.strip()[:64],
        faults=errors.told(visitor.request, faults),
        base=visitor.platform.configuration.public_url.rstrip("/"),
        **told,
        **values,
    )


@router.get("/docs")
def docs(visitor: VisitorNeed) -> Response:
    """Where the description of an API is looked for."""
    return to(visitor, "/api")


@router.get("/api")
def programming(request: Request, visitor: VisitorNeed, q: str = "") -> Response:
    """The API for those who write programs: how to begin, and every route, by what it is about."""
    asked = q.strip().lower()[:100]
    routes = [one for one in _routes(request.app.openapi()) if all(word in one["all"] for word in asked.split())]
    tags: dict[str, list[dict[str, Any]]] = {}
    for one in routes:
        tags.setdefault(one["tag"], []).append(one)
    base = visitor.platform.configuration.public_url.rstrip("/")
    return page(visitor, "openness/api.html.j2", cache_for=60, tags=tags, count=len(routes), q=asked, base=base)


def _routes(described: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path, methods in described["paths"].items():
        for method in _METHODS:
            if (told := methods.get(method)) is None:
                continue
            tag = (told.get("tags") or ["operation"])[0]
            description = told.get("description") or told.get("summary", "")
            given = [one["name"] for one in told.get("parameters", ()) if one["in"] == "query"]
            yield {
                "method": method.upper(),
                "path": path,
                "tag": tag,
                "told": description,
                "query": given,
                "all": f"{method} {path} {tag} {description}".lower(),
            }


def _log(work: Work) -> dict[str, Any]:
    found = log.of(work)
    return {"log": found, "entries": [_entry(one) for one in log.latest(work, _LATEST)]}


def _entry(one: Entry) -> dict[str, Any]:
    """A leaf, opened; its text stays as it is hashed."""
    told = orjson.loads(one.entry)
    facts = orjson.loads(told["facts"])
    number = facts.get("number", "") if str(told["type"]).startswith("certificate.") else ""
    return {"number": one.number, "leaf": one.leaf, "entry": one.entry, "told": told, "certificate": number}


def _proved(work: Work, number: str) -> list[dict[str, Any]]:
    """What the log tells of a certificate, each with a proof that was made and followed just now."""
    found = log.about(work, certificates.of(work, number).id)
    return [_included(work, one) for one in found]


def _included(work: Work, one: Entry) -> dict[str, Any]:
    proof = log.inclusion(work, number=one.number)
    path = [bytes.fromhex(hashed) for hashed in proof.path]
    hashed = merkle.leaf(one.entry.encode())
    holds = merkle.is_included(hashed, proof.number, proof.size, path, bytes.fromhex(proof.root))
    return {**_entry(one), "proof": proof, "holds": holds}


def _consistent(work: Work, first: str, root: str) -> dict[str, Any]:
    """Whether a log that somebody saw begins this one; ``holds`` is ``None`` where they tell no root and none was signed."""
    size = int(first) if first.isascii() and first.isdecimal() and int(first) <= _MOST else 0
    if not size:
        raise StoreError("TH-STO-001", kind="log", id=first[:20])
    proof, head = log.consistency(work, first=size), log.of(work).head
    signed = log.head_of(work, size)
    seen = root or (signed.root if signed else "")
    holds = None
    if seen and head is not None:
        holds = _begins(size, seen, head.root, proof)
    return {"proof": proof, "signed": signed, "holds": holds, "seen": seen}


def _begins(size: int, seen: str, root: str, proof: log.Consistency) -> bool:
    try:
        before = bytes.fromhex(seen)
    except ValueError:
        return False
    path = [bytes.fromhex(hashed) for hashed in proof.path]
    return merkle.is_consistent(size, before, proof.second, bytes.fromhex(root), path)
