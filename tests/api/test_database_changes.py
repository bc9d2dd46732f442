"""What-ifs and differences of releases over HTTP, as the library computes them."""

from __future__ import annotations

import io

import polars as pl
import pytest

import database_samples as samples
from platforms import fresh_platform
from tanheng.inventory.releases import tables as releases
from tanheng.inventory.releases.difference import ReleaseDifference
from tanheng.inventory.search import find_product
from tanheng.inventory.whatif import movements
from tanheng.inventory.whatif.computing import what_if
from tanheng.inventory.whatif.reading import parse_change
from tanheng.quantities import gwp_set
from tanheng.storage.platform import utc_now


@pytest.fixture(scope="module")
def desk(request, tmp_path_factory):
    home = tmp_path_factory.mktemp("desk") / "home"
    with fresh_platform("sqlite", request, home, utc_now) as platform, samples.desk(platform) as made:
        yield made


@pytest.fixture(scope="module")
def releases_of(desk, tmp_path_factory):
    """``(ids, snapshots)`` of an older and a newer release; the newer needs less power for steel, and has no idle process."""
    folder = tmp_path_factory.mktemp("releases")
    ids, snapshots = [], []
    for name, power in (("old", "2 kWh"), ("new", "1.5 kWh")):
        path = samples.archive(folder / f"{name}.zip", samples.plant(name, power=power))
        ids.append(desk.imported(path, name)["id"])
        snapshots.append(samples.frozen(path, folder / "snapshots", name))
    return ids, snapshots


def without(rows, *keys):
    return [{key: value for key, value in row.items() if key not in keys} for row in rows]


def test_a_what_if_is_that_of_the_library_beside_the_original(desk, releases_of):
    (id_, _), (snapshot, _) = releases_of
    lines = ["Steel <- Power * 0.8", "Power emits CO2 = 0.5 kg"]
    car = find_product(snapshot, "Car")
    sent = {
        "changes": [lines[0], {"process": "Power", "emits": "CO2", "amount": "0.5 kg"}],
        "products": [car],
        "depth": 3,
    }
    told = desk.viewer.post(f"/v1/databases/{id_}/what-if", json=sent).json()
    found = what_if(snapshot, map(parse_change, lines))
    whole = movements.document(found)
    assert without(told["moved"], "index") == whole["moved"]
    assert [snapshot.product(one["index"]).name for one in told["moved"]] == [one["product"] for one in told["moved"]]
    assert {key: told[key] for key in whole if key != "moved"} == {k: v for k, v in whole.items() if k != "moved"}
    (looked,) = told["looked_at"]
    tree = found.tree(car, cutoff=0.01, depth=3)
    assert looked == {"index": car, **movements.product_document(found, car, tree=tree)}
    before = desk.viewer.get(f"/v1/databases/{id_}/products/{car}/footprint").json()["total"]
    assert (looked["before"], looked["after"] < before) == (pytest.approx(before), True)


def test_what_moved_comes_in_pages_and_under_another_gwp_set(desk, releases_of):
    (id_, _), (snapshot, _) = releases_of
    asked = {"report": "AR5", "metric": "GWP20"}
    gwp = gwp_set("AR5", "GWP20")
    whole = movements.document(what_if(snapshot, [parse_change("Coal emits CH4 * 0")]), gwp)["moved"]
    seen, first = [], 0
    while first is not None:
        sent = {"changes": ["Coal emits CH4 * 0"], "first": first, "limit": 2}
        page = desk.viewer.post(f"/v1/databases/{id_}/what-if", params=asked, json=sent).json()
        seen, first = [*seen, *page["moved"]], page["next"]
        assert page["moved_total"] == len(whole) == 4
    assert without(seen, "index") == whole
    sent = {"changes": ["Coal emits CH4 * 0"], "least": 0.5}
    assert desk.viewer.post(f"/v1/databases/{id_}/what-if", json=sent).json()["moved_total"] < 4


def test_every_change_at_fault_is_told_with_its_place(desk, releases_of):
    (id_, _), _ = releases_of
    address = f"/v1/databases/{id_}/what-if"
    answer = desk.viewer.post(address, json={"changes": ["nonsense", "Steel <- Power * 2", {"process": "Steel"}]})
    assert answer.status_code == 422
    told = [(fault["code"], fault["place"].split(":")[0]) for fault in answer.json()["faults"]]
    assert told == [("TH-INV-046", "changes[0]"), ("TH-INV-046", "changes[2]")]
    answer = desk.viewer.post(address, json={"changes": ["Steel <- Power * 2", "Steel <- Moon * 2"]})
    (fault,) = answer.json()["faults"]
    assert (answer.status_code, fault["code"], fault["place"].split(":")[0]) == (422, "TH-INV-040", "changes[1]")
    answer = desk.viewer.post(address, json={"changes": ["Steel <- Power = 2 moons"]})
    assert answer.json()["faults"][0]["place"].startswith("changes[0]: ")
    for sent, code in (
        ({"changes": ["Steel <- Power * 2"], "products": [99]}, "TH-INV-088"),
        ({"changes": ["Power <- Coal * 1e6"]}, "TH-INV-004"),
        ({"changes": ["Steel <- Power * 1e308"]}, "TH-INV-087"),
        ({"changes": ["Steel <- Power * 1e999"]}, "TH-INV-046"),
        ({"changes": []}, "TH-API-001"),
        ({"changes": [{"process": "Steel", "input": "Power", "times": 2, "odd": 1}]}, "TH-API-001"),
    ):
        answer = desk.viewer.post(address, json=sent)
        assert (answer.status_code, answer.json()["title"]) == (422, code), sent


def test_a_difference_is_that_of_the_library_with_its_causes(desk, releases_of):
    (old, new), (before, after) = releases_of
    found = ReleaseDifference(before, after)
    car = find_product(after, "Car")
    whole = releases.document(found, found.causes([car], most=5))
    told = desk.viewer.get(f"/v1/databases/{old}/difference", params={"to": new, "product": car}).json()
    assert without(told["moved"], "index") == whole["moved"] != []
    assert without(told["looked_at"], "index") == whole["looked_at"]
    for key in ("old", "new", "method", "paired", "changed_processes", "added", "removed"):
        assert told[key] == whole[key], key
    (looked,) = told["looked_at"]
    assert looked["causes"][0]["process"] == "Steel"
    assert sum(one["amount"] for one in looked["causes"]) + looked["rest"] == pytest.approx(looked["difference"])
    page = desk.viewer.get(f"/v1/databases/{old}/difference", params={"to": new, "limit": 1}).json()
    assert (len(page["moved"]), page["moved_total"], page["next"]) == (1, len(whole["moved"]), 1)


def test_a_difference_needs_two_databases_that_one_may_use(desk, releases_of):
    (old, _), _ = releases_of
    theirs = samples.archive(desk.platform.home.path / "their.zip", samples.plant("their"))
    hidden = desk.imported(theirs, "their", by=desk.stranger, into=desk.other)["id"]
    for to in (hidden, "nothing"):
        answer = desk.viewer.get(f"/v1/databases/{old}/difference", params={"to": to})
        assert (answer.status_code, answer.json()["title"]) == (404, "TH-STO-001")
    same = desk.viewer.get(f"/v1/databases/{old}/difference", params={"to": old}).json()
    assert (same["moved"], same["next"], same["added_total"]) == ([], None, 0)


def test_all_that_moves_is_a_file_that_a_job_makes(desk, releases_of):
    (old, new), (before, after) = releases_of
    found = ReleaseDifference(before, after, gwp=gwp_set("AR5", "GWP20"))
    asked = {"to": new, "organisation": desk.own.id, "format": "parquet", "report": "AR5", "metric": "GWP20"}
    answer = desk.engineer.post(f"/v1/databases/{old}/difference", params=asked)
    told = desk.done(answer)
    table = pl.read_parquet(io.BytesIO(desk.viewer.get(f"{answer.headers['Location']}/file").content))
    assert table.equals(releases.release_table(found, least=0))
    assert (told["moved_total"], told["method"], told["added_total"]) == (table.height, "AR5 GWP20", 0)
    assert desk.viewer.post(f"/v1/databases/{old}/difference", params=asked).status_code == 403
    other = {**asked, "organisation": desk.other.id}
    assert desk.engineer.post(f"/v1/databases/{old}/difference", params=other).status_code == 404
    hidden = desk.viewer.post(f"/v1/databases/{old}/difference", params={**asked, "to": "nothing"})
    assert hidden.status_code == 403
    before_ = desk.engineer.get("/v1/jobs").json()
    assert desk.engineer.post(f"/v1/databases/{old}/difference", params={**asked, "to": "nothing"}).status_code == 404
    assert desk.engineer.get("/v1/jobs").json() == before_  # nothing was started
