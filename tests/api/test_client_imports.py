"""Files that the client has imported by a job, which a worker of its own does."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from clients import machine, served
from study_samples import organisation
from tanheng.accounts.model import Role
from tanheng.client import Client
from tanheng.errors import RequestError, TanhengError
from tanheng.formats import write_database
from tanheng.testing import database, process

pytestmark = pytest.mark.platform


@pytest.fixture
def client(platform):
    own = organisation(platform)
    with served(platform) as url, Client(url, token=machine(platform, own, Role.ENGINEER, Role.OWNER)) as made:
        yield made


@pytest.fixture
def worker(platform):
    order = [sys.executable, "-m", "tanheng.cli", "--home", platform.home.path, "work"]
    with (platform.home.path / "log").open("wb") as log:
        running = subprocess.Popen(order, env={**os.environ}, stdout=log, stderr=log, stdin=subprocess.PIPE)
    yield
    running.kill()
    running.wait()
    running.stdin.close()


def test_an_import_is_waited_for_and_tells_how_far_it_is(client, worker, tmp_path):
    own = client.who().memberships[0].organisation
    write_database(database("mini", process("Steel", "1 kg", emits={"CO2": "2 kg"})), tmp_path / "mini.zip")
    seen = []
    made = client.databases.import_file(own, tmp_path / "mini.zip", "mini", progress=seen.append, timeout=120)
    assert (made.name, made.products) == ("mini", 1)
    assert (seen[-1].state, seen[-1].is_over) == ("done", True)
    steel = next(client.databases.products(made, text="steel"))
    assert client.databases.footprint(made, steel).total == pytest.approx(2)
    assert client.databases.share(made, "public").visibility == "public"
    (tmp_path / "wrong.zip").write_bytes(b"no archive")
    with pytest.raises(TanhengError) as refused:
        client.databases.import_file(own, tmp_path / "wrong.zip", "wrong", timeout=120)
    assert refused.value.code.startswith("TH-FMT")
    assert refused.value.faults[0].message()


def test_a_job_that_nobody_does_is_not_waited_for_longer_than_asked(client, tmp_path):
    own = client.who().memberships[0].organisation
    write_database(database("mini", process("Steel", "1 kg", emits={"CO2": "2 kg"})), tmp_path / "mini.zip")
    started = client.databases.start_import(own, tmp_path / "mini.zip", "mini")
    with pytest.raises(RequestError, match="TH-API-024"):
        client.jobs.wait(started, timeout=0.3)
    assert client.jobs.cancel(started).state == "cancelled"
    with pytest.raises(RequestError, match="TH-API-025"):
        client.jobs.wait(started)
    assert [one.id for one in client.jobs.all(kind="import-database")] == [started.id]
