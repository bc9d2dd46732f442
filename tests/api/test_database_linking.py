"""Databases on others, their links decided by people and linked anew: as the library does with a data directory."""

from __future__ import annotations

import io

import polars as pl
import pytest

import database_samples as samples
from platforms import fresh_platform
from tanheng.storage import Home
from tanheng.storage.importing import import_file
from tanheng.storage.linking import relink
from tanheng.storage.platform import utc_now
from tanheng.testing import database, process


def background(kg="0.9 kg"):
    return database(
        "bg",
        process("Power", "1 kWh", emits={"CO2": kg}),
        process("Steel mill", makes={"Steel": "1 kg"}, takes={"Power": "2 kWh"}),
        process("Steel works", makes={"Steel": "1 kg"}, takes={"Power": "3 kWh"}),
    )


def mine():
    return database("mine", process("Car", makes={"Car": "1 p"}, takes={"Steel": "900 kg", "Power": "5 kWh"}))


@pytest.fixture
def desk(request, tmp_path):
    with fresh_platform("sqlite", request, tmp_path / "desk", utc_now) as platform, samples.desk(platform) as made:
        yield made


@pytest.fixture
def files(tmp_path):
    """The two files, and the same databases in a data directory of the library."""
    home = Home(tmp_path / "home")
    made = {}
    for name, content in (("bg", background()), ("mine", mine())):
        made[name] = samples.archive(tmp_path / f"{name}.zip", content)
        import_file(home, made[name], name=name)
    return made, home


@pytest.fixture
def both(desk, files):
    """Both imported over HTTP, the one on the other; gives what is told of each."""
    below = desk.imported(files[0]["bg"], "bg")
    return below, desk.imported(files[0]["mine"], "mine", on=below["id"])


def linked(desk, of, sent, by=None):
    return desk.done((by or desk.engineer).post(f"/v1/databases/{of['id']}/linking", json=sent))


def test_a_database_on_another_is_the_one_that_the_library_makes(desk, files, both):
    below, above = both
    assert above["digest"] == relink(files[1], "mine", backgrounds=["bg"]).snapshot.digest
    told = desk.viewer.get(f"/v1/databases/{above['id']}/linking").json()
    (one,) = told["backgrounds"]
    assert (one["id"], one["digest"], one["behind"]) == (below["id"], below["digest"], False)
    (one,) = desk.viewer.get(f"/v1/databases/{below['id']}/linking").json()["used_by"]
    assert (one["id"], one["name"]) == (above["id"], "mine")


def test_new_data_below_show_and_come_in_when_it_is_linked_anew(desk, files, both, tmp_path):
    _, above = both
    newer = samples.archive(tmp_path / "newer.zip", background("0.5 kg"))
    desk.imported(newer, "bg")
    address = f"/v1/databases/{above['id']}"
    assert desk.viewer.get(f"{address}/linking").json()["backgrounds"][0]["behind"]
    assert desk.viewer.get(address).json()["digest"] == above["digest"]  # nothing moves by itself
    told = linked(desk, above, {})
    import_file(files[1], newer, name="bg")
    assert told["snapshot"] == relink(files[1], "mine", backgrounds=["bg"]).snapshot.digest != above["digest"]
    assert not desk.viewer.get(f"{address}/linking").json()["backgrounds"][0]["behind"]
    assert desk.viewer.get(f"{address}/products").json()["items"]
    assert linked(desk, above, {"on": []})["changed"] == 2
    assert desk.viewer.get(f"{address}/linking").json()["backgrounds"] == []


def test_choices_are_those_of_the_library_and_are_kept_for_new_data(desk, files, both):
    _, above = both
    address = f"/v1/databases/{above['id']}"
    home = files[1]
    relink(home, "mine", backgrounds=["bg"])
    (row,) = desk.viewer.get(f"{address}/worklist").json()["items"]
    assert (row["flow"], row["status"], row["uses"]) == ("Steel", "assumed", 1)
    other = "Steel works" if row["provider"] == "Steel mill" else "Steel mill"
    number = next(part.split(")")[0] for part in row["candidates"].split("; ") if other in part)
    told = linked(desk, above, {"choices": [{"flow_id": row["flow_id"], "choose": number, "reason": "we buy there"}]})
    (change,) = told["changes"]
    assert (change["before"], change["after"]) == ([row["provider"]], [other])
    (kept,) = desk.viewer.get(f"{address}/linking").json()["choices"]
    assert (kept["provider_name"], kept["reason"]) == (other, "we buy there")
    from tanheng.inventory.linking.worklist import Row, choices_of

    cells = {"flow_id": row["flow_id"], "choose": number, "reason": "we buy there"}
    same = relink(home, "mine", choices=choices_of([Row("", cells)], home.snapshot("mine")))
    assert told["snapshot"] == same.snapshot.digest
    again = desk.imported(files[0]["mine"], "mine")
    assert again["digest"] == told["snapshot"]
    assert linked(desk, above, {"forget": ["all"]})["snapshot"] == above["digest"]


def test_a_list_is_downloaded_filled_in_and_sent_back(desk, both):
    _, above = both
    address = f"/v1/databases/{above['id']}"
    given = desk.engineer.get(f"{address}/worklist/file", params={"format": "csv"}).content
    filled = pl.read_csv(io.BytesIO(given)).with_columns(pl.lit("open").alias("choose"))
    answer = desk.engineer.post(f"{address}/linking/list", params={"file": "l.csv"}, content=filled.write_csv())
    (change,) = desk.done(answer)["changes"]
    assert (change["flow"], change["after"], change["status"]) == ("Steel", [], "left-open")
    wrong = desk.engineer.post(f"{address}/linking/list", params={"file": "l.csv"}, content=b"flow,choose\nx,1")
    assert (wrong.status_code, wrong.json()["title"]) == (422, "TH-INV-075")


def test_what_cannot_be_linked_is_refused_with_its_place_before_a_job_starts(desk, both):
    below, above = both
    rows = [{"flow_id": "nothing", "choose": "1"}, {"flow_id": "Steel", "choose": "Nobody"}]
    address = f"/v1/databases/{above['id']}/linking"
    answer = desk.engineer.post(address, json={"choices": rows})
    assert answer.status_code == 422
    assert answer.json()["faults"][0]["place"] == "choices[0]"
    assert answer.json()["faults"][0]["code"] == "TH-INV-071"
    for sent, code in (({"allocation": "colour"}, "TH-INV-076"), ({"on": ["x"]}, "TH-STO-001")):
        assert desk.engineer.post(address, json=sent).json()["title"] == code
    loop = desk.engineer.post(f"/v1/databases/{below['id']}/linking", json={"on": [above["id"]]})
    assert (loop.json()["title"], "bg → mine → bg" in loop.json()["detail"]) == ("TH-INV-074", True)
    assert desk.viewer.post(address, json={}).status_code == 403
    assert desk.stranger.post(address, json={}).status_code == 404


def share(desk, of, by, *, visibility="shared", to=()):
    address = f"/v1/databases/{of['id']}"
    seen = by.get(address).headers["etag"]
    sent = {"visibility": visibility, "shared_with": [one.id for one in to]}
    return by.put(f"{address}/sharing", json=sent, headers={"If-Match": seen})


def test_what_others_own_is_not_given_away_with_what_stands_on_it(desk, files):
    made, _ = files
    theirs = desk.imported(made["bg"], "theirs", by=desk.stranger, into=desk.other)
    asked = {"organisation": desk.own.id, "name": "mine", "file": "mine.zip", "on": theirs["id"]}
    hidden = desk.engineer.post("/v1/databases", params=asked, content=made["mine"].read_bytes())
    assert (hidden.status_code, hidden.json()["title"]) == (404, "TH-STO-001")
    assert share(desk, theirs, desk.stranger, to=[desk.own]).status_code == 200
    own = desk.imported(made["mine"], "mine", on=theirs["id"])
    open_ = desk.imported(made["mine"], "open")
    assert share(desk, open_, desk.owner, visibility="public").status_code == 200
    again = desk.engineer.post("/v1/databases", params={**asked, "name": "open"}, content=made["mine"].read_bytes())
    assert (again.status_code, again.json()["title"]) == (409, "TH-INV-085")
    assert desk.viewer.get(f"/v1/databases/{open_['id']}").json()["digest"] == open_["digest"]
    refused = share(desk, own, desk.owner, visibility="public")
    assert (refused.status_code, refused.json()["title"]) == (409, "TH-INV-085")
    assert "theirs" in refused.json()["detail"]
    assert share(desk, own, desk.owner, to=[desk.other]).status_code == 200  # who owns what it stands on
    told = desk.stranger.get(f"/v1/databases/{own['id']}/linking").json()
    assert told["choices"] is None
    assert [one["id"] for one in told["backgrounds"]] == [theirs["id"]]
    assert share(desk, theirs, desk.stranger, visibility="private").status_code == 200
    gone = desk.engineer.post(f"/v1/databases/{own['id']}/linking", json={})
    assert (gone.status_code, gone.json()["title"]) == (409, "TH-INV-086")
    assert linked(desk, own, {"on": []})["changed"] == 2


def test_a_job_imports_onto_others_too(desk, files, both):
    below, _ = both
    asked = {"organisation": desk.own.id, "name": "third", "file": "mine.zip", "on": [below["id"]]}
    told = desk.done(desk.engineer.post("/v1/databases/imports", params=asked, content=files[0]["mine"].read_bytes()))
    products = desk.viewer.get(f"/v1/databases/{told['id']}/products").json()["items"]
    assert {one["name"] for one in products} >= {"Car", "Steel", "Power"}
    links = desk.viewer.get(f"/v1/databases/{told['id']}/linking").json()
    assert [one["id"] for one in links["backgrounds"]] == [below["id"]]
