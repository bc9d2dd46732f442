"""Two installations on loopback exchange footprints over TLS, through the whole cycle of events."""

from __future__ import annotations

import ssl
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from pact_desk import Desk, desk
from platforms import fresh_platform
from serving import free_port, served
from tanheng.accounts import system
from tanheng.api.app import create_app
from tanheng.errors import ExchangeError
from tanheng.jobs import kinds  # noqa: F401 - registers them
from tanheng.jobs.worker import Worker
from tanheng.services.exchange import receiving
from tanheng.services.jobs import jobs, working
from tanheng.services.pact import delivering, inbox, outbox, partners, questions
from tanheng.services.pact.talking import Peer, Talk
from tanheng.services.paging import Paging
from tanheng.storage import trialtls
from tanheng.storage.sql.tables import pact as tables

GTIN = "urn:gtin:6901234567892"
JOB = system("job:pact")


class Side:
    """An installation behind TLS."""

    def __init__(self, stack, request, folder, clock, certificate, key):
        home = stack.enter_context(fresh_platform("sqlite", request, folder, clock))
        port = free_port()
        chosen = {"public_url": f"https://127.0.0.1:{port}", "pact_authorities": str(certificate)}
        self.desk: Desk = desk(home, **chosen)
        tls = {"ssl_certfile": str(certificate), "ssl_keyfile": str(key)}
        stack.enter_context(served(create_app(self.desk.platform), port, **tls))
        self.base = f"{chosen['public_url']}/pact/{self.desk.organisation}"

    def deliver(self, later=timedelta()):
        """What the job does."""
        platform = self.desk.platform
        moved = replace(platform, clock=lambda: platform.clock() + later)
        return delivering.deliver(moved, JOB)

    def look(self, use_case, *args, **more):
        return self.desk.platform.look(self.desk.actor, use_case, *args, **more)

    def do(self, use_case, *args, **more):
        return self.desk.platform.do(self.desk.actor, use_case, *args, **more)

    def sent(self):
        """Kinds and states of what was put into the outbox."""
        with self.desk.platform.engine.connect() as sql:
            rows = sql.execute(tables.outbox.select().order_by(tables.outbox.c.id)).mappings().all()
        return [(row["kind"], row["state"]) for row in rows]


@pytest.fixture
def sides(request, tmp_path, clock):
    """A maker and a buyer who know each other: ``(maker, buyer, buyer there, maker here)``."""
    certificate, key = trialtls.certificate(tmp_path)
    with ExitStack() as stack:
        maker, buyer = (Side(stack, request, tmp_path / name, clock, certificate, key) for name in ("maker", "buyer"))
        there = maker.desk.partner("Buyer", base_url=buyer.base)
        given = maker.do(partners.issue, there)
        here = buyer.desk.partner(
            "Maker", base_url=maker.base, client_id=given.client_id, client_secret=given.client_secret
        )
        back = buyer.do(partners.issue, here)
        maker.do(
            partners.change,
            there,
            {"client_id": back.client_id, "client_secret": back.client_secret},
            expected=None,
        )
        yield maker, buyer, there, here


def test_a_request_is_asked_fulfilled_and_becomes_a_factor(sides):
    maker, buyer, there, here = sides
    made = maker.desk.publish()
    question = buyer.do(questions.ask, here, {"productId": [GTIN]}, comment="for our study")
    assert buyer.deliver() == 1
    (asked,) = maker.look(inbox.listed, Paging()).items
    assert (asked.partner, asked.comment, asked.state) == (there, "for our study", "open")
    maker.do(inbox.fulfil, asked.id, [made.id], expected=1)
    assert maker.deliver() == 1
    assert buyer.look(questions.of, question.id).state == "fulfilled"
    (came,) = buyer.look(receiving.listed, Paging()).items
    assert (came.foreign_id, came.question, came.partner) == (made.uuid, question.id, here)
    assert buyer.do(receiving.accept, came.id, expected=1).factor.startswith("factor:")
    assert delivering.fetch(buyer.desk.platform, buyer.desk.actor, here, {"productId": [GTIN]}) == 1
    assert delivering.fetch(buyer.desk.platform, buyer.desk.actor, here, {}, speaks=2) == 1
    assert delivering.fetch(buyer.desk.platform, buyer.desk.actor, here, {"geography": ["DE"]}) == 0
    assert (maker.sent(), buyer.sent()) == ([("fulfilled", "delivered")], [("created", "delivered")])


def test_a_request_is_rejected(sides):
    maker, buyer, _, here = sides
    question = buyer.do(questions.ask, here, {})
    buyer.deliver()
    (asked,) = maker.look(inbox.listed, Paging()).items
    maker.do(inbox.reject, asked.id, "sold no more", expected=1)
    maker.deliver()
    found = buyer.look(questions.of, question.id)
    assert (found.state, found.reason) == ("rejected", "NotFound: sold no more")


def test_news_of_a_footprint_is_fetched_and_so_is_what_takes_its_place(sides):
    maker, buyer, there, _ = sides
    assessment = maker.desk.assessment()
    first = maker.desk.publish(there, assessment=assessment)
    assert (maker.deliver(), buyer.deliver()) == (1, 1)
    second = maker.desk.publish(assessment=assessment, replaces=first.uuid, packaging_included=True)
    assert (maker.deliver(), buyer.deliver()) == (1, 1)
    came = {one.foreign_id: one.standing for one in buyer.look(receiving.listed, Paging()).items}
    assert came == {first.uuid: "Deprecated", second.uuid: "Active"}
    assert buyer.sent() == [("fetch", "delivered")] * 2


def test_what_cannot_be_sent_is_tried_again(sides):
    maker, buyer, there, _ = sides
    maker.do(partners.change, there, {"client_secret": "wrong"}, expected=None)
    maker.desk.publish(there)
    assert maker.deliver() == 1
    assert maker.sent() == [("published", "waiting")]
    assert maker.deliver() == 0
    back = buyer.do(partners.issue, maker_here(buyer))
    maker.do(partners.change, there, {"client_secret": back.client_secret}, expected=None)
    assert maker.deliver(later=outbox.FIRST) == 1
    assert maker.sent() == [("published", "delivered")]


def test_the_worker_sends_what_is_due(sides):
    maker, _, there, _ = sides
    maker.desk.publish(there)
    assert maker.desk.platform.do(JOB, outbox.start_where_needed) is True
    (id_,) = (id_ for id_, _ in maker.desk.platform.look(JOB, working.waiting))
    Worker(maker.desk.platform).run(id_)
    job = maker.desk.platform.look(JOB, jobs.of, id_)
    assert (job.state.value, job.result) == ("done", {"sent": 1})
    assert [one.state for one in maker.look(outbox.listed, Paging()).items] == ["delivered"]


def maker_here(buyer):
    """The maker, as the buyer knows it."""
    return buyer.look(partners.listed, Paging()).items[0].id


def test_a_server_whose_certificate_nobody_vouches_for_is_not_talked_to(sides):
    maker, _, _, _ = sides
    peer = Peer(base_url=maker.base, auth_url="", client_id="x", client_secret="y")
    with Talk(peer) as talk, pytest.raises(ExchangeError, match="TH-EXC-158"):
        talk.footprints("/3/footprints")
    with pytest.raises(ExchangeError, match="TH-EXC-158"):
        Talk(replace(peer, authorities="/nowhere"))


def test_a_certificate_for_trials_is_made_once(tmp_path):
    made, key = trialtls.certificate(tmp_path)
    before = made.read_bytes()
    assert trialtls.certificate(tmp_path) == (made, key)
    assert made.read_bytes() == before
    assert key.stat().st_mode & 0o777 == 0o600
    from datetime import UTC, datetime

    trialtls.certificate(tmp_path, datetime.now(UTC) + trialtls.LASTS)
    assert made.read_bytes() != before


def test_an_installation_serves_over_tls_itself(tmp_path, sqlite_platform):
    from tanheng.cli.serve import tls_of
    from tanheng.errors import StoreError

    home = sqlite_platform.home.path
    file = home / "tanheng.toml"
    before = file.read_text()
    assert tls_of(home) == {}
    file.write_text('tls_certificate = "trial"\n' + before)
    found = tls_of(home)
    with served(create_app(sqlite_platform), **found) as url:
        made = ssl.create_default_context(cafile=found["ssl_certfile"])
        assert httpx.get(f"{url}/health/live", verify=made).status_code == 200
    file.write_text(f'tls_certificate = "{tmp_path}/none.pem"\n' + before)
    with pytest.raises(StoreError, match="TH-STO-091"):
        tls_of(home)
