"""Passwords: kept as Argon2id with its parameters (RFC 9106), by argon2-cffi."""

from __future__ import annotations

from functools import cache

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from tanheng.errors import AccessError

SHORTEST, LONGEST = 12, 256
HASHER = argon2.PasswordHasher()


def hashed(password: str) -> str:
    """What is kept of a new password.

    Raises:
        AccessError: TH-ACC-010 too short, or too long to be worked on for a stranger.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise AccessError("TH-ACC-010", shortest=SHORTEST, longest=LONGEST)
    return HASHER.hash(password)


def matches(kept: str, password: str) -> bool:
    """Whether a password is the one that is kept; takes as long where none is kept."""
    try:
        return HASHER.verify(kept or _nobody(), password[:LONGEST]) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether the parameters have become stronger since."""
    return HASHER.check_needs_rehash(kept)


@cache
def _nobody() -> str:
    """What is compared where there is no such person; made when it is first needed, since that takes long on purpose."""
    return HASHER.hash("nobody")
