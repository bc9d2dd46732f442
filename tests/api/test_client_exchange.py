"""The client on the exchange: what is missing, kept, written and received, over HTTP; and an assistant that asks so."""

from __future__ import annotations

import json
from datetime import date

import httpx
import orjson
import pytest

from clients import machine, person, served
from protocol_samples import put_on
from study_samples import organisation, study
from tanheng.accounts.model import Role
from tanheng.assistants.there import There
from tanheng.client import Client
from tanheng.errors import AccessError, ExchangeError, StoreError
from tanheng.exchange import shelf
from tanheng.services.exchange import reading

GIVEN = {"plain": {"buyer": "B", "piece": "80 kg"}}


@pytest.fixture(autouse=True)
def _protocols(monkeypatch):
    put_on(shelf, monkeypatch)
    monkeypatch.setattr(reading, "apart", lambda work, *given: work(*given))


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


@pytest.fixture
def assessed(client, own):
    made = client.studies.create(own.id, json.loads(_document()))
    return client.studies.assess(made)


def _document() -> bytes:
    from tanheng.footprint.reading.writing import study_document
    from tanheng.services.studies import intake

    return orjson.dumps(study_document(intake.read(study())))


def test_protocols_tell_what_they_ask_for(client):
    assert [one.id for one in client.exchange.protocols()] == ["listening", "plain", "strict"]
    found = client.exchange.protocol("plain")
    assert (found.writes, found.reads, set(found.sections)) == (True, True, {"company", "product", "plain"})
    with pytest.raises(ExchangeError, match="TH-EXC-012") as caught:
        client.exchange.protocol("none")
    assert caught.value.status == 404


def test_what_is_missing_is_kept_once_and_then_the_file_is_there(client, own, assessed, tmp_path):
    offer = client.exchange.offer(assessed, "plain")
    assert (offer.state, [fault.place for fault in offer.faults]) == ("missing", ["plain.buyer", "plain.piece"])
    with pytest.raises(ExchangeError, match="TH-EXC-010") as caught:
        client.exchange.export(assessed, tmp_path / "out.json", to="plain")
    assert (caught.value.status, len(caught.value.faults)) == (409, 2)
    seen = client.exchange.supplement(assessed.study)
    with pytest.raises(ExchangeError, match="TH-EXC-002"):
        client.exchange.keep(assessed.study, {"plain": {"piece": "80 furlongs"}}, seen=seen)
    kept = client.exchange.keep(assessed.study, GIVEN, seen=seen)
    assert (seen.version, kept.version, kept.sections) == (0, 1, GIVEN)
    with pytest.raises(StoreError, match="TH-STO-002"):
        client.exchange.keep(assessed.study, {}, seen=seen)
    whole = client.organisations.get(own.id)
    assert (
        client.exchange.keep(whole, {"company": {"city": "Kunming"}}, seen=client.exchange.supplement(whole)).study
        == ""
    )
    assert {one.protocol: one.state for one in client.exchange.offers(assessed)} == {
        "plain": "ready",
        "strict": "regime",
    }
    assert client.exchange.offer(assessed, "plain").losses[0].text == "the protocol has no field for gsd2"
    path = client.exchange.export(assessed, tmp_path / "out.json", to="plain")
    assert json.loads(path.read_bytes())["total"] == pytest.approx(assessed.total)


def test_a_file_is_received_accepted_and_used(client, own, assessed, tmp_path):
    client.exchange.keep(assessed.study, GIVEN, seen=client.exchange.supplement(assessed.study))
    path = client.exchange.export(assessed, tmp_path / "out.json", to="plain")
    one, other = (client.exchange.receive(path, source="plain", organisation=own.id)[0] for _ in range(2))
    assert (one.state, one.file_name, one.value) == ("open", "out.json", pytest.approx(assessed.total))
    done = client.exchange.accept(one)
    assert client.exchange.reject(other, reason="twice").reason == "twice"
    assert [found.id for found in client.exchange.received(state="accepted")] == [done.id]
    document = json.loads(_document())
    document["lines"] = [{"stage": "raw-materials", "name": "Ingot", "amount": "2 t", "from": done.factor}]
    linked = client.studies.create(own.id, document)
    assert client.studies.assess(linked).total == pytest.approx(2 * assessed.total)
    (tmp_path / "none.json").write_text("{}")
    with pytest.raises(ExchangeError, match="TH-EXC-020"):
        client.exchange.receive(tmp_path / "none.json", source="plain", organisation=own.id)


def test_the_language_of_the_reader_is_answered(client, address, sqlite_platform, own, assessed):
    with Client(address, token=machine(sqlite_platform, own), lang="zh") as reader:
        assert "该协议要求" in reader.exchange.offer(assessed, "plain").faults[0].message


def test_duties_are_told_to_anybody_by_code_and_of_a_result_with_what_is_missing(client, address, own, assessed):
    with Client(address) as anybody:
        found = anybody.exchange.duties({"cn": "76011000"}, market="DE", day=date(2026, 11, 30))
        assert [one.id for one in found.items] == ["eu-cbam-definitive", "eu-claims", "eu-espr-aluminium"]
        assert (found.day, found.items[0].first) == (date(2026, 11, 30), date(2026, 1, 1))
        assert all(one.needs and not one.missing for one in found.items)
        for wrong, code in (({"gtin": "1"}, "903"), ({"hs": "x"}, "902")):
            with pytest.raises(ExchangeError, match=f"TH-EXC-{code}"):
                anybody.exchange.duties(wrong)
        with pytest.raises(AccessError, match="TH-ACC-001"):
            anybody.exchange.duties(assessed)
    told = client.exchange.duties(assessed, market="EU", day=date(2026, 11, 30))
    assert {one.id for one in told.items[0].missing} == {"customs-code", "cbam-regime", "installation", "verified"}
    seen = client.exchange.supplement(assessed.study)
    given = {"product": {"ids": ["urn:gtin:1"]}}
    assert "product-id" in {need.id for one in told.items for need in one.missing}
    client.exchange.keep(assessed.study, given, seen=seen)
    again = There(client).duties({}, assessed.id, "EU", date(2026, 11, 30))["duties"]
    assert "product-id" not in {need["id"] for one in again for need in one["missing"]}
    with pytest.raises(ExchangeError, match="TH-EXC-901"):
        client.exchange.duties(assessed, market="XX")
    answer = httpx.get(f"{address}/v1/duties", params={"code": "hs:760110"})
    assert answer.headers["cache-control"].startswith("public")
    assert httpx.get(f"{address}/v1/assessments/{assessed.id}/duties").headers.get("cache-control") != "public"


def test_an_assistant_may_what_its_token_may(client, address, sqlite_platform, own, assessed):
    with Client(address, token=person(sqlite_platform, own, Role.VIEWER)) as asked:
        desk = There(asked)
        (listed,) = desk.list_studies()["studies"]
        opened = desk.open_study(listed["study"])
        assert (opened["lines_in_all"], opened["results"][0]["result"]) == (1, assessed.id)
        assert desk.explain(assessed.id, "total")["value"] == pytest.approx(assessed.total)
        with pytest.raises(AccessError, match="TH-ACC-002"):
            desk.assess(listed["study"], "")
    found = There(client).assess(listed["study"], "iso14067")
    assert (found["complete"], found["total"]) == (True, pytest.approx(assessed.total))
    assert There(client).search_factors("electricity", 3)["factors"] is not None
    stranger = machine(sqlite_platform, organisation(sqlite_platform))
    with Client(address, token=stranger) as asked, pytest.raises(StoreError, match="TH-STO-001"):
        There(asked).open_study(listed["study"])
    assert httpx.get(f"{address}/v1/assessments/{assessed.id}/exports").status_code == 401
