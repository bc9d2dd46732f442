"""Certification over HTTP: from an application to a certificate and its end, by everybody in turn, on both engines."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from certification_calls import Caller
from certification_samples import SCHEME, House
from tanheng.services.studies import assessing, evidence


@pytest.fixture
def house(platform):
    return House(platform)


@pytest.fixture
def calls(api, house):
    """Everybody of the house, by name; a session each, opened when it is first needed."""
    made = {}

    class Calls(SimpleNamespace):
        def __getattr__(self, name):
            if name not in made:
                actor = [] if name == "anybody" else [getattr(house, name)]
                made[name] = Caller(api, house.platform, *actor)
            return made[name]

    return Calls()


@pytest.fixture
def applied(calls, house):
    """The address of a case that was handed in, over HTTP alone."""
    calls.official.post(
        "/v1/accreditations",
        {"body": house.body.id, "regulator": house.regulator.id, "scheme": "test-label"},
        201,
    )
    for person, functions in house.team.items():
        sent = {"person": person, "functions": [one.value for one in functions]}
        calls.head.post(f"/v1/bodies/{house.body.id}/qualifications", sent, 201)
    study, assessment = house.assessed()
    sent = {"study": study.id, "scheme": house.scheme.id, "body": house.body.id}
    made = calls.engineer.post("/v1/cases", sent, 201)
    case = made.headers["location"]
    assert calls.head.get(case, 404).json()["title"] == "TH-STO-001"
    calls.engineer.step(case, "submit", assessment=assessment.id)
    return case


def team(house):
    return [{"person": one, "functions": [f.value for f in several]} for one, several in house.team.items()]


def planned(calls, house, case):
    calls.head.step(case, "accept")
    calls.head.ask("PUT", f"{case}/team", json={"team": team(house)}, etag=case)
    for one in (calls.ann, calls.bo):
        one.post(f"{case}/declaration")
    return calls.head.post(f"{case}/plan", {"team": team(house), "visit": "2030-01-02"}, etag=case).json()


def verifying(calls, house, case):
    planned(calls, house, case)
    calls.ann.step(case, "begin-review")
    calls.ann.step(case, "end-review-without-site")


def certified(calls, house, case):
    """The address of the certificate of a case whose verification is under way."""
    found = calls.ann.job(f"{case}/recomputations")
    assert (found["same"], found["person"]) == (True, house.ann.id)
    calls.ann.post(f"{case}/statement", {"assurance": "reasonable", "misstatement": 0.01, "text": "fair"}, 201)
    calls.ann.step(case, "end-verification")
    for one in (calls.ann, calls.bo):
        one.post(f"{case}/signatures", etag=case)
    return calls.bo.post(f"{case}/certificate", status=201, etag=case).headers["location"]


def test_an_application_becomes_a_certificate_that_is_watched_over(calls, house, applied):
    case = applied
    assert planned(calls, house, case)["visit"] == "2030-01-02"
    assert {one["person"] for one in calls.engineer.get(f"{case}/team").json()} == {house.ann.id, house.bo.id}
    calls.ann.step(case, "begin-review")
    calls.ann.step(case, "end-review-without-site")
    number = certified(calls, house, case)
    seen = calls.anybody.get(number).json()
    assert (seen["state"], seen["holder"]) == ("valid", house.maker.id)
    assert calls.anybody.get("/v1/certificates", params={"state": "valid"}).json()["items"] == [seen]
    assert calls.anybody.get("/v1/surveillance", params={"body": house.body.id}).json()["items"] == [seen]
    assert calls.engineer.get(case).json()["state"] == "certified"
    assert calls.engineer.get(case).json()["steps"] == []
    told = [one["step"] for one in calls.engineer.get(f"{case}/steps").json()["items"]]
    assert told[:3] == ["certify", "sign", "sign"]
    assert calls.ann.get(f"{case}/statement").json()["signed"] == sorted([house.ann.id, house.bo.id])
    calls.bo.step(number, "suspend", reason="meter broken")
    calls.bo.step(number, "reinstate", reason="meter replaced")
    refused = calls.ann.step(number, "confirm", 422)
    assert refused["title"] == "TH-CER-052"
    given = {"kind": "surveillance-report", "name": "year-1.pdf"}
    calls.ann.post(f"{case}/files", status=201, params=given, content=b"%PDF")
    calls.ann.step(number, "confirm")
    calls.engineer.step(number, "cancel")
    steps = calls.anybody.get(f"{number}/steps").json()["items"]
    assert [one["step"] for one in steps] == ["cancel", "confirm", "reinstate", "suspend"]
    assert "person" not in steps[0]
    made = calls.ann.get("/v1/me/data").json()["made"]
    assert {name: made[name] for name in ("case_memberships", "case_steps", "recomputations", "statements")} == {
        "case_memberships": 1,
        "case_steps": 4,
        "recomputations": 1,
        "statements": 1,
    }
    assert (made["qualifications"], made["signatures"], made["case_files"], made["certificate_steps"]) == (1, 1, 1, 1)


def test_a_case_tells_each_their_steps_and_all_that_they_lack(calls, house, applied):
    case = applied
    own = {one["step"]: one for one in calls.head.get(case).json()["steps"]}
    assert set(own) == {"accept", "return", "reject"}
    assert own["accept"]["lacking"] == []
    assert {one["step"] for one in calls.engineer.get(case).json()["steps"]} == {"abandon"}
    calls.head.step(case, "accept")
    (plan,) = calls.head.get(case).json()["steps"]
    assert [one["code"] for one in plan["lacking"]] == ["TH-CER-020"] * 4
    assert {one["place"] for one in plan["lacking"]} == {"team"}
    assert calls.head.get(case).json()["state"] == "accepted"
    refused = calls.head.post(f"{case}/plan", {"team": team(house)}, 422, etag=case).json()
    assert [(one["code"], one["place"]) for one in refused["faults"]] == [
        ("TH-CER-023", "team[0]"),
        ("TH-CER-023", "team[1]"),
    ]
    assert calls.head.step(case, "certify", 409)["title"] == "TH-CER-001"
    assert calls.engineer.post(f"{case}/plan", {"team": []}, 403, etag=case).json()["title"] == "TH-ACC-002"


def test_the_reviewers_room(calls, house, applied, tmp_path):
    case = applied
    verifying(calls, house, case)
    sent = {"text": "where is the meter?", "path": "lines[0].amount", "clause": "GB/T 24067 6.3", "weight": "major"}
    made = calls.ann.post(f"{case}/comments", sent, 201).json()
    place = f"{case}/comments/{made['id']}"
    calls.ann.step(case, "request-correction")
    assert calls.engineer.step(case, "answer", 422)["faults"][0]["place"] == "lines[0].amount"
    calls.engineer.post(f"{place}/answer", {"text": "see the file"}, etag=place)
    given = {"kind": "meter-readings", "name": "读数.csv"}
    kept = calls.engineer.post(f"{case}/files", status=201, params=given, content=b"1,2").json()
    study = calls.engineer.get(case).json()["study"]
    path = tmp_path / "meter.csv"
    path.write_text("7")
    evidence.add(house.platform, house.engineer, study, path, name="meter.csv", media_type="text/csv")
    assert calls.ann.get(f"{case}/evidence").json()["items"] == []
    again = assessing.assess(house.platform, house.engineer, study, assessing.Order())
    calls.engineer.step(case, "answer", assessment=again.id)
    calls.ann.post(f"{place}/replies", {"text": "found", "state": "closed"}, etag=place)
    assert [one["state"] for one in calls.ann.get(f"{place}/replies").json()["items"]] == ["closed", "answered", "open"]
    assert [one["id"] for one in calls.ann.get(f"{case}/comments", params={"state": "closed"}).json()["items"]] == [
        made["id"]
    ]
    file = calls.ann.get(f"{case}/files/{kept['id']}")
    assert (file.content, file.headers["content-disposition"][:10]) == (b"1,2", "attachment")
    assert calls.engineer.post(f"{case}/files", status=409, params=given, content=b"3").json()["title"] == "TH-CER-075"
    (beside,) = calls.ann.get(f"{case}/evidence").json()["items"]
    assert calls.ann.get(f"{case}/evidence/{beside['id']}").content == b"7"
    assert calls.ann.get(f"/v1/studies/{study}", 404)
    assert calls.ann.get(f"{case}/dossier").json()["digest"].startswith("sha256:")
    (line,) = calls.ann.get(f"{case}/sampling-plan").json()
    assert (line["place"], line["why"], line["share"]) == ("lines[0]", "key", 1.0)
    assert calls.engineer.get(f"{case}/sampling-plan", 409).json()["title"] == "TH-CER-134"
    assert calls.stranger.get(case, 404).json()["title"] == "TH-STO-001"


def test_schemes_are_published_read_and_withdrawn(calls, house):
    text = SCHEME.replace("1.0.0", "1.1.0")
    wanted = {"organisation": house.regulator.id}
    made = calls.official.post("/v1/schemes", status=201, params=wanted, content=text.encode()).json()
    place = f"/v1/schemes/{made['id']}"
    seen = calls.anybody.get(place).json()
    assert (seen["release"], seen["rules"]["days"], seen["rules"]["signatures"]) == (
        "1.1.0",
        {"returned": 30, "correction": 90},
        2,
    )
    assert calls.anybody.get(f"{place}/file").text == text
    wrong = text.replace("days: {returned: 30", "days: {decision: 30").replace("site: chosen", "site: perhaps")
    refused = calls.official.post("/v1/schemes", status=422, params=wanted, content=wrong.encode()).json()
    assert len(refused["faults"]) >= 2
    other = text.replace("chosen", "none").encode()
    assert calls.official.post("/v1/schemes", status=409, params=wanted, content=other).json()["title"] == "TH-CER-060"
    assert calls.official.post(f"{place}/withdraw", etag=place).json()["withdrawn"] is True
    current = calls.anybody.get("/v1/schemes", params={"scheme": "test-label", "current": True}).json()["items"]
    assert [one["id"] for one in current] == [house.scheme.id]
    study, _ = house.assessed()
    sent = {"study": study.id, "scheme": made["id"], "body": house.body.id}
    assert calls.engineer.post("/v1/cases", sent, 422).json()["title"] == "TH-CER-068"


def test_bodies_are_public_with_counts_and_complaints_are_closed_by_their_regulator(calls, house, applied):
    verifying(calls, house, applied)
    certificate = certified(calls, house, applied).rpartition("/")[2]
    place = f"/v1/bodies/{house.body.id}"
    body = calls.anybody.get(place).json()
    assert (body["open_cases"], body["certificates"], body["complaints"]) == (0, 1, {"open": 0, "upheld": 0})
    assert body["scope"] == [{"scheme": "test-label", "rule_packs": [], "valid_until": None}]
    assert calls.anybody.get("/v1/bodies").json()["items"] == [body]
    assert calls.anybody.get(f"/v1/bodies/{house.maker.id}", 404)
    calls.anybody.post("/v1/complaints", {"body": house.body.id, "text": "t"}, 401)
    sent = {"body": house.body.id, "text": "nobody came", "certificate": "X-1"}
    assert calls.stranger.post("/v1/complaints", sent, 422).json()["title"] == "TH-CER-083"
    made = calls.stranger.post("/v1/complaints", {**sent, "certificate": certificate}, 201).json()
    about = f"/v1/complaints/{made['id']}"
    assert made["author"] == house.stranger.id
    assert calls.head.get(about).json()["author"] == ""
    assert house.stranger.id not in calls.head.get("/v1/audit/events", params={"limit": 500}).text
    assert calls.official.get(about).json()["author"] == house.stranger.id
    assert calls.engineer.get(about, 404)
    for caller, finds in ((calls.head, 1), (calls.official, 1), (calls.stranger, 1), (calls.engineer, 0)):
        assert len(caller.get("/v1/complaints").json()["items"]) == finds
    assert calls.anybody.get(place).json()["complaints"] == {"open": 1, "upheld": 0}
    assert calls.stranger.post(f"{about}/answer", {"text": "t"}, 403, etag=about)
    assert calls.head.post(f"{about}/answer", {"text": "we were there"}, etag=about).json()["state"] == "answered"
    closing = {"regulator": house.regulator.id, "upheld": True, "finding": "they were not"}
    assert calls.head.post(f"{about}/closure", closing, 403, etag=about).json()["title"] == "TH-ACC-002"
    closed = calls.official.post(f"{about}/closure", closing, etag=about).json()
    assert (closed["state"], closed["closed_by"]) == ("upheld", house.regulator.id)
    assert calls.official.post(f"{about}/closure", closing, 409, etag=about).json()["title"] == "TH-CER-081"
    assert calls.anybody.get(place).json()["complaints"] == {"open": 0, "upheld": 1}


def test_who_may_certify_ends_with_a_reason(calls, house, applied):
    (granted,) = calls.anybody.get("/v1/accreditations", params={"body": house.body.id}).json()["items"]
    place = f"/v1/accreditations/{granted['id']}"
    assert calls.head.post(f"{place}/end", {"reason": "r"}, 403, etag=place)
    assert calls.official.post(f"{place}/end", {"reason": "no longer competent"}, etag=place).json()["ended_at"]
    assert calls.head.step(applied, "accept", 422)["title"] == "TH-CER-015"
    held = calls.ann.get(f"/v1/bodies/{house.body.id}/qualifications").json()["items"]
    place = f"/v1/qualifications/{held[0]['id']}"
    assert calls.ann.post(f"{place}/end", status=403, etag=place)
    assert calls.head.post(f"{place}/end", etag=place).json()["ended_at"]
    sent = {"towards": house.maker.id, "person": house.ann.id, "note": "worked there"}
    calls.ann.post(f"/v1/bodies/{house.body.id}/interests", sent, 201)
    (interest,) = calls.head.get(f"/v1/bodies/{house.body.id}/interests").json()["items"]
    assert (interest["person"], interest["organisation"]) == (house.ann.id, house.maker.id)
