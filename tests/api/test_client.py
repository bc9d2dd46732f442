"""The client against a real server: what it sends, sends again, and tells."""

from __future__ import annotations

import os
import time
from dataclasses import replace

import pytest

from clients import LosingLine, machine, served
from study_samples import organisation, study
from tanheng.accounts.model import Role
from tanheng.api.around import rates
from tanheng.client import Client, Retries
from tanheng.client.connection import KEYED
from tanheng.errors import AccessError, RequestError, StoreError, StudyError
from tanheng.footprint.documents import read_assessment


@pytest.fixture
def own(platform):
    return organisation(platform)


@pytest.fixture
def token(platform, own):
    return machine(platform, own)


@pytest.fixture
def url(platform):
    with served(platform) as address:
        yield address


@pytest.fixture
def client(url, token):
    with Client(url, token=token) as made:
        yield made


@pytest.fixture
def begun(client, own, tmp_path):
    (tmp_path / "ingot.yaml").write_bytes(study())
    return client.studies.create(own.id, tmp_path / "ingot.yaml", note="first")


@pytest.fixture
def line(url):
    made = LosingLine(url)
    yield made
    made.close()


def test_from_a_file_to_an_assessment_that_is_computed_again_here(client, begun, own, tmp_path):
    assert client.who().memberships[0].organisation == own.id
    assert (begun.names.en, begun.version, begun.latest) == ("Ingot", 1, 1)
    made = client.studies.assess(begun, regime="gbt24067")
    assert (made.regime, made.number, made.total > 0) == ("gbt24067", 1, True)
    kept = client.assessments.download(made, tmp_path / "kept.json")
    assert read_assessment(kept).digest == made.digest
    assert sorted(path.name for path in tmp_path.glob("kept*")) == ["kept.json"]
    assert client.assessments.recompute(made).same
    assert client.assessments.get(made.id) == made
    assert b"Ingot" in client.assessments.report(made, tmp_path / "r.html", form="html", lang="en").read_bytes()
    later = client.studies.assess(begun.id)
    assert client.assessments.supersede(made, later, reason="newer").superseded_by == later.id
    assert list(client.assessments.all(study=begun, current=True)) == [client.assessments.get(later.id)]


def test_whoever_saw_an_older_version_is_refused_and_reads_anew(client, begun):
    document = client.studies.version(begun, 1).document
    revised = client.studies.revise(begun, document, note="mine")
    with pytest.raises(StoreError) as refused:
        client.studies.revise(begun, study(), note="theirs")
    assert (refused.value.code, refused.value.status) == ("TH-STO-002", 412)
    assert refused.value.request
    assert client.studies.get(begun.id) == revised
    again = client.studies.revise(client.studies.get(begun.id), study(), note="theirs")
    assert [one.note for one in client.studies.versions(again)] == ["theirs", "mine", "first"]
    with pytest.raises(StoreError, match="TH-STO-002"):
        client.studies.archive(begun)
    assert client.studies.archive(again).archived
    assert list(client.studies.all()) == []
    assert [one.id for one in client.studies.all(archived=True, text="ingot")] == [begun.id]


def test_an_answer_that_is_lost_is_asked_for_again_and_nothing_is_done_twice(line, token, own, platform):
    with Client(line.url, token=token, retries=Retries(pause=lambda _: None)) as client:
        line.lose = 2
        made = client.studies.create(own.id, study())
        line.lose = 1
        revised = client.studies.revise(made, study())
        line.lose = 1
        assert list(client.studies.all()) == [revised]
        assert (line.lost, revised.latest) == (4, 2)


def test_a_change_without_a_key_is_not_sent_again_where_it_may_have_arrived(line, token, own):
    with Client(line.url, token=token) as client:
        made = client.studies.create(own.id, study())
        line.lose = 1
        with pytest.raises(RequestError, match="TH-API-020"):
            client.studies.archive(made)
        assert line.lost == 1
        assert client.studies.get(made.id).version == made.version + 1


def test_who_comes_too_often_comes_again_when_the_server_says(platform, token, monkeypatch):
    asked = []
    monkeypatch.setattr(rates, "_now", lambda: time.monotonic() + sum(asked))
    settings = replace(platform.configuration, requests_per_minute=3)
    with served(replace(platform, configuration=settings)) as url:
        with Client(url, token=token, retries=Retries(pause=asked.append)) as client:
            for _ in range(4):
                client.who()
        assert len(asked) == 1
        assert 1 <= asked[0] <= 61
        with Client(url, token=token, retries=Retries(attempts=1)) as hasty, pytest.raises(RequestError) as refused:
            [hasty.who() for _ in range(4)]
        assert (refused.value.code, refused.value.status) == ("TH-API-008", 429)


def test_what_is_refused_is_told_with_all_faults(client, own, tmp_path):
    path = tmp_path / "wrong.yaml"
    path.write_bytes(study(**{"100 kWh": "100 kWhh", "cradle-to-gate": "cradle"}))
    with pytest.raises(StudyError) as refused:
        client.studies.create(own.id, path)
    assert [fault.place.split()[0] for fault in refused.value.faults] == ["wrong.yaml:5", "wrong.yaml:10"]
    assert all(fault.message() and fault.code in str(refused.value) for fault in refused.value.faults)


def test_the_server_speaks_the_language_of_the_client(url, token):
    said = {}
    for lang in ("en", "zh"):
        with Client(url, token=token, lang=lang) as client, pytest.raises(StoreError) as refused:
            client.studies.get("nothing")
        said[lang] = refused.value.faults[0].message(lang)
    assert said["en"].isascii()
    assert not said["zh"].isascii()


def test_a_token_that_counts_no_more_is_told_and_never_shown(url, token):
    wrong = token[:-4] + "zzzz"
    with Client(url, token=wrong) as client, pytest.raises(AccessError) as refused:
        client.who()
    assert (refused.value.code, refused.value.status) == ("TH-ACC-021", 401)
    shown = f"{client!r}{client.__dict__}{refused.value!r}{refused.value}"
    assert wrong not in shown
    with Client(url) as stranger, pytest.raises(AccessError, match="TH-ACC-001"):
        list(stranger.studies.all())


def test_evidence_goes_up_and_comes_down_however_large(client, begun, platform, tmp_path):
    small, large = tmp_path / "meter.csv", tmp_path / "电表.bin"
    small.write_bytes(b"kWh\n100\n")
    large.write_bytes(os.urandom(KEYED) + bytes(platform.configuration.body_limit))
    for path in (small, large):
        added = client.studies.add_evidence(begun, path)
        assert (added.name, added.size) == (path.name, path.stat().st_size)
        kept = client.studies.download_evidence(added, tmp_path / "kept")
        assert kept.read_bytes() == path.read_bytes()
    assert [one.name for one in client.studies.evidence(begun)] == ["电表.bin", "meter.csv"]
    assert list(client.studies.evidence(begun))[1].media_type == "text/csv"


def test_an_owner_changes_the_organisation_that_was_seen(url, platform, own):
    with Client(url, token=machine(platform, own, Role.OWNER)) as client:
        seen = client.organisations.get(own.id)
        assert [one.id for one in client.organisations.all()] == [own.id]
        assert client.organisations.change(seen, names={"en": "Smelter"}).names.en == "Smelter"
        with pytest.raises(StoreError, match="TH-STO-002"):
            client.organisations.change(seen, names={"en": "Other"})
