"""PACT as partners speak it, over HTTP: tokens, lists, pages, events and errors; and what schemathesis makes of its documents."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pact_desk import desk
from pact_samples import document, faults, openapi
from serving import served
from tanheng.api.app import create_app
from tanheng.services.pact import inbox, partners
from tanheng.services.paging import Paging

GTIN = "urn:gtin:6901234567892"


class Endpoint:
    """An organisation's endpoint behind a server, and a partner who may sign in there."""

    def __init__(self, own, url):
        self.own, self.url = own, url
        self.buyer = own.partner()
        self.given = own.platform.do(own.actor, partners.issue, self.buyer)
        self.http = httpx.Client(base_url=f"{url}/pact/{own.organisation}", timeout=60)

    def token(self, **more):
        sent = {"data": {"grant_type": "client_credentials"}, "auth": (self.buyer, self.given.client_secret), **more}
        return self.http.post("/auth/token", **sent)

    def signed_in(self):
        self.http.headers["Authorization"] = f"Bearer {self.token().json()['access_token']}"
        return self.http


@pytest.fixture
def own(sqlite_platform):
    return desk(sqlite_platform, pact_loopback=True, requests_per_minute=10**6)


@pytest.fixture
def endpoint(own):
    with served(create_app(own.platform)) as url:
        made = Endpoint(own, url)
        with made.http:
            yield made


def event(kind="RequestCreatedEvent.3", data=None, **more):
    return {
        "type": f"org.wbcsd.pact.ProductFootprint.{kind}",
        "specversion": "1.0",
        "id": "e-1",
        "source": "//buyer.example/3/events",
        "time": "2026-01-01T00:00:00Z",
        "data": data or {},
        **more,
    }


def post(http, told, path="/3/events", media="application/cloudevents+json"):
    return http.post(path, content=json.dumps(told), headers={"Content-Type": media})


def says(answer, status, code):
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["message"]
    return True


def test_a_token_is_given_for_credentials(endpoint):
    found = endpoint.http.get("/.well-known/openid-configuration").json()
    assert found["token_endpoint"] == f"{endpoint.http.base_url}auth/token"
    told = endpoint.token().json()
    assert (told["token_type"], told["expires_in"]) == ("bearer", 3600)
    assert endpoint.token().headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("more", "status", "error"),
    [
        ({"auth": ("x", "y")}, 401, "invalid_client"),
        ({"auth": None}, 401, "invalid_client"),
        ({"headers": {"Authorization": "Basic ééé".encode()}, "auth": None}, 401, "invalid_client"),
        ({"data": {"grant_type": "password"}}, 400, "unsupported_grant_type"),
        ({"data": {}}, 400, "invalid_request"),
    ],
)
def test_no_token_without(endpoint, more, status, error):
    answer = endpoint.token(**more)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert set(answer.json()) == {"error", "code", "message"}


def test_tokens_count_for_one_endpoint_and_for_an_hour(own, endpoint):
    for headers in ({}, {"Authorization": "Basic x"}, {"Authorization": "Bearer nothing"}):
        assert says(endpoint.http.get("/3/footprints", headers=headers), 401, "AccessDenied")
    signed = endpoint.signed_in()
    assert signed.get("/3/footprints").json() == {"data": []}
    other = desk(own.platform, "别家")
    elsewhere = f"{endpoint.url}/pact/{other.organisation}/3/footprints"
    assert says(signed.get(elsewhere), 401, "AccessDenied")
    assert signed.get(f"{endpoint.url}/v1/studies").status_code == 401  # nothing else is open to it
    late = replace(own.platform, clock=lambda: own.platform.clock() + timedelta(hours=2))
    with served(create_app(late)) as url:
        again = httpx.get(f"{url}/pact/{own.organisation}/3/footprints", headers=dict(signed.headers))
        assert says(again, 401, "TokenExpired")


def test_lists_pages_and_single_footprints(endpoint):
    own, http = endpoint.own, endpoint.signed_in()
    assessment = own.assessment()
    made = [
        own.publish(endpoint.buyer, assessment=assessment, packaging_included=True, packaging=str(n)) for n in range(3)
    ]
    first = http.get("/3/footprints", params={"limit": 2, "productid": ["urn:x:y", GTIN], "geography": "CN-34"})
    assert [faults(one) for one in first.json()["data"]] == [[], []]
    following = first.links["next"]["url"]
    assert httpx.URL(following).host == "127.0.0.1"
    for _ in "12":
        rest = http.get(following)
        assert [one["id"] for one in rest.json()["data"]] == [made[2].uuid]
        assert "link" not in rest.headers
    one = http.get(f"/3/footprints/{made[0].uuid}")
    assert one.json()["data"]["id"] == made[0].uuid
    older = http.get("/2/footprints").json()["data"]
    assert [faults(found, "v2_3") for found in older] == [[], [], []]
    assert http.get(f"/2/footprints/{made[0].uuid}").json()["data"]["specVersion"] == "2.3.0"
    hidden = own.publish(assessment=assessment)
    assert says(http.get(f"/3/footprints/{hidden.uuid}"), 403, "AccessDenied")
    for path in ("/3/footprints/x", "/3/footprints/11111111-2222-4333-8444-555555555555", "/4/footprints"):
        assert says(http.get(path), 404, "NotFound")


@pytest.mark.parametrize(
    "query",
    [{"limit": "-1"}, {"limit": "x"}, {"validOn": "soon"}, {"status": "New"}, {"productId": "x"}, {"after": "x"}],
)
def test_what_cannot_be_understood_is_a_bad_request(endpoint, query):
    assert says(endpoint.signed_in().get("/3/footprints", params=query), 400, "BadRequest")


def test_filters_of_odata_are_said_not_to_be_there(endpoint):
    http = endpoint.signed_in()
    assert says(http.get("/2/footprints", params={"$filter": "x eq 1"}), 400, "NotImplemented")
    assert http.get("/2/footprints", params={"$filter": ""}).status_code == 200


def test_events_are_taken_and_counted_once(endpoint):
    http, own = endpoint.signed_in(), endpoint.own
    for _ in "12":
        answer = post(http, event(data={"productId": [GTIN]}))
        assert (answer.status_code, answer.content) == (200, b"")
    assert len(own.platform.look(own.actor, inbox.listed, Paging()).items) == 1
    assert post(http, event("PublishedEvent.3", {"pfIds": [document()["id"]]}, id="e-2")).status_code == 200
    older = event() | {
        "type": "org.wbcsd.pathfinder.ProductFootprintRequest.Created.v1",
        "data": {"pf": {"productIds": [GTIN]}},
    }
    assert post(http, older | {"id": "e-3"}, "/2/events").status_code == 200
    for wrong in (
        event(data={"productId": ["x"]}, id="e-4"),
        event("RequestFulfilledEvent.3", {"requestEventId": "x", "pfs": [document()]}, id="e-5"),
        event("Unknown", id="e-6"),
        {},
    ):
        assert says(post(http, wrong), 400, "BadRequest")
    assert says(post(http, event(), media="application/json"), 400, "BadRequest")
    assert says(httpx.post(f"{http.base_url}3/events", json=event()), 401, "AccessDenied")


def test_plain_http_is_refused_unless_it_is_a_trial(sqlite_platform):
    plain = desk(sqlite_platform)
    with served(create_app(plain.platform)) as url:
        base = f"{url}/pact/{plain.organisation}"
        assert says(httpx.get(f"{base}/3/footprints"), 403, "AccessDenied")
        assert says(httpx.post(f"{base}/auth/token"), 403, "AccessDenied")
    proxied = replace(
        plain.platform, configuration=replace(plain.platform.configuration, public_url="https://x.example")
    )
    with served(create_app(proxied)) as url:
        found = httpx.get(f"{url}/pact/{plain.organisation}/.well-known/openid-configuration").json()
        assert found["token_endpoint"].startswith("https://")


NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**6), max_value=10**6).map(str)
URNS = st.from_regex(r"urn:[a-z]{2,8}:[a-z0-9]{1,8}", fullmatch=True)
UNFIT = ("unsupported_method", "ignored_auth", "positive_data_acceptance")
"""Methods and credentials are tried above; an answer to nothing that was asked is refused, though its shape is good."""


@pytest.mark.fuzz
@pytest.mark.parametrize("version", ["v3_0", "v2_3"])
def test_no_request_finds_a_violation_of_the_documents_of_the_standard(endpoint, version):
    schemathesis.openapi.format("decimal", NUMBERS)
    schemathesis.openapi.format("urn", URNS)
    schema = schemathesis.openapi.from_dict(openapi(version))
    checks = [check for check in schemathesis.checks.CHECKS.get_all() if check.__name__ not in UNFIT]
    own, http = endpoint.own, endpoint.signed_in()
    assessment = own.assessment()
    for n in range(3):
        own.publish(endpoint.buyer, assessment=assessment, packaging_included=True, packaging=str(n))
    headers, tried = {"Authorization": http.headers["Authorization"]}, 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
        @given(case=operation.as_strategy())
        def one(case):
            case.call_and_validate(base_url=str(http.base_url).rstrip("/"), headers=headers, checks=checks)

        one()
        tried += 1
    assert tried == 3
