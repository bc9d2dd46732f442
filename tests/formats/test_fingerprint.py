"""A fingerprint is that of the bytes, the names and the limits, and of nothing else."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from tanheng.errors import FormatError
from tanheng.formats.archive import DEFAULT_LIMITS
from tanheng.formats.fingerprint import fingerprint


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "source"
    made.joinpath("inner").mkdir(parents=True)
    made.joinpath("a.xml").write_bytes(b"<a/>")
    made.joinpath("inner/b.xml").write_bytes(b"<b/>")
    return made


def test_a_folder_by_its_bytes_and_names(folder):
    first = fingerprint(folder)
    os.utime(folder / "a.xml", (0, 0))
    folder.joinpath(".hidden").write_bytes(b"what is not read")
    assert fingerprint(folder) == first
    folder.joinpath("a.xml").write_bytes(b"<c/>")
    changed = fingerprint(folder)
    folder.joinpath("a.xml").write_bytes(b"<a/>")
    assert fingerprint(folder) == first
    folder.joinpath("a.xml").rename(folder / "c.xml")
    renamed = fingerprint(folder)
    folder.joinpath("c.xml").rename(folder / "a.xml")
    folder.joinpath("d.xml").write_bytes(b"")
    assert len({first, changed, renamed, fingerprint(folder)}) == 4


def test_a_file_by_one_byte_and_its_name(tmp_path, zipped):
    path = zipped({"processes/p.json": "{}"})
    first, raw = fingerprint(path), path.read_bytes()
    assert fingerprint(path) == first
    assert fingerprint(path, limits=replace(DEFAULT_LIMITS, total=10**6)) != first
    path.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]) if raw[-1] else raw + b"\0")
    other = tmp_path / "other.zip"
    other.write_bytes(raw)
    assert fingerprint(other) != first


def test_bytes_do_not_move_between_files(folder):
    first = fingerprint(folder)
    folder.joinpath("a.xml").write_bytes(b"<a/><b/>")
    folder.joinpath("inner/b.xml").write_bytes(b"")
    assert fingerprint(folder) != first


def test_what_is_not_there_is_told(tmp_path):
    with pytest.raises(FormatError, match="TH-FMT-001"):
        fingerprint(tmp_path / "nothing")
