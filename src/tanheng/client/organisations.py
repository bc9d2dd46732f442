"""Organisations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tanheng.client.connection import Connection, at
from tanheng.client.models import Organisation


class Organisations:
    """``client.organisations``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self, *, kind: str = "") -> Iterator[Organisation]:
        """Organisations that you may see, the newest first."""
        return self._connection.each(at("organisations"), Organisation, {"kind": kind})

    def get(self, id: str) -> Organisation:  # noqa: A002 - as the field is called
        """An organisation."""
        return self._connection.get(at("organisations", id), Organisation)

    def create(self, *, kind: str, names: Mapping[str, str], code: str = "", geography: str = "") -> Organisation:
        """Set up an organisation."""
        told = {"kind": kind, "names": dict(names), "code": code, "geography": geography}
        return self._connection.post(at("organisations"), Organisation, json=told)

    def change(self, seen: Organisation, **changed: Any) -> Organisation:
        """Change ``names``, ``code``, ``geography``, ``listed`` or ``closed`` (TH-STO-002 where somebody was first)."""
        return self._connection.change("PATCH", at("organisations", seen), Organisation, json=changed, seen=seen)
