"""Pages of the exchange: what a result can go out by, what is missing, what was received; in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import orjson
import pytest

from pages import shown, visited
from protocol_samples import put_on
from study_samples import member, organisation
from tanheng.accounts.model import Role
from tanheng.exchange import shelf
from tanheng.services.exchange import reading, receiving, supplements
from tanheng.services.studies import assessing, intake, studies

pytestmark = pytest.mark.platform
ALUMINIUM = Path(__file__).resolve().parents[2] / "examples" / "aluminium" / "aluminium.yaml"
SENT = {
    "plain": 1,
    "id": "urn:uuid:7",
    "name": {"en": "Casting"},
    "maker": {"en": "Smelter & Sons"},
    "country": "CN",
    "unit": "2 kg",
    "total": 5.0,
    "year": 2025,
    "where": "CN",
    "share": 0.4,
    "buyer": "nobody",
}


@pytest.fixture
def world(sqlite_platform, monkeypatch):
    put_on(shelf, monkeypatch)
    monkeypatch.setattr(reading, "apart", lambda work, *given: work(*given))
    with visited(sqlite_platform) as guest:
        own = organisation(sqlite_platform)
        actor = member(own)
        model = intake.read(ALUMINIUM.read_bytes(), "study.yaml")
        study = sqlite_platform.do(actor, studies.create, organisation=own.id, model=model)
        made = assessing.assess(sqlite_platform, actor, study.id, assessing.Order())
        guest.sign_in("engineer@example.org", organisation=own.id, roles=(Role.ENGINEER,))
        yield guest, own, made


def received(guest, own, tmp_path, **changed):
    path = tmp_path / "sent.json"
    path.write_bytes(orjson.dumps({**SENT, **changed}))
    given = {"protocol": "plain", "name": "sent.json"}
    return receiving.receive(guest.platform, member(own), own.id, path, **given)[0]


def test_protocols_are_told_with_their_state_in_both_languages(world):
    guest, own, made = world
    for lang, told in (
        ("en", ("Plain footprints", "2 values are needed", "it takes results under iso14067")),
        ("zh", ("简单碳足迹", "还需 2 项")),
    ):
        guest.get(f"/language?choice={lang}")
        text = shown(guest.see(f"/assessments/{made.id}/exchange"))
        assert all(word in text for word in told)
        assert "仅导入" not in text
    text = guest.see(f"/assessments/{made.id}/exchange/plain")
    assert 'href="#field-sections-plain-buyer"' in text
    assert 'name="sections.plain.buyer"' in text
    given = {
        "plain": {"buyer": '"B" & <Co>', "piece": "80 kg", "sites": [{"name": "Works"}]},
        "company": {"city": "昆明"},
    }
    guest.platform.do(member(own), supplements.keep_for_organisation, own.id, given, expected=0)
    guest.platform.do(member(own), supplements.keep_for_study, made.study, {"plain": given["plain"]}, expected=0)
    text = guest.see(f"/assessments/{made.id}/exchange/plain")
    assert f'href="/v1/assessments/{made.id}/exports/plain/file"' in text
    assert 'value="&#34;B&#34; &amp; &lt;Co&gt;"' in text
    assert 'name="sections.plain.sites.0.name"' in text
    assert 'name="sections.plain.sites.1.name"' in text
    assert 'value="昆明"' in text
    assert "gsd2" in shown(text)
    guest.see(f"/assessments/{made.id}/exchange/none", 404)
    guest.see(f"/assessments/{made.id}/exchange/listening", 404)


def test_a_document_against_the_rules_says_so_and_another_regime_is_offered(world):
    guest, own, made = world
    given = {"plain": {"buyer": "nobody", "piece": "80 kg"}}
    guest.platform.do(member(own), supplements.keep_for_organisation, own.id, given, expected=0)
    text = guest.see(f"/assessments/{made.id}/exchange/plain")
    assert "the buyer is “nobody”" in shown(text)
    assert "exports/plain/file?accept=true" in text
    assert "Assess under iso14067" in shown(guest.see(f"/assessments/{made.id}/exchange/strict"))


def test_viewers_read_and_are_shown_no_form(world):
    guest, own, made = world
    guest.cookies.clear()
    guest.sign_in("viewer@example.org", organisation=own.id, roles=(Role.VIEWER,))
    text = guest.see(f"/assessments/{made.id}/exchange/plain")
    assert "supplement" not in text
    guest.cookies.clear()
    other = organisation(guest.platform, "别家")
    guest.sign_in("other@example.org", organisation=other.id, roles=(Role.ENGINEER,))
    for path in ("", "/plain"):
        guest.see(f"/assessments/{made.id}/exchange{path}", 404)


def test_received_footprints_are_listed_looked_at_and_decided_on(world, tmp_path):
    guest, own, _ = world
    assert "Nothing came in yet" in shown(guest.see("/received-footprints"))
    one, poor = received(guest, own, tmp_path), received(guest, own, tmp_path, where="")
    text = guest.see("/received-footprints")
    assert f'href="/received-footprints/{one.id}"' in text
    assert "Smelter &amp; Sons" in text
    assert "None is in this state" in shown(guest.see("/received-footprints?state=rejected"))
    text = guest.see(f"/received-footprints/{one.id}")
    for told in ("2.5", "40", "the buyer is “nobody”", "urn:uuid:7", "buyer"):
        assert told in shown(text), told
    assert f'data-api="POST /v1/received-footprints/{one.id}/acceptance"' in text
    text = guest.see(f"/received-footprints/{poor.id}")
    assert "cannot be a factor without geography" in shown(text)
    assert "acceptance" not in text
    done = guest.platform.do(member(own), receiving.accept, one.id, expected=1)
    text = guest.see(f"/received-footprints/{one.id}")
    assert done.factor in text
    assert "acceptance" not in text
    link = re.search(r'href="(/factors/[^"]+)"', text)[1]
    assert "Casting" in guest.see(link)
    guest.cookies.clear()
    other = organisation(guest.platform, "别家")
    guest.sign_in("other@example.org", organisation=other.id, roles=(Role.ENGINEER,))
    guest.see(f"/received-footprints/{one.id}", 404)
    assert one.number not in guest.see("/received-footprints")


def test_every_protocol_that_ships_has_its_page(sqlite_platform):
    with visited(sqlite_platform) as guest:
        own = organisation(sqlite_platform)
        actor = member(own)
        model = intake.read(ALUMINIUM.read_bytes(), "study.yaml")
        study = sqlite_platform.do(actor, studies.create, organisation=own.id, model=model)
        made = assessing.assess(sqlite_platform, actor, study.id, assessing.Order())
        guest.sign_in("engineer@example.org", organisation=own.id, roles=(Role.ENGINEER,))
        there = [one for one in shelf.protocols().values() if one.write is not None]
        for lang in ("en", "zh"):
            guest.get(f"/language?choice={lang}")
            for one in there:
                text = guest.see(f"/assessments/{made.id}/exchange/{one.id}")
                assert one.names[lang] in shown(text)
                assert all(f'name="sections.{name}.' in text for name in one.sections), one.id
