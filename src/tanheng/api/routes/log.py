"""The public log: for anybody, without signing in."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response
from pydantic import AwareDatetime, Field

from tanheng.api.models import PageModel, Told
from tanheng.api.needs import ActorNeed, PagingNeed, PlatformNeed
from tanheng.api.routing import Router
from tanheng.services.audit import log
from tanheng.services.paging import LIMIT, MOST

router = Router(prefix="/v1/log", tags=["log"])
_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_NOW = "public, max-age=10"
#: more than any log has, and whole numbers that every client can tell
Number = Annotated[int, Query(ge=0, le=2**53 - 1)]
Size = Annotated[int, Query(ge=1, le=2**53 - 1)]


class LogHeadModel(Told):
    """A signed head of the log."""

    size: int = Field(description="Leaves that it covers.")
    at: AwareDatetime
    root: str = Field(description="Of the tree (RFC 9162), in hex.")
    key: str
    signature: str = Field(description="Ed25519, in hex, of the head as canonical JSON; docs/audit.md.")


class LogModel(Told):
    """The log, its keys and its latest head."""

    id: str
    key: str = Field(description="That signs now.")
    keys: dict[str, str] = Field(description="Public keys (PEM) by their identifiers, with those of before.")
    revoked: dict[str, AwareDatetime] = Field(
        description="Keys that others may have, and from when on they count no more."
    )
    head: LogHeadModel | None = Field(description="Null as long as there is no leaf.")


class EntryModel(Told):
    """A leaf."""

    number: int
    entry: str = Field(description="Canonical JSON (RFC 8785), whose bytes the leaf is the hash of.")
    leaf: str = Field(description="Hash of the leaf, in hex.")


class EntriesModel(Told):
    """Leaves in their order."""

    items: list[EntryModel]


class InclusionModel(Told):
    """That a leaf is in the tree of so many leaves; hashes in hex."""

    number: int
    size: int
    leaf: str
    root: str
    path: list[str]


class ConsistencyModel(Told):
    """That an earlier tree begins a later one; hashes in hex."""

    first: int
    second: int
    path: list[str]


@router.get("")
def get_log(response: Response, platform: PlatformNeed, actor: ActorNeed) -> LogModel:
    """The log, its keys and its latest head."""
    response.headers["Cache-Control"] = _FOR_NOW
    return LogModel.model_validate(platform.look(actor, log.of))


@router.get("/heads")
def list_heads(
    response: Response, platform: PlatformNeed, actor: ActorNeed, paging: PagingNeed
) -> PageModel[LogHeadModel]:
    """Every head that was signed, the newest first."""
    response.headers["Cache-Control"] = _FOR_NOW
    return PageModel[LogHeadModel].model_validate(platform.look(actor, log.heads, paging))


@router.get("/entries")
def list_entries(
    response: Response,
    platform: PlatformNeed,
    actor: ActorNeed,
    first: Number = 0,
    limit: Annotated[int, Query(ge=1, le=MOST, description="Leaves at most.")] = LIMIT,
) -> EntriesModel:
    """Leaves from number “first” on, in their order."""
    found = platform.look(actor, log.entries, first=first, limit=limit)
    response.headers["Cache-Control"] = _FOR_EVER if len(found) == limit else _FOR_NOW
    return EntriesModel(items=[EntryModel.model_validate(entry) for entry in found])


@router.get("/proofs/inclusion")
def prove_inclusion(
    response: Response, platform: PlatformNeed, actor: ActorNeed, number: Number, size: Size | None = None
) -> InclusionModel:
    """Proof that leaf “number” is in the tree of “size” leaves (RFC 9162 §2.1.3); of all leaves by default."""
    found = platform.look(actor, log.inclusion, number=number, size=size)
    response.headers["Cache-Control"] = _FOR_NOW if size is None else _FOR_EVER
    return InclusionModel.model_validate(found)


@router.get("/proofs/consistency")
def prove_consistency(
    response: Response, platform: PlatformNeed, actor: ActorNeed, first: Size, second: Size | None = None
) -> ConsistencyModel:
    """Proof that the tree of “first” leaves begins that of “second” (RFC 9162 §2.1.4); of all leaves by default."""
    found = platform.look(actor, log.consistency, first=first, second=second)
    response.headers["Cache-Control"] = _FOR_NOW if second is None else _FOR_EVER
    return ConsistencyModel.model_validate(found)
