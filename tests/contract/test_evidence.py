"""Evidence of studies, the same on both engines."""

from __future__ import annotations

import hashlib

import pytest

from study_samples import member, organisation, study
from tanheng.accounts.model import Role
from tanheng.errors import AccessError, StoreError
from tanheng.services.paging import Paging
from tanheng.services.studies import assessing, assessments, evidence, intake, studies
from tanheng.services.studies.assessing import Order


@pytest.fixture
def own(platform):
    return organisation(platform)


@pytest.fixture
def made(platform, own):
    return platform.do(member(own), studies.create, organisation=own.id, model=intake.read(study()))


@pytest.fixture
def put(platform, own, made, tmp_path):
    """``put(content)`` adds evidence under the name that the study's line names."""

    def adding(content, name="meter.csv", actor=None):
        path = tmp_path / "upload"
        path.write_bytes(content)
        actor = actor or member(own)
        return evidence.add(platform, actor, made.id, path, name=name, media_type="text/csv")

    return adding


def test_what_was_added_is_read_again(platform, own, made, put):
    kept = put(b"kWh\n100\n")
    assert (kept.size, kept.digest) == (8, hashlib.sha256(b"kWh\n100\n").hexdigest())
    assert platform.blobs.get(kept.digest) == b"kWh\n100\n"
    assert platform.look(member(own), evidence.listed, made.id, Paging()).items == (kept,)


def test_an_assessment_records_what_its_evidence_was(platform, own, made, put):
    before = assessing.assess(platform, member(own), made.id, Order())
    kept = put(b"100")
    after = assessing.assess(platform, member(own), made.id, Order())
    recorded = [assessments.result(platform, member(own), one.id).inputs["evidence"] for one in (before, after)]
    assert recorded == [{"meter.csv": None}, {"meter.csv": f"sha256:{kept.digest}"}]
    assert before.digest != after.digest
    assert assessments.recompute(platform, member(own), after.id).same


def test_evidence_never_changes(put):
    first = put(b"100")
    assert put(b"100") == first
    with pytest.raises(StoreError, match="TH-STO-055"):
        put(b"90")


@pytest.mark.parametrize("name", ["", " ", "a\nb", "a\0b", "x" * 201])
def test_a_name_can_be_told(put, name):
    with pytest.raises(StoreError, match="TH-STO-056"):
        put(b"100", name)


def test_others_see_none_of_it(platform, own, made, put):
    kept = put(b"100")
    stranger = member(organisation(platform, "另一家"))
    for attempt in (
        lambda: platform.look(stranger, evidence.listed, made.id, Paging()),
        lambda: platform.look(stranger, evidence.of, made.id, kept.id),
        lambda: put(b"1", "other.csv", stranger),
    ):
        with pytest.raises(StoreError, match="TH-STO-001"):
            attempt()
    with pytest.raises(AccessError, match="TH-ACC-002"):
        put(b"1", "other.csv", member(own, Role.VIEWER))


def test_evidence_of_one_study_is_not_found_through_another(platform, own, made, put):
    kept = put(b"100")
    stranger = member(organisation(platform, "另一家"))
    theirs = platform.do(
        stranger,
        studies.create,
        organisation=next(iter(stranger.memberships)),
        model=intake.read(study()),
    )
    with pytest.raises(StoreError, match="TH-STO-001"):
        platform.look(stranger, evidence.of, theirs.id, kept.id)
