"""Footprints that are published to partners, the same on both engines: who may read them, how they are found and replaced."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import orjson
import pytest

from pact_desk import desk
from pact_samples import faults, supplement
from tanheng.accounts import Actor, Membership
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.model import Role
from tanheng.errors import AccessError, ExchangeError, StoreError
from tanheng.services.exchange import receiving
from tanheng.services.pact import (
    cloudevents,
    criteria,
    inbox,
    outbox,
    partners,
    publishing,
    questions,
    serving,
    signing,
)
from tanheng.services.pact.partners import Policy
from tanheng.services.paging import Paging
from tanheng.storage.sql.tables import pact as tables

ALL = Paging(limit=100)


@pytest.fixture
def own(platform):
    return desk(platform)


def row_of(own, partner):
    return own.platform.look(own.actor, partners.seen, partner)


def found(own, partner, said=None, **more):
    asked = criteria.read(said or {})
    return own.platform.look(own.actor, serving.found, row_of(own, partner), asked, **{"speaks": 3, **more})


def waiting(own):
    """Events that wait: kind, partner and data."""
    rows = own.platform.look(own.actor, outbox.due)
    return [(row["kind"], row["partner"], orjson.loads(row["content"] or "{}").get("data")) for row in rows]


def event(kind="created", data=None, speaks=3, id="e-1"):  # noqa: A002
    told = {
        "type": outbox.TYPES[speaks, kind],
        "specversion": "1.0",
        "id": id,
        "source": "https://buyer.example/3/events",
        "time": "2026-01-01T00:00:00Z",
        "data": data or {},
    }
    return cloudevents.read(orjson.dumps(told), speaks)


def test_a_footprint_is_published_once_and_read_by_those_it_is_for(own):
    buyer, other = own.partner(base_url="https://buyer.example"), own.partner("Other")
    assessment = own.assessment()
    made = own.publish(buyer, assessment=assessment)
    assert own.publish(buyer, assessment=assessment).id == made.id
    (document,) = found(own, buyer).documents
    assert faults(document) == []
    assert (document["id"], document["status"]) == (made.uuid, "Active")
    (older,) = found(own, buyer, speaks=2).documents
    assert faults(older, "v2_3") == []
    assert found(own, other).documents == ()
    assert own.platform.look(own.actor, serving.one, row_of(own, other), made.uuid, speaks=3) is None
    with pytest.raises(StoreError, match="TH-STO-001"):
        own.platform.look(own.actor, serving.one, row_of(own, buyer), "no such", speaks=3)
    assert waiting(own) == [("published", buyer, {"pfIds": [made.uuid]})]
    own.platform.do(own.actor, publishing.share, made.id, [other])
    assert found(own, buyer).documents == ()
    assert len(found(own, other).documents) == 1


def test_another_takes_its_place_and_names_it(own):
    buyer = own.partner(base_url="https://buyer.example")
    assessment = own.assessment()
    first = own.publish(buyer, assessment=assessment)
    second = own.publish(assessment=assessment, replaces=first.uuid, packaging_included=True)
    third = own.publish(assessment=assessment, replaces=second.uuid, packaging_included=True, packaging="1")
    documents = {one["id"]: one for one in found(own, buyer).documents}
    assert [documents[one.uuid]["status"] for one in (first, second, third)] == ["Deprecated", "Deprecated", "Active"]
    assert documents[third.uuid]["precedingPfIds"] == [second.uuid, first.uuid]
    assert own.platform.look(own.actor, publishing.of, first.id).replaced_by == second.uuid
    with pytest.raises(ExchangeError, match="TH-EXC-153"):
        own.publish(assessment=assessment, replaces=first.uuid, packaging_included=True, packaging="2")
    assert [one["id"] for one in found(own, buyer, {"status": "active"}).documents] == [third.uuid]
    assert {one["pfIds"][0] for _, _, one in waiting(own)} == {first.uuid, second.uuid, third.uuid}


@pytest.mark.parametrize(
    ("said", "there"),
    [
        ({}, True),
        ({"productId": ["URN:GTIN:6901234567892"]}, True),
        ({"productId": ["urn:gtin:1", "urn:gtin:6901234567892"]}, True),
        ({"productId": ["urn:gtin:1"]}, False),
        ({"productId": ["urn:gtin:6901234567892"], "geography": ["DE"]}, False),
        ({"companyId": ["urn:lei:5493001kjtiigc8y1r12"]}, True),
        ({"geography": ["cn-34"]}, True),
        ({"geography": ["CN"]}, True),
        ({"geography": ["CN-35"]}, False),
        ({"classification": ["urn:pact:productclassification:un-cpc:37440"]}, True),
        ({"validOn": "2025-01-01T00:00:00Z"}, True),
        ({"validOn": "2028-01-01T00:00:01Z"}, False),
        ({"validOn": "2024-12-31T23:59:59Z"}, False),
        ({"validAfter": "2024-12-31T00:00Z"}, True),
        ({"validAfter": "2025-01-01T00:00:00 00:00"}, False),
        ({"validBefore": "2028-01-02T00:00:00Z"}, True),
        ({"validBefore": "2028-01-01T00:00:00Z"}, False),
        ({"status": "ACTIVE"}, True),
        ({"status": ["Deprecated"]}, False),
    ],
)
def test_filters(own_once, said, there):
    own, buyer = own_once
    assert bool(found(own, buyer, said).documents) is there


@pytest.fixture(scope="module")
def own_once(request, tmp_path_factory):
    from platforms import fresh_platform
    from tanheng.storage.platform import utc_now

    with fresh_platform("sqlite", request, tmp_path_factory.mktemp("pact") / "home", utc_now) as platform:
        own = desk(platform)
        buyer = own.partner()
        own.publish(buyer)
        yield own, buyer


@pytest.mark.parametrize(
    "said",
    [{"productId": ["x"]}, {"validOn": "soon"}, {"status": "New"}, {"geography": 7}, {"companyId": ["urn:\0"]}],
)
def test_criteria_that_cannot_be_understood(said):
    with pytest.raises(ExchangeError, match="TH-EXC-151"):
        criteria.read(said)


def test_pages_follow_each_other_and_can_be_asked_for_again(own):
    buyer, assessment = own.partner(), own.assessment()
    made = [own.publish(buyer, assessment=assessment, packaging_included=True, packaging=str(n)) for n in range(3)]
    first = found(own, buyer, limit=2)
    assert [one["id"] for one in first.documents] == [one.uuid for one in made[:2]]
    for _ in "12":
        rest = found(own, buyer, limit=2, after=first.after)
        assert [one["id"] for one in rest.documents] == [made[2].uuid]
        assert rest.after == ""
    nothing = found(own, buyer, limit=0)
    assert nothing.documents == ()
    assert len(found(own, buyer, after=nothing.after).documents) == 3
    with pytest.raises(ExchangeError, match="TH-EXC-151"):
        found(own, buyer, after="x")


def test_rules_of_the_standard_are_kept_before_anything_goes_out(own):
    with pytest.raises(ExchangeError, match="TH-EXC-152") as caught:
        own.publish(packaging="1")
    assert "TH-EXC-120" in caught.value.faults[0].message("zh")
    with pytest.raises(ExchangeError, match="TH-EXC-010"):
        own.publish(packaging_included=None)


def test_partners_sign_in_with_what_they_were_given(own):
    buyer = own.partner()
    assert own.platform.do(own.actor, signing.grant, own.organisation, buyer, "") is None
    given = own.platform.do(own.actor, partners.issue, buyer)
    assert given.client_id == buyer
    assert given.client_secret not in repr(given)
    granted = own.platform.do(own.actor, signing.grant, own.organisation, buyer, given.client_secret)

    def known(token, organisation=own.organisation, platform=own.platform):
        return platform.look(own.actor, signing.partner_of, organisation, token)

    assert known(granted.token)["id"] == buyer
    assert known(granted.token + "x") is signing.Refused.UNKNOWN
    assert known(granted.token, desk(own.platform, "别家").organisation) is signing.Refused.UNKNOWN
    later = replace(own.platform, clock=lambda: own.platform.clock() + timedelta(hours=1))
    assert known(granted.token, platform=later) is signing.Refused.EXPIRED
    own.platform.do(own.actor, partners.issue, buyer)
    assert known(granted.token) is signing.Refused.UNKNOWN
    for wrong in ("", "x", buyer):
        assert own.platform.do(own.actor, signing.grant, own.organisation, wrong, given.client_secret) is None


def test_secrets_are_sealed_and_addresses_are_safe(own):
    made = own.partner(base_url="https://buyer.example/", client_id="us", client_secret="very secret")
    kept = row_of(own, made)
    assert "very secret" not in kept["client_secret"]
    assert kept["base_url"] == "https://buyer.example"
    from tanheng.services.pact.delivering import peer_of

    assert peer_of(own.platform, kept).client_secret == "very secret"
    (own.platform.home.path / "keys" / "sealing").write_bytes(b"")
    with pytest.raises(StoreError, match="TH-STO-090"):
        peer_of(own.platform, kept)
    for address in (
        "http://buyer.example",
        "http://127.0.0.1",
        "ftp://x",
        "https://",
        "https://a@b",
        "https://[",
        "https://a/?b",
    ):
        with pytest.raises(ExchangeError, match="TH-EXC-150"):
            own.partner(base_url=address)
    trial = replace(
        own, platform=replace(own.platform, configuration=replace(own.platform.configuration, pact_loopback=True))
    )
    assert trial.partner(base_url="http://127.0.0.1:1")
    with pytest.raises(ExchangeError, match="TH-EXC-150"):
        trial.partner(base_url="http://buyer.example")


def test_a_partner_changes_and_ends(own):
    buyer = own.partner()
    made = own.platform.do(own.actor, partners.change, buyer, {"name": "B", "active": False, "ids": None}, expected=1)
    assert (made.name, made.active, made.version) == ("B", False, 2)
    with pytest.raises(StoreError, match="TH-STO-002"):
        own.platform.do(own.actor, partners.change, buyer, {"name": "C"}, expected=1)
    with pytest.raises(ExchangeError, match="TH-EXC-157"):
        own.platform.do(own.actor, questions.ask, buyer, {})


@pytest.mark.parametrize("speaks", [2, 3])
def test_requests_wait_for_a_person_and_count_once(own, speaks):
    buyer = own.partner(base_url="https://buyer.example")
    made = own.publish()
    asked = (
        {"productId": ["urn:gtin:6901234567892"]} if speaks == 3 else {"pf": {"productIds": ["urn:gtin:6901234567892"]}}
    )
    for _ in "12":
        own.platform.do(
            own.actor, inbox.take, row_of(own, buyer), event(data=asked | {"comment": "please"}, speaks=speaks)
        )
    (request,) = own.platform.look(own.actor, inbox.listed, ALL, state="open").items
    assert (request.comment, request.criteria) == ("please", {"productId": ["urn:gtin:6901234567892"]})
    assert waiting(own) == []
    done = own.platform.do(own.actor, inbox.fulfil, request.id, [made.id], expected=1)
    assert (done.state, done.person) == ("fulfilled", own.actor.id)
    ((kind, to, data),) = waiting(own)
    assert (kind, to, data["requestEventId"]) == ("fulfilled", buyer, "e-1")
    assert faults(data["pfs"][0], "v3_0" if speaks == 3 else "v2_3") == []
    assert len(found(own, buyer).documents) == 1
    with pytest.raises(ExchangeError, match="TH-EXC-155"):
        own.platform.do(own.actor, inbox.reject, request.id, "no", expected=2)


def test_requests_are_answered_by_policy_where_there_is_something_to_send(own):
    buyer = own.partner(base_url="https://buyer.example", policy=Policy.FULFIL)
    take = {"productId": ["urn:gtin:6901234567892"]}
    own.platform.do(own.actor, inbox.take, row_of(own, buyer), event(data=take))
    assert own.platform.look(own.actor, inbox.listed, ALL).items[0].state == "open"
    own.publish(buyer)
    own.platform.do(own.actor, inbox.take, row_of(own, buyer), event(data=take, id="e-2"))
    assert own.platform.look(own.actor, inbox.listed, ALL).items[0].state == "fulfilled"
    assert [kind for kind, _, _ in waiting(own)] == ["published", "fulfilled"]


def test_a_request_is_rejected_with_a_reason(own):
    buyer = own.partner(base_url="https://buyer.example")
    own.platform.do(own.actor, inbox.take, row_of(own, buyer), event())
    (request,) = own.platform.look(own.actor, inbox.listed, ALL).items
    with pytest.raises(ExchangeError, match="TH-EXC-156"):
        own.platform.do(own.actor, inbox.fulfil, request.id, [], expected=1)
    own.platform.do(own.actor, inbox.reject, request.id, "not ours", expected=1)
    ((kind, _, data),) = waiting(own)
    assert (kind, data["error"]) == ("rejected", {"code": "NotFound", "message": "not ours"})


def test_what_a_partner_sends_is_kept_and_becomes_a_factor(own):
    maker = own.partner("Maker", base_url="https://maker.example")
    question = own.platform.do(own.actor, questions.ask, maker, {"geography": ["CN"]}, comment="for 2025")
    ((kind, _, data),) = waiting(own)
    assert (kind, data) == ("created", {"geography": ["CN"], "comment": "for 2025"})
    from pact_samples import document

    answer = event("fulfilled", {"requestEventId": question.id, "pfs": [document()]}, id="e-9")
    for _ in "12":
        own.platform.do(own.actor, inbox.take, row_of(own, maker), answer)
    assert own.platform.look(own.actor, questions.of, question.id).state == "fulfilled"
    (came,) = own.platform.look(own.actor, receiving.listed, ALL, partner=maker).items
    assert (came.foreign_id, came.question, came.author) == (document()["id"], question.id, maker)
    assert came.objections == ()
    content, _ = receiving.content_of(own.platform, own.actor, came.id)
    assert orjson.loads(content) == document()
    done = own.platform.do(own.actor, receiving.accept, came.id, expected=1)
    assert done.factor.startswith("factor:suppliers-")
    with pytest.raises(ExchangeError, match="TH-EXC-019"):
        own.platform.do(own.actor, receiving.accept, came.id, expected=2)
    newer = document(id="11111111-2222-4333-8444-555555555555", precedingPfIds=[document()["id"]])
    own.platform.do(own.actor, questions.keep, row_of(own, maker), newer, speaks=3)
    assert own.platform.look(own.actor, receiving.of, came.id).standing == "Deprecated"


def test_what_a_partner_took_back_becomes_no_factor(own):
    from pact_samples import document

    maker = own.partner("Maker")
    for standing in ("Active", "Deprecated"):
        own.platform.do(own.actor, questions.keep, row_of(own, maker), document(status=standing), speaks=3)
    (came,) = own.platform.look(own.actor, receiving.listed, ALL).items
    with pytest.raises(ExchangeError, match="TH-EXC-019"):
        own.platform.do(own.actor, receiving.accept, came.id, expected=None)


def test_a_study_links_to_what_was_accepted_with_its_primary_share(own):
    from pact_samples import document
    from study_samples import study
    from tanheng.services.studies import assessing, assessments, intake, studies

    maker = own.partner("Maker")
    own.platform.do(own.actor, questions.keep, row_of(own, maker), document(), speaks=3)
    (came,) = own.platform.look(own.actor, receiving.listed, ALL).items
    link = own.platform.do(own.actor, receiving.accept, came.id, expected=1).factor
    text = study().decode()
    line = f'  - {{name: {{en: Pulp, zh: 浆}}, stage: raw-materials, amount: 5 kg, from: "{link}"}}\n'
    model = intake.read((text.rstrip() + "\n" + line).encode())
    made = own.platform.do(own.actor, studies.create, organisation=own.organisation, model=model)
    kept = assessing.assess(own.platform, own.actor, made.id, assessing.Order())
    result = assessments.result(own.platform, own.actor, kept.id)
    part = result.lines[-1].parts[0]
    assert part.total == pytest.approx(5 * 19.95 / 10)
    assert part.provenance.primary_share == pytest.approx(0.625)


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[]",
        orjson.dumps({"type": "x"}),
        orjson.dumps(
            {"type": "x", "specversion": "1.0", "id": "1", "source": "s", "time": "2026-01-01T00:00:00Z", "data": {}}
        ),
    ],
)
def test_events_that_do_not_hold(content):
    with pytest.raises(ExchangeError, match="TH-EXC-154"):
        cloudevents.read(content, 3)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("fulfilled", {"requestEventId": "x", "pfs": []}),
        ("fulfilled", {"requestEventId": "x", "pfs": [{"id": "1"}]}),
        ("rejected", {"requestEventId": "x"}),
        ("published", {"pfIds": ["1"]}),
        ("created", {"comment": 1}),
    ],
)
def test_events_whose_data_does_not_hold(kind, data):
    with pytest.raises(ExchangeError, match="TH-EXC-154"):
        event(kind, data)


def test_answers_to_nothing_are_refused(own):
    maker = own.partner("Maker")
    told = {"requestEventId": "x", "error": {"code": "NotFound", "message": "m"}}
    with pytest.raises(ExchangeError, match="TH-EXC-154"):
        own.platform.do(own.actor, inbox.take, row_of(own, maker), event("rejected", told))


def test_attempts_grow_apart_and_end_after_three_days(own):
    own.publish(own.partner(base_url="https://buyer.example"))
    moment, waits = own.platform.clock(), []
    while True:
        now = replace(own.platform, clock=lambda moment=moment: moment)
        due = now.look(own.actor, outbox.due)
        if not due:
            break
        now.do(own.actor, outbox.failed, due[0], "away")
        with own.platform.engine.connect() as sql:
            row = sql.execute(tables.outbox.select()).mappings().one()
        if row["state"] == "abandoned":
            break
        waits.append((row["due_at"] - moment).total_seconds())
        moment = row["due_at"]
    assert waits[:3] == [30, 60, 120]
    assert max(waits) == 8 * 3600
    assert 64 * 3600 <= sum(waits) <= 72 * 3600
    assert row["problem"] == "away"


def test_the_job_is_started_where_something_is_due(own):
    assert own.platform.do(own.actor, outbox.start_where_needed) is False
    own.publish(own.partner(base_url="https://buyer.example"))
    assert own.platform.do(own.actor, outbox.start_where_needed) is True
    assert own.platform.do(own.actor, outbox.start_where_needed) is False


def test_roles(own):
    buyer = own.partner()
    assessment = own.assessment()
    kind = own.actor.memberships[own.organisation].kind
    viewer = Actor(
        ActorKind.PERSON,
        "v",
        memberships={own.organisation: Membership(own.organisation, kind, frozenset({Role.VIEWER}))},
    )
    assert own.platform.look(viewer, partners.of, buyer).name == "Buyer"
    for refused in (
        lambda: own.platform.do(viewer, partners.issue, buyer),
        lambda: own.platform.do(viewer, questions.ask, buyer, {}),
        lambda: publishing.publish(own.platform, viewer, assessment, supplement=supplement()),
    ):
        with pytest.raises(AccessError, match="TH-ACC-002"):
            refused()
    stranger = desk(own.platform, "别家").actor
    with pytest.raises(StoreError, match="TH-STO-001"):
        own.platform.look(stranger, partners.of, buyer)


def test_lists_by_partner_and_assessment_and_what_is_on_its_way(own):
    buyer, other = own.partner(base_url="https://buyer.example"), own.partner("Other")
    assessment = own.assessment()
    made = own.publish(buyer, assessment=assessment)
    question = own.platform.do(own.actor, questions.ask, buyer, {})
    own.platform.do(own.actor, inbox.take, row_of(own, other), event())

    def ids(use_case, **more):
        return [one.id for one in own.platform.look(own.actor, use_case, ALL, **more).items]

    (request,) = ids(inbox.listed)
    for use_case, partner, id_ in (
        (publishing.listed, buyer, made.id),
        (questions.listed, buyer, question.id),
        (inbox.listed, other, request),
    ):
        another = other if partner == buyer else buyer
        assert ids(use_case, partner=partner) == [id_]
        assert ids(use_case, partner=another) == ids(use_case, partner="no id") == []
    assert ids(publishing.listed, assessment=assessment, organisation=own.organisation) == [made.id]
    assert ids(publishing.listed, assessment=buyer) == ids(publishing.listed, status="Deprecated") == []
    assert ids(outbox.listed, partner=other) == ids(outbox.listed, partner="no id") == []
    sent = own.platform.look(own.actor, outbox.listed, ALL, partner=buyer).items
    assert [(one.kind, one.state, one.attempts) for one in sent] == [
        ("created", "waiting", 0),
        ("published", "waiting", 0),
    ]
    stranger = desk(own.platform, "别家")
    assert own.platform.look(stranger.actor, outbox.listed, ALL, partner=buyer).items == ()
    (found,) = own.platform.look(own.actor, inbox.candidates, request)
    assert (found[0].id, found[1]) == (made.id, True)


def test_who_is_named_when_the_same_is_published_again_may_read_it(own):
    buyer, other = own.partner(), own.partner("Other")
    assessment = own.assessment()
    first = own.publish(buyer, assessment=assessment)
    again = own.publish(other, assessment=assessment)
    assert (again.id, set(again.partners)) == (first.id, {buyer, other})
