"""Fresh installations for the tests, on SQLite and on a real PostgreSQL from Debian's packages."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import argon2
import psycopg
import pytest
from sqlalchemy import Connection

from tanheng.accounts import passwords
from tanheng.services.furnishing import furnish
from tanheng.storage import installing
from tanheng.storage.configuration import FILE
from tanheng.storage.platform import Platform
from tanheng.storage.sql import guarding


def binaries() -> Path | None:
    """The folder of the newest PostgreSQL server on this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def postgresql_server(haste: str = " -c fsync=off -c full_page_writes=off -c deadlock_timeout=100ms") -> Iterator[str]:
    """A server of its own on a socket in a new folder; gives the URL of its maintenance database.

    Args:
        haste: settings that speed up tests, some at the risk of the data; measuring leaves them out.
    """
    bin_ = binaries()
    if bin_ is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed, and in CI it must be (Debian: postgresql)")
        pytest.skip("PostgreSQL is not installed (Debian: postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="tanheng-pg-", dir="/tmp"))
    as_user = {}
    if os.geteuid() == 0:  # the server refuses to run as root
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        as_user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    data = folder / "data"
    quiet = {"stdout": subprocess.DEVNULL, "cwd": folder, **as_user}
    settings = (
        f"-c listen_addresses='' -c unix_socket_directories={folder}{haste}"
        " -c max_connections=300 -c shared_buffers=64MB"
    )
    subprocess.run(
        [bin_ / "initdb", "-D", data, "-U", "tanheng", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"],
        check=True,
        **quiet,
    )
    log = folder / "log"
    subprocess.run([bin_ / "pg_ctl", "-D", data, "-w", "-l", log, "-o", settings, "start"], check=True, **quiet)
    try:
        yield f"postgresql://tanheng@/postgres?host={folder}"
    finally:
        subprocess.run([bin_ / "pg_ctl", "-D", data, "-m", "immediate", "stop"], check=True, **quiet)
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def fresh_database(server: str, *, template: str = "template0") -> Iterator[str]:
    """A new database in a server, empty or a copy of a template; gives its URL."""
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield server.replace("/postgres?", f"/{name}?")
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """A real hash takes as long as a whole test; ``accounts/test_passwords.py`` holds what it costs where people work."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", argon2.PasswordHasher.from_parameters(argon2.profiles.CHEAPEST))
        yield


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A running server, one for each process of the tests."""
    with postgresql_server() as server:
        yield server


@dataclass(frozen=True)
class Template:
    """An installation that others are copies of.

    Attributes:
        url: of its database where it is on PostgreSQL.
    """

    home: Path
    url: str = ""


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    home = tmp_path_factory.mktemp("template")
    installing.initialise(home).close()
    return Template(home)


@pytest.fixture(scope="session")
def _postgresql_template(postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    home = tmp_path_factory.mktemp("template-pg")
    with fresh_database(postgresql) as url:
        installing.initialise(home, database_url=url).close()
        yield Template(home, url)


@pytest.fixture(scope="session")
def _furnished_sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    home = tmp_path_factory.mktemp("furnished")
    with closing(installing.initialise(home)) as made:
        furnish(made)
    return Template(home)


@pytest.fixture(scope="session")
def _furnished_postgresql_template(postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    home = tmp_path_factory.mktemp("furnished-pg")
    with fresh_database(postgresql) as url:
        with closing(installing.initialise(home, database_url=url)) as made:
            furnish(made)
        yield Template(home, url)


@contextmanager
def unguarded(platform: Platform) -> Iterator[Connection]:
    """A connection of somebody who owns the database: without its triggers, and without its references, for the moment."""
    is_sqlite = platform.engine.dialect.name == "sqlite"
    with platform.engine.connect() as sql:
        raw = sql.connection.dbapi_connection
        if is_sqlite:
            raw.execute("PRAGMA foreign_keys=OFF")  # before there is a transaction
        try:
            with sql.begin():
                if not is_sqlite:
                    sql.exec_driver_sql("SET LOCAL session_replication_role = replica")
                guarding.remove(sql)
                yield sql
                guarding.install(sql)
        finally:
            if is_sqlite:
                raw.execute("PRAGMA foreign_keys=ON")


class Clock:
    """A clock that tests move; it starts at the present, to the microsecond."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        """``move(hours=1)``."""
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@contextmanager
def fresh_platform(
    engine: str,
    request: pytest.FixtureRequest,
    home: Path,
    clock: Callable[[], datetime],
    *,
    furnished: bool = False,
    like: Template | None = None,
) -> Iterator[Platform]:
    """An installation that is a copy of the one that was set up once, on ``sqlite`` or ``postgresql``.

    Args:
        furnished: whether the factors that ship are in its register, as after ``tanheng init``. like: what it is a copy of.
    """
    name = f"_{'furnished_' if furnished else ''}{engine}_template"
    template: Template = like or request.getfixturevalue(name)
    shutil.copytree(template.home, home)
    with ExitStack() as stack:
        if template.url:
            name = template.url.split("?")[0].rsplit("/", 1)[1]
            own = stack.enter_context(fresh_database(request.getfixturevalue("postgresql"), template=name))
            (home / FILE).write_text(f"database_url = {json.dumps(own)}\n", encoding="utf-8")
        yield stack.enter_context(closing(Platform.open(home, clock=clock)))


@pytest.fixture
def sqlite_platform(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Platform]:
    """A fresh installation on SQLite."""
    with fresh_platform("sqlite", request, tmp_path / "home", clock) as opened:
        yield opened


@pytest.fixture
def postgresql_platform(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Platform]:
    """A fresh installation on PostgreSQL."""
    with fresh_platform("postgresql", request, tmp_path / "home", clock) as opened:
        yield opened


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def platform(request: pytest.FixtureRequest) -> Platform:
    """A fresh installation, once on each engine: the contract suite."""
    found: Platform = request.getfixturevalue(f"{request.param}_platform")
    return found


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def furnished_platform(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Platform]:
    """As ``platform``, with what ships in it."""
    with fresh_platform(request.param, request, tmp_path / "home", clock, furnished=True) as opened:
        yield opened
