"""Tokens for programs."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Response
from pydantic import AwareDatetime, Field

from tanheng.accounts.model import Role
from tanheng.api.models import Ordered, PageModel, Sent, Told
from tanheng.api.needs import ActorNeed, PagingNeed, PlatformNeed
from tanheng.api.routing import Router
from tanheng.services.accounts import tokens

router = Router(prefix="/v1/tokens", tags=["tokens"])


class TokenModel(Told):
    """A token, without its secret."""

    id: str
    name: str
    person: str
    organisation: str
    roles: Ordered[Role]
    scopes: Ordered[str]
    created_at: AwareDatetime
    expires_at: AwareDatetime
    used_at: AwareDatetime | None
    revoked_at: AwareDatetime | None


class NewTokenModel(Told):
    """A token and its text, which is shown this once."""

    token: TokenModel
    text: str


class NewToken(Sent):
    """What a token is for."""

    name: str = Field(min_length=1, max_length=200)
    scopes: list[Annotated[str, Field(max_length=40)]] = Field(max_length=60)
    expires_at: AwareDatetime
    organisation: str = Field(default="", max_length=36, description="Whose machine it is for; empty: personal.")
    roles: list[Role] = Field(default_factory=list, max_length=20)


@router.post("", status_code=201)
def create_token(sent: NewToken, response: Response, platform: PlatformNeed, actor: ActorNeed) -> NewTokenModel:
    """Make a token; its text is in this answer and never again."""
    made = platform.do(actor, tokens.create, **sent.model_dump())
    response.headers["Cache-Control"] = "no-store"
    return NewTokenModel(token=TokenModel.model_validate(made.token), text=made.text)


@router.get("")
def list_tokens(platform: PlatformNeed, actor: ActorNeed, paging: PagingNeed) -> PageModel[TokenModel]:
    """Your tokens, and those of the machines of organisations that you own."""
    return PageModel[TokenModel].model_validate(platform.look(actor, tokens.listed, paging))


@router.delete("/{id}", status_code=204)
def revoke_token(id: Annotated[str, Path(max_length=36)], platform: PlatformNeed, actor: ActorNeed) -> None:  # noqa: A002
    """Let a token count no more."""
    platform.do(actor, tokens.revoke, id)
