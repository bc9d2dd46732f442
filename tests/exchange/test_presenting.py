"""Whatever somebody holds out is told or refused; nothing of it brings the checks down."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tanheng.audit.signing import Ed25519Signer
from tanheng.errors import VerifyingError
from tanheng.exchange.credentials import dids, integrity, jose
from tanheng.exchange.credentials.checks import Anchors, Outcome
from tanheng.exchange.credentials.conformity import credential
from tanheng.exchange.credentials.multibase import base64url
from tanheng.exchange.credentials.presenting import PresentedAs, read_presented, verify_presented
from tanheng.exchange.credentials.telling import outcome_of, sentence
from tanheng.exchange.credentials.trust import fingerprints, read_anchors, write_anchors
from tanheng.texts import catalogue

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DID = "did:web:tanheng.example.org"
SIGNER = Ed25519Signer.new()
ANCHORS = Anchors({DID: dids.did_document(DID, {SIGNER.key: SIGNER.public()})})
BASE = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiableCredential"],
    "issuer": DID,
    "credentialSubject": {"id": "x"},
}
ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=30)
    | st.sampled_from(["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", DID, "did:web:", "u", "z0", "\0"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    ["@context", "type", "issuer", "validFrom", "validUntil", "credentialStatus", "credentialSubject", "proof", "id"]
)


def judged(content):
    """All that is made of what was held out; anything but an error of ours is a defect."""
    try:
        it = read_presented(content)
    except VerifyingError as error:
        return error.text("zh") and None
    found = verify_presented(it, ANCHORS, NOW)
    for lang in ("zh", "en"):
        assert all(sentence(check, lang) for check in found.checks)
        assert outcome_of(found.outcome, lang, is_whole=True)
    assert all(isinstance(value, str) for value in found.facts.values())
    return found


@given(st.binary(max_size=300))
@example(b"")
@example(b"\xef\xbb\xbf{}")
@example(b'{"tanheng": null}')
@example(b"a.b.c")
@example(b"#1..")
@example(b"#1.W10.e30")
def test_any_bytes(content):
    judged(content)


@given(st.dictionaries(FIELDS, ODD, max_size=4))
@example({"credentialStatus": 5})
@example({"credentialStatus": [5]})
@example({"credentialStatus": {"statusListCredential": {}, "statusListIndex": "9" * 5000}})
@example({"validUntil": "0001-01-01T00:00:00+14:00"})
def test_any_credential_signed_or_not(fields):
    told = {**BASE, **fields}
    judged(json.dumps(told).encode())
    context = told["@context"]
    try:
        signed = integrity.with_proof({**told, "@context": context}, SIGNER, f"{DID}#{SIGNER.key}", NOW)
        token = jose.token_of(told, SIGNER, f"{DID}#{SIGNER.key}")
    except (ValueError, TypeError):
        return  # no signer would sign this
    for content in (json.dumps(signed).encode(), token.encode()):
        found = judged(content)
        if found is not None and not fields:
            assert {check.name: check.outcome for check in found.checks}["signature"] is Outcome.PASSED


@given(st.dictionaries(st.sampled_from(["credential", "code", "proof", "documents", "anchors", "x"]), ODD, max_size=6))
def test_any_bundle(parts):
    judged(json.dumps({"tanheng": "bundle/1", **parts}).encode())


@given(ODD, ODD)
def test_any_token(header, body):
    parts = [base64url(json.dumps(part).encode())[1:] for part in (header, body)]
    judged(".".join([*parts, "AA"]).encode())


@given(ODD, ODD)
@example({"l": {"k": "p"}}, {DID: 1})
def test_any_anchors(logs, issuers):
    content = json.dumps({"tanheng": "anchors/1", "issuers": issuers, "logs": logs}).encode()
    try:
        found = read_anchors(content)
    except VerifyingError as error:
        told = {(fault.code, bool(fault.place)) for fault in error.faults}
    else:
        told = {("TH-VER-002", True)} if fingerprints(found) is not None else set()
    assert told == {("TH-VER-002", True)}


def test_anchors_are_written_as_they_are_read():
    logs = {"log": {SIGNER.key: SIGNER.public().decode()}}
    told = write_anchors(ANCHORS.issuers, logs)
    found = read_anchors(json.dumps(told).encode())
    assert found == Anchors(ANCHORS.issuers, {"log": (SIGNER.public().decode(),)})
    ((_, issuer, first), (_, log, second)) = fingerprints(found)
    assert (issuer, log, first) == (DID, "log", second)


def test_a_credential_that_is_nested_deep_is_refused_at_once():
    deep = b'{"a":' * 5000 + b"1" + b"}" * 5000
    with pytest.raises(VerifyingError, match="TH-VER-002"):
        read_presented(deep)
    told = {**BASE, "x": json.loads("[" * 40 + "]" * 40)}
    with pytest.raises(VerifyingError, match="TH-VER-002"):
        read_presented(json.dumps(told).encode())


def test_every_reason_has_its_words():
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in (Path(__file__).parents[2] / "src/tanheng/exchange/credentials").glob("*.py")
    )
    reasons = set(re.findall(r'Outcome\.(?:FAILED|NOT_MADE), "([a-z-]+)"', source)) | {"own-word", "another", "expired"}
    assert {reason for reason in reasons if f"reason.{reason}" not in catalogue("verifying")} == set()
    assert len(reasons) > 15


SHAPE = {
    "type": "object",
    "required": ["@context", "type", "issuer", "credentialSubject"],
    "properties": {
        # §4.3: an ordered set, whose first is the base context
        "@context": {
            "type": "array",
            "prefixItems": [{"const": "https://www.w3.org/ns/credentials/v2"}],
            "minItems": 1,
            "items": {"type": ["string", "object"]},
        },
        "id": {"type": "string", "format": "uri"},  # §4.4
        "type": {"type": "array", "contains": {"const": "VerifiableCredential"}},  # §4.5
        "issuer": {
            "type": "object",
            "required": ["id"],
            "properties": {"id": {"type": "string", "format": "uri"}},
        },  # §4.7
        "credentialSubject": {"type": "object", "minProperties": 1},  # §4.8
        # §4.9: dateTimeStamp, which has a zone
        "validFrom": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"},
        "validUntil": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"},
        # §4.10
        "credentialStatus": {"type": "array", "items": {"type": "object", "required": ["type"]}},
        # §4.12, Data Integrity §2.1
        "proof": {"type": "object", "required": ["type", "verificationMethod", "proofPurpose"]},
    },
}
"""What the data model 2.0 asks of a credential, clause by clause; the W3C publishes no schema of that version."""


def test_our_credential_has_the_shape_of_the_data_model():
    jsonschema = pytest.importorskip("jsonschema")
    from exchange_samples import FACTS, STATUS

    signed = integrity.with_proof(credential(FACTS, STATUS), SIGNER, f"{DID}#{SIGNER.key}", NOW)
    jsonschema.validate(signed, SHAPE, format_checker=jsonschema.FormatChecker())
    for spoiled in ({**signed, "@context": ["x"]}, {**signed, "type": ["x"]}, {**signed, "validFrom": "2026-01-01"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(spoiled, SHAPE)
    assert read_presented(json.dumps(signed).encode()).kind is PresentedAs.CREDENTIAL
