"""Search over HTTP."""

from __future__ import annotations

from tanheng.accounts import system
from tanheng.services.search.filling import index_embedded
from tanheng.services.search.indexing import index
from tanheng.services.search.model import Entry, Kind


def test_strangers_search_what_is_public(app, api):
    platform = app.state.platform
    hidden = Entry(kind=Kind.PRODUCT, reference="secret", names={"zh": "水泥熟料"}, organisation="x")
    platform.do(system("init"), index_embedded)
    platform.do(system("init"), index, [hidden])
    told = api.get("/v1/search", params={"q": "水泥", "facets": ["geography", "year"], "limit": 3}).json()
    assert told["items"]
    assert "secret" not in {hit["reference"] for hit in told["items"]}
    assert told["items"][0]["why"][0]["word"] == "水泥"
    assert sum(count["count"] for count in told["facets"]["geography"]) == told["total"]
    narrowed = api.get("/v1/search", params={"q": "electricity", "geography": "CN", "kind": "factor"}).json()
    assert {hit["geography"].partition("-")[0] for hit in narrowed["items"]} == {"CN"}


def test_what_cannot_be_asked_is_told(api):
    assert api.get("/v1/search", params={"facets": "colour"}).status_code == 422
    assert api.get("/v1/search", params={"after": "nonsense"}).json()["title"] == "TH-API-006"
    refused = api.get("/v1/search", params={"q": "steel", "meaning": True})
    assert (refused.status_code, refused.json()["title"]) == (409, "TH-API-012")
    assert api.get("/v1/search", params={"q": '")(* OR'}).json()["items"] == []
