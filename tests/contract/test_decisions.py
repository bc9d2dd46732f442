"""What one may do with a thing, and why, the same on both engines."""

from __future__ import annotations

import pytest

from study_samples import member, organisation, study
from tanheng.accounts import system
from tanheng.accounts.deciding import rules
from tanheng.accounts.model import Role
from tanheng.errors import AccessError, StoreError
from tanheng.services.accounts import decisions, people
from tanheng.services.studies import intake, studies


@pytest.fixture
def own(platform):
    return organisation(platform)


@pytest.fixture
def begun(platform, own):
    return platform.do(member(own), studies.create, organisation=own.id, model=intake.read(study()))


def told(platform, actor, **asked):
    return {one.action: one for one in platform.look(actor, decisions.of, **asked)}


def test_each_action_is_told_with_its_rule_or_what_was_lacking(platform, own, begun):
    asked = {"kind": "study", "id": begun.id}
    engineer, viewer = (told(platform, member(own, role), **asked) for role in (Role.ENGINEER, Role.VIEWER))
    assert set(engineer) == {"study.read", "study.change", "study.create", "assessment.create"}
    assert engineer["study.change"].rule.who == "engineer"
    assert [why for _, why in viewer["study.change"].missing] == ["role"]
    assert "Engineers make the studies" in viewer["study.change"].explain()
    assert set(told(platform, member(own), **asked, action="study.change")) == {"study.change"}


def test_what_is_told_is_what_happens(platform, own, begun):
    viewer = member(own, Role.VIEWER)
    for action in ("study.change", "study.read"):
        allowed = told(platform, viewer, kind="study", id=begun.id, action=action)[action].allowed
        if action == "study.read":
            assert allowed
            platform.look(viewer, studies.of, begun.id)
        else:
            assert not allowed
            with pytest.raises(AccessError, match="TH-ACC-002"):
                platform.do(viewer, studies.archive, begun.id, expected=1, archived=True)


def test_of_an_organisation_it_is_told_what_belongs_to_it(platform, own):
    found = told(platform, member(own, Role.ENGINEER), kind="organisation", id=own.id)
    assert found["study.create"].allowed
    assert not found["membership.give"].allowed
    assert set(found) == {action for action in rules() if not action.endswith((".list", ".find"))}


def test_oneself_can_be_asked_about(platform, own):
    person = platform.do(system("init"), people.create, email="a@b.c", name="A", organisation=own.id, roles=["viewer"])
    found = told(platform, member(own, Role.VIEWER, id=person.id), kind="person", id=person.id)
    assert found["person.change"].allowed
    assert not found["person.suspend"].allowed


def test_who_may_not_read_a_thing_is_told_nothing(platform, begun):
    stranger = member(organisation(platform, "另一家"))
    with pytest.raises(StoreError, match="TH-STO-001"):
        told(platform, stranger, kind="study", id=begun.id)


def test_kinds_and_actions_that_there_are_not(platform, own, begun):
    for asked in ({"kind": "planet", "id": begun.id}, {"kind": "study", "id": begun.id, "action": "job.start"}):
        with pytest.raises(AccessError, match="TH-ACC-017"):
            told(platform, member(own), **asked)
