"""A process that publishes releases is killed at random moments: what was told is there, and nothing is half there."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from factor_samples import Desk
from study_samples import organisation
from tanheng.accounts import system
from tanheng.services.audit.verifying import verify
from tanheng.services.factors import collections, releases
from tanheng.services.paging import Paging
from tanheng.storage.sql.tables import factors as tables

pytestmark = pytest.mark.platform
INIT = system("test")
KILLS = 5


def killed(platform, collection, *, lines, after):
    """What a process told of the releases that it published; it is killed some seconds after so many."""
    here = Path(__file__).parent
    path = os.pathsep.join((str(here.parent), str(here.parents[1])))
    command = [sys.executable, str(here / "releasing.py"), str(platform.home.path), collection]
    environment = {**os.environ, "PYTHONPATH": path}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        told = [process.stdout.readline() for _ in range(1 + lines)]
        time.sleep(after)
        process.kill()
        told += process.stdout.readlines()
    assert told[0] == "ready\n", told
    return [line.split()[1:] for line in told[1:] if line.endswith("\n")]


def test_no_release_is_lost_or_half_there(platform):
    desk = Desk(platform, organisation(platform))
    for key in ("a", "b", "c"):
        desk.accepted(desk.add(id=key))
    chance = random.Random(1)  # noqa: S311 - moments to kill at
    acknowledged = {}
    for number in range(KILLS):
        told = killed(platform, desk.collection, lines=number % 2, after=chance.uniform(0.0, 0.5))
        acknowledged |= dict(told)
        latest = platform.look(INIT, collections.of, desk.collection).latest
        kept = platform.look(INIT, releases.listed, desk.collection, Paging(limit=500)).items
        assert [release.number for release in kept] == list(range(latest, 0, -1))
        for release in kept:
            assert acknowledged.get(str(release.number), release.digest) == release.digest
            count = select(func.count()).where(tables.members.c.release == release.id)
            with platform.engine.connect() as sql:
                assert sql.execute(count).scalar_one() == release.count == 3
        assert {int(number) for number in acknowledged} <= {release.number for release in kept}
        if latest:
            assert releases.check(platform, INIT, desk.collection) == releases.Checked(digest=True, signature=True)
    assert acknowledged
    assert platform.look(INIT, verify).findings == ()
