"""People of a house of certification at the pages, each signed in with a second factor."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager

from certification_calls import PASSWORD, enrolled
from certification_samples import House
from pages import Guest, shown
from serving import served
from tanheng.web.app import create_app


class Pages:
    """People of a house, by name: ``pages.see("ann", "/cases")`` is what she reads there."""

    def __init__(self, platform, url, stack):
        self.house, self.platform, self.url, self.stack, self.there = House(platform), platform, url, stack, {}

    def of(self, name, lang="en"):
        if (name, lang) not in self.there:
            guest = self.stack.enter_context(Guest(self.url, self.platform, lang))
            if name:
                self.platform.clock.move(seconds=61)
                email, code = enrolled(self.platform, getattr(self.house, name).id)
                told = {"email": email, "password": PASSWORD, "code": code, "next": "/"}
                assert guest.post("/sign-in", data=told).status_code == 303
            self.there[name, lang] = guest
        return self.there[name, lang]

    def see(self, name, path, status=200, lang="en"):
        """What somebody reads on a page."""
        return shown(self.of(name, lang).see(path, status))


@contextmanager
def at_pages(platform):
    """The pages of a house behind a server."""
    with ExitStack() as stack:
        url = stack.enter_context(served(create_app(platform)))
        yield Pages(platform, url, stack)
