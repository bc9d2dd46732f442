"""Writing a compiled database as a snapshot: beside the target first, then renamed, so that it is whole or not there."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
from scipy import sparse

from tanheng.files import file_digest
from tanheng.inventory.importing.compiled import Compiled, Link, link_counts
from tanheng.inventory.importing.entries import Entries
from tanheng.inventory.linking import Column, is_declared_cut_off
from tanheng.inventory.model import FlowKind
from tanheng.inventory.snapshot import FORMAT, MANIFEST, Snapshot, manifest_digest
from tanheng.quantities import Origin

_AT_ONCE = 50_000  # links that are made into a table at a time

if TYPE_CHECKING:
    import polars as pl


def freeze(compiled: Compiled, folder: Path) -> Snapshot:
    """Write ``compiled`` under ``folder`` as ``<digest>/`` and open it.

    The same content gives the same digest and is written, and solved, once.
    """
    folder.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder))
    try:
        for name, matrix in (("A", compiled.A), ("B", compiled.B), ("O", compiled.O)):
            _write_matrix(work, name, matrix)
        np.save(work / "direct.npy", compiled.direct)
        for name, table in _tables(compiled):
            table.write_ipc(work / f"{name}.arrow")
        notes = [{"code": n.code, "place": n.place, "params": dict(n.params)} for n in compiled.notes]
        (work / "notes.json").write_bytes(orjson.dumps(notes))
        manifest = _manifest(compiled, work)
        target = folder / str(manifest["digest"]).removeprefix("sha256:")[:32]
        if (target / MANIFEST).exists():
            return Snapshot.open(target)
        manifest["derived"] = _derived(compiled, work)
        (work / MANIFEST).write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
        try:
            work.rename(target)
        except OSError:
            # The same content is there already, perhaps since a moment ago by another process.
            if not (target / MANIFEST).exists():
                raise
        return Snapshot.open(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _write_matrix(work: Path, name: str, matrix: sparse.csc_array) -> None:
    matrix.sort_indices()
    np.save(work / f"{name}.data.npy", matrix.data)
    np.save(work / f"{name}.indices.npy", matrix.indices.astype(np.int32))
    np.save(work / f"{name}.indptr.npy", matrix.indptr.astype(np.int32))


def _manifest(compiled: Compiled, work: Path) -> dict[str, Any]:
    database = compiled.database
    statuses = link_counts(compiled.links)
    digests = {path.name: file_digest(path) for path in sorted(work.iterdir())}
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "name": database.name,
        "source_format": database.format,
        "description": database.description,
        "licence": database.licence,
        "counts": {
            "processes": len(database.processes),
            "products": len(compiled.columns),
            "flows": len(database.flows),
            "elementary_flows": len(compiled.flows),
            "open_flows": len(compiled.open_flows),
            "exchanges": sum(len(p.exchanges) for p in database.processes.values()),
            "non_zeros": int(compiled.A.nnz),
            "notes": len(compiled.notes),
            **{f"links_{status.value}": count for status, count in sorted(statuses.items())},
        },
        "roles": [[gas, origin.value] for gas, origin in compiled.roles],
        "shapes": {"A": list(compiled.A.shape), "B": list(compiled.B.shape), "O": list(compiled.O.shape)},
        "files": digests,
    }
    manifest["digest"] = manifest_digest(manifest)
    return manifest


def _derived(compiled: Compiled, work: Path) -> dict[str, Any]:
    """Solve, write what follows from the matrices, and describe it."""
    solved = compiled.solved
    arrays = {
        "footprints.npy": solved.footprints,
        "order.sequence.npy": solved.order.sequence,
        "order.blocks.npy": solved.order.blocks,
    }
    for name, array in arrays.items():
        np.save(work / name, array)
    return {
        "files": {name: file_digest(work / name) for name in arrays},
        "residual": solved.residual,
        "core": list(solved.order.core),
    }


def _tables(compiled: Compiled) -> Iterator[tuple[str, pl.DataFrame]]:
    """One after the other, so that no two are in memory."""
    import polars as pl

    yield "products", _products(compiled.columns)
    pieces = range(0, max(len(compiled.links), 1), _AT_ONCE)
    yield "links", pl.concat([_links(compiled, compiled.links[k : k + _AT_ONCE]) for k in pieces], rechunk=True)
    yield "flows", _flows(compiled.flows)
    yield "open_flows", _flows(compiled.open_flows)
    parts = ((compiled.technosphere, "A"), (compiled.biosphere, "B"))
    yield "exchanges", pl.concat([_entries(part, name, compiled.roles) for part, name in parts], how="vertical")
    yield "texts", _texts(compiled)


def _products(columns: Sequence[Column]) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(
        {
            "index": [c.index for c in columns],
            "process_id": [c.process.id for c in columns],
            "flow_id": [c.flow.id for c in columns],
            "name": [c.flow.name for c in columns],
            "name_zh": [c.flow.names.get("zh", "") for c in columns],
            "process": [c.process.name for c in columns],
            "location": [c.process.location for c in columns],
            "unit": [c.flow.unit for c in columns],
            "category": ["/".join(c.process.category) for c in columns],
            "is_reference": [c.is_reference for c in columns],
            "is_service": [c.flow.kind is FlowKind.WASTE for c in columns],
            "output": [c.amount for c in columns],
            "allocation": [c.rule for c in columns],
            "share": [c.share for c in columns],
            "valid_from": [c.process.valid_from for c in columns],
            "valid_until": [c.process.valid_until for c in columns],
        },
        schema_overrides={"index": pl.Int32, "output": pl.Float64, "share": pl.Float64},
    )


def _links(compiled: Compiled, links: Sequence[Link]) -> pl.DataFrame:
    import polars as pl

    processes, flows = compiled.database.processes, compiled.database.flows
    return pl.DataFrame(
        {
            "process_id": [link.process for link in links],
            "process": [processes[link.process].name for link in links],
            "exchange_id": [link.exchange for link in links],
            "flow_id": [link.flow for link in links],
            "flow": [flows[link.flow].name for link in links],
            "amount": [link.amount for link in links],
            "unit": [link.unit for link in links],
            "status": [link.status.value for link in links],
            "provider": [link.provider for link in links],
            "candidates": [list(link.candidates) for link in links],
            "share": [link.share for link in links],
        },
        schema={
            **dict.fromkeys(("process_id", "process", "exchange_id", "flow_id", "flow"), pl.String),
            "amount": pl.Float64,
            "unit": pl.String,
            "status": pl.String,
            "provider": pl.Int32,
            "candidates": pl.List(pl.Int32),
            "share": pl.Float64,
        },
        strict=False,
    )


def _flows(flows: Iterable[Any]) -> pl.DataFrame:
    import polars as pl

    rows = [
        {
            "flow_id": f.id,
            "name": f.name,
            "name_zh": f.names.get("zh", ""),
            "category": "/".join(f.category),
            "unit": f.unit,
            "cas": f.cas,
            "formula": f.formula,
            "synonyms": list(f.synonyms),
            "declared_cut_off": is_declared_cut_off(f),
        }
        for f in flows
    ]
    schema: dict[str, Any] = dict.fromkeys(
        ("flow_id", "name", "name_zh", "category", "unit", "cas", "formula"), pl.String
    )
    return pl.DataFrame(rows, schema={**schema, "synonyms": pl.List(pl.String), "declared_cut_off": pl.Boolean})


def _entries(entries: Entries, matrix: str, roles: Sequence[tuple[str, Origin]]) -> pl.DataFrame:
    import polars as pl

    place = {role: k for k, role in enumerate(roles)}
    found = entries.spreads()
    return pl.DataFrame(
        {
            "matrix": pl.Series([matrix] * len(found), dtype=pl.Categorical),
            "row": found.rows,
            "column": found.columns,
            "value": found.values,
            "distribution": found.kinds,
            "loc": found.loc,
            "scale": found.scale,
            "minimum": found.minimum,
            "maximum": found.maximum,
            "key": found.keys,
            "role": pl.Series([-1 if role is None else place[role] for role in entries.roles], dtype=pl.Int16),
            "kilograms": np.array(entries.kilograms, dtype=np.float64),
        }
    )


def _texts(compiled: Compiled) -> pl.DataFrame:
    import polars as pl

    rows = [
        {
            "process_id": p.id,
            "comment": p.comment,
            "texts": orjson.dumps(dict(p.texts)).decode(),
            "sources": list(p.sources),
            "licence": p.licence,
        }
        for p in compiled.database.processes.values()
    ]
    schema: dict[str, Any] = {
        "process_id": pl.String,
        "comment": pl.String,
        "texts": pl.String,
        "sources": pl.List(pl.String),
        "licence": pl.String,
    }
    return pl.DataFrame(rows, schema=schema)
