"""Rule packs over HTTP: checked without being kept, those that ship, and what changes between two."""

from __future__ import annotations

import pytest

from desk import at_desk
from study_samples import member, organisation
from tanheng.accounts import ANONYMOUS
from tanheng.api import authentication
from tanheng.rules.template import new_pack

PACK = new_pack("own-pack", "Own")


@pytest.fixture
def own(platform):
    return organisation(platform)


@pytest.fixture(autouse=True)
def _signed_in(app, own):
    app.dependency_overrides[authentication.actor] = lambda: member(own)


def added(api, own, text=PACK):
    made = api.post("/v1/rules", params={"organisation": own.id}, content=text.encode())
    assert made.status_code == 201, made.text
    return made.headers["location"]


def test_a_pack_is_checked_as_the_command_line_does(api, own, tmp_path):
    broken = PACK.replace("status: draft", "status: drft").replace("item.weight", "item.wieght")
    regime = PACK.replace("tanheng: rules/1", "tanheng: regime/1")
    for text in (PACK, broken, regime, "", "- 1", "{", "tanheng: else/1"):
        (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
        desk = at_desk("rules", "check", tmp_path / "own.yaml", "--lang", "en")
        asked = {"organisation": own.id, "file": "own.yaml", "lang": "en"}
        answer = api.post("/v1/rules/check", params=asked, content=text.encode())
        assert answer.status_code == (200 if desk["valid"] else 422), answer.text
        if desk["valid"]:
            assert answer.json() == {
                "kind": "pack",
                "names": {"zh": "Own", "en": "Own"},
                **{key: desk[key] for key in ("id", "digest", "checks")},
            }
        else:
            assert answer.json()["faults"] == desk["faults"]
    assert api.get("/v1/rules").json()["items"] == []


def test_a_regime_is_checked_too(api, own, shipped_regime):
    answer = api.post("/v1/rules/check", params={"organisation": own.id}, content=shipped_regime)
    assert (answer.json()["kind"], answer.json()["id"]) == ("regime", "iso14067")


@pytest.fixture
def shipped_regime():
    from importlib.resources import files

    return files("tanheng").joinpath("data/regimes/iso14067.yaml").read_bytes()


def test_a_pack_that_ships_is_shown_whole(api):
    for reference in ("general", "general@1.0.0", "cn-cement"):
        told = api.get(f"/v1/rules/shipped/{reference}").json()
        desk = at_desk("rules", "show", reference)
        assert told["document"] == desk
        assert (told["id"], told["version"], told["digest"]) == (desk["id"], desk["version"], desk["digest"])
    for unknown in ("none-such", "general@9", "x.yaml", "a b", "%00"):
        assert api.get(f"/v1/rules/shipped/{unknown}").status_code == 404


def test_what_changes_between_packs_is_what_the_command_line_says(app, api, own, tmp_path):
    text = PACK.replace("version: 1.0.0", "version: 1.1.0").replace("item.weight > 0.5", "item.weight > 0.4")
    assert text != PACK
    (tmp_path / "one.yaml").write_text(PACK, encoding="utf-8")
    (tmp_path / "two.yaml").write_text(text, encoding="utf-8")
    one, two = added(api, own), added(api, own, text)
    identity = two.rpartition("/")[2]
    desk = at_desk("rules", "diff", tmp_path / "one.yaml", tmp_path / "two.yaml")
    found = api.get(f"{one}/difference", params={"to": identity}).json()
    assert [one["path"] for one in desk] == ["version", "checks.MY-PACK-101.when"]
    assert found == {"items": desk, "count": 2, "next": None}
    assert api.get(f"{one}/difference", params={"to": identity, "limit": 1}).json() == {
        "items": desk[:1],
        "count": 2,
        "next": 1,
    }
    desk = at_desk("rules", "diff", tmp_path / "one.yaml", "general")
    assert api.get(f"{one}/difference", params={"to": "general", "limit": 1000}).json()["items"] == desk
    shipped = "/v1/rules/shipped/general@1.0.0/difference"
    desk = at_desk("rules", "diff", "general@1.0.0", "general")
    assert desk
    assert api.get(shipped, params={"to": "general", "limit": 1000}).json()["items"] == desk
    assert api.get(shipped, params={"to": identity}).status_code == 200
    assert api.get(shipped, params={"to": "none-such"}).status_code == 404
    app.dependency_overrides[authentication.actor] = lambda: ANONYMOUS
    assert api.get(shipped, params={"to": "general"}).status_code == 200
    assert api.get(shipped, params={"to": identity}).status_code == 401


def test_packs_of_others_are_not_there(app, api, own, platform):
    place = added(api, own)
    app.dependency_overrides[authentication.actor] = lambda: member(organisation(platform, "另一家"))
    shipped = "/v1/rules/shipped/general/difference"
    assert api.get(shipped, params={"to": place.rpartition("/")[2]}).status_code == 404
    assert api.get(f"{place}/difference", params={"to": "general"}).status_code == 404
    asked = {"organisation": own.id}
    assert api.post("/v1/rules/check", params=asked, content=b"x").status_code == 403
