"""Filling the index with data sets and studies: part by part, resumed, anew."""

from __future__ import annotations

import pytest

from study_samples import member, one_product, organisation, study
from tanheng.accounts import system
from tanheng.services.databases import searching
from tanheng.services.databases.importing import import_into
from tanheng.services.search.filling import Filled, filled
from tanheng.services.search.finding import find
from tanheng.services.search.indexing import index, unindex, unindex_within
from tanheng.services.search.model import Entry, Kind
from tanheng.services.search.rebuilding import rebuild
from tanheng.services.studies import intake, studies

INIT = system("init")


@pytest.fixture
def own(platform):
    return organisation(platform)


@pytest.fixture
def imported(platform, own, tmp_path):
    """``imported(names)`` imports a database of products with these names."""

    def importing(*names):
        from tests.formats.spold2 import activity, product, spold

        parts = (activity(f"a{i}", product(f"p{i}", "o0").replace(f"p{i} name", name)) for i, name in enumerate(names))
        path = tmp_path / "some.spold"
        path.write_bytes(spold("".join(parts)).encode())
        return import_into(platform, member(own), path, name="bg", organisation=own.id)

    return importing


def references(platform, actor, query, kind=Kind.DATASET):
    return {hit.reference for hit in platform.look(actor, find, query, kinds=[kind]).items}


def test_data_sets_are_written_in_parts(platform, own, imported, monkeypatch):
    monkeypatch.setattr(searching, "PART", 2)
    made = imported("Flat glass", "Steel", "Rebar", "Coil", "Glass wool")
    assert made.products == 5
    assert references(platform, member(own), "") == {f"{made.id}/{i}" for i in range(5)}
    assert platform.look(INIT, filled, made.id) == Filled(made.snapshot, 5)


def test_what_was_broken_off_goes_on(platform, own, imported, monkeypatch):
    monkeypatch.setattr(searching, "PART", 2)
    written = []

    def breaking(work, entries):
        if len(written) == 1:
            raise KeyboardInterrupt
        written.append(len(entries))
        return index(work, entries)

    with monkeypatch.context() as broken:
        broken.setattr(searching, "index", breaking)
        with pytest.raises(KeyboardInterrupt):
            imported("Flat glass", "Steel", "Rebar", "Coil", "Glass wool")
    assert len(references(platform, member(own), "")) == 2
    made = imported("Flat glass", "Steel", "Rebar", "Coil", "Glass wool")
    assert len(references(platform, member(own), "")) == 5
    assert searching.fill(platform, INIT, made.id) == 0


def test_a_new_import_takes_the_place_of_the_old_one(platform, own, imported):
    made = imported("Flat glass", "Steel")
    imported("Copper")
    assert references(platform, member(own), "") == references(platform, member(own), "copper") == {f"{made.id}/0"}
    assert references(platform, member(own), "flat glass") == set()


def test_everything_can_be_written_anew(platform, own, imported):
    made = imported("Flat glass", "Steel")
    begun = platform.do(member(own), studies.create, organisation=own.id, model=intake.read(study()))
    put_away = platform.do(member(own), studies.create, organisation=own.id, model=intake.read(study()))
    platform.do(member(own), studies.archive, put_away.id, expected=1, archived=True)
    stray = Entry(kind=Kind.DATASET, reference="gone/0", within="gone", names={"en": "Glass"}, public=True)
    platform.do(INIT, index, [stray])
    platform.do(INIT, unindex, Kind.PRODUCT, [begun.id])
    platform.do(INIT, unindex_within, Kind.DATASET, made.id)
    told = []
    assert rebuild(platform, INIT, told=told.append) == told[-1] > 2
    assert references(platform, member(own), "") == {f"{made.id}/0", f"{made.id}/1"}
    assert references(platform, member(own), "ingot", Kind.PRODUCT) == {begun.id}
    assert references(platform, member(own), "electricity", Kind.FACTOR)


def test_one_product_is_found_by_its_process(platform, own, tmp_path):
    path = tmp_path / "one.spold"
    path.write_bytes(one_product(1))
    made = import_into(platform, member(own), path, name="bg", organisation=own.id)
    assert references(platform, member(own), "a0 name") == {f"{made.id}/0"}
