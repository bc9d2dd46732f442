"""Benchmarks that are programs of their own: they write their lines to a file of JSON."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench import Bench
from rows import Row

HERE = Path(__file__).resolve().parents[1]
QUICK = {
    "register": ("--products", "20000", "--repeat", "1", "--elimination", "1000"),
    "portfolio": ("--processes", "1500", "--bills", "500", "--lines", "50", "--samples", "64", "--repeat", "1"),
    "cluster": ("--processes", "1500", "--samples", "320", "--repeat", "1"),
}
NEEDS = {"cluster": "ray"}
SERIES = "the series p ← q + Rᵀp, SciPy"
REGISTER = {
    "diagnose, close loops, order": "register.first",
    "footprints again": "register.again",
    "effect of a release: one": "register.effect.one",
    "effect of a release": "register.effect",
}
"""Beginnings of its tasks, and their keys; the first that fits."""


def run(bench: Bench, name: str) -> None:
    """Run ``name.py --json FILE`` and take its lines; says so where it lacks what it needs.

    Raises:
        RuntimeError: it failed.
    """
    script, needed = HERE / f"{name}.py", NEEDS.get(name)
    if needed and find_spec(needed) is None:
        bench.say(f"{name} is left out: {needed} is not installed")
        return
    bench.say(name)
    with tempfile.TemporaryDirectory(dir=bench.folder) as folder:
        out = Path(folder) / "rows.json"
        words = QUICK.get(name, ()) if bench.quick else ()
        command = [sys.executable, str(script), *words, "--json", str(out)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode or not out.exists():
            raise RuntimeError(f"{name}: {done.stdout[-500:]}{done.stderr[-2000:]}")
        document = json.loads(out.read_text(encoding="utf-8"))
    names, found = LINES.get(name, plain)(document)
    if names:
        bench.cases[name] = names
    for row in found:
        bench.add(row)


def plain(document: Any) -> tuple[dict[str, str], list[Row]]:
    """Lines that are rows already: a list, or ``rows`` of a mapping."""
    rows = document["rows"] if isinstance(document, dict) else document
    known = Row.__dataclass_fields__
    return {}, [Row(**{key: value for key, value in row.items() if key in known}) for row in rows]


def register(document: Mapping[str, Any]) -> tuple[dict[str, str], list[Row]]:
    """Of ``register.py``: seconds, those of the series where it can do the task, and what was compared."""
    count = f"{document['products']:,}"
    names = {"en": f"register of {count} products", "zh": f"{count} 个产品的登记册"}
    rows = []
    for row in document["rows"]:
        task = next(
            (key for begin, key in REGISTER.items() if row["task"].startswith(begin)), f"register.{row['task']}"
        )
        peer, compared = row["peer_seconds"], re.search(r"residual (\S+?),? ", f"{row['accuracy']} ")
        rows.append(
            Row(
                task=task,
                case="register",
                ours=row["seconds"],
                peer=peer,
                peer_does=SERIES if peer is not None else "",
                accuracy=float(compared[1]) if compared else None,
                against="residual" if compared else "",
                note=f"{row['accuracy']}; peak {row['peak_mb']:.0f} MB",
            )
        )
    return names, rows


def portfolio(document: Mapping[str, Any]) -> tuple[dict[str, str], list[Row]]:
    """Of ``portfolio.py``: the product beside SciPy's and beside a dense one, and the whole way."""
    bills, lines, samples = (document[key] for key in ("bills", "lines", "samples"))
    names = {
        "en": f"{bills:,} bills × {lines} lines × {samples:,} samples",
        "zh": f"{bills:,} 份物料清单 × {lines} 行 × {samples:,} 个样本",
    }
    product = [row for row in document["rows"] if row["task"] == "bills × samples"]
    mine = _quickest(row for row in product if row["way"].startswith("Tanheng, double"))
    rows = []
    for begin in ("SciPy, double", "NumPy"):
        other = _quickest(row for row in product if row["way"].startswith(begin))
        part = "" if other["bills"] == bills else f"; {other['bills']} bills, times {bills / other['bills']:.0f}"
        rows.append(
            Row(
                task="portfolio.product",
                case="portfolio",
                ours=mine["seconds"],
                peer=other["seconds"] * bills / other["bills"],
                peer_does=other["way"] + part,
                accuracy=mine["accuracy"],
                note=f"ours on {mine['threads']} threads, the samples at hand; against a sum in extended precision",
            )
        )
    whole = next(row for row in document["rows"] if row["task"] == "the whole way")
    note = f"drawing, multiplying, figures, comparisons; peak {document['peak_mb']:.0f} MB with all samples kept beside"
    rows.append(
        Row(task="portfolio.whole", case="portfolio", ours=whole["seconds"], accuracy=whole["accuracy"], note=note)
    )
    return names, rows


LINES = {"register": register, "portfolio": portfolio}


def _quickest(rows: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    return min(rows, key=lambda row: row["seconds"] / row["bills"])
