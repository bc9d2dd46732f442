"""The public register: found, paged, corrected, the same on both engines."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from certification_samples import ALL, INIT, House, person
from register_samples import Registered
from tanheng.accounts import ANONYMOUS
from tanheng.accounts.model import Role
from tanheng.certification.procedure import Party
from tanheng.errors import AccessError, CertificationError, RegisterError, RequestError, StoreError
from tanheng.exchange.credentials.checks import Anchors, Outcome
from tanheng.exchange.credentials.presenting import Presented, PresentedAs
from tanheng.exchange.credentials.verifying import digest_of, verify_code
from tanheng.services import notices
from tanheng.services.accounts import people
from tanheng.services.audit.verifying import verify
from tanheng.services.certification import bodies, certificates, correcting, interests, proving
from tanheng.services.paging import Paging
from tanheng.services.registry import entries, finding, products
from tanheng.services.registry.model import Filters, Order
from tanheng.services.search.rebuilding import rebuild
from tanheng.storage.sql.tables import search as tables


@pytest.fixture
def house(platform):
    return House(platform)


@pytest.fixture
def filled(platform):
    """A register of 60 products."""
    return Registered(platform).fill(60)


def ask(platform, query="", **more):
    paging = {"paging": more.pop("paging")} if "paging" in more else {}
    order = more.pop("order", None)
    return platform.look(ANONYMOUS, finding.find, query, filters=Filters(**more), order=order, **paging)


def numbers(found):
    return [one.number for one in found.items]


def every(platform, query="", limit=7, **more):
    """All entries, page by page."""
    found, after = [], ""
    while True:
        page = ask(platform, query, paging=Paging(after, limit), **more)
        found += page.items
        after = page.next
        if not after:
            return found


def test_a_certificate_is_in_the_register_from_its_issue_to_its_end_and_after(house):
    platform = house.platform
    assert ask(platform).total == ask(platform, body="nobody", state="valid").total == 0
    made = house.certified()
    for query in ("ingot", "铝锭", made.number, "Maker", "7601.10", "ingots"):
        assert numbers(ask(platform, query)) == [made.number], query
    assert numbers(ask(platform, state="valid", place="CN", maker=house.maker.id, code="760110")) == [made.number]
    assert ask(platform, "zzyzx").missing == ("zzyzx",)
    for state, step, actor in (("suspended", "suspend", house.bo), ("withdrawn", "withdraw", house.bo)):
        made = platform.do(actor, certificates.take, made.number, step, expected=made.version, reason="r")
        assert numbers(ask(platform, "ingot", state=state)) == [made.number]
        assert ask(platform, "ingot", state="valid").total == 0
    page = platform.look(ANONYMOUS, products.of, made.number)
    assert [one.step for one in page.history] == ["withdraw", "suspend"]
    assert not page.counts
    assert house.bo.id not in repr(page)


def test_pages_follow_each_other_in_every_order(filled):
    platform = filled.platform
    everything = [one.number for one in every(platform)]
    assert everything == sorted(everything, reverse=True)
    assert len(everything) == len(set(everything)) == 60
    cement = {"unit": filled.unit, "per": "1 t", "order": Order.VALUE}
    by_value = every(platform, **cement)
    assert [one.value for one in by_value] == sorted(one.value for one in by_value)
    assert {one.number for one in by_value} == {row["number"] for row in filled.rows if row["per"] == "1 t"}
    within = every(platform, **cement, least=300, most=700)
    assert [one.number for one in within] == [one.number for one in by_value if 300 <= one.value <= 700]
    found = every(platform, "cement", limit=3)
    assert len(found) == len({one.number for one in found}) == ask(platform, "cement").total > 9


@pytest.mark.parametrize("limit", [0, 5])
def test_few_and_many_are_found_alike(filled, monkeypatch, limit):
    """Where nothing is few, a search walks; it finds the same."""
    platform = filled.platform
    asked = [
        ("cement", {}),
        ("", {"state": "withdrawn"}),
        ("cement", {"state": "valid", "place": "CN-44"}),
        ("", {"category": "cn-cement", "grade": "A"}),
        ("", {"unit": filled.unit, "per": "1 t", "least": 200.0, "most": 800.0}),
        ("cement", {"unit": filled.unit, "per": "1 t", "order": Order.VALUE}),
        ("", {"begins": (filled.rows[10]["valid_from"], filled.rows[30]["valid_from"])}),
    ]
    before = [every(platform, query, **dict(more)) for query, more in asked]
    assert all(before)
    monkeypatch.setattr(finding, "COUNTED", limit)
    for (query, more), found in zip(asked, before, strict=True):
        assert every(platform, query, **dict(more)) == found, (query, more)


def test_filters_mean_what_they_say(filled):
    platform = filled.platform
    for more in ({"body": "nobody"}, {"maker": "nobody"}, {"scheme": "none"}, {"place": "XX"}, {"state": "none"}):
        assert ask(platform, **more).total == 0
    assert ask(platform, scheme="test-label").total == ask(platform, body=filled.rows[0]["body"]).total == 60
    for name in ("category", "grade", "state", "boundary"):
        for value in {row[name] for row in filled.rows if row[name]}:
            wanted = {row["number"] for row in filled.rows if row[name] == value}
            assert {one.number for one in every(platform, **{name: value})} == wanted, (name, value)
    for place in ("CN", "CN-44", "China"):
        prefix = {"China": "CN"}.get(place, place)
        wanted = {row["number"] for row in filled.rows if row["geography"].startswith(prefix)}
        assert {one.number for one in every(platform, place=place)} == wanted
    found = ask(platform, state="valid")
    assert found.facets["state"] == {"valid": found.total}
    assert sum(ask(platform).facets["category"].values()) == 60
    assert ask(platform, category="nothing").total == 0


def test_values_of_two_units_are_not_compared(filled):
    for more in ({"order": Order.VALUE}, {"least": 1.0, "unit": "kgCO2e"}):
        with pytest.raises(RegisterError, match="TH-REG-001"):
            ask(filled.platform, **more)
    with pytest.raises(RequestError, match="TH-API-006"):
        ask(filled.platform, paging=Paging("bm9uc2Vuc2U"))


def test_what_is_called_so_stands_first(filled):
    platform = filled.platform
    name = next(row["names"]["en"] for row in filled.rows if row["category"] == "cn-cement")
    assert ask(platform, name).items[0].names["en"] == name


def test_an_index_that_is_written_anew_is_the_same(filled):
    platform = filled.platform
    before, counts = every(platform, "cement"), kept(platform)
    platform.do(INIT, entries.forget)
    assert ask(platform).total == 0
    rebuild(platform, INIT)
    assert every(platform, "cement") == before
    assert kept(platform) == counts


def kept(platform):
    table = tables.certificate_counts
    with platform.engine.connect() as sql:
        return {tuple(row[:3]): row[3] for row in sql.execute(select(table).where(table.c.count != 0))}


def test_a_correction_stays_for_ever_and_signs_anew(house):
    platform, made = house.platform, house.certified()
    after = {"names": {"en": "Billet", "zh": "钢坯"}, "geography": "CN-53"}
    done = house.corrected(made, reason="the wrong name", **after)
    assert (done.names, done.geography, done.value, done.printed) == (after["names"], "CN-53", made.value, made.printed)
    assert done.credential != made.credential
    document = json.loads(platform.look(ANONYMOUS, certificates.credential_of, made.number))
    assert digest_of(document) == done.credential
    assert "Billet" in json.dumps(document)
    issuer = platform.look(ANONYMOUS, certificates.issuer_document, house.body.id)
    for code in (made.code, done.code):
        _, checks = verify_code(code, Anchors({issuer["id"]: issuer}), platform.clock())
        assert {check.outcome for check in checks} == {Outcome.PASSED}
    (told,) = platform.look(ANONYMOUS, products.of, made.number).corrections
    assert told.before == {"names": made.names, **({"geography": made.geography} if made.geography != "CN-53" else {})}
    assert told.credential == made.credential
    assert numbers(ask(platform, "billet")) == [made.number]
    assert ask(platform, "ingot").total == 0
    assert platform.look(INIT, verify).findings == ()
    assert platform.blobs.file(_replaced(platform)).read_bytes()


def _replaced(platform):
    from tanheng.storage.sql.tables import certification

    with platform.engine.connect() as sql:
        return sql.execute(select(certification.corrections.c.credential)).scalar_one()


def test_a_correction_takes_a_verifier_and_the_decision_maker(house):
    """One person alone does not make another product of a certificate, whatever is asked for, and however often."""
    platform, made = house.platform, house.certified()
    given = {"expected": made.version, "reason": "r"}
    everything = {
        "names": {"en": "Solar panel"},
        "codes": {"hs": "8541.43"},
        "maker": {"en": "Friend"},
        "geography": "DE",
    }
    for asked in (everything, everything, {"names": {"en": "Other"}}):
        assert correcting.correct(platform, house.bo, made.number, **given, **asked) == made
    assert correcting.correct(platform, house.ann, made.number, **given, names={"en": "Another"}) == made
    (notice,) = [one for one in platform.look(house.bo, notices.listed, ALL).items if one.kind == "correction-asked"]
    assert "Another" in notice.text("en")
    done = correcting.correct(platform, house.ann, made.number, **given, names={"en": "Other"})
    assert (done.names, done.version) == ({"en": "Other"}, made.version + 1)
    # what was asked for before a correction is not asked for any more
    given["expected"] = done.version
    assert correcting.correct(platform, house.ann, made.number, **given, **everything) == done
    assert platform.look(INIT, verify).findings == ()


def test_a_correction_is_of_those_who_are_competent_today(house):
    """The team of the case may have left; who is attested since can be one of the two, and who is no more cannot."""
    platform, made = house.platform, house.certified()
    given = {"expected": made.version, "reason": "r", "names": {"en": "Other"}}
    new = person(platform, "new", house.body, Role.CERTIFIER)
    with pytest.raises(CertificationError, match="TH-CER-002"):
        correcting.correct(platform, new, made.number, **given)
    both = [Party.VERIFIER, Party.DECIDER]
    platform.do(house.head, bodies.attest, house.body.id, person=new.id, functions=both)
    assert correcting.correct(platform, house.bo, made.number, **given) == made
    held = platform.look(house.head, bodies.qualifications, house.body.id, ALL, person=house.bo.id).items
    platform.do(house.head, bodies.end_qualification, held[0].id, expected=held[0].version)
    with pytest.raises(CertificationError, match="TH-CER-002"):
        correcting.correct(platform, house.bo, made.number, **given)
    assert correcting.correct(platform, new, made.number, **given) == made  # whoever asked before counts no more
    assert correcting.correct(platform, new, made.number, **given) == made
    platform.do(INIT, people.give, house.body.id, house.ann.id, [])
    platform.do(house.head, bodies.attest, house.body.id, person=house.bo.id, functions=[Party.VERIFIER])
    tie = {"towards": house.maker.id, "person": new.id}
    done = correcting.correct(platform, house.bo, made.number, **given)
    assert (done.names, done.version) == ({"en": "Other"}, made.version + 1)
    platform.do(new, interests.declare, house.body.id, **tie)
    given["expected"] = done.version
    with pytest.raises(CertificationError, match="TH-CER-022"):
        correcting.correct(platform, new, made.number, **{**given, "names": {"en": "Third"}})


def test_the_credential_of_before_a_correction_is_revoked_and_the_new_one_verifies(house):
    platform, made = house.platform, house.certified()
    old = json.loads(platform.look(ANONYMOUS, certificates.credential_of, made.number))
    one = house.corrected(made, reason="a slip", names={"zh": "铝合金锭", "en": "Alloy ingot"})
    now = platform.look(ANONYMOUS, proving.checked, one.number)
    assert {check.outcome for check in now.checks} == {Outcome.PASSED}
    assert platform.look(ANONYMOUS, proving.bundle, one.number)["code"] == one.code
    held_out = Presented(kind=PresentedAs.CREDENTIAL, credential=old, code=made.code)
    found = platform.look(ANONYMOUS, proving.verify, held_out)
    wrong = [(check.name, check.reason) for check in found.checks if check.outcome is not Outcome.PASSED]
    assert wrong == [("status", "revocation")]
    suspended = platform.do(house.bo, certificates.take, one.number, "suspend", expected=one.version, reason="r")
    found = platform.look(ANONYMOUS, proving.checked, suspended.number)
    assert [check.reason for check in found.checks if check.outcome is not Outcome.PASSED] == ["suspension"]


def test_what_is_over_is_not_corrected(house, clock):
    platform, made = house.platform, house.certified()
    given = {"reason": "r", "names": {"en": "Another"}}
    one = platform.do(house.bo, certificates.take, made.number, "suspend", expected=made.version, reason="fraud")
    clock.move(days=800)
    with pytest.raises(CertificationError, match="TH-CER-084"):
        correcting.correct(platform, house.bo, one.number, expected=one.version, **given)
    one = platform.do(house.bo, certificates.take, one.number, "withdraw", expected=one.version, reason="fraud")
    with pytest.raises(CertificationError, match="TH-CER-084"):
        correcting.correct(platform, house.bo, one.number, expected=one.version, **given)


def test_only_who_signs_corrects_and_says_why(house):
    platform, made = house.platform, house.certified()
    given = {"expected": made.version, "reason": "r", "names": {"en": "Other"}}
    for actor in (house.engineer, house.stranger, house.official, ANONYMOUS):
        with pytest.raises(AccessError):
            correcting.correct(platform, actor, made.number, **given)
    with pytest.raises(CertificationError, match="TH-CER-002"):
        correcting.correct(platform, house.head, made.number, **given)
    with pytest.raises(RegisterError, match="TH-REG-002"):
        correcting.correct(platform, house.bo, made.number, **{**given, "reason": " "})
    with pytest.raises(RegisterError, match="TH-REG-003"):
        correcting.correct(platform, house.bo, made.number, **{**given, "names": made.names})
    for wrong in ({"names": {"en": " "}}, {"geography": "XX-77"}):
        with pytest.raises(RegisterError, match="TH-REG-004"):
            correcting.correct(platform, house.bo, made.number, **{**given, **wrong})
    with pytest.raises(StoreError, match="TH-STO-002"):
        correcting.correct(platform, house.bo, made.number, **{**given, "expected": made.version + 1})
    assert platform.look(ANONYMOUS, products.of, made.number).corrections == ()


def test_days_of_validity_are_looked_at_by_their_months(filled):
    platform = filled.platform
    days = [filled.rows[10]["valid_from"], filled.rows[40]["valid_from"]]
    for begins in ((days[0], None), (None, days[1]), tuple(days), tuple(reversed(days))):
        low, high = (day and day.strftime("%Y-%m") for day in begins)
        wanted = {
            row["number"]
            for row in filled.rows
            if (not low or row["valid_from"].strftime("%Y-%m") >= low)
            and (not high or row["valid_from"].strftime("%Y-%m") <= high)
        }
        assert {one.number for one in every(platform, begins=begins)} == wanted
        ends = tuple(day and day + timedelta(days=730) for day in begins)
        low, high = (day and day.strftime("%Y-%m") for day in ends)
        wanted = {
            row["number"]
            for row in filled.rows
            if (not low or row["valid_until"].strftime("%Y-%m") >= low)
            and (not high or row["valid_until"].strftime("%Y-%m") <= high)
        }
        assert {one.number for one in every(platform, ends=ends)} == wanted
