"""The second factor: codes by time (RFC 6238, by pyotp), each of which counts once, and recovery codes."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

import pyotp

ISSUER = "Tanheng"
STEP = 30  # seconds
CODES = 10


def new_secret() -> str:
    """A new secret of 160 bits, in base 32."""
    return pyotp.random_base32()


def address(secret: str, person: str) -> str:
    """The ``otpauth://`` address that an authenticator scans."""
    return pyotp.TOTP(secret).provisioning_uri(name=person, issuer_name=ISSUER)


def step_of(secret: str, code: str, now: datetime, *, after: int) -> int | None:
    """The time step that a code belongs to: this one, the one before or the next; ``None`` where it fits none.

    Args:
        after: last step that was used; codes of it and of those before count no more (RFC 6238, 5.2).
    """
    current = int(now.timestamp()) // STEP
    made = pyotp.TOTP(secret)
    for step in (current, current - 1, current + 1):
        if step > after and secrets.compare_digest(made.at(step * STEP).encode(), code.encode()):
            return step
    return None


def recovery_codes() -> tuple[str, ...]:
    """Codes that each stand in once for the second factor."""
    return tuple(f"{secrets.token_hex(5)}-{secrets.token_hex(5)}" for _ in range(CODES))


def digest(code: str) -> str:
    """What is kept of a recovery code, which is random enough to need no slow hash."""
    return hashlib.sha256(code.strip().lower().encode()).hexdigest()
