"""The client on rule packs and on files to fill in."""

from __future__ import annotations

import httpx
import pytest

from clients import machine, served
from study_samples import organisation
from tanheng.accounts.model import Role
from tanheng.client import Client
from tanheng.errors import RuleError, StoreError
from tanheng.footprint.reading import read_study
from tanheng.rules import known_packs, shelf
from tanheng.rules.template import new_pack


@pytest.fixture
def own(sqlite_platform):
    return organisation(sqlite_platform)


@pytest.fixture
def address(sqlite_platform):
    with served(sqlite_platform) as url:
        yield url


@pytest.fixture
def client(sqlite_platform, own, address):
    with Client(address, token=machine(sqlite_platform, own)) as made:
        yield made


def test_a_pack_from_its_template_to_its_withdrawal(client, own, tmp_path):
    path = client.templates.rules(tmp_path / "own.yaml", "own-pack", "Own")
    checked = client.rules.check(own.id, path)
    assert (checked.kind, checked.id) == ("pack", "own-pack")
    assert list(client.rules.all()) == []
    first = client.rules.add(own.id, path)
    assert (first.pack, first.digest, first.text) == ("own-pack", checked.digest, "")
    assert client.rules.get(first.id).text == path.read_text(encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace("version: 1.0.0", "version: 1.1.0"), encoding="utf-8")
    second = client.rules.add(own.id, path)
    assert [one.id for one in client.rules.all()] == [second.id, first.id]
    changed = {one.path: (one.change, one.before, one.after) for one in client.rules.difference(first, second)}
    assert changed["version"] == ("changed", "1.0.0", "1.1.0")
    gone = client.rules.withdraw(first)
    assert gone.withdrawn
    with pytest.raises(StoreError, match="TH-STO-002"):
        client.rules.withdraw(first)


def test_faults_of_a_pack_have_their_lines(client, own, tmp_path):
    path = tmp_path / "own.yaml"
    path.write_text(new_pack("own-pack", "Own").replace("status: draft", "status: drft"), encoding="utf-8")
    for send in (client.rules.check, client.rules.add):
        with pytest.raises(RuleError) as caught:
            send(own.id, path)
        assert caught.value.faults[0].place.startswith("own.yaml")


def test_packs_that_ship(client, own, tmp_path):
    told = {(one.id, one.version): one.digest for one in client.rules.shipped()}
    assert told == {(one.pack.id, one.pack.version): one.pack.digest for name in known_packs() for one in shelf(name)}
    general = client.rules.get_shipped("general")
    assert general.document["id"] == "general"
    assert list(client.rules.difference(f"general@{general.version}", "general")) == []
    path = client.templates.rules(tmp_path / "own.yaml", "own-pack", "Own")
    added = client.rules.add(own.id, path)
    there, back = list(client.rules.difference("general", added)), list(client.rules.difference(added.id, "general"))
    assert {one.path for one in there} == {one.path for one in back} != set()


def test_a_viewer_reads_rules_and_adds_none(sqlite_platform, own, address, client, tmp_path):
    path = client.templates.rules(tmp_path / "own.yaml", "own-pack", "Own")
    added = client.rules.add(own.id, path)
    with Client(address, token=machine(sqlite_platform, own, Role.VIEWER)) as viewer:
        assert viewer.rules.get(added.id) == client.rules.get(added.id)
        for refused in (lambda: viewer.rules.add(own.id, path), lambda: viewer.rules.withdraw(added)):
            with pytest.raises(Exception, match="TH-ACC-002"):
                refused()


def test_every_file_to_fill_in(address, tmp_path):
    with Client(address) as anybody:
        study = anybody.templates.study(tmp_path / "s.yaml", "Lamp", form="yaml", lang="en")
        assert dict(read_study(study).product.names) == {"en": "Lamp"}
        kept = {
            "factors": anybody.templates.factors(tmp_path / "f.csv", form="csv"),
            "inventory": anybody.templates.inventory(tmp_path / "i.csv", form="csv", lang="en"),
            "method": anybody.templates.method(tmp_path / "m.csv", form="csv"),
            "report": anybody.templates.report(tmp_path / "r.docx"),
        }
    for name, path in kept.items():
        asked = {} if name == "report" else {"format": "csv", "lang": "en"}
        assert path.read_bytes() == httpx.get(f"{address}/v1/templates/{name}", params=asked).content, name
