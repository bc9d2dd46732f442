"""Rule packs: those that ship, and those of organisations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from tanheng.client.connection import Connection, at, id_of
from tanheng.client.models import CheckedRules, Organisation, RuleChange, RuleChanges, RulePack, ShippedRules

YAML = "application/yaml"


class Rules:
    """``client.rules``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> Iterator[RulePack]:
        """Rule packs of your organisations without their files, the newest first."""
        return self._connection.each(at("rules"), RulePack)

    def get(self, id: str) -> RulePack:  # noqa: A002 - as the field is called
        """A rule pack with its file."""
        return self._connection.get(at("rules", id), RulePack)

    def shipped(self) -> tuple[ShippedRules, ...]:
        """Every release of the rule packs that ship, without their documents."""
        return self._connection.get(at("rules", "shipped"), tuple[ShippedRules, ...])

    def get_shipped(self, reference: str) -> ShippedRules:
        """A rule pack that ships, with all that it says: ``id``, ``id@1`` or ``id@1.2.0``."""
        return self._connection.get(at("rules", "shipped", reference), ShippedRules)

    def check(self, organisation: Organisation | str, path: str | Path) -> CheckedRules:
        """Check a rule pack or a regime, and keep nothing.

        Raises:
            RuleError: every fault of the file, with its line.
        """
        return self._connection.post(at("rules", "check"), CheckedRules, **_file(organisation, path))

    def add(self, organisation: Organisation | str, path: str | Path) -> RulePack:
        """Keep a rule pack for an organisation; studies name it by its own id.

        Raises:
            RuleError: every fault of the file, with its line.
        """
        return self._connection.post(at("rules"), RulePack, **_file(organisation, path))

    def withdraw(self, seen: RulePack) -> RulePack:
        """Use a release for no further assessments (TH-STO-002 where somebody changed it since)."""
        return self._connection.post(at("rules", seen, "withdraw"), RulePack, seen=seen)

    def difference(self, before: RulePack | str, after: RulePack | str) -> Iterator[RuleChange]:
        """What changes from a rule pack to another, field by field and check by check.

        Args:
            before, after: rule packs of yours, or references of those that ship, as ``general@1.0.0``.
        """
        named = isinstance(before, str) and not _is_id(before)
        place = at("rules", "shipped", before, "difference") if named else at("rules", before, "difference")
        first: int | None = 0
        while first is not None:
            wanted = {"to": id_of(after), "first": first, "limit": 1000}
            found = self._connection.get(place, RuleChanges, wanted)
            yield from found.items
            first = found.next


def _file(organisation: Organisation | str, path: str | Path) -> dict[str, Any]:
    path = Path(path)
    wanted = {"organisation": id_of(organisation), "file": path.name}
    return {"params": wanted, "content": path.read_bytes(), "media_type": YAML}


def _is_id(text: str) -> bool:
    """Whether a text is the identifier of a record, and no reference of a rule pack."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True
