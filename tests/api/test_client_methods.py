"""The client with impact methods: imported by a job, applied to a database, at once and by a job."""

from __future__ import annotations

import os
import subprocess
import sys

import polars as pl
import pytest

from clients import machine, served
from method_samples import BIOGENIC, CO2, SF6, steel, table
from study_samples import organisation
from tanheng.accounts.model import Role
from tanheng.client import Client
from tanheng.errors import TanhengError

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


def test_from_a_file_to_the_scores_of_every_product(client, worker, tmp_path):
    own = client.who().memberships[0].organisation
    (tmp_path / "odd.csv").write_bytes(table(BIOGENIC, SF6))
    method = client.methods.import_file(own, tmp_path / "odd.csv", "odd", timeout=120)
    assert [(one.name, one.factors) for one in method.impact_categories] == [("Climate", 2)]
    assert [one.id for one in client.methods.all()] == [method.id]
    mini = client.databases.import_file(own, steel(tmp_path / "mini.zip"), "mini", timeout=120)

    steps = {step.key: step.flows for step in client.methods.coverage(mini, method)[0].steps if step.flows}
    assert steps == {"near": 1}
    assert [(one.flow, one.why, one.share) for one in client.methods.open_flows(mini, method)] == [
        ("Carbon dioxide", "near", None)
    ]
    written = client.methods.mapping_table(mini, method, tmp_path / "own.csv").read_text().splitlines()
    assert len(written) == 2
    (tmp_path / "own.csv").write_text('flow,compartment,target\nCarbon dioxide,air,"Carbon dioxide, biogenic"\n')
    mapping = client.methods.keep_mapping(own, mini, method, tmp_path / "own.csv")
    assert list(client.methods.mappings(database=mini)) == [mapping]
    assert list(client.methods.open_flows(mini, method, mapping=mapping)) == []

    scored = {one.product.name: one for one in client.methods.scores(mini, method, mapping=mapping)}
    assert {name: one.categories[0].score for name, one in scored.items()} == {
        "Power": 0.9,
        "Steel, at plant": pytest.approx(2.8),
        "Steel, at works": 1.9,
    }
    of_one = client.methods.product_scores(mini, method, scored["Steel, at plant"].product, mapping=mapping)
    assert (of_one.open_inputs, of_one.categories) == (1, scored["Steel, at plant"].categories)

    started = client.methods.start_scores(own, mini, method, mapping=mapping, form="parquet")
    done = client.jobs.wait(started, timeout=120)
    assert (done.result["products"], done.result["open"]) == (3, [])
    assert done.result["mapping_file"]["digest"] == mapping.digest
    kept = pl.read_parquet(client.jobs.download(done, tmp_path / "scores.parquet"))
    assert dict(zip(kept["name"], kept["score"], strict=True)) == {
        name: one.categories[0].score for name, one in scored.items()
    }
    flows = client.jobs.wait(client.methods.start_scores(own, mini, method, file="mapping"), timeout=120)
    assert flows.result["open"][0]["why"] == "near"
    assert client.jobs.download(flows, tmp_path / "m.csv").read_text().splitlines() == written

    (tmp_path / "wrong.zip").write_bytes(b"no archive")
    with pytest.raises(TanhengError) as refused:
        client.methods.import_file(own, tmp_path / "wrong.zip", "wrong", timeout=120)
    assert refused.value.code.startswith("TH-FMT")


def test_a_method_is_shared_and_withdrawn_as_it_was_seen(client, tmp_path):
    own = client.who().memberships[0].organisation
    client.templates.method(tmp_path / "gwp.csv", form="csv")
    made = client.methods.import_small(own, tmp_path / "gwp.csv", "gwp")
    assert made.factors == 3
    public = client.methods.share(made, "public")
    assert (public.visibility, public.version) == ("public", 2)
    with pytest.raises(TanhengError, match="TH-STO-002"):
        client.methods.withdraw(made)
    assert client.methods.withdraw(public).withdrawn
    (tmp_path / "gwp.csv").write_bytes(table(CO2))
    again = client.methods.import_small(own, tmp_path / "gwp.csv", "gwp")
    assert (again.withdrawn, again.factors, again.visibility) == (False, 1, "public")
