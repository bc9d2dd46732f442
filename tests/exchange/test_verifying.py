"""A label and its credential, verified by a stranger: everything in order, and whatever can be wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from exchange_samples import DID, FACTS, METHOD, ROWS, STATUS
from tanheng.audit import merkle
from tanheng.audit.publiclog import head_text
from tanheng.audit.signing import Ed25519Signer
from tanheng.exchange.credentials import dids, integrity, jose, labels, statuslist
from tanheng.exchange.credentials.checks import Anchors, Outcome
from tanheng.exchange.credentials.conformity import credential
from tanheng.exchange.credentials.logged import LogProof, verify_log
from tanheng.exchange.credentials.statuslist import Purpose
from tanheng.exchange.credentials.verifying import digest_of, verify_code, verify_credential

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def signer():
    return Ed25519Signer.new()


@pytest.fixture(scope="module")
def anchors(signer):
    return Anchors({DID: dids.did_document(DID, {"k1": signer.public()})}, {"log": (signer.public().decode(),)})


@pytest.fixture(scope="module")
def signed(signer):
    return integrity.with_proof(credential(FACTS, STATUS), signer, METHOD, NOW)


def rows(signer, revoked=(), suspended=(), at=NOW, issuer=DID, key=METHOD):
    taken = {Purpose.REVOCATION: revoked, Purpose.SUSPENSION: suspended}
    made = {}
    for purpose, address in ROWS.items():
        bare = statuslist.credential(
            address, {"id": issuer}, purpose, taken[purpose], at - timedelta(hours=1), at + timedelta(days=1)
        )
        made[address] = integrity.with_proof(bare, signer, key, at)
    return made


def told(checks):
    return [(check.name, check.outcome, check.reason) for check in checks]


ALL_WELL = [
    ("shape", Outcome.PASSED, ""),
    ("issuer", Outcome.PASSED, ""),
    ("signature", Outcome.PASSED, ""),
    ("validity", Outcome.PASSED, ""),
    ("status", Outcome.PASSED, ""),
    ("status", Outcome.PASSED, ""),
]


def test_a_valid_credential_passes_in_both_forms(signer, anchors, signed):
    assert told(verify_credential(signed, anchors, NOW, rows(signer))) == ALL_WELL
    token = jose.token_of(credential(FACTS, STATUS), signer, METHOD)
    assert told(verify_credential(token, anchors, NOW, rows(signer))) == ALL_WELL


def test_the_schema_of_the_protocol_is_kept(signed):
    jsonschema = pytest.importorskip("jsonschema")
    place = Path(__file__).parents[3] / "shared/standards/untp/schema/untp-dcc-schema-0.6.1.json"
    if not place.exists():
        pytest.skip(f"{place.name} is not there")
    schema = json.loads(place.read_text(encoding="utf-8"))
    bare = replace(FACTS, site=None, accuracy=None, grade="", document=None)
    for one in (signed, credential(FACTS), credential(bare)):
        jsonschema.validate(one, schema, format_checker=jsonschema.FormatChecker())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**signed, "issuer": {"name": "x"}}, schema)


def test_an_independent_library_accepts_it_with_its_status_and_refuses_a_revoked_one(signer, anchors, signed):
    openvc = pytest.importorskip("openvc", reason="openvc-core is not installed")
    from openvc.did.did_web import DidWebResolver

    def resolver():
        return DidWebResolver(lambda _address: anchors.issuers[DID])

    def policy():
        return openvc.VerificationPolicy(now=NOW, expected_types=["DigitalConformityCredential"])

    good, bad = rows(signer), rows(signer, revoked=[7])
    found = openvc.verify_credential(signed, policy=policy(), resolver=resolver(), resolve_status_list=good.get)
    assert found.issuer == DID
    with pytest.raises(openvc.errors.OpenvcError):
        openvc.verify_credential(signed, policy=policy(), resolver=resolver(), resolve_status_list=bad.get)
    forged = {**signed, "validUntil": "2030-12-31T23:59:59Z"}
    with pytest.raises(openvc.errors.OpenvcError):
        openvc.verify_credential(forged, policy=policy(), resolver=resolver(), resolve_status_list=good.get)


@pytest.mark.parametrize(
    ("revoked", "suspended", "reason"), [((7,), (), "revocation"), ((), (7,), "suspension"), ((6, 8), (6, 8), "")]
)
def test_a_status_is_told(signer, anchors, signed, revoked, suspended, reason):
    found = told(verify_credential(signed, anchors, NOW, rows(signer, revoked, suspended)))
    assert [one[2] for one in found if one[1] is Outcome.FAILED] == ([reason] if reason else [])


def test_what_is_not_at_hand_is_not_passed(signer, anchors, signed):
    found = told(verify_credential(signed, anchors, NOW, {}))
    assert found[4:] == [("status", Outcome.NOT_MADE, "not-at-hand")] * 2
    unknown = told(verify_credential(signed, Anchors(), NOW, rows(signer)))
    assert unknown[1:3] == [(name, Outcome.NOT_MADE, "unknown-issuer") for name in ("issuer", "signature")]
    assert unknown[4:] == [("status", Outcome.NOT_MADE, "unknown-issuer")] * 2
    without = integrity.with_proof(credential(FACTS), signer, METHOD, NOW)
    assert told(verify_credential(without, anchors, NOW, {}))[4:] == [("status", Outcome.NOT_MADE, "no-status")]


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (datetime(2025, 12, 31, 15, 59, tzinfo=UTC), "too-early"),
        (datetime(2025, 12, 31, 16, 1, tzinfo=UTC), ""),
        (datetime(2027, 12, 31, 15, 59, 58, tzinfo=UTC), ""),
        (datetime(2027, 12, 31, 16, 0, tzinfo=UTC), "expired"),
    ],
)
def test_it_is_valid_from_the_first_to_the_last_day_of_the_zone_of_its_issuer(signer, anchors, signed, now, reason):
    found = told(verify_credential(signed, anchors, now, rows(signer, at=now)))
    assert found[3] == ("validity", Outcome.FAILED if reason else Outcome.PASSED, reason)


def test_days_that_were_told_in_utc_stay_days_of_utc(signer, anchors, label):
    first, last = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 12, 31, 23, 59, 59, tzinfo=UTC)
    old = json.loads(json.dumps(credential(replace(FACTS, valid_from=first, valid_until=last))).replace("+00:00", "Z"))
    assert (old["validFrom"], old["validUntil"]) == ("2026-01-01T00:00:00Z", "2027-12-31T23:59:59Z")
    signed, code = integrity.with_proof(old, signer, METHOD, NOW), labels.code_of(label, signer)
    late, over = last - timedelta(hours=1), last + timedelta(hours=1)
    for now, outcome in ((late, Outcome.PASSED), (over, Outcome.FAILED)):
        checks = (*verify_credential(signed, anchors, now, {}), *verify_code(code, anchors, now)[1])
        found = [(one.outcome, one.params["day"]) for one in checks if one.name == "validity"]
        assert found == [(outcome, "2027-12-31")] * 2


def test_rows_that_are_old_foreign_or_forged_do_not_count(signer, anchors, signed):
    stale = rows(signer, at=NOW - timedelta(days=3))
    stranger = Ed25519Signer.new()
    foreign = rows(stranger)
    other = "did:web:other.example.org"
    both = Anchors({**anchors.issuers, other: dids.did_document(other, {"k": stranger.public()})}, anchors.logs)
    others = rows(stranger, issuer=other, key=f"{other}#k")
    swapped = dict(zip(ROWS.values(), reversed(rows(signer).values()), strict=True))
    found = told(verify_credential(signed, anchors, NOW, stale))
    assert found[4:] == [("status", Outcome.NOT_MADE, "stale")] * 2
    for held, trusted in ((foreign, anchors), (others, both), (swapped, anchors)):
        found = told(verify_credential(signed, trusted, NOW, held))
        assert found[4:] == [("status", Outcome.FAILED, "status-unsound")] * 2


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda one: one["credentialSubject"].update(name="x"), ("signature", Outcome.FAILED, "tampered")),
        (lambda one: one["proof"].update(verificationMethod=f"{DID}#k2"), ("signature", Outcome.FAILED, "foreign-key")),
        (lambda one: one.pop("proof"), ("shape", Outcome.FAILED, "unreadable")),
        (lambda one: one["proof"].update(cryptosuite="eddsa-rdfc-2022"), ("shape", Outcome.FAILED, "unreadable")),
        (lambda one: one.update({"@context": ["https://x.example"]}), ("shape", Outcome.FAILED, "unreadable")),
        (lambda one: one.update(type=["Other"]), ("shape", Outcome.FAILED, "unreadable")),
        (lambda one: one.update(issuer=7), ("shape", Outcome.FAILED, "unreadable")),
        (lambda one: one.update(validUntil="soon"), ("validity", Outcome.FAILED, "no-moment")),
    ],
)
def test_what_is_wrong_is_named(signer, anchors, signed, change, expected):
    changed = json.loads(json.dumps(signed))
    change(changed)
    assert expected in told(verify_credential(changed, anchors, NOW, rows(signer)))


# --- the log


@pytest.fixture(scope="module")
def proof(signer, signed):
    entry = json.dumps({"facts": json.dumps({"credential": digest_of(signed)}), "type": "certificate.issued"})
    tree, kept = merkle.Growing(), {}
    for number, text in enumerate(["a", "b", "c", entry, "d"]):
        kept[0, number] = merkle.leaf(text.encode())
        kept |= dict(tree.append(kept[0, number]))
    path = tuple(one.hex() for one in merkle.proof(merkle.inclusion(3, 5), kept))
    signature = signer.sign(head_text("log", 5, tree.root.hex(), NOW))
    return LogProof(entry, 3, 5, path, tree.root.hex(), "log", NOW, signature)


def test_what_stands_in_the_log_is_proved(anchors, signed, proof):
    assert verify_log(proof, digest_of(signed), anchors).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"log": "another"}, "unknown-log"),
        ({"size": 6}, "head-unsigned"),
        ({"at": NOW + timedelta(seconds=1)}, "head-unsigned"),
        ({"index": 2}, "not-included"),
        ({"path": ("00" * 32,)}, "not-included"),
        ({"path": ("zz",)}, "unreadable"),
    ],
)
def test_a_proof_that_does_not_hold_is_told(anchors, signed, proof, changed, reason):
    found = verify_log(replace(proof, **changed), digest_of(signed), anchors)
    assert (found.outcome is Outcome.PASSED, found.reason) == (False, reason)


def test_an_entry_about_something_else_is_no_proof(anchors, proof):
    assert verify_log(proof, "0" * 64, anchors).reason == "not-included"
    other = replace(proof, entry=proof.entry.replace("issued", "x"))
    digest = json.loads(json.loads(proof.entry)["facts"])["credential"]
    assert verify_log(other, digest, anchors).reason == "not-included"
    for entry in ("[]", "{}", '{"facts": 7}', "no JSON"):
        assert verify_log(replace(proof, entry=entry), digest, anchors).reason == "unreadable"


# --- the label


@pytest.fixture(scope="module")
def label(signed):
    return labels.Label(
        address="https://tanheng.example.org/c/T-2026-000001",
        number="T-2026-000001",
        value="12480",
        unit="kg CO2e",
        per="1 t",
        grade="B",
        scheme="label@1.0.0",
        valid_until=datetime(2027, 12, 31, 23, 59, 59, tzinfo=UTC),
        credential=digest_of(signed)[:32],
        issuer=DID,
        key="k1",
    )


def test_a_code_tells_what_the_label_says(signer, anchors, label):
    code = labels.code_of(label, signer)
    assert labels.read_code(code) == label
    elsewhere = replace(label, valid_until=FACTS.valid_until)
    assert labels.read_code(labels.code_of(elsewhere, signer)) == elsewhere
    assert len(code) < 500
    found, checks = verify_code(code, anchors, NOW)
    assert found == label
    assert [check.outcome for check in checks] == [Outcome.PASSED] * 4


def test_a_code_is_drawn_and_read_again(signer, label):
    segno = pytest.importorskip("segno")
    zxing = pytest.importorskip("zxingcpp")
    import numpy as np

    code = labels.code_of(label, signer)
    drawn = np.array([[0 if bit else 255 for bit in row] for row in segno.make(code, error="m").matrix], dtype=np.uint8)
    image = np.kron(np.pad(drawn, 4, constant_values=255), np.ones((4, 4), dtype=np.uint8))
    assert zxing.read_barcodes(image)[0].text == code


def test_a_code_that_was_changed_or_copied_is_told(signer, anchors, label):
    code = labels.code_of(label, signer)
    moved = code.replace("tanheng.example.org/c", "evil.example.org/c")
    better = labels.code_of(replace(label, grade="A"), Ed25519Signer.new())
    for text in (moved, better):
        assert ("signature", Outcome.FAILED, "tampered") in told(verify_code(text, anchors, NOW)[1])
    late = told(verify_code(code, anchors, datetime(2028, 1, 1, tzinfo=UTC))[1])
    assert late[-1] == ("validity", Outcome.FAILED, "expired")
    other = labels.code_of(replace(label, key="k9"), signer)
    assert ("signature", Outcome.FAILED, "foreign-key") in told(verify_code(other, anchors, NOW)[1])
    assert told(verify_code(code, Anchors(), NOW)[1])[1][1] is Outcome.NOT_MADE


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://a.example/c/1",
        "https://a.example/c/1#2.e30.e30",
        "https://a.example/c/1#1.e30.e30",
        "x" * 3000,
        "#1.W10.e30",
    ],
)
def test_what_is_no_code_is_refused(text):
    found, checks = verify_code(text, Anchors(), NOW)
    assert found is None
    assert told(checks) == [("shape", Outcome.FAILED, "unreadable")]
