"""What an installation holds is found over HTTP, and only by those who may see it."""

from __future__ import annotations

import pytest

from study_samples import member, one_product, organisation, study
from tanheng.accounts import ANONYMOUS, system
from tanheng.accounts.model import Role
from tanheng.api import authentication
from tanheng.services.search.filling import fill_embedded


@pytest.fixture
def own(platform):
    return organisation(platform)


@pytest.fixture
def other(platform):
    return organisation(platform, "另一家")


@pytest.fixture
def ask(app, api):
    """``ask(actor, words)`` tells kinds and references that somebody finds."""

    def asking(actor, words, **more):
        app.dependency_overrides[authentication.actor] = lambda: actor
        answer = api.get("/v1/search", params={"q": words, **more})
        assert answer.status_code == 200, answer.text
        return [(hit["kind"], hit["reference"]) for hit in answer.json()["items"]]

    return asking


@pytest.fixture
def sent(app, api, own):
    """``sent(method, path, …)`` is a request of an owner who is an engineer too."""

    def sending(method, path, **more):
        app.dependency_overrides[authentication.actor] = lambda: member(own, Role.ENGINEER, Role.OWNER)
        answer = api.request(method, path, **more)
        assert answer.status_code < 300, answer.text
        return answer

    return sending


def test_the_factors_that_ship_are_found_by_strangers(platform, ask):
    assert platform.do(system("init"), fill_embedded) > 0
    assert platform.do(system("init"), fill_embedded) == 0
    assert ("factor", "cn-electricity-footprint-2024") in ask(ANONYMOUS, "电力 全国 2024")


def test_a_study_is_found_by_its_organisation_as_long_as_it_is_not_put_away(ask, sent, own, other):
    begun = sent("POST", "/v1/studies", params={"organisation": own.id}, content=study())
    found = [("product", begun.json()["id"])]
    assert ask(member(own), "ingot") == ask(member(own), "7601.10") == found
    assert ask(member(own), "铝", geography="CN", kind="product") == found
    assert ask(member(other), "ingot") == ask(ANONYMOUS, "ingot") == []
    place = begun.headers["location"]
    changed = {"content": study(Ingot="Billet"), "headers": {"If-Match": begun.headers["etag"]}}
    revised = sent("POST", f"{place}/versions", **changed)
    assert (ask(member(own), "ingot", kind="product"), ask(member(own), "billet")) == ([], found)
    away = sent("PATCH", place, json={"archived": True}, headers={"If-Match": revised.headers["etag"]})
    assert ask(member(own), "billet") == []
    sent("PATCH", place, json={"archived": False}, headers={"If-Match": away.headers["etag"]})
    assert ask(member(own), "billet") == found


def test_data_sets_are_found_by_those_who_may_use_their_database(ask, sent, own, other):
    stranger = {"organisation": own.id, "name": "bg", "file": "one.spold"}
    made = sent("POST", "/v1/databases", params=stranger, content=one_product(2))
    place = made.headers["location"]
    found = [("dataset", f"{made.json()['id']}/0")]
    words = sent("GET", f"{place}/products").json()["items"][0]["name"]
    assert ask(member(own), words, database="bg") == found
    assert ask(member(other), words) == ask(ANONYMOUS, words) == []
    for sharing, theirs in (
        ({"visibility": "shared", "shared_with": [other.id]}, found),
        ({"visibility": "private"}, []),
        ({"visibility": "public"}, found),
    ):
        tag = sent("GET", place).headers["etag"]
        sent("PUT", f"{place}/sharing", json=sharing, headers={"If-Match": tag})
        assert ask(member(own), words) == found
        assert ask(member(other), words) == theirs
        assert ask(ANONYMOUS, words) == []
