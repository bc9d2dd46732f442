"""The only module that knows DBOS: workflows whose finished steps are kept in a database, on SQLite and PostgreSQL.

It is used as a library alone: no service of theirs is asked, nothing is reported, no port is opened.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing

from sqlalchemy.engine import URL

from tanheng.jobs.registry import Lane
from tanheng.storage.platform import Platform
from tanheng.storage.sql.engine import open_engine

DATABASE = "jobs.sqlite"
"""Beside the platform's own database on SQLite; on PostgreSQL it is the schema ``dbos`` of the same database. It can be
lost: which jobs there are stands in the table ``jobs``, and those under way begin anew."""
VERSION = "1"
"""Which workflows a process takes up. It stays over upgrades, so that jobs do too."""
NAME = "tanheng"
POLLING = 0.3  # seconds
LIGHT_THREADS = 4
MANY = 500
_OVER = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]

_run: list[Callable[[str], None]] = []


def launch(platform: Platform, run: Callable[[str], None], *, threads: int) -> None:
    """Take up what was under way, and wait for more; once a process.

    Args:
        run: does the job with an identifier, and never raises. threads: heavy jobs at once.
    """
    for name in [name for name in os.environ if name.startswith("DBOS_")]:
        del os.environ[name]  # they would have it run elsewhere, or report
    from dbos import DBOS, DBOSConfig

    _run.append(run)
    DBOS.workflow(name="job", max_recovery_attempts=None)(_job)  # attempts are counted by us, with what came of them
    config: DBOSConfig = {
        "name": NAME,
        "executor_id": NAME,  # there is one worker, so what another began is this one's to go on with
        "application_version": VERSION,
        "log_level": "ERROR",
        "enable_otlp": False,
        "use_listen_notify": False,
    }
    if platform.engine.dialect.name == "postgresql":
        config["system_database_engine"] = open_engine(platform.engine.url)
    else:
        config["system_database_url"] = _sqlite(platform).render_as_string(hide_password=False)
    DBOS(config=config)
    DBOS.launch()
    while over := DBOS.list_workflows(status=_OVER, limit=MANY, load_input=False, load_output=False):
        # How they ended stands in ``jobs``. Where that is a backup from before their end, they are done again.
        DBOS.delete_workflows([workflow.workflow_id for workflow in over])
    for lane in Lane:
        most = threads if lane is Lane.HEAVY else LIGHT_THREADS
        DBOS.register_queue(
            lane.value, worker_concurrency=most, polling_interval_sec=POLLING, on_conflict="always_update"
        )


def hand(id: str, lane: Lane) -> None:  # noqa: A002 - as the column is called
    """Have a job run; one that was handed before is not run twice."""
    from dbos import DBOS, SetWorkflowID

    with SetWorkflowID(id):
        DBOS.enqueue_workflow(lane.value, _job, id)


def step(name: str, function: Callable[[], str]) -> str:
    """What ``function`` gives, or gave before, in the job that this thread runs."""
    from dbos import DBOS

    kept: str = DBOS.run_step({"name": name}, function)
    return kept


def _job(id: str) -> None:  # noqa: A002 - as the column is called
    _run[0](id)


def _sqlite(platform: Platform) -> URL:
    path = platform.home.path / DATABASE
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")  # the file remembers it: readers and the writer do not wait
    path.chmod(0o600)
    return URL.create("sqlite", database=str(path))
