"""Keys that others may have: what counts that they signed, as a stranger finds it, the same on both engines."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import orjson
import pytest

from certification_samples import INIT, House
from tanheng.accounts import ANONYMOUS
from tanheng.audit import merkle
from tanheng.audit.publiclog import head_text
from tanheng.errors import AccessError, StoreError
from tanheng.exchange.credentials import integrity
from tanheng.exchange.credentials.checks import Outcome
from tanheng.exchange.credentials.logged import LogProof
from tanheng.exchange.credentials.presenting import Presented, PresentedAs, read_presented, verify_presented
from tanheng.exchange.credentials.telling import sentence
from tanheng.exchange.credentials.trust import read_anchors
from tanheng.exchange.credentials.verifying import digest_of
from tanheng.services.audit import log, signingkeys
from tanheng.services.audit.verifying import verify
from tanheng.services.certification import proving

HOUR = timedelta(hours=1)


@pytest.fixture
def house(platform):
    return House(platform)


@pytest.fixture
def old(house):
    """The key that signs until another one does."""
    return house.platform.keys.signer()


@pytest.fixture
def made(house, old, clock):
    """A certificate that the old key signed, an hour before another takes over."""
    one = house.certified()
    clock.move(hours=1)
    signingkeys.rotate(house.platform, INIT)
    return one


def revoke(house, key, since=None):
    return house.platform.do(INIT, signingkeys.revoke, key.key, since=since)


def anchors(house):
    return read_anchors(orjson.dumps(house.platform.look(ANONYMOUS, proving.anchors)))


def by_a_stranger(house, it):
    found = verify_presented(it, anchors(house), house.platform.clock())
    return {check.name: (check.outcome.value, check.reason) for check in found.checks}


def bundle(house, one):
    return read_presented(orjson.dumps(house.platform.look(ANONYMOUS, proving.bundle, one.number)))


def test_what_the_log_took_in_before_counts_and_is_told(house, old, made, clock):
    printed = made.code
    assert by_a_stranger(house, bundle(house, made))["signature"] == ("passed", "")
    revoke(house, old)
    found = by_a_stranger(house, bundle(house, made))
    assert found["signature"] == ("passed", "signed-before")
    assert {outcome for outcome, _ in found.values()} == {"passed"}  # the code in it is signed anew
    checked = house.platform.look(ANONYMOUS, proving.checked, made.number)
    assert {check.outcome for check in checked.checks} == {Outcome.PASSED}
    (told,) = [sentence(check, "en") for check in checked.checks if check.name == "signature"]
    assert "revoked since" in told
    label = by_a_stranger(house, replace(bundle(house, made), code=printed))
    assert label["label-signature"] == ("failed", "key-revoked")
    bare = by_a_stranger(house, replace(bundle(house, made), proof=None))
    assert (bare["signature"], bare["log"][0]) == (("failed", "key-revoked"), "not-made")
    assert house.platform.look(INIT, verify).findings == ()


def test_what_the_log_took_in_later_counts_no_more(house, old, made, clock):
    revoke(house, old)
    revoke(house, old, since=clock.now - 2 * HOUR)  # found out later that it was earlier
    found = by_a_stranger(house, bundle(house, made))
    assert (found["signature"], found["log"][0]) == (("failed", "key-revoked"), "passed")
    revoke(house, old)
    assert by_a_stranger(house, bundle(house, made)) == found


def test_who_has_the_key_proves_no_earlier_time(house, old, made, clock):
    """Neither by a tree of the own whose head the key signs, nor by a bundle that names a log of the own."""
    revoke(house, old)
    whole = bundle(house, made)
    bare = {name: part for name, part in whole.credential.items() if name != "proof"}
    bare["credentialSubject"] = {**bare["credentialSubject"], "name": "better"}
    method = whole.credential["proof"]["verificationMethod"]
    forged = integrity.with_proof(bare, old, method, clock.now - 2 * HOUR)
    told = json.loads(whole.proof.entry)
    facts = json.dumps({**json.loads(told["facts"]), "credential": digest_of(forged)})
    entry = json.dumps({**told, "facts": facts})
    for name in (whole.proof.log, "0" * 36):
        root, at = merkle.leaf(entry.encode()).hex(), clock.now - 2 * HOUR
        signature = old.sign(head_text(name, 1, root, at))
        proof = LogProof(entry, 0, 1, (), root, name, at, signature)
        own = replace(whole.own, logs={name: (old.public().decode(),)})
        it = Presented(kind=PresentedAs.BUNDLE, credential=forged, proof=proof, documents=whole.documents, own=own)
        found = by_a_stranger(house, it)
        assert found["signature"] == ("failed", "key-revoked")
        assert found["log"][0] != "passed"


def test_everybody_is_told(house, old, made, clock):
    revoke(house, old)
    (first, now) = house.platform.look(INIT, signingkeys.listed)
    assert (first.revoked, now.revoked) == (clock.now, None)
    assert house.platform.look(ANONYMOUS, log.of).revoked == {old.key: clock.now}
    (document,) = anchors(house).issuers.values()
    moments = {one["id"].rpartition("#")[2]: one.get("revoked") for one in document["verificationMethod"]}
    assert moments == {old.key: f"{clock.now:%Y-%m-%dT%H:%M:%SZ}", now.key: None}
    entries = house.platform.look(ANONYMOUS, log.entries, first=0, limit=100)
    assert [json.loads(one.entry)["thing"] for one in entries if "key.revoked" in one.entry] == [old.key]


def test_the_key_that_signs_is_not_revoked_nor_one_that_is_none(house, old, clock):
    with pytest.raises(StoreError, match="TH-STO-081"):
        revoke(house, old)
    signingkeys.rotate(house.platform, INIT)
    with pytest.raises(StoreError, match="TH-STO-082"):
        revoke(house, old, since=clock.now + HOUR)
    for actor in (house.official, house.engineer, ANONYMOUS):
        with pytest.raises(AccessError):
            house.platform.do(actor, signingkeys.revoke, old.key)
    with pytest.raises(StoreError, match="TH-STO-001"):
        house.platform.do(INIT, signingkeys.revoke, "0" * 16)
