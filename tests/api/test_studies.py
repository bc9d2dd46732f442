"""Studies and assessments over HTTP."""

from __future__ import annotations

import orjson
import pytest

from study_samples import member, one_product, organisation, study
from tanheng.api import authentication
from tanheng.footprint.documents import read_assessment


@pytest.fixture
def own(platform):
    return organisation(platform)


@pytest.fixture
def signed_in(app, own):
    """Requests come from an engineer of the organisation."""

    app.dependency_overrides[authentication.actor] = lambda: member(own)


@pytest.fixture
def begun(signed_in, api, own):
    answer = api.post("/v1/studies", params={"organisation": own.id, "file": "ingot.yaml"}, content=study())
    assert answer.status_code == 201, answer.text
    return answer


def test_from_a_file_to_a_report(begun, api, tmp_path):
    place = begun.headers["location"]
    made = api.post(f"{place}/assessments", json={"regime": "gbt24067"})
    assert made.status_code == 201, made.text
    at = made.headers["location"]
    document = api.get(f"{at}/document")
    assert document.headers["x-content-type-options"] == "nosniff"
    (tmp_path / "kept.json").write_bytes(document.content)
    assert read_assessment(tmp_path / "kept.json").digest == made.json()["digest"]
    assert api.post(f"{at}/recompute").json()["same"] is True
    report = api.get(f"{at}/report", params={"format": "html", "lang": "en"})
    assert report.headers["content-disposition"].startswith("attachment;")
    assert b"Ingot" in report.content


def test_a_new_version_needs_the_one_that_was_seen(begun, api):
    place = f"{begun.headers['location']}/versions"
    assert api.post(place, content=study()).status_code == 428
    revised = api.post(place, content=study(), headers={"If-Match": begun.headers["etag"]})
    assert (revised.status_code, revised.json()["latest"]) == (201, 2)
    assert api.post(place, content=study(), headers={"If-Match": begun.headers["etag"]}).status_code == 412


def test_a_version_can_be_sent_back_as_json(begun, api):
    place = begun.headers["location"]
    first = api.get(f"{place}/versions/1").json()
    content = orjson.dumps(first["document"])
    again = api.post(f"{place}/versions", content=content, headers={"If-Match": begun.headers["etag"]})
    assert again.status_code == 201, again.text
    assert api.get(f"{place}/versions/2").json()["digest"] == first["digest"]


def test_every_fault_is_told_with_its_line(signed_in, api, own):
    content = study(**{"100 kWh": "100 kWhh", "cradle-to-gate": "cradle"})
    answer = api.post("/v1/studies", params={"organisation": own.id, "file": "ingot.yaml"}, content=content)
    assert answer.status_code == 422
    assert [fault["place"].split()[0] for fault in answer.json()["faults"]] == ["ingot.yaml:5", "ingot.yaml:10"]


def test_what_is_too_large_is_refused(signed_in, api, own, app):
    limit = app.state.platform.configuration.body_limit
    answer = api.post("/v1/studies", params={"organisation": own.id}, content=b" " * (limit + 1))
    assert (answer.status_code, answer.json()["title"]) == (413, "TH-STO-054")


def test_evidence_comes_back_as_a_download(begun, api):
    place = f"{begun.headers['location']}/evidence"
    page = b"<script>alert(1)</script>"
    added = api.post(place, params={"name": "电表 2024.html"}, content=page, headers={"Content-Type": "text/html"})
    assert added.status_code == 201, added.text
    kept = api.get(f"{place}/{added.json()['id']}")
    assert kept.content == page
    assert kept.headers["x-content-type-options"] == "nosniff"
    assert kept.headers["content-disposition"].startswith('attachment; filename="___2024.html"')
    assert kept.headers["content-security-policy"].startswith("sandbox")
    again = api.post(place, params={"name": "电表 2024.html"}, content=b"other")
    assert (again.status_code, again.json()["title"]) == (409, "TH-STO-055")


def test_a_small_database_is_imported_and_looked_into(signed_in, api, own):
    content = one_product(2)
    named = {"organisation": own.id, "name": "bg", "file": "one.spold"}
    made = api.post("/v1/databases", params=named, content=content)
    assert made.status_code == 201, made.text
    place = made.headers["location"]
    assert [one["name"] for one in api.get("/v1/databases").json()["items"]] == ["bg"]
    found = api.get(f"{place}/products").json()
    assert (len(found["items"]), found["next"]) == (1, None)
    told = api.get(f"{place}/products/0/footprint").json()
    assert told["total"] == pytest.approx(2)
    assert api.get(f"{place}/products/1/footprint").status_code == 404
    assert api.post("/v1/databases", params=named | {"file": "../x"}, content=content).status_code == 422


def test_rules_are_added_and_listed(signed_in, api, own):
    from tanheng.rules.template import new_pack

    text = new_pack("own-pack", "Own pack")
    made = api.post("/v1/rules", params={"organisation": own.id}, content=text.encode())
    assert made.status_code == 201, made.text
    assert api.get(made.headers["location"]).json()["text"] == text
    assert [one["pack"] for one in api.get("/v1/rules").json()["items"]] == ["own-pack"]
    assert "cn-cement" in {one["id"] for one in api.get("/v1/rules/shipped").json()}
    withdrawn = api.post(f"{made.headers['location']}/withdraw", headers={"If-Match": made.headers["etag"]})
    assert withdrawn.json()["withdrawn"] is True
