"""The schema: made, and brought up to date, step by step in one transaction."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from tanheng.errors import StoreError
from tanheng.storage.sql import guarding
from tanheng.storage.sql.searching import certificates, engine_of, is_compared
from tanheng.storage.sql.tables import METADATA

_FOLDER = Path(__file__).with_name("migrations")
LOCK = 0x7A6E68  # of PostgreSQL: two operators who upgrade at once take turns


def newest() -> str:
    """The revision that this version of the code works with."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError("the package holds no migrations")
    return head


def revision(connection: Connection) -> str:
    """The revision that the database is at; empty for an empty database."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def upgrade_within(connection: Connection) -> tuple[str, str]:
    """Bring the schema to the newest revision; returns the revisions before and after.

    All of it or nothing, as the transaction ends; it holds off other upgrades until then.

    Raises:
        StoreError: TH-STO-032 a newer version of Tanheng has upgraded the database.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
    before = revision(connection)
    if before and not is_known(before):
        raise StoreError("TH-STO-032", found=before, wanted=newest())
    config = _config()
    config.attributes["connection"] = connection
    if before != newest():
        guarding.remove(connection)  # whatever a migration has to move
    command.upgrade(config, "head")
    engine_of(connection).create(connection)
    certificates.create(connection)
    guarding.install(connection)
    return before, revision(connection)


def steps(found: str) -> tuple[str, ...]:
    """What :func:`upgrade_within` does to a database at a revision, in order: number and name of each migration."""
    scripts = ScriptDirectory.from_config(_config()).iterate_revisions("head", found or "base")
    return tuple(f"{script.revision} {script.doc}" for script in reversed(tuple(scripts)))


def is_known(number: str) -> bool:
    """Whether this version of the code knows a revision; those of newer versions it does not."""
    return number in {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def differences(connection: Connection) -> list[str]:
    """What the database has otherwise than the code believes; nothing where all is well."""
    context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_compared})
    return [str(entry) for entry in compare_metadata(context, METADATA)]


def write_revision(engine: Engine, message: str, number: str) -> None:
    """Write the file of the next migration, as far as it follows from the tables; for developers."""
    with engine.connect() as connection, connection.begin():
        config = _config()
        config.attributes["connection"] = connection
        command.revision(config, message, autogenerate=True, rev_id=number)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


if (
    __name__ == "__main__"
):  # python -m tanheng.storage.sql.migrating: while the platform is unreleased, 0001 is written anew
    import tempfile

    from tanheng.storage.sql.engine import open_engine, sqlite_url

    for old in (_FOLDER / "versions").glob("0001_*.py"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        write_revision(open_engine(sqlite_url(Path(folder) / "empty.sqlite")), "platform", "0001")
