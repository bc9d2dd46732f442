"""The credential of a certificate, its proof of the log, all in one file, and checks of what somebody holds out."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Request, Response
from pydantic import AwareDatetime, Field

from tanheng.api.files import NO_NUL, attachment, body
from tanheng.api.languages import language_of
from tanheng.api.models import Told
from tanheng.api.needs import ActorNeed, PlatformNeed
from tanheng.api.routes.issuers import CREDENTIAL, json_of
from tanheng.api.routing import Router
from tanheng.exchange.credentials.presenting import LARGEST, PresentedAs, as_text, read_presented
from tanheng.exchange.credentials.telling import sentence
from tanheng.services.certification import proving

router = Router(prefix="/v1", tags=["verifying"])
TOKEN = "application/vc+jwt"  # noqa: S105 - a media type
_FOR_A_DAY, _FOR_NOW = "public, max-age=86400", "public, max-age=10"
Number = Annotated[str, Path(max_length=40, pattern=NO_NUL)]
Came = Literal["passed", "failed", "not-made"]
_WEIGHT = re.compile(r"[01](\.\d{0,3})?")
_ANY_TEXT = {
    "requestBody": {
        "required": True,
        "content": {
            **{kind: {"schema": {"type": "object"}} for kind in ("application/json", CREDENTIAL)},
            **{kind: {"schema": {"type": "string"}} for kind in ("text/plain", TOKEN)},
        },
    }
}
_BOTH: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "With its proof inside, or as a token.",
        "content": {CREDENTIAL: {"schema": {"type": "object"}}, TOKEN: {"schema": {"type": "string"}}},
    }
}


class LogProofModel(Told):
    """That an entry stands in the log (RFC 9162 §2.1.3), with the signed head of that size; hashes in hex."""

    entry: str
    index: int
    size: int
    path: list[str]
    root: str
    log: str
    at: AwareDatetime
    signature: str


class CheckModel(Told):
    """A check."""

    name: str
    outcome: Came
    reason: str = Field(description="Why it failed or was not made; empty where it passed.")
    text: str = Field(description="Name and reason, in the language asked for.")


class VerifiedModel(Told):
    """How the checks came out; what is told holds only where none failed."""

    kind: PresentedAs
    outcome: Came = Field(description="Failed where one check did, passed where all did, else not-made.")
    facts: dict[str, str]
    checks: list[CheckModel]


def _is_token_asked(accept: str) -> bool:
    """Whether a header names the token, and the other form not before it (RFC 9110 §12.5.1)."""
    weights: dict[str, float] = {}
    for part in accept.lower().split(","):
        kind, *more = (piece.strip() for piece in part.split(";"))
        told = next((piece[2:] for piece in more if piece.startswith("q=")), "1")
        weights[kind] = float(told) if _WEIGHT.fullmatch(told) else 0.0
    return weights.get(TOKEN, 0.0) > weights.get(CREDENTIAL, 0.0)


def _anybody() -> None:
    """Everybody may hold out what they have."""


@router.get("/certificates/{number}/credential", response_class=Response, responses=_BOTH)
def get_credential(number: Number, request: Request, platform: PlatformNeed, actor: ActorNeed) -> Response:
    """The credential (W3C Verifiable Credentials 2.0): with its proof inside, or as a token where that is accepted."""
    headers = {"Cache-Control": _FOR_A_DAY, "Vary": "Accept"}
    if _is_token_asked(request.headers.get("accept", "")):
        return Response(platform.look(actor, proving.token, number), media_type=TOKEN, headers=headers)
    found = platform.look(actor, proving.credential, number)
    return Response(as_text(found), media_type=CREDENTIAL, headers=headers)


@router.get("/certificates/{number}/proof")
def get_proof(number: Number, response: Response, platform: PlatformNeed, actor: ActorNeed) -> LogProofModel:
    """Proof that the public log holds the issue of a certificate, with the latest signed head."""
    found = platform.look(actor, proving.log_proof, number)
    response.headers["Cache-Control"] = _FOR_NOW
    return LogProofModel.model_validate(found)


@router.get("/certificates/{number}/bundle", response_class=Response, responses=json_of("application/json"))
def get_bundle(number: Number, platform: PlatformNeed, actor: ActorNeed) -> Response:
    """Credential, code, proof of the log, rows of statuses and keys in one file, to be verified without a network."""
    content = as_text(platform.look(actor, proving.bundle, number))
    headers = {"Cache-Control": _FOR_NOW, **attachment(f"{number}.bundle.json")}
    return Response(content, media_type="application/json", headers=headers)


@router.post("/verifications", openapi_extra=_ANY_TEXT)
def verify_presented(
    sent: Annotated[bytes, Depends(body(_anybody, LARGEST))],
    request: Request,
    platform: PlatformNeed,
    actor: ActorNeed,
) -> VerifiedModel:
    """Check a credential, token, bundle or the text of a QR code, as this installation knows issuers and log."""
    found = platform.look(actor, proving.verify, read_presented(sent, place="body"))
    lang = language_of(request)
    checks = [
        CheckModel(
            name=check.name,
            outcome=check.outcome.value,
            reason=check.reason,
            text=sentence(check, lang),
        )
        for check in found.checks
    ]
    return VerifiedModel(kind=found.kind, outcome=found.outcome.value, facts=dict(found.facts), checks=checks)
