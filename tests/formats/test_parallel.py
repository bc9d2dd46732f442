"""Several processes read what one reads: the same database, the same notes, the same faults."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest
from tests.formats.ilcd_documents import STEEL, base, exchange, lang, process
from tests.formats.ilcd_documents import files as ilcd_files
from tests.formats.spold2 import activity, nature, product, spold

from tanheng.errors import FormatError
from tanheng.formats import ecospold2, ilcd, parallel, tidas
from tanheng.formats.archive import Limits, open_archive
from tanheng.formats.ecospold2.parsing import Parsed, parse
from tanheng.formats.parallel import each_chunk
from tanheng.formats.workers import Crew

posix = pytest.mark.skipif(sys.platform == "win32", reason="processes are ended by signals of POSIX")


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    """A chunk for every two files, so that a small folder has work for several."""
    monkeypatch.setattr(parallel, "_CHUNK_FILES", 2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Data sets that link to each other, and files that are broken, wrongly encoded, of another kind, without a namespace."""
    made = tmp_path / "folder"
    made.mkdir()
    for i in range(12):
        flows = product(f"p{i}", "o0") + product(f"p{(i + 1) % 12}", "i5", 0.1, activityLinkId=f"a{(i + 1) % 12}")
        text = spold(activity(f"a{i}", flows + nature("co2") + product("", "i5"), model="cut-off"))
        made.joinpath(f"{i:02}.spold").write_text(text, encoding="utf-8")
    made.joinpath("03.spold").write_text("<ecoSpold><broken", encoding="utf-8")
    steel = spold(activity("a5", product("p5", "o0", inside="<comment>钢</comment>")))
    made.joinpath("05.spold").write_bytes(steel.encode("gb18030"))
    made.joinpath("07.spold").write_text(spold(activity("a7", product("p7", "o0")), namespace=""), encoding="utf-8")
    made.joinpath("99.xml").write_text("<other/>", encoding="utf-8")
    return made


def alive(process: int) -> bool:
    """Whether a process is there, other than as the mark of one that has ended."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_ecospold2_from_two_processes_is_the_same(folder):
    one, two = (ecospold2.read(folder, name="n", workers=workers) for workers in (1, 2))
    assert two == one
    assert list(two.processes) == list(one.processes)
    assert list(two.flows) == list(one.flows)
    assert two.notes == one.notes
    assert {"file-broken", "file-ignored", "encoding-assumed", "namespace-missing"} <= {n.code for n in one.notes}
    assert len(one.processes) == 11


@posix
def test_names_of_files_that_are_no_unicode(tmp_path):
    made = tmp_path / os.fsdecode(b"folder\xff")
    try:
        made.mkdir()
    except OSError:
        pytest.skip("this file system has Unicode names only")
    for i in range(6):
        text = spold(activity(f"a{i}", product(f"p{i}", "o0"))) if i else "<ecoSpold><broken"
        made.joinpath(os.fsdecode(b"%d\xff.spold" % i)).write_text(text, encoding="utf-8")
    one, two = (ecospold2.read(made, name="n", workers=workers) for workers in (1, 2))
    assert two == one
    assert len(one.processes) == 5
    assert [note.place for note in one.notes if note.code == "file-broken"] == ["folder\ufffd/0\ufffd.spold"]


@pytest.mark.parametrize(("reader", "kind"), [(ilcd, "xml"), (tidas, "json")])
def test_ilcd_and_tidas_from_two_processes_are_the_same(zipped, reader, kind):
    made = [("processDataSet", process(uuid, [exchange(0, STEEL)], name=lang(en=uuid, zh="钢"))) for uuid in "abcdef"]
    path = zipped({**ilcd_files([*base(), *made], kind), f"processes/broken.{kind}": "<{"})
    one, two = (reader.read(path, name="n", workers=workers) for workers in (1, 2))
    assert repr(two) == repr(one)  # amounts that are missing are NaN, which equals nothing
    assert "file-broken" in {note.code for note in one.notes}


def test_progress_reaches_the_size_of_the_files(folder):
    steps: list[tuple[int, int]] = []
    ecospold2.read(folder, name="n", workers=2, progress=lambda *step: steps.append(step))
    size = sum(path.stat().st_size for path in folder.iterdir())
    assert steps[-1] == (size, size)
    assert len(steps) == 7
    assert steps == sorted(steps)


def test_a_fault_that_stops_the_reading_is_the_same_from_another_process(folder):
    for path in folder.glob("*.spold"):
        path.write_text("<ecoSpold><broken", encoding="utf-8")
    faults = []
    for workers in (1, 2):
        with pytest.raises(FormatError) as caught:
            ecospold2.read(folder, name="n", workers=workers)
        faults.append(caught.value.faults)
    assert faults[0] == faults[1]
    assert faults[0][0].code == "TH-FMT-013"


@posix
def test_a_process_that_is_killed_is_told_and_none_is_left(folder):
    with open_archive(folder) as archive, Crew(archive.path, parse, limits=Limits(), size=2) as crew:
        first = crew.processes
        for process in first:
            os.kill(process, signal.SIGKILL)
        with pytest.raises(FormatError) as caught:
            crew.ask(archive.members[:2]).result()
    assert caught.value.code == "TH-FMT-060"
    assert "SIGKILL" in caught.value.text("en")
    assert "00.spold" in caught.value.text("zh")
    assert not any(map(alive, first))


def test_a_file_that_vanished_meanwhile_is_told(folder):
    with open_archive(folder) as archive:
        folder.joinpath("02.spold").unlink()
        with pytest.raises(FormatError) as caught:
            list(each_chunk(archive, archive.members, parse, answer=Parsed, limits=Limits(), workers=2))
    assert caught.value.code == "TH-FMT-062"


def test_the_limits_hold_in_other_processes(folder):
    with open_archive(folder) as archive:
        size = sum(member.size for member in archive.members)
        with pytest.raises(FormatError) as caught:
            list(each_chunk(archive, archive.members, parse, answer=Parsed, limits=Limits(total=size - 1), workers=2))
    assert caught.value.code == "TH-FMT-003"


def stuck(*_: object) -> None:
    time.sleep(60)


def failing(*_: object) -> None:
    raise ZeroDivisionError("nobody expected it")


def test_work_that_fails_unexpectedly_is_told_with_its_trace(folder):
    with open_archive(folder) as archive, pytest.raises(FormatError) as caught:
        list(each_chunk(archive, archive.members, failing, answer=None, limits=Limits(), workers=2))
    assert caught.value.code == "TH-FMT-061"
    assert "nobody expected it" in caught.value.text("en")


@posix
def test_leaving_a_crew_ends_what_it_is_doing(folder):
    before = time.monotonic()
    with open_archive(folder) as archive, Crew(archive.path, stuck, limits=Limits(), size=2) as crew:
        asked, processes = crew.ask(archive.members[:2]), crew.processes
        assert all(map(alive, processes))
    assert not any(map(alive, processes))
    assert isinstance(asked.exception(), FormatError)
    assert time.monotonic() - before < 10


def children() -> set[int]:
    """Processes that this one has started."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_text().rpartition(")")[2].split()[1]) == os.getpid():
                found.add(int(stat.parent.name))
        except OSError:
            continue  # it has ended meanwhile
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="children are looked for in /proc")
def test_ctrl_c_stops_the_reading_and_leaves_no_process(folder):
    before, during = children(), set()

    def interrupt(*_: int) -> None:
        during.update(children() - before)
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt) as caught:
        ecospold2.read(folder, name="n", workers=2, progress=interrupt)
    # While the trace, and all that it holds, is still there.
    assert caught.tb is not None
    assert len(during) == 2
    assert not children() & during


def test_the_number_of_processes(monkeypatch):
    count, large = parallel._count, 2**40
    monkeypatch.delenv(parallel.VARIABLE, raising=False)
    assert count(10**6, None) == 0  # not worth a process
    assert count(large, None) == min(parallel.cores(), parallel._MOST)
    assert count(10**6, 3) == 3
    monkeypatch.setenv(parallel.VARIABLE, "2")
    assert count(10, None) == 2
    for nonsense in ("0", "-1", "two", "1.5", "²"):
        monkeypatch.setenv(parallel.VARIABLE, nonsense)
        with pytest.raises(FormatError, match="TH-FMT-063"):
            count(large, None)


def test_chunks_hold_all_files_in_their_order(folder):
    with open_archive(folder) as archive:
        chunks = list(parallel._chunks(archive.members))
        assert [at for chunk in chunks for at in chunk] == list(range(len(archive.members)))
        assert max(map(len, chunks)) == 2
        assert list(parallel._chunks([])) == []
