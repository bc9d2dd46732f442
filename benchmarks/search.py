"""Search: how fast entries are written and found, on SQLite and, where its server is installed, on PostgreSQL.

python benchmarks/search.py [--records 100000] [--repeats 10]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from platforms import binaries, fresh_database, postgresql_server
from tanheng.accounts import ANONYMOUS, system
from tanheng.inventory.synonyms import concepts
from tanheng.services.search.finding import find
from tanheng.services.search.indexing import index
from tanheng.services.search.model import Entry, Facet, Kind
from tanheng.storage import installing
from tanheng.storage.platform import Platform

PLACES = (
    ("CN", "中国", "China"),
    ("CN-53", "云南", "Yunnan"),
    ("DE", "德国", "Germany"),
    ("US", "美国", "United States"),
)
ROUTES = (("生产", "production"), ("市场平均", "market"), ("再生", "recycled"), ("运输至工厂", "delivered to plant"))
QUERIES = (
    "铝锭",
    "steel",
    "电力",
    "热轧卷板 云南",
    "氢氧化钠",
    "recycled copper Germany",
    "market",
    "锂",
    "zzyzx steel plant",
)
PART = 10_000


def records(count: int) -> Iterator[Entry]:
    """Materials by route, place and year."""
    known = [concept for concept in concepts() if not concept.is_quality]
    for i in range(count):
        concept, (code, place_zh, place_en) = known[i % len(known)], PLACES[i // 7 % 4]
        (route_zh, route_en), year = ROUTES[i // 3 % 4], 2015 + i % 10
        names = {
            "zh": f"{concept.terms[i // 11 % len(concept.terms)]}{route_zh}，{place_zh}，{year}",
            "en": f"{concept.names['en']}, {route_en}, {place_en}, {year}",
        }
        more = {"geography": code, "year": year, "category": concept.kind, "unit": "kg", "text": f"HS {concept.hs}"}
        yield Entry(kind=tuple(Kind)[i % 3], reference=f"r{i}", names=names, public=True, **more)


def measure(name: str, platform: Platform, options: argparse.Namespace) -> None:
    made = list(records(options.records))
    start = time.perf_counter()
    for first in range(0, len(made), PART):
        platform.do(system("bench"), index, made[first : first + PART])
    took = time.perf_counter() - start
    print(f"{name}: {len(made)} entries written in {took:.1f} s, {len(made) / took:.0f} a second")
    for query in QUERIES:
        platform.engine.dispose()  # cold: a new connection, whose own cache is empty
        times = [_timed(platform, query) for _ in range(1 + options.repeats)]
        half, most = np.percentile(times[1:], (50, 95)) * 1000
        print(f"  {query}: cold {times[0] * 1000:.0f} ms, warm p50 {half:.0f} ms, p95 {most:.0f} ms")


def _timed(platform: Platform, query: str) -> float:
    start = time.perf_counter()
    platform.look(ANONYMOUS, find, query, facets=(Facet.CATEGORY, Facet.GEOGRAPHY, Facet.YEAR))
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        platform = installing.initialise(folder)
        measure("SQLite", platform, options)
        platform.close()
        size = sum(path.stat().st_size for path in Path(folder).glob("*.sqlite*"))
        print(f"  database of {size / 1e6:.0f} MB")
    if binaries() is None:
        print("PostgreSQL is not installed")
        return
    with postgresql_server() as server, fresh_database(server) as url, tempfile.TemporaryDirectory() as folder:
        platform = installing.initialise(folder, database_url=url)
        measure("PostgreSQL", platform, options)
        with platform.engine.connect() as connection:
            size = connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one()
        platform.close()
        print(f"  database of {size / 1e6:.0f} MB")


if __name__ == "__main__":
    sys.exit(main())
