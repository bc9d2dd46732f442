"""Impact methods over HTTP, and databases scored by them, as the command line does it."""

from __future__ import annotations

import csv
import io
import json
import sys
import zipfile
from contextlib import suppress

import olca_schema as schema
import orjson
import pytest

from clients import machine
from method_samples import BIOGENIC, CO2, SF6, steel, table
from study_samples import organisation
from tanheng.accounts.model import Role
from tanheng.cli import main
from tanheng.services.databases.importing import import_into
from tanheng.services.methods import importing, scoring
from tanheng.storage.sql.naming import named_blobs

TWO = table(Climate=(CO2, SF6), Odd=(BIOGENIC, SF6))
ODD = table(BIOGENIC, SF6)
"""Has no factor for the CO2 of the database, but for another origin."""


@pytest.fixture
def own(platform):
    return organisation(platform)


@pytest.fixture
def ours(platform, own, api):
    """Requests of a machine of the organisation, an owner and engineer; others send headers of their own."""
    api.headers["Authorization"] = f"Bearer {machine(platform, own, Role.ENGINEER, Role.OWNER)}"
    return api


@pytest.fixture
def theirs(platform):
    """Headers of a machine of another organisation, and its id."""
    other = organisation(platform, "另一家")
    return {"Authorization": f"Bearer {machine(platform, other, Role.ENGINEER)}"}, other.id


@pytest.fixture
def sent(ours, own):
    """``sent(content, name)`` imports a method."""

    def sending(content=TWO, name="two", file="two.csv", **more):
        wanted = {"organisation": own.id, "name": name, "file": file}
        return ours.post("/v1/methods", params=wanted, content=content, **more)

    return sending


@pytest.fixture
def mini(ours, own, tmp_path):
    """The id of the database."""
    path = steel(tmp_path / "mini.zip")
    wanted = {"organisation": own.id, "name": "mini", "file": "mini.zip"}
    answer = ours.post("/v1/databases", params=wanted, content=path.read_bytes())
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


@pytest.fixture
def place(sent, mini):
    """Where the database by the method is."""
    return f"/v1/databases/{mini}/methods/{sent().json()['id']}"


@pytest.fixture
def tanheng(tmp_path, monkeypatch, capsys):
    """What the command line says, as JSON."""
    monkeypatch.setenv("TANHENG_HOME", str(tmp_path / "cli"))
    monkeypatch.chdir(tmp_path)

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["tanheng", *words, "--json"])
        capsys.readouterr()
        with suppress(SystemExit):
            main.run()
        said = capsys.readouterr().out.splitlines()
        return orjson.loads("\n".join(line for line in said if "[info " not in line))  # of the server, which ends late

    return call


def scores(ours, place, product="Power", **params):
    """The scores of a product as they are told."""
    (found,) = ours.get(f"{place}/scores", params={"text": product, "limit": 1, **params}).json()["items"]
    answer = ours.get(f"{place}/products/{found['product']['index']}/scores", params=params)
    assert answer.status_code == 200, answer.text
    assert answer.json()["categories"] == found["categories"]
    return answer.json()


def kept(ours, own, mini, content, place):
    wanted = {"organisation": own.id, "database": mini, "method": place.rsplit("/", 1)[1], "file": "own.csv"}
    return ours.post("/v1/flow-mappings", params=wanted, content=content)


def test_a_method_is_imported_shown_and_listed(sent, ours):
    made = sent()
    assert made.status_code == 201, made.text
    shown = ours.get(made.headers["location"])
    assert shown.headers["etag"] == made.headers["etag"]
    told = shown.json()
    assert (told["name"], told["categories"], told["factors"], told["visibility"]) == ("two", 2, 4, "private")
    assert [(c["name"], c["unit"], c["factors"]) for c in told["impact_categories"]] == [
        ("Climate", "kg CO2e", 2),
        ("Odd", "kg CO2e", 2),
    ]
    (listed,) = ours.get("/v1/methods").json()["items"]
    assert listed == {name: told[name] for name in listed}
    again = sent()
    assert (again.json()["version"], again.json()["id"]) == (1, told["id"])  # the same content changes nothing
    other = sent(table(CO2))
    assert (other.json()["version"], other.json()["id"], other.json()["categories"]) == (2, told["id"], 1)


def test_what_is_wrong_with_a_file_is_told_with_its_place(sent, ours, own):
    broken = sent(TWO.replace(b"25200.0", b"many", 1))
    assert broken.status_code == 422
    assert broken.json()["faults"][0]["code"].startswith("TH-FMT")
    assert "two.csv" in broken.json()["faults"][0]["place"]
    assert sent(b"", file="two.csv").status_code == 422
    assert sent(name="no name").json()["title"] == "TH-HOM-011"
    crowd = table(**{f"c{n}": (CO2,) for n in range(importing.CATEGORIES + 1)})
    assert sent(crowd, file="m.csv").json()["title"] == "TH-STO-070"
    assert ours.get("/v1/methods").json()["items"] == []


def test_the_template_can_be_sent_back(sent, ours):
    for form in ("csv", "xlsx"):
        filled = ours.get("/v1/templates/method", params={"format": form})
        assert filled.headers["content-disposition"].startswith(f'attachment; filename="method.{form}"')
        made = sent(filled.content, name=form, file=f"method.{form}")
        assert (made.status_code, made.json()["factors"]) == (201, 3)


@pytest.mark.parametrize(("name", "content", "open_flows"), [("two", TWO, 0), ("odd", ODD, 1)])
def test_the_numbers_are_those_of_the_command_line(name, content, open_flows, ours, mini, sent, tanheng, tmp_path):
    (tmp_path / f"{name}.csv").write_bytes(content)
    entry = tanheng("method", "import", f"{name}.csv", "--name", name)
    tanheng("db", "import", "mini.zip", "--name", "mini")
    method = sent(content, name=name, file=f"{name}.csv").json()
    assert method["digest"] == entry["digest"]
    assert (method["impact_categories"], method["notes"]) == (entry["categories"], entry["notes"])
    place = f"/v1/databases/{mini}/methods/{method['id']}"
    mapped = tanheng("db", "map", "mini", name)
    assert ours.get(f"{place}/coverage").json()["coverage"] == mapped["coverage"]
    assert ours.get(f"{place}/open-flows").json() == {"mapping_file": None, "items": mapped["open"], "next": None}
    assert len(mapped["open"]) == open_flows
    told = {**scores(ours, place, "Steel, at plant"), "database": "mini", "out": None}
    assert told == tanheng("db", "scores", "mini", name, "Steel, at plant")
    assert told["categories"][0]["score"] == (0 if open_flows else pytest.approx(2.8))
    assert len(told["likely_missing_flows"]) == open_flows


def test_products_come_page_by_page_with_their_scores(place, ours, monkeypatch):
    whole = ours.get(f"{place}/scores").json()
    assert [one["product"]["index"] for one in whole["items"]] == [0, 1, 2]
    found = {one["product"]["name"]: one["categories"] for one in whole["items"]}
    values = {name: [c["score"] for c in categories] for name, categories in found.items()}
    assert values == {"Power": [0.9, 0.0], "Steel, at plant": [pytest.approx(2.8), 0.0], "Steel, at works": [1.9, 0.0]}
    assert {name for name, categories in found.items() if categories[0]["complete"]} == {"Power", "Steel, at works"}
    monkeypatch.setattr(scoring, "CELLS", 4)  # two products of two categories
    first = ours.get(f"{place}/scores", params={"limit": 3}).json()
    then = ours.get(f"{place}/scores", params={"limit": 3, "first": first["next"]}).json()
    assert (first["items"] + then["items"], first["next"], then["next"]) == (whole["items"], 2, None)
    found = ours.get(f"{place}/scores", params={"text": "works"}).json()
    assert [one["product"]["name"] for one in found["items"]] == ["Steel, at works"]
    assert ours.get(f"{place}/products/3/scores").status_code == 404


def test_a_mapping_file_is_written_edited_kept_and_applied(place, ours, own, mini):
    rows = list(csv.DictReader(io.StringIO(ours.get(f"{place}/mapping").text)))
    assert [(row["flow"], row["target"]) for row in rows] == [("Carbon dioxide", "Carbon dioxide")]
    head = "flow,compartment,category,target\n"
    wrong = kept(ours, own, mini, f"{head}Nothing,air,,SF6\nCarbon dioxide,air,Sun,SF6\n".encode(), place)
    assert wrong.status_code == 422
    told = [(fault["code"], fault["place"]) for fault in wrong.json()["faults"]]
    assert told == [("TH-MAP-002", "own.csv: 2"), ("TH-MAP-005", "own.csv: 3")]
    assert kept(ours, own, mini, b"a,b\n", place).json()["title"] == "TH-MAP-001"
    content = f'{head}Carbon dioxide,air,Odd,"Carbon dioxide, biogenic"\n'.encode()
    made = kept(ours, own, mini, content, place)
    assert made.status_code == 201, made.text
    mapping = {"mapping": made.json()["id"]}
    of_one = scores(ours, place, **mapping)
    assert [c["score"] for c in of_one["categories"]] == [0.9, 0.9]
    assert of_one["mapping_file"] == {"name": "own.csv", "digest": made.json()["digest"]}
    assert ours.get(f"{place}/open-flows", params=mapping).json()["items"] == []
    assert [c["score"] for c in scores(ours, place)["categories"]] == [0.9, 0.0]
    assert ours.get(f"{made.headers['location']}/file").content == content
    other = kept(ours, own, mini, head.encode(), place)
    assert (other.json()["id"], other.json()["version"], other.json()["rows"]) == (made.json()["id"], 2, 0)
    assert [one["id"] for one in ours.get("/v1/flow-mappings", params={"database": mini}).json()["items"]] == [
        made.json()["id"]
    ]
    assert ours.get("/v1/flow-mappings", params={"method": "no id"}).json()["items"] == []
    assert ours.delete(made.headers["location"]).status_code == 204
    assert ours.get(f"{place}/scores", params=mapping).status_code == 404
    assert ours.get("/v1/flow-mappings").json()["items"] == []


def test_a_mapping_file_is_for_one_pair(place, ours, own, mini, sent):
    made = kept(ours, own, mini, b"flow,target\n", place)
    other = sent(table(CO2), name="other").json()["id"]
    mixed = ours.get(f"/v1/databases/{mini}/methods/{other}/scores", params={"mapping": made.json()["id"]})
    assert (mixed.status_code, mixed.json()["title"]) == (422, "TH-MAP-021")


def test_what_is_withdrawn_is_not_applied_until_it_is_imported_again(place, ours, sent):
    at = f"/v1/methods/{place.rsplit('/', 1)[1]}"
    seen = ours.get(at).headers["etag"]
    assert ours.post(f"{at}/withdraw").status_code == 428
    assert ours.post(f"{at}/withdraw", headers={"If-Match": seen}).json()["withdrawn"] is True
    assert ours.post(f"{at}/withdraw", headers={"If-Match": seen}).status_code == 412
    refused = ours.get(f"{place}/scores")
    assert (refused.status_code, refused.json()["title"]) == (409, "TH-MAP-022")
    assert ours.get(at).json()["withdrawn"] is True
    assert sent().json()["withdrawn"] is False
    assert ours.get(f"{place}/scores").status_code == 200


def test_methods_are_shared_like_databases(place, ours, theirs, mini):
    headers, other = theirs
    at = f"/v1/methods/{place.rsplit('/', 1)[1]}"
    assert ours.get(at, headers=headers).status_code == 404
    assert ours.get("/v1/methods", headers=headers).json()["items"] == []
    for visibility, named in (("shared", [other]), ("public", [])):
        body = {"visibility": visibility, "shared_with": named}
        shared = ours.put(f"{at}/sharing", json=body, headers={"If-Match": ours.get(at).headers["etag"]})
        assert (shared.status_code, shared.json()["shared_with"]) == (200, named)
        seen = ours.get(at, headers=headers).json()
        assert (seen["visibility"], seen["shared_with"]) == (visibility, [])
        assert len(ours.get("/v1/methods", headers=headers).json()["items"]) == 1
        assert ours.get(f"{place}/scores", headers=headers).status_code == 404  # the database is not theirs
        assert ours.post(f"{at}/withdraw", headers={**headers, "If-Match": '"1"'}).status_code == 403
    nobody = ours.put(f"{at}/sharing", json={"visibility": "shared"}, headers={"If-Match": '"3"'})
    assert nobody.json()["title"] == "TH-STO-060"


def test_nothing_is_carried_from_one_organisation_into_another(platform, place, ours, own, mini):
    """Whoever works for two organisations starts no job for one, and keeps no file there, with what is the other's."""
    from dataclasses import replace

    from study_samples import member
    from tanheng.errors import StoreError

    other = organisation(platform, "另一家")
    both = replace(member(own), memberships={**member(own).memberships, **member(other).memberships})
    method = place.rsplit("/", 1)[1]
    wanted = {"organisation": other.id, "database": mini, "method": method}
    assert platform.do(both, scoring.start, **{**wanted, "organisation": own.id}).organisation == own.id
    with pytest.raises(StoreError, match="TH-STO-001"):
        platform.do(both, scoring.start, **wanted)
    ours.put(f"/v1/databases/{mini}/sharing", json={"visibility": "public"}, headers={"If-Match": '"1"'})
    with pytest.raises(StoreError, match=f"TH-STO-001.*{method}"):
        platform.do(both, scoring.start, **wanted)


def test_what_is_large_is_for_a_job(place, ours, own, monkeypatch):
    monkeypatch.setattr(scoring, "AT_ONCE", 13)  # 4 factors, 2 categories of 1 flow and 3 products: 12
    assert ours.get(f"{place}/scores").status_code == 200
    monkeypatch.setattr(scoring, "AT_ONCE", 11)
    refused = ours.get(f"{place}/scores")
    assert (refused.status_code, refused.json()["title"]) == (409, "TH-MAP-020")
    started = ours.post(f"{place}/jobs", json={"organisation": own.id, "format": "parquet"})
    assert (started.status_code, started.json()["kind"]) == (202, "method-scores")


def test_a_workbook_with_too_many_rows_is_refused(place, ours, monkeypatch):
    workbook = {"form": "xlsx"}
    monkeypatch.setattr(scoring, "SHEET", 1)
    assert ours.get(f"{place}/mapping", params=workbook).status_code == 200
    monkeypatch.setattr(scoring, "SHEET", 0)
    assert ours.get(f"{place}/mapping", params=workbook).json()["title"] == "TH-MAP-024"
    assert ours.get(f"{place}/mapping").status_code == 200


def test_a_text_that_no_database_keeps_is_refused(sent, tmp_path):
    def package(name):
        kilogram = schema.Unit(id="kg-1", name="kg", conversion_factor=1.0, is_ref_unit=True)
        group = schema.new_unit_group("Units of mass", kilogram)
        mass = schema.new_flow_property("Mass", group)
        methane = schema.new_flow("Methane", schema.FlowType.ELEMENTARY_FLOW, mass)
        factor = schema.ImpactFactor(
            flow=methane.to_ref(), flow_property=mass.to_ref(), unit=kilogram.to_ref(), value=29.8
        )
        category = schema.ImpactCategory(id="c1", name=name, ref_unit="kg CO2 eq", impact_factors=[factor])
        method = schema.ImpactMethod(id="m1", name="AR6", impact_categories=[category.to_ref()])
        items = {"unit_groups": group, "flow_properties": mass, "flows": methane, "lcia_categories": category}
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            for folder, item in {**items, "lcia_methods": method}.items():
                archive.writestr(f"{folder}/{item.id}.json", json.dumps(item.to_dict()))
        return content.getvalue()

    assert sent(package("GWP\0"), file="m.zip").json()["title"] == "TH-STO-071"
    made = sent(package("GWP"), file="m.zip")
    assert [c["name"] for c in made.json()["impact_categories"]] == ["GWP"]


def test_scores_beyond_any_number_are_refused(sent, ours, mini):
    huge = sent(table(("Carbon dioxide", "air", 1.7e308)), name="huge").json()["id"]
    answer = ours.get(f"/v1/databases/{mini}/methods/{huge}/products/1/scores")
    assert (answer.status_code, answer.json()["title"]) == (422, "TH-ENG-010")


def test_the_blobs_of_methods_and_mappings_are_named(platform, place, ours, own, mini):
    mapping = kept(ours, own, mini, b"flow,target\n", place).json()
    method = ours.get(f"/v1/methods/{place.rsplit('/', 1)[1]}").json()
    with platform.engine.connect() as sql:
        named = set(named_blobs(sql))
    assert {one["digest"].removeprefix("sha256:") for one in (mapping, method)} <= named


def test_a_name_stands_for_the_data_of_who_was_first(platform, own, tmp_path):
    """An import that began before another's end is refused."""
    from study_samples import member
    from tanheng.errors import StoreError

    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_bytes(table(CO2))
    second.write_bytes(table(SF6))

    def meanwhile(done, total):
        importing.import_into(platform, member(own), second, name="gwp", organisation=own.id)

    with pytest.raises(StoreError, match="TH-STO-002"):
        importing.import_into(platform, member(own), first, name="gwp", organisation=own.id, progress=meanwhile)


def test_a_database_that_is_imported_anew_is_scored_anew(platform, place, ours, own, mini, tmp_path):
    from study_samples import member
    from tanheng.formats import write_database
    from tanheng.testing import database, process

    assert scores(ours, place)["categories"][0]["score"] == 0.9
    path = tmp_path / "new.zip"
    write_database(database("mini", process("Power", "1 kWh", emits={"CO2": "0.7 kg"})), path)
    import_into(platform, member(own), path, name="mini", organisation=own.id)
    assert scores(ours, place)["categories"][0]["score"] == 0.7
