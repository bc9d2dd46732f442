"""Doctor: an installation that is well has no faults; each thing that is wrong is found, and told with what to do."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from sqlalchemy import text

from platforms import unguarded
from study_samples import member, organisation, study
from tanheng.accounts import system
from tanheng.jobs.worker import only_worker
from tanheng.services import doctor
from tanheng.services.doctor import examine, files
from tanheng.services.jobs import jobs
from tanheng.services.studies import evidence, intake, studies
from tanheng.storage.unfinished import MARKER
from tanheng.texts import text as told

INIT = system("init")
ALL = ["configuration", "permissions", "signing", "disk", "left_over"]
ALL += ["engine", "schema", "clock", "history", "jobs", "blobs"]


@pytest.fixture
def lived_in(platform):
    """An installation in which something has happened, on each engine."""
    named(platform, b"evidence")
    return platform


@pytest.fixture
def on_sqlite(sqlite_platform):
    named(sqlite_platform, b"evidence")
    return sqlite_platform


def named(platform, content):
    """A blob that a row names: evidence of a study."""
    own = organisation(platform)
    engineer = member(own)
    made = platform.do(engineer, studies.create, organisation=own.id, model=intake.read(study()))
    upload = platform.home.path.parent / "upload"
    upload.write_bytes(content)
    added = evidence.add(platform, engineer, made.id, upload, name="meter.csv", media_type="text/csv")
    return added.digest


def wrong(platform, **options):
    """What is wrong: pairs of check and finding, or code."""
    found = examine(platform.home.path, clock=platform.clock, **options).findings
    return [(f.check, f.fault.code if f.fault else f.what) for f in found if f.is_wrong]


def notes(platform, **options):
    found = examine(platform.home.path, clock=platform.clock, **options).findings
    return [(f.check, f.what) for f in found if not f.is_wrong]


@pytest.mark.parametrize("deep", [False, True])
def test_an_installation_that_is_well_passes_every_check(lived_in, deep):
    report = examine(lived_in.home.path, clock=lived_in.clock, deep=deep)
    assert report.checks == ALL
    assert [f for f in report.findings if f.is_wrong] == []
    assert report.is_well


def test_a_changed_history_is_found(lived_in):
    with unguarded(lived_in) as sql:
        sql.execute(text("UPDATE events SET facts = '{}' WHERE number = 1"))
    assert wrong(lived_in) == [("history", "broken")]


def test_other_schemas_are_found(lived_in):
    for revision, what in (("9999", "newer"), ("", "older")):
        with lived_in.engine.begin() as sql:
            sql.execute(text("DELETE FROM alembic_version"))
            if revision:
                sql.execute(text("INSERT INTO alembic_version VALUES (:n)"), {"n": revision})
        assert wrong(lived_in) == [("schema", what)]


def test_a_schema_that_was_changed_by_hand_is_found(lived_in):
    with lived_in.engine.begin() as sql:
        sql.execute(text("DROP INDEX ix_jobs_state"))
    assert wrong(lived_in) == [("schema", "differs")]


def test_a_clock_that_went_back_is_found(lived_in):
    lived_in.clock.move(hours=-1)
    assert wrong(lived_in) == [("clock", "ahead")]


def test_jobs_that_nobody_does_are_found(lived_in):
    assert notes(lived_in) == [("jobs", "no_worker")]
    lived_in.do(INIT, jobs.start, kind="import-database", payload={"blob": "x", "file": "x", "name": "x"})
    assert wrong(lived_in) == [("jobs", "unworked")]
    with only_worker(lived_in):
        assert wrong(lived_in) == []
        assert notes(lived_in) == []


def test_a_lost_blob_and_a_damaged_one_are_found(on_sqlite):
    digest = named(on_sqlite, b"bill")
    on_sqlite.blobs.file(digest).write_bytes(b"other")
    assert wrong(on_sqlite) == [("blobs", "spoilt")]
    on_sqlite.blobs.remove(digest)
    assert wrong(on_sqlite) == [("blobs", "missing")]


def test_deep_reads_every_blob(on_sqlite, monkeypatch):
    monkeypatch.setattr("tanheng.services.doctor.kept.SAMPLE", 0)
    on_sqlite.blobs.file(named(on_sqlite, b"bill")).write_bytes(b"other")
    assert wrong(on_sqlite) == []
    assert wrong(on_sqlite, deep=True) == [("blobs", "spoilt")]


@pytest.mark.parametrize("deep", [False, True])
def test_a_damaged_database_file_is_found(on_sqlite, deep):
    on_sqlite.close()
    path = on_sqlite.home.path / "tanheng.sqlite"
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(40_000))
    assert wrong(on_sqlite, deep=deep)[0][1] == "damaged"
    path.write_bytes(b"no database at all" * 1000)
    assert wrong(on_sqlite, deep=deep) == [("engine", "damaged")]


def test_files_that_others_can_read_are_found(on_sqlite):
    key = next((on_sqlite.home.path / "keys").glob("*.key"))
    key.chmod(0o644)
    (on_sqlite.home.path / "tanheng.toml").chmod(0o640)
    assert wrong(on_sqlite) == [("permissions", "open")] * 2


def test_a_lost_key_is_found(on_sqlite):
    next((on_sqlite.home.path / "keys").glob("*.key")).unlink()
    assert wrong(on_sqlite) == [("signing", "TH-AUD-001")]


def test_a_full_disk_is_found(on_sqlite, monkeypatch):
    monkeypatch.setattr(files, "LEAST_FREE", 2**62)
    assert wrong(on_sqlite) == [("disk", "full")]


@pytest.mark.postgresql
def test_a_database_that_cannot_be_reached_is_found(postgresql_platform):
    config = postgresql_platform.home.path / "tanheng.toml"
    config.write_text('database_url = "postgresql://nobody@/none?host=/nowhere"\n')
    report = examine(postgresql_platform.home.path)
    assert [(f.check, f.fault.code) for f in report.findings if f.is_wrong] == [("engine", "TH-STO-007")]
    assert "schema" not in report.checks


def test_a_configuration_that_cannot_be_used_is_found(on_sqlite):
    config = on_sqlite.home.path / "tanheng.toml"
    config.write_text('public_url = "http://tanheng.example.org"\n')
    config.chmod(0o600)
    assert ("configuration", "plain") in notes(on_sqlite)
    config.write_text("strange = 1\n")
    assert wrong(on_sqlite) == [("configuration", "TH-STO-008")]
    config.unlink()
    assert wrong(on_sqlite) == [("configuration", "TH-STO-003")]
    (on_sqlite.home.path / MARKER).touch()
    assert wrong(on_sqlite) == [("configuration", "TH-STO-031")]


def test_what_nobody_needs_is_removed_when_asked_for_and_what_may_be_needed_never(on_sqlite):
    home, blobs = on_sqlite.home.path, on_sqlite.blobs
    kept, old, young = named(on_sqlite, b"kept"), blobs.put(b"old"), blobs.put(b"young")
    (home / "databases").mkdir()
    left, writing = home / "databases/.a.1-x.writing.json", home / "databases/.b.1-x.writing.json"
    for path in (left, writing):
        path.touch()
    long_ago = on_sqlite.clock().timestamp() - 2 * files.DAY
    for path in (left, blobs.file(old), blobs.file(kept)):
        os.utime(path, (long_ago, long_ago))
    assert notes(on_sqlite) == [("left_over", "left"), ("jobs", "no_worker"), ("blobs", "unnamed")]
    assert left.exists()
    done = notes(on_sqlite, repair=True)
    assert done == [("left_over", "left_removed"), ("jobs", "no_worker"), ("blobs", "unnamed_removed")]
    assert (left.exists(), writing.exists()) == (False, True)
    assert {kept, young} <= set(blobs.all())
    assert old not in set(blobs.all())
    assert notes(on_sqlite) == [("jobs", "no_worker")]


def test_a_blob_that_is_put_again_is_not_removed(on_sqlite):
    digest = on_sqlite.blobs.put(b"x")
    path = on_sqlite.blobs.file(digest)
    os.utime(path, (0, 0))
    on_sqlite.blobs.put(b"x")
    assert not on_sqlite.blobs.remove_old(digest, on_sqlite.clock().timestamp() - files.DAY)
    assert on_sqlite.blobs.get(digest) == b"x"


def test_a_removal_that_was_killed_loses_nothing(on_sqlite):
    digest = named(on_sqlite, b"x")
    path = on_sqlite.blobs.file(digest)
    path.rename(path.with_name(f".{digest}.removing"))
    assert wrong(on_sqlite) == [("blobs", "missing")]
    assert wrong(on_sqlite, repair=True) == []


def test_every_finding_has_its_words():
    source = "".join(path.read_text() for path in Path(doctor.__file__).parent.glob("*.py"))
    whats = set(re.findall(r'Finding\("\w+", "(\w+)"', source)) - {"error"}
    assert len(whats) > 12
    for what in whats | {"missing", "spoilt", "left", "unnamed"}:
        for lang in ("en", "zh"):
            assert told("platform", f"doctor_{what}_do", lang, wanted="", place="", reason="", found="")
    for check in ALL:
        assert told("platform", f"check_{check}", "zh")
