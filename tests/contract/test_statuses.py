"""Rows of statuses are kept signed, and never tell what is over."""

from __future__ import annotations

import pytest

from certification_samples import INIT, House
from tanheng.accounts import ANONYMOUS
from tanheng.exchange.credentials import statuslist
from tanheng.exchange.credentials.statuslist import Purpose
from tanheng.services.audit import signingkeys
from tanheng.services.certification import certificates, statuses


@pytest.fixture
def house(platform):
    return House(platform)


def row(house, purpose=Purpose.SUSPENSION):
    return house.platform.look(ANONYMOUS, statuses.status_row, house.body.id, purpose, 0)


def is_suspended(house):
    return statuslist.is_set(row(house), Purpose.SUSPENSION, 0)


def test_a_row_is_signed_once_until_something_happens_to_the_body(house, clock):
    one = house.certified()
    first = row(house)
    clock.move(minutes=30)
    assert row(house) == first
    assert row(house, Purpose.REVOCATION) != first
    given = {"expected": one.version, "reason": "r"}
    one = house.platform.do(house.bo, certificates.take, one.number, "suspend", **given)
    assert is_suspended(house)
    given["expected"] = one.version
    one = house.platform.do(house.bo, certificates.take, one.number, "reinstate", **given)
    assert not is_suspended(house)
    kept = row(house)
    clock.move(minutes=61)
    assert row(house)["validUntil"] > kept["validUntil"], "whoever keeps it may do so for most of a day"


def test_a_row_is_signed_anew_by_the_key_that_signs_and_after_a_correction(house):
    one = house.certified()
    before = row(house, Purpose.REVOCATION)
    signingkeys.rotate(house.platform, INIT)
    after = row(house, Purpose.REVOCATION)
    assert after["proof"]["verificationMethod"] != before["proof"]["verificationMethod"]
    assert not statuslist.is_set(after, Purpose.REVOCATION, 0)
    house.corrected(one, reason="a slip", names={"en": "Billet"})
    assert statuslist.is_set(row(house, Purpose.REVOCATION), Purpose.REVOCATION, 0)


def test_what_was_not_committed_is_not_kept(house):
    """Whoever looks within a work that is taken back leaves nothing behind."""
    one = house.certified()

    def tried(work):
        certificates.take(work, one.number, "suspend", expected=one.version, reason="r")
        statuses.status_row(work, house.body.id, Purpose.SUSPENSION, 0)
        raise KeyError

    with pytest.raises(KeyError):
        house.platform.do(house.bo, tried)
    assert not is_suspended(house)
