"""Signing in and out, and oneself."""

from __future__ import annotations

from fastapi import Request, Response
from pydantic import Field

from tanheng.accounts import ANONYMOUS
from tanheng.accounts.model import OrganisationKind, Role, SystemRole
from tanheng.api.authentication import KnownNeed, give_cookie, take_cookie
from tanheng.api.models import Ordered, Sent, Told
from tanheng.api.needs import ActorNeed, PlatformNeed
from tanheng.api.routing import Router
from tanheng.services.accounts import people, signing_in

router = Router(prefix="/v1", tags=["session"])


class SignIn(Sent):
    """Who signs in."""

    email: str = Field(max_length=254)
    password: str = Field(max_length=256)
    code: str = Field(default="", max_length=32, description="Of the second factor, or a recovery code.")


class MembershipModel(Told):
    """One's roles in an organisation."""

    organisation: str
    kind: OrganisationKind
    roles: Ordered[Role]
    through: Ordered[str] = Field(description="Organisations of yours that some of the roles were lent to.")


class WhoModel(Told):
    """Who asks; empty for a stranger."""

    kind: str
    id: str
    system_roles: Ordered[SystemRole]
    memberships: list[MembershipModel]
    second_factor: bool
    csrf: str = Field(default="", description="To be sent as X-CSRF-Token with every change; empty for tokens.")


class PasswordChange(Sent):
    """An old and a new password."""

    old: str = Field(max_length=256)
    new: str = Field(max_length=256)


class SecondFactorModel(Told):
    """A new second factor, which counts once it is confirmed."""

    secret: str
    address: str = Field(description="otpauth:// address, to be shown as a QR code.")


class Code(Sent):
    """A code of the second factor."""

    code: str = Field(max_length=32)


class RecoveryModel(Told):
    """Recovery codes, shown this once."""

    codes: list[str]


@router.post("/session", status_code=201)
def sign_in(sent: SignIn, request: Request, response: Response, platform: PlatformNeed) -> WhoModel:
    """Open a session; its cookie comes with the answer."""
    address = request.client.host if request.client else ""
    given = {"email": sent.email, "password": sent.password, "code": sent.code, "address": address}
    opened = signing_in.sign_in(platform, ANONYMOUS, **given)
    give_cookie(response, platform, opened.cookie)
    response.headers["Cache-Control"] = "no-store"
    found = signing_in.by_session(platform, opened.cookie)
    return _who(found or signing_in.Known(ANONYMOUS))


@router.get("/session")
def who_am_i(found: KnownNeed, response: Response) -> WhoModel:
    """Who asks, with all roles."""
    response.headers["Cache-Control"] = "no-store"
    return _who(found)


@router.delete("/session", status_code=204)
def sign_out(response: Response, platform: PlatformNeed, actor: ActorNeed) -> None:
    """End the session."""
    platform.do(actor, signing_in.sign_out)
    take_cookie(response)


@router.put("/me/password", status_code=204)
def set_password(sent: PasswordChange, platform: PlatformNeed, actor: ActorNeed) -> None:
    """Change one's own password; all other sessions end."""
    platform.do(actor, people.set_password, old=sent.old, new=sent.new)


@router.post("/me/second-factor", status_code=201)
def enrol(response: Response, platform: PlatformNeed, actor: ActorNeed) -> SecondFactorModel:
    """A new second factor for oneself."""
    secret, address = platform.do(actor, people.enrol)
    response.headers["Cache-Control"] = "no-store"
    return SecondFactorModel(secret=secret, address=address)


@router.post("/me/second-factor/confirmation")
def confirm(sent: Code, response: Response, platform: PlatformNeed, actor: ActorNeed) -> RecoveryModel:
    """Confirm it with its first code; the answer holds the recovery codes."""
    codes = platform.do(actor, people.confirm, sent.code)
    response.headers["Cache-Control"] = "no-store"
    return RecoveryModel(codes=list(codes))


def _who(found: signing_in.Known) -> WhoModel:
    who = found.actor
    roles = [
        MembershipModel(
            organisation=own.organisation, kind=own.kind, roles=sorted(own.roles), through=sorted(own.through)
        )
        for own in who.memberships.values()
    ]
    return WhoModel(
        kind=who.kind,
        id=who.id,
        system_roles=sorted(who.system_roles),
        memberships=roles,
        second_factor=who.second_factor,
        csrf=found.csrf,
    )
