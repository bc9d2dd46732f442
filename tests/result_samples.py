"""What tests of results share: an installation with a firm, a database, studies, and a server that answers its engineer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from platforms import fresh_platform
from serving import served
from study_samples import member, organisation
from tanheng.accounts import Actor, system
from tanheng.api import authentication
from tanheng.api.app import create_app
from tanheng.footprint.documents import read_assessment
from tanheng.formats import write_database
from tanheng.inventory.model import Distribution, Uncertainty
from tanheng.services.databases.importing import import_into
from tanheng.storage.platform import Platform, utc_now
from tanheng.testing import database, process

ALUMINIUM = Path(__file__).resolve().parents[1] / "examples" / "aluminium" / "aluminium.yaml"
BEAM = """
tanheng: study/1
product: {name: {zh: 梁, en: Beam}, maker: Maker}
unit: 1 t
boundary: cradle-to-gate
period: 2024-01-01/2024-12-31
site: CN-53
goal: test
parameters:
  - {id: hours, name: {zh: 工时, en: Hours}, value: 100 h}
lines:
  - {id: steel, stage: raw-materials, name: {zh: 钢, en: Steel}, amount: 1100 kg, from: "mini:Steel", uncertainty: {gsd2: 1.1}}
  - {id: weld, stage: production, name: {zh: 焊接, en: Welding}, formula: 2 kW * hours, from: "mini:Power"}
  - {id: paint, stage: production, name: {zh: 漆, en: Paint}, amount: 3 kg, from: "factor:nowhere"}
"""
WIDE = Uncertainty(Distribution.LOGNORMAL, scale=1.5**0.5)
MINI = database(
    "mini",
    process("Coal", "1 kg", emits={"CO2": "0.1 kg"}),
    process("Power", "1 kWh", takes={"Coal": "0.4 kg"}, emits={"CO2": "0.86 kg"}, uncertainty={"CO2": WIDE}),
    process("Steel", "1 kg", takes={"Power": "2 kWh"}, emits={"CO2": "1 kg"}, uncertainty={"CO2": WIDE}),
)


@dataclass
class World:
    """The installation; ``actor`` is who asks, an engineer of ``own`` unless a test says otherwise."""

    platform: Platform
    own: object
    http: httpx.Client
    actor: list[Actor] = field(default_factory=list)

    def study(self, text: str | bytes, **named: str) -> str:
        """A study's address."""
        content = text.encode() if isinstance(text, str) else text
        made = self.http.post("/v1/studies", params={"organisation": self.own.id, **named}, content=content)
        assert made.status_code == 201, made.text
        return made.headers["location"]

    def assess(self, study: str, **order: object) -> str:
        """An assessment's address."""
        made = self.http.post(f"{study}/assessments", json=order)
        assert made.status_code == 201, made.text
        return made.headers["location"]

    def get(self, address: str, **params: object):
        """What is told at an address."""
        answer = self.http.get(address, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, address: str, sent: object):
        """What is told where something is asked for."""
        answer = self.http.post(address, json=sent)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def frozen(self, assessment: str, folder: Path):
        """The assessment itself."""
        path = folder / "frozen.json"
        path.write_bytes(self.http.get(f"{assessment}/document").content)
        return read_assessment(path)


@contextmanager
def opened(request, folder: Path) -> Iterator[World]:
    """The world, on SQLite."""
    with fresh_platform("sqlite", request, folder / "home", utc_now) as platform:
        own = organisation(platform)
        write_database(MINI, folder / "mini.zip")
        import_into(platform, system("init"), folder / "mini.zip", name="mini", organisation=own.id)
        app = create_app(platform)
        actor = [member(own)]
        app.dependency_overrides[authentication.actor] = lambda: actor[-1]
        with served(app) as url, httpx.Client(base_url=url, timeout=60) as http:
            yield World(platform, own, http, actor)
