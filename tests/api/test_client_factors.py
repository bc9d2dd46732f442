"""The client in the factor register and in search, over many pages."""

from __future__ import annotations

import pytest

from clients import served
from tanheng.accounts import system
from tanheng.client import Client
from tanheng.factors import embedded
from tanheng.services.search.filling import index_embedded


@pytest.fixture
def client(furnished_platform):
    with served(furnished_platform) as url, Client(url) as made:
        yield made


def test_strangers_read_what_is_public_page_after_page(client, tmp_path):
    collections = list(client.factors.collections())
    shipped = next(one for one in collections if one.latest)
    release = client.factors.release(shipped)
    assert next(client.factors.releases(shipped)) == release
    found = [one["id"] for one in client.factors.records(shipped)]
    assert len(found) == len(set(found)) == release.count > 200
    assert set(found) <= set(embedded().factors)
    assert client.factors.record(shipped, found[0])["id"] == found[0]
    checked = client.factors.check(shipped, release.number)
    assert (checked.digest, checked.signature) == (True, True)
    kept = client.factors.export(shipped, tmp_path / "factors.csv", form="csv")
    assert found[0] in kept.read_text(encoding="utf-8-sig")


def test_a_search_goes_on_over_pages_and_says_why(client, furnished_platform):
    furnished_platform.do(system("init"), index_embedded)
    hits = list(client.factors.search("electricity"))
    assert len({hit.reference for hit in hits}) == len(hits) > 50
    assert {hit.kind for hit in hits} == {"factor"}
    assert hits[0].why[0].word
    some = client.search("电力", kinds=["factor", "dataset"], geography="CN")
    assert next(some).geography.startswith("CN")
