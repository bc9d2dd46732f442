"""Search: how fast entries are written and found, on SQLite and, where its server is installed, on PostgreSQL.

python benchmarks/search.py [--records 100000] [--repeats 20] [--together 4]

Materials of the synonym table by route, place and year: a third each are factors, data sets and products, half of them of one
organisation only. Searched is as a member of it, with three facets. *Cold* is the first search of a new connection, whose own
cache is empty. *Processor* is the time of this process's processor, which other programs disturb less. *Together* are as many
threads of one process as ``--together`` says, each with all queries.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from platforms import binaries, fresh_database, postgresql_server
from study_samples import member, organisation
from tanheng.accounts import Actor, system
from tanheng.inventory.synonyms import concepts
from tanheng.inventory.words import prepare
from tanheng.services.search import Entry, Kind, index
from tanheng.services.search.finding import find
from tanheng.services.search.model import Facet
from tanheng.storage import installing
from tanheng.storage.platform import Platform

PLACES = (
    ("CN", "中国", "China"),
    ("CN-53", "云南", "Yunnan"),
    ("CN-32", "江苏", "Jiangsu"),
    ("DE", "德国", "Germany"),
    ("US", "美国", "United States"),
    ("GLO", "全球", "global"),
)
ROUTES = (
    ("生产", "production"),
    ("市场平均", "market for"),
    ("再生", "recycled"),
    ("运输至工厂", "delivered to plant"),
    ("加工", "processing"),
)
QUERIES = (
    "steel",
    "market",
    "电力",
    "钢",
    "铝锭",
    "grid electricity China",
    "PET bottle",
    "热轧卷板 云南",
    "氢氧化钠",
    "recycled copper Germany",
    "zzyzx steel plant",
    "",
)
FACETS = (Facet.CATEGORY, Facet.GEOGRAPHY, Facet.YEAR)
PART = 10_000


def records(count: int, owner: str = "") -> Iterator[Entry]:
    """The same ones every time; every other one is the owner's alone, where there is one."""
    chosen = random.Random(14067)  # noqa: S311
    known = [concept for concept in concepts() if not concept.is_quality]
    for i in range(count):
        concept, (code, place_zh, place_en) = chosen.choice(known), chosen.choice(PLACES)
        (route_zh, route_en), year = chosen.choice(ROUTES), chosen.randint(2012, 2026)
        names = {
            "zh": f"{chosen.choice(concept.terms)}{route_zh}，{place_zh}，{year}",
            "en": f"{route_en} {concept.names['en']}, {place_en}, {year}",
        }
        own = {"organisation": owner, "public": False} if owner and i % 2 else {"public": True}
        more = {"geography": code, "year": year, "category": concept.kind, "unit": "kg", "text": f"HS {concept.hs}"}
        yield Entry(kind=tuple(Kind)[i % 3], reference=f"r{i}", names=names, **own, **more)


def measure(name: str, platform: Platform, options: argparse.Namespace) -> None:
    """Write, search cold, warm and together; print a table in Markdown."""
    owner = organisation(platform)
    made = list(records(options.records, owner.id))
    prepare()
    start, before = time.perf_counter(), time.process_time()
    for first in range(0, len(made), PART):
        platform.do(system("bench"), index, made[first : first + PART])
    took, worked = time.perf_counter() - start, time.process_time() - before
    if platform.engine.dialect.name == "postgresql":
        with platform.engine.connect() as connection:  # as autovacuum does in its time
            connection.exec_driver_sql("ANALYZE")
    print(f"\n{name}: {len(made)} entries written in {took:.0f} s, {len(made) / took:.0f} a second")
    print(f"{len(made) / worked:.0f} a second of this process's processor time\n")
    print("| Query | Hits | Cold, ms | Warm p50, ms | Warm p95, ms | Processor p50, ms | Processor p95, ms |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    actor = member(owner)
    every: list[float] = []
    for query in QUERIES:
        platform.engine.dispose()
        cold = _timed(platform, actor, query)
        warm, worked_ms = [], []
        for _ in range(options.repeats):
            before = time.process_time()
            warm.append(_timed(platform, actor, query))
            worked_ms.append((time.process_time() - before) * 1000)
        every += warm
        found = platform.look(actor, find, query)
        hits = f"≥ {found.total}" if found.is_capped else found.total
        figures = " | ".join(f"{np.percentile(times, p):.0f}" for times in (warm, worked_ms) for p in (50, 95))
        print(f"| {query or '(none)'} | {hits} | {cold:.0f} | {figures} |")
    print(f"| all | | | {np.percentile(every, 50):.0f} | {np.percentile(every, 95):.0f} | | |")
    with ThreadPoolExecutor(options.together) as threads:
        work = [threads.submit(_all, platform, actor, options.repeats, seed) for seed in range(options.together)]
        start = time.perf_counter()
        times = [one for part in work for one in part.result()]
    half, most = np.percentile(times, (50, 95))
    rate = len(times) / (time.perf_counter() - start)
    print(
        f"| all, {options.together} together | | | {half:.0f} | {most:.0f} | | |\n\n{rate:.0f} searches a second together"
    )


def _all(platform: Platform, actor: Actor, repeats: int, seed: int) -> list[float]:
    queries = list(QUERIES) * repeats
    random.Random(seed).shuffle(queries)  # noqa: S311
    return [_timed(platform, actor, query) for query in queries]


def _timed(platform: Platform, actor: Actor, query: str) -> float:
    """In milliseconds."""
    start = time.perf_counter()
    platform.look(actor, find, query, facets=FACETS)
    return (time.perf_counter() - start) * 1000


def main() -> None:
    """Both engines, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--together", type=int, default=4)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        platform = installing.initialise(folder)
        measure("SQLite", platform, options)
        platform.close()
        size = sum(path.stat().st_size for path in Path(folder).glob("*.sqlite*"))
        print(f"database of {size / 1e6:.0f} MB")
    if binaries() is None:
        print("PostgreSQL is not installed")
        return
    with postgresql_server() as server, fresh_database(server) as url, tempfile.TemporaryDirectory() as folder:
        platform = installing.initialise(folder, database_url=url)
        measure("PostgreSQL", platform, options)
        with platform.engine.connect() as connection:
            size = connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
        platform.close()
        print(f"database of {size / 1e6:.0f} MB")


if __name__ == "__main__":
    sys.exit(main())
