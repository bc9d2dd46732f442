"""Class schemes over HTTP: published, tried, signed, and read by strangers."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

import clients
from certification_samples import INIT, House
from class_samples import fill, makers, scheme
from tanheng.accounts.model import Role
from tanheng.grading import grade
from tanheng.grading.signing import is_genuine, read_thresholds
from tanheng.services.grading import figures, regrading


@pytest.fixture
def house(app):
    return House(app.state.platform)


@pytest.fixture
def official(api, house):
    """A client of the regulator."""
    token = clients.person(house.platform, house.regulator, Role.OWNER)
    with httpx.Client(base_url=api.base_url, timeout=60, headers={"Authorization": f"Bearer {token}"}) as client:
        yield client


def test_from_a_scheme_to_the_class_that_a_stranger_computes(api, house, official):
    platform, certificate = house.platform, house.certified()
    fill(platform, certificate, [certificate.value + n - 20 for n in range(40)], makers(platform, 8))
    asked = {"organisation": house.regulator.id}
    refused = official.post("/v1/class-schemes", params=asked, content=scheme(certificate, tie="both"))
    assert (refused.status_code, refused.json()["faults"][0]["place"]) == (422, "classes.yaml:14 tie")
    made = official.post("/v1/class-schemes", params=asked, content=scheme(certificate))
    assert made.status_code == 201, made.text
    place = made.headers["location"]
    assert api.get(place).json() == made.json()
    assert api.get("/v1/class-schemes", params={"category": certificate.category}).json()["items"] == [made.json()]
    draft = official.post(f"{place}/drafts")
    assert (draft.status_code, draft.json()["sample"]) == (201, 41)
    tried = official.get(f"{draft.headers['location']}/trial").json()
    assert (tried["certificates"], tried["moved"], tried["whole"]) == (41, 41, True)
    moves = official.get(f"{draft.headers['location']}/moves", params={"limit": 10}).json()
    assert (len(moves["items"]), bool(moves["next"])) == (10, True)
    today = platform.today()
    sent = {"effective": (today - timedelta(days=1)).isoformat()}
    assert official.post(f"{draft.headers['location']}/publication", json=sent).json()["title"] == "TH-GRD-011"
    sent["effective"] = today.isoformat()
    published = official.post(f"{draft.headers['location']}/publication", json=sent)
    assert published.status_code == 201, published.text
    regrading.regrade(platform, INIT)
    figures.take(platform, INIT)
    limits = api.get(published.headers["location"]).json()
    key = api.get("/v1/log").json()["keys"][limits["key"]].encode()
    assert is_genuine(limits["document"], limits["signature"], key)
    found = read_thresholds(limits["document"])
    changes = api.get("/v1/class-changes", params={"certificate": certificate.number}).json()["items"]
    assert [one["after"] for one in changes] == [grade(certificate.value, found).name]
    assert api.get(f"{place}/thresholds").json()["items"] == [limits]
    assert api.get(f"{published.headers['location']}/trial").json()["moved"] == 0
    assert api.get(f"{place}/histogram").json()["size"] == 40
    etag = official.get(place).headers["etag"]
    assert official.post(f"{place}/withdraw").status_code == 428
    assert official.post(f"{place}/withdraw", headers={"If-Match": etag}).json()["withdrawn"]


@pytest.mark.parametrize("role", [Role.OWNER, Role.ENGINEER])
def test_a_maker_publishes_no_class_scheme(api, house, role):
    headers = {"Authorization": f"Bearer {clients.person(house.platform, house.maker, role)}"}
    asked = {"organisation": house.maker.id}
    assert api.post("/v1/class-schemes", params=asked, content=b"x", headers=headers).status_code == 403
