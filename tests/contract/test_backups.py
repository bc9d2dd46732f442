"""A backup of either engine, restored into either, is the same installation."""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tracemalloc
from contextlib import closing

import msgspec
import psycopg
import pytest
from sqlalchemy import JSON, insert, select

from certification_samples import House
from platforms import fresh_database
from study_samples import member, organisation, study
from tanheng.accounts import ANONYMOUS, system
from tanheng.errors import StoreError
from tanheng.footprint.ports import Choice
from tanheng.services.accounts import people
from tanheng.services.audit.verifying import verify
from tanheng.services.jobs import jobs
from tanheng.services.search.filling import index_embedded
from tanheng.services.search.finding import find
from tanheng.services.search.rebuilding import rebuild
from tanheng.services.studies import assessing, assessments, evidence, intake, studies
from tanheng.services.studies import choices as link_choices
from tanheng.services.studies.assessing import Order
from tanheng.storage import Home, choices, installing
from tanheng.storage.backups import archive, backup, restore, restoring, rows
from tanheng.storage.configuration import Configuration
from tanheng.storage.platform import Platform
from tanheng.storage.sql.naming import named_blobs, naming_columns
from tanheng.storage.sql.tables import METADATA, accounts, history, once
from tanheng.storage.sql.tables import jobs as job_tables
from tanheng.storage.unfinished import MARKER

INIT = system("init")
ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


def fill(platform, tmp_path):
    """An installation with something of every kind: blobs, JSON, bytes, personal data, an assessment in another's place."""
    platform.do(INIT, people.first_administrator, email="a@b.c", name="王", password="a sentence of my own")
    own = organisation(platform)
    engineer = member(own)
    made = platform.do(engineer, studies.create, organisation=own.id, model=intake.read(study()))
    upload = tmp_path / "upload"
    upload.write_bytes(b"kWh\n100\n")
    evidence.add(platform, engineer, made.id, upload, name="meter.csv", media_type="text/csv")
    platform.do(engineer, link_choices.write, own.id, made.id, 1, [Choice("name:power", "factor:x", "Power")])
    first, second = (assessing.assess(platform, engineer, made.id, Order(samples=n)) for n in (100, 200))
    platform.do(engineer, assessments.supersede, first.id, second.id, "typing error")
    digest = platform.blobs.put(b"a database")
    payload = {"blob": digest, "file": "x.zip", "name": "x"}
    platform.do(INIT, jobs.start, kind="import-database", payload=payload)
    platform.do(INIT, index_embedded)
    House(platform).with_everything(tmp_path)
    now = platform.clock()
    with platform.engine.begin() as sql:
        sql.execute(
            insert(once.once), [{"key": "a", "request": "b", "at": now, "body": b"\0\xff", "headers": {"x": 1}}]
        )
        sql.execute(insert(once.once), [{"key": "c", "request": "d", "at": now, "headers": None}])
        sql.execute(insert(once.once), [{"key": "e", "request": "f", "at": now}])
    home = platform.home.path
    for name in (
        "databases/x.json",
        "snapshots/ab/A.npy",
        "rules/own.yaml",
        "runs/1/run.json",
        "links/.x.writing.json",
    ):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(name)
    with closing(sqlite3.connect(home / choices.FILE)) as db:
        db.execute("CREATE TABLE choices (key)")
    return platform


@pytest.fixture(scope="module")
def filled_sqlite(tmp_path_factory):
    folder = tmp_path_factory.mktemp("filled")
    yield (made := fill(installing.initialise(folder / "home"), folder))
    made.close()


@pytest.fixture(scope="module")
def filled_postgresql(postgresql, tmp_path_factory):
    folder = tmp_path_factory.mktemp("filled")
    with fresh_database(postgresql) as url:
        yield (made := fill(installing.initialise(folder / "home", database_url=url), folder))
        made.close()


@pytest.fixture(params=ENGINES)
def filled(request):
    """An installation on each engine, made once; no test changes it."""
    return request.getfixturevalue(f"filled_{request.param}")


@pytest.fixture
def changeable(filled_sqlite, tmp_path):
    """A copy of it that a test may change."""
    filled_sqlite.close()  # so that all stands in the one file
    shutil.copytree(filled_sqlite.home.path, tmp_path / "home")
    made = Platform.open(tmp_path / "home")
    yield made
    made.close()


def all_rows(platform):
    """Every row of every table as the backup writes it; JSON by what it means, since PostgreSQL writes it its own way."""
    with platform.engine.connect().execution_options(reading=True) as sql, sql.begin():
        return {name: [_meant(METADATA.tables[name], line) for line in rows.read(sql, name)] for name in rows.tables()}


def _meant(table, line):
    return [
        json.loads(value) if isinstance(column.type, JSON) and value is not None else (value,)
        for column, value in zip(table.columns, json.loads(line), strict=True)
    ]


@pytest.fixture(params=ENGINES)
def empty_url(request):
    """The URL of an empty database; empty for SQLite."""
    if request.param == "sqlite":
        yield ""
    else:
        with fresh_database(request.getfixturevalue("postgresql")) as url:
            yield url


@pytest.fixture(scope="module")
def backups(tmp_path_factory):
    """Backups by engine, each made once."""
    made = {}

    def of(platform):
        name = platform.engine.dialect.name
        if name not in made:
            made[name] = backup(platform, tmp_path_factory.mktemp("backup") / f"{name}.tar").path
        return made[name]

    return of


@pytest.fixture
def source(filled, backups):
    """A backup of each engine; no test changes it."""
    return backups(filled)


@pytest.fixture
def one_source(filled_sqlite, backups, tmp_path):
    """A backup that a test may harm, where it does not matter of which engine: all of it is checked before any is used."""
    return shutil.copyfile(backups(filled_sqlite), tmp_path / "backup.tar")


def test_every_row_comes_back_on_either_engine(filled, source, empty_url, tmp_path):
    done = restore(source, tmp_path / "new", database_url=empty_url)
    new = Platform.open(tmp_path / "new")
    assert all_rows(new) == all_rows(filled)
    assert done.rows == sum(map(len, all_rows(filled).values()))
    rebuild(new, INIT)
    assert new.look(INIT, verify).findings == ()
    for query in ("铝锭", "electricity"):
        hits = [[hit.reference for hit in one.look(ANONYMOUS, find, query).items] for one in (filled, new)]
        assert hits[0]
        assert set(hits[0]) == set(hits[1])
    new.close()


def test_what_is_restored_goes_on(filled, source, empty_url, tmp_path):
    restore(source, tmp_path / "new", database_url=empty_url)
    new = Platform.open(tmp_path / "new", clock=filled.clock)
    organisation(new)
    assert new.look(INIT, verify).findings == ()
    new.close()


def test_files_come_back_and_only_those(filled, source, tmp_path):
    restore(source, tmp_path / "new")
    new, home = tmp_path / "new", filled.home.path
    for name in ("databases/x.json", "snapshots/ab/A.npy", "rules/own.yaml"):
        assert (new / name).read_text() == name
    with filled.engine.connect() as sql:
        named = set(named_blobs(sql))
    # evidence, three assessments, what a job imports, a file of a case, an artwork, two credentials, a dump
    assert len(named) == 13
    assert {path.name for path in new.glob("blobs/??/*")} == named
    assert {p.name: p.read_bytes() for p in (new / "keys").iterdir()} == {
        p.name: p.read_bytes() for p in (home / "keys").iterdir()
    }
    assert not (new / "runs").exists()
    assert not list(new.glob("links/*"))
    assert (new / "choices.sqlite").read_bytes()[:6] == b"SQLite"
    assert not (new / MARKER).exists()


def test_what_can_be_computed_again_comes_when_asked_for(filled_sqlite, tmp_path):
    restore(backup(filled_sqlite, tmp_path / "b.tar", include=("runs",)).path, tmp_path / "new")
    assert (tmp_path / "new/runs/1/run.json").exists()


def test_secrets_are_the_owner_s_alone(filled, source, tmp_path):
    restore(source, tmp_path / "new")
    paths = [source, tmp_path / "new", *(tmp_path / "new/keys").iterdir(), tmp_path / "new/tanheng.toml"]
    paths.append(tmp_path / "new/tanheng.sqlite")
    assert {p.name: p.stat().st_mode & 0o077 for p in paths} == {p.name: 0 for p in paths}


def test_the_password_of_the_database_is_in_no_backup(changeable, tmp_path):
    config = changeable.home.path / "tanheng.toml"
    config.write_text('database_url = "postgresql://u:hunter2@h/d"\npool = 7\n')
    made = backup(changeable, tmp_path / "b.tar").path
    assert b"hunter2" not in made.read_bytes()
    restore(made, tmp_path / "new")
    assert Configuration.read(tmp_path / "new").pool == 7


def test_a_backup_takes_nobody_s_place(filled, source):
    before = source.read_bytes()
    with pytest.raises(StoreError, match="TH-STO-020"):
        backup(filled, source)
    assert source.read_bytes() == before


def test_a_backup_beside_writers_is_of_one_moment(platform, tmp_path):
    organisation(platform, "before")
    written = []

    def meanwhile(done, _known):
        if done in (1, 3):  # between the rows of one table and the next
            platform.blobs.put(f"{done}".encode())
            written.append(organisation(platform, f"meanwhile {done}"))

    made = backup(platform, tmp_path / "b.tar", progress=meanwhile)
    assert len(written) == 2
    restore(made.path, tmp_path / "new")
    new = Platform.open(tmp_path / "new")
    assert len(all_rows(new)["organisations"]) == len(all_rows(new)["events"]) == 1
    assert new.look(INIT, verify).findings == ()
    new.close()


@pytest.mark.parametrize("harm", ["lost", "damaged"])
def test_files_that_are_lost_are_told(changeable, tmp_path, harm):
    digest = next(changeable.blobs.all())
    path = changeable.blobs.file(digest)
    path.unlink() if harm == "lost" else path.write_bytes(b"other")
    made = backup(changeable, tmp_path / "b.tar")
    assert made.lost == (digest,)
    assert restore(made.path, tmp_path / "new").lost == (digest,)


def refused(code, source, folder, **more):
    with pytest.raises(StoreError, match=code):
        restore(source, folder, **more)
    assert not folder.exists()


@pytest.mark.parametrize("part", ["events", "blobs/", "manifest-", "keys/"])
def test_a_changed_byte_is_found(one_source, tmp_path, part):
    with tarfile.open(one_source) as tar:
        info = next(one for one in tar if part in one.name)
    content = bytearray(one_source.read_bytes())
    content[info.offset_data + info.size // 2] ^= 1
    one_source.write_bytes(content)
    refused("TH-STO-023", one_source, tmp_path / "new")


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7])
def test_a_backup_that_ends_early_is_refused(one_source, tmp_path, share):
    os.truncate(one_source, int(one_source.stat().st_size * share))
    refused("TH-STO-02[13]", one_source, tmp_path / "new")


def test_a_file_that_is_no_backup_is_refused(tmp_path):
    (tmp_path / "x").write_bytes(b"no tar at all" * 100)
    refused("TH-STO-021", tmp_path / "x", tmp_path / "new")


def forged(source, target, change, extra=()):
    """A copy of a backup with another manifest, and more members, all digests right."""
    with tarfile.open(source) as old, tarfile.open(target, "w") as tar:
        writer = archive.Writer(tar)
        for info in old.getmembers():
            if not info.name.startswith("manifest-"):
                writer.add_bytes(info.name, old.extractfile(info).read())
            else:
                manifest = msgspec.json.decode(old.extractfile(info).read(), type=archive.Manifest)
        for name, content in extra:
            writer.add_bytes(name, content)
        writer.finish(msgspec.structs.replace(manifest, **{"members": dict(writer.members), **change}))
    return target


NAMES = ["../x", "/etc/x", "blobs/../../x", "keys/./x", "rules//x", "blobs", "tanheng.sqlite", "keys/.x", "jobs.sqlite"]


@pytest.mark.parametrize("name", NAMES)
def test_no_member_leaves_its_folder(one_source, tmp_path, name):
    refused("TH-STO-024", forged(one_source, tmp_path / "f.tar", {}, [(name, b"x")]), tmp_path / "new")


def test_links_are_refused(one_source, tmp_path):
    with tarfile.open(one_source, "a") as tar:
        info = tarfile.TarInfo("rules/x")
        info.type, info.linkname = tarfile.SYMTYPE, "/etc"
        tar.addfile(info)
    refused("TH-STO-024", one_source, tmp_path / "new")


def test_more_after_the_manifest_is_refused(one_source, tmp_path):
    with tarfile.open(one_source, "a") as tar:
        tar.addfile(tarfile.TarInfo("rules/x"), io.BytesIO())
    refused("TH-STO-023", one_source, tmp_path / "new")


def test_too_little_room_is_told_before_anything_is_written(one_source, tmp_path, monkeypatch):
    monkeypatch.setattr(restoring, "_SPARE", 2**62)
    refused("TH-STO-030", one_source, tmp_path / "new")


@pytest.mark.postgresql
def test_an_installation_keeps_its_database(changeable, postgresql, tmp_path):
    with fresh_database(postgresql) as url:
        with pytest.raises(StoreError, match="TH-STO-034"):
            installing.initialise(changeable.home.path, database_url=url)
        with psycopg.connect(url, autocommit=True) as sql:
            name = sql.info.dbname + "l"
            sql.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")
        try:
            with pytest.raises(StoreError, match="TH-STO-035"):
                installing.initialise(tmp_path / "latin", database_url=url.replace("?", "l?"))
            assert not (tmp_path / "latin").exists()
        finally:
            with psycopg.connect(url, autocommit=True) as sql:
                sql.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_other_formats_and_schemas_are_refused(one_source, tmp_path):
    refused("TH-STO-022", forged(one_source, tmp_path / "1.tar", {"format": 2}), tmp_path / "new")
    refused("TH-STO-025", forged(one_source, tmp_path / "2.tar", {"revision": "9999"}), tmp_path / "new")


def test_a_place_with_something_in_it_is_refused(one_source, tmp_path):
    (tmp_path / "new").mkdir()
    (tmp_path / "new/mine").write_text("x")
    with pytest.raises(StoreError, match="TH-STO-026"):
        restore(one_source, tmp_path / "new")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["mine"]


@pytest.mark.postgresql
def test_a_database_with_something_in_it_is_refused(one_source, tmp_path, filled_postgresql):
    url = filled_postgresql.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    before = all_rows(filled_postgresql)
    refused("TH-STO-027", one_source, tmp_path / "new", database_url=url)
    assert all_rows(filled_postgresql) == before


def test_rows_that_do_not_agree_leave_the_database_empty(one_source, tmp_path, empty_url):
    """A manifest that promises another row of people than there is; then the same place takes the true backup."""
    with tarfile.open(one_source) as tar:
        name = next(one.name for one in tar if "/people/" in one.name)
    found = archive.check(one_source)
    tables = {**found.tables, "people": msgspec.structs.replace(found.tables["people"], rows=2)}
    bad = forged(one_source, tmp_path / "f.tar", {"tables": tables})
    with pytest.raises(StoreError, match="TH-STO-029"):
        restore(bad, tmp_path / "new", database_url=empty_url)
    assert name in found.members
    with pytest.raises(StoreError, match="TH-STO-031"):
        Platform.open(tmp_path / "new")
    restore(one_source, tmp_path / "new", database_url=empty_url)
    Platform.open(tmp_path / "new").close()


def test_where_a_restore_was_broken_off_nothing_works_but_the_next_one(filled_sqlite, one_source, tmp_path):
    new = tmp_path / "new"
    restore(one_source, new)
    (new / MARKER).touch()
    left = [new / "rules/strange.yaml", *(new / f"tanheng.sqlite-{more}" for more in ("wal", "shm", "journal"))]
    for path in left:
        path.write_text("of the one that was broken off")
    for attempt in (Home.at, Platform.open, installing.initialise):
        with pytest.raises(StoreError, match="TH-STO-031"):
            attempt(new)
    restore(one_source, new)
    assert not any(path.exists() for path in left)
    restored = Platform.open(new)
    assert all_rows(restored) == all_rows(filled_sqlite)
    restored.close()


@pytest.mark.postgresql
def test_what_the_other_engine_does_not_take_is_told(sqlite_platform, tmp_path, postgresql):
    now = sqlite_platform.clock()
    with sqlite_platform.engine.begin() as sql:
        values = {"id": "00000000-0000-7000-8000-000000000000", "version": 1, "created_at": now, "changed_at": now}
        sql.execute(insert(accounts.organisations).values(**values, kind="k" * 33, names={}))
    made = backup(sqlite_platform, tmp_path / "b.tar").path
    with fresh_database(postgresql) as url:
        with pytest.raises(StoreError, match=r"TH-STO-028.*organisations"):
            restore(made, tmp_path / "new", database_url=url)
        with pytest.raises(StoreError, match="TH-STO-031"):
            Platform.open(tmp_path / "new")


def test_null_in_json_and_none_at_all_stay_two_things(filled, source, empty_url, tmp_path):
    restore(source, tmp_path / "new", database_url=empty_url)
    new = Platform.open(tmp_path / "new")
    query = select(once.once.c.key).where(once.once.c.headers.is_(None)).order_by("key")
    with filled.engine.connect() as old, new.engine.connect() as sql:
        assert sql.execute(query).all() == old.execute(query).all()
    assert job_tables.jobs.name in all_rows(new)
    new.close()


@pytest.mark.parametrize("engine", ENGINES)
def test_many_rows_need_little_memory(engine, request, tmp_path):
    platform = request.getfixturevalue(f"{engine}_platform")
    now, facts = platform.clock(), "x" * 40_000
    event = {"at": now, "type": "t", "thing": "t", "actor": "a", "public": False, "previous": "", "hash": "h"}
    every = 1_200
    with platform.engine.begin() as sql:
        for n in range(1, every + 1):
            id_ = f"00000000-0000-7000-8000-{n:012d}"
            sql.execute(insert(history.events).values(**event, number=n, id=id_, facts=facts))
        sql.execute(history.head.update().values(number=every, hash="h"))
    tracemalloc.start()
    made = backup(platform, tmp_path / "b.tar")
    writing = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    done = restore(made.path, tmp_path / "new")
    reading = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert done.rows == made.rows > every
    assert max(writing, reading) < 28 * 2**20, (writing, reading)  # the rows alone are 48 MB
    with tarfile.open(made.path) as tar:
        sizes = [len(gzip.decompress(tar.extractfile(m).read())) for m in tar if "/events/" in m.name]
    assert len(sizes) > 8


def test_every_column_that_may_name_a_blob_says_so():
    called = {str(c) for t in METADATA.tables.values() for c in t.columns if "blob" in c.name}
    assert called
    assert called <= {str(c) for c in naming_columns()}
