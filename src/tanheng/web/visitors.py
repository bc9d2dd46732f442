"""Who looks at a page: the person, the language they read, the way they like it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Concatenate, Literal, ParamSpec, TypeVar
from urllib.parse import urlencode

from fastapi import Depends, Request

from tanheng.accounts import Actor
from tanheng.accounts.model import Role, SystemRole
from tanheng.api.authentication import COOKIE, KnownNeed
from tanheng.api.languages import language_of
from tanheng.errors import AccessError
from tanheng.services.accounts.signing_in import STRANGER, Known, by_session
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work

P = ParamSpec("P")
T = TypeVar("T")
Lang = Literal["zh", "en"]
THEME = "tanheng_theme"
THEMES = ("auto", "light", "dark")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks at a page.

    Attributes:
        csrf: secret of the session, that changes carry; empty for strangers.
    """

    request: Request
    platform: Platform
    actor: Actor
    csrf: str
    lang: Lang
    theme: str

    @property
    def is_known(self) -> bool:
        """Whether the visitor has signed in."""
        return self.actor.kind == "person"

    @property
    def root(self) -> str:
        """What stands before every path, where a proxy serves us below one."""
        return str(self.request.scope.get("root_path", ""))

    @property
    def path(self) -> str:
        """The path that was asked for, with its query but for the language: where one comes back to."""
        asked = [part for part in self.request.url.query.split("&") if part and not part.startswith("lang=")]
        query = "&".join(asked)
        return f"{self.request.url.path}?{query}" if query else self.request.url.path

    def address(self, path: str, /, **query: object) -> str:
        """The address of a page or file here; parts of the query that are empty are left out."""
        asked = {name: value for name, value in query.items() if value not in ("", None)}
        return f"{self.root}{path}{'?' + urlencode(asked) if asked else ''}"

    def look(self, use_case: Callable[Concatenate[Work, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a use case that only reads, as the visitor."""
        return self.platform.look(self.actor, use_case, *args, **kwargs)

    def organisations(self, *roles: Role) -> list[str]:
        """Organisations in which the visitor has one of the roles (any role where none is named)."""
        return [
            id_ for id_, own in self.actor.memberships.items() if not roles or any(role in own.roles for role in roles)
        ]

    def has(self, *roles: Role | SystemRole) -> bool:
        """Whether the visitor has one of the roles anywhere; for what a menu shows, never for what is allowed."""
        given = set(self.actor.system_roles).union(*(own.roles for own in self.actor.memberships.values()))
        return not given.isdisjoint(roles)

    def is_of(self, *kinds: str) -> bool:
        """Whether the visitor belongs to an organisation of one of the kinds."""
        return any(own.kind in kinds for own in self.actor.memberships.values())


def theme(request: Request) -> str:
    """``light``, ``dark``, or ``auto``: as the machine has it."""
    chosen = request.cookies.get(THEME, "")
    return chosen if chosen in THEMES else "auto"


def of(request: Request, found: Known) -> Visitor:
    """The visitor of a request, whoever was found behind it."""
    return Visitor(request, request.app.state.platform, found.actor, found.csrf, language_of(request), theme(request))


async def _visitor(request: Request, found: KnownNeed) -> Visitor:
    return of(request, found)


async def _signed_in(visitor: Annotated[Visitor, Depends(_visitor)]) -> Visitor:
    if not visitor.is_known:
        raise AccessError("TH-ACC-001")  # the page of errors sends strangers to the entrance
    return visitor


def _sender(request: Request) -> Visitor:
    """Whoever sends a form to a page, by the cookie alone: the page looks where the form comes from (``forms``)."""
    found = by_session(request.app.state.platform, request.cookies.get(COOKIE, ""))
    return of(request, found or STRANGER)


VisitorNeed = Annotated[Visitor, Depends(_visitor)]
"""Anybody, strangers too."""
SenderNeed = Annotated[Visitor, Depends(_sender)]
"""Anybody who sends a form that works without a script, and that changes nothing of theirs."""
SignedInNeed = Annotated[Visitor, Depends(_signed_in)]
"""Somebody who has signed in; strangers are sent to the entrance and come back."""
