"""The public register with a million products: how fast it is filled, searched, read and checked, over HTTP.

    python benchmarks/publicregister.py                       # 1,000,000 products, both engines
    python benchmarks/publicregister.py --records 20000 --engines sqlite
    python benchmarks/publicregister.py --workers 2 --json out/publicregister.json

Products are made up: materials of the synonym table by route and model, their frequency, that of their makers and of their places
as uneven as in life, 17 in 20 valid. They are written as rows of ``certificates`` and entered into the register as every
certificate is. A server runs as ``tanheng serve`` runs it; clients are threads of this process, each with a connection that stays
open. What a kind of request asks for is another thing every time.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from sqlalchemy import insert, select

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from certification_samples import House
from load import Measured, measure, served
from platforms import binaries, fresh_database, postgresql_server, unguarded
from tanheng.accounts import system
from tanheng.inventory.synonyms import concepts
from tanheng.services.registry import entries
from tanheng.storage import installing
from tanheng.storage.platform import Platform
from tanheng.storage.sql.searching import certificates as words
from tanheng.storage.sql.searching.postgresql import INDICES
from tanheng.storage.sql.tables import accounts
from tanheng.storage.sql.tables import certification as tables
from tanheng.storage.sql.types import new_id

PART = 10_000
PLACES = [f"CN-{code}" for code in (44, 32, 37, 33, 41, 42, 51, 43, 13, 34, 35, 31, 11, 61, 53, 21, 36, 50, 45, 52, 15)]
ROUTES = (
    ("冷轧", "cold-rolled"),
    ("再生", "recycled"),
    ("高纯", "high-purity"),
    ("低碳", "low-carbon"),
    ("标准", "standard"),
)
STATES = ("valid",) * 17 + ("expired", "suspended", "withdrawn")
INIT = system("init")


def certificates(model: dict[str, Any], makers: list[dict[str, Any]], count: int) -> Iterator[dict[str, Any]]:
    """Made-up rows, the same every time."""
    chosen = random.Random(1)  # noqa: S311 - the same products every time
    materials = [one for one in concepts() if one.names["zh"] and one.names["en"]][:60]
    weights = list(itertools.accumulate(1 / (rank + 2) for rank in range(len(materials))))
    places = list(itertools.accumulate(1 / (rank + 2) for rank in range(len(PLACES))))
    begun = date(2022, 1, 1)
    for number in range(count):
        (rank,) = chosen.choices(range(len(materials)), cum_weights=weights)
        material, (zh, en) = materials[rank], chosen.choice(ROUTES)
        type_ = f"{chosen.choice('ABCDEFGH')}{chosen.randrange(100, 1000)}-{chosen.randrange(10, 100)}"
        maker = makers[int(len(makers) * chosen.random() ** 3)]
        day = begun + timedelta(days=1700 * number // count)
        yield {
            **model,
            "id": new_id(),
            "case": new_id(),
            "number": f"cn-cfp-label-{day.year}-{number:07}",
            "holder": maker["id"],
            "names": {"zh": f"{zh}{material.names['zh']} {type_}", "en": f"{en} {material.names['en']} {type_}"},
            "maker": maker["names"],
            "codes": {"hs": f"{2500 + rank:04}.{number % 90 + 10}"},
            "geography": chosen.choices(PLACES, cum_weights=places)[0],
            "category": f"cn-{material.key}"[:64],
            "rule_pack": f"cn-{material.key}@1.0.0"[:128],
            "grade": chosen.choice(("A", "B", "B", "C", "C", "C", "D", "E", "")),
            "value": round(chosen.lognormvariate(0, 0.4) * 100 * (rank + 1), 1),
            "valid_from": day,
            "valid_until": day + timedelta(days=730),
            "state": chosen.choice(STATES),
            "position": number + 1,
        }


def fill(platform: Platform, count: int) -> tuple[float, list[dict[str, Any]]]:
    """Enter so many products; returns seconds, and some of the rows."""
    House(platform).certified()
    with platform.engine.connect() as sql:
        model = dict(sql.execute(select(tables.certificates)).mappings().one())
        case = dict(sql.execute(select(tables.cases)).mappings().one())
        maker = dict(
            sql.execute(select(accounts.organisations).where(accounts.organisations.c.id == model["holder"]))
            .mappings()
            .one()
        )
    makers = [
        {**maker, "id": new_id(), "names": {"zh": f"第{n}制造厂", "en": f"Maker {n}"}, "code": f"91{n:016}"}
        for n in range(max(20, count // 50))
    ]
    with platform.engine.begin() as sql:
        sql.execute(insert(accounts.organisations), makers)
    began, some = time.perf_counter(), []
    if platform.engine.dialect.name == "postgresql":  # as when much is loaded at once; it is made at the end
        with platform.engine.begin() as sql:
            sql.exec_driver_sql(f"DROP INDEX {INDICES['search_certificates']}")
    rows = certificates(model, makers, count - 1)
    while part := list(itertools.islice(rows, PART)):
        with unguarded(platform) as sql:
            sql.execute(insert(tables.cases), [{**case, "id": r["case"], "number": f"C-{r['number']}"} for r in part])
            sql.execute(insert(tables.certificates), part)
        platform.do(INIT, entries.write, [row["id"] for row in part])
        some += part[:: max(1, PART // 50)]
        print(f"  {time.perf_counter() - began:7.0f} s  {part[-1]['number']}", flush=True)
    with platform.engine.begin() as sql:
        words.create(sql)
    with platform.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as sql:
        sql.exec_driver_sql("ANALYZE")
    return time.perf_counter() - began, some


class Asking:
    """Sends one request after the other over a connection."""

    def __init__(self, address: str) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=300)

    def __call__(self, path: str, content: bytes = b"") -> bytes:
        self.connection.request("POST" if content else "GET", path, content, {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            sys.exit(f"{path}: {answer.status} {body[:300]!r}")
        return body


def kinds(some: list[dict[str, Any]], paths: set[str]) -> dict[str, Callable[[random.Random], tuple[str, bytes]]]:
    """What is asked for, by the names of the requests; verification where this version has its routes."""

    def searched(**query: Any) -> tuple[str, bytes]:
        return f"/v1/register?{urlencode(query)}", b""

    def word(chosen: random.Random) -> tuple[str, bytes]:
        row = chosen.choice(some)
        return searched(q=chosen.choice((row["names"]["zh"][:4], row["names"]["en"].rsplit(" ", 1)[0])))

    def whole(chosen: random.Random) -> tuple[str, bytes]:
        return searched(q=chosen.choice(some)["names"][chosen.choice(("zh", "en"))])

    def filtered(chosen: random.Random) -> tuple[str, bytes]:
        row = chosen.choice(some)
        return searched(category=row["category"], place=row["geography"], state="valid", grade=row["grade"] or "A")

    def narrowed(chosen: random.Random) -> tuple[str, bytes]:
        row = chosen.choice(some)
        return searched(q=row["names"]["zh"][2:4], place=row["geography"], state="valid")

    def by_value(chosen: random.Random) -> tuple[str, bytes]:
        row = chosen.choice(some)
        group = {"category": row["category"], "unit": row["unit"], "per": row["per"], "order": "value"}
        return searched(**group, state="valid", least=row["value"])

    def check(chosen: random.Random) -> tuple[str, bytes]:
        lines = [{"number": row["number"]} for row in chosen.choices(some, k=100)]
        return "/v1/register/checks", json.dumps({"lines": lines, "max_class": "C"}).encode()

    made: dict[str, Callable[[random.Random], tuple[str, bytes]]] = {
        "search: words": word,
        "search: a product": whole,
        "search: filters": filtered,
        "search: word and filters": narrowed,
        "search: by value": by_value,
        "search: the newest": lambda _: searched(),
        "product page": lambda chosen: (f"/v1/register/{chosen.choice(some)['number']}", b""),
        "check 100": check,
        "statistics": lambda _: ("/v1/register/statistics", b""),
    }
    for name, path in (
        ("certificate", "/v1/certificates/{number}"),
        ("credential", "/v1/certificates/{number}/credential"),
        ("page of the label", "/c/{number}"),
    ):
        if path in paths:
            made[f"verify: {name}"] = lambda chosen, path=path: (path.format(number=chosen.choice(some)["number"]), b"")
    return made


def run(
    engine: str, home: Path, url: str, count: int, seconds: float, clients: list[int], workers: int
) -> list[Measured]:
    """All kinds of requests on one installation."""
    with closing(installing.initialise(home, database_url=url)) as platform:
        taken, some = fill(platform, count)
    print(f"{engine}: {count:,} products entered in {taken:.0f} s, {count / taken:.0f} a second", flush=True)
    rows: list[Measured] = []
    with ExitStack() as stack:
        address, _ = stack.enter_context(served(home, workers))
        paths = set(json.loads(Asking(address)("/openapi.json"))["paths"])
        numbers = itertools.count()
        lock = threading.Lock()

        def asking(one: Callable[[random.Random], tuple[str, bytes]]) -> Callable[[int], Callable[[], object]]:
            def begin(_: int) -> Callable[[], object]:
                with lock:
                    chosen = random.Random(next(numbers))  # noqa: S311 - the same requests every time
                ask = Asking(address)
                return lambda: ask(*one(chosen))

            return begin

        for name, one in kinds(some, paths).items():
            for several in clients:
                rows.append(measure(engine, name, several, seconds, asking(one)))
                print(line(rows[-1]), flush=True)
    return rows


def line(row: Measured) -> str:
    """A row of the table."""
    times = f"{row.p50:.1f} | {row.p95:.1f} | {row.p99:.1f}"
    return f"| {row.engine} | {row.request} | {row.clients} | {row.per_second:.0f} | {times} |"


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=10.0, help="of each kind of request")
    parser.add_argument("--clients", type=int, nargs="*", default=[1, 8])
    parser.add_argument("--workers", type=int, default=1, help="processes that answer")
    parser.add_argument("--engines", nargs="*", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"])
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    rows: list[Measured] = []
    for engine in chosen.engines:
        with ExitStack() as stack:
            url = ""
            if engine == "postgresql":
                if binaries() is None:
                    print("PostgreSQL is not installed (Debian: postgresql)")
                    continue
                url = stack.enter_context(fresh_database(stack.enter_context(postgresql_server(""))))
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tanheng-register-"))) / "home"
            rows += run(engine, folder, url, chosen.records, chosen.seconds, chosen.clients, chosen.workers)
    if chosen.json:
        chosen.json.parent.mkdir(parents=True, exist_ok=True)
        chosen.json.write_text(json.dumps([asdict(row) for row in rows], indent=1))


if __name__ == "__main__":
    main()
