"""What the tests of databases over the API share: a database with something of everything, and people who may use it."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from clients import machine, served
from study_samples import organisation
from tanheng.accounts import system
from tanheng.accounts.model import Role
from tanheng.formats import read_database, write_database
from tanheng.inventory import compile_database, freeze
from tanheng.inventory.model import Distribution, Uncertainty
from tanheng.jobs import kinds
from tanheng.jobs.context import JobContext
from tanheng.jobs.registry import find_kind
from tanheng.services.jobs import jobs, working
from tanheng.testing import database, process

INIT = system("init")


def plant(name="plant", *, power="2 kWh"):
    """Power needs coal, steel needs power, steel and an ore that nobody serves; a car needs steel and avoids scrap."""
    spread = Uncertainty(Distribution.LOGNORMAL, loc=0.9, scale=1.1)
    none = Uncertainty(Distribution.LOGNORMAL, loc=0.2, scale=0.5)  # cannot be drawn from
    return database(
        name,
        process("Coal", takes={"Power": "0.01 kWh"}, emits={"CO2": "0.1 kg", "CH4 fossil": "0.01 kg"}),
        process("Power", "1 kWh", takes={"Coal": "0.5 kg"}, emits={"CO2": "0.9 kg"}, uncertainty={"CO2": spread}),
        process("Steel", takes={"Power": power, "Ore": "1.5 kg"}, emits={"CO2": "1 kg"}, location="CN"),
        process("Scrap", emits={"CO2": "0.2 kg"}, uncertainty={"CO2": none}),
        process("Car", takes={"Steel": "900 kg", "Power": "50 kWh"}, avoids={"Scrap": "5 kg"}, makes={"Car": "1 p"}),
        process("Idle"),
    )


def archive(path: Path, made=None) -> Path:
    """A database as a file."""
    write_database(made or plant(), path)
    return path


def frozen(path: Path, folder: Path, name="plant"):
    """The snapshot that importing a file under a name gives, made by the library alone."""
    return freeze(compile_database(read_database(path, name=name)), folder)


class Desk:
    """An organisation with people, each a client of its own: ``engineer``, ``viewer``, ``owner``, and a ``stranger``."""

    def __init__(self, platform, url, lines):
        self.platform, self._lines = platform, lines
        self.own, self.other = organisation(platform), organisation(platform, "另一家")
        people = {"engineer": (Role.ENGINEER,), "viewer": (Role.VIEWER,), "owner": (Role.OWNER, Role.ENGINEER)}
        for name, roles in people.items():
            setattr(self, name, self._client(url, self.own, *roles))
        self.stranger = self._client(url, self.other, Role.ENGINEER, Role.OWNER)

    def _client(self, url, of, *roles):
        headers = {"Authorization": f"Bearer {machine(self.platform, of, *roles)}", "Accept-Language": "en"}
        return self._lines.enter_context(httpx.Client(base_url=url, timeout=120, headers=headers))

    def imported(self, path: Path, name="plant", *, by=None, into=None, **query):
        """Import a file over HTTP; gives what is told of the database."""
        asked = {"organisation": (into or self.own).id, "name": name, "file": path.name, **query}
        answer = (by or self.engineer).post("/v1/databases", params=asked, content=path.read_bytes())
        assert answer.status_code == 201, answer.text
        return answer.json()

    def done(self, answer, *, by=None):
        """Do the job of an answer here and now, as the worker does; gives its result, as somebody reads it."""
        assert answer.status_code == 202, answer.text
        job = answer.json()
        platform = self.platform
        platform.do(INIT, working.begin, job["id"], attempts=lambda _: 1)
        context = JobContext(platform, platform.look(INIT, jobs.of, job["id"]))
        assert kinds.__all__  # they are registered when they are imported
        kind = find_kind(job["kind"])
        result = kind.function(context, job["payload"])
        platform.do(INIT, working.succeed, job["id"], result, file_needs=kind.file_needs)
        return (by or self.engineer).get(answer.headers["Location"]).json()["result"]


@contextmanager
def desk(platform):
    """The desk on an installation behind a server on loopback."""
    with served(platform) as url, ExitStack() as lines:
        yield Desk(platform, url, lines)
