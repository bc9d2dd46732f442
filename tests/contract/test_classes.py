"""Classes on the register: limits that are derived, tried and signed, and certificates that move by them."""

from __future__ import annotations

import copy
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from certification_samples import ALL, INIT, House, person
from class_samples import fill, in_force, makers, published, scheme
from tanheng.accounts import ANONYMOUS
from tanheng.accounts.model import OrganisationKind, Role
from tanheng.errors import AccessError, GradingError, StoreError
from tanheng.exchange.credentials.labels import read_code
from tanheng.grading import Peer, grade
from tanheng.grading.disclosing import histogram
from tanheng.grading.grading import trial
from tanheng.grading.signing import is_genuine, read_thresholds, sample_digest
from tanheng.registry.checking import Limits
from tanheng.services import notices
from tanheng.services.accounts import organisations
from tanheng.services.audit import log
from tanheng.services.audit.verifying import verify
from tanheng.services.certification import certificates
from tanheng.services.grading import changes, figures, regrading, schemes, thresholds, trying
from tanheng.services.jobs import jobs
from tanheng.services.registry import checking, entries, feeding, finding, products
from tanheng.services.registry.checking import Line
from tanheng.services.registry.model import Filters
from tanheng.storage.sql.tables import search as index


@pytest.fixture
def house(platform):
    return House(platform)


@pytest.fixture
def certificate(house):
    return house.certified()


@pytest.fixture
def many(house, certificate):
    """A register of 41 certificates of 9 makers whose values lie around the first."""
    holders = [house.maker.id, *makers(house.platform, 8)]
    fill(house.platform, certificate, [certificate.value + n - 20 for n in range(40)], holders)
    return house.platform.look(INIT, certificates.listed, ALL).items


def of_the_day(house, what, thing):
    """What a stranger is told after the job of the day."""
    figures.take(house.platform, INIT)
    return house.platform.look(ANONYMOUS, what, thing)


def later(platform, days):
    return replace(platform, clock=lambda: platform.clock() + timedelta(days=days))


def test_a_regulator_publishes_a_class_scheme_once(house, certificate):
    platform, content = house.platform, scheme(certificate)
    made = published(house, content)
    assert published(house, content) == made
    assert platform.look(ANONYMOUS, schemes.of, made.id) == made
    assert platform.look(ANONYMOUS, schemes.listed, ALL, category=certificate.category).items == (made,)
    assert platform.look(ANONYMOUS, schemes.listed, ALL, category="other@1").items == ()
    for actor in (house.engineer, house.head, ANONYMOUS):
        with pytest.raises(AccessError):
            platform.do(actor, schemes.publish, content, organisation=house.regulator.id)
    with pytest.raises(AccessError):
        platform.do(house.engineer, schemes.publish, content, organisation=house.maker.id)
    with pytest.raises(GradingError, match="TH-GRD-006"):
        published(house, scheme(certificate, tie="worse"))
    with pytest.raises(GradingError, match="TH-GRD-008"):
        published(house, scheme(certificate, version="1.1.0", region="CN-53"))
    with pytest.raises(GradingError, match="TH-GRD-009"):
        published(house, scheme(certificate, id="another", region="CN-53"))
    second = platform.do(
        INIT, organisations.create, kind=OrganisationKind.REGULATOR, names={"zh": "另一家", "en": "Second"}
    )
    other = person(platform, "other", second, Role.OWNER)
    with pytest.raises(GradingError, match="TH-GRD-007"):
        platform.do(other, schemes.publish, scheme(certificate, version="2.0.0"), organisation=second.id)
    with pytest.raises(StoreError):
        platform.do(other, schemes.withdraw, made.id, expected=made.version)
    gone = platform.do(house.official, schemes.withdraw, made.id, expected=made.version)
    assert gone.withdrawn
    assert platform.look(ANONYMOUS, schemes.listed, ALL, current=True).items == ()
    with pytest.raises(GradingError, match="TH-GRD-010"):
        thresholds.derive(platform, house.official, made.id)
    assert published(house, scheme(certificate, id="another", region="CN-53")).region == "CN-53"


def test_limits_follow_from_the_valid_values_and_are_signed(house, many):
    platform = house.platform
    made = published(house, scheme(many[0]))
    draft = thresholds.derive(platform, house.official, made.id)
    values = sorted(one.value for one in many)
    assert (draft.sample, draft.makers, draft.thresholds) == (41, 9, "")
    assert draft.limits == pytest.approx((values[8], values[24]), rel=1e-3)  # 40·0.2 and 40·0.6
    assert draft.sample_digest == sample_digest([Peer(one.number, one.holder, one.value) for one in many])
    for actor in (ANONYMOUS, house.engineer, house.stranger):
        with pytest.raises((StoreError, AccessError)):
            platform.look(actor, thresholds.draft_of, draft.id)
        with pytest.raises((StoreError, AccessError)):
            platform.do(actor, thresholds.publish, draft.id, effective=platform.today())
    today = platform.today()
    with pytest.raises(GradingError, match="TH-GRD-011"):
        platform.do(house.official, thresholds.publish, draft.id, effective=today - timedelta(days=1))
    one = platform.do(house.official, thresholds.publish, draft.id, effective=today + timedelta(days=10))
    with pytest.raises(GradingError, match="TH-GRD-012"):
        platform.do(house.official, thresholds.publish, draft.id, effective=today + timedelta(days=20))
    assert not one.in_force
    assert later(platform, 10).look(ANONYMOUS, thresholds.of, one.id).in_force
    known = platform.look(ANONYMOUS, log.of)
    assert is_genuine(one.document, one.signature, known.keys[one.key].encode())
    assert read_thresholds(one.document).limits == draft.limits
    entries = platform.look(ANONYMOUS, log.entries, first=0, limit=500)
    told = [json.loads(entry.entry) for entry in entries]
    assert [json.loads(entry["facts"])["digest"] for entry in told if entry["type"] == "thresholds.published"] == [
        one.digest
    ]
    again = thresholds.derive(platform, house.official, made.id)
    with pytest.raises(GradingError, match="TH-GRD-011"):
        platform.do(house.official, thresholds.publish, again.id, effective=today + timedelta(days=9))
    second = platform.do(house.official, thresholds.publish, again.id, effective=today + timedelta(days=10))
    assert (second.number, json.loads(second.document)["previous"]) == (2, one.digest)
    after = later(platform, 10)
    assert after.look(ANONYMOUS, thresholds.listed, made.id, ALL).items == (
        replace(second, in_force=True),
        replace(one, in_force=False),
    )
    assert platform.look(INIT, verify).findings == ()


def test_too_few_makers_have_no_limits(house, certificate):
    made = published(house, scheme(certificate))
    with pytest.raises(GradingError, match="TH-GRD-001"):
        thresholds.derive(house.platform, house.official, made.id)
    fill(house.platform, certificate, [certificate.value + n for n in range(40)], makers(house.platform, 3))
    with pytest.raises(GradingError, match="TH-GRD-001"):
        thresholds.derive(house.platform, house.official, made.id)
    assert of_the_day(house, figures.spread, made.id).size is None


def test_only_what_may_be_compared_is(house, certificate):
    platform, holders = house.platform, makers(house.platform, 9)
    value = certificate.value
    fill(platform, certificate, [value] * 30, holders)
    for other in (
        {"category": "other@1"},
        {"boundary": "cradle-to-grave"},
        {"unit": "kg CO2e/kg"},
        {"geography": "DE"},
        {"state": "withdrawn"},
        {"state": "suspended"},
        {"valid_until": platform.today() - timedelta(days=1)},
    ):
        fill(platform, certificate, [value * 9] * 5, holders, **other)
    made = published(house, scheme(certificate, classes="[A, B]", method="benchmark", steps="[1]"))
    assert thresholds.derive(platform, house.official, made.id).sample == 31
    fill(platform, certificate, [value * 9] * 5, holders, per="2 t")
    assert thresholds.derive(platform, house.official, made.id).sample == 36


def test_a_trial_tells_the_regulator_all_and_others_what_five_makers_stand_behind(house, many):
    platform = house.platform
    made = published(house, scheme(many[0]))
    draft = thresholds.derive(platform, house.official, made.id)
    found = platform.look(house.official, trying.of_draft, draft.id)
    one = platform.do(house.official, thresholds.publish, draft.id, effective=platform.today())
    limits = read_thresholds(one.document)
    pure = trial([Peer(c.number, c.holder, c.value) for c in many], limits)
    assert {(cell.before, cell.after): cell.count for cell in found.cells} == {
        ("", name): count for name, count in pure.after.items()
    }
    assert (found.certificates, found.moved, found.whole) == (41, 41, True)
    moves = platform.look(house.official, trying.moves_of_draft, draft.id, ALL).items
    assert {(move.certificate, move.after) for move in moves} == {(move.certificate, move.after) for move in pure.moves}
    with pytest.raises((StoreError, AccessError)):
        platform.look(house.engineer, trying.of_draft, draft.id)
    assert platform.look(ANONYMOUS, figures.trial, one.id).certificates is None
    told = of_the_day(house, figures.trial, one.id)
    assert (told.certificates, told.whole, told.day) == (41, False, platform.today())
    whole = platform.look(house.official, figures.trial, one.id)
    assert (whole.certificates, whole.whole, whole.day) == (41, True, None)
    with pytest.raises(AccessError):
        platform.look(ANONYMOUS, trying.moves_of_thresholds, one.id, ALL)


def test_a_cell_with_few_makers_is_hidden_with_another(house, certificate):
    platform = house.platform
    fill(platform, certificate, [10] * 20 + [20] * 20, makers(platform, 10))
    fill(platform, certificate, [30] * 3, makers(platform, 2))
    fixed = {"method": "limits", "steps": "[15, 25]", "region": ""}
    one = in_force(house, scheme(certificate, **fixed))
    told = of_the_day(house, figures.trial, one.id)
    counts = {cell.after: cell.count for cell in told.cells}
    assert [*counts.values()].count(None) == 2, "one hidden cell alone would follow from the total"
    whole = platform.look(house.official, trying.of_thresholds, one.id)
    assert all(cell.count for cell in whole.cells)
    assert told.moved is None


def test_the_histogram_has_makers_behind_every_bar(house, many):
    made = published(house, scheme(many[0]))
    found = of_the_day(house, figures.spread, made.id)
    assert found.size == 40, "41, rounded"
    for bar in found.bars:
        inside = [one.holder for one in many if bar.above < one.value <= bar.up_to]
        assert len(set(inside)) >= 5
        assert abs(bar.count - len(inside)) <= 2
    pure = histogram([Peer(one.number, one.holder, one.value) for one in many])
    assert found.bars == pure, "the database counts as the pure function does"


def test_what_everybody_is_told_is_of_the_day(house, certificate, clock):
    """Whoever looks before and after a newcomer sees the same; the next day it is another look."""
    platform, holders = house.platform, makers(house.platform, 8)
    fill(platform, certificate, [certificate.value * (1 + n / 80) for n in range(40)], holders)
    one = in_force(house, scheme(certificate))
    asked = ((figures.spread, one.scheme), (figures.trial, one.id))
    before = [platform.look(ANONYMOUS, what, thing) for what, thing in asked]
    assert [told.day for told in before] == [None, None]
    assert platform.do(INIT, figures.start_where_needed)
    assert not platform.do(INIT, figures.start_where_needed)  # somebody is about it
    day = platform.today()
    before = [of_the_day(house, what, thing) for what, thing in asked]
    assert {told.day for told in before} == {day}
    fill(platform, certificate, [certificate.value * 1.2] * 30, holders)
    assert [of_the_day(house, what, thing) for what, thing in asked] == before
    clock.move(days=1)
    assert [platform.look(ANONYMOUS, what, thing) for what, thing in asked] == before
    after = [of_the_day(house, what, thing) for what, thing in asked]
    assert {told.day for told in after} == {day + timedelta(days=1)}
    assert (before[0].size, after[0].size) == (40, 70)
    assert (before[1].certificates, after[1].certificates) == (41, 71)
    assert figures.take(platform, INIT) == 0
    assert platform.look(INIT, verify).findings == ()


def test_a_certificate_is_issued_with_its_class(house):
    platform = house.platform
    case = house.decided()
    like = _Like()
    one = in_force(house, scheme(like, classes="[A, B]", method="limits", steps="[1000000]"))
    from tanheng.services.certification import issuing

    made = issuing.certify(platform, house.bo, case.id, expected=case.version)
    assert made.grade == "A"
    document = json.loads(platform.look(ANONYMOUS, certificates.credential_of, made.number))
    assessment = document["credentialSubject"]["assessment"][0]
    assert assessment["declaredValue"][0]["score"] == "A"
    assert assessment["tanheng"]["classScheme"] == "test-classes@1.0.0#1"
    assert read_code(made.code).grade == "A"
    (change,) = platform.look(ANONYMOUS, changes.listed, ALL, certificate=made.number).items
    assert (change.before, change.after, change.thresholds, change.value) == ("", "A", one.id, made.value)
    assert platform.look(INIT, verify).findings == ()


class _Like:
    """What the certificate of the sample will be compared by."""

    category, boundary, unit = "general@1", "cradle-to-gate", "kg CO2e/t"


def test_certificates_move_on_the_day_and_once(house, many):
    platform = house.platform
    one = in_force(house, scheme(many[0]), days=10)
    assert platform.look(INIT, regrading.due) == []
    assert not platform.do(INIT, regrading.start_where_needed)
    after = later(platform, 10)
    assert after.look(INIT, regrading.due) == [one.id]
    assert after.do(INIT, regrading.start_where_needed)
    assert not after.do(INIT, regrading.start_where_needed)
    (job,) = after.look(INIT, jobs.listed, ALL, kind=regrading.JOB).items
    assert job.state == "queued"
    assert regrading.regrade(after, INIT) == {one.id: 41}
    limits = read_thresholds(one.document)
    now = {c.number: c for c in after.look(ANONYMOUS, certificates.listed, ALL).items}
    assert {number: c.grade for number, c in now.items()} == {c.number: grade(c.value, limits).name for c in many}
    assert all(now[c.number].credential == c.credential for c in many), "what was signed stays as it is"
    best = platform.look(ANONYMOUS, finding.find, filters=Filters(grade="A"))
    assert {entry.number for entry in best.items} == {number for number, c in now.items() if c.grade == "A"}
    compared = platform.look(ANONYMOUS, products.of, many[0].number).compared
    assert (compared.thresholds, compared.limits) == (one.id, limits.limits)
    assert compared.grade == now[many[0].number].grade
    assert after.look(INIT, regrading.due) == []
    assert regrading.regrade(after, INIT) == {}
    found = after.look(ANONYMOUS, changes.listed, ALL, thresholds=one.id).items
    assert {(c.certificate, c.before, c.after) for c in found} == {(c.number, "", now[c.number].grade) for c in many}
    own = after.look(ANONYMOUS, changes.listed, ALL, thresholds=one.id, holder=house.maker.id).items
    assert {c.certificate for c in own} == {c.number for c in many if c.holder == house.maker.id}
    assert after.look(INIT, verify).findings == ()
    told = after.look(house.engineer, notices.listed, ALL).items
    (notice,) = [one for one in told if one.kind == "classes-changed"]
    assert notice.params["count"] == len(own)
    assert "test-classes" in notice.text("en")
    assert after.look(house.stranger, notices.listed, ALL).items == ()


def test_only_those_move_whose_class_is_another(house, many, monkeypatch):
    platform = house.platform
    fixed = {"method": "limits", "classes": "[A, B]", "steps": f"[{many[0].value}]"}
    in_force(house, scheme(many[0], **fixed))
    regrading.regrade(platform, INIT)
    before = {c.number: c for c in platform.look(INIT, certificates.listed, ALL).items}
    monkeypatch.setattr(regrading, "BATCH", 2)
    moved = [c for c in before.values() if many[0].value - 5 < c.value <= many[0].value]
    fixed["steps"] = f"[{many[0].value - 5}]"
    one = in_force(house, scheme(many[0], version="1.1.0", **fixed))
    broken = platform.do(
        INIT, regrading._batch, one.id, "", ["CN-53"]
    )  # a worker that dies after its first transaction
    assert broken[0] == 2
    assert regrading.regrade(platform, INIT) == {one.id: len(moved)}
    now = {c.number: c for c in platform.look(INIT, certificates.listed, ALL).items}
    assert {n for n in now if now[n].version != before[n].version} == {c.number for c in moved}
    assert {(now[c.number].grade, now[c.number].version) for c in moved} == {("B", before[moved[0].number].version + 1)}
    assert platform.look(INIT, verify).findings == ()


def test_what_is_not_there_is_told(house):
    platform = house.platform
    nothing = "0190aaaa-0000-7000-8000-000000000000"
    for ask in (schemes.of, thresholds.of, trying.of_thresholds, thresholds.draft_of, trying.of_draft):
        for id_ in ("x", nothing):
            with pytest.raises(StoreError, match="TH-STO-001"):
                platform.look(house.official, ask, id_)
    for id_ in ("x", nothing):
        with pytest.raises(StoreError, match="TH-STO-001"):
            platform.look(house.official, thresholds.listed, id_, ALL)
    assert platform.look(ANONYMOUS, changes.listed, ALL, thresholds="x").items == ()


def test_the_register_tells_the_class_that_limits_give(house, many):
    platform = house.platform
    platform.do(INIT, entries.write, [one.id for one in many[1:]])  # the last of all has no entry yet
    cursor = platform.look(ANONYMOUS, feeding.feed, limit=100).since
    in_force(house, scheme(many[0]))
    regrading.regrade(platform, INIT)
    found = {name: platform.look(ANONYMOUS, finding.find, filters=Filters(grade=name)).total for name in "ABC"}
    now = [one.grade for one in platform.look(INIT, certificates.listed, ALL).items]
    assert found == {name: now.count(name) for name in "ABC"}
    assert min(found.values()) > 0
    assert platform.look(ANONYMOUS, finding.find, filters=Filters(grade="")).total == 41
    assert len(platform.look(ANONYMOUS, feeding.feed, since=cursor, limit=100).items) == 41
    before = kept(platform)
    platform.do(INIT, entries.forget)
    platform.do(INIT, entries.write, [one.id for one in many])
    assert kept(platform) == before, "as entries that are written anew"


def kept(platform):
    """What entries of the register hold, in words and in counts."""
    entry, said, counts = index.certificates, index.certificate_words, index.certificate_counts
    words = select(entry.c.certificate, entry.c.grade, said.c.tokens).join(said, said.c.serial == entry.c.serial)
    with platform.engine.connect() as sql:
        told = {row[0]: (row[1], frozenset(row[2].split())) for row in sql.execute(words)}
        return told, {tuple(row[:3]): row[3] for row in sql.execute(select(counts).where(counts.c.count != 0))}


def test_a_list_is_checked_by_the_class_of_the_day(house, many):
    platform, one = house.platform, many[-1]
    first, names = later(platform, 10), "[一级, 二级, 三级]"
    in_force(at(house, first), scheme(one, classes=names))
    regrading.regrade(first, INIT)
    second = later(platform, 20)
    fixed = {"version": "2.0.0", "classes": names, "method": "limits", "steps": "[1, 2]"}
    in_force(at(house, second), scheme(one, **fixed))
    regrading.regrade(second, INIT)
    was, now = first.look(INIT, _classes, one.number)
    assert (was, now) == ("二级", "三级")

    def told(days, limit):
        day = platform.today() + timedelta(days=days)
        (found,) = second.look(INIT, checking.check, [Line(number=one.number)], Limits(grade=limit), on=day)
        return found.grade, found.verdict.value

    assert told(0, "三级") == ("", "no-class")
    assert told(9, "三级") == ("", "no-class")
    assert told(10, "三级") == (was, "passed")
    assert told(10, "A") == (was, "other-class")
    assert told(19, "二级") == (was, "passed")
    assert told(20, "二级") == (now, "below-class")


def _classes(work, number):
    told = changes.listed(work, ALL, certificate=number).items
    return told[-1].after, told[0].after


def at(house, platform):
    """The house at another time."""
    moved = copy.copy(house)
    moved.platform = platform
    return moved


def test_two_who_apply_limits_at_once_change_each_class_once(house, many):
    in_force(house, scheme(many[0]))
    with ThreadPoolExecutor(3) as pool:
        told = [one.result() for one in [pool.submit(regrading.regrade, house.platform, INIT) for _ in range(3)]]
    assert {count for one in told for count in one.values()} == {41}
    for one in many:
        assert len(house.platform.look(INIT, changes.listed, ALL, certificate=one.number).items) == 1
    assert house.platform.look(INIT, verify).findings == ()
