"""Background databases of organisations, the same on both engines."""

from __future__ import annotations

import pytest

from study_samples import member, one_product, organisation, study
from tanheng.accounts.model import Role
from tanheng.errors import AccessError, HomeError, InventoryError, StoreError
from tanheng.formats import write_database
from tanheng.services.databases import databases, importing, linking, products, sharing, standing
from tanheng.services.databases.importing import import_into
from tanheng.services.paging import Paging
from tanheng.services.sharing import Visibility
from tanheng.services.studies import assessing, assessments, intake, studies
from tanheng.services.studies.assessing import Order
from tanheng.testing import database, process


@pytest.fixture
def own(platform):
    return organisation(platform)


@pytest.fixture
def other(platform):
    return organisation(platform, "另一家")


@pytest.fixture
def given(platform, own, tmp_path):
    """``given(kg)`` imports one product that emits so much CO2 a kg."""

    def importing(kg, *, actor=None, into=own, name="bg"):
        path = tmp_path / "one.spold"
        path.write_bytes(one_product(kg))
        return import_into(platform, actor or member(into), path, name=name, organisation=into.id)

    return importing


def linked(platform, of, database="bg"):
    """A study of 100 kg of the product."""
    name = platform_product(platform)
    words = study(**{"100 kWh": "100 kg", "type: electricity, ": "", "Power": "Part"}).decode()
    start = words.index("factor:")
    words = words[:start] + f"{database}:{name}" + words[words.index('"', start) :]
    return platform.do(member(of), studies.create, organisation=of.id, model=intake.read(words.encode()))


def platform_product(platform):
    from tanheng.accounts import system

    page = platform.look(system("test"), databases.listed, Paging())
    return products.products(platform, system("test"), page.items[0].id).items[0].process_id


def test_an_import_is_a_name_for_a_snapshot(platform, own, given):
    made = given(2)
    assert (made.name, made.visibility, made.products, made.source) == ("bg", Visibility.PRIVATE, 1, "one.spold")
    assert products.product_footprint(platform, member(own), made.id, 0).total == pytest.approx(2)
    found = products.products(platform, member(own), made.id)
    assert [row.index for row in found.items] == [0]
    assert found.next is None


def test_a_new_import_changes_what_the_name_stands_for(platform, own, given):
    first, second = given(2), given(3)
    assert (second.id, second.version) == (first.id, 2)
    assert second.digest != first.digest
    assert products.product_footprint(platform, member(own), first.id, 0).total == pytest.approx(3)


def test_studies_link_to_databases_of_their_organisation(platform, own, given):
    given(2)
    made = linked(platform, own)
    kept = assessing.assess(platform, member(own), made.id, Order())
    assert (kept.total, kept.complete) == (pytest.approx(200), True)
    assert assessments.recompute(platform, member(own), kept.id).same


def test_what_one_organisation_has_another_does_not_see(platform, own, other, given):
    made = given(2)
    stranger = member(other)
    for attempt in (
        lambda: platform.look(stranger, databases.of, made.id),
        lambda: products.products(platform, stranger, made.id),
        lambda: products.product_footprint(platform, stranger, made.id, 0),
        lambda: platform.do(stranger, sharing.share, made.id, expected=1, visibility=Visibility.PUBLIC),
    ):
        with pytest.raises(StoreError, match="TH-STO-001"):
            attempt()
    assert platform.look(stranger, databases.listed, Paging()).items == ()
    with pytest.raises(AccessError, match="TH-ACC-002"):
        given(5, actor=stranger)
    theirs = linked(platform, other)
    assert not assessing.assess(platform, stranger, theirs.id, Order()).complete
    with pytest.raises(HomeError, match="TH-HOM-001"):
        assessing.assess(platform, stranger, theirs.id, Order(database="bg"))


def test_who_works_for_two_carries_nothing_from_one_to_the_other(platform, own, other, given):
    from dataclasses import replace

    given(2)
    theirs = linked(platform, other)
    both = replace(member(own), memberships={**member(own).memberships, **member(other).memberships})
    assert not assessing.assess(platform, both, theirs.id, Order()).complete


def test_a_shared_database_serves_those_it_is_shared_with(platform, own, other, given):
    made = given(2)
    owner, guest = member(own, Role.OWNER), member(other)
    shared = platform.do(
        owner, sharing.share, made.id, expected=1, visibility=Visibility.SHARED, shared_with=[other.id]
    )
    assert shared.shared_with == (other.id,)
    seen = platform.look(guest, databases.of, made.id)
    assert seen.shared_with == ()  # with whom else is not theirs to know
    theirs = linked(platform, other)
    assert assessing.assess(platform, guest, theirs.id, Order()).total == pytest.approx(200)
    with pytest.raises(AccessError, match="TH-ACC-002"):
        platform.do(guest, sharing.share, made.id, expected=2, visibility=Visibility.PUBLIC)
    platform.do(owner, sharing.share, made.id, expected=2, visibility=Visibility.PRIVATE)
    with pytest.raises(StoreError, match="TH-STO-001"):
        platform.look(guest, databases.of, made.id)


def test_ones_own_database_comes_before_a_public_one(platform, own, other, given):
    made = given(2)
    platform.do(member(own, Role.OWNER), sharing.share, made.id, expected=1, visibility=Visibility.PUBLIC)
    theirs = linked(platform, other)
    assert assessing.assess(platform, member(other), theirs.id, Order()).total == pytest.approx(200)
    given(7, into=other)
    assert assessing.assess(platform, member(other), theirs.id, Order()).total == pytest.approx(700)


def test_sharing_names_whom_it_is_shared_with(platform, own, given):
    made = given(2)
    owner = member(own, Role.OWNER)
    with pytest.raises(StoreError, match="TH-STO-060"):
        platform.do(owner, sharing.share, made.id, expected=1, visibility=Visibility.SHARED)
    with pytest.raises(StoreError, match="TH-STO-001"):
        platform.do(owner, sharing.share, made.id, expected=1, visibility=Visibility.SHARED, shared_with=["nobody"])


def test_what_a_database_stands_on_is_kept_for_new_data(platform, own, other, given, tmp_path):
    below = given(2)
    path = tmp_path / "car.zip"
    write_database(database("car", process("Car", makes={"Car": "1 p"}, takes={"p0 name": "900 kg"})), path)
    told = {"name": "car", "organisation": own.id}
    above = import_into(platform, member(own), path, **told, on=[below.id])
    chosen = linking.Wish(allocation="mass")
    linking.relink(platform, member(own), above.id, chosen)
    import_into(platform, member(own), path, **told)
    given(3)
    found = platform.look(member(own), standing.of, above.id)
    assert (found.allocation, [one.id for one in found.backgrounds], found.choices) == ("mass", [below.id], ())
    assert found.backgrounds[0].behind
    assert [one.id for one in platform.look(member(own), standing.of, below.id).used_by] == [above.id]
    with pytest.raises(StoreError, match="TH-STO-001"):
        platform.look(member(other), standing.of, above.id)
    with pytest.raises(StoreError, match="TH-STO-001"):
        import_into(platform, member(other), path, name="car", organisation=other.id, on=[below.id])
    with pytest.raises(InventoryError, match="TH-INV-074"):
        linking.relink(platform, member(own), below.id, linking.Wish(on=(above.id,)))


def test_a_database_that_was_changed_meanwhile_is_not_linked_over(platform, own, given):
    made = given(2)
    _, before = platform.look(member(own), linking.prepared, made.id, linking.Wish())
    newer = given(3)
    snapshot = databases.opened(platform, member(own), made.id)
    origin = {"inventory": "x", "fingerprint": "x", "source": "x"}
    with pytest.raises(StoreError, match="TH-STO-002"):
        importing.register(platform, member(own), own.id, "bg", before, snapshot, origin)
    assert platform.look(member(own), databases.of, made.id).digest == newer.digest
