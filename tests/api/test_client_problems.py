"""Answers that are none of ours, or of a newer server; addresses and tokens that are none."""

from __future__ import annotations

import pickle
import socket

import httpx
import pytest

from tanheng.client import Client, Retries
from tanheng.client.problems import problem_of
from tanheng.client.retrying import may_help
from tanheng.errors import RequestError, StoreError, TanhengError

ASKED = httpx.Request("GET", "https://example.org/v1/studies?after=x")


def answer(code, **told):
    return httpx.Response(code, json=told, request=ASKED)


def problem(status, *codes):
    faults = [{"code": code, "place": "a", "message": "wrong", "hint": "mend", "new": 1} for code in codes]
    return problem_of(answer(status, title=codes[0], status=status, faults=faults, request="r1", new=1))


def test_codes_of_newer_servers_are_told_as_they_are():
    known, strange = problem(409, "TH-STO-999", "TH-NEW-001"), problem(418, "TH-NEW-001")
    assert type(known) is StoreError
    assert [fault.code for fault in known.faults] == ["TH-STO-999", "TH-NEW-001"]
    assert type(strange) is TanhengError
    assert str(strange) == "TH-NEW-001 a: wrong → mend"
    assert (strange.status, strange.request) == (418, "r1")


def test_an_error_keeps_what_the_server_said_elsewhere():
    error = problem(409, "TH-NEW-001")
    for other in (pickle.loads(pickle.dumps(error)), error.at("file")):  # noqa: S301 - our own
        assert (other.status, other.request, other.faults[0].message()) == (409, "r1", "wrong")
    assert error.at("file").faults[0].place == "file: a"


def test_an_answer_of_something_else_is_told_as_such():
    error = problem_of(httpx.Response(502, text="<h1>Bad gateway</h1>", request=ASKED))
    assert (error.code, error.status) == ("TH-API-021", 502)
    assert "https://example.org/v1/studies answers with status 502" in str(error)


@pytest.mark.parametrize(
    ("status", "code", "safe", "unsafe"),
    [
        (429, "TH-API-008", True, True),
        (503, "TH-STO-006", True, True),
        (503, "TH-STO-007", True, False),
        (409, "TH-API-010", True, False),
        (500, "TH-API-005", False, False),
        (412, "TH-STO-002", False, False),
    ],
)
def test_what_may_have_been_done_is_sent_again_only_where_that_is_safe(status, code, safe, unsafe):
    error = problem(status, code)
    assert (may_help(error, is_safe=True), may_help(error, is_safe=False)) == (safe, unsafe)


def test_waiting_is_bounded_in_number_and_in_sum():
    asked = []
    waits = Retries(attempts=4, patience=10, pause=asked.append).waits()
    assert [waits.again(2), waits.again(), waits.again(0), waits.again()] == [True, True, True, False]
    assert not Retries(patience=10, pause=asked.append).waits().again(11)
    assert len(asked) == 3


def test_a_server_that_is_not_there_is_told_after_some_attempts():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    asked = []
    client = Client(f"http://127.0.0.1:{port}", token="th_secret", retries=Retries(pause=asked.append))
    with client, pytest.raises(RequestError, match="TH-API-020") as told:
        client.who()
    assert len(asked) == 5
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    "url", ["example.org", "ftp://example.org", "https://", "https://me:secret@example.org", "http://host:port"]
)
def test_what_is_no_address_is_refused(url):
    with pytest.raises(RequestError, match="TH-API-023") as told:
        Client(url)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("token", ["th_secret\nX: y", "th_sécret", "th secret"])
def test_what_is_no_token_is_refused_and_not_shown(token):
    with pytest.raises(RequestError, match="TH-API-026") as told:
        Client("https://example.org", token=token)
    assert token not in str(told.value)
