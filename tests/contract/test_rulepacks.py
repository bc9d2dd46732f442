"""Rule packs of organisations, the same on both engines."""

from __future__ import annotations

import pytest

from study_samples import member, organisation, study
from tanheng.accounts.model import Role
from tanheng.errors import AccessError, RuleError, StoreError
from tanheng.rules.template import new_pack
from tanheng.services.paging import Paging
from tanheng.services.rulepacks import rulepacks
from tanheng.services.studies import assessing, assessments, intake, studies
from tanheng.services.studies.assessing import Order

PACK = new_pack("own-pack", "Own pack").encode()


@pytest.fixture
def own(platform):
    return organisation(platform)


def add(platform, of, content=PACK):
    return rulepacks.add(platform, member(of), content, organisation=of.id)


def begin(platform, of):
    return platform.do(member(of), studies.create, organisation=of.id, model=intake.read(study()))


def test_studies_are_assessed_under_rules_of_their_organisation(platform, own):
    made, engineer = add(platform, own), member(own)
    begun = begin(platform, own)
    kept = assessing.assess(platform, engineer, begun.id, Order(rules="own-pack"))
    assert kept.rule_pack.startswith("own-pack")
    assert made.digest == assessments.result(platform, engineer, kept.id).inputs["rule_pack"]["digest"]
    platform.do(engineer, rulepacks.withdraw, made.id, expected=1)
    with pytest.raises(RuleError, match="TH-RUL-004"):
        assessing.assess(platform, engineer, begun.id, Order(rules="own-pack"))
    assert assessments.recompute(platform, engineer, kept.id).same


def test_a_release_never_changes(platform, own):
    made = add(platform, own)
    assert add(platform, own) == made
    with pytest.raises(StoreError, match="TH-STO-065"):
        add(platform, own, PACK + b"# another\n")


def test_no_pack_takes_the_name_of_one_that_ships(platform, own):
    with pytest.raises(StoreError, match="TH-STO-066"):
        add(platform, own, new_pack("cn-cement", "Cement").encode())


def test_a_broken_pack_is_told_with_its_line(platform, own):
    with pytest.raises(RuleError) as caught:
        rulepacks.add(platform, member(own), PACK + b"nonsense: 1\n", organisation=own.id, place="../mine.yaml")
    assert caught.value.faults[0].place.startswith("mine.yaml:")


def test_others_neither_see_nor_use_it(platform, own):
    made, other = add(platform, own), organisation(platform, "另一家")
    stranger = member(other)
    with pytest.raises(StoreError, match="TH-STO-001"):
        platform.look(stranger, rulepacks.of, made.id)
    with pytest.raises(StoreError, match="TH-STO-001"):
        platform.do(stranger, rulepacks.withdraw, made.id, expected=1)
    assert platform.look(stranger, rulepacks.listed, Paging()).items == ()
    with pytest.raises(RuleError, match="TH-RUL-004"):
        assessing.assess(platform, stranger, begin(platform, other).id, Order(rules="own-pack"))
    assert add(platform, other, PACK + b"# another\n").release == made.release  # names are each organisation's own
    with pytest.raises(AccessError, match="TH-ACC-002"):
        rulepacks.add(platform, member(own, Role.VIEWER), PACK, organisation=own.id)
