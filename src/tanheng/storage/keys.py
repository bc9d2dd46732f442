"""The keys of an installation: files that only its operator reads, ``keys/<id>.key`` and ``keys/<id>.pub``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tanheng.audit.signing import Ed25519Signer, key_of
from tanheng.errors import AuditError
from tanheng.files import replacing

FOLDER = "keys"
CURRENT = "current"


@dataclass(frozen=True, slots=True)
class KeyFolder:
    """Keys by their identifiers; a file names the one that signs now."""

    path: Path

    def make(self) -> str:
        """A first key, where there is none; returns the identifier of the one that signs."""
        current = self.path / CURRENT
        if current.exists():
            return self.signer().key
        made = Ed25519Signer.new()
        self.put(made)
        self.use(made.key)
        return made.key

    def put(self, made: Ed25519Signer) -> None:
        """Keep a key."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        for ending, content in ((".key", made.private()), (".pub", made.public())):
            with replacing(self.path / f"{made.key}{ending}") as work:
                work.chmod(0o600)
                work.write_bytes(content)

    def use(self, key: str) -> None:
        """Note which key signs now. The head of the history says so, too, and is what counts."""
        with replacing(self.path / CURRENT) as work:
            work.write_text(key + "\n", encoding="ascii")

    def signer(self, key: str = "") -> Ed25519Signer:
        """A key, the one that is noted to sign now by default (TH-AUD-001 where it is lost or damaged)."""
        try:
            named = key or (self.path / CURRENT).read_text(encoding="ascii").strip()
            found = Ed25519Signer.read((self.path / f"{named}.key").read_bytes())
        except (OSError, ValueError) as error:
            raise AuditError("TH-AUD-001", place=str(self.path)) from error
        if found.key != named:
            raise AuditError("TH-AUD-001", place=str(self.path))
        return found

    def publics(self) -> dict[str, bytes]:
        """Public keys (PEM) by their identifiers: the one that signs now, and those of before."""
        found = {path.stem: self.public(path.stem) for path in sorted(self.path.glob("*.pub"))}
        return {key: public for key, public in found.items() if public is not None}

    def public(self, key: str) -> bytes | None:
        """A public key; ``None`` where there is none of that identifier, or it is another one."""
        try:
            found = (self.path / f"{key}.pub").read_bytes() if key.isalnum() else b""
            return found if key_of(found) == key else None
        except (OSError, ValueError):
            return None
