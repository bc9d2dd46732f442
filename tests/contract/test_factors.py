"""The factor register, the same on both engines."""

from __future__ import annotations

import pytest

from factor_samples import ALL, Desk, assessed, document
from study_samples import member, organisation
from tanheng.accounts import ANONYMOUS, system
from tanheng.accounts.model import OrganisationKind, Role
from tanheng.errors import AccessError, FactorError, StoreError
from tanheng.factors import embedded
from tanheng.factors.lifecycle import State, VersionChange
from tanheng.factors.model import Level
from tanheng.services.accounts import organisations
from tanheng.services.factors import collections, publishing, records, releases, reviewing, shelf
from tanheng.services.factors.shipped import publish_shipped
from tanheng.services.sharing import Visibility
from tanheng.services.studies import assessments


@pytest.fixture
def platform(furnished_platform):
    return furnished_platform


@pytest.fixture
def own(platform):
    return organisation(platform)


@pytest.fixture
def other(platform):
    return organisation(platform, "另一家")


@pytest.fixture
def desk(platform, own):
    return Desk(platform, own)


def test_what_ships_is_the_first_signed_release(platform):
    found = platform.look(ANONYMOUS, collections.listed, ALL).items
    ships = next(one for one in found if one.name == embedded().name)
    assert (ships.latest, ships.level, ships.organisation) == (1, Level.NATIONAL, None)
    release = platform.look(ANONYMOUS, releases.of, ships.id)
    assert (release.count, release.name) == (len(embedded().factors), embedded().version)
    assert releases.check(platform, ANONYMOUS, ships.id) == releases.Checked(digest=True, signature=True)
    assert platform.do(system("init"), publish_shipped) is None
    kept = platform.look(ANONYMOUS, releases.record, ships.id, "cn-electricity-footprint-2024")
    assert (kept["level"], kept["source"]["title"][:3]) == ("national", "关于发")


def test_from_a_draft_to_a_release(platform, desk):
    made = desk.add()
    assert (made.state, made.published) == (State.DRAFT, None)
    accepted = desk.accepted(made)
    assert accepted.state is State.REVIEWED
    release = desk.publish("2026.11")
    assert (release.number, release.count, release.previous) == (1, 1, "")
    now = platform.look(desk.editor, records.of, made.id)
    assert (now.state, now.published) == (State.PUBLISHED, 1)
    assert releases.check(platform, desk.owner, desk.collection) == releases.Checked(digest=True, signature=True)
    steps = [review.step.value for review in platform.look(desk.editor, reviewing.reviews, made.id, ALL).items]
    assert steps == ["publish", "accept", "submit"]


def test_nobody_accepts_what_they_wrote_or_submitted(platform, desk, own):
    both = member(own, Role.FACTOR_EDITOR, Role.FACTOR_REVIEWER, id="both")
    made = desk.add()
    revised = desk.step(both, records.revise, made, written=document(year=2024))
    handed = desk.step(desk.editor, reviewing.submit, revised)
    with pytest.raises(AccessError, match="not-author"):
        desk.step(both, reviewing.accept, handed)
    back = desk.step(desk.reviewer, reviewing.send_back, handed, note="year?")
    again = desk.step(both, reviewing.submit, back)
    with pytest.raises(AccessError, match="not-author"):
        desk.step(both, reviewing.accept, again)
    assert desk.step(desk.reviewer, reviewing.accept, again).state is State.REVIEWED


def test_steps_are_taken_in_their_order(desk):
    made = desk.add()
    with pytest.raises(FactorError, match="TH-FAC-045"):
        desk.step(desk.reviewer, reviewing.accept, made)
    handed = desk.step(desk.editor, reviewing.submit, made)
    with pytest.raises(FactorError, match="TH-FAC-045"):
        desk.step(desk.editor, records.revise, handed, written=document())
    assert desk.step(desk.editor, reviewing.take_back, handed).state is State.DRAFT
    with pytest.raises(StoreError, match="TH-STO-002"):
        desk.step(desk.editor, reviewing.submit, handed)


def test_what_is_needed_is_named_when_it_is_submitted(desk):
    made = desk.add(source={}, boundary="")
    with pytest.raises(FactorError) as caught:
        desk.step(desk.editor, reviewing.submit, made)
    assert [fault.place for fault in caught.value.faults] == ["source_title", "licence", "boundary"]


def test_comments_stand_in_the_way_until_they_are_settled(platform, desk):
    handed = desk.step(desk.editor, reviewing.submit, desk.add())
    said = platform.do(desk.reviewer, reviewing.comment, handed.id, field="gsd2", text="none?")
    with pytest.raises(FactorError, match="TH-FAC-046"):
        desk.step(desk.reviewer, reviewing.accept, handed)
    settled = platform.do(desk.editor, reviewing.settle, said.id)
    assert settled.settled_by == "editor"
    assert desk.step(desk.reviewer, reviewing.accept, handed).state is State.REVIEWED
    with pytest.raises(FactorError, match="TH-FAC-055"):
        platform.do(desk.reviewer, reviewing.comment, handed.id, field="colour", text="?")


def test_a_release_keeps_what_it_had(platform, desk):
    first = desk.accepted(desk.add())
    desk.publish("1")
    entry = platform.look(desk.editor, records.of, first.id)
    draft = desk.step(
        desk.editor,
        records.revise,
        entry,
        written=document(amounts=[["CO2", "fossil", 3.0]]),
        change=VersionChange.CORRECTION,
        reason="slip",
    )
    assert (draft.state, draft.published) == (State.DRAFT, 1)
    with pytest.raises(FactorError, match="TH-FAC-050"):
        desk.publish("2")
    desk.accepted(draft)
    second = desk.publish("2")
    assert second.previous == platform.look(desk.owner, releases.of, desk.collection, 1).digest
    masses = [
        platform.look(desk.owner, releases.record, desk.collection, "cn-steel-2025", number)["amounts"][-1][2]
        for number in (1, 2)
    ]
    assert masses == [2.0, 3.0]


def test_a_retired_factor_is_in_no_further_release(platform, desk):
    desk.accepted(desk.add(id="stays"))
    gone = desk.accepted(desk.add())
    desk.publish("1")
    entry = platform.look(desk.editor, records.of, gone.id)
    with pytest.raises(FactorError, match="TH-FAC-054"):
        desk.step(desk.editor, records.revise, entry, change=VersionChange.RETIREMENT)
    desk.accepted(desk.step(desk.editor, records.revise, entry, change=VersionChange.RETIREMENT, reason="out of date"))
    assert desk.publish("2").count == 1
    assert platform.look(desk.editor, records.of, gone.id).state is State.RETIRED
    with pytest.raises(StoreError, match="TH-STO-001"):
        platform.look(desk.owner, releases.record, desk.collection, "cn-steel-2025")
    assert platform.look(desk.owner, releases.record, desk.collection, "cn-steel-2025", 1)["year"] == 2025


def test_only_what_was_previewed_is_published(platform, desk):
    desk.accepted(desk.add())
    digest = platform.look(desk.editor, publishing.candidate, desk.collection).digest
    desk.accepted(desk.add(id="another"))
    with pytest.raises(FactorError, match="TH-FAC-052"):
        publishing.publish(platform, desk.publisher, desk.collection, version="1", digest=digest)
    desk.publish("1")
    desk.accepted(desk.add(id="third"))
    with pytest.raises(FactorError, match="TH-FAC-051"):
        desk.publish("1")


def test_levels_follow_the_kind_of_organisation(platform, own):
    owner = member(own, Role.OWNER)
    told = {"organisation": own.id, "name": "national-ones", "names": {"en": "N"}, "level": Level.NATIONAL}
    with pytest.raises(AccessError, match="kind"):
        platform.do(owner, collections.create, **told)
    ministry = platform.do(system("init"), organisations.create, kind=OrganisationKind.REGULATOR, names={"zh": "部"})
    made = platform.do(member(ministry, Role.OWNER), collections.create, **{**told, "organisation": ministry.id})
    assert made.level is Level.NATIONAL
    with pytest.raises(FactorError, match="TH-FAC-048"):
        Desk(platform, own).add(level="national")


def test_every_fault_of_a_record_is_told(desk):
    wrong = document(
        per="kgg", amounts=[["CO9", "fossil", 1], ["CO2", "rock", 1]], year=20, documentation={"hs": "76x", "a": 1}
    )
    with pytest.raises(FactorError) as caught:
        desk.platform.do(desk.editor, records.create, desk.collection, wrong)
    places = {fault.place for fault in caught.value.faults}
    assert places == {"per", "amounts[0][0]", "amounts[1][1]", "year", "documentation.hs", "documentation.a"}


def test_the_recipe_of_a_black_box_stays_with_its_owner(platform, desk, own, other):
    desk.accepted(
        desk.add(note="our secret", documentation={"confidentiality": "result-only", "technology_en": "secret"})
    )
    desk.accepted(desk.add(id="hidden", documentation={"confidentiality": "private"}))
    desk.publish("1")
    stranger = member(other, id="stranger")
    with pytest.raises(StoreError, match="TH-STO-001"):
        platform.look(stranger, releases.record, desk.collection, "cn-steel-2025")
    desk.share(Visibility.SHARED, other)
    seen = platform.look(stranger, releases.record, desk.collection, "cn-steel-2025")
    assert seen["amounts"] == [["CO2e", "unsplit", pytest.approx(2.298)]]
    assert "secret" not in str(seen)
    assert "A report" not in str(seen)
    with pytest.raises(StoreError, match="TH-STO-001"):
        platform.look(stranger, releases.record, desk.collection, "hidden")
    with pytest.raises(StoreError, match="TH-STO-001"):
        platform.look(stranger, records.listed, desk.collection, ALL)
    shelf_ = platform.look(stranger, releases.usable, other.id)
    shared = shelf.composed(platform, shelf_).parts["our-factors"]
    assert set(shared.factors) == {"cn-steel-2025"}
    assert not shared.factors["cn-steel-2025"].is_split
    mine = shelf.composed(platform, platform.look(desk.owner, releases.usable, own.id)).parts["our-factors"]
    assert set(mine.factors) == {"cn-steel-2025", "hidden"}


def test_studies_link_to_factors_of_the_register(platform, desk, own):
    desk.accepted(desk.add())
    release = desk.publish("1")
    kept = assessed(platform, own, "factor:cn-steel-2025")
    assert (kept.total, kept.complete) == (pytest.approx(229.8), True)
    result = assessments.result(platform, member(own), kept.id)
    target = result.inputs["targets"]["link factor:cn-steel-2025"]["provenance"]
    assert target["release"] == f"our-factors@1 {release.digest}"
    assert assessments.recompute(platform, member(own), kept.id).same
    used = platform.look(desk.owner, shelf.usage, desk.collection, ALL).items
    assert [(use.factor, use.purpose, use.organisation) for use in used] == [("cn-steel-2025", "assessment", own.id)]
    (summary,) = platform.look(desk.owner, shelf.usage_summary, desk.collection)
    assert (summary.factor, summary.count) == ("cn-steel-2025", 1)


def test_a_lower_level_overrides_nothing_silently(platform, desk, own):
    key = "cn-electricity-footprint-2024"
    desk.accepted(desk.add(id=key, per="kWh", amounts=[["CO2", "fossil", 0.1]]))
    desk.publish("1")
    found = platform.look(desk.owner, releases.usable, own.id)
    composed = shelf.composed(platform, found)
    assert composed.factors[key] == embedded().factors[key]
    (conflict,) = shelf.ambiguous(platform, found)
    assert (conflict.id, conflict.winner, conflict.others) == (key, embedded().name, ("our-factors",))
    from tanheng.factors import get

    assert get(composed, f"our-factors/{key}").amounts == {("CO2", "fossil"): 0.1}


def test_notices_reach_who_asked_and_whose_results_move(platform, desk, own):
    from tanheng.services import notices
    from tanheng.services.accounts import people
    from tanheng.services.factors import noticing

    account = {"email": "e@example.org", "name": "E", "password": "a long enough sentence", "organisation": own.id}
    person = platform.do(system("init"), people.create, roles=["engineer"], **account)
    reader = member(own, id=person.id)
    desk.accepted(desk.add())
    desk.accepted(desk.add(id="other-one"))
    desk.publish("1")
    platform.do(reader, noticing.subscribe, desk.collection, "cn-steel-2025")
    assert platform.do(reader, noticing.subscribe, desk.collection, "cn-steel-2025").factor == "cn-steel-2025"
    for key in ("cn-steel-2025", "other-one"):
        entry = platform.look(desk.editor, records.listed, desk.collection, ALL, text=key).items[0]
        desk.accepted(desk.step(desk.editor, records.revise, entry, written=document(id=key, year=2026)))
    desk.publish("2")
    (told,) = platform.look(reader, notices.listed, ALL).items
    assert (told.kind, told.params["factors"]) == ("release-published", ["cn-steel-2025"])
    assert told.text("en") == "our-factors has the release 2; of what you follow, one factor changed: cn-steel-2025"
    assert platform.do(reader, notices.put_away, [told.id]) == 1
    assert platform.look(reader, notices.listed, ALL, unread=True).items == ()


def test_factors_are_found_by_those_who_may_see_them(platform, desk, other):
    from tanheng.services.search.finding import find
    from tanheng.services.search.rebuilding import rebuild

    def references(actor):
        return {hit.reference for hit in platform.look(actor, find, "钢板").items if hit.database == "our-factors"}

    for key, level in (("open", "public"), ("box", "result-only"), ("hidden", "private")):
        desk.accepted(desk.add(id=key, documentation={"confidentiality": level, "synonyms_en": "secret recipe"}))
    desk.publish("1")
    stranger = member(other, id="stranger")
    every = {"our-factors/open", "our-factors/box", "our-factors/hidden"}
    assert (references(desk.editor), references(stranger)) == (every, set())
    desk.share(Visibility.SHARED, other)
    for _ in range(2):
        assert references(stranger) == {"our-factors/open", "our-factors/box"}
        assert references(desk.editor) == every
        rebuild(platform, system("test"))
    entry = platform.look(desk.editor, records.listed, desk.collection, ALL, text="open").items[0]
    desk.accepted(desk.step(desk.editor, records.revise, entry, change=VersionChange.RETIREMENT, reason="old"))
    desk.publish("2")
    assert references(desk.editor) == every - {"our-factors/open"}
