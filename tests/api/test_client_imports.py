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
from tanheng.formats import read_database, write_database
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


def test_databases_are_read_changed_linked_and_exported_with_the_client(client, worker, tmp_path):
    own = client.who().memberships[0].organisation
    power = process("Power", "1 kWh", emits={"CO2": "0.9 kg"})
    write_database(database("bg", power), tmp_path / "bg.zip")
    write_database(
        database("mine", process("Steel", takes={"Power": "2 kWh", "Ore": "1 kg"}, emits={"CO2": "1 kg"})),
        tmp_path / "mine.zip",
    )
    databases = client.databases
    told = databases.validate(own, tmp_path / "mine.zip", timeout=120).result
    assert told["counts"]["links_open"] == 2
    below = databases.import_file(own, tmp_path / "bg.zip", "bg", timeout=120)
    mine = databases.import_file(own, tmp_path / "mine.zip", "mine", on=[below], timeout=120)
    steel = next(databases.products(mine, text="steel"))
    by_kind = {one.kind: one for one in databases.exchanges(mine, steel)}
    assert (by_kind["input"].supplier.name, by_kind["open"].name) == ("Power", "Ore")
    assert [one.product.name for one in databases.consumers(mine, by_kind["input"].supplier)] == ["Steel"]
    assert databases.data_set(mine, steel).consumers == 0
    tree = databases.tree(mine, steel, depth=1).tree
    assert (tree.total, tree.children[0].product) == (pytest.approx(2.8), "Power")
    assert [one.flow for one in databases.links(mine, status="open")] == ["Ore"]
    assert {row.name: row.total for row in databases.footprints(mine)} == pytest.approx({"Steel": 2.8, "Power": 0.9})
    assert databases.footprints_file(mine, tmp_path / "all.csv").read_text().startswith("name,")
    found = databases.what_if(mine, "Steel <- Power * 0.5", products=[steel])
    assert (found.moved[0].after, found.looked_at[0]["index"]) == (pytest.approx(1.9), steel.index)
    assert databases.difference(below, mine).moved == ()  # power is the same in both
    assert databases.linking(mine).backgrounds[0].id == below.id
    assert databases.link(mine, on=[], timeout=120).result["changed"] == 1
    assert databases.footprint(mine, 0).total == pytest.approx(1)
    exported = databases.export(mine, tmp_path / "out.zip", timeout=120)
    write_database(read_database(tmp_path / "mine.zip", name="mine"), tmp_path / "same.zip")
    assert exported.read_bytes() == (tmp_path / "same.zip").read_bytes()
