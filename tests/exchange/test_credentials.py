"""Proofs, tokens, identifiers and statuses of credentials: vectors of the W3C, an independent library, tampering."""

from __future__ import annotations

import copy
import gzip
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from tanheng.audit.signing import Ed25519Signer
from tanheng.exchange.credentials import dids, integrity, jose, statuslist
from tanheng.exchange.credentials.multibase import base58, base64url, decoded, key_of_multikey, multikey
from tanheng.exchange.credentials.statuslist import Purpose

AT = datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC)
DID = "did:web:tanheng.example.org"
METHOD = f"{DID}#k1"
# W3C, Data Integrity EdDSA Cryptosuites v1.0 (15 May 2025), appendix B.2, https://www.w3.org/TR/vc-di-eddsa/
PUBLIC = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
SECRET = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
PROOF = "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX"
ALUMNI = {
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}
OURS = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": "https://tanheng.example.org/credentials/1",
    "type": ["VerifiableCredential"],
    "issuer": {"id": DID, "name": "碳衡"},
    "validFrom": "2026-01-01T00:00:00Z",
    "credentialSubject": {"id": "https://tanheng.example.org/products/1", "value": 12480.25, "unit": "kg CO2e/t"},
}


def another(text):
    """A text with another last letter."""
    return text[:-1] + ("3" if text.endswith("2") else "2")


@pytest.fixture(scope="module")
def signer():
    return Ed25519Signer.new()


@pytest.fixture(scope="module")
def key(signer):
    return key_of_multikey(multikey(signer.public()))


def test_the_vector_of_the_recommendation_is_reproduced():
    signer = Ed25519Signer(Ed25519PrivateKey.from_private_bytes(decoded(SECRET)[2:]))
    assert multikey(signer.public()) == PUBLIC
    proved = integrity.with_proof(ALUMNI, signer, f"did:key:{PUBLIC}#{PUBLIC}", AT)
    assert proved["proof"]["proofValue"] == PROOF
    assert integrity.is_proved(proved, key_of_multikey(PUBLIC))


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one["credentialSubject"].update(value=12480.26),
        lambda one: one.update(id="https://tanheng.example.org/credentials/2"),
        lambda one: one["@context"].append("https://elsewhere.example/v1"),
        lambda one: one["@context"].insert(0, "https://elsewhere.example/v1"),
        lambda one: one["proof"].update(created="2023-02-24T23:36:39Z"),
        lambda one: one["proof"].update(verificationMethod=f"{DID}#k2"),
        lambda one: one["proof"].update(proofValue=another(one["proof"]["proofValue"])),
        lambda one: one["proof"].pop("proofValue"),
        lambda one: one["proof"].update(proofValue="?"),
        lambda one: one.update(more=True),
    ],
)
def test_whatever_is_changed_is_noticed(signer, key, change):
    proved = integrity.with_proof(OURS, signer, METHOD, AT)
    assert integrity.is_proved(proved, key)
    changed = copy.deepcopy(proved)
    change(changed)
    assert not integrity.is_proved(changed, key)


def test_another_key_does_not_fit(signer):
    proved = integrity.with_proof(OURS, signer, METHOD, AT)
    other = key_of_multikey(multikey(Ed25519Signer.new().public()))
    assert not integrity.is_proved(proved, other)
    token = jose.token_of(OURS, signer, METHOD)
    assert not jose.is_signed(token, other)


def test_an_independent_library_agrees(signer):
    openvc = pytest.importorskip("openvc", reason="openvc-core is not installed")
    from openvc.proof.di_jcs import EddsaJcsProofSuite

    raw = base64url(decoded(multikey(signer.public()))[2:])[1:]
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": raw}
    proved = integrity.with_proof(OURS, signer, METHOD, AT)
    EddsaJcsProofSuite().verify(proved, public_key_jwk=jwk)
    proved["credentialSubject"]["value"] = 1.0
    with pytest.raises(openvc.errors.OpenvcError):
        EddsaJcsProofSuite().verify(proved, public_key_jwk=jwk)


def test_an_independent_library_opens_the_token(signer):
    jwt = pytest.importorskip("jwt", reason="PyJWT is not installed")
    public = signer.public().decode()
    token = jose.token_of(OURS, signer, METHOD)
    found = jwt.decode_complete(token, public, algorithms=["EdDSA"])
    assert (found["payload"], found["header"]["typ"]) == (OURS, "vc+jwt")
    head, _, sign = token.split(".")
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(".".join([head, base64url(b'{"issuer":"x"}')[1:], sign]), public, algorithms=["EdDSA"])


def test_a_token_opens_as_it_was_made(signer, key):
    token = jose.token_of(OURS, signer, METHOD)
    assert jose.opened(token) == (METHOD, OURS)
    assert jose.is_signed(token, key)
    head, body, sign = token.split(".")
    assert not jose.is_signed(f"{head}.{another(body)}.{sign}", key)


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none", "kid": METHOD, "typ": "vc+jwt"},
        {"alg": "HS256", "kid": METHOD, "typ": "vc+jwt"},
        {"alg": "EdDSA", "kid": METHOD, "typ": "JWT"},
        {"alg": "EdDSA", "kid": METHOD, "typ": "vc+jwt", "crit": ["exp"]},
        {"alg": "EdDSA", "typ": "vc+jwt"},
        [],
    ],
)
def test_tokens_that_are_something_else_are_refused(header):
    import orjson

    token = ".".join(base64url(part)[1:] for part in (orjson.dumps(header), b"{}", b"x" * 64))
    with pytest.raises(ValueError, match="token"):
        jose.opened(token)


@pytest.mark.parametrize("token", ["", "a.b", "a.b.c.d", "%.%.%", "e30.e30=.e30", "x" * 2_000_000])
def test_what_is_no_token_is_refused(token):
    with pytest.raises(ValueError):  # noqa: PT011 - of several kinds
        jose.opened(token)


@given(st.binary(max_size=80))
def test_bytes_come_back_from_either_base(content):
    assert decoded(base58(content)) == content
    assert decoded(base64url(content)) == content


@given(st.text(max_size=60))
def test_any_text_is_bytes_or_refused(text):
    try:
        found = decoded(text)
    except ValueError:
        return
    assert text in (base58(found), base64url(found))


def test_a_document_of_an_issuer_names_its_keys(signer):
    did = dids.did_of("https://tanheng.example.org:8443/cfp/", "bodies", "7")
    assert dids.address_of(did) == "https://tanheng.example.org:8443/cfp/bodies/7/did.json"
    document = dids.did_document(did, {"k1": signer.public(), "k0": Ed25519Signer.new().public()})
    found = dids.keys_of(document)
    assert sorted(found) == [f"{did}#k0", f"{did}#k1"]
    assert found[f"{did}#k1"].public_bytes_raw() == key_of_multikey(multikey(signer.public())).public_bytes_raw()
    document["assertionMethod"] = [f"{did}#k0"]
    assert sorted(dids.keys_of(document)) == [f"{did}#k0"]
    document["verificationMethod"][1]["controller"] = "did:web:elsewhere.example"
    assert dids.keys_of(document) == {}


@pytest.mark.parametrize(
    "did", ["", "did:web:", "did:key:z6Mk", "did:web:a.example:", "did:web:a.example%2Fb", "a.example"]
)
def test_what_is_no_address_is_refused(did):
    with pytest.raises(ValueError, match="did:web"):
        dids.address_of(did)


@given(st.sets(st.integers(0, statuslist.LENGTH - 1), max_size=30), st.integers(0, statuslist.LENGTH - 1))
def test_bits_are_set_where_they_are_taken(taken, other):
    row = statuslist.credential("https://a.example/s", {"id": DID}, Purpose.REVOCATION, taken, AT, AT)
    for index in (*taken, other):
        assert statuslist.is_set(row, "revocation", index) == (index in taken)


def test_an_independent_library_reads_the_row():
    pytest.importorskip("openvc", reason="openvc-core is not installed")
    from openvc.status.bitstring import decode_bitstring, get_status_bit

    row = statuslist.credential("https://a.example/s", {"id": DID}, Purpose.SUSPENSION, {0, 9, 131_071}, AT, AT)
    bits = decode_bitstring(row["credentialSubject"]["encodedList"])
    assert [index for index in (0, 1, 8, 9, 10, 131_070, 131_071) if get_status_bit(bits, index)] == [0, 9, 131_071]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda row: row.update(type=["VerifiableCredential"]), "no row"),
        (lambda row: row["credentialSubject"].update(statusPurpose="suspension"), "another purpose"),
        (lambda row: row["credentialSubject"].update(encodedList="u" + "A" * 8), "unpacked"),
        (lambda row: row["credentialSubject"].update(encodedList=base64url(gzip.compress(b"\0" * 10))), "too short"),
        (lambda row: row["credentialSubject"].update(encodedList=base64url(gzip.compress(b"\0" * 2**24))), "too long"),
        (
            lambda row: row["credentialSubject"].update(encodedList=base64url(gzip.compress(b"\0" * 2**14)[:-9])),
            "cut off",
        ),
    ],
)
def test_rows_that_cannot_be_relied_upon_are_refused(change, reason):
    row = statuslist.credential("https://a.example/s", {"id": DID}, Purpose.REVOCATION, (), AT, AT)
    change(row)
    with pytest.raises(ValueError, match=reason):
        statuslist.is_set(row, "revocation", 100)
