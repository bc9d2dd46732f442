"""Odd and hostile credentials, keys, rows and identifiers: each is told, none passes, none ends the server."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from tanheng.audit import merkle
from tanheng.audit.signing import Ed25519Signer
from tanheng.errors import TanhengError, VerifyingError
from tanheng.exchange.credentials import dids, integrity, jose, statuslist
from tanheng.exchange.credentials.bundles import write_bundle
from tanheng.exchange.credentials.checks import Anchors, Outcome
from tanheng.exchange.credentials.labels import Label, code_of
from tanheng.exchange.credentials.logged import LogProof
from tanheng.exchange.credentials.multibase import base58
from tanheng.exchange.credentials.presenting import read_presented, verify_presented
from tanheng.exchange.credentials.statuslist import Purpose
from tanheng.exchange.credentials.verifying import verify_code, verify_credential

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SIGNER = Ed25519Signer.new()
DID = "did:web:body.example"
METHOD = f"{DID}#{SIGNER.key}"
ISSUER = dids.did_document(DID, {SIGNER.key: SIGNER.public()})
LABEL = Label("https://body.example/c/1", "1", "1", "kg", "1 t", "", "s", NOW, "0" * 32, DID, SIGNER.key)


def bare(**more):
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "id": "https://body.example/1",
        "issuer": {"id": DID},
        "validFrom": "2026-01-01T00:00:00Z",
        "validUntil": "2027-12-31T23:59:59Z",
        "credentialSubject": {"id": "https://body.example/1#a"},
        **more,
    }


def signed(signer=SIGNER, method=METHOD, **more):
    return integrity.with_proof(bare(**more), signer, method, NOW)


def checks(told, anchors=None, now=NOW, documents=None):
    found = verify_credential(told, anchors or Anchors({DID: ISSUER}), now, documents or {})
    return {one.name: one.outcome for one in found}


def test_the_samples_are_right():
    assert checks(signed())["signature"] is Outcome.PASSED


# What a stranger brings is refused, and is no crash of the server


@pytest.mark.parametrize(
    "more",
    [
        {"credentialStatus": "x"},
        {"credentialStatus": 5},
        {"credentialStatus": [None]},
        {"credentialStatus": ["https://x"]},
        {"validFrom": "0001-01-01T00:00:00+14:00"},
        {"validUntil": "9999-12-31T23:59:59-14:00"},
    ],
    ids=str,
)
def test_odd_fields_are_told_not_thrown(more):
    assert Outcome.FAILED in checks({**signed(), **more}).values()


def test_very_deep_json_is_told_not_thrown():
    deep = orjson.loads(b"[" * 1000 + b"]" * 1000)
    assert Outcome.FAILED in checks({**signed(), "deep": deep}).values()


@pytest.mark.parametrize("changed", [{"size": 2**60}, {"at": "0001-01-01T00:00:00+14:00"}], ids=str)
def test_an_odd_proof_in_a_bundle_is_told_not_thrown(changed):
    """A bundle brings its own log key, so that its numbers and days get as far as those that are sound."""
    proof = LogProof(entry="{}", index=0, size=1, path=(), root="00", log="l", at=NOW, signature="00")
    logs = {"l": {SIGNER.key: SIGNER.public().decode()}}
    given = {"code": code_of(LABEL, SIGNER), "proof": proof, "documents": {}, "issuers": {DID: ISSUER}, "logs": logs}
    told = json.loads(orjson.dumps(write_bundle(signed(), **given)))
    told["proof"] |= changed
    try:
        found = verify_presented(read_presented(json.dumps(told).encode()), Anchors({DID: ISSUER}), NOW)
    except TanhengError:
        return
    assert found.outcome is Outcome.FAILED


# Keys


def test_a_revoked_key_signs_nothing():
    """W3C Controlled Identifiers: a method that is revoked or expired must not be used, for a credential or a label."""
    (method,) = ISSUER["verificationMethod"]
    for more in ({"revoked": "2025-01-01T00:00:00Z"}, {"expires": "2026-06-01T00:00:00Z"}, {"revoked": "?"}):
        anchors = Anchors({DID: {**ISSUER, "verificationMethod": [{**method, **more}]}})
        assert checks(signed(), anchors)["signature"] is Outcome.FAILED
        told = {one.name: one.outcome for one in verify_code(code_of(LABEL, SIGNER), anchors, NOW)[1]}
        assert told["signature"] is Outcome.FAILED
    later = Anchors({DID: {**ISSUER, "verificationMethod": [{**method, "expires": "2026-06-01T00:00:01Z"}]}})
    assert checks(signed(), later)["signature"] is Outcome.PASSED


def test_an_issuer_may_have_a_key_of_another_kind_beside():
    other = {
        "id": f"{DID}#p256",
        "type": "Multikey",
        "controller": DID,
        "publicKeyMultibase": base58(bytes([0x80, 0x24]) + b"\x02" * 33),
    }
    document = {
        **ISSUER,
        "verificationMethod": [*ISSUER["verificationMethod"], other],
        "assertionMethod": [*ISSUER["assertionMethod"], other["id"]],
    }
    assert checks(signed(), Anchors({DID: document}))["signature"] is Outcome.PASSED


def test_the_document_of_another_issuer_does_not_stand_for_this_one():
    evil = Ed25519Signer.new()
    other = "did:web:evil.example"
    document = dids.did_document(other, {evil.key: evil.public()})
    told = signed(signer=evil, method=f"{other}#{evil.key}")
    assert checks(told, Anchors({DID: document}))["signature"] is not Outcome.PASSED


def test_a_proof_that_has_expired_is_no_proof():
    """Data Integrity, “expires”."""
    document = bare()
    config = {
        "type": "DataIntegrityProof",
        "cryptosuite": integrity.SUITE,
        "created": "2026-01-01T00:00:00Z",
        "expires": "2026-01-02T00:00:00Z",
        "verificationMethod": METHOD,
        "proofPurpose": "assertionMethod",
        "@context": document["@context"],
    }
    value = base58(bytes.fromhex(SIGNER.sign(integrity._hashed(config, document))))
    assert checks({**document, "proof": {**config, "proofValue": value}})["signature"] is not Outcome.PASSED


# Status


def row(bits=b"\0" * (statuslist.LENGTH // 8), **more):
    import gzip

    document = statuslist.credential(
        "https://body.example/s", {"id": DID}, Purpose.REVOCATION, [], NOW, NOW + timedelta(1)
    )
    document["credentialSubject"]["encodedList"] = "u" + base64.urlsafe_b64encode(gzip.compress(bits)).decode().rstrip(
        "="
    )
    return integrity.with_proof({**document, **more}, SIGNER, METHOD, NOW)


def test_a_row_shorter_than_the_least_is_refused():
    """Bitstring Status List 3.2: STATUS_LIST_LENGTH_ERROR below 131,072 bits; a row of eight bits tells whose status is asked."""
    told = signed(credentialStatus=statuslist.entry("https://body.example/s", Purpose.REVOCATION, 3))
    assert checks(told, documents={"https://body.example/s": row(b"\0")})["status"] is Outcome.FAILED


def test_an_entry_of_another_type_is_not_taken_for_one_of_ours():
    ours = statuslist.entry("https://body.example/s", Purpose.REVOCATION, 3)
    for entry in (
        {**ours, "type": "StatusList2021Entry"},
        {**ours, "statusSize": 2},
        {**ours, "statusListIndex": "+3"},
    ):
        told = signed(credentialStatus=entry)
        assert checks(told, documents={"https://body.example/s": row()})["status"] is not Outcome.PASSED
    assert (
        checks(signed(credentialStatus=ours), documents={"https://body.example/s": row()})["status"] is Outcome.PASSED
    )


def test_one_status_that_was_not_looked_at_is_told():
    told = signed(credentialStatus=[])
    assert checks(told)["status"] is Outcome.NOT_MADE


# Identifiers of issuers


@pytest.mark.parametrize(
    "did",
    [
        "did:web:good.example%40evil.example",  # the host would be evil.example
        "did:web:127.0.0.1%3A8500%3Fkey=",  # the rest of the address becomes a query
        "did:web:evil.example%23",  # … or a fragment
        "did:web:evil.example%5C",  # … a backslash, which browsers read as a slash
        "did:web:good.example:..:..:evil",  # up the tree
        "did:web:good.example:a%2F..%2F..%2Fevil",
        "did:web:good.example:a?b",
        "did:web:good.example:a#b",
        "did:web:good.example%0d%0aX",
    ],
)
def test_an_identifier_leads_to_nothing_but_its_host_and_path(did):
    with pytest.raises(ValueError, match="did:web"):
        dids.address_of(did)


@pytest.mark.parametrize("url", ["https://[2001:db8::1]:8443/x", "https://example.org/a%20b", "https://example.org/碳"])
def test_an_address_of_ours_comes_back(url):
    from urllib.parse import quote

    assert dids.address_of(dids.did_of(url, "7")) == quote(url, safe=":/[]%") + "/7/did.json"


# Tokens and trees


@pytest.mark.parametrize(
    "told",
    [
        b'{"credentialSubject": {"value": 1}, "credentialSubject": {"value": 2}, "proof": {}}',
        b'{"a": [{"b": 1, "b": 1}]}',
    ],
)
def test_names_that_stand_there_twice_are_refused(told):
    """Readers differ in which of the two they take."""
    with pytest.raises(VerifyingError, match="TH-VER-002"):
        read_presented(told)
    parts = jose.token_of(bare(), SIGNER, METHOD).split(".")
    parts[1] = base64.urlsafe_b64encode(told).decode().rstrip("=")
    assert checks(".".join(parts)) == {"shape": Outcome.FAILED}


@pytest.mark.parametrize("header", [{"alg": "none"}, {"typ": "JWT"}, {"crit": ["b64"]}, {"kid": 7}])
def test_odd_tokens_are_refused(header):
    told = jose.token_of(bare(), SIGNER, METHOD).split(".")
    parts = {"alg": "EdDSA", "kid": METHOD, "typ": "vc+jwt", "cty": "vc", **header}
    told[0] = base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")
    assert checks(".".join(told)) == {"shape": Outcome.FAILED}


@pytest.mark.parametrize("value", [1.5, 2**70, float("nan"), "\ud800"], ids=str)
def test_odd_numbers_added_are_tampering(value):
    assert checks({**signed(), "x": value})["signature"] is Outcome.FAILED


def test_proofs_that_are_no_proof_are_refused():
    good = signed()
    for proof in ([good["proof"]], {**good["proof"], "proofPurpose": "authentication"}, None):
        assert checks({**good, "proof": proof})["shape"] is Outcome.FAILED
    added = {**good, "@context": [*good["@context"], "https://evil.example"]}
    assert checks(added)["signature"] is Outcome.FAILED


def test_proofs_of_small_trees():
    one = merkle.leaf(b"a")
    assert merkle.is_included(one, 0, 1, [], one)
    assert not merkle.is_included(one, 0, 0, [], merkle.EMPTY)
    assert not merkle.is_included(one, 1, 1, [], one)
    assert not merkle.is_included(one, 0, 1, [one], merkle.node(one, one))
    assert not merkle.is_consistent(0, merkle.EMPTY, 1, one, [])
    assert not merkle.is_consistent(1, one, 2, merkle.node(one, one), [])
