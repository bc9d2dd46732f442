"""The client on class schemes, limits and impact previews."""

from __future__ import annotations

import pytest

from certification_samples import INIT, House
from class_samples import fill, makers, scheme
from clients import machine, person, served
from impact_samples import desk, with_steel
from tanheng.accounts.model import Role
from tanheng.client import Client
from tanheng.errors import GradingError, RequestError, RuleError, StoreError
from tanheng.services.grading import figures, regrading


@pytest.fixture
def house(sqlite_platform):
    return House(sqlite_platform)


@pytest.fixture
def address(sqlite_platform):
    with served(sqlite_platform) as url:
        yield url


@pytest.fixture
def official(house, address):
    with Client(address, token=person(house.platform, house.regulator, Role.OWNER)) as made:
        yield made


def test_from_a_scheme_to_the_classes_that_anybody_reads(house, address, official, tmp_path):
    certificate = house.certified()
    fill(house.platform, certificate, [certificate.value + n - 20 for n in range(40)], makers(house.platform, 8))
    path = tmp_path / "classes.yaml"
    path.write_bytes(scheme(certificate, tie="both"))
    with pytest.raises(RuleError, match="TH-RUL-013"):
        official.classes.publish_scheme(house.regulator.id, path)
    path.write_bytes(scheme(certificate))
    made = official.classes.publish_scheme(house.regulator.id, path)
    draft = official.classes.derive(made)
    assert [one.id for one in official.classes.drafts(made)] == [draft.id]
    assert (official.classes.trial(draft).moved, len(list(official.classes.moves(draft)))) == (41, 41)
    assert official.classes.preview_impact(draft).state == "queued"
    limits = official.classes.publish(draft, effective=house.platform.today())
    regrading.regrade(house.platform, INIT)
    figures.take(house.platform, INIT)
    with Client(address) as stranger:
        assert [one.id for one in stranger.classes.schemes(category=certificate.category, current=True)] == [made.id]
        assert stranger.classes.get(made.id) == made
        assert stranger.classes.histogram(made).size == 40
        assert list(stranger.classes.thresholds(made)) == [limits]
        assert stranger.classes.trial(limits).moved == 0
        (change,) = stranger.classes.changes(certificate=certificate.number)
        assert (change.thresholds, change.before, change.cause) == (limits.id, "", "limits")
        assert len(list(stranger.classes.changes(thresholds=limits))) == 41
    gone = official.classes.withdraw_scheme(made)
    assert gone.withdrawn
    with pytest.raises(StoreError, match="TH-STO-002"):
        official.classes.withdraw_scheme(made)
    with pytest.raises(GradingError, match="TH-GRD-010"):
        official.classes.derive(made)


def test_a_release_on_the_whole_register(house, address):
    own = desk(house)
    with_steel(house)
    with Client(address, token=machine(house.platform, house.maker, Role.ENGINEER, Role.PUBLISHER)) as client:
        assert client.classes.preview_impact(own.collection).kind == "impact-preview"
        with pytest.raises(RequestError, match="TH-IMP-001"):
            client.classes.preview_impact("")
        assert client.drafts.preview(own.collection).certificates.moved == 0
