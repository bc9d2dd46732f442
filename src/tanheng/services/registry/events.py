"""What the history tells of the register; what a stranger must be able to rely on is public."""

from __future__ import annotations

from tanheng.audit import Event


class RegisterDumped(Event, frozen=True, kw_only=True):
    """There is a dump of the register; public, with the digest of its manifest, which names those of the files."""

    type = "register.dumped"
    public = True

    entries: int
    manifest: str
