"""Samples that jobs drew and that are kept: listed, told as the job told them, removed; each organisation's own."""

from __future__ import annotations

import pytest

import database_samples as samples
from platforms import fresh_platform
from tanheng.storage.platform import utc_now


@pytest.fixture(scope="module")
def desk(request, tmp_path_factory):
    home = tmp_path_factory.mktemp("desk") / "home"
    with fresh_platform("sqlite", request, home, utc_now) as platform, samples.desk(platform) as made:
        yield made


@pytest.fixture(scope="module")
def plant(desk, tmp_path_factory):
    return desk.imported(samples.archive(tmp_path_factory.mktemp("file") / "plant.zip"))


def sampled(desk, by=None, owner=None, **payload):
    by, owner = by or desk.engineer, owner or desk.own
    sent = {
        "database": "plant",
        "products": ["Car", "Steel"],
        "samples": 200,
        "seed": 7,
        "default_gsd2": 1.5,
        **payload,
    }
    answer = by.post("/v1/jobs", json={"kind": "monte-carlo", "organisation": owner.id, "payload": sent})
    return desk.done(answer, by=by)


def runs(desk, owner=None):
    return f"/v1/organisations/{(owner or desk.own).id}/runs"


def products(desk, plant):
    found = desk.viewer.get(f"/v1/databases/{plant['id']}/products", params={"limit": 100}).json()["items"]
    return {one["name"]: one["index"] for one in found}


def test_what_is_kept_is_told_as_the_job_told_it(desk, plant):
    job = sampled(desk)
    kept = f"{runs(desk)}/{job['run']['id']}"
    run = desk.viewer.get(kept).json()
    index = products(desk, plant)
    assert (run["database"], run["snapshot"], run["seed"], run["samples"]) == ("plant", plant["digest"], 7, 208)
    assert (run["in_use"], run["method"], run["default_gsd2"]) == (True, "AR6 GWP100", 1.5)
    assert run["products"] == [index["Car"], index["Steel"]]
    for at, name in enumerate(("Car", "Steel")):
        told = desk.viewer.get(f"{kept}/products/{index[name]}", params={"samples": 200}).json()
        assert (told["run"], told["samples"], told["product"]) == (run, 200, job["products"][at])
    whole = desk.viewer.get(f"{kept}/products/{index['Car']}").json()
    assert whole["samples"] == 208
    assert whole["product"] == sampled(desk, samples=208)["products"][0]


def test_runs_are_listed_page_by_page_and_by_database(desk, plant, tmp_path):
    one, other = (sampled(desk, seed=seed)["run"]["id"] for seed in (11, 12))
    every = desk.viewer.get(runs(desk)).json()
    assert {one, other} <= {run["id"] for run in every["items"]}
    pages, first = [], 0
    while first is not None:
        page = desk.viewer.get(runs(desk), params={"first": first, "limit": 1}).json()
        pages += page["items"]
        first = page["next"]
    assert pages == every["items"]
    assert desk.viewer.get(runs(desk), params={"database": plant["id"]}).json() == every
    empty = desk.imported(samples.archive(tmp_path / "other.zip", samples.plant("other")), "other")
    assert desk.viewer.get(runs(desk), params={"database": empty["id"]}).json() == {
        "items": [],
        "total": 0,
        "next": None,
    }
    assert desk.viewer.get(runs(desk), params={"database": "nowhere"}).status_code == 404


def test_only_what_was_sampled_and_is_there_is_told(desk, plant):
    kept = f"{runs(desk)}/{sampled(desk, seed=21)['run']['id']}/products"
    index = products(desk, plant)
    for at, asked, status, code in (
        (index["Coal"], {}, 422, "TH-INV-063"),
        (10_000, {}, 422, "TH-INV-088"),
        (index["Car"], {"samples": 209}, 409, "TH-INV-121"),
        (index["Car"], {"samples": 99}, 422, "TH-API-001"),
    ):
        answer = desk.viewer.get(f"{kept}/{at}", params=asked)
        assert (answer.status_code, answer.json()["title"]) == (status, code), (at, asked)


def test_samples_of_older_data_say_so(desk, tmp_path):
    older = desk.imported(samples.archive(tmp_path / "a.zip", samples.plant("moving")), "moving")
    run = sampled(desk, database="moving")["run"]["id"]
    desk.imported(samples.archive(tmp_path / "b.zip", samples.plant("moving", power="3 kWh")), "moving")
    told = desk.viewer.get(f"{runs(desk)}/{run}").json()
    assert (told["in_use"], told["snapshot"]) == (False, older["digest"])
    refused = desk.viewer.get(f"{runs(desk)}/{run}/products/{told['products'][0]}")
    assert (refused.status_code, refused.json()["title"]) == (409, "TH-INV-120")


def test_each_organisation_keeps_its_own(desk, plant):
    """The same samples of the same shared data are drawn by each, so that nobody learns what others look at."""
    seen = desk.owner.get(f"/v1/databases/{plant['id']}").headers["etag"]
    sent = {"visibility": "shared", "shared_with": [desk.other.id]}
    shared = desk.owner.put(f"/v1/databases/{plant['id']}/sharing", json=sent, headers={"If-Match": seen})
    assert shared.status_code == 200
    own, theirs = sampled(desk, seed=31), sampled(desk, desk.stranger, desk.other, seed=31)
    assert theirs["run"] == own["run"]
    assert (own["run"]["kept"], theirs["run"]["kept"]) == (0, 0)
    assert theirs["products"] == own["products"]
    (only,) = desk.stranger.get(runs(desk, desk.other)).json()["items"]
    assert only["id"] == theirs["run"]["id"]
    assert desk.stranger.get(runs(desk)).status_code == 404
    assert desk.stranger.delete(f"{runs(desk, desk.other)}/{only['id']}").status_code == 204
    assert desk.viewer.get(f"{runs(desk)}/{only['id']}").status_code == 200


def test_what_is_removed_is_drawn_again(desk, plant):
    before = sampled(desk, seed=41)
    kept = f"{runs(desk)}/{before['run']['id']}"
    assert sampled(desk, seed=41)["run"]["kept"] == 200
    refused = desk.viewer.delete(kept)
    assert (refused.status_code, refused.json()["title"]) == (403, "TH-ACC-002")
    assert desk.engineer.delete(kept).status_code == 204
    assert desk.engineer.delete(kept).status_code == desk.viewer.get(kept).status_code == 404
    again = sampled(desk, seed=41)
    assert again["run"]["kept"] == 0
    assert again["products"] == before["products"]
    assert plant["name"] == "plant"
