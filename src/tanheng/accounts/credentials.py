"""Secrets that are shown once: of tokens (``th_ID_SECRET``) and of sessions (``ID.SECRET``); only a digest is kept."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field

_ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_TOKEN = re.compile(rf"th_({_ID})_([A-Za-z0-9_-]{{43}})")
_SESSION = re.compile(rf"({_ID})\.([A-Za-z0-9_-]{{43}})")


@dataclass(frozen=True, slots=True)
class Credential:
    """The two parts of a credential; the secret is not shown by accident."""

    id: str
    secret: str = field(repr=False)

    @property
    def digest(self) -> str:
        """What is kept of the secret: it has 256 bits, so that no slow hash is needed."""
        return hashlib.sha256(self.secret.encode()).hexdigest()

    def fits(self, kept: str) -> bool:
        """Whether this is the secret whose digest was kept."""
        return secrets.compare_digest(self.digest, kept)

    def as_token(self) -> str:
        """As it is sent as a bearer token."""
        return f"th_{self.id}_{self.secret}"

    def as_session(self) -> str:
        """As the cookie holds it."""
        return f"{self.id}.{self.secret}"


def new(id: str) -> Credential:  # noqa: A002 - as the column is called
    """A new secret for an identifier."""
    return Credential(id, secrets.token_urlsafe(32))


def read_token(text: str) -> Credential | None:
    """A bearer token; ``None`` where it is none."""
    found = _TOKEN.fullmatch(text)
    return Credential(found[1], found[2]) if found else None


def read_session(text: str) -> Credential | None:
    """The value of a session's cookie; ``None`` where it is none."""
    found = _SESSION.fullmatch(text)
    return Credential(found[1], found[2]) if found else None
