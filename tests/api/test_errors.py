"""Every error has one shape, and speaks the reader's language."""

from __future__ import annotations


def test_a_stranger_is_asked_to_sign_in(api):
    answer = api.get("/v1/organisations", headers={"Accept-Language": "zh-CN,en;q=0.5"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == "Bearer"
    told = answer.json()
    assert (told["title"], told["status"], told["faults"][0]["message"]) == ("TH-ACC-001", 401, "请先登录")
    assert told["request"] == answer.headers["x-request-id"]


def test_an_address_that_is_not_there_has_the_same_shape(api):
    answer = api.get("/nowhere")
    assert (answer.status_code, answer.json()["title"]) == (404, "TH-API-003")
    assert api.put("/v1/organisations").json()["title"] == "TH-API-004"


def test_what_cannot_be_understood_names_the_field(api):
    answer = api.get("/v1/organisations?limit=0")
    assert answer.status_code == 422
    assert answer.json()["faults"][0]["place"] == "query.limit"


def test_a_failure_of_ours_shows_no_insides(api, app):
    app.state.platform = None
    answer = api.get("/v1/organisations")
    assert (answer.status_code, answer.json()["title"]) == (500, "TH-API-005")
    assert "Traceback" not in answer.text


def test_a_nul_is_refused_before_the_database_refuses_it(api):
    names = {"kind": "bank", "names": {"zh": "a\0"}}
    for answer in (
        api.post("/v1/session", json={"email": "a\0@b.c", "password": "p"}),
        api.post("/v1/organisations", json=names),
    ):
        assert (answer.status_code, answer.json()["title"]) == (422, "TH-API-001")
