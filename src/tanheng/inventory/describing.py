"""What a snapshot holds, how it was linked, and what stays open, in counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tanheng.inventory.snapshot import Snapshot


def summary(snapshot: Snapshot) -> dict[str, Any]:
    """Name, digest, format, licence, counts of everything and of links by status, and the residual of the solution."""
    return {
        "name": snapshot.name,
        "digest": snapshot.digest,
        "format": snapshot.manifest["source_format"],
        "licence": snapshot.manifest.get("licence", ""),
        "counts": dict(snapshot.counts),
        "residual": snapshot.manifest["derived"]["residual"],
    }


def note_counts(snapshot: Snapshot) -> dict[str, int]:
    """How many notes of each kind reading and linking left, the most frequent first."""
    counts: dict[str, int] = {}
    for note in snapshot.notes:
        counts[note["code"]] = counts.get(note["code"], 0) + 1
    return dict(sorted(counts.items(), key=lambda kv: -kv[1]))


def climate_flows(snapshot: Snapshot) -> int:
    """Elementary flows that count as greenhouse gases in some exchange."""
    roles, matrix, rows = (snapshot.column("exchanges", name) for name in ("role", "matrix", "row"))
    return rows.filter((matrix == "B") & (roles >= 0)).n_unique()


def spread_counts(snapshot: Snapshot) -> dict[str, int]:
    """Distributions that cannot be drawn from, and exchanges whose spread comes from quality scores (C18)."""
    told = {
        "import_unusable": [n for n in snapshot.notes if n["code"].startswith("distribution-")],
        "import_scored": [n for n in snapshot.notes if n["code"] == "pedigree-spread"],
    }
    return {key: sum(int(n["params"]["count"]) for n in found) for key, found in told.items()}
