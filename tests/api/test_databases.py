"""Databases over HTTP: what one holds, what stands behind its products, and what the library says of the same file."""

from __future__ import annotations

import io

import polars as pl
import pytest

import database_samples as samples
from platforms import fresh_platform
from tanheng.inventory.checkup.checkup import check_up
from tanheng.inventory.footprinting import footprint, tree_document
from tanheng.inventory.search import find_product
from tanheng.inventory.tables import footprint_table, link_report
from tanheng.inventory.uncertainty.analytic import UncertaintyModel, sensitivity_document
from tanheng.quantities import gwp_set
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
    """The address of the imported database."""
    return f"/v1/databases/{desk.imported(file)['id']}"


@pytest.fixture(scope="module")
def snapshot(file, tmp_path_factory):
    return samples.frozen(file, tmp_path_factory.mktemp("frozen"))


@pytest.fixture(scope="module")
def steel(snapshot):
    return find_product(snapshot, "Steel")


def test_a_database_tells_what_it_holds_and_how_it_was_linked(desk, plant, snapshot):
    told = desk.viewer.get(f"{plant}/description").json()
    assert told["digest"] == snapshot.digest == desk.viewer.get(plant).json()["digest"]
    counts = {**told["counts"], **{f"links_{status}": count for status, count in told["links"].items()}}
    assert counts == snapshot.counts
    assert told["open"] == [{"flow_id": told["open"][0]["flow_id"], "flow": "Ore", "uses": 1, "status": "open"}]
    assert {"gas": "CH4", "origin": "fossil"} in told["gases"]
    assert (told["unknown_gases"], told["format"]) == ([], "openlca-jsonld")
    wrong = desk.viewer.get(f"{plant}/description", params={"report": "AR9"})
    assert (wrong.status_code, wrong.json()["title"]) == (422, "TH-QTY-006")


def test_what_was_met_on_importing_is_told_in_both_languages(desk, plant, snapshot):
    told = desk.viewer.get(f"{plant}/validation", params={"examples": 1}).json()
    assert sum(kind["count"] for kind in told["notes"]) == len(snapshot.notes) > 0
    for kind in told["notes"]:
        (example,) = kind["examples"]
        assert example["texts"]["zh"] != example["texts"]["en"]


def test_a_check_up_is_that_of_the_library(desk, plant, snapshot):
    told, found = desk.viewer.get(f"{plant}/check").json(), check_up(snapshot)
    assert told["counts"] == found.counts
    (loop,) = told["loops"]
    assert loop["size"] == 2
    assert loop["radius"] == pytest.approx(found.loops[0].radius)
    assert {member["name"] for member in loop["members"]} == {"Coal", "Power"}
    assert [one["flow"] for one in told["open_inputs"]] == ["Ore"]
    assert told["open_reach"]["reached"] == 2
    page = desk.viewer.get(f"{plant}/check/zero_footprints", params={"limit": 1}).json()
    assert (page["total"], page["items"][0]["product"]["name"], page["next"]) == (1, "Idle", None)
    assert desk.viewer.get(f"{plant}/check/moons").status_code == 422


def test_the_linking_report_is_filtered_paged_and_downloaded(desk, plant, snapshot):
    report = link_report(snapshot)
    seen, first = [], 0
    while first is not None:
        page = desk.viewer.get(f"{plant}/links", params={"first": first, "limit": 2}).json()
        seen, first = [*seen, *page["items"]], page["next"]
        assert page["total"] == report.height
    assert seen == report.to_dicts()
    (ore,) = desk.viewer.get(f"{plant}/links", params={"status": "open"}).json()["items"]
    assert (ore["process"], ore["flow"], ore["provider"]) == ("Steel", "Ore", "")
    named = desk.viewer.get(f"{plant}/links", params={"text": "STEEL"}).json()["items"]
    assert named == [row for row in seen if "Steel" in (row["process"], row["flow"])]
    assert desk.viewer.get(f"{plant}/links", params={"status": "odd"}).status_code == 422
    answer = desk.viewer.get(f"{plant}/links/file", params={"format": "parquet"})
    assert pl.read_parquet(io.BytesIO(answer.content)).equals(report)
    assert "links.parquet" in answer.headers["content-disposition"]


def test_integrity_names_the_file_that_was_changed(desk, file):
    told = desk.imported(samples.archive(file.with_name("hurt.zip"), samples.plant("hurt", power="7 kWh")), "hurt")
    address = f"/v1/databases/{told['id']}/integrity"
    found = desk.viewer.get(address).json()
    assert (found["valid"], found["faults"], found["digest"]) == (True, [], told["digest"])
    assert {one["name"] for one in found["files"]} >= {"A.data.npy", "footprints.npy", "links.arrow"}
    path = desk.platform.home.path / "snapshots" / told["digest"].removeprefix("sha256:")[:32]
    content = (path / "direct.npy").read_bytes()
    (path / "direct.npy").write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    found = desk.viewer.get(address).json()
    assert not found["valid"]
    assert [one["name"] for one in found["files"] if not one["same"]] == ["direct.npy"]
    assert [(one["code"], one["place"]) for one in found["faults"]] == [("TH-INV-012", "direct.npy")]
    (path / "manifest.json").unlink()
    found = desk.viewer.get(address)
    assert str(desk.platform.home.path) not in found.text
    assert found.json()["faults"][0]["code"] == "TH-INV-010"


def test_a_data_set_has_its_exchanges_and_they_add_up_to_its_footprint(desk, plant, snapshot, steel):
    page = desk.viewer.get(f"{plant}/products/{steel}").json()
    assert (page["product"]["name"], page["product"]["location"], page["consumers"]) == ("Steel", "CN", 1)
    assert (page["output"], page["allocation"], page["together"]) == (1, "single", [])
    exchanges = desk.viewer.get(f"{plant}/products/{steel}/exchanges").json()
    assert [(one["kind"], one["name"]) for one in exchanges["items"]] == [
        ("input", "Power"),
        ("open", "Ore"),
        ("elementary", "Carbon dioxide"),
    ]
    power, ore, gas = exchanges["items"]
    assert (power["amount"], power["unit"], power["supplier"]["name"]) == (2, "kWh", "Power")
    assert (ore["amount"], ore["co2e"], ore["supplier"]) == (1.5, None, None)
    assert gas["gas"] == "CO2"
    for index in range(snapshot.products.height):
        items = desk.viewer.get(f"{plant}/products/{index}/exchanges").json()["items"]
        assert sum(one["co2e"] or 0 for one in items) == pytest.approx(footprint(snapshot, index).total)
    power = desk.viewer.get(f"{plant}/products/{power['supplier']['index']}/exchanges").json()["items"]
    (gsd2,) = [one["gsd2"] for one in power if one["gas"] == "CO2"]
    assert gsd2 == pytest.approx(1.1**2)
    car = desk.viewer.get(f"{plant}/products/{find_product(snapshot, 'Car')}/exchanges").json()["items"]
    assert [(one["name"], one["amount"]) for one in car if one["kind"] == "credit"] == [("Scrap", -5)]


def test_consumers_come_in_pages(desk, plant, snapshot):
    address = f"{plant}/products/{find_product(snapshot, 'Power')}/consumers"
    first = desk.viewer.get(address, params={"limit": 2}).json()
    rest = desk.viewer.get(address, params={"first": first["next"]}).json()
    assert (first["total"], rest["next"]) == (3, None)
    amounts = {one["product"]["name"]: one["amount"] for one in first["items"] + rest["items"]}
    assert amounts == {"Coal": 0.01, "Steel": 2, "Car": 50}


def test_a_tree_and_a_sensitivity_are_those_of_the_library(desk, plant, snapshot, steel):
    gwp = gwp_set("AR5", "GWP20")
    found = footprint(snapshot, steel, gwp)
    asked = {"report": "AR5", "metric": "GWP20"}
    told = desk.viewer.get(f"{plant}/products/{steel}/tree", params={**asked, "depth": 2, "cutoff": 0}).json()
    assert told["tree"] == tree_document(snapshot, found.tree(cutoff=0, depth=2))
    assert (told["total"], told["gwp"]) == (found.total, "AR5 GWP20")
    assert desk.viewer.get(f"{plant}/products/{steel}/tree", params={"depth": 21}).status_code == 422
    told = desk.viewer.get(f"{plant}/products/{steel}/sensitivity", params={"default_gsd2": 1.5, "top": 3}).json()
    model = UncertaintyModel(snapshot, default_gsd2=1.5)
    analytic = model.of(steel, top=3)
    assert told == sensitivity_document(analytic, model.largest(analytic, top=3))
    assert len(told["contributors"]) == 3
    assert desk.viewer.get(f"{plant}/products/{steel}/sensitivity", params={"default_gsd2": 0.5}).status_code == 422


def test_a_footprint_says_what_is_missing(desk, plant, snapshot, steel):
    told = desk.viewer.get(f"{plant}/products/{steel}/footprint").json()
    found = footprint(snapshot, steel)
    assert (told["total"], told["complete"], told["open_inputs"]) == (found.total, False, 1)
    assert told["origins"]["fossil"] == pytest.approx(found.total)
    (ore,) = desk.viewer.get(f"{plant}/products/{steel}/open-inputs").json()["items"]
    assert ore == {"flow": "Ore", "amount": 1.5, "unit": "kg", "declared": False}


def test_footprints_of_all_products_come_in_pages_and_as_files(desk, plant, snapshot):
    table = footprint_table(snapshot, gwp_set())
    page = desk.viewer.get(f"{plant}/footprints", params={"first": 1, "limit": 2}).json()
    assert (page["total"], page["next"]) == (table.height, 3)
    assert page["items"] == table.with_row_index("index").slice(1, 2).to_dicts()
    for form, read in (("csv", pl.read_csv), ("parquet", pl.read_parquet), ("xlsx", None)):
        answer = desk.viewer.get(f"{plant}/footprints/file", params={"format": form})
        assert answer.status_code == 200
        if read:
            found = read(io.BytesIO(answer.content))
            assert found["total"].to_list() == pytest.approx(table["total"].to_list())
    assert desk.viewer.get(f"{plant}/footprints/file", params={"format": "doc"}).status_code == 422


def test_what_is_not_there_is_not_there(desk, plant, snapshot):
    beyond = snapshot.products.height
    for part in ("", "/exchanges", "/consumers", "/footprint", "/tree", "/sensitivity", "/open-inputs"):
        answer = desk.viewer.get(f"{plant}/products/{beyond}{part}")
        assert (answer.status_code, answer.json()["title"]) == (404, "TH-STO-001"), part
        assert desk.stranger.get(f"{plant}/products/0{part}").status_code == 404
