"""Which rows make a process, where it stands, and what the sheet of processes says of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from tanheng.errors import FormatError
from tanheng.formats.formulas import fold
from tanheng.formats.table.cells import Record
from tanheng.formats.table.lines import Line
from tanheng.formats.table.words import ALLOCATIONS, METHOD_LABELS
from tanheng.formats.values import UniqueIds, named
from tanheng.inventory.model import AllocationMethod

_SPLIT = re.compile(r"\s*[;；]\s*")
_LEVELS = re.compile(r"\s*/\s*")


@dataclass(slots=True)
class Draft:
    """A process before its amounts are read: its rows, and its row of the sheet of processes."""

    id: str
    names: dict[str, str]
    location: str
    lines: list[Line] = field(default_factory=list)
    details: Record | None = None

    @property
    def key(self) -> str:
        """The name by which rows mean it."""
        return fold(self.names.get("en") or next(iter(self.names.values())))

    def text(self, key: str) -> str:
        """A text of the sheet of processes."""
        return self.details.text(key) if self.details is not None else ""

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, set apart by semicolons."""
        return tuple(filter(None, _SPLIT.split(self.text(key))))

    def path(self, key: str) -> tuple[str, ...]:
        """A path, set apart by slashes."""
        return tuple(filter(None, _LEVELS.split(self.text(key))))

    def day(self, key: str) -> str:
        """A date of the sheet of processes."""
        return self.details.day(key) if self.details is not None else ""

    def method(self) -> AllocationMethod | None:
        """The allocation that rows or the sheet of processes name; two that differ are a fault."""
        found: AllocationMethod | None = None
        if self.details is not None:
            found = self.details.word("allocation", ALLOCATIONS, METHOD_LABELS)
        for line in self.lines:
            if line.allocation is not None and found is not None and line.allocation is not found:
                line.record.contradicts("allocation", found.value, of=line.process)
            found = found or line.allocation
        return found


class Drafts:
    """The processes of a table, by name and location."""

    def __init__(self, lines: Sequence[Line], details: Sequence[Record]) -> None:
        self._aliases: dict[str, str] = {}
        for record in details:
            name, chinese = record.needed("process"), record.text("process_zh")
            if chinese and fold(self._aliases.setdefault(fold(chinese), name)) != fold(name):
                record.contradicts("process_zh", self._aliases[fold(chinese)], of=chinese)
        places = self._places(lines, details)
        ids = UniqueIds()
        self._all: dict[tuple[str, str], Draft] = {}
        self._called: dict[str, list[Draft]] = {}
        for line in lines:
            name = self.name_of(line.process)
            known = places[fold(name)]
            location = line.location
            if not location and len(known) > 1:
                line.record.empty("location")
            elif not location:
                location = next(iter(known.values()), "")
            key = (fold(name), fold(location))
            if key not in self._all:
                identifier, _ = ids.take(f"{name} [{location}]" if len(known) > 1 else name)
                self._all[key] = Draft(identifier, named(name), location)
                for word in {fold(name), fold(identifier)}:
                    self._called.setdefault(word, []).append(self._all[key])
            self._all[key].lines.append(line)
        self._detail(details)

    @property
    def all(self) -> tuple[Draft, ...]:
        """All processes, in the order of their first rows."""
        return tuple(self._all.values())

    def name_of(self, written: str) -> str:
        """The name by which the sheet of processes calls what may be written in its other language."""
        return self._aliases.get(fold(written), written)

    def called(self, written: str) -> list[Draft]:
        """The processes that a text names, by their name or their id."""
        return self._called.get(fold(self.name_of(written))) or self._called.get(fold(written)) or []

    def _places(self, lines: Sequence[Line], details: Sequence[Record]) -> dict[str, dict[str, str]]:
        """The places of each process name, as written."""
        found: dict[str, dict[str, str]] = {}
        written = [(line.process, line.location) for line in lines]
        written += [(record.text("process"), record.text("location")) for record in details]
        for name, location in written:
            known = found.setdefault(fold(self.name_of(name)), {})
            if location:
                known.setdefault(fold(location), location)
        return found

    def _detail(self, details: Sequence[Record]) -> None:
        for record in details:
            name, location = record.text("process"), fold(record.text("location"))
            if not name:
                continue
            meant = [d for d in self.called(name) if not location or fold(d.location) == location]
            if not meant:
                record.unknown("process", dict.fromkeys(d.id for d in self._all.values()))
            for draft in meant:
                if draft.details is not None:
                    record.contradicts("process", draft.details.place("process"), of=draft.id)
                draft.details = record
                if chinese := record.text("process_zh"):
                    draft.names = {"en": name, "zh": chinese}


def reference_of(draft: Draft) -> Line | None:
    """The row of what a process makes or treats; none, or more than one, is a fault."""
    found = [line for line in draft.lines if line.kind.is_reference]
    if len(found) == 1:
        return found[0]
    at = found[1] if found else draft.lines[0]
    at.record.fault("type", FormatError("TH-FMT-048", process=draft.id, count=len(found)))
    return None
