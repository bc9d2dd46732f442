"""The first visit of an installation: who holds the key that its operator was shown becomes its administrator."""

from __future__ import annotations

import secrets

from sqlalchemy import select

from tanheng.accounts import system
from tanheng.accounts.model import SystemRole
from tanheng.errors import AccessError
from tanheng.files import replacing
from tanheng.services.accounts import people
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts as tables

FILE = "first-visit.key"


def is_new(platform: Platform) -> bool:
    """Whether nobody runs the installation yet."""
    return platform.look(system("init"), _without_administrator)


def key(platform: Platform) -> str:
    """What the first visitor must bring; made once, and kept in the data directory for its owner's eyes."""
    path = platform.home.path / FILE
    try:
        path.touch(0o600, exist_ok=False)
        with replacing(path) as work:
            work.write_text(secrets.token_urlsafe(18), encoding="ascii")
            work.chmod(0o600)
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii")


def fits(platform: Platform, brought: str) -> bool:
    """Whether a visitor brought the key."""
    path = platform.home.path / FILE
    kept = path.read_text(encoding="ascii") if path.exists() else ""
    return bool(kept) and secrets.compare_digest(kept.encode(), brought.encode())


def begin(platform: Platform, brought: str, *, email: str, name: str, password: str) -> people.Person:
    """Make the first administrator.

    Raises:
        AccessError: TH-ACC-049 without the key; TH-ACC-015 there is an administrator; TH-ACC-010, TH-ACC-013.
    """
    if not fits(platform, brought):
        raise AccessError("TH-ACC-049")
    made = platform.do(system("init"), people.first_administrator, email=email, name=name, password=password)
    (platform.home.path / FILE).unlink(missing_ok=True)
    return made


def _without_administrator(work: Work) -> bool:
    rows = tables.system_roles
    return work.sql.execute(select(rows.c.person).where(rows.c.role == SystemRole.ADMINISTRATOR.value)).first() is None
