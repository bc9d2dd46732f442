"""The client in the factor register and in search, over many pages."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from clients import person, served
from factor_samples import document
from study_samples import organisation
from tanheng.accounts import system
from tanheng.accounts.model import Role
from tanheng.client import Client
from tanheng.errors import AccessError, FactorError, StoreError
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


def test_a_factor_goes_from_a_draft_to_a_release_and_is_corrected(client, furnished_platform):
    own = organisation(furnished_platform)
    roles = (Role.OWNER, Role.FACTOR_EDITOR, Role.FACTOR_REVIEWER, Role.PUBLISHER)
    tokens = [person(furnished_platform, own, role) for role in roles]
    with ExitStack() as stack:
        clients = [stack.enter_context(Client(client._connection.url, token=token)) for token in tokens]
        walk(client, *clients, own=own)


def walk(stranger, owner, editor, reviewer, publisher, *, own):
    made = owner.drafts.create_collection(own.id, "ours", {"en": "Ours", "zh": "本企业"})
    drafted = editor.drafts.add(made, document())
    handed = editor.drafts.submit(drafted, "first")
    comment = reviewer.drafts.comment(handed, "up to which gate?", field="boundary")
    returned = reviewer.drafts.send_back(handed, "see the comment")
    assert (returned.state, [one.field for one in editor.drafts.comments(returned)]) == ("draft", ["boundary"])
    assert editor.drafts.settle(comment).settled_by
    revised = editor.drafts.revise(returned, document(year=2026), reason="the gate is named")
    with pytest.raises(StoreError, match="TH-STO-002"):
        editor.drafts.revise(returned, document())
    assert editor.drafts.take_back(editor.drafts.submit(revised)).state == "draft"
    handed = editor.drafts.submit(editor.drafts.get(drafted.id))
    accepted = reviewer.drafts.accept(handed)
    assert [one.step for one in editor.drafts.reviews(accepted)][:2] == ["accept", "submit"]
    previewed = publisher.drafts.preview(made)
    assert (previewed.is_new, previewed.added, previewed.moved) == (True, ("cn-steel-2025",), ())
    release = publisher.drafts.publish(made, "2026.11", previewed, note="first")
    assert (release.number, release.count) == (1, 1)
    with pytest.raises(FactorError, match="TH-FAC-050"):
        publisher.drafts.publish(made, "2026.12", previewed)
    published = next(editor.drafts.all(made, state="published"))
    assert (published.year, published.published) == (2026, 2)
    corrected = editor.drafts.revise(published, document(year=2026, per="t"), change="correction", reason="unit")
    versions = list(editor.drafts.versions(corrected))
    assert [one.change for one in versions] == ["correction", "new", "new"]
    assert editor.drafts.version(corrected, 3).document["per"] == "t"
    with pytest.raises(AccessError, match="TH-ACC-001"):
        stranger.factors.release(made)
    shared = owner.drafts.share(owner.factors.collection(made.id), "public")
    assert stranger.factors.release(shared).digest == release.digest
    assert next(editor.factors.records(made))["per"] == "kg"
