"""``tanheng verify`` and ``tanheng anchors`` against a real server: online, offline, and by somebody who cheats."""

from __future__ import annotations

import json
from datetime import timedelta

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from typer.testing import CliRunner

from serving import served
from strangers import registered
from tanheng.cli.main import app as command_line
from tanheng.errors import TanhengError, VerifyingError
from tanheng.services.strangers.fetching import LARGEST, Fetcher


@pytest.fixture
def register(sqlite_platform):
    with registered(sqlite_platform) as made:
        yield made


class Asked:
    def __init__(self, done):
        self.code, self.out, self.error = done.exit_code, done.output, done.exception

    @property
    def json(self):
        return json.loads(self.out[self.out.index('{\n  "kind"') :])  # the server logs to the same place

    def checks(self, outcome):
        return {(check["name"], check["reason"]) for check in self.json["checks"] if check["outcome"] == outcome}


def tanheng(*words):
    return Asked(CliRunner().invoke(command_line, [*map(str, words)]))


def verify(what, *words):
    return tanheng("verify", what, "--json", *words)


def got(register, part, path, **more):
    answer = httpx.get(register.address(part), timeout=60, **more)
    assert answer.status_code == 200
    path.write_bytes(answer.content)
    return path


@pytest.fixture
def files(register, tmp_path):
    """What somebody has who was online once."""
    anchors = tmp_path / "anchors.json"
    done = tanheng("anchors", register.url, anchors)
    assert done.code == 0, done.out
    return {
        "anchors": anchors,
        "credential": got(register, "credential", tmp_path / "credential.json"),
        "token": got(register, "credential", tmp_path / "c.jwt", headers={"Accept": "application/vc+jwt"}),
        "bundle": got(register, "bundle", tmp_path / "bundle.json"),
        "png": got(register, "label", tmp_path / "label.png", params={"format": "png"}),
        "svg": got(register, "label", tmp_path / "label.svg", params={"format": "svg"}),
        "pdf": got(register, "label", tmp_path / "label.pdf", params={"format": "pdf"}),
        "document": got(register, "document", tmp_path / "certificate.pdf"),
    }


def test_whoever_has_the_label_alone_verifies_all_of_it_online(register, files):
    for what in ("png", "svg", "pdf", "document"):
        found = verify(files[what])
        assert (found.code, found.json["outcome"]) == (0, "passed"), found.out
        assert found.json["facts"]["number"] == register.certificate.number
        assert {name for name, _ in found.checks("passed")} >= {"label-signature", "label-credential", "status", "log"}
    asked = found.json["fetched"]
    assert all(address.startswith(register.url) for address in asked)
    assert len(asked) == len(set(asked)) == 6


def test_whatever_the_register_gives_verifies_online(register, files):
    for what in (
        files["credential"],
        files["bundle"],
        register.certificate.code,
        f"{register.url}/c/{register.certificate.number}",
        register.address("credential"),
        register.address("bundle"),
    ):
        found = verify(what)
        assert (found.code, found.json["outcome"]) == (0, "passed"), found.out
    found = verify(files["token"])
    assert (found.code, found.checks("not-made")) == (3, {("log", "only-token")})


def test_a_bundle_verifies_without_a_network_where_somebody_is_trusted(register, files):
    register.app.state.platform = None  # whoever asked would be told of an error
    found = verify(files["bundle"], "--offline", "--anchors", files["anchors"])
    assert (found.code, found.json["fetched"], found.checks("not-made")) == (0, [], set())
    found = verify(files["bundle"], "--offline")
    assert (found.code, found.json["fetched"]) == (3, [])
    assert found.checks("not-made") == {(name, "own-word") for name in ("issuer", "label-issuer", "log")}
    found = verify(files["png"], "--offline", "--anchors", files["anchors"])
    assert found.code == 3
    assert found.checks("not-made") == {
        ("label-credential", "no-credential"),
        ("status", "not-in-code"),
        ("log", "no-proof"),
    }
    found = verify(files["credential"], "--offline", "--anchors", files["anchors"])
    assert (found.code, found.checks("not-made")) == (3, {("status", "not-at-hand"), ("log", "no-proof")})


def test_by_another_day_it_is_over_and_its_status_is_not_known(register, files):
    after = register.certificate.valid_until + timedelta(days=1)
    found = verify(files["bundle"], "--offline", "--anchors", files["anchors"], "--at", after.isoformat())
    assert (found.code, found.checks("failed")) == (1, {("validity", "expired"), ("label-validity", "expired")})
    assert found.checks("not-made") == {("status", "stale")}


def test_a_suspension_and_a_withdrawal_are_seen_with_the_old_picture_alone(register, files):
    register.step("suspend")
    found = verify(files["png"], "--anchors", files["anchors"])
    assert (found.code, found.checks("failed")) == (1, {("status", "suspension")})
    register.step("withdraw")
    found = verify(files["png"])
    assert (found.code, found.checks("failed")) == (1, {("status", "revocation")})


def test_what_was_changed_fails(register, files, tmp_path):
    forged = tmp_path / "forged.json"
    forged.write_text(files["credential"].read_text().replace("reasonable", "limited"))
    found = verify(forged)
    assert found.code == 1
    assert found.checks("failed") == {("signature", "tampered"), ("log", "not-included")}
    code = register.certificate.code
    for spoiled in (code[:-6] + "AAAA" + code[-2:], code.replace("/c/", "/d/")):
        found = verify(spoiled)
        assert ("label-signature", "tampered") in found.checks("failed"), found.out
        assert found.code == 1


def test_what_is_told_can_be_read_in_both_languages(register, files):
    english, chinese = (tanheng("verify", files["bundle"], "--lang", lang) for lang in ("en", "zh"))
    assert english.out.splitlines()[-1] == "✓ valid: every check passed"
    assert chinese.out.splitlines()[-1] == "✓ 有效：全部检查通过"
    assert f"fetched  {register.url}/bodies/{register.house.body.id}/did.json" in english.out


def refused(*words):
    error = tanheng(*words).error
    assert isinstance(error, TanhengError), error
    return error.code


def test_what_is_none_is_refused(register, tmp_path):
    blank = tmp_path / "blank.png"
    image = pytest.importorskip("PIL.Image")
    image.new("L", (80, 80), 255).save(blank)
    assert refused("verify", blank) == "TH-VER-003"
    for name, content, code in (
        ("cut.png", b"\x89PNG\r\n", "TH-VER-004"),
        ("x.pdf", b"%PDF-1.7 nothing", "TH-VER-004"),
        ("x.svg", b"<svg>", "TH-VER-004"),
        ("text", b"hello", "TH-VER-001"),
        ("bundle", b'{"tanheng": "bundle/2"}', "TH-VER-002"),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        assert refused("verify", path) == code, name
    (tmp_path / "a.json").write_text(
        json.dumps({"tanheng": "anchors/1", "issuers": {"did:web:x": {}}, "logs": {"l": {}}, "x": 1})
    )
    error = tanheng("verify", blank, "--anchors", tmp_path / "a.json").error
    assert [fault.place.rpartition(": ")[2] for fault in error.faults] == ["x", "issuers.did:web:x", "logs.l"]
    assert refused("verify", "http://cfp.example.org/c/1") == "TH-VER-006"
    assert refused("verify", f"{register.url}/c/none") == "TH-VER-007"
    assert refused("verify", f"{register.url}/c/none", "--offline") == "TH-VER-006"
    assert refused("anchors", f"{register.url}/none", tmp_path / "b.json") == "TH-VER-007"
    assert not (tmp_path / "b.json").exists()


def test_a_picture_reads_no_file_of_the_machine(tmp_path):
    from tanheng.services.strangers.pictures import code_in

    (tmp_path / "secret").write_text("s")
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="{tmp_path}/secret"/></svg>'
    with pytest.raises(VerifyingError, match="TH-VER-004"):
        code_in(drawn.encode(), place="x")


@pytest.fixture
def elsewhere():
    """A server that leads astray, and never ends."""
    asked = []

    async def far(request):
        asked.append(dict(request.headers))
        return RedirectResponse(f"http://localhost:{request.url.port}/there")

    async def near(request):
        response = RedirectResponse("/there")
        response.set_cookie("a", "b")
        return response

    async def there(request):
        asked.append(dict(request.headers))
        return Response(b"{}")

    async def large(request):
        return Response(b"x" * (LARGEST + 1))

    async def again(request):
        return RedirectResponse("/again")

    async def busy(request):
        asked.append(dict(request.headers))
        if len(asked) % 2:
            return Response(status_code=429, headers={"Retry-After": "1"})
        return Response(b"[]")

    async def closed(request):
        return Response(status_code=429, headers={"Retry-After": "3600"})

    routes = [Route(f"/{one.__name__}", one) for one in (far, near, there, large, again, busy, closed)]
    with served(Starlette(routes=routes)) as url:
        yield url, asked


def test_a_server_that_is_asked_too_often_is_waited_for(elsewhere):
    url, asked = elsewhere
    with Fetcher() as fetcher:
        assert fetcher.get(f"{url}/busy") == b"[]"
        assert (len(asked), fetcher.fetched) == (2, [f"{url}/busy"])
        with pytest.raises(VerifyingError, match=r"TH-VER-007.*429"):
            fetcher.get(f"{url}/closed")


def test_fetching_is_bounded_and_tells_nothing_of_who_asks(elsewhere):
    url, asked = elsewhere
    with Fetcher(most=9) as fetcher:
        assert fetcher.get(f"{url}/near") == b"{}"
        assert fetcher.fetched == [f"{url}/near", f"{url}/there"]
        assert not {"cookie", "authorization", "referer"} & asked[-1].keys()
        for path, code in (("far", "006"), ("large", "008"), ("again", "007"), ("none", "007")):
            with pytest.raises(VerifyingError, match=f"TH-VER-{code}"):
                fetcher.get(f"{url}/{path}")
        with pytest.raises(VerifyingError, match="TH-VER-007"):  # enough
            fetcher.get(f"{url}/there")
        for address in (
            "ftp://127.0.0.1/x",
            "http://example.org/",
            "https://a:b@example.org/",
            "https://",
            "https://[::1/",
        ):
            with pytest.raises(VerifyingError, match="TH-VER-006"):
                fetcher.get(address)
