"""Tanheng beside bw2calc 3, on the same databases, in the same run, in turn: ``make bench``.

    python benchmarks/run.py [--quick] [--only TASK …] [--threads 2] [--json FILE] [--markdown FILE] [--publish]

Each side opens its own files in a process of its own. Answers are compared with a direct solve, and the run fails where they
lie apart. Ctrl-C prints what there is.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import tables
from bench import Bench
from tasks import growth, importing, memory, montecarlo, opening, others, products, whatif
from tasks.montecarlo import DisagreementError

AGREE, AGREE_SAMPLES = 1e-8, 1e-6
"""Largest relative errors of deterministic answers, and of samples."""
USLCI = Path(__file__).resolve().parents[2] / "shared" / "data" / "uslci" / "uslci-olca-jsonld.zip"
PROGRAMS = ("register", "portfolio", "cluster")
TASKS: tuple[str, ...] = (
    "import", "opening", "products", "montecarlo", "whatif", "memory", "growth", *PROGRAMS
)  # fmt: skip
PACKAGES = ("tanheng", "bw2calc", "bw2data", "pypardiso", "mkl", "numpy", "scipy", "numba")


def plan(given: argparse.Namespace, folder: Path) -> tuple[Bench, list[tuple[str, Callable[[], None]]]]:
    """The bench, and the work in order."""
    main, dense = ("s3000", "s3000-dense") if given.quick else ("s23500", "s23500-dense")
    if given.processes:
        main, dense = f"s{given.processes}", f"s{given.processes}-dense"
    bench = Bench(
        folder=folder,
        threads=given.threads,
        repeat=2 if given.quick else 5,
        samples=128 if given.quick else 1000,
        block=6 if given.quick else 25,
        full=(main, dense),
        growth=(1_000, 4_000) if given.quick else (10_000, 30_000, 100_000, 300_000),
        peer_most=2_000 if given.quick else 100_000,
        uslci=given.uslci if given.uslci and given.uslci.exists() else None,
        quick=given.quick,
    )
    cases = [main] if given.quick else [main, dense]
    if bench.uslci is not None:
        cases.append("uslci")
    else:
        bench.say("USLCI is left out: no file")
    small = {"import": importing.run, "montecarlo": montecarlo.run, "whatif": whatif.run}
    every = {"opening": opening.run, "products": products.run, "memory": memory.run}
    work: list[tuple[str, Callable[[], None]]] = []
    for name in TASKS:
        if given.only and name not in given.only:
            continue
        if name == "growth":
            work.append((name, lambda: growth.run(bench)))
        elif name in PROGRAMS:
            work.append((name, lambda name=name: others.run(bench, name)))
        else:
            task = small.get(name) or every[name]
            chosen = cases if name in every else [c for c in cases if c != "uslci"] if name == "montecarlo" else [main]
            work += [(name, lambda task=task, key=key: task(bench, bench.stored(key))) for key in chosen]
    return bench, work


def results(bench: Bench, minutes: float | None) -> dict[str, Any]:
    """What a run gives; its minutes where it did everything."""
    return {
        "machine": machine(bench),
        "minutes": minutes,
        "cases": bench.cases,
        "rows": [row.document() for row in bench.rows],
    }


def machine(bench: Bench) -> dict[str, Any]:
    """What it ran on: processor and versions, no names of hosts."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 0
    return {
        "date": date.today().isoformat(),
        "cpu": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(pages / 2**30),
        "threads": bench.threads,
        "mkl_threads": bench.versions.get("mkl_threads"),
        "solver": bench.versions.get("solver"),
        "versions": {"Python": platform.python_version(), **found},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((x.partition(":")[2].strip() for x in lines if x.startswith("model name")), platform.machine())


def wrong(bench: Bench) -> list[str]:
    """Lines whose answers lie too far from the direct solve."""
    return [
        f"{row.task} {row.case}: {row.accuracy:.1e}"
        for row in bench.rows
        if isinstance(row.accuracy, float)
        and not row.accuracy <= (AGREE_SAMPLES if row.task.startswith("mc.") else AGREE)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="3,000 processes, two turns: does everything work")
    parser.add_argument("--only", nargs="+", choices=TASKS, metavar="TASK", help=", ".join(TASKS))
    parser.add_argument("--processes", type=int, help="another size of the main case")
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1), help="of each side")
    parser.add_argument(
        "--uslci", type=Path, default=USLCI, help="openLCA JSON-LD or EcoSpold zip of the US LCI database"
    )
    parser.add_argument("--json", type=Path, help="write the results there")
    parser.add_argument("--markdown", type=Path, help="write the table there")
    parser.add_argument(
        "--publish", action="store_true", help="write benchmarks/results.json, which the documents show"
    )
    given = parser.parse_args()
    start, stopped, failed = time.perf_counter(), False, []
    with tempfile.TemporaryDirectory(prefix="tanheng-benchmarks-") as folder:
        bench, work = plan(given, Path(folder))
        try:
            for name, task in work:
                try:
                    task()
                except DisagreementError as error:
                    failed.append(f"{name}: {error}")
                except (RuntimeError, OSError) as error:
                    failed.append(f"{name}: {error}")
                    bench.say(f"{name} failed: {error}")
        except KeyboardInterrupt:
            stopped = True
            bench.say("stopped; what there is:")
    minutes = round((time.perf_counter() - start) / 60, 1)
    found = results(bench, None if stopped or given.only or given.quick else minutes)
    print("", *filter(None, (tables.targets(found), tables.every(found), f"{minutes} minutes")), sep="\n\n")
    if given.markdown:
        given.markdown.parent.mkdir(parents=True, exist_ok=True)
        given.markdown.write_text(tables.every(found) + "\n", encoding="utf-8")
    for path in (given.json, tables.RESULTS if given.publish and not stopped else None):
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    failed += wrong(bench)
    if failed or stopped:
        sys.exit("\n".join(["", *failed]) if failed else 130)


if __name__ == "__main__":
    main()
