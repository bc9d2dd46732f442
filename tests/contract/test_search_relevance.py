"""What stands first: the same on both engines."""

from __future__ import annotations

import pytest

from tanheng.accounts import ANONYMOUS, system
from tanheng.services.paging import Paging
from tanheng.services.search import counting, finding
from tanheng.services.search.filling import index_embedded
from tanheng.services.search.finding import find
from tanheng.services.search.indexing import index
from tanheng.services.search.model import Entry, Facet, Kind

INIT = system("init")
TITLES = {
    "bottle": ("PET瓶，吹塑成型", "PET bottle, blow moulded"),
    "cap": ("瓶盖，用于PET瓶", "Cap of polypropylene, for PET bottles"),
    "resin": ("聚酯切片，瓶级", "Polyethylene terephthalate, bottle grade"),
    "glass": ("玻璃瓶", "Glass bottle"),
    "steel": ("钢", "Steel"),
    "rebar": ("螺纹钢", "Rebar"),
    "pipe": ("不锈钢管，焊接", "Stainless steel pipe, welded"),
    "furnace": ("电弧炉", "Electric arc furnace, for steel"),
}


@pytest.fixture
def first(platform):
    """``first(query)`` is the reference of the best hit among the factors that ship and a few more."""
    platform.do(INIT, index_embedded)
    more = (
        Entry(kind=Kind.DATASET, reference=reference, names={"zh": zh, "en": en}, public=True)
        for reference, (zh, en) in TITLES.items()
    )
    platform.do(INIT, index, more)
    return lambda query, **filters: platform.look(ANONYMOUS, find, query, **filters).items[0].reference


def test_the_thing_that_was_meant_stands_first(first):
    for query, wanted in {
        "电力": "cn-electricity-footprint-2024",
        "grid electricity China": "cn-electricity-footprint-2024",
        "electricity Yunnan": "cn-grid-co2-yunnan-2023",
        "云南电力": "cn-grid-co2-yunnan-2023",
        "钢": "steel",
        "steel": "steel",
        "steel pipe": "pipe",
        "PET bottle": "bottle",
        "PET瓶": "bottle",
        "bottle of glass": "glass",
        "cn-grid-co2-2022": "cn-grid-co2-2022",
    }.items():
        assert first(query) == wanted, query


def entry(reference, title, **more):
    return Entry(kind=Kind.DATASET, reference=reference, names={"en": title}, public=True, **more)


def test_an_identifier_is_found_as_a_whole(platform):
    platform.do(INIT, index, [entry("a", "Steel", identifiers=("0a1b-2c3d",)), entry("b", "Steel", text="2c3d")])
    assert [hit.reference for hit in platform.look(ANONYMOUS, find, "0A1B-2C3D").items] == ["a"]


def test_of_two_alike_the_newer_one_stands_first(platform):
    platform.do(INIT, index, [entry("a", "Steel", year=2020), entry("b", "Steel", year=2023), entry("c", "Steel")])
    assert [hit.reference for hit in platform.look(ANONYMOUS, find, "steel").items] == ["b", "a", "c"]


def test_what_is_called_so_is_read_though_others_come_before_it(platform, monkeypatch):
    monkeypatch.setattr(finding, "RANKED", 3)
    many = [entry(f"s{i}", "Steel", text="very long plate") for i in range(5)]
    platform.do(INIT, index, [*many, entry("named", "Very long plate"), entry("titled", "A very long plate of copper")])
    found = platform.look(ANONYMOUS, find, "very long plate").items
    assert [hit.reference for hit in found[:2]] == ["named", "titled"]
    assert {hit.reference for hit in found[2:]} == {f"s{i}" for i in range(5)}


def test_pages_go_on_behind_what_is_ranked(platform, monkeypatch):
    monkeypatch.setattr(finding, "RANKED", 3)
    platform.do(INIT, index, [entry(f"s{i}", "Steel") for i in range(8)])
    told, after = [], ""
    while not told or after:
        page = platform.look(ANONYMOUS, find, "steel", paging=Paging(after, 2))
        told += [hit.reference for hit in page.items]
        after = page.next
    assert told == [f"s{i}" for i in range(8)]


def test_more_hits_than_are_counted_are_told_as_at_least_so_many(platform, monkeypatch):
    for module in (finding, counting):
        monkeypatch.setattr(module, "COUNTED", 4)
    platform.do(INIT, index, [entry(f"s{i}", "Steel", year=2020) for i in range(6)])
    page = platform.look(ANONYMOUS, find, "steel", facets=(Facet.YEAR,), paging=Paging(limit=3))
    assert (page.total, page.is_capped, page.facets[Facet.YEAR][0].count) == (4, True, 4)
    page = platform.look(ANONYMOUS, find, "steel", paging=Paging(page.next, 3))
    assert (len(page.items), page.next) == (1, "")
