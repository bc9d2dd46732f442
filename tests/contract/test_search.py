"""Search in Chinese and English, the same on both engines."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tanheng.accounts import ANONYMOUS, Actor, Membership, system
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.model import OrganisationKind, Role
from tanheng.errors import RequestError
from tanheng.factors.loading import embedded
from tanheng.services.paging import Paging
from tanheng.services.search.filling import index_embedded
from tanheng.services.search.finding import find
from tanheng.services.search.indexing import index, unindex
from tanheng.services.search.model import Entry, Facet, Filters, Kind
from tanheng.storage.sql import migrating

INIT = system("init")
OURS, THEIRS = "00000000-0000-7000-8000-00000000000a", "00000000-0000-7000-8000-00000000000b"


def entry(reference, zh="", en="", kind=Kind.FACTOR, **more):
    return Entry(kind=kind, reference=reference, names={"zh": zh, "en": en}, **{"public": True, **more})


def member(organisation, scopes=None):
    own = Membership(organisation, OrganisationKind.ENTERPRISE, frozenset({Role.VIEWER}))
    return Actor(ActorKind.PERSON, "p", memberships={organisation: own}, scopes=scopes)


def write(platform, *entries):
    platform.do(INIT, index, entries)


def found(platform, query, *, actor=ANONYMOUS, **more):
    return [hit.reference for hit in platform.look(actor, find, query, **more).items]


STOCK = (
    entry("coil", "热轧卷板", "Hot rolled coil", geography="CN-13", year=2023, unit="t", category="metals"),
    entry("rebar", "螺纹钢", "Rebar", geography="CN", year=2022, unit="t", category="metals"),
    entry(
        "soda", "烧碱，离子膜法", "Caustic soda, membrane", geography="CN", year=2020, unit="kg", category="chemicals"
    ),
    entry("power", "云南电力生产", "Electricity, Yunnan", geography="CN-53", year=2024, unit="kWh", category="energy"),
    entry("power-de", "德国电力", "Electricity, Germany", geography="DE", year=2023, unit="kWh", category="energy"),
    entry("glass", "平板玻璃", "Flat glass", kind=Kind.DATASET, geography="GLO", unit="t", text="HS 7005; code X-17/b"),
)


def test_words_of_two_characters_are_found_wherever_they_stand(platform):
    write(platform, *STOCK)
    assert found(platform, "轧卷") == ["coil"]
    assert found(platform, "南电") == ["power"]
    assert found(platform, "玻") == ["glass"]
    assert found(platform, "FLAT glasses") == ["glass"]
    assert found(platform, "x-17/B") == ["glass"]


def test_synonyms_are_found_and_told(platform):
    write(platform, *STOCK)
    hit = platform.look(ANONYMOUS, find, "氢氧化钠").items[0]
    assert hit.reference == "soda"
    assert {(why.where, why.how, why.term) for why in hit.why} == {
        ("zh", "synonym", "烧碱"),
        ("en", "synonym", "caustic soda"),
    }
    kinds = platform.look(ANONYMOUS, find, "steel").items
    assert [(hit.reference, {why.how for why in hit.why}) for hit in kinds if hit.reference == "rebar"] == [
        ("rebar", {"kind-of"})
    ]


def test_the_thing_itself_stands_before_what_only_mentions_it(platform):
    write(
        platform,
        entry("note", "玻璃瓶回收", "Bottle recycling", text="flat glass is not included"),
        entry("long", "平板玻璃窗，铝框，双层", "Window of flat glass, double, with a frame of aluminium"),
        entry("exact", "平板玻璃", "Flat glass"),
    )
    assert found(platform, "flat glass") == ["exact", "long", "note"]
    assert found(platform, "平板玻璃")[:2] == ["exact", "long"]


def test_boost_decides_between_equals(platform):
    write(platform, entry("a", "铜板"), entry("b", "铜板", boost=0.5))
    assert found(platform, "板") == ["b", "a"]


def test_where_nothing_holds_all_words_most_will_do(platform):
    write(platform, *STOCK)
    page = platform.look(ANONYMOUS, find, "hot rolled coil zzyzx")
    assert [hit.reference for hit in page.items] == ["coil"]
    assert page.items[0].missing == ("zzyzx",)
    assert (page.held, len(page.words)) == (1, 2)
    assert found(platform, "zzyzx qqx") == []


def test_nobody_finds_what_is_others(platform):
    write(
        platform,
        entry("open", "铝锭"),
        entry("ours", "铝锭", public=False, organisation=OURS),
        entry("theirs", "铝锭", public=False, organisation=THEIRS),
        entry("shared", "铝锭", public=False, organisation=THEIRS, shared=frozenset({OURS})),
        entry("nobodys", "铝锭", public=False),
    )
    facets = {"facets": (Facet.KIND,)}
    assert found(platform, "铝锭") == ["open"]
    assert set(found(platform, "铝锭", actor=member(OURS))) == {"open", "ours", "shared"}
    assert set(found(platform, "", actor=member(THEIRS))) == {"open", "theirs", "shared"}
    assert found(platform, "铝锭", actor=member(OURS, frozenset({"accounts:read"}))) == ["open"]
    page = platform.look(ANONYMOUS, find, "铝锭", **facets)
    assert (page.total, page.facets[Facet.KIND][0].count) == (1, 1)


def test_what_is_no_longer_shared_is_no_longer_found(platform):
    write(platform, entry("x", "铝锭", public=False, organisation=THEIRS, shared=frozenset({OURS})))
    assert found(platform, "铝锭", actor=member(OURS)) == ["x"]
    write(platform, entry("x", "铝锭", public=False, organisation=THEIRS))
    assert found(platform, "铝锭", actor=member(OURS)) == []


def test_an_entry_that_is_written_again_is_found_by_its_new_words_only(platform):
    write(platform, entry("x", "铝锭", "Ingot"))
    write(platform, entry("x", "铜线", "Wire"))
    assert (found(platform, "ingot"), found(platform, "wire")) == ([], ["x"])
    assert platform.do(INIT, unindex, Kind.FACTOR, ["x", "never"]) == 1
    assert platform.do(INIT, unindex, Kind.FACTOR, ["x"]) == 0
    assert found(platform, "wire") == []
    write(platform, entry("y", "铁"))
    assert found(platform, "铜线") == []


def test_filters_narrow(platform):
    write(platform, *STOCK)
    for filters, wanted in (
        (Filters(geography="CN"), {"coil", "rebar", "soda", "power"}),
        (Filters(geography="China", category="metals"), {"coil", "rebar"}),
        (Filters(geography="GLO"), {"glass"}),
        (Filters(since=2023), {"coil", "power", "power-de"}),
        (Filters(since=2022, until=2023), {"coil", "rebar", "power-de"}),
        (Filters(unit="kWh"), {"power", "power-de"}),
    ):
        assert set(found(platform, "", filters=filters)) == wanted
    assert found(platform, "", kinds=[Kind.DATASET]) == ["glass"]
    assert found(platform, "electricity", filters=Filters(geography="EU")) == ["power-de"]


def test_facets_count_all_hits_not_only_the_page(platform):
    write(platform, *STOCK)
    page = platform.look(ANONYMOUS, find, "", facets=(Facet.CATEGORY, Facet.YEAR), paging=Paging(limit=1))
    counts = {count.value: count.count for count in page.facets[Facet.CATEGORY]}
    assert counts == {"metals": 2, "energy": 2, "chemicals": 1}
    first = page.facets[Facet.YEAR][0]
    assert (first.value, first.count) == ("2023", 2)
    assert (page.total, page.is_capped, len(page.items)) == (6, False, 1)


def test_pages_tell_everything_once(platform):
    write(platform, *(entry(f"f{i:02}", "铝锭", "Ingot") for i in range(7)))
    told, after = [], ""
    for _ in range(4):
        page = platform.look(ANONYMOUS, find, "铝锭", paging=Paging(after, 2))
        told += [hit.reference for hit in page.items]
        after = page.next
    assert told == [f"f{i:02}" for i in range(7)]
    assert after == ""
    for cursor in ("x", "c2VhcmNoOi0x", "c2VhcmNoOjk5OTk5OQ", "é"):
        with pytest.raises(RequestError, match="TH-API-006"):
            platform.look(ANONYMOUS, find, "", paging=Paging(cursor))


def test_the_embedded_factors_are_found_by_everybody(platform):
    assert platform.do(INIT, index_embedded) == len(embedded().factors)
    assert platform.do(INIT, index_embedded) == len(embedded().factors)
    assert platform.look(ANONYMOUS, find, "").total == len(embedded().factors)
    assert found(platform, "cn-electricity-footprint-2024")[0] == "cn-electricity-footprint-2024"
    cement = platform.look(ANONYMOUS, find, "水泥").items
    assert any("ement" in hit.names["en"] for hit in cement)


def test_the_index_of_words_is_no_difference_of_the_schema(platform):
    write(platform, *STOCK)
    with platform.engine.connect() as connection:
        assert migrating.differences(connection) == []


@pytest.fixture
def stocked(platform):
    write(platform, *STOCK)
    return platform


QUERIES = st.text(max_size=40) | st.text(alphabet="\"'()*:^-+&|!<>\\%§_ 铝电力a1NEAR", max_size=40)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(QUERIES)
def test_no_query_breaks_the_search(stocked, query):
    page = stocked.look(ANONYMOUS, find, query, facets=(Facet.KIND,))
    assert page.total == len(page.items)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_any_title_can_be_written(stocked, title):
    write(stocked, entry("odd", title.replace("\0", ""), text=title.replace("\0", "")))
    assert "odd" in found(stocked, "", paging=Paging(limit=500))
