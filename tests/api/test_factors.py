"""The factor register over HTTP."""

from __future__ import annotations

import pytest

from study_samples import member, organisation
from tanheng.accounts import ANONYMOUS
from tanheng.accounts.model import Role
from tanheng.api import authentication
from tanheng.factors import embedded

DOCUMENT = {
    "id": "cn-steel-2025",
    "kind": "footprint",
    "names": {"zh": "钢板", "en": "Steel sheet"},
    "per": "kg",
    "value": 2.3,
    "year": 2025,
    "geography": "CN",
    "boundary": "cradle-to-gate",
    "source": {"title": "A report", "licence": "CC BY 4.0"},
}


@pytest.fixture
def platform(furnished_platform):
    return furnished_platform


@pytest.fixture
def own(platform):
    return organisation(platform)


@pytest.fixture
def be(app, own):
    """``be(Role.OWNER)``: requests come from somebody with the role, each role another person; ``be()``: from nobody."""

    def being(*roles):
        actor = member(own, *roles, id=roles[0].value) if roles else ANONYMOUS
        app.dependency_overrides[authentication.actor] = lambda: actor

    return being


def step(api, place, method="POST", **sent):
    tag = api.get(place.rpartition("/")[0]).headers["etag"]
    answer = api.request(method, place, headers={"If-Match": tag}, **sent)
    assert answer.status_code in (200, 201), answer.text
    return answer


def test_from_a_draft_to_a_release_that_anybody_checks(api, be, own):
    be(Role.OWNER)
    told = {"organisation": own.id, "name": "our-factors", "names": {"en": "Ours"}, "level": "enterprise"}
    made = api.post("/v1/factor-collections", json=told)
    assert made.status_code == 201, made.text
    place = made.headers["location"]
    assert api.post("/v1/factor-collections", json=told).json()["title"] == "TH-FAC-042"

    be(Role.FACTOR_EDITOR)
    wrong = api.post(f"{place}/records", json={**DOCUMENT, "per": "kgg", "colour": 1})
    assert [fault["place"] for fault in wrong.json()["faults"]] == ["colour", "per"]
    record = api.post(f"{place}/records", json=DOCUMENT).headers["location"]
    step(api, f"{record}/submission", json={"note": "please"})

    be(Role.FACTOR_REVIEWER)
    said = api.post(f"{record}/comments", json={"field": "gsd2", "text": "none?"})
    assert said.status_code == 201, said.text
    assert api.post(f"/v1/factor-comments/{said.json()['id']}/settlement").status_code == 200
    step(api, f"{record}/reviews", json={"step": "accept"})

    be(Role.PUBLISHER)
    preview = api.get(f"{place}/preview").json()
    assert (preview["added"], preview["is_new"]) == (["cn-steel-2025"], True)
    sent = {"version": "2026.11", "digest": preview["digest"]}
    release = api.post(f"{place}/releases", json=sent)
    assert release.status_code == 201, release.text
    assert api.post(f"{place}/releases", json={**sent, "version": "2"}).json()["title"] == "TH-FAC-050"

    be()
    assert api.get(place).status_code == 401
    be(Role.OWNER)
    tag = api.get(place).headers["etag"]
    public = {"visibility": "public", "shared_with": []}
    assert api.put(f"{place}/sharing", json=public, headers={"If-Match": tag}).status_code == 200
    be()
    found = api.get(f"{release.headers['location']}/factors").json()["items"]
    assert [factor["id"] for factor in found] == ["cn-steel-2025"]
    assert api.get(f"{place}/releases/0/factors/cn-steel-2025").json()["level"] == "enterprise"
    assert api.get(f"{place}/releases/0/check").json() == {"digest": True, "signature": True}
    file = api.get(f"{place}/releases/0/file", params={"form": "csv"})
    assert (file.status_code, file.headers["content-disposition"][:10]) == (200, "attachment")
    assert "钢板" in file.content.decode("utf-8-sig")
    assert api.get(f"{place}/uses").status_code == 401


def test_a_table_is_tried_before_it_is_imported(api, be, own):
    be(Role.OWNER)
    told = {"organisation": own.id, "name": "our-factors", "names": {"en": "Ours"}, "level": "enterprise"}
    place = api.post("/v1/factor-collections", json=told).headers["location"]
    be(Role.FACTOR_EDITOR)
    table = "id,kind,name_en,value,unit,per,year,geography\na,footprint,A,1,kgCO2e,kg,2025,CN\nb,footprint,B,x,kgCO2e,kg,2025,CN"
    tried = api.post(f"{place}/imports", params={"file": "t.csv"}, content=table).json()
    assert (tried["written"], tried["new"], tried["wrong"]) == (False, 1, 1)
    assert tried["rows"][1]["faults"][0]["place"] == "t.csv:3"
    refused = api.post(f"{place}/imports", params={"file": "t.csv", "dry_run": False}, content=table)
    assert (refused.status_code, refused.json()["title"]) == (422, "TH-FAC-001")
    right = table.replace(",x,", ",2,")
    assert api.post(f"{place}/imports", params={"file": "t.csv", "dry_run": False}, content=right).json()["written"]
    assert len(api.get(f"{place}/records", params={"state": "draft"}).json()["items"]) == 2


def test_what_ships_is_open_to_everybody(api, be):
    be()
    (ships,) = api.get("/v1/factor-collections").json()["items"]
    assert (ships["name"], ships["latest"]) == (embedded().name, 1)
    place = f"/v1/factor-collections/{ships['id']}"
    grid = api.get(f"{place}/releases/1/factors/cn-electricity-footprint-2024").json()
    assert grid["amounts"][0][2] == pytest.approx(0.5777)
    assert len(api.get("/v1/factor-fields").json()) > 50
    difference = api.get(f"{place}/difference", params={"before": 1}).json()
    assert (difference["added"], difference["same"]) == ([], len(embedded().factors))
