"""Pages of the exchange by PACT, told without a script: who sees what, and that secrets are nowhere."""

from __future__ import annotations

import pytest

from pact_desk import desk
from pact_samples import supplement
from pages import shown, visited
from study_samples import organisation
from tanheng.accounts import system
from tanheng.accounts.model import Role
from tanheng.services.exchange import supplements
from tanheng.services.pact import inbox, outbox, partners, publishing, questions
from tanheng.services.pact.cloudevents import Event
from tanheng.services.paging import Paging

pytestmark = pytest.mark.platform
SECRET = "never-to-be-shown"
HERE = "https://buyer.example"


class World:
    """An organisation with a partner, and somebody who looks at its pages."""

    def __init__(self, guest, own):
        self.guest, self.own = guest, own
        self.partner = own.partner(
            "Buyer & Co", ids=["urn:lei:1"], base_url=HERE, client_id="ours-there", client_secret=SECRET
        )

    def be(self, *roles, lang="en"):
        """Look as somebody new of the organisation."""
        self.guest.cookies.clear()
        name = "-".join(roles) or "member"
        self.guest.sign_in(f"{name}-{lang}@example.org", organisation=self.own.organisation, roles=roles)
        self.guest.get(f"/language?choice={lang}")
        return self.guest

    def asked(self, id="e-1", **criteria):  # noqa: A002
        """A request of the partner; its id."""
        row = self.own.platform.look(self.own.actor, partners.seen, self.partner)
        event = Event(kind="created", speaks=3, id=id, source=HERE, criteria=criteria, comment="for our study")
        self.own.platform.do(system("pact"), inbox.take, row, event)
        return self.own.platform.look(self.own.actor, inbox.listed, Paging()).items[0].id

    def published(self, *receivers, **more):
        """A footprint as if made of an assessment."""
        return self.own.keep(self.own.assessment(), *receivers, **more)


@pytest.fixture
def world(sqlite_platform):
    own = desk(sqlite_platform)
    with visited(sqlite_platform) as guest:
        yield World(guest, own)


def test_owners_see_partners_and_their_own_address_in_both_languages(world):
    guest = world.be(Role.OWNER)
    for lang, told in (
        ("en", ("Buyer & Co", "A person answers", "no credentials yet", "it is https:// only", "is not https://")),
        ("zh", ("Buyer & Co", "由人员答复", "尚无凭据", "只接受 https://", "不是 https://")),
    ):
        guest.get(f"/language?choice={lang}")
        text = guest.see("/exchange/pact")
        for one in told:
            assert one.casefold() in shown(text).replace("&amp;", "&").casefold(), one
        assert f"/pact/{world.own.organisation}/auth/token" in text
        assert "urn:lei:1" in text
        assert 'data-api="POST /v1/pact/partners"' in text
        assert SECRET not in text
    guest.get("/language?choice=en")
    path = f"/exchange/pact/partners/{world.partner}"
    text = guest.see(path)
    assert f'href="{path}"' in guest.see("/exchange/pact")
    assert "ours-there" in text
    assert f'data-api="PATCH /v1/pact/partners/{world.partner}" data-version="1"' in text
    assert f'data-api="POST /v1/pact/partners/{world.partner}/credentials"' in text
    assert "They have no credentials yet" in shown(text)
    given = world.own.platform.do(world.own.actor, partners.issue, world.partner)
    text = guest.see(path)
    assert "They have credentials" in shown(text)
    assert SECRET not in text
    assert given.client_secret not in text


def test_each_role_is_shown_what_it_may_do(world):
    path, request = f"/exchange/pact/partners/{world.partner}", world.asked(productId=["urn:gtin:1"])
    guest = world.be(Role.VIEWER)
    assert "Owners of an organisation register" in shown(guest.see("/exchange/pact"))
    for page in ("/exchange/pact", path, f"/exchange/pact/requests/{request}"):
        assert "/v1/pact/" not in guest.see(page)
    assert "Publishers of the organisation answer it" in shown(guest.see(f"/exchange/pact/requests/{request}"))
    text = world.be(Role.ENGINEER).see(path)
    assert 'data-api="POST /v1/pact/questions"' in text
    assert f"/v1/pact/partners/{world.partner}/fetching" in text
    assert "PATCH" not in text
    text = world.be(Role.PUBLISHER).see(f"/exchange/pact/requests/{request}")
    assert f'data-api="POST /v1/pact/requests/{request}/rejection"' in text
    assert "There is nothing to send" in shown(text)


def test_strangers_of_other_organisations_find_nothing(world):
    made, request = world.published(world.partner), world.asked()
    other = organisation(world.own.platform, "别家")
    world.guest.sign_in("other@example.org", organisation=other.id, roles=tuple(Role)[:1])
    for kind, id_ in (("partners", world.partner), ("footprints", made.id), ("requests", request)):
        world.guest.see(f"/exchange/pact/{kind}/{id_}", 404)
        world.guest.see(f"/exchange/pact/{kind}/no-such", 404)
    for list_ in ("", "/footprints", "/requests"):
        assert "Buyer" not in world.guest.see(f"/exchange/pact{list_}")
    assert "There are no partners yet" in shown(world.guest.see("/exchange/pact"))
    world.guest.cookies.clear()
    assert world.guest.get("/exchange/pact").status_code == 303


def test_published_footprints_say_for_whom_and_what_took_their_place(world):
    guest = world.be(Role.PUBLISHER)
    assert "Nothing is published yet" in shown(guest.see("/exchange/pact/footprints"))
    own, assessment = world.own, world.own.assessment()
    first = own.keep(assessment, world.partner)
    second = publishing_in_place_of(own, assessment, first)
    text = shown(guest.see("/exchange/pact/footprints"))
    assert all(word in text for word in ("active", "replaced", "Buyer &amp; Co"))
    text = guest.see(f"/exchange/pact/footprints/{first.id}")
    assert f'href="/exchange/pact/footprints/{second.id}"' in text
    text = guest.see(f"/exchange/pact/footprints/{second.id}")
    assert f'data-api="PUT /v1/pact/footprints/{second.id}/partners"' in text
    assert f'value="{world.partner}" id="reader-{world.partner}" checked' in text
    assert second.uuid in text
    own.platform.do(own.actor, publishing.share, second.id, [])
    assert "for nobody yet" in shown(guest.see("/exchange/pact/footprints"))
    sees = guest.see(f"/exchange/pact/partners/{world.partner}")
    assert f"/exchange/pact/footprints/{first.id}" in sees
    assert f"/exchange/pact/footprints/{second.id}" not in sees


def publishing_in_place_of(own, assessment, old):
    made = publishing.publish(
        own.platform,
        own.actor,
        assessment,
        supplement=supplement(packaging_included=True, packaging="1"),
        replaces=old.uuid,
    )
    assert made.partners == old.partners
    return made


def test_requests_say_in_words_what_is_asked_and_who_answered(world):
    guest = world.be(Role.PUBLISHER)
    assert "Nobody asked for anything yet" in shown(guest.see("/exchange/pact/requests"))
    fitting = world.published(id="11111111-2222-4333-8444-555555555555")
    ids = {"productId": ["urn:gtin:1", "urn:gtin:2"], "geography": ["CN"], "validOn": "2025-06-01T00:00:00Z"}
    strange, everything = world.asked("e-1", **ids), world.asked("e-2")
    text = shown(guest.see("/exchange/pact/requests"))
    for word in (
        "Product urn:gtin:1 or urn:gtin:2",
        "Place China",
        "Valid on 1 June 2025",
        "Everything that you share",
    ):
        assert word in text, word
    assert "No request is in this state" in shown(guest.see("/exchange/pact/requests?state=rejected"))
    box = f'name="footprints" value="{fitting.id}"'
    assert f"{box} checked" in guest.see(f"/exchange/pact/requests/{everything}")
    text = guest.see(f"/exchange/pact/requests/{strange}")
    assert box in text
    assert f"{box} checked" not in text
    own = world.own
    own.platform.do(own.actor, inbox.fulfil, everything, [fitting.id], expected=1)
    own.platform.do(own.actor, inbox.reject, strange, "sold <no> more", expected=1)
    text = guest.see(f"/exchange/pact/requests/{strange}")
    assert "sold &lt;no&gt; more" in text
    assert "/v1/pact/" not in text
    text = shown(guest.see(f"/exchange/pact/partners/{world.partner}"))
    assert all(word in text for word in ("fulfilled", "rejected", "An answer, with footprints"))


def test_the_outbox_tells_what_did_not_arrive_and_questions_what_was_asked(world):
    own, guest = world.own, world.be(Role.ENGINEER)
    path = f"/exchange/pact/partners/{world.partner}"
    assert all(word in shown(guest.see(path)) for word in ("There is nothing for them", "They were asked for nothing"))
    own.platform.do(own.actor, questions.ask, world.partner, {"productId": ["urn:gtin:7"]}, comment="please")
    (row,) = own.platform.look(system("job"), outbox.due)
    own.platform.do(system("job"), outbox.failed, row, "its door is shut")
    text = shown(guest.see(path))
    for word in ("urn:gtin:7", "please", "A question to them", "its door is shut", "again at", "waiting"):
        assert word in text, word
    silent = own.partner("Silent")
    text = guest.see(f"/exchange/pact/partners/{silent}")
    assert "They have no server that could be asked" in shown(text)
    assert "/v1/pact/questions" not in text


def test_a_result_is_published_from_its_page_once_it_is_ready(world):
    own, guest = world.own, world.be(Role.PUBLISHER)
    made = own.assessment()
    path = f"/assessments/{made}/exchange/pact3"
    assert "It can be published once it is ready" in shown(guest.see(path))
    assert "/v1/pact/footprints" not in guest.see(f"/assessments/{made}/exchange/pact2")
    own.platform.do(own.actor, supplements.keep_for_study, study_of(own, made), plain(), expected=0)
    text = guest.see(path)
    assert 'data-api="POST /v1/pact/footprints"' in text
    assert f'name="partners" value="{world.partner}"' in text
    published = publishing.publish(own.platform, own.actor, made, receivers=[world.partner])
    text = guest.see(path)
    assert f'href="/exchange/pact/footprints/{published.id}"' in text
    assert f'<option value="{published.uuid}">' in text
    more = own.partner("More")
    again = publishing.publish(own.platform, own.actor, made, receivers=[more])
    assert (again.id, set(again.partners)) == (published.id, {world.partner, more})
    text = world.be(Role.ENGINEER).see(path)
    assert "Publishers of the organisation publish it" in shown(text)
    assert "/v1/pact/" not in text


def test_another_issuer_is_offered_where_the_operator_trusts_one(sqlite_platform):
    issuer = "https://issuer.example"
    own = desk(sqlite_platform, pact_issuers=(issuer,), pact_loopback=True)
    with visited(own.platform) as guest:
        world = World(guest, own)
        world.be(Role.OWNER)
        text = guest.see("/exchange/pact")
        assert f'<option value="{issuer}">' in text
        assert "A trial on this machine" in shown(text)
        own.platform.do(own.actor, partners.change, world.partner, {"issuer": issuer, "subject": "buyer"}, expected=1)
        text = guest.see(f"/exchange/pact/partners/{world.partner}")
        assert f'<option value="{issuer}" selected>' in text
        assert f"Issuer {issuer}" in shown(text)


def study_of(own, assessment):
    from tanheng.services.studies import assessments

    return own.platform.look(own.actor, assessments.of, assessment).study


def plain():
    """The sections of the samples, as they are sent."""
    return {name: dict(told) for name, told in supplement().sections.items()}
