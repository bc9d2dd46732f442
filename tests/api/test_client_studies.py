"""The client on files, versions and links of studies."""

from __future__ import annotations

import pytest

from clients import machine, served
from study_samples import organisation, study
from tanheng.client import Client
from tanheng.errors import AssessmentError, StoreError, StudyError
from tanheng.footprint.reading import read_study, study_document

LINES = b"  - {stage: raw-materials, name: HDPE, id: bottle, amount: 3 kg}\n"
HDPE = "factor:gb-2023-hdpe-recycled"


@pytest.fixture
def own(sqlite_platform):
    return organisation(sqlite_platform)


@pytest.fixture
def client(sqlite_platform, own):
    with served(sqlite_platform) as url, Client(url, token=machine(sqlite_platform, own)) as made:
        yield made


def test_a_study_is_checked_without_being_kept(client, own):
    found = client.studies.check(own.id, study() + LINES)
    assert (found.outline.lines, found.outline.open, found.link_faults) == (2, (1,), ())
    with pytest.raises(StudyError):
        client.studies.check(own.id, study(**{"cradle-to-gate": "cradle"}))
    assert list(client.studies.all()) == []


def test_from_gaps_over_candidates_to_a_version_with_links(client, own, tmp_path):
    begun = client.studies.create(own.id, study() + LINES)
    assert client.studies.gaps(begun, 1).lines == (1,)
    (match,) = client.studies.candidates(begun, 1)
    assert (match.line, len(match.candidates), match.accepted) == (1, 3, None)
    assert [one.line for one in client.studies.candidates(begun, 1, lines=["bottle", 0])] == [1, 0]
    linked = client.studies.link(begun, {"bottle": HDPE}, note="linked")
    assert (linked.latest, client.studies.gaps(linked, 2).lines) == (2, ())
    with pytest.raises(StoreError):
        client.studies.link(begun, {"bottle": HDPE})
    with pytest.raises(AssessmentError):
        client.studies.link(linked, {"nobody": HDPE})
    told = client.studies.difference(linked, 1)
    assert [(line.change, [(f.path, f.after) for f in line.fields]) for line in told.lines] == [
        ("changed", [("from", HDPE)])
    ]
    assert [one.link for one in client.studies.link_choices(own.id)] == [HDPE]
    client.studies.forget_link(next(client.studies.link_choices(own.id)))
    assert list(client.studies.link_choices(own.id)) == []
    kept = client.studies.download(linked, 2, tmp_path / "s.xlsx", form="xlsx")
    assert study_document(read_study(kept)) == client.studies.version(linked, 2).document
