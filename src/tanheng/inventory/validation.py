"""What reading and linking a database would meet, without keeping anything of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tanheng.errors import InventoryError
from tanheng.inventory.importing.compiled import link_counts
from tanheng.inventory.importing.compiling import compile_database
from tanheng.inventory.model import Database, FlowKind, Note
from tanheng.inventory.snapshot import Snapshot

_TOLD = frozenset({"standard-density", "pedigree-spread", "encoding-assumed", "encoding-guessed", "unit-factor"})
"""Notes that tell what was done, where nothing is at fault."""
_GRAVE = frozenset({"file-broken", "unproductive-loop", "allocation-refused", "no-product", "unusable-product"})


@dataclass(frozen=True, slots=True)
class Validation:
    """What was met.

    Attributes:
        counts: data sets, flows, exchanges, products, open inputs, links of each status (``links_…``).
        notes: faults, conversions and assumptions of reading and linking.
        refusal: why the database cannot be calculated; ``None`` where it can.
    """

    name: str
    format: str
    counts: Mapping[str, int]
    notes: tuple[Note, ...]
    refusal: InventoryError | None = None

    @property
    def faults(self) -> int:
        """Notes that tell of something wrong, and the refusal."""
        return sum(note.code not in _TOLD for note in self.notes) + (self.refusal is not None)

    def by_code(self) -> dict[str, list[Note]]:
        """Notes of each kind: what keeps processes out first, then the most frequent."""
        found: dict[str, list[Note]] = {}
        for note in self.notes:
            found.setdefault(note.code, []).append(note)
        return dict(sorted(found.items(), key=lambda kv: (kv[0] not in _GRAVE, -len(kv[1]), kv[0])))

    def document(self, *, examples: int) -> dict[str, Any]:
        """A plain JSON document with the first ``examples`` of each kind of note."""
        kinds = {
            code: {"count": len(notes), "examples": [{"place": n.place, **n.params} for n in notes[:examples]]}
            for code, notes in self.by_code().items()
        }
        refusal = None if self.refusal is None else {"code": self.refusal.code, "text": self.refusal.text()}
        return {
            "name": self.name,
            "format": self.format,
            "counts": dict(self.counts),
            "faults": self.faults,
            "refusal": refusal,
            "notes": kinds,
        }


def recorded(snapshot: Snapshot) -> Validation:
    """What was met when a snapshot was made."""
    notes = tuple(Note(n["code"], n["place"], n["params"]) for n in snapshot.notes)
    counts = {key: count for key, count in snapshot.counts.items() if key not in ("non_zeros", "notes")}
    return Validation(snapshot.name, snapshot.manifest["source_format"], counts, notes)


def validated(database: Database, *, progress: Callable[[int, int], None] | None = None) -> Validation:
    """Link a database in memory and tell what was met."""
    kinds = [flow.kind for flow in database.flows.values()]
    counts = {
        "processes": len(database.processes),
        "flows": len(kinds),
        "elementary_flows": kinds.count(FlowKind.ELEMENTARY),
        "exchanges": sum(len(p.exchanges) for p in database.processes.values()),
    }
    try:
        compiled = compile_database(database, progress=progress)
    except InventoryError as error:
        return Validation(database.name, database.format, counts, database.notes, error)
    counts |= {"products": len(compiled.columns), "open_flows": len(compiled.open_flows)}
    counts |= {f"links_{status.value}": count for status, count in sorted(link_counts(compiled.links).items())}
    return Validation(database.name, database.format, counts, compiled.notes)
