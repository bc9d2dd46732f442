"""Readings of files are kept: an import parses what changed, and the database is the same as without them."""

from __future__ import annotations

import os
import shutil
import zipfile

import pytest
from tests.formats.ilcd_documents import STEEL, base, exchange, lang, process
from tests.formats.ilcd_documents import files as ilcd_files
from tests.formats.spold2 import activity, nature, product, spold

from tanheng.formats import parallel, read_database
from tanheng.formats.archive import Limits
from tanheng.storage import Home
from tanheng.storage.importing import import_file
from tanheng.storage.readings import ReadingFolder


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "source"
    made.mkdir()
    for i in range(12):
        flows = product(f"p{i}", "o0") + product(f"p{(i + 1) % 12}", "i5", 0.1, activityLinkId=f"a{(i + 1) % 12}")
        text = spold(activity(f"a{i}", flows + nature("co2", amount=i + 1)))
        made.joinpath(f"{i:02}.spold").write_text(text, encoding="utf-8")
    made.joinpath("03.spold").write_text("<ecoSpold><broken", encoding="utf-8")
    made.joinpath("99.xml").write_text("<other/>", encoding="utf-8")
    return made


@pytest.fixture
def readings(tmp_path):
    return ReadingFolder(tmp_path / "readings")


def change(path):
    path.write_text(path.read_text(encoding="utf-8").replace('amount="', 'amount="9', 1), encoding="utf-8")


def read(source, readings, **given):
    """The database, and how many files were parsed and recalled for it."""
    with readings.opened() as cache:
        database = read_database(source, name="n", cache=cache, **given)
    return database, (cache.kept, cache.recalled)


def same(one, other):
    # As text: amounts that are missing are NaN, which equals nothing. The order is part of it.
    return repr(one) == repr(other)


@pytest.mark.parametrize("workers", [1, 2])
def test_only_files_that_changed_are_parsed(folder, readings, workers, monkeypatch):
    monkeypatch.setattr(parallel, "_CHUNK_FILES", 2)
    first, counts = read(folder, readings, workers=workers)
    assert counts == (13, 0)
    assert same(first, read_database(folder, name="n"))
    again, counts = read(folder, readings, workers=workers)
    assert counts == (0, 13)
    assert same(again, first)
    change(folder / "05.spold")
    folder.joinpath("04a.spold").write_text(spold(activity("new", product("new", "o0"))), encoding="utf-8")
    folder.joinpath("07.spold").unlink()
    changed, counts = read(folder, readings, workers=workers)
    assert counts == (2, 11)
    assert not same(changed, first)
    assert same(changed, read_database(folder, name="n"))


@pytest.mark.parametrize("kind", ["xml", "json"])
def test_ilcd_and_tidas_in_a_zip(tmp_path, readings, kind):
    path = tmp_path / "package.zip"

    def written(**amounts):
        made = [
            ("processDataSet", process(key, [exchange(0, STEEL), exchange(1, STEEL, 2.0)], name=lang(en=text, zh="钢")))
            for key, text in amounts.items()
        ]
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in {**ilcd_files([*base(), *made], kind), f"processes/broken.{kind}": "<{"}.items():
                archive.writestr(name, text)
        return len(base()) + len(made) + 1

    count = written(a="one", b="two")
    first, counts = read(path, readings)
    assert counts == (count, 0)
    again, counts = read(path, readings)
    assert counts == (0, count)
    assert same(again, first)
    assert "file-broken" in {note.code for note in again.notes}
    assert written(a="one", b="other") == count
    changed, counts = read(path, readings)
    assert counts == (1, count - 1)
    assert same(changed, read_database(path, name="n"))


def test_what_was_read_within_other_limits_or_in_another_place_is_not_taken(folder, readings):
    read(folder, readings)
    assert read(folder, readings, limits=Limits(members=1000))[1] == (13, 0)
    shutil.copytree(folder, moved := folder.with_name("moved"))
    moved_database, counts = read(moved, readings)
    assert counts == (13, 0)  # notes name the folder
    assert same(moved_database, read_database(moved, name="n"))
    folder.joinpath("00.spold").rename(folder / "00b.spold")
    assert read(folder, readings)[1] == (1, 12)


@pytest.mark.parametrize("part", ["mark", "index", "reading", "cut", "empty"])
def test_a_damaged_pack_is_passed_over(folder, readings, part):
    first, _ = read(folder, readings)
    (pack,) = readings.packs()
    data = bytearray(pack.read_bytes())
    at = {"mark": 0, "index": 80, "reading": len(data) - 10}.get(part)
    if at is not None:
        data[at] ^= 0xFF
    pack.write_bytes(data[: {"cut": len(data) // 2, "empty": 0}.get(part, len(data))])
    again, (parsed, recalled) = read(folder, readings)
    assert same(again, first)
    assert parsed + recalled == 13
    assert {"reading": parsed == 1, "cut": 1 < parsed <= 13}.get(part, parsed == 13)
    for _ in range(3):
        last, counts = read(folder, readings)
        assert counts == (0, 13)  # what was lost is there again
        assert same(last, first)


def test_the_packs_that_were_not_used_for_longest_are_removed(folder, readings):
    read(folder, readings)
    (first,) = readings.packs()
    size = first.stat().st_size
    small = ReadingFolder(readings.path, largest=2 * size)
    for number in range(4):
        for path in folder.iterdir():
            path.write_text(path.read_text(encoding="utf-8") + f"<!-- {number} -->", encoding="utf-8")
        read(folder, small)
        assert sum(pack.stat().st_size for pack in small.packs()) <= 2 * size
    assert not first.exists()
    assert read(folder, small)[1] == (0, 13)
    tiny = ReadingFolder(readings.path, largest=10)
    change(folder / "05.spold")
    assert same(read(folder, tiny)[0], read_database(folder, name="n"))
    assert tiny.packs() == []


def test_a_pack_that_is_used_outlives_a_younger_one(folder, readings):
    before = folder.joinpath("05.spold").read_text(encoding="utf-8")
    read(folder, readings)
    (first,) = readings.packs()
    change(folder / "05.spold")
    read(folder, readings)
    (younger,) = (pack for pack in readings.packs() if pack != first)
    os.utime(first, (1, 1))
    os.utime(younger, (2, 2))
    folder.joinpath("05.spold").write_text(before, encoding="utf-8")
    change(folder / "06.spold")
    full = ReadingFolder(readings.path, largest=first.stat().st_size + younger.stat().st_size + 200)
    assert read(folder, full)[1] == (1, 12)
    assert first.exists()
    assert not younger.exists()


def test_a_file_that_changes_before_it_is_parsed_is_not_kept_as_what_it_was(folder, readings, monkeypatch):
    monkeypatch.setattr(parallel, "_CHUNK_FILES", 2)
    before = folder.joinpath("11.spold").read_text(encoding="utf-8")

    def write(_done, _total):  # after the first chunk; all digests were taken before
        if folder.joinpath("11.spold").read_text(encoding="utf-8") == before:
            change(folder / "11.spold")

    changed, _ = read(folder, readings, progress=write)
    folder.joinpath("11.spold").write_text(before, encoding="utf-8")
    again, counts = read(folder, readings)
    assert counts == (1, 12)
    assert not same(again, changed)
    assert same(again, read_database(folder, name="n"))


def test_what_was_parsed_before_an_import_stopped_is_kept(folder, readings):
    def interrupt(done, _):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read(folder, readings, progress=interrupt)
    assert read(folder, readings)[1] == (0, 13)


def test_a_folder_that_cannot_be_written_is_no_hindrance(folder, tmp_path):
    tmp_path.joinpath("file").write_text("no folder")
    blocked = ReadingFolder(tmp_path / "file")
    database, counts = read(folder, blocked)
    assert counts == (13, 0)
    assert same(database, read_database(folder, name="n"))


def test_an_import_uses_them(tmp_path, folder):
    home, other = Home.at(tmp_path / "home"), Home.at(tmp_path / "other")
    first = import_file(home, folder, name="n")
    assert (first.parsed, first.recalled) == (13, 0)
    change(folder / "05.spold")
    second = import_file(home, folder, name="n")
    assert (second.parsed, second.recalled) == (1, 12)
    assert second.snapshot.digest == import_file(other, folder, name="n").snapshot.digest
    shutil.rmtree(home.path / "readings")
    change(folder / "06.spold")
    third = import_file(home, folder, name="n")
    assert (third.parsed, third.recalled) == (13, 0)
