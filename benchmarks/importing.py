"""Reading and importing whole databases, bw2io beside: ``python benchmarks/importing.py``; needs ``pip install bw2io``.

Every figure is a process of its own, with the processes that it starts: seconds of the call alone (imports of libraries
are not timed) by the clock and of the processor (all processes together), and the greatest memory of all of them
together, sampled (Linux: pages that are shared count once, PSS). Ours *reads* a database into its values, formulas evaluated,
units and links resolved, notes told; *imports* it, that is reads, links, computes and freezes it; imports it once more,
unchanged; and a folder once more with ten files changed. The peer *extracts* (the first step of its importers): files
into dictionaries, nothing linked, normalised or written. That is less than what our reading does, least of all for
JSON-LD, where it is parsing the JSON alone.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spold_folder import write_folder

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
_EVERY = 0.2
_CHANGED = "import, 10 files changed"


@dataclass(frozen=True, slots=True)
class Case:
    """A database: what ours reads, and how the peer extracts it (an empty way where it cannot)."""

    name: str
    path: Path
    unpacked: Path
    ways: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """What one process told: seconds, MB of its whole tree, and counts of what it found; ``failure`` where it failed."""

    seconds: float
    processor: float
    peak: float
    found: dict[str, Any]
    failure: str = ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--datasets", type=int, default=20_000, help="of the generated EcoSpold 2 folder")
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder with uslci/ and tiangong/")
    parser.add_argument("--json", type=Path, help="write the results there, too")
    parser.add_argument("--do", nargs=2, metavar=("WAY", "PATH"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.do:
        _do(given.do[0], Path(given.do[1]))
        return
    lines: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="tanheng-importing-") as work:
        for case in _cases(given.datasets, given.shared, Path(work)):
            print(case.name, flush=True)
            lines += _measure(case, Path(work))
    if given.json:
        given.json.write_text(json.dumps(lines, indent=1) + "\n", encoding="utf-8")


def _cases(datasets: int, shared: Path, work: Path) -> list[Case]:
    folder = Path(tempfile.gettempdir()) / f"tanheng-benchmarks-spold-{datasets}"
    size = write_folder(folder, datasets=datasets)
    spold = ("bw2io ecospold2, all cores", "bw2io ecospold2, one process")
    found = [Case(f"EcoSpold 2, {datasets:,} data sets, {size / 2**20:,.0f} MB", folder, folder, spold)]
    for name, place, inner, ways in (
        ("USLCI, EcoSpold 2", "uslci/uslci-fy18q3-ecospold2.zip", "*.spold", spold),
        ("USLCI, EcoSpold 1", "uslci/uslci-fy21q3-ecospold1.zip", "*.xml", ("bw2io ecospold1, one process",)),
        ("USLCI, JSON-LD", "uslci/uslci-olca-jsonld.zip", "processes", ("bw2io jsonld, JSON alone",)),
        ("TianGong, ILCD, 114 MB", "tiangong/tiangong-2024-ilcd.zip", "", ()),
    ):
        path = shared / place
        if not path.is_file():
            print(f"{name}: {path} is not here")
            continue
        unpacked = work / path.stem
        if ways:
            with zipfile.ZipFile(path) as packed:
                packed.extractall(unpacked)
            unpacked = next(iter(sorted(unpacked.rglob(inner)))).parent
        found.append(Case(name, path, unpacked, ways))
    return found


def _measure(case: Case, work: Path) -> list[dict[str, Any]]:
    home = work / f"home-{case.path.stem}"
    ours = {
        way: _run(way, case.path, home) for way in ("read, all cores", "read, one process", "import", "import again")
    }
    if case.path.is_dir():
        with _changed(sorted(case.path.glob("*.spold"))[:10]):
            ours[_CHANGED] = _run(_CHANGED, case.path, home)
        if ours[_CHANGED].found.get("parsed") != 10:
            raise SystemExit(f"{case.name}: not the ten files that changed were parsed, but {ours[_CHANGED].found}")
    peers = {way: _run(way, case.unpacked, home) for way in case.ways}
    again = ours["import again"]
    if not again.failure and not again.found.get("unchanged"):
        raise SystemExit(f"{case.name}: the second import read the database again")
    if ours["read, all cores"].found != ours["read, one process"].found:
        raise SystemExit(f"{case.name}: several processes read something else than one")
    lines = []
    for way, figure in {**ours, **peers}.items():
        if figure.failure:
            print(f"  {way:<29} failed: {figure.failure}", flush=True)
            continue
        beside = (
            figure if way in ours else ours["read, all cores" if way.endswith("all cores") else "read, one process"]
        )
        line = f"  {way:<29} {figure.seconds:7.2f} s, {figure.processor:7.2f} s of a processor, {figure.peak:6,.0f} MB"
        for unit in ("seconds", "processor", "peak"):
            mine, value = getattr(beside, unit), getattr(figure, unit)
            lines.append({"task": "read" if beside is not figure else way, "case": case.name, "ours": mine})
            if beside is not figure:
                lines[-1] |= {"peer": value, "peer_does": f"{way}: extracts"}
                line += f"{':' if unit == 'seconds' else ','} {value / mine:.1f} ×"
            lines[-1] |= {"unit": "MB" if unit == "peak" else "s", "note": f"{unit}; {_counts(figure)}"}
        print(f"{line}  ({_counts(figure)})", flush=True)
    return lines


@contextmanager
def _changed(files: list[Path]) -> Iterator[None]:
    """Files with another first amount in them; they are as before when it is over."""
    before = [path.read_bytes() for path in files]
    try:
        for path, content in zip(files, before, strict=True):
            path.write_bytes(re.sub(rb' amount="([^"]+)"', rb' amount="9\1"', content, count=1))
        yield
    finally:
        for path, content in zip(files, before, strict=True):
            path.write_bytes(content)


def _counts(figure: Figure) -> str:
    return ", ".join(f"{value:,} {key}" for key, value in figure.found.items() if not isinstance(value, bool))


def _run(way: str, path: Path, home: Path) -> Figure:
    """One process, watched."""
    env = {**os.environ, "TANHENG_HOME": str(home), "BRIGHTWAY2_DIR": str(home.parent), "PYTHONWARNINGS": "ignore"}
    if way == "read, one process":
        env["TANHENG_WORKERS"] = "1"
    else:
        env.pop("TANHENG_WORKERS", None)
    command = [sys.executable, str(Path(__file__).resolve()), "--do", way, str(path)]
    with tempfile.TemporaryFile() as told, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdout=told, stderr=errors, env=env)
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, sum(map(_memory, _tree(process.pid))))
            time.sleep(_EVERY)
        told.seek(0)
        errors.seek(0)
        if process.returncode:
            words = errors.read().decode(errors="replace").strip().splitlines() or [f"status {process.returncode}"]
            return Figure(0.0, 0.0, peak, {}, words[-1][:200])
        answer = json.loads(told.read().splitlines()[-1])
    return Figure(answer["seconds"], answer["processor"], peak, answer["found"])


def _tree(root: int) -> list[int]:
    """A process and all that it has started (Linux)."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1])
        except OSError:
            continue  # it has ended meanwhile
        children.setdefault(parent, []).append(int(stat.parent.name))
    found = [root]
    for process in found:
        found += children.get(process, ())
    return found


def _memory(process: int) -> float:
    """MB of a process; pages that it shares with others are divided among them."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 2**10


def _do(way: str, path: Path) -> None:
    """One call; its seconds and counts on the last line."""
    warnings.simplefilter("ignore")
    call = _ours(way, path) if not way.startswith("bw2io") else _peer(way, path)
    start, used = time.perf_counter(), _processor()
    with redirect_stdout(sys.stderr):
        found = call()
    seconds, used = time.perf_counter() - start, _processor() - used
    print(json.dumps({"seconds": seconds, "processor": used, "found": found if isinstance(found, dict) else found()}))


def _processor() -> float:
    """Seconds of the processor of this process and of those that it has started and that have ended."""
    every = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in every)


def _ours(way: str, path: Path) -> Any:
    from tanheng.formats import read_database
    from tanheng.storage import Home
    from tanheng.storage.importing import import_file

    def read() -> Any:
        database = read_database(path, name="measured")
        return lambda: {
            "processes": len(database.processes),
            "exchanges": sum(len(process.exchanges) for process in database.processes.values()),
            "notes": len(database.notes),
        }

    def import_() -> Any:
        made = import_file(Home.at(), path, name="measured")
        counts = {"processes": made.snapshot.counts["processes"], "unchanged": made.unchanged}
        return counts | ({"parsed": made.parsed, "recalled": made.recalled} if made.recalled else {})

    return read if way.startswith("read") else import_


def _peer(way: str, path: Path) -> Any:
    from bw2io import extractors
    from bw2io.extractors.json_ld import JSONLDExtractor

    def told(datasets: Any) -> Any:
        return lambda: {"processes": len(datasets), "exchanges": sum(len(one["exchanges"]) for one in datasets)}

    if "ecospold2" in way:
        use_mp = way.endswith("all cores")
        return lambda: told(extractors.Ecospold2DataExtractor.extract(path, "measured", use_mp=use_mp))
    if "ecospold1" in way:
        return lambda: told(extractors.Ecospold1DataExtractor.extract(str(path), "measured", use_mp=False))
    return lambda: told(list(JSONLDExtractor.extract(path, add_filename=False)["processes"].values()))


if __name__ == "__main__":
    main()
