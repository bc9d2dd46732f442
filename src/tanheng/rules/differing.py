"""What changes from one rule pack to another: fields and checks added, removed, changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from tanheng.rules.model import Check, RulePack

_NOT_COMPARED = ("checks", "digest", "text")


class Change(StrEnum):
    """What became of a field, a line or a check."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field or check that differs.

    Attributes:
        path: of the field, as ``limits.cut_off_total``, or ``checks.CODE`` and below it the part of the check.
        before, after: what stands there; ``None`` where nothing does.
    """

    change: Change
    path: str
    before: Any = None
    after: Any = None


def differences(one: RulePack, other: RulePack) -> tuple[Difference, ...]:
    """Every field and every part of a check that is not the same, in order."""
    return tuple(_compare("", _document(one), _document(other)))


def _document(pack: RulePack) -> dict[str, Any]:
    fields = {key: value for key, value in asdict(pack).items() if key not in _NOT_COMPARED}
    fields["processes"] = {entry["id"]: entry for entry in fields["processes"]}
    return {**fields, "checks": {check.code: _check(check) for check in pack.checks}}


def _check(check: Check) -> dict[str, Any]:
    return {key: value for key, value in asdict(check).items() if key != "code"}


def _compare(path: str, before: Any, after: Any) -> list[Difference]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        found = []
        for key in dict.fromkeys((*before, *after)):
            below = f"{path}.{key}" if path else str(key)
            if key not in before or (before[key] in _EMPTY and after.get(key) not in _EMPTY):
                found.append(Difference(Change.ADDED, below, after=after[key]))
            elif key not in after or (after[key] in _EMPTY and before[key] not in _EMPTY):
                found.append(Difference(Change.REMOVED, below, before=before[key]))
            else:
                found.extend(_compare(below, before[key], after[key]))
        return found
    return [Difference(Change.CHANGED, path, before, after)] if before != after else []


_EMPTY: tuple[Any, ...] = (None, "", (), {}, [])
