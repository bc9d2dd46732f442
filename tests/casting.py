"""The people of a house in browsers of their own, and the worker beside them."""

from __future__ import annotations

import threading
from contextlib import contextmanager

import tanheng.jobs.kinds  # noqa: F401 - registers them
from browsing import DESKTOP
from certification_calls import PASSWORD, enrolled
from tanheng.jobs.worker import ACTOR, Worker
from tanheng.services.jobs import working

PATIENCE = 90_000
"""Milliseconds after which a step of the browser is given up; nothing is measured."""


@contextmanager
def hands(platform):
    """The worker beside: jobs are done soon after they were asked for."""
    stopping = threading.Event()

    def do():
        while not stopping.wait(0.2):
            for id_, _ in platform.look(ACTOR, working.waiting):
                Worker(platform).run(id_)

    thread = threading.Thread(target=do, daemon=True)
    thread.start()
    yield
    stopping.set()
    thread.join()


class Cast:
    """The people of a house, each with a browser; by name, language and size of the screen."""

    def __init__(self, house, url, walk):
        self.house, self.url, self.walk, self.there = house, url, walk, {}

    def __call__(self, name, lang="en", size=DESKTOP):
        key = (name, lang, size["width"])
        if key not in self.there:
            self.house.platform.clock.move(seconds=61)  # no code of a second factor counts twice
            email, code = enrolled(self.house.platform, getattr(self.house, name).id)
            walker = self.walk(self.url, lang=lang, size=size)
            walker.page.set_default_timeout(PATIENCE)
            self.there[key] = walker.sign_in(email, PASSWORD, code)
        return self.there[key]


def press(walker, name, within="main"):
    """Press a button whose form goes to the API, and wait for the page that follows."""
    page = walker.page
    with page.expect_navigation():
        page.locator(within).get_by_role("button", name=name, exact=True).first.click()
    page.wait_for_load_state("networkidle")
