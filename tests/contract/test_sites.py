"""Sites of organisations, the same on both engines."""

from __future__ import annotations

import pytest

from study_samples import member, organisation
from tanheng.accounts.model import Role
from tanheng.errors import AccessError, StoreError
from tanheng.services.accounts import sites
from tanheng.services.paging import Paging

GLN = "4006381333931"
PLANT = {"names": {"zh": "电解厂"}, "geography": "CN-53", "identifiers": {"gln": GLN, "permit": "云 1"}}


@pytest.fixture
def own(platform):
    return organisation(platform)


@pytest.fixture
def owner(own):
    return member(own, Role.OWNER)


def test_a_site_is_read_by_members_and_changed_by_owners(platform, own, owner):
    made = platform.do(owner, sites.create, own.id, **PLANT)
    viewer = member(own, Role.VIEWER)
    assert platform.look(viewer, sites.of, made.id) == made
    assert (made.active, made.identifiers["gln"]) == (True, GLN)
    closed = platform.do(
        owner, sites.change, made.id, expected=1, active=False, names={"zh": "电解厂", "en": "Smelter"}
    )
    assert (closed.version, closed.active, closed.names["en"], closed.geography) == (2, False, "Smelter", "CN-53")
    assert platform.look(viewer, sites.listed, own.id, Paging()).items == (closed,)
    with pytest.raises(AccessError, match="TH-ACC-002"):
        platform.do(viewer, sites.change, made.id, expected=2, active=True)
    with pytest.raises(StoreError, match="TH-STO-002"):
        platform.do(owner, sites.change, made.id, expected=1, active=True)


def test_places_are_kept_as_our_codes(platform, own, owner):
    made = platform.do(owner, sites.create, own.id, **{**PLANT, "geography": "CN-YN"})
    assert made.geography == "CN-53"


@pytest.mark.parametrize(
    ("wrong", "code", "place"),
    [
        ({"names": {"zh": " "}}, "TH-ACC-031", "names"),
        ({"geography": "Atlantis"}, "TH-ACC-032", "geography"),
        ({"identifiers": {"gln": "4006381333930"}}, "TH-ACC-033", "identifiers.gln"),
        ({"identifiers": {"Permit No": "1"}}, "TH-ACC-033", "identifiers.Permit No"),
    ],
)
def test_what_is_wrong_with_a_site_is_told_with_its_place(platform, own, owner, wrong, code, place):
    with pytest.raises(AccessError, match=code) as told:
        platform.do(owner, sites.create, own.id, **{**PLANT, **wrong})
    assert told.value.faults[0].place == place
    assert platform.look(owner, sites.listed, own.id, Paging()).items == ()
