"""Benchmarks that are programs of their own: they write their lines to a file of JSON."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench import Bench
from rows import Row

HERE = Path(__file__).resolve().parents[1]
PEERS = {"register": "the series p ← q + Rᵀp, SciPy"}
QUICK = {"register": ("--products", "20000", "--repeat", "1", "--elimination", "1000")}


def run(bench: Bench, name: str) -> None:
    """Run ``name.py --json FILE`` and take its lines; says so where it is not there or fails."""
    script = HERE / f"{name}.py"
    if not (script.exists() and '"--json"' in script.read_text(encoding="utf-8")):
        bench.say(f"{name}: no program that writes JSON")
        return
    bench.say(name)
    with tempfile.TemporaryDirectory(dir=bench.folder) as folder:
        out = Path(folder) / "rows.json"
        words = QUICK.get(name, ("--quick",)) if bench.quick else ()
        done = subprocess.run(
            [sys.executable, str(script), *words, "--json", str(out)], capture_output=True, text=True, check=False
        )
        if done.returncode or not out.exists():
            raise RuntimeError(f"{name}: {done.stderr[-2000:]}")
        for found in lines(json.loads(out.read_text(encoding="utf-8")), name):
            bench.add(found)


def lines(document: Any, name: str) -> list[Row]:
    """Lines of a document: a list, or ``rows`` of a mapping, each with at least ``task`` and ``ours`` (or ``seconds``)."""
    rows = document["rows"] if isinstance(document, dict) else document
    case = name
    if isinstance(document, dict) and "products" in document:
        case = f"{document['products']:,} products"
    found = []
    for row in rows:
        peer = row.get("peer", row.get("peer_seconds"))
        peak = row.get("peak_mb")
        does = row.get("peer_does", PEERS.get(name, "") if peer is not None else "")
        note = row.get("note") or (f"peak {peak:.0f} MB" if peak else "")
        found.append(
            Row(
                task=row["task"], case=row.get("case", case), ours=row.get("ours", row.get("seconds")), peer=peer,
                peer_does=does, unit=row.get("unit", "s"), accuracy=row.get("accuracy"),
                against=row.get("against", ""), note=note,
            )
        )  # fmt: skip
    return found
