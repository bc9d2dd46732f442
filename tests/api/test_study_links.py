"""Links of studies over HTTP: gaps, candidates, links that are chosen and remembered."""

from __future__ import annotations

import pytest

from desk import at_desk
from factor_samples import Desk
from study_samples import member, one_product, organisation
from tanheng.accounts import Actor, Membership, system
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.model import Role
from tanheng.api import authentication
from tanheng.errors import TanhengError
from tanheng.factors import embedded
from tanheng.footprint import assess
from tanheng.footprint.matching.choosing import chosen_links
from tanheng.footprint.ports import NoBackgrounds
from tanheng.footprint.reading import read_study
from tanheng.services.accounts import people
from tanheng.services.audit.verifying import verify
from tanheng.services.factors.collections import Visibility

STUDY = """
tanheng: study/1
product: {name: {zh: 测试产品, en: Test product}, maker: Maker}
unit: 1 t
boundary: cradle-to-gate
period: 2024-01-01/2024-12-31
site: CN-53
author: Wang
goal: test
lines:
  - {stage: raw-materials, name: 氧化铝, amount: 1.9 t}
  - {stage: raw-materials, name: HDPE, id: bottle, amount: 3 kg}
  - {stage: raw-materials, name: 特种助剂 B-204, amount: 1 kg}
  - {stage: production, name: Power, type: electricity, electricity: [{grid: CN-53, share: 1}]}
  - {stage: raw-materials, name: Lime, amount: 1 kg, from: "theirs:lime"}
  - {stage: raw-materials, name: Soda, amount: 1 kg, from: "factor:cn-alumina-2017-calculated"}
"""
ALUMINA, HDPE = "factor:cn-alumina-2017-calculated", "factor:gb-2023-hdpe-recycled"


@pytest.fixture
def own(platform):
    return organisation(platform)


@pytest.fixture
def wang(platform, own):
    made = platform.do(
        system("init"), people.create, email="w@example.org", name="王", organisation=own.id, roles=["engineer"]
    )
    return Actor(
        ActorKind.PERSON, made.id, memberships={own.id: Membership(own.id, own.kind, frozenset({Role.ENGINEER}))}
    )


@pytest.fixture
def as_(app):
    def change(actor):
        app.dependency_overrides[authentication.actor] = lambda: actor

    return change


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "s.yaml"
    path.write_text(STUDY, encoding="utf-8")
    return path


def begin(api, own, text=STUDY):
    made = api.post("/v1/studies", params={"organisation": own.id, "file": "s.yaml"}, content=text.encode())
    assert made.status_code == 201, made.text
    return made


@pytest.fixture
def begun(api, as_, own, wang):
    as_(wang)
    return begin(api, own)


def candidates(api, place, number=1, **sent):
    answer = api.post(f"{place}/versions/{number}/candidates", json=sent)
    assert answer.status_code == 200, answer.text
    return answer.json()


def choose(api, begun, *links, **more):
    sent = {"links": [{"line": line, "link": link} for line, link in links], **more}
    return api.post(f"{begun.headers['location']}/links", json=sent, headers={"If-Match": begun.headers["etag"]})


def test_gaps_are_those_that_an_assessment_tells(begun, api, source):
    place = begun.headers["location"]
    told = api.get(f"{place}/versions/1/gaps", params={"lang": "en"}).json()
    desk = assess(read_study(source))
    wanted = [(gap.place, gap.code, gap.blocks) for line in desk.lines for gap in line.gaps]
    assert [(one["place"], one["code"], one["blocks"]) for one in told["items"]] == wanted
    assert told["lines"] == [0, 1, 2, 3, 4]
    first = told["items"][0]
    assert (first["line"], first["names"], first["stage"]) == (0, {"zh": "氧化铝"}, "raw-materials")
    assert (first["code"], first["message"]) == ("missing-factor", "no factor or process is linked")
    (soda,) = [one for one in told["items"] if one["line"] == 4]
    assert "theirs" in soda["message"]
    blocking = api.get(f"{place}/versions/1/gaps", params={"show": "blocking", "first": 1, "limit": 2}).json()
    kept = [one for one in told["items"] if one["blocks"]]
    assert ([one["line"] for one in blocking["items"]], blocking["next"]) == ([one["line"] for one in kept[1:3]], 3)
    assert blocking["blocking"] == len(kept) == 5
    assert api.get(f"{place}/versions/1/gaps", params={"database": "nothing"}).json()["title"] == "TH-HOM-001"
    assert api.get(f"{place}/versions/1/gaps", params={"regime": "../x.yaml"}).json()["title"] == "TH-STO-050"
    assert api.get(f"{place}/versions/2/gaps").status_code == 404


def test_a_database_that_the_organisation_may_use_fills_a_gap(begun, api, own):
    named = {"organisation": own.id, "name": "theirs", "file": "one.spold"}
    place = begun.headers["location"]
    assert api.post("/v1/databases", params=named, content=one_product(2)).status_code == 201
    found = candidates(api, place, databases=["theirs"], lines=["2"])["items"][0]["searched"]
    assert [(one["name"], one["entries"]) for one in found][1:] == [("theirs", 1)]
    done = choose(api, begun, ("4", "theirs:a0"))
    assert done.status_code == 201, done.text
    assert 4 not in api.get(f"{place}/versions/2/gaps").json()["lines"]


def test_candidates_are_those_of_the_command_line(begun, api, source):
    place = begun.headers["location"]
    desk = at_desk("study", "link", source, "--accept", "0.7")["lines"]
    told = candidates(api, place, accept=0.7)
    assert told["items"] == desk
    assert [line["accepted"] for line in desk] == [ALUMINA, desk[1]["candidates"][0]["link"], None]
    assert (told["lines"], told["next"]) == (3, None)
    some = candidates(api, place, accept=0.7, first=1, limit=1)
    assert (some["items"], some["next"]) == ([desk[1]], 2)
    assert candidates(api, place, accept=0.7, lines=["bottle", "1", "0"])["items"] == [desk[1], desk[0]]
    linked = candidates(api, place, lines=["5"])["items"]
    assert [one["line"] for one in linked] == [5]
    for sent, code in (({"lines": ["99"]}, "TH-ASM-104"), ({"databases": ["nothing"]}, "TH-HOM-001")):
        refused = api.post(f"{place}/versions/1/candidates", json=sent)
        assert (refused.status_code, refused.json()["title"]) == (422, code)


def test_factors_of_the_register_that_the_organisation_may_use_are_proposed(begun, api, platform, own):
    desk = Desk(platform, own)
    desk.accepted(desk.add(names={"zh": "特种助剂 B-204"}))
    desk.publish("1")
    found = candidates(api, begun.headers["location"], lines=["2"])["items"][0]
    assert found["candidates"][0]["link"] == "factor:cn-steel-2025"
    assert found["candidates"][0]["method"] == "name"


def test_links_that_are_chosen_make_a_version_and_are_remembered(begun, api, as_, own, wang, source, platform):
    place = begun.headers["location"]
    done = choose(api, begun, ("0", ALUMINA), ("bottle", HDPE), note="linked")
    assert done.status_code == 201, done.text
    assert (done.json()["latest"], done.headers["location"]) == (2, f"{place}/versions/2")
    kept = api.get(f"{place}/versions/2").json()
    assert [line.get("from") for line in kept["document"]["lines"]][:3] == [ALUMINA, HDPE, None]
    assert (kept["note"], kept["author"]) == ("linked", wang.id)
    out = source.with_name("out.yaml")
    at_desk(
        "study", "link", source, "--choose", f"0={ALUMINA}", "--choose", f"bottle={HDPE}", "--out", out, "--remember"
    )
    (source.with_name("taken.yaml")).write_bytes(api.get(f"{place}/versions/2/file").content)
    assert [line.link for line in read_study(out).lines] == [
        line.link for line in read_study(source.with_name("taken.yaml")).lines
    ]
    listed = api.get(f"/v1/organisations/{own.id}/link-choices").json()["items"]
    desk = {one["key"]: one["link"] for one in at_desk("study", "choices")}
    assert {one["key"]: one["link"] for one in listed} == desk
    assert {(one["study"], one["author"]) for one in listed} == {(kept["study"], wang.id)}
    # they win in the next study, whoever of the organisation works on it
    as_(member(own, id="somebody-else"))
    other = begin(api, own).headers["location"]
    first, second = candidates(api, other)["items"][:2]
    assert (first["accepted"], second["accepted"]) == (ALUMINA, HDPE)
    reason = first["candidates"][0]["reasons"][0]
    assert reason["key"] == "remembered"
    assert "王" in reason["zh"]
    assert "测试产品" in reason["zh"]
    # chosen anew, the later one counts; forgotten, none does
    choice = next(one for one in listed if one["link"] == HDPE)
    forgotten = api.delete(f"/v1/organisations/{own.id}/link-choices/{choice['id']}")
    assert forgotten.status_code == 204
    assert api.delete(f"/v1/organisations/{own.id}/link-choices/{choice['id']}").status_code == 404
    again = api.post(
        f"{other}/links",
        json={"links": [{"line": "0", "link": "factor:us-alumina-uslci"}]},
        headers={"If-Match": api.get(other).headers["etag"]},
    )
    assert again.status_code == 201
    third = begin(api, own).headers["location"]
    assert [line["accepted"] for line in candidates(api, third)["items"]] == ["factor:us-alumina-uslci", None, None]
    left = api.get(f"/v1/organisations/{own.id}/link-choices").json()["items"]
    assert [one["link"] for one in left] == ["factor:us-alumina-uslci"]
    assert platform.look(system("init"), verify).findings == ()


def test_links_may_be_chosen_without_being_remembered(begun, api, own):
    assert choose(api, begun, ("0", ALUMINA), remember=False).status_code == 201
    assert api.get(f"/v1/organisations/{own.id}/link-choices").json()["items"] == []


def test_links_that_do_not_do_are_all_told_and_nothing_is_written(begun, api, source):
    links = [
        ("0", "factor:cn-electricity-footprint-2024"),
        ("0", ALUMINA),
        ("7", ALUMINA),
        ("2", "factor:cn-grid-co2-2023"),
        ("bottle", "factor:nothing"),
        ("4", "theirs:nothing"),
    ]
    refused = choose(api, begun, *links)
    told = [(fault["place"], fault["code"]) for fault in refused.json()["faults"]]
    assert told == [
        ("links[0]", "TH-ASM-105"),
        ("links[1]", "TH-STU-070"),
        ("links[2]", "TH-ASM-104"),
        ("links[3]", "TH-ASM-106"),
        ("links[4]", "TH-FAC-006"),
        ("links[5]", "TH-HOM-001"),
    ]
    assert choose(api, begun, ("0", "study:../x.yaml")).json()["title"] == "TH-STO-050"
    assert choose(api, begun, ("0", " ")).status_code == 422
    assert api.get(begun.headers["location"]).json()["latest"] == 1
    # the command line refuses the same
    model = read_study(source)
    for (line, link), (_, code) in zip(links, told, strict=True):
        if code != "TH-STU-070":
            with pytest.raises(TanhengError) as caught:
                chosen_links([f"{line}={link}"], model, (), embedded(), NoBackgrounds())
            assert caught.value.code == code


def test_links_need_the_version_that_was_seen(begun, api):
    place = begun.headers["location"]
    sent = {"links": [{"line": "0", "link": ALUMINA}]}
    assert api.post(f"{place}/links", json=sent).status_code == 428
    assert choose(api, begun, ("0", ALUMINA)).status_code == 201
    late = choose(api, begun, ("99", "factor:nothing"))
    assert (late.status_code, late.json()["title"]) == (412, "TH-STO-002")


def test_viewers_see_candidates_and_choices_and_choose_nothing(begun, api, as_, own, platform):
    place, choices = begun.headers["location"], f"/v1/organisations/{own.id}/link-choices"
    assert choose(api, begun, ("0", ALUMINA)).status_code == 201
    kept = api.get(choices).json()["items"][0]["id"]
    seen = {"If-Match": api.get(place).headers["etag"]}
    sent = {"links": [{"line": "1", "link": HDPE}]}
    as_(member(own, Role.VIEWER))
    assert candidates(api, place)["lines"] == 3
    assert api.get(f"{place}/versions/1/gaps").status_code == 200
    assert len(api.get(choices).json()["items"]) == 1
    assert api.post(f"{place}/links", json=sent, headers=seen).status_code == 403
    assert api.delete(f"{choices}/{kept}").status_code == 403
    as_(member(organisation(platform, "另一家")))
    assert api.post(f"{place}/links", json=sent, headers=seen).status_code == 404
    assert api.post(f"{place}/versions/1/candidates", json={}).status_code == 404
    assert api.get(f"{place}/versions/1/gaps").status_code == 404
    assert api.get(choices).status_code == 404
    assert api.delete(f"{choices}/{kept}").status_code == 404


def test_what_is_hidden_of_a_release_is_no_candidate_for_others(app, api, as_, own, platform):
    desk, other = Desk(platform, own), organisation(platform, "另一家")
    hidden = {"documentation": {"confidentiality": "private"}, "names": {"zh": "特种助剂 B-204"}}
    desk.accepted(desk.add(**hidden))
    desk.accepted(desk.add(id="seen", names={"en": "Seen"}))
    desk.publish("1")
    desk.share(Visibility.PUBLIC)
    places = {}
    for organisation_ in (own, other):
        as_(member(organisation_))
        places[organisation_.id] = begin(api, organisation_).headers["location"]
    for organisation_ in (own, other, own):
        as_(member(organisation_))
        found = candidates(api, places[organisation_.id], lines=["2"])["items"][0]
        links = [one["link"] for one in found["candidates"]]
        assert ("factor:cn-steel-2025" in links) is (organisation_ is own)
        assert found["searched"][0]["entries"] == (2 if organisation_ is own else 1)
        sent = {"links": [{"line": "2", "link": "factor:cn-steel-2025"}], "remember": False}
        seen = {"If-Match": api.get(places[organisation_.id]).headers["etag"]}
        if organisation_ is other:
            refused = api.post(f"{places[other.id]}/links", json=sent, headers=seen).json()
            assert refused["title"] == "TH-FAC-006"
            assert "B-204" not in refused["detail"]
