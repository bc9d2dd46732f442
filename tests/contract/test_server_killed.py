"""A server is killed while files are sent to it: what it acknowledged is there once, and nothing is half there."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field

import httpx
import pytest

from clients import machine
from serving import serving
from study_samples import one_product, organisation, study
from tanheng.accounts import system
from tanheng.services.audit.verifying import verify
from tanheng.services.databases import databases, products
from tanheng.services.doctor import examine
from tanheng.services.paging import Paging
from tanheng.services.studies import studies

pytestmark = pytest.mark.platform
INIT = system("test")
ALL = Paging(limit=500)
KILLS = 3
LOST = "TH-API-010"
"""It was carried out, and the answer went down with the server."""


@dataclass
class Sender:
    """Sends one request after the other, each until it is known to be carried out; waits while there is no server."""

    token: str
    own: str
    name: str
    url: str = ""
    up: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)
    sent: list[tuple[str, int]] = field(default_factory=list)

    def run(self):
        number = 0
        while not self.done.is_set():
            number += 1
            if self.post(
                "/v1/databases",
                f"{self.name}-{number}",
                one_product(number),
                name=f"{self.name}-{number}",
                file="x.spold",
            ):
                self.sent.append((f"{self.name}-{number}", number))
            self.post("/v1/studies", f"{self.name}-study-{number}", study(Ingot=f"{self.name}{number}."))

    def post(self, path, key, content, **query):
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key}
        params = {"organisation": self.own, **query}
        while True:
            self.up.wait()
            try:
                answer = httpx.post(self.url + path, params=params, content=content, headers=headers, timeout=60)
            except httpx.TransportError:
                if self.done.is_set() and not self.up.is_set():
                    return False
                time.sleep(0.02)
                continue
            if answer.status_code == 409 and answer.json()["title"] == LOST:
                return True
            assert answer.status_code == 201, answer.text
            return True


def test_what_was_sent_to_a_server_that_is_killed_again_and_again_is_there_once(platform):
    own = organisation(platform)
    token = machine(platform, own)
    senders = [Sender(token, own.id, name) for name in ("a", "b")]
    threads = [threading.Thread(target=sender.run, daemon=True) for sender in senders]
    for thread in threads:
        thread.start()
    chance = random.Random(7)  # noqa: S311 - moments to kill at
    for number in range(KILLS + 1):
        with serving(platform.home.path, "--no-jobs") as (_, said):
            url = said.find(r"listening on (\S+)")
            had = [len(sender.sent) for sender in senders]
            for sender in senders:
                sender.url = url
                sender.up.set()
            while any(len(sender.sent) <= before for sender, before in zip(senders, had, strict=True)):
                assert all(thread.is_alive() for thread in threads)
                time.sleep(0.01)
            if number == KILLS:  # the last one ends in good order
                for sender in senders:
                    sender.done.set()
                for thread in threads:
                    thread.join()
            time.sleep(chance.uniform(0.0, 0.5))
            for sender in senders:
                sender.up.clear()
    there = {one.name: one for one in platform.look(INIT, databases.listed, ALL).items}
    for sender in senders:
        assert len(sender.sent) > KILLS
        for name, kg in sender.sent:
            found = products.product_footprint(platform, INIT, there[name].id, 0)
            assert (there[name].version, found.total) == (1, pytest.approx(kg))
    assert len(there) == sum(len(sender.sent) for sender in senders)
    names = [one.names["en"] for one in platform.look(INIT, studies.listed, ALL).items]
    wanted = [f"{sender.name}{number}." for sender in senders for _, number in sender.sent]
    assert sorted(names) == sorted(wanted)
    assert platform.look(INIT, verify).findings == ()
    wrong = [finding for finding in examine(platform.home.path, deep=True).findings if finding.is_wrong]
    assert wrong == []
