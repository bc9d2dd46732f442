"""``tanheng backup``, ``restore``, ``doctor`` and ``upgrade`` as an operator calls them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import fields
from pathlib import Path

import pytest

from tanheng.storage.configuration import Configuration


@pytest.fixture
def installed(tanheng, tmp_path):
    """The data directory of a fresh installation."""
    assert tanheng("init").code == 0
    return tmp_path / "home"


def test_a_backup_is_made_restored_and_looked_over(tanheng, installed, tmp_path):
    made = tanheng("backup", "b.tar")
    assert made.code == 0
    assert "private keys" in made.out
    restored = tanheng("restore", "b.tar", "--into", "new")
    assert restored.code == 0
    assert "tanheng doctor" in restored.out
    looked = tanheng("--home", "new", "doctor", "--deep")
    assert (looked.code, looked.out.splitlines()[-1]) == (0, "nothing is wrong")
    assert tanheng("--home", "new", "audit", "verify").code == 0
    again = tanheng("restore", "b.tar", "--into", "new")
    assert again.code == 1
    assert "TH-STO-026" in again.err
    assert "TH-STO-020" in tanheng("backup", "b.tar").err


def test_lost_files_make_a_backup_end_with_1(tanheng, installed):
    with closing(sqlite3.connect(installed / "tanheng.sqlite")) as sql, sql:
        # a job that names a file that is not there
        sql.execute(
            "INSERT INTO jobs (id, version, created_at, changed_at, starter, kind, payload, state, done, total, note,"
            " faults, attempts, fruitless, file_needs)"
            " VALUES (?, 1, '2026-01-01 00:00:00', '2026-01-01 00:00:00', 'p', 'k', ?, 'failed', 0, 0, '', '[]', 0, 0, '')",
            ("1" * 32, f'{{"blob": "{"0" * 64}"}}'),
        )
    made = tanheng("backup", "b.tar")
    assert made.code == 1
    assert "0" * 64 in made.err


def test_doctor_tells_what_to_do_in_both_languages(tanheng, installed):
    assert tanheng("doctor").code == 0
    (installed / "tanheng.toml").chmod(0o644)
    found = tanheng("doctor")
    assert found.code == 1
    assert f"chmod 600 {installed / 'tanheng.toml'}" in found.out
    assert "发现 1 个问题" in tanheng("doctor", "--lang", "zh").out
    told = tanheng("doctor", "--json").json
    assert not told["well"]
    assert [c["check"] for c in told["checks"] if not c["passed"]] == ["permissions"]
    (wrong,) = [f for f in told["findings"] if f["wrong"]]
    assert set(wrong) == {"check", "what", "wrong", "message", "remedy"}


def test_doctor_tells_of_an_installation_that_is_not_there(tanheng):
    found = tanheng("doctor")
    assert found.code == 1
    assert "tanheng init" in found.out


def test_what_an_upgrade_would_do_is_told_and_not_done(tanheng, installed):
    assert tanheng("upgrade", "--check").code == 0
    (installed / "tanheng.sqlite").unlink()
    for _ in range(2):
        told = tanheng("upgrade", "--check")
        assert told.code == 1
        assert "0001" in told.out
    done = tanheng("upgrade")
    assert done.code == 0
    assert "0001" in done.out
    assert tanheng("upgrade", "--check").out == "the database is up to date (schema 0001)\n"


@pytest.mark.parametrize("page", ["operating.md", "operating.zh-CN.md"])
def test_the_guide_has_every_line_of_the_configuration(page):
    text = (Path(__file__).resolve().parents[2] / "docs" / page).read_text(encoding="utf-8")
    for line in fields(Configuration):
        assert f"| `{line.name}` |" in text
