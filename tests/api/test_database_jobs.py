"""Files that are validated, databases that are exported, and whose they are."""

from __future__ import annotations

import io
from typing import get_args

import numpy as np
import polars as pl
import pytest

import database_samples as samples
from platforms import fresh_platform
from tanheng.api.routes.databases import ExportModel
from tanheng.compute import compute_at
from tanheng.errors import InventoryError
from tanheng.formats import WRITABLE, read_database, write_database, write_inventory_template
from tanheng.inventory.search import find_product
from tanheng.inventory.uncertainty.montecarlo import monte_carlo
from tanheng.inventory.validation import validated
from tanheng.storage.platform import utc_now


@pytest.fixture(scope="module")
def desk(request, tmp_path_factory):
    home = tmp_path_factory.mktemp("desk") / "home"
    with fresh_platform("sqlite", request, home, utc_now) as platform, samples.desk(platform) as made:
        yield made


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return samples.archive(tmp_path_factory.mktemp("file") / "plant.zip")


@pytest.fixture(scope="module")
def plant(desk, file):
    return f"/v1/databases/{desk.imported(file)['id']}"


def test_a_file_is_validated_without_being_imported(desk, file):
    asked = {"organisation": desk.own.id, "file": "plant.zip", "examples": 2}
    before = desk.viewer.get("/v1/databases").json()
    told = desk.done(desk.engineer.post("/v1/databases/validations", params=asked, content=file.read_bytes()))
    found = validated(read_database(file, name="plant"))
    assert (told["counts"], told["faults"]) == (found.counts, found.faults)
    assert {kind["code"]: kind["count"] for kind in told["notes"]} == {c: len(n) for c, n in found.by_code().items()}
    assert told["refusal"] is None
    assert desk.viewer.get("/v1/databases").json() == before
    refused = desk.viewer.post("/v1/databases/validations", params=asked, content=b"x")
    assert (refused.status_code, refused.json()["title"]) == (403, "TH-ACC-002")


def test_the_same_is_told_of_a_file_before_and_after_it_is_imported(desk, file, plant):
    asked = {"organisation": desk.own.id, "file": "plant.zip"}
    before = desk.done(desk.engineer.post("/v1/databases/validations", params=asked, content=file.read_bytes()))
    after = desk.viewer.get(f"{plant}/validation").json()
    assert {**before, "counts": None} == {**after, "counts": None}
    assert before["counts"] == {key: after["counts"][key] for key in before["counts"]}


def test_an_export_is_the_file_that_the_library_writes(desk, file, plant, tmp_path):
    for form in ("openlca-jsonld", "ecospold2"):
        answer = desk.engineer.post(f"{plant}/exports", json={"format": form})
        told = desk.done(answer)
        written = write_database(read_database(file, name="plant"), tmp_path / form, format=form)
        address = f"{answer.headers['Location']}/file"
        assert desk.engineer.get(address).content == written.path.read_bytes()
        assert (told["file"], told["counts"]) == (f"plant-{form}.zip", written.counts)
        assert [one["texts"]["en"] for one in told["losses"]] == list(written.lines("en"))
        refused = desk.viewer.get(address)
        assert (refused.status_code, refused.json()["title"]) == (403, "TH-ACC-002")
        assert desk.stranger.get(address).status_code == 404


def test_only_the_owning_organisation_exports(desk, plant):
    assert desk.viewer.post(f"{plant}/exports", json={}).status_code == 403
    assert desk.stranger.post(f"{plant}/exports", json={}).status_code == 404
    seen = desk.owner.get(plant).headers["etag"]
    sent = {"visibility": "shared", "shared_with": [desk.other.id]}
    assert desk.owner.put(f"{plant}/sharing", json=sent, headers={"If-Match": seen}).status_code == 200
    assert desk.stranger.get(f"{plant}/footprints").status_code == 200
    refused = desk.stranger.post(f"{plant}/exports", json={})
    assert (refused.status_code, refused.json()["title"]) == (403, "TH-ACC-002")
    assert desk.engineer.post(f"{plant}/exports", json={"format": "doc"}).status_code == 422


def test_a_table_to_fill_in_can_be_imported_as_it_comes(desk, tmp_path):
    for form in ("xlsx", "csv"):
        answer = desk.viewer.get("/v1/templates/inventory", params={"format": form, "lang": "en"})
        (tmp_path / f"inventory.{form}").write_bytes(answer.content)
        written = write_inventory_template(tmp_path / f"same.{form}", lang="en")
        assert answer.content == written.read_bytes()
        assert desk.imported(tmp_path / f"inventory.{form}", f"example-{form}")["products"] > 0


def test_every_format_that_is_written_can_be_asked_for():
    assert get_args(ExportModel.model_fields["format"].annotation) == WRITABLE


def sampling(desk, **payload):
    sent = {"database": "plant", "samples": 200, "seed": 7, **payload}
    return desk.engineer.post("/v1/jobs", json={"kind": "monte-carlo", "organisation": desk.own.id, "payload": sent})


@pytest.fixture(scope="module")
def sampled(file, plant, tmp_path_factory):
    """What the library samples of the same file."""
    snapshot = samples.frozen(file, tmp_path_factory.mktemp("frozen"))
    with compute_at() as compute:
        every = range(snapshot.A.shape[1])
        yield monte_carlo(snapshot, every, compute=compute, samples=200, seed=7, default_gsd2=1.5)


@pytest.mark.usefixtures("plant")
def test_several_products_are_compared_by_common_samples(desk, sampled):
    names = ["Scrap", "Coal", "Power"]
    asked = {"products": names, "default_gsd2": 1.5, "compare": [["Scrap", "Coal"]], "correlations": True}
    told = desk.done(sampling(desk, **asked))
    at = [sampled.place(find_product(sampled.snapshot, name)) for name in names]
    (pair,) = told["comparisons"]
    assert pair == sampled.compare(at[0], at[1]).document()
    assert 0 < pair["probability_lower"] < 1
    matrix = np.array(told["correlations"])
    assert matrix == pytest.approx(np.corrcoef(sampled.values[at].astype(float)), abs=1e-6)
    assert [one["median"] for one in told["products"]] == [sampled.statistics.median[place] for place in at]


@pytest.mark.usefixtures("plant")
def test_all_products_are_sampled_into_a_file(desk, sampled):
    for what, wanted in (("figures", sampled.table()), ("samples", sampled.samples_table())):
        answer = sampling(desk, every=True, default_gsd2=1.5, file=what, format="parquet")
        told = desk.done(answer)
        content = desk.viewer.get(f"{answer.headers['Location']}/file").content
        assert pl.read_parquet(io.BytesIO(content)).equals(wanted)
        assert (told["file"], told["products_total"]) == (f"{what}.parquet", sampled.snapshot.products.height)


@pytest.mark.usefixtures("plant")
def test_what_does_not_vary_correlates_with_nothing(desk):
    told = desk.done(sampling(desk, products=["Power", "Idle"], correlations=True))
    assert told["correlations"] == [[pytest.approx(1), None], [None, None]]


@pytest.mark.usefixtures("plant")
def test_sampling_asks_for_products_that_can_be_compared(desk):
    for wrong in ({}, {"every": True, "products": ["Steel"]}, {"products": ["Steel"], "file": "moons"}):
        assert sampling(desk, **wrong).status_code == 422
    with pytest.raises(InventoryError, match="TH-INV-061"):
        desk.done(sampling(desk, compare=[["Steel", "Power"]]))
