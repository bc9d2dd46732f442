"""The public register over HTTP: without signing in."""

from __future__ import annotations

import csv
import hashlib
import io

import docx
import pypdf
import pytest

from certification_samples import INIT, House
from register_samples import Registered
from tanheng.accounts import ANONYMOUS
from tanheng.api import authentication
from tanheng.services.registry import dumps


@pytest.fixture
def house(platform):
    return House(platform)


@pytest.fixture
def sent(app, api):
    """``sent(actor, method, path, …)``: a request of somebody."""

    def sending(actor, method, path, **more):
        app.dependency_overrides[authentication.actor] = lambda: actor
        return api.request(method, path, **more)

    return sending


def test_strangers_search_and_read_the_register(api, house):
    made = house.certified()
    found = api.get("/v1/register", params={"q": "铝锭", "state": "valid"}).json()
    assert [one["number"] for one in found["items"]] == [made.number]
    assert (found["total"], found["is_capped"], found["facets"]["state"]) == (1, False, {"valid": 1})
    page = api.get(f"/v1/register/{made.number}").json()
    assert (page["certificate"]["printed"], page["counts"]) == (made.printed, True)
    assert page["body"]["names"]["en"] == "Body"
    assert api.get("/v1/register/nothing").status_code == 404
    refused = api.get("/v1/register", params={"least": 1})
    assert (refused.status_code, refused.json()["title"]) == (422, "TH-REG-001")


def test_pages_of_a_long_register(api, platform):
    filled = Registered(platform).fill(30)
    numbers, after = [], ""
    while True:
        page = api.get("/v1/register", params={"limit": 8, "after": after}).json()
        numbers += [one["number"] for one in page["items"]]
        after = page["next"]
        if not after:
            break
    assert len(numbers) == len(set(numbers)) == len(filled.rows)


def test_a_search_is_taken_away_as_a_table(api, platform):
    filled = Registered(platform).fill(120)
    answer = api.get("/v1/register/table", params={"order": "newest"})
    assert answer.headers["content-disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    listed = api.get("/v1/register", params={"limit": 100}).json()["items"]
    assert len(rows) == len(filled.rows)
    assert [row["number"] for row in rows[:100]] == [one["number"] for one in listed]
    assert [float(row["value"]) for row in rows[:100]] == [one["value"] for one in listed]
    assert api.get("/v1/register/table", params={"q": "no-such-word"}).text.count("\n") == 1
    assert api.get("/v1/register/table", params={"least": 1}).json()["title"] == "TH-REG-001"
    assert api.get("/v1/register/table", params={"format": "xlsx"}).content[:2] == b"PK"


def test_a_correction_over_http(house, sent):
    made = house.certified()
    path, asked = f"/v1/register/{made.number}/corrections", {"reason": "a slip", "names": {"en": "Billet"}}
    tag = {"If-Match": f'"{made.version}"'}
    assert sent(ANONYMOUS, "POST", path, json=asked, headers=tag).status_code == 401
    assert sent(house.engineer, "POST", path, json=asked, headers=tag).status_code == 403
    assert sent(house.bo, "POST", path, json={**asked, "value": 1}, headers=tag).status_code == 422
    first = sent(house.ann, "POST", path, json=asked, headers=tag)
    assert (first.status_code, first.headers["etag"], first.json()["corrections"]) == (201, f'"{made.version}"', [])
    done = sent(house.bo, "POST", path, json=asked, headers=tag)
    assert (done.status_code, done.headers["etag"]) == (201, f'"{made.version + 1}"')
    (told,) = done.json()["corrections"]
    assert told["after"] == {"names": {"zh": None, "en": "Billet"}, "codes": None, "maker": None, "geography": None}
    assert sent(house.bo, "POST", path, json=asked, headers=tag).status_code == 422  # it says so already


def test_a_list_is_checked_by_anybody(api, house):
    made = house.certified()
    lines = [{"number": made.number}, {"number": "nothing"}, {"code": "760110"}]
    told = api.post("/v1/register/checks", json={"lines": lines}).json()
    assert [one["verdict"] for one in told["items"]] == ["passed", "unknown", "passed"]
    assert told["passed"] == 2
    table = f"number,max_value\n{made.number},0\n"
    asked = {"unit": made.unit, "per": made.per}
    told = api.post("/v1/register/checks/table", params=asked, content=table).json()
    assert told["items"][0]["verdict"] == "above-value"
    assert api.post("/v1/register/checks/table", content=b"x").status_code == 422


def test_figures_feed_and_dumps_over_http(api, platform, tmp_path):
    filled = Registered(platform).fill(30)
    assert api.get("/v1/register/statistics").json()["total"] == 30
    asked = {"category": "cn-cement", "unit": filled.unit, "per": "1 t"}
    assert api.get("/v1/register/statistics/values", params=asked).json()["shares"] == [0.1, 0.25, 0.5, 0.75, 0.9]
    feed = api.get("/v1/register/feed", params={"maker": filled.makers[0].code}).json()
    assert feed["@graph"][0]["@type"] == "Product"
    assert (
        api.get("/v1/register/feed", params={"maker": filled.makers[0].code, "since": feed["since"]}).json()["@graph"]
        == []
    )
    made = dumps.make(platform, INIT, tmp_path, progress=lambda *_: None)
    (listed,) = api.get("/v1/register/dumps").json()["items"]
    got = api.get(f"/v1/register/dumps/{made.id}/register.csv")
    assert hashlib.sha256(got.content).hexdigest() == listed["files"]["register.csv"]
    assert api.get(f"/v1/register/dumps/{made.id}/other").status_code == 422
    assert api.post("/v1/register/dumps").status_code == 401


def test_a_bank_reads_under_a_consent_over_http(house, sent):
    made, bank = house.certified(), house.stranger
    path = f"/v1/register/{made.number}/disclosure"
    assert sent(ANONYMOUS, "GET", path).json()["view"] == "public"
    asked = {"params": {"view": "partner"}}
    assert sent(bank, "GET", path, **asked).status_code == 403
    body = {"certificates": [made.number], "receiver": house.other.id, "purpose": "a loan", "until": "2999-01-01"}
    assert sent(bank, "POST", "/v1/consents", json=body).status_code == 403
    (consent,) = sent(house.engineer, "POST", "/v1/consents", json=body).json()["items"]
    told = sent(bank, "GET", path, **asked).json()
    assert told["consent"] == consent["id"]
    assert {one["field"]: one["how"] for one in told["fields"]}["lines"] == "withheld"
    lines = {"lines": [{"number": made.number}, {"number": "nothing"}], "disclose": True}
    checked = sent(bank, "POST", "/v1/register/checks", json=lines).json()["items"]
    assert [one["disclosed"] is not None for one in checked] == [True, False]
    checked = sent(ANONYMOUS, "POST", "/v1/register/checks", json=lines).json()["items"]
    assert [one["disclosed"] for one in checked] == [None, None]
    many = {"lines": [{"number": "x"}] * 201, "disclose": True}
    assert sent(bank, "POST", "/v1/register/checks", json=many).json()["title"] == "TH-REG-010"
    uses = sent(house.engineer, "GET", f"/v1/consents/{consent['id']}/uses").json()["items"]
    assert len(uses) == 2
    seen = sent(bank, "GET", f"/v1/consents/{consent['id']}")
    tag = {"If-Match": seen.headers["etag"]}
    assert sent(bank, "POST", f"/v1/consents/{consent['id']}/revocation", headers=tag).status_code == 403
    done = sent(house.engineer, "POST", f"/v1/consents/{consent['id']}/revocation", headers=tag)
    assert (done.status_code, done.json()["counts"]) == (200, False)
    assert sent(bank, "GET", path, **asked).status_code == 403
    assert len(sent(bank, "GET", "/v1/consents").json()["items"]) == 1


def test_a_holder_opens_fields_and_states_over_http(house, sent):
    made = house.certified()
    path = f"/v1/register/{made.number}/disclosure/public"
    assert sent(house.stranger, "PUT", path, json={"fields": ["stages"]}).status_code == 403
    assert sent(house.engineer, "PUT", path, json={"fields": ["stages"]}).json() == {"fields": ["stages"]}
    assert sent(house.engineer, "PUT", path, json={"fields": ["lines"]}).status_code == 422
    asked = {"holder": house.maker.id, "begins": "2026-01-01", "ends": "2026-12-31", "certificates": [made.number]}
    texts = {"zh": "声明", "en": "Statement"}
    told = sent(house.engineer, "POST", "/v1/disclosures", json={**asked, "texts": texts})
    assert told.status_code == 201
    assert sent(ANONYMOUS, "GET", told.headers["location"]).json() == told.json()
    assert sent(ANONYMOUS, "GET", "/v1/disclosures", params={"holder": house.maker.id}).json()["items"] == [told.json()]
    assert len(sent(ANONYMOUS, "GET", "/v1/disclosure-fields").json()) > 15


def test_a_regulator_tells_of_a_task_over_http(house, sent):
    body = {"organisation": house.regulator.id, "lead": {"zh": "牵头"}, "progress": 30, "notes": "n"}
    body["milestones"] = [{"day": "2026-12-31", "texts": {"en": "half"}}]
    assert sent(house.engineer, "POST", "/v1/tasks/A2/history", json=body).status_code == 403
    made = sent(house.official, "POST", "/v1/tasks/A2/history", json=body)
    assert (made.status_code, made.json()["told"]["progress"]) == (201, 30)
    assert made.json()["milestones"][-1]["day"] == "2026-12-31"
    board = {one["id"]: one for one in sent(ANONYMOUS, "GET", "/v1/tasks").json()}
    assert board["A2"] == made.json()
    report = sent(ANONYMOUS, "GET", "/v1/tasks/report", params={"year": 2026}).json()
    assert list(report["changes"]) == ["A2"]
    assert sent(ANONYMOUS, "GET", "/v1/tasks/Z/history").status_code == 404


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ("年度报告", "制定重点产品碳足迹核算规则标准")),
        ("en", ("tasks of the plan", "Accounting rules of products")),
    ],
)
def test_the_report_of_a_year_is_a_document_too(house, sent, lang, words):
    body = {"organisation": house.regulator.id, "lead": {"zh": "牵头"}, "progress": 30, "notes": "<b>n & m</b>"}
    assert sent(house.official, "POST", "/v1/tasks/A2/history", json=body).status_code == 201
    year = house.platform.today().year
    found = {}
    for ending in ("pdf", "docx"):
        asked = {"year": year, "format": ending, "lang": lang}
        answers = [sent(ANONYMOUS, "GET", "/v1/tasks/report/document", params=asked) for _ in range(2)]
        assert answers[0].status_code == 200, answers[0].text
        assert answers[0].content == answers[1].content
        assert f"tasks-{year}-{lang}.{ending}" in answers[0].headers["content-disposition"]
        found[ending] = answers[0].content
    pages = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(found["pdf"])).pages)
    document = docx.Document(io.BytesIO(found["docx"]))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    written = " ".join([*(one.text for one in document.paragraphs), *cells])
    for text in (pages, written):
        plain = "".join(text.split())
        for wanted in (*words, "30 %", "<b>n & m</b>"):
            assert "".join(wanted.split()) in plain
    assert "{{" not in written
    assert sent(ANONYMOUS, "GET", "/v1/tasks/report/document", params={"year": year + 1}).status_code == 422
