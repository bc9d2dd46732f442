"""The client on requests to suppliers: the buyer with a token, the supplier with nothing but the link."""

from __future__ import annotations

from datetime import date

import httpx
import pytest

from clients import machine, served
from study_samples import organisation, study
from tanheng.client import Client
from tanheng.errors import SupplierError
from tanheng.footprint import assess, read_study, write_assessment

FORM = {"names": {"en": "Casting"}, "value": 2.4, "per": "kg", "geography": "CN-44", "year": 2025}


@pytest.fixture
def own(sqlite_platform):
    return organisation(sqlite_platform)


@pytest.fixture
def address(sqlite_platform):
    with served(sqlite_platform) as url:
        yield url


@pytest.fixture
def buyer(sqlite_platform, own, address):
    with Client(address, token=machine(sqlite_platform, own)) as made:
        yield made


@pytest.fixture
def supplier(address):
    with Client(address) as made:
        yield made


@pytest.fixture
def sent(buyer, own):
    asked = {"per": "kg", "supplier": "Foundry", "due": date(2100, 1, 1)}
    return buyer.suppliers.send(own.id, {"en": "Casting"}, **asked)


def test_from_a_link_to_a_factor(buyer, supplier, sent, tmp_path):
    assert sent.link in sent.letter["en"]
    assert sent.link in sent.letter["zh"]
    asked = supplier.suppliers.asked(sent.link)
    assert (asked.names.en, asked.state, asked.answer) == ("Casting", "open", None)
    supplier.suppliers.answer(sent.link, FORM)
    (tmp_path / "statement.txt").write_text("verified")
    assert supplier.suppliers.add_file(sent.link, tmp_path / "statement.txt").files == ("statement.txt",)
    seen = buyer.suppliers.get(sent.request.id)
    seen = buyer.suppliers.send_back(seen, {"primary_share": "how much?"})
    assert supplier.suppliers.asked(sent.link).returned.comments[0].field == "primary_share"
    told = supplier.suppliers.answer(sent.link, FORM | {"primary_share": 0.8})
    assert (told.answer.round, told.answer.answer.primary_share) == (2, 0.8)
    accepted = buyer.suppliers.accept(buyer.suppliers.get(seen.id))
    assert (accepted.state, list(buyer.suppliers.all(state="accepted"))) == ("accepted", [accepted])
    collection, _, factor = accepted.factor.removeprefix("factor:").partition("/")
    assert collection in {one.name for one in buyer.factors.collections()}
    assert factor == accepted.number.lower()
    assert [one.step for one in buyer.suppliers.steps(accepted)] == ["accept", "answer", "return", "answer"]
    assert [one.round for one in buyer.suppliers.answers(accepted)] == [2, 1]
    (file,) = buyer.suppliers.files(accepted)
    assert buyer.suppliers.download(accepted, file, tmp_path / "kept.txt").read_text() == "verified"
    with pytest.raises(SupplierError, match="TH-SUP-001"):
        supplier.suppliers.answer(sent.link, FORM)


def test_an_answer_computed_from_a_file(buyer, own, supplier, tmp_path):
    path = tmp_path / "own.yaml"
    path.write_bytes(study())
    result = assess(read_study(path))
    frozen = tmp_path / "own.json"
    write_assessment(result, frozen)
    for kind, file in (("study", path), ("assessment", frozen)):
        given = {"per": "kg", "supplier": "S", "due": date(2100, 1, 1)}
        link = buyer.suppliers.send(own.id, {"en": "Ingot"}, **given).link
        told = supplier.suppliers.answer_with(link, file, kind=kind, note="ours").answer.answer
        assert (told.basis, told.value, told.digest) == (kind, pytest.approx(result.total), result.digest)


def test_a_renewed_link_ends_the_one_before_and_a_withdrawal_all(buyer, supplier, sent):
    new = buyer.suppliers.renew(sent.request).link
    with pytest.raises(SupplierError, match="TH-SUP-002") as refused:
        supplier.suppliers.asked(sent.link)
    assert refused.value.status == 404
    assert supplier.suppliers.refuse(new, reason="no data").state == "refused"
    with pytest.raises(SupplierError, match="TH-SUP-001"):
        buyer.suppliers.renew(sent.request)


def test_answers_to_the_supplier_are_kept_by_nobody_on_the_way(address, sent):
    answer = httpx.get(f"{address}/v1/data-answers/{sent.link.rpartition('/')[2]}")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_the_secret_of_a_link_enters_no_log(supplier, sent, capsys):
    supplier.suppliers.asked(sent.link)
    told = "".join(capsys.readouterr())
    assert "/v1/data-answers/{secret}" in told
    assert sent.link[-20:] not in told
