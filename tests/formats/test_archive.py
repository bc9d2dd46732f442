"""What comes in from outside is bounded and stays inside."""

from __future__ import annotations

import os
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from tanheng.errors import FormatError
from tanheng.formats.archive import DEFAULT_LIMITS, Limits, open_archive


def read_all(path: Path, limits: Limits) -> None:
    with open_archive(path, limits=limits) as archive:
        for member in archive.members:
            archive.read(member)


def refused(path: Path, limits: Limits = DEFAULT_LIMITS) -> FormatError:
    with pytest.raises(FormatError) as caught:
        read_all(path, limits)
    for lang in ("en", "zh"):
        text = caught.value.text(lang)
        assert path.name in text
        assert "{" not in text
    return caught.value


def test_members_come_sorted_with_their_bytes(zipped):
    with open_archive(zipped({"b/2.json": "two", "a.xml": "one", "b/1.json": "three"})) as archive:
        assert [(m.name, archive.read(m)) for m in archive.members] == [
            ("a.xml", b"one"),
            ("b/1.json", b"three"),
            ("b/2.json", b"two"),
        ]


def test_folder_file_and_zip_read_alike(zipped, tmp_path):
    folder = tmp_path / "database"
    (folder / "processes").mkdir(parents=True)
    (folder / "processes" / "x.json").write_text("{}")
    (folder / ".hidden").write_text("no")
    with open_archive(folder) as archive:
        assert [m.name for m in archive.members] == ["processes/x.json"]
        assert archive.place(archive.members[0]) == "database/processes/x.json"
        assert archive.read(archive.members[0]) == b"{}"
    with open_archive(folder / "processes" / "x.json") as archive:
        assert [(m.name, archive.read(m)) for m in archive.members] == [("x.json", b"{}")]
        assert archive.place(archive.members[0]) == "x.json"


def test_clutter_of_other_systems_is_left_out(zipped):
    with open_archive(zipped({"__MACOSX/._x.json": "", "x.json": "{}", ".DS_Store": ""})) as archive:
        assert [m.name for m in archive.members] == ["x.json"]


def test_missing_path(tmp_path):
    assert refused(tmp_path / "nothing.zip").code == "TH-FMT-001"


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9, 0.999])
def test_truncated_zip(zipped, keep):
    path = zipped({f"processes/{i}.json": os.urandom(200) for i in range(20)})
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * keep)])
    assert refused(path).code == "TH-FMT-002"


def test_empty_file_called_zip(tmp_path):
    path = tmp_path / "empty.zip"
    path.write_bytes(b"")
    assert refused(path).code == "TH-FMT-002"


def test_damaged_member_is_named(zipped):
    path = zipped({"processes/x.json": os.urandom(5000)})
    raw = bytearray(path.read_bytes())
    raw[2000] ^= 0xFF
    path.write_bytes(raw)
    error = refused(path)
    assert error.code == "TH-FMT-009"
    assert error.faults[0].place == "database.zip/processes/x.json"


def test_a_real_bomb_is_refused_before_unpacking(tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("processes/zeros.json", b"0" * 60_000_000)
    assert path.stat().st_size < 100_000
    assert refused(path).code == "TH-FMT-004"


def test_overlapping_members_are_measured_against_the_file(tmp_path):
    """Many members that share the same packed bytes: each is modest, the whole is not (D. Fifield's construction)."""
    path = tmp_path / "overlap.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", (b"%06d" * 5000) % tuple(range(5000)) * 40)
    raw = path.read_bytes()
    end = raw.rindex(b"PK\x05\x06")
    size, offset = struct.unpack_from("<II", raw, end + 12)
    entry = raw[offset : offset + size]
    count = 4000
    entries = b"".join(entry.replace(b"a.json", b"%06d" % i) for i in range(count))
    tail = bytearray(raw[end:])
    struct.pack_into("<HHI", tail, 8, count, count, len(entries))
    path.write_bytes(raw[:offset] + entries + tail)
    with zipfile.ZipFile(path) as archive:
        assert len(archive.infolist()) == count
    assert refused(path, Limits(ratio_floor=10_000_000)).code == "TH-FMT-004"


def test_limits_on_total_member_and_count(zipped):
    files = {f"{i}.json": os.urandom(100_000) for i in range(5)}
    path = zipped(files)
    assert refused(path, Limits(total=300_000)).code == "TH-FMT-003"
    assert refused(path, Limits(member=90_000)).code == "TH-FMT-017"
    assert refused(path, Limits(members=4)).code == "TH-FMT-005"


def test_limits_hold_for_folders_and_files_too(tmp_path):
    folder = tmp_path / "big"
    folder.mkdir()
    for i in range(5):
        (folder / f"{i}.xml").write_bytes(b"x" * 1000)
    assert refused(folder, Limits(total=3000)).code == "TH-FMT-003"
    assert refused(folder, Limits(members=4)).code == "TH-FMT-005"
    assert refused(folder / "0.xml", Limits(member=999)).code == "TH-FMT-017"


@pytest.mark.parametrize("name", ["../evil.json", "a/../../evil.json", "/etc/passwd", "C:/evil.json", "..\\evil.json"])
def test_names_that_lead_outside(zipped, name):
    error = refused(zipped({"good.json": "{}", name: "{}"}))
    assert error.code == "TH-FMT-006"
    assert name in error.text()


def test_backslashes_of_windows_writers_are_separators(tmp_path):
    path = tmp_path / "win.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("x")
        info.filename = "processes\\x.json"
        archive.writestr(info, "{}")
    with open_archive(path) as archive:
        assert [m.name for m in archive.members] == ["processes/x.json"]


def test_encrypted_member(zipped):
    path = zipped({"x.json": "{}"})
    raw = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(mark) + at] |= 1
    path.write_bytes(raw)
    assert refused(path).code == "TH-FMT-007"


def test_unknown_compression(zipped):
    path = zipped({"x.json": "{}" * 100})
    raw = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        raw[raw.index(mark) + at] = 97
    path.write_bytes(raw)
    assert refused(path).code == "TH-FMT-010"


def test_link_in_a_zip(tmp_path):
    path = tmp_path / "link.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("processes/x.json")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    assert refused(path).code == "TH-FMT-008"


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_link_out_of_a_folder(tmp_path, kind):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.json").write_text("{}")
    folder = tmp_path / "inside"
    folder.mkdir()
    target = outside / "secret.json" if kind == "file" else outside
    (folder / "link.json").symlink_to(target)
    assert refused(folder).code == "TH-FMT-008"


def test_link_inside_a_folder_is_fine(tmp_path):
    folder = tmp_path / "inside"
    folder.mkdir()
    (folder / "a.json").write_text("{}")
    (folder / "b.json").symlink_to(folder / "a.json")
    with open_archive(folder) as archive:
        assert [archive.read(m) for m in archive.members] == [b"{}", b"{}"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="needs a user whom permissions bind")
def test_unreadable_file(tmp_path):
    path = tmp_path / "x.zip"
    path.write_bytes(b"PK")
    path.chmod(0)
    assert refused(path).code == "TH-FMT-018"


def test_a_named_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.zip")
    assert refused(tmp_path / "pipe.zip").code == "TH-FMT-001"
