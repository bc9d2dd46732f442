"""The public log over HTTP: for strangers, and for caches between."""

from __future__ import annotations

import pytest

from rfc9162 import consistent, included
from tanheng.accounts import system
from tanheng.accounts.model import OrganisationKind
from tanheng.audit import merkle
from tanheng.services.accounts import organisations


@pytest.fixture
def told(platform):
    kind = OrganisationKind.CERTIFICATION_BODY
    for number in range(5):
        platform.do(system("init"), organisations.create, kind=kind, names={"zh": f"机构{number}"})


def test_a_stranger_checks_the_log_from_what_it_answers(api, told):
    of = api.get("/v1/log").json()
    head = of["head"]
    assert head["size"] == 5
    assert of["keys"].keys() == {of["key"]} == {head["key"]}
    kept = api.get("/v1/log/entries").json()["items"]
    leaves = [merkle.leaf(entry["entry"].encode()) for entry in kept]
    found = api.get("/v1/log/proofs/inclusion", params={"number": 2}).json()
    root = bytes.fromhex(head["root"])
    assert included(leaves[2], 2, 5, [bytes.fromhex(one) for one in found["path"]], root)
    older = api.get("/v1/log/heads").json()["items"][2]
    path = api.get("/v1/log/proofs/consistency", params={"first": older["size"], "second": 5}).json()["path"]
    assert consistent(3, 5, [bytes.fromhex(one) for one in path], bytes.fromhex(older["root"]), root)


def test_what_never_changes_may_be_kept_for_ever(api, told):
    for_ever, for_now = "public, max-age=31536000, immutable", "public, max-age=10"
    for path, said in (
        ("", for_now),
        ("/heads", for_now),
        ("/entries?first=1&limit=4", for_ever),
        ("/entries?first=1&limit=5", for_now),
        ("/proofs/inclusion?number=1&size=5", for_ever),
        ("/proofs/inclusion?number=1", for_now),
        ("/proofs/consistency?first=1&second=2", for_ever),
        ("/proofs/consistency?first=1", for_now),
    ):
        answer = api.get(f"/v1/log{path}")
        assert answer.headers["cache-control"] == said, path
        assert "set-cookie" not in answer.headers


def test_what_is_not_there_is_said(api, told):
    for path, status, code in (
        ("inclusion?number=5", 404, "TH-AUD-021"),
        ("inclusion?number=1&size=6", 404, "TH-AUD-020"),
        ("consistency?first=3&second=2", 422, "TH-AUD-022"),
        ("consistency?first=0", 422, "TH-API-001"),
    ):
        answer = api.get(f"/v1/log/proofs/{path}")
        assert (answer.status_code, answer.json()["title"]) == (status, code)
        assert "cache-control" not in answer.headers
