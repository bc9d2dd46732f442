"""Many clients at once on a real server: no update is lost, nothing is answered with 5xx, the history is sound."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from clients import machine, served
from study_samples import organisation, study
from tanheng.accounts import system
from tanheng.client import Client, Retries
from tanheng.errors import StoreError
from tanheng.services.audit.verifying import verify

pytestmark = pytest.mark.platform
STUDIES = 5


@pytest.fixture(params=[("sqlite", 10), pytest.param(("postgresql", 50), marks=pytest.mark.postgresql)], ids=str)
def crowd(request):
    """An installation, and how many clients there are."""
    engine, clients = request.param
    made = request.getfixturevalue(f"{engine}_platform")
    return replace(made, configuration=replace(made.configuration, requests_per_minute=10**6)), clients


def edit(client, id, mark):  # noqa: A002
    """Read a study, add a word to it, and give it the new version; again where somebody else was first."""
    overtaken = 0
    while True:
        seen = client.studies.get(id)
        document = client.studies.version(seen, seen.latest).document
        document["goal"] = {lang: f"{text} {mark}" for lang, text in document["goal"].items()}
        try:
            return client.studies.revise(seen, document, note=mark), overtaken
        except StoreError as error:
            if error.code != "TH-STO-002":
                raise
            overtaken += 1


def goal(version):
    """The words of a study's goal: what it began with, and a mark for each edit up to this version."""
    return next(iter(version.document["goal"].values())).split()


def test_every_edit_that_was_acknowledged_is_there(crowd, tmp_path):
    platform, clients = crowd
    own = organisation(platform)
    tokens = [machine(platform, own) for _ in range(clients)]
    with served(platform) as url, Client(url, token=tokens[0]) as client:
        shared = [client.studies.create(own, study()).id for _ in range(STUDIES)]

        def work(number):
            wanted, mark = shared[number % STUDIES], f"mark{number}"
            path = tmp_path / f"{mark}.csv"
            path.write_text(mark)
            # a single attempt: whatever the server does not deal with itself, a deadlock, a 5xx, fails the test
            with Client(url, token=tokens[number], timeout=120, retries=Retries(attempts=1)) as one:
                revised, overtaken = edit(one, wanted, mark)
                evidence = one.studies.add_evidence(wanted, path)
                assessment = one.studies.assess(wanted, version=revised.latest)
            return wanted, mark, revised, overtaken, evidence, assessment

        with ThreadPoolExecutor(clients) as pool:
            done = list(pool.map(work, range(clients)))
        edits = Counter(wanted for wanted, *_ in done)
        assert sum(overtaken for _, _, _, overtaken, _, _ in done) > 0
        for wanted in shared:
            last = client.studies.get(wanted)
            assert (last.latest, last.version >= last.latest) == (1 + edits[wanted], True)
            marks = [mark for of, mark, *_ in done if of == wanted]
            words = goal(client.studies.version(wanted, last.latest))
            assert sorted(words) == sorted(["test", *marks])
            assert sorted(one.name for one in client.studies.evidence(wanted)) == sorted(f"{m}.csv" for m in marks)
        for wanted, mark, revised, _, evidence, assessment in done:
            kept = client.studies.version(wanted, revised.latest)
            assert (kept.note, goal(kept)[-1]) == (mark, mark)
            assert client.studies.download_evidence(evidence, tmp_path / "kept").read_text() == mark
            assert (assessment.number, client.assessments.get(assessment.id)) == (revised.latest, assessment)
    found = platform.look(system("audit"), verify)
    assert (found.findings, found.events > 3 * clients) == ((), True)
