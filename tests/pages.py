"""Visitors of the pages: a browser without a script, over a real server on loopback."""

from __future__ import annotations

import re
from contextlib import contextmanager

import httpx

from serving import served
from tanheng.accounts import system
from tanheng.services.accounts import people
from tanheng.web.app import create_app

PASSWORD = "a sentence of my own"


class Guest(httpx.Client):
    """A visitor; who follows no redirection, so that tests see it."""

    def __init__(self, url, platform, lang="en"):
        super().__init__(base_url=url, timeout=60, headers={"Accept": "text/html", "Accept-Language": lang})
        self.platform = platform

    def sign_in(self, email, *, organisation="", roles=(), system_roles=()):
        """Be somebody new, with roles in an organisation."""
        init = system("init")
        told = {"email": email, "name": email.partition("@")[0], "password": PASSWORD}
        made = self.platform.do(init, people.create, **told, organisation=organisation, roles=roles)
        if system_roles:
            self.platform.do(init, people.set_system_roles, made.id, system_roles)
        answer = self.post("/sign-in", data={"email": email, "password": PASSWORD, "next": "/"})
        assert answer.status_code == 303, answer.text
        return self

    def see(self, path, status=200) -> str:
        """The text of a page."""
        answer = self.get(path)
        assert answer.status_code == status, f"{path}: {answer.status_code} {shown(answer)[:2000]}"
        return answer.text


@contextmanager
def visited(platform, lang="en"):
    """The pages of an installation behind a server; gives a stranger who looks at them."""
    with served(create_app(platform)) as url, Guest(url, platform, lang) as guest:
        yield guest


def shown(answer) -> str:
    """What a reader sees of a page, without its elements."""
    text = answer if isinstance(answer, str) else answer.text
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))
