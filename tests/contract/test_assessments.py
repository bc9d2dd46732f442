"""Assessments on the platform, the same on both engines."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from study_samples import member, organisation, study
from tanheng.accounts.model import Role
from tanheng.errors import AccessError, StoreError, StudyError
from tanheng.footprint import assess
from tanheng.services.paging import Paging
from tanheng.services.studies import assessing, assessments, intake, studies
from tanheng.services.studies.assessing import Order
from tanheng.storage.sql.tables import history


@pytest.fixture
def own(platform):
    return organisation(platform)


@pytest.fixture
def engineer(own):
    return member(own)


@pytest.fixture
def made(platform, engineer, own):
    return platform.do(engineer, studies.create, organisation=own.id, model=intake.read(study()))


def test_the_result_is_that_of_the_library(platform, engineer, made):
    kept = assessing.assess(platform, engineer, made.id, Order())
    direct = assess(intake.read(study()), evidence={})
    assert (kept.digest, kept.total, kept.unit) == (direct.digest, direct.total, direct.unit)
    assert assessments.result(platform, engineer, kept.id).digest == kept.digest
    assert kept.errors + kept.warnings + kept.infos == len(direct.findings)


def test_the_history_carries_the_digest(platform, engineer, made):
    kept = assessing.assess(platform, engineer, made.id, Order(samples=100))
    query = select(history.events.c.facts).where(history.events.c.type == "assessment.made")
    with platform.engine.connect() as connection:
        assert kept.digest in connection.execute(query).scalar_one()


def test_it_is_computed_again_to_the_same_digest(platform, engineer, made):
    kept = assessing.assess(platform, engineer, made.id, Order(samples=100, seed=3))
    again = assessments.recompute(platform, engineer, kept.id)
    assert again.same
    assert again.recomputed == kept.digest


def test_an_older_version_can_be_assessed(platform, engineer, made):
    other = intake.read(study(**{"100 kWh": "50 kWh"}))
    platform.do(engineer, studies.revise, made.id, expected=1, model=other)
    one, two = (assessing.assess(platform, engineer, made.id, Order(number)) for number in (1, None))
    assert (one.number, two.number) == (1, 2)
    assert one.total == pytest.approx(2 * two.total)


def test_a_correction_takes_the_place_and_both_stay(platform, engineer, made):
    old, new = (assessing.assess(platform, engineer, made.id, Order()) for _ in range(2))
    corrected = platform.do(engineer, assessments.supersede, old.id, new.id, "meter read again")
    assert (corrected.superseded_by, corrected.reason) == (new.id, "meter read again")
    assert corrected.digest == old.digest
    current = platform.look(engineer, assessments.listed, Paging(), study=made.id, current=True)
    assert [one.id for one in current.items] == [new.id]
    with pytest.raises(StoreError, match="TH-STO-052"):
        platform.do(engineer, assessments.supersede, old.id, new.id, "again")
    with pytest.raises(StoreError, match="TH-STO-053"):
        platform.do(engineer, assessments.supersede, new.id, old.id, "in a circle")


def test_an_order_names_no_files_of_the_server(platform, engineer, made):
    with pytest.raises(StudyError, match="TH-STO-050"):
        assessing.assess(platform, engineer, made.id, Order(regime="../own.yaml"))


def test_viewers_do_not_assess(platform, own, made):
    with pytest.raises(AccessError, match="TH-ACC-002"):
        assessing.assess(platform, member(own, Role.VIEWER), made.id, Order())


def test_a_stranger_finds_nothing(platform, engineer, made):
    kept = assessing.assess(platform, engineer, made.id, Order())
    stranger = member(organisation(platform, "另一家"))
    for attempt in (
        lambda: platform.look(stranger, studies.of, made.id),
        lambda: platform.look(stranger, studies.version, made.id, 1),
        lambda: platform.look(stranger, studies.versions, made.id, Paging()),
        lambda: platform.do(stranger, studies.archive, made.id, expected=1, archived=True),
        lambda: platform.do(stranger, studies.revise, made.id, expected=1, model=intake.read(study())),
        lambda: assessing.assess(platform, stranger, made.id, Order()),
        lambda: platform.look(stranger, assessments.of, kept.id),
        lambda: assessments.recompute(platform, stranger, kept.id),
        lambda: assessments.report(platform, stranger, kept.id, ending=".html", lang="en"),
        lambda: platform.do(stranger, assessments.supersede, kept.id, kept.id, "no"),
    ):
        with pytest.raises(StoreError, match="TH-STO-001"):
            attempt()
    assert platform.look(stranger, studies.listed, Paging()).items == ()
    assert platform.look(stranger, assessments.listed, Paging(), study=made.id).items == ()
