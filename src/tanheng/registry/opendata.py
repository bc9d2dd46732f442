"""The register as files that everybody may take: CSV, Parquet and JSON-LD, written a few rows at a time."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from tanheng.files import file_digest, safe_cell
from tanheng.registry.jsonld import CONTEXT, Record, product

FILES = {"csv": "register.csv", "parquet": "register.parquet", "jsonld": "register.jsonld"}
MANIFEST = "manifest.json"
_COLUMNS = (
    *("number", "name_zh", "name_en", "maker_zh", "maker_en", "holder", "holder_code", "body", "body_zh", "body_en"),
    *("scheme", "category", "rule_pack", "codes", "geography", "boundary", "class", "value", "printed", "unit", "per"),
    *("assurance", "state", "valid_from", "valid_until", "successor", "credential", "changed_at"),
)
_DAYS = ("valid_from", "valid_until")


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written."""

    path: Path
    size: int
    sha256: str


def write(records: Iterable[Record], folder: Path, base: str) -> tuple[int, dict[str, Written]]:
    """Write all records into files in a folder; returns how many, and the files by their kind.

    A cell of the CSV file that a spreadsheet would run as a formula begins with an apostrophe.
    """
    count = 0
    lines = folder / "register.ndjson"
    table, graph = folder / FILES["csv"], folder / FILES["jsonld"]
    with table.open("w", encoding="utf-8", newline="") as plain, graph.open("wb") as linked, lines.open("wb") as flat:
        writer = csv.DictWriter(plain, _COLUMNS, lineterminator="\n")
        writer.writeheader()
        linked.write(b'{"@context":' + orjson.dumps(CONTEXT) + b',"@graph":[')
        for record in records:
            row = flattened(record)
            writer.writerow({name: safe_cell(value) for name, value in row.items()})
            flat.write(orjson.dumps(row) + b"\n")
            linked.write((b",\n" if count else b"\n") + orjson.dumps(product(record, base)))
            count += 1
        linked.write(b"\n]}\n")
    _parquet(lines, folder / FILES["parquet"])
    lines.unlink()
    return count, {kind: _written(folder / name) for kind, name in FILES.items()}


def flattened(record: Record) -> dict[str, Any]:
    """A record as a row of tables."""
    named = {"name": record.names, "maker": record.maker, "body": record.body_names}
    texts = {f"{name}_{lang}": names.get(lang, "") for name, names in named.items() for lang in ("zh", "en")}
    told = {
        **texts,
        "class": record.grade,
        "codes": orjson.dumps(dict(record.codes), option=orjson.OPT_SORT_KEYS).decode(),
        "valid_from": record.valid_from.isoformat(),
        "valid_until": record.valid_until.isoformat(),
        "changed_at": record.changed_at.isoformat(),
    }
    return {name: told[name] if name in told else getattr(record, name) for name in _COLUMNS}


def manifest(count: int, files: Mapping[str, Written], **more: Any) -> bytes:
    """What the files are, so that everybody can check them: JSON."""
    told = {
        written.path.name: {"entries": count, "sha256": written.sha256, "size": written.size}
        for written in files.values()
    }
    return orjson.dumps(
        {"tanheng": "register-dump/1", "entries": count, "files": told, **more},
        option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2,
    )


def _parquet(lines: Path, target: Path) -> None:
    import polars as pl

    schema = {name: pl.Float64 if name == "value" else pl.String for name in _COLUMNS}
    read = pl.scan_ndjson(lines, schema=schema, low_memory=True)
    days = [pl.col(name).str.to_date("%Y-%m-%d") for name in _DAYS]
    read.with_columns(days).sink_parquet(target, compression="zstd", row_group_size=50_000)


def _written(path: Path) -> Written:
    return Written(path, path.stat().st_size, file_digest(path))
