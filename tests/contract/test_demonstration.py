"""The demonstration: filled by the real use cases, the same however often it is begun, on both engines."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from tanheng.accounts import Actor, system
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.model import SystemRole
from tanheng.services.accounts import organisations, people
from tanheng.services.certification import cases, certificates
from tanheng.services.demonstration.filling import JOB, fill, start
from tanheng.services.jobs import jobs
from tanheng.services.paging import Paging
from tanheng.services.studies import assessments, studies
from tanheng.services.suppliers import requests
from tanheng.storage.platform import Platform
from tanheng.storage.sql.tables import accounts as tables

INIT = system("init")
ALL = Paging(limit=500)


@pytest.fixture
def visitor(furnished_platform):
    made = furnished_platform.do(INIT, people.create, email="root@house.example", name="root")
    furnished_platform.do(INIT, people.set_system_roles, made.id, [SystemRole.ADMINISTRATOR.value])
    return made.id


def seen(platform):
    """What there is, by what names it."""
    look = platform.look
    return {
        "organisations": sorted(one.code for one in look(INIT, organisations.listed, ALL).items),
        "studies": sorted((one.names["en"], one.latest) for one in look(INIT, studies.listed, ALL).items),
        "assessments": sorted((one.names["en"], one.total) for one in look(INIT, assessments.listed, ALL).items),
        "cases": sorted((one.names["en"], one.state) for one in look(INIT, cases.listed, ALL).items),
        "requests": sorted((one.names["en"], one.state) for one in look(INIT, requests.listed, ALL).items),
    }


class Broken(Exception):  # noqa: N818 - nothing is wrong with what died
    """The process dies."""


def test_it_is_all_there_and_real(furnished_platform, visitor):
    fill(furnished_platform, visitor)
    found = seen(furnished_platform)
    assert len(found["organisations"]) == 5
    assert len(found["studies"]) == 7
    assert len(found["assessments"]) == 8
    assert [state for _, state in found["cases"]] == ["submitted", "document-review", "certified"]
    assert [state for _, state in found["requests"]] == ["accepted", "open"]
    case = furnished_platform.look(INIT, cases.listed, ALL, state="certified").items[0]
    (made,) = furnished_platform.look(INIT, certificates.listed, ALL).items
    assert (made.state, made.grade, made.printed) == ("valid", "C", "10100")
    assert made.number.startswith("EXAMPLE-")
    assert case.names["en"] == made.names["en"]
    roles = furnished_platform.look(INIT, people.of, visitor).roles
    assert len(roles) == 5


def test_nobody_can_sign_in_as_its_people(furnished_platform):
    fill(furnished_platform, "")
    with furnished_platform.engine.connect() as sql:
        rows = sql.execute(select(tables.people.c.email, tables.people.c.password, tables.people.c.name)).all()
    assert len(rows) == 8
    assert all(not password and email.endswith(".example") and "示例" in name for email, password, name in rows)


@dataclass(frozen=True, slots=True)
class Mortal(Platform):
    """An installation whose process dies before one of its writes, now and then."""

    chance: random.Random = field(default_factory=random.Random)

    def do(self, actor, use_case, /, *args, **kwargs):
        if self.chance.random() < 0.04:
            raise Broken
        return Platform.do(self, actor, use_case, *args, **kwargs)


def test_killed_before_any_write_it_goes_on(furnished_platform, visitor):
    """Many deaths, each before some write within a step; what is left each time is enough to go on from."""
    told = {name: getattr(furnished_platform, name) for name in ("home", "configuration", "engine", "clock")}
    mortal, deaths = Mortal(**told, chance=random.Random(8)), 0  # noqa: S311
    while True:
        try:
            fill(mortal, visitor)
            break
        except Broken:
            deaths += 1
    assert deaths > 3
    found = seen(furnished_platform)
    assert (len(found["studies"]), len(found["assessments"])) == (7, 8)
    assert [state for _, state in found["cases"]] == ["submitted", "document-review", "certified"]
    assert [state for _, state in found["requests"]] == ["accepted", "open"]


def test_begun_again_at_every_step_it_is_the_same(furnished_platform, visitor):
    """However far an attempt came before it died, the next one ends with the same, and nothing is there twice."""
    for step in range(1, 30):

        def dies(done, total, _note, at=step):
            if done == at and done < total:
                raise Broken

        try:
            fill(furnished_platform, visitor, progress=dies)
            break
        except Broken:
            continue
    found = seen(furnished_platform)
    fill(furnished_platform, visitor)
    assert seen(furnished_platform) == found
    assert (len(found["studies"]), len(found["assessments"]), len(found["cases"])) == (7, 8, 3)


def test_the_job_is_of_whoever_asked(furnished_platform, visitor):
    asker = Actor(ActorKind.PERSON, visitor)
    made = furnished_platform.do(asker, start)
    assert (made.kind, made.payload) == (JOB, {"visitor": visitor})
    assert furnished_platform.look(asker, jobs.of, made.id).id == made.id
