"""The task board of the plan: data, what is counted, what is told."""

from __future__ import annotations

import pytest

from certification_samples import House, person
from tanheng.accounts import ANONYMOUS
from tanheng.accounts.model import Role
from tanheng.errors import AccessError, RegisterError, StoreError
from tanheng.registry import plan
from tanheng.services.paging import Paging
from tanheng.services.registry import tasks


@pytest.fixture
def house(platform):
    return House(platform)


def tell(house, task="A2", actor=None, **more):
    milestone = {"day": "2026-12-31", "texts": {"en": "50 rules"}, "source": "work plan", "done": True}
    given = {"organisation": house.regulator.id, "lead": {"zh": "牵头部门"}, "milestones": [milestone], "progress": 40}
    return house.platform.do(actor or house.official, tasks.tell, task, **{**given, **more})


def test_the_plan_has_twenty_two_tasks_and_its_implementation():
    assert len(plan.tasks()) == 23
    assert [one.area for one in plan.tasks().values()].count("D") == 6
    assert all(one.titles["zh"] and one.titles["en"] for one in plan.tasks().values())
    assert all(one.source and one.task in plan.tasks() for one in plan.milestones())


def test_what_is_counted_and_what_is_told(house, clock):
    before = {one.id: one for one in house.platform.look(ANONYMOUS, tasks.board)}
    assert before["A2"].milestones[0].counted > 15
    assert before["A2"].told is None
    assert before["A4"].milestones[0].counted == 0
    house.certified()
    first = tell(house)
    assert (first.told.progress, first.milestones[-1].done) == (40, True)
    clock.move(days=1)
    tell(house, progress=55, milestones=[], notes=" more ")
    found = {one.id: one for one in house.platform.look(ANONYMOUS, tasks.board)}
    assert (found["A2"].told.progress, found["A2"].told.notes) == (55, "more")
    assert found["A4"].milestones[0].counted == 1
    history = house.platform.look(ANONYMOUS, tasks.history, "A2", Paging()).items
    assert [one.progress for one in history] == [55, 40]
    assert house.official.id not in repr(history)


def test_the_report_of_a_year_holds_what_was_told_by_its_end(house, clock):
    year = house.platform.today().year
    tell(house, progress=10)
    clock.move(days=366)
    tell(house, progress=90)
    last, this = (house.platform.look(ANONYMOUS, tasks.report, one) for one in (year, year + 1))
    assert [{one.id: one for one in report.tasks}["A2"].told.progress for report in (last, this)] == [10, 90]
    assert [one.progress for one in last.changes["A2"]] == [10]
    for wrong in (1999, year + 2):
        with pytest.raises(RegisterError, match="TH-REG-031"):
            house.platform.look(ANONYMOUS, tasks.report, wrong)


def test_only_owners_of_a_regulator_tell(house):
    viewer = person(house.platform, "viewer", house.regulator, Role.VIEWER)
    for actor in (viewer, house.head, house.engineer, ANONYMOUS):
        with pytest.raises(AccessError):
            tell(house, actor=actor)
    with pytest.raises(AccessError):
        tell(house, actor=house.head, organisation=house.body.id)
    with pytest.raises(StoreError, match="TH-STO-001"):
        tell(house, task="Z9")
    with pytest.raises(RegisterError, match="TH-REG-030"):
        tell(house, progress=101)
