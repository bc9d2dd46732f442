"""``kill -9`` of a backup, and of a restore, at random moments: neither is ever half there and looks whole."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path

import pytest
from sqlalchemy import insert

from platforms import fresh_database
from tanheng.accounts import system
from tanheng.errors import StoreError
from tanheng.services.audit.verifying import verify
from tanheng.services.jobs import jobs
from tanheng.storage import installing
from tanheng.storage.backups import archive, backup, restore, rows
from tanheng.storage.platform import Platform
from tanheng.storage.sql.tables import once as tables
from tanheng.storage.unfinished import MARKER

pytestmark = pytest.mark.platform
INIT = system("init")
BLOBS = 20
PATIENCE = 120  # seconds after which a test gives up; nothing is measured


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """An installation whose backup takes a moment."""
    made = installing.initialise(tmp_path_factory.mktemp("large") / "home")
    for n in range(BLOBS):
        digest = made.blobs.put(os.urandom(200_000))
        made.do(INIT, jobs.start, kind="import-database", payload={"blob": digest, "file": "x.zip", "name": f"x{n}"})
    with made.engine.begin() as sql:
        answers = [{"key": f"{n}", "request": "x", "at": made.clock(), "body": os.urandom(4_000)} for n in range(1_000)]
        sql.execute(insert(tables.once), answers)
    yield made
    made.close()


def counts(platform):
    with platform.engine.connect() as sql:
        return {table: rows.count(sql, table) for table in rows.tables()}


FORKING = """
import json, os, sys
import tanheng.cli.main, tanheng.storage.backups
def call(*words):
    sys.argv = ["tanheng", *words]
    told, sys.stdout = sys.stdout, open(os.devnull, "w")
    try:
        tanheng.cli.main.run()
    except SystemExit as stop:
        sys.stdout = told
        return int(stop.code or 0)
call("backup", "--help")  # what commands import when they are called is imported once, too
for line in sys.stdin:
    child = os.fork()
    if not child:
        os._exit(call(*json.loads(line)))
    print(child, flush=True)
    print(os.waitpid(child, 0)[1], flush=True)
"""


@pytest.fixture(scope="module")
def forking():
    """A process that has imported the commands; each order is carried out in a process of its own, which it forks."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", FORKING], text=True, bufsize=1, **pipes) as server:
        yield server
        server.stdin.close()


class Running:
    """A command that runs."""

    def __init__(self, forking, *words):
        self._forking = forking
        forking.stdin.write(json.dumps([str(word) for word in words]) + "\n")
        self._pid = int(forking.stdout.readline())

    def await_start(self, holds):
        """Wait until something holds, or it has ended."""
        end = time.monotonic() + PATIENCE
        while self._is_there() and not holds():
            assert time.monotonic() < end
            time.sleep(0.001)

    def kill(self):
        """``kill -9``; whether that was before its end."""
        if self._is_there():
            os.kill(self._pid, signal.SIGKILL)
        return self.status() == signal.SIGKILL

    def status(self):
        """How it ended; 0 where all went well."""
        return int(self._forking.stdout.readline())

    def _is_there(self):
        return Path(f"/proc/{self._pid}").exists()


def time_needed(running):
    """Seconds until it ends by itself."""
    start = time.monotonic()
    assert running.status() == 0
    return time.monotonic() - start


def kill_at_random(running, longest):
    """Kill it within the time that it would need, and a little after; whether it was killed before its end."""
    time.sleep(random.uniform(0, longest))  # noqa: S311 - any moment will do
    return running.kill()


def test_a_backup_that_is_killed_is_not_there(large, tmp_path, forking):
    def begin(place):
        place.mkdir()
        running = Running(forking, "--home", large.home.path, "backup", place / "b.tar")
        running.await_start(lambda: any(place.iterdir()))
        return running

    longest = 1.1 * time_needed(begin(tmp_path / "whole"))
    killed = []
    for n in range(12):
        place = tmp_path / f"{n}"
        if kill_at_random(begin(place), longest) and not (place / "b.tar").exists():
            killed.append(place)
        else:
            assert archive.check(place / "b.tar").lost == ()
        assert all(path.stat().st_mode & 0o077 == 0 for path in place.iterdir())
    assert killed
    made = backup(large, killed[0] / "b.tar")  # under the same name, beside what the killed one left
    assert archive.check(made.path).lost == ()


def goes_on(source, place, url):
    """Restore again; on PostgreSQL it may have been killed between the end of the transaction and that of the mark."""
    try:
        restore(source, place, database_url=url)
    except StoreError as error:
        if error.code != "TH-STO-027" or not url:
            raise
        return False
    return True


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_a_restore_that_is_killed_looks_unfinished_and_begins_anew(large, tmp_path, engine, request, forking):
    source = backup(large, tmp_path / "b.tar").path
    server = request.getfixturevalue("postgresql") if engine == "postgresql" else ""

    def empty():
        return fresh_database(server) if server else nullcontext("")

    def begin(place, url):
        running = Running(forking, "restore", source, "--into", place, *(("--database-url", url) if url else ()))
        running.await_start((place / MARKER).exists)
        return running

    with empty() as url:
        longest = 1.1 * time_needed(begin(tmp_path / "whole", url))
    killed = 0
    for n in range(6):
        place = tmp_path / f"{n}"
        with empty() as url:
            killed += kill_at_random(begin(place, url), longest)
            if (place / MARKER).exists():
                with pytest.raises(StoreError, match="TH-STO-031"):
                    Platform.open(place)
                if not goes_on(source, place, url):
                    continue
            new = Platform.open(place)
            assert counts(new) == counts(large)
            assert len(list(new.blobs.all())) == BLOBS
            assert new.look(INIT, verify).findings == ()
            new.close()
    assert killed
