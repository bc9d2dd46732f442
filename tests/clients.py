"""What tests of the client share: a server on loopback, tokens of machines, a line that loses answers."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from datetime import timedelta

import serving
from tanheng.accounts import Actor, Membership, system
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.deciding import scopes
from tanheng.accounts.model import Role
from tanheng.api.app import create_app
from tanheng.services.accounts import people, tokens


def served(platform):
    """A server of the installation, as a context; gives its address."""
    return serving.served(create_app(platform))


def machine(platform, organisation, *roles):
    """The token of a machine of an organisation; an engineer by default."""
    told = {"email": f"{organisation.id}-{time.monotonic_ns()}@example.org", "name": "Owner"}
    owner = platform.do(system("init"), people.create, **told, organisation=organisation.id, roles=["owner"])
    own = Membership(organisation.id, organisation.kind, frozenset({Role.OWNER}))
    made = platform.do(
        Actor(ActorKind.PERSON, owner.id, memberships={organisation.id: own}),
        tokens.create,
        name="machine",
        scopes=scopes(),
        roles=[role.value for role in roles or (Role.ENGINEER,)],
        expires_at=platform.clock() + timedelta(days=1),
        organisation=organisation.id,
    )
    return made.text


def person(platform, organisation, *roles):
    """A personal token of somebody new in an organisation."""
    told = {"email": f"{organisation.id}-{time.monotonic_ns()}@example.org", "name": "Person"}
    made = platform.do(system("init"), people.create, **told, organisation=organisation.id, roles=list(roles))
    own = Membership(organisation.id, organisation.kind, frozenset(roles))
    return platform.do(
        Actor(ActorKind.PERSON, made.id, memberships={organisation.id: own}),
        tokens.create,
        name="own",
        scopes=scopes(),
        expires_at=platform.clock() + timedelta(days=1),
    ).text


class LosingLine:
    """A line to a server that loses the next ``lose`` answers: the request arrives, the connection then breaks."""

    def __init__(self, url: str) -> None:
        self._server = ("127.0.0.1", int(url.rpartition(":")[2]))
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.lose = 0
        self.lost = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                far = socket.create_connection(self._server)
                threading.Thread(target=self._carry, args=(near, far, False), daemon=True).start()
                threading.Thread(target=self._carry, args=(far, near, True), daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket, is_answer: bool) -> None:
        with suppress(OSError), source, target:
            while block := source.recv(1 << 16):
                if is_answer and self.lose:
                    self.lose -= 1
                    self.lost += 1
                    break
                target.sendall(block)
            for end in (source, target):
                end.shutdown(socket.SHUT_RDWR)
