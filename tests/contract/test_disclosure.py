"""Who is told what of a result: views, what is opened, consents that lapse, signed statements."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from certification_samples import INIT, House, person
from tanheng.accounts import ANONYMOUS
from tanheng.accounts.model import OrganisationKind, Role
from tanheng.audit.signing import is_signed
from tanheng.errors import AccessError, CertificationError, RegisterError, StoreError
from tanheng.registry.disclosure import How, View, fields, may_open, rounded, told
from tanheng.services.accounts import organisations
from tanheng.services.audit import log
from tanheng.services.audit.verifying import verify
from tanheng.services.certification import bodies, certificates
from tanheng.services.paging import Paging
from tanheng.services.registry import consenting, disclosing, statements

ALL = Paging(limit=100)


@pytest.fixture
def house(platform):
    made = House(platform)
    made.certificate = made.certified()
    made.bank = platform.do(INIT, organisations.create, kind=OrganisationKind.BANK, names={"en": "Bank"})
    made.banker = person(platform, "banker", made.bank, Role.VIEWER)
    return made


def seen(house, actor, view):
    return disclosing.of(house.platform, actor, house.certificate.number, view)


def values(found):
    return {one.field: one.value for one in found.fields if one.how is not How.WITHHELD}


def consent(house, days=30, **more):
    given = {"receiver": house.bank.id, "purpose": "a loan", **more}
    until = house.platform.today() + timedelta(days=days)
    (made,) = house.platform.do(house.engineer, consenting.give, [house.certificate.number], until=until, **given)
    return made


def test_the_table_of_fields_opens_from_view_to_view():
    rank = [How.WITHHELD, How.ROUNDED, How.SHOWN]
    for field in fields().values():
        ranks = [rank.index(field.how[view]) for view in View]
        assert ranks == sorted(ranks), field.name
        assert ranks[-1] == 2
        assert all(field.texts.values())
    assert not may_open("lines", View.PARTNER)
    assert not may_open("value", View.PUBLIC)
    assert may_open("stages", View.PUBLIC)
    assert rounded([0.123, {"a": 123.4, "b": "c", "d": None}]) == [0.12, {"a": 120.0, "b": "c", "d": None}]
    assert {one.how for one in told({}, View.PUBLIC)} == {*How}


def test_everybody_sees_what_the_certificate_says_and_that_more_is_withheld(house):
    found = seen(house, ANONYMOUS, View.PUBLIC)
    made = house.certificate
    assert values(found)["value"] == made.printed
    assert values(found)["product"] == made.names
    assert sum(values(found)["stage_shares"].values()) == pytest.approx(1, abs=0.05)
    withheld = [one.field for one in found.fields if one.how is How.WITHHELD]
    assert {"lines", "assessment", "stages", "quality", "hot_spots"} <= set(withheld)
    assert all(one.value is None for one in found.fields if one.field in withheld)
    with pytest.raises(StoreError, match="TH-STO-001"):
        disclosing.of(house.platform, ANONYMOUS, "nothing", View.PUBLIC)


def test_regulators_of_the_body_see_everything_and_others_do_not(house):
    platform = house.platform
    for actor in (house.official, house.engineer):
        found = values(seen(house, actor, View.REGULATOR))
        assert found["assessment"]["digest"] if "digest" in found["assessment"] else found["assessment"]
        assert found["lines"]
    other = platform.do(INIT, organisations.create, kind=OrganisationKind.REGULATOR, names={"en": "Other regulator"})
    outsider = person(platform, "outsider", other, Role.OWNER)
    for actor in (ANONYMOUS, house.stranger, house.banker, house.head, outsider):
        with pytest.raises(AccessError):
            seen(house, actor, View.REGULATOR)
    with pytest.raises(CertificationError, match="TH-CER-150"):  # so nobody lets themselves in
        platform.do(outsider, bodies.accredit, house.body.id, regulator=other.id, scheme="test-label")


def test_partners_see_more_under_a_consent_that_is_written_down(house):
    platform = house.platform
    for actor in (house.banker, house.stranger, ANONYMOUS):
        with pytest.raises(AccessError):
            seen(house, actor, View.PARTNER)
    made = consent(house)
    found = seen(house, house.banker, View.PARTNER)
    assert found.consent == made.id
    assert {"stages", "quality", "primary_share", "hot_spots"} <= set(values(found))
    assert "lines" not in values(found)
    (use,) = platform.look(house.engineer, consenting.uses, made.id, ALL).items
    assert use.reader == house.banker.id
    for actor in (house.engineer, house.head):  # the holder and the body need none
        assert seen(house, actor, View.PARTNER).consent == ""
    assert len(platform.look(house.engineer, consenting.uses, made.id, ALL).items) == 1
    with pytest.raises(AccessError):
        platform.look(house.banker, consenting.uses, made.id, ALL)
    with pytest.raises(StoreError, match="TH-STO-001"):
        platform.look(house.stranger, consenting.of, made.id)
    for actor in (house.engineer, house.banker):
        assert platform.look(actor, consenting.listed, ALL).items == (made,)
    assert platform.look(house.stranger, consenting.listed, ALL).items == ()
    assert platform.look(INIT, verify).findings == ()


@pytest.mark.parametrize("end", ["day", "revoked", "withdrawn", "expired"])
def test_a_consent_ends_with_its_day_its_holder_or_its_certificate(house, clock, end):
    platform = house.platform
    made = consent(house, days=2000 if end == "expired" else 30)
    assert made.counts
    if end == "day":
        clock.move(days=31)
    elif end == "revoked":
        with pytest.raises(AccessError):
            platform.do(house.banker, consenting.revoke, made.id, expected=made.version)
        done = platform.do(house.engineer, consenting.revoke, made.id, expected=made.version)
        with pytest.raises(RegisterError, match="TH-REG-023"):
            platform.do(house.engineer, consenting.revoke, made.id, expected=done.version)
    elif end == "withdrawn":
        one = house.certificate
        platform.do(house.bo, certificates.take, one.number, "withdraw", expected=one.version, reason="r")
    else:
        clock.move(days=800)  # whether the clock has noted it or not
    assert not platform.look(house.banker, consenting.of, made.id).counts
    with pytest.raises(AccessError):
        seen(house, house.banker, View.PARTNER)
    assert disclosing.under_consents(platform, house.banker, [house.certificate.number]) == {}


def test_consents_are_the_holder_s_to_give(house):
    platform, number = house.platform, house.certificate.number
    today = platform.today()
    given = {"receiver": house.bank.id, "purpose": "p", "until": today}
    for actor in (house.banker, house.stranger, house.head, replace(house.engineer, memberships={})):
        with pytest.raises(AccessError):
            platform.do(actor, consenting.give, [number], **given)
    for code, changed in (
        ("TH-REG-020", {"until": today - timedelta(days=1)}),
        ("TH-REG-022", {"purpose": " "}),
    ):
        with pytest.raises(RegisterError, match=code):
            platform.do(house.engineer, consenting.give, [number], **{**given, **changed})
    one = house.certificate
    platform.do(house.bo, certificates.take, number, "withdraw", expected=one.version, reason="r")
    with pytest.raises(RegisterError, match="TH-REG-021"):
        platform.do(house.engineer, consenting.give, [number], **given)


def test_what_a_holder_opens_is_shown(house):
    platform, number = house.platform, house.certificate.number
    platform.do(house.engineer, disclosing.open_fields, number, View.PUBLIC, ["stages", "quality"])
    found = seen(house, ANONYMOUS, View.PUBLIC)
    assert found.opened == ("quality", "stages")
    assert {"stages", "quality"} <= set(values(found))
    platform.do(house.engineer, disclosing.open_fields, number, View.PARTNER, ["hot_spots"])
    assert set(seen(house, house.engineer, View.PARTNER).opened) == {"hot_spots", "quality", "stages"}
    platform.do(house.engineer, disclosing.open_fields, number, View.PUBLIC, [])
    assert "stages" not in values(seen(house, ANONYMOUS, View.PUBLIC))
    for view, name in ((View.PUBLIC, "lines"), (View.PUBLIC, "value"), (View.PARTNER, "nothing")):
        with pytest.raises(RegisterError, match="TH-REG-024"):
            platform.do(house.engineer, disclosing.open_fields, number, view, [name])
    for actor in (house.stranger, house.head, house.official, ANONYMOUS):
        with pytest.raises(AccessError):
            platform.do(actor, disclosing.open_fields, number, View.PUBLIC, ["stages"])


def publish(house, actor=None, **more):
    today = house.platform.today()
    given = {
        "holder": house.maker.id,
        "period": (today, today),
        "numbers": [house.certificate.number],
        "texts": {"zh": "声明", "en": "Statement"},
        **more,
    }
    return house.platform.do(actor or house.engineer, statements.publish, **given)


def test_a_statement_is_signed_public_and_superseded(house):
    platform = house.platform
    first = publish(house)
    said = json.loads(first.document)
    assert said["certificates"][0]["number"] == house.certificate.number
    known = platform.look(ANONYMOUS, log.of)
    assert is_signed(known.keys[first.key].encode(), first.document.encode(), first.signature)
    assert hashlib.sha256(first.document.encode()).hexdigest() == first.digest
    entries = platform.look(ANONYMOUS, log.entries, first=0, limit=200)
    assert any("disclosure.stated" in one.entry and first.digest in one.entry for one in entries)
    second = publish(house, supersedes=first.id)
    assert platform.look(ANONYMOUS, statements.of, first.id).superseded_by == second.id
    found = platform.look(ANONYMOUS, statements.listed, ALL, holder=house.maker.id).items
    assert [one.id for one in found] == [second.id, first.id]
    assert house.engineer.id not in second.document
    with pytest.raises(RegisterError, match="TH-REG-027"):
        publish(house, supersedes=first.id)
    assert platform.look(INIT, verify).findings == ()


def test_statements_that_are_refused(house):
    platform = house.platform
    for actor in (house.stranger, house.head, house.banker, ANONYMOUS):
        with pytest.raises(AccessError):
            publish(house, actor)
    with pytest.raises(RegisterError, match="TH-REG-025"):
        publish(house, house.stranger, holder=house.other.id)
    with pytest.raises(RegisterError, match="TH-REG-026"):
        publish(house, texts={"zh": "声明"})
    with pytest.raises(RegisterError, match="TH-REG-027"):
        publish(house, house.stranger, holder=house.other.id, supersedes=publish(house).id)
    one = house.certificate
    platform.do(house.bo, certificates.take, one.number, "suspend", expected=one.version, reason="r")
    with pytest.raises(RegisterError, match="TH-REG-025"):
        publish(house)
