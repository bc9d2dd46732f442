"""Nobody gets anything of an organisation that they are not in, nor learns what it has: every route, every kind of caller.

The table of routes, and how to add one, is ``tests/isolation.py``; the organisation and the callers, ``tests/tenants.py``.
"""

from __future__ import annotations

import json
import socket
import uuid
from datetime import timedelta

import pytest
from starlette.routing import Route

import tenants as makers
from isolation import CALLERS, OTHERS, TABLE
from study_samples import one_product
from tanheng.api.app import create_app


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def tenants(request, tmp_path_factory):
    with makers.opened(request.param, request, tmp_path_factory.mktemp("tenants")) as made:
        yield made


def routes(router):
    """``GET /v1/…`` of every route, also of routers that are included."""
    for route in router.routes:
        if hasattr(route, "original_router"):
            assert not route.include_context.prefix, "put the prefix before the addresses here"
            yield from routes(route.original_router)
        else:
            assert isinstance(route, Route), f"{route} has routes of its own: walk them here"
            yield from (f"{method} {route.path}" for method in sorted(route.methods - {"HEAD"}))


class Calling:
    """Calls a route as its entry says, for things with given ids."""

    def __init__(self, tenants, route):
        self.tenants, self.route, self.entry = tenants, route, TABLE[route]

    def __call__(self, caller, ids):
        method, address = self.route.split()
        for name, thing in self.entry.path.items():
            address = address.replace(f"{{{name}}}", ids.get(thing, thing.removeprefix("=")))
        headers = dict(self.tenants.headers[caller])
        if self.entry.etag:
            seen = self.tenants.http.get(self.fill(self.entry.etag), headers=self.tenants.headers["insider"])
            headers["If-Match"] = seen.headers["etag"]
        sent = {"params": json.loads(self.fill(json.dumps(self.entry.query), ids))}
        if self.entry.json is not None:
            sent["json"] = json.loads(self.fill(json.dumps(self.entry.json), ids))
        if self.entry.content:
            is_spold = self.entry.content == b"{spold}"
            sent["content"] = one_product(2) if is_spold else self.entry.content
        return self.tenants.http.request(method, address, headers=headers, **sent)

    def fill(self, text, ids=None):
        """Put ids in the place of ``{thing}``."""
        tomorrow = (self.tenants.platform.clock() + timedelta(days=1)).isoformat()
        for name, value in {**(ids or self.tenants.ids), "tomorrow": tomorrow, "new": uuid.uuid4().hex}.items():
            text = text.replace(f"{{{name}}}", value)
        return text


def told(answer, ids):
    """What an answer says, but for the ids that were sent and its own number."""
    text = answer.text
    for name, value in ids.items():
        text = text.replace(value, name)
    return answer.status_code, text.replace(answer.headers["x-request-id"], "")


def test_every_route_has_an_entry(sqlite_platform):
    there = set(routes(create_app(sqlite_platform)))
    assert len(there) > 50
    missing, gone = sorted(there - set(TABLE)), sorted(set(TABLE) - there)
    assert not missing, f"tests/isolation.py, TABLE: add a line for each of {missing} (its docstring says how)"
    assert not gone, f"tests/isolation.py, TABLE: there is no such route any more: {gone}"


def test_who_may_not_send_a_file_is_refused_before_it_comes_in(tenants):
    described = tenants.http.get("/openapi.json").json()["paths"]
    files = [
        route
        for route, entry in TABLE.items()
        if entry.content
        and (method := route.split()[0].lower())
        and "application/json" not in described[route.split()[1]][method]["requestBody"]["content"]
    ]
    files += [route for route in TABLE if route.endswith("/studies") and route.startswith("POST")]
    assert len(files) >= 4
    url = tenants.http.base_url
    for route in files:
        call = Calling(tenants, route)
        method, address = route.split()
        for name, thing in call.entry.path.items():
            address = address.replace(f"{{{name}}}", tenants.ids.get(thing, thing.removeprefix("=")))
        query = "&".join(f"{key}={call.fill(str(value))}" for key, value in call.entry.query.items())
        for caller in ("anonymous", "stranger", "viewer"):
            if call.entry.gets[caller] == 200:
                continue  # who may send it is waited for
            lines = [f"{method} {address}?{query} HTTP/1.1", "Host: x", "Content-Length: 1000000", 'If-Match: "1"']
            lines += [f"{name}: {value}" for name, value in tenants.headers[caller].items()]
            with socket.create_connection((url.host, url.port), timeout=30) as wire:
                wire.sendall("\r\n".join([*lines, "", ""]).encode())
                status = int(wire.recv(4096).split()[1])  # nothing of the file was sent, and nothing is waited for
            assert status == call.entry.gets[caller], f"{route} of {caller}: give body() or upload() a check"


def test_who_is_somewhere_else_cannot_be_drawn_in(tenants):
    """An owner gives no roles to people whom they may not read, so that they read nothing of them afterwards."""
    own = tenants.http.get("/v1/session", headers=tenants.headers["stranger"]).json()["memberships"][0]["organisation"]
    for person in (tenants.ids["person"], str(uuid.uuid4())):
        address = f"/v1/organisations/{own}/members/{person}"
        answer = tenants.http.put(address, json={"roles": ["viewer"]}, headers=tenants.headers["stranger"])
        assert (answer.status_code, answer.json()["title"]) == (404, "TH-STO-001")


def test_what_is_named_in_a_body_is_as_hidden_as_what_is_named_in_a_path(tenants):
    headers = tenants.headers["stranger"]
    own = tenants.http.get("/v1/session", headers=headers).json()["memberships"][0]["organisation"]
    from study_samples import study

    place = tenants.http.post("/v1/studies", params={"organisation": own}, content=study(), headers=headers)
    made = tenants.http.post(f"{place.headers['location']}/assessments", json={}, headers=headers).json()["id"]
    sent = {"by": tenants.ids["later"], "reason": "r"}
    answer = tenants.http.post(f"/v1/assessments/{made}/supersede", json=sent, headers=headers)
    assert answer.status_code == 404
    by_name = {"database": makers.SECRET}
    answer = tenants.http.post(f"{place.headers['location']}/assessments", json=by_name, headers=headers)
    unknown = tenants.http.post(f"{place.headers['location']}/assessments", json={"database": "x"}, headers=headers)
    assert (answer.status_code, answer.json()["title"]) == (unknown.status_code, unknown.json()["title"])


@pytest.fixture
def _signed_in(tenants):
    with makers.keeping_sessions(tenants):
        yield


@pytest.mark.usefixtures("_signed_in")
@pytest.mark.parametrize("route", TABLE)
def test_nobody_gets_anything_of_another_s_organisation(route, tenants):
    call, random = Calling(tenants, route), {name: str(uuid.uuid4()) for name in tenants.ids}
    for caller in CALLERS:
        wanted = call.entry.gets[caller]
        answer = call(caller, tenants.ids)
        allowed = wanted if isinstance(wanted, tuple) else (wanted,)
        assert answer.status_code in allowed, f"{caller}: {answer.status_code}, not {wanted}: {answer.text[:500]}"
        if caller in OTHERS:
            assert makers.SECRET.lower() not in answer.text.lower(), f"{caller} is told: {answer.text[:500]}"
        if call.entry.names_things and not answer.is_success and (caller in OTHERS or answer.status_code == 404):
            unknown = told(call(caller, random), random)
            assert told(answer, tenants.ids) == unknown, f"{caller} is told what there is"
        if caller == "insider":
            for thing in call.entry.finds:
                assert tenants.ids[thing] in answer.text, f"the {thing} is not there: {answer.text[:500]}"
