"""A process that publishes releases is killed at random moments: what was told is there, and nothing is half there."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
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


def killed(platform, collection, after):
    """The lines of a process that publishes, and is killed so many seconds after it was ready."""
    here = Path(__file__).parent
    path = os.pathsep.join((str(here.parent), str(here.parents[1])))
    command = [sys.executable, str(here / "releasing.py"), str(platform.home.path), collection]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path})
    assert process.stdout is not None
    told = [process.stdout.readline()]
    reading = threading.Thread(target=lambda: told.extend(process.stdout))
    reading.start()
    time.sleep(after)
    process.kill()
    process.wait()
    reading.join()
    process.stdout.close()
    assert told[0] == "ready\n", told
    return [line.split()[1:] for line in told[1:] if line.endswith("\n")]


def test_no_release_is_lost_or_half_there(platform):
    desk = Desk(platform, organisation(platform))
    for key in ("a", "b", "c"):
        desk.accepted(desk.add(id=key))
    chance = random.Random(1)  # noqa: S311 - moments to kill at
    acknowledged = {}
    for _ in range(KILLS):
        acknowledged |= dict(killed(platform, desk.collection, chance.uniform(0.02, 0.8)))
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
