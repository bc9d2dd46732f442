"""The client in the public register, without a token."""

from __future__ import annotations

import pytest

from certification_samples import INIT
from clients import served
from register_samples import Registered
from tanheng.client import Client
from tanheng.errors import AccessError, RegisterError
from tanheng.services.registry import dumps


@pytest.fixture
def filled(platform):
    return Registered(platform).fill(40)


@pytest.fixture
def client(filled):
    with served(filled.platform) as url, Client(url) as made:
        yield made


def test_a_stranger_searches_checks_and_takes_the_register(client, filled, tmp_path):
    found = list(client.register.search("cement", limit=5))
    assert len({one.number for one in found}) == len(found) > 5
    assert {one.category for one in client.register.search(category="cn-cement", state="valid")} == {"cn-cement"}
    first = filled.rows[0]
    page = client.register.product(first["number"])
    assert (page.certificate.printed, page.counts, page.corrections) == (first["printed"], True, ())
    checked = client.register.check([first["number"], {"code": "nothing"}], max_class="A")
    assert [one.verdict for one in checked] == ["no-class", "unknown"]
    assert client.register.statistics().total == 40
    feed = client.register.feed(maker=filled.makers[0].code)
    assert len(feed.graph) > 1
    assert client.register.feed(maker=filled.makers[0].code, since=feed.since).graph == ()
    made = dumps.make(filled.platform, INIT, tmp_path, progress=lambda *_: None)
    (dump,) = client.register.dumps()
    assert dump.id == made.id
    kept = client.register.download(dump, "register.jsonld", tmp_path / "kept.jsonld")
    assert first["number"] in kept.read_text("utf-8")
    told = client.register.disclosure(first["number"])
    assert {one.how for one in told.fields} == {"shown", "rounded", "withheld"}
    with pytest.raises(AccessError):
        client.register.disclosure(first["number"], view="regulator")
    with pytest.raises(RegisterError, match="TH-REG-001"):
        next(client.register.search(order="value"))
