"""What strangers get of a certificate over HTTP, without signing in, and what they make of it."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime

import httpx
import pytest
from lxml import html
from pypdf import PdfReader

from strangers import registered
from tanheng.exchange.credentials import jose
from tanheng.exchange.credentials.bundles import read_proof
from tanheng.exchange.credentials.checks import Anchors, Outcome
from tanheng.exchange.credentials.logged import verify_log
from tanheng.exchange.credentials.presenting import read_presented, verify_presented
from tanheng.exchange.credentials.trust import read_anchors
from tanheng.exchange.credentials.verifying import digest_of, verify_credential

NOTHING = Anchors()


@pytest.fixture
def register(platform):
    with registered(platform) as made:
        yield made


@pytest.fixture
def get(register):
    with httpx.Client(timeout=60) as client:

        def asked(address, **more):
            answer = client.get(address if address.startswith("http") else register.url + address, **more)
            assert answer.status_code == 200, answer.text
            assert "set-cookie" not in answer.headers
            return answer

        asked.client = client
        yield asked


def outcomes(checks):
    return {check["name"]: (check["outcome"], check["reason"]) for check in checks}


def test_a_credential_is_verified_by_what_it_names_alone(register, get):
    document = get(register.address("credential"))
    assert document.headers["content-type"] == "application/vc"
    assert document.headers["vary"] == "Accept"
    told = document.json()
    assert told["id"] == register.address("credential")
    did = told["issuer"]["id"]
    host, *path = did.removeprefix("did:web:").split(":")
    assert register.url == "http://" + host.replace("%3A", ":")
    issuer = get("/" + "/".join(path) + "/did.json")
    assert issuer.headers["content-type"] == "application/did+json"
    anchors = Anchors({did: issuer.json()})
    rows = {
        entry["statusListCredential"]: get(entry["statusListCredential"]).json() for entry in told["credentialStatus"]
    }
    now = datetime.now(UTC)
    assert [c.outcome for c in verify_credential(told, anchors, now, rows)] == [Outcome.PASSED] * 6
    token = get(register.address("credential"), headers={"Accept": "application/vc+jwt"})
    assert token.headers["content-type"] == "application/vc+jwt"
    assert [c.outcome for c in verify_credential(token.text, anchors, now, rows)] == [Outcome.PASSED] * 6
    assert jose.opened(token.text)[1] == {name: part for name, part in told.items() if name != "proof"}


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("*/*", "application/vc"),
        ("application/vc, application/vc+jwt;q=0.8", "application/vc"),
        ("application/vc;q=0.5, application/VC+jwt", "application/vc+jwt"),
        ("application/vc+jwt, */*", "application/vc+jwt"),
        ("application/vc+jwt;q=none", "application/vc"),
    ],
)
def test_the_form_that_is_asked_for_is_given(register, get, accept, kind):
    assert get(register.address("credential"), headers={"Accept": accept}).headers["content-type"] == kind


def test_a_certificate_is_proved_to_stand_in_the_log(register, get):
    proof = read_proof(get(register.address("proof")).json(), place="proof")
    anchors = read_anchors(get("/v1/anchors").content)
    digest = digest_of(get(register.address("credential")).json())
    assert verify_log(proof, digest, anchors).outcome is Outcome.PASSED
    head = get("/v1/log").json()["head"]
    assert (proof.size, proof.root, proof.signature) == (head["size"], head["root"], head["signature"])


def test_a_bundle_holds_all_but_the_trust(register, get):
    content = get(register.address("bundle")).content
    now = datetime.now(UTC)
    found = verify_presented(read_presented(content), read_anchors(get("/v1/anchors").content), now)
    assert (found.outcome, {check.outcome for check in found.checks}) == (Outcome.PASSED, {Outcome.PASSED})
    assert found.facts["number"] == register.certificate.number
    alone = verify_presented(read_presented(content), NOTHING, now)
    assert alone.outcome is Outcome.NOT_MADE
    assert {c.name for c in alone.checks if c.reason == "own-word"} == {"issuer", "label-issuer", "log"}
    forged = json.loads(content)
    forged["credential"]["validUntil"] = "2099-12-31T23:59:59Z"
    spoiled = verify_presented(read_presented(json.dumps(forged).encode()), NOTHING, now)
    assert {c.name for c in spoiled.checks if c.outcome is Outcome.FAILED} == {"signature", "label-credential", "log"}


def test_what_is_held_out_is_checked_by_the_server(register, get):
    def held(content):
        return get.client.post(f"{register.url}/v1/verifications", content=content, params={"lang": "en"}).json()

    credential = get(register.address("credential"))
    token = get(register.address("credential"), headers={"Accept": "application/vc+jwt"})
    bundle = get(register.address("bundle"))
    for content, kind in ((credential.content, "credential"), (bundle.content, "bundle")):
        told = held(content)
        assert (told["kind"], told["outcome"]) == (kind, "passed"), told
        assert told["facts"]["number"] == register.certificate.number
    told = held(token.text)
    assert (told["kind"], outcomes(told["checks"])["log"]) == ("token", ("not-made", "only-token"))
    told = held(register.certificate.code)
    assert (told["kind"], told["outcome"]) == ("code", "passed")
    assert {"label-credential", "signature", "status", "log"} <= outcomes(told["checks"]).keys()
    forged = credential.text.replace(register.certificate.number, "test-label-2026-000009")
    told = held(forged)
    assert told["outcome"] == "failed"
    assert outcomes(told["checks"])["signature"] == ("failed", "tampered")
    odd = json.loads(credential.content)
    for entry, number in zip(odd["credentialStatus"], ("999999", "1"), strict=True):
        entry["statusListCredential"] = entry["statusListCredential"].removesuffix("0") + number
    assert outcomes(held(json.dumps(odd))["checks"])["status"] == ("not-made", "not-at-hand")
    register.step("suspend")
    told = held(credential.content)
    assert [c["text"] for c in told["checks"] if c["outcome"] == "failed"] == ["It is not suspended: it is suspended"]


def test_what_is_none_is_refused(register, get):
    def refused(content):
        answer = get.client.post(f"{register.url}/v1/verifications", content=content)
        return answer.status_code, answer.json()["title"]

    for content in (b"", b"hello", b"\xff", b"{", b"[1]", b"{" + b'"a":{' * 100 + b"}" * 101):
        status, code = refused(content)
        assert (status, code[:7]) == (422, "TH-VER-"), content
    assert refused(b'{"tanheng": "bundle/1"}') == (422, "TH-VER-002")
    assert refused(b"x" * 1_000_001) == (413, "TH-STO-054")


def test_the_page_behind_the_code_tells_everybody_in_both_languages(register, get):
    page = register.certificate.code.partition("#")[0]
    for lang, words in (("en", ["valid", "It stands in the public log"]), ("zh", ["有效", "已载入公开日志"])):
        answer = get(page, headers={"Accept-Language": lang})
        assert len(answer.content) < 30_000
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        tree = html.fromstring(answer.text)
        assert tree.xpath("//script | //*[@src] | //form") == []
        text = tree.text_content()
        for word in (*words, register.certificate.number, register.certificate.printed, "✓"[:0]):
            assert word in text
        assert len(tree.xpath("//ul[contains(@class, 'checks')]/li[@class='passed']")) >= 10
        assert tree.xpath("//ul[contains(@class, 'checks')]/li[not(@class='passed')]") == []
        for link in tree.xpath("//ul[contains(@class, 'links')]//a/@href"):
            get(str(httpx.URL(page).join(link)))
    missing = get.client.get(f"{register.url}/c/none", params={"lang": "zh"}, headers={"Accept": "text/html"})
    assert (missing.status_code, "没有此编号的证书" in missing.text) == (404, True)


def test_the_page_and_the_document_say_that_a_certificate_does_not_hold(register, get):
    assert get(register.address("label"), params={"format": "svg"}).text.startswith("<svg")
    register.step("suspend", "meter broken")
    page = html.fromstring(get(f"/c/{register.certificate.number}?lang=en").text)
    assert "is suspended" in page.xpath("//p[@class='notice']")[0].text_content()
    assert len(page.xpath("//li[@class='failed']")) == 1
    label = get.client.get(register.address("label"))
    assert (label.status_code, label.json()["title"]) == (409, "TH-VER-010")
    told = words(get(register.address("document"), params={"lang": "en"}))
    assert "This certificate is suspended" in told
    register.step("withdraw")
    assert "本证书已撤销" in words(get(register.address("document"), params={"lang": "zh"})).replace(" ", "")


def words(answer):
    assert answer.headers["content-type"] == "application/pdf"
    (page,) = PdfReader(io.BytesIO(answer.content)).pages
    return page.extract_text()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_certificate_is_a_document_of_one_page(register, get, lang):
    first, again = (get(register.address("document"), params={"lang": lang}) for _ in range(2))
    assert first.content == again.content
    told = words(first)
    for wanted in (register.certificate.number, register.certificate.printed, register.certificate.credential[:16]):
        assert wanted in told
    for person in ("ann", "bo", "head"):
        assert f" {person} " not in told


def test_the_label_is_read_again_from_its_picture(register, get):
    zxing = pytest.importorskip("zxingcpp", reason="zxing-cpp is not installed")
    pillow = pytest.importorskip("PIL.Image")
    import numpy as np

    answer = get(register.address("label"), params={"format": "png"})
    with pillow.open(io.BytesIO(answer.content)) as picture:
        (found,) = zxing.read_barcodes(np.asarray(picture.convert("L")))
    assert found.text == register.certificate.code
    assert get(register.address("label"), params={"format": "pdf"}).content.startswith(b"%PDF")


def test_what_is_not_there_is_said(register, get):
    body = register.house.body.id
    for address in (
        "/v1/certificates/none/credential",
        "/v1/certificates/none/proof",
        "/v1/certificates/none/bundle",
        "/v1/certificates/none/label",
        "/v1/certificates/none/document",
        f"/bodies/{register.house.maker.id}/did.json",
        f"/v1/statuses/{body}/revocation/1",
        f"/v1/statuses/{register.house.maker.id}/revocation/0",
    ):
        answer = get.client.get(register.url + address)
        assert (answer.status_code, answer.json()["title"]) == (404, "TH-STO-001"), address


def test_answers_may_be_kept_as_long_as_they_hold(register, get):
    body = register.house.body.id
    for address, seconds in (
        (register.address("credential"), 86400),
        (register.address("proof"), 10),
        (register.address("bundle"), 10),
        (register.address("label"), 300),
        (register.address("document"), 60),
        (f"/bodies/{body}/did.json", 300),
        (f"/v1/statuses/{body}/suspension/0", 60),
        ("/v1/anchors", 300),
        (f"/c/{register.certificate.number}", 60),
    ):
        assert get(address).headers["cache-control"] == f"public, max-age={seconds}", address
