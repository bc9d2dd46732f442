"""How many requests a second the platform answers, how fast, and how much memory its server takes.

    python benchmarks/load.py                        # both engines, some minutes
    python benchmarks/load.py --quick --engines sqlite
    python benchmarks/load.py --json out/load.json
    python benchmarks/load.py --workers 2            # of several processes that answer
    python benchmarks/load.py --soak 600 --clients 8 # does memory go on growing?

A server runs as ``tanheng serve`` runs it, in a process of its own on loopback; clients are threads of another process, each with
a connection of its own that stays open. PostgreSQL is started for it from Debian's packages (durable: fsync is on).
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import platform as machine
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from tanheng.accounts import system
from tanheng.client import Client, Retries, Study
from tanheng.services.furnishing import furnish
from tanheng.services.search.filling import index_embedded
from tanheng.storage import installing

ROOT = Path(__file__).resolve().parents[1]
CLIENTS = (1, 8, 32)
STUDIES = 200
MB = 1024**2


@dataclass(frozen=True, slots=True)
class Measured:
    """A kind of request at a number of clients: requests a second, milliseconds."""

    engine: str
    request: str
    clients: int
    requests: int
    per_second: float
    p50: float
    p95: float
    p99: float


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory of the server's processes together, MB.

    Attributes:
        after: the kinds of requests one after the other. soaked: after each tenth of a long time with all of them in turn.
    """

    engine: str
    before: float
    after: float
    soaked: tuple[float, ...] = ()


@contextmanager
def served(home: Path, workers: int) -> Iterator[tuple[str, int]]:
    """``tanheng serve`` on a free port, with so many processes that answer; gives its address and its first process."""
    order = [
        sys.executable,
        "-m",
        "tanheng.cli",
        "--home",
        str(home),
        "serve",
        "--port",
        "0",
        "--no-jobs",
        "--workers",
        str(workers),
        "--lang",
        "en",
    ]
    path = f"{ROOT / 'src'}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    environment = {**os.environ, "PYTHONPATH": path, "TANHENG_REQUESTS_PER_MINUTE": str(10**9)}
    log = home / "serve.log"
    with log.open("wb") as out, subprocess.Popen(order, env=environment, stdout=out, stderr=out) as running:
        try:
            while not (found := re.search(r"listening on (\S+)", log.read_text())):
                if running.poll() is not None:
                    sys.exit(log.read_text())
                time.sleep(0.05)
            yield found[1], running.pid
        finally:
            running.terminate()
            running.wait(60)


def resident(pid: int) -> float:
    """MB of a process and those that it started that are in memory."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    started = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return pages * os.sysconf("SC_PAGE_SIZE") / MB + sum(resident(int(one)) for one in started)


def measure(
    engine: str, name: str, clients: int, seconds: float, one: Callable[[int], Callable[[], object]]
) -> Measured:
    """Let so many threads ask one after the other for some seconds, after one request each that is not counted."""
    taken: list[list[float]] = [[] for _ in range(clients)]
    faults: list[BaseException] = []
    ready = threading.Barrier(clients + 1)
    ends = [0.0]

    def run(number: int) -> None:
        try:
            ask = one(number)
            ask()
            ready.wait()
            ready.wait()
            while (began := time.perf_counter()) < ends[0]:
                ask()
                taken[number].append(time.perf_counter() - began)
        except BaseException as fault:
            faults.append(fault)
            ready.abort()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    began = time.perf_counter()
    with suppress(threading.BrokenBarrierError):  # a request failed; which one is raised below
        ready.wait()
        began = time.perf_counter()
        ends[0] = began + seconds
        ready.wait()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - began
    if faults:
        raise faults[0]
    every = np.concatenate([np.array(own) for own in taken]) * 1000
    p50, p95, p99 = np.percentile(every, [50, 95, 99])
    return Measured(engine, name, clients, every.size, every.size / elapsed, float(p50), float(p95), float(p99))


def run(
    engine: str, home: Path, url: str, seconds: float, clients: tuple[int, ...], workers: int, soak: float
) -> tuple[list[Measured], Memory]:
    """All kinds of requests on one installation; a request that fails ends the run."""
    from clients import machine as token_of_a_machine
    from study_samples import organisation, study

    with closing(installing.initialise(home, database_url=url)) as platform:
        furnish(platform)
        platform.do(system("init"), index_embedded)
        owner = organisation(platform)
        own = owner.id
        tokens = [token_of_a_machine(platform, owner) for _ in range(max(clients))]
    rows: list[Measured] = []
    with ExitStack() as stack:
        address, pid = stack.enter_context(served(home, workers))
        each = [
            stack.enter_context(Client(address, token=token, timeout=300, retries=Retries(attempts=1)))
            for token in tokens
        ]
        content = study()
        first = [each[0].studies.create(own, content) for _ in range(STUDIES)]
        assessment = each[0].studies.assess(first[0])
        before = resident(pid)
        connections = [client._connection for client in each]

        def revising(number: int) -> Callable[[], object]:
            seen: list[Study] = [each[number].studies.create(own, content)]

            def revise() -> None:
                seen[0] = each[number].studies.revise(seen[0], content)

            return revise

        kinds: dict[str, Callable[[int], Callable[[], object]]] = {
            "get study": lambda n: lambda: each[n].studies.get(first[n].id),
            "list 50 studies": lambda n: lambda: connections[n].get("/v1/studies", dict),
            "search": lambda n: lambda: next(each[n].factors.search("电力")),
            "get assessment": lambda n: lambda: each[n].assessments.get(assessment.id),
            "create study": lambda n: lambda: each[n].studies.create(own, content),
            "revise study": revising,
            "assess": lambda n: lambda: each[n].studies.assess(first[n]),
        }
        for name, one in kinds.items():
            for count in clients:
                rows.append(measure(engine, name, count, seconds, one))
                print(line(rows[-1]), flush=True)
        after = resident(pid)
        soaked = [soaking(engine, pid, max(clients), soak / 10, kinds) for _ in range(10 if soak else 0)]
        return rows, Memory(engine, before, after, tuple(soaked))


def soaking(
    engine: str, pid: int, clients: int, seconds: float, kinds: dict[str, Callable[[int], Callable[[], object]]]
) -> float:
    """All kinds of requests in turn; gives the memory at the end, MB."""

    def one(number: int) -> Callable[[], object]:
        turn = itertools.cycle([kind(number) for kind in kinds.values()])

        def ask() -> None:
            next(turn)()

        return ask

    print(line(measure(engine, "all in turn", clients, seconds, one)), flush=True)
    return resident(pid)


HEAD = """| Engine | Request | Clients | Requests/s | p50, ms | p95, ms | p99, ms |
| --- | --- | ---: | ---: | ---: | ---: | ---: |"""


def line(row: Measured) -> str:
    """A line of the table."""
    times = " | ".join(f"{value:.1f}" for value in (row.p50, row.p95, row.p99))
    return f"| {row.engine} | {row.request} | {row.clients} | {row.per_second:.0f} | {times} |"


def main() -> None:
    sys.path.insert(0, str(ROOT / "tests"))  # samples, and the server of PostgreSQL that the tests start
    from platforms import fresh_database, postgresql_server

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--engines", nargs="+", choices=["sqlite", "postgresql"], default=["sqlite", "postgresql"])
    parser.add_argument("--clients", nargs="+", type=int, default=list(CLIENTS))
    parser.add_argument("--seconds", type=float, default=4.0, help="of each line")
    parser.add_argument("--workers", type=int, default=1, help="processes that answer")
    parser.add_argument("--soak", type=float, default=0.0, help="seconds with all kinds in turn, at the end")
    parser.add_argument("--quick", action="store_true", help="a second a line, 1 and 8 clients: does everything work")
    parser.add_argument("--json", type=Path, help="file for the figures")
    given = parser.parse_args()
    seconds, clients = (1.0, (1, 8)) if given.quick else (given.seconds, tuple(given.clients))
    if max(clients) > STUDIES:
        parser.error(f"no more than {STUDIES} clients")
    rows: list[Measured] = []
    memory: list[Memory] = []
    print(HEAD)
    for engine in given.engines:
        with ExitStack() as stack:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tanheng-load-")))
            url = ""
            if engine == "postgresql":
                server = stack.enter_context(postgresql_server(haste=""))
                url = stack.enter_context(fresh_database(server))
            measured, took = run(engine, home / "home", url, seconds, clients, given.workers, given.soak)
        rows += measured
        memory.append(took)
    for took in memory:
        print(f"{took.engine}: server {took.before:.0f} MB before, {took.after:.0f} MB after")
        if took.soaked:
            print(f"{took.engine}: in turn {', '.join(f'{one:.0f}' for one in took.soaked)} MB")
    if given.json:
        told = {
            "machine": {
                "processor": machine.processor() or machine.machine(),
                "cores": os.cpu_count(),
                "load": os.getloadavg(),
            },
            "workers": given.workers,
            "rows": [asdict(row) for row in rows],
            "memory": [asdict(took) for took in memory],
        }
        given.json.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
