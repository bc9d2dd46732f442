"""Secrets of others that the installation has to show again, so that no digest will do: sealed by a key of its operator.

AES-128 in CBC mode with HMAC-SHA-256 (Fernet, of ``cryptography``); what lies in the database is of no use without the key.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from tanheng.errors import StoreError

FILE = "sealing"


def seal(folder: Path, text: str) -> str:
    """A secret as it is kept; empty for none."""
    return Fernet(_key(folder)).encrypt(text.encode()).decode() if text else ""


def unseal(folder: Path, kept: str) -> str:
    """The secret (TH-STO-090 where the key is another one, or lost)."""
    if not kept:
        return ""
    try:
        return Fernet(_key(folder)).decrypt(kept.encode()).decode()
    except (InvalidToken, ValueError) as error:
        raise StoreError("TH-STO-090", place=str(folder / FILE)) from error


def _key(folder: Path) -> bytes:
    """The key; made with the first secret, by whoever is first."""
    path = folder / FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:  # only its owner reads it
            file.write(Fernet.generate_key())
        with contextlib.suppress(FileExistsError):  # another was first, and its key it is
            os.link(file.name, path)
        Path(file.name).unlink()
    return path.read_bytes()
