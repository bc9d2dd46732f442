"""Routers that know what is not for them find what FastAPI's find."""

from __future__ import annotations

import httpx
import pytest
from fastapi import APIRouter, FastAPI

from serving import served
from tanheng.api.routes import ROUTERS
from tanheng.api.routing import Router

ROUTES = [(route.path, method) for router in ROUTERS for route in router.routes for method in sorted(route.methods)]


def area(kind):
    """Two areas of which one's paths begin as the other's do, and one at the root."""
    first, second, third = kind(prefix="/v1/things"), kind(prefix="/v1/things-of-us"), kind()

    @first.get("")
    def listed() -> str:
        return "listed"

    @first.get("/{id}")
    def one(id: str) -> str:  # noqa: A002
        return f"one {id}"

    @second.post("/{id}/deeds")
    def deed(id: str) -> str:  # noqa: A002
        return f"deed {id}"

    @third.get("/{path:path}/end")
    def end(path: str) -> str:
        return f"end {path}"

    app = FastAPI()
    for router in (first, second, third):
        app.include_router(router)
    return app, first


ASKED = [
    ("GET", "/v1/things"),
    ("GET", "/v1/things/"),
    ("GET", "/v1/things/7"),
    ("POST", "/v1/things/7"),
    ("GET", "/v1/things-of-us/7"),
    ("POST", "/v1/things-of-us/7/deeds"),
    ("GET", "/v1/things-of-us/7/deeds"),
    ("GET", "/any/where/end"),
    ("GET", "/v1/thing"),
    ("GET", "/"),
]


@pytest.mark.parametrize("root", ["", "/below"])
def test_every_answer_is_that_of_fastapis_own_routers(root):
    """Found, redirected, not found, with another method; also below a path, as behind a proxy."""

    def answers(kind):
        app, _ = area(kind)

        async def below(scope, receive, send):
            await app({**scope, "root_path": root}, receive, send)

        with served(below) as url, httpx.Client(base_url=url) as client:
            told = [client.request(method, root + path) for method, path in ASKED]
        return [
            (answer.status_code, answer.text, answer.headers.get("allow"), answer.has_redirect_location)
            for answer in told
        ]

    ours = answers(Router)
    assert ours == answers(APIRouter)
    assert {200, 307, 404, 405} == {status for status, *_ in ours}


def test_a_route_that_comes_late_is_found():
    app, first = area(Router)
    router = Router()
    with served(app) as url, httpx.Client(base_url=url) as client:
        assert client.get("/late").status_code == 404
        first.add_api_route("/x/late", lambda: "late")
        router.add_api_route("/late", lambda: "late")
        app.include_router(router)
        assert client.get("/late").json() == client.get("/v1/things/x/late").json() == "late"


def test_no_path_of_the_api_is_hidden(api):
    """A stranger who sends nothing is told many things, but never that there is no such path or method."""
    for path, method in ROUTES:
        told = api.request(method, path.replace("{", "").replace("}", ""))
        assert told.status_code != 405, (method, path)
        assert "TH-API-003" not in told.text, (method, path)
