from __future__ import annotations

import pytest

from tanheng.formats import WRITABLE, read_database, write_database
from tanheng.testing import database, process

MINI = database(
    "mini", process("Coal / raw", "1 kg", emits={"CO2": "0.1 kg"}), process("P", takes={"Coal / raw": "2 kg"})
)


@pytest.fixture
def source(tmp_path):
    return write_database(MINI, tmp_path / "source.zip").path


def test_export_writes_what_import_reads(tanheng, source, tmp_path):
    done = tanheng("db", "export", str(source), str(tmp_path / "out.zip"), "--json")
    assert done.code == 0, done.err
    assert done.json["format"] == "openlca-jsonld"
    assert done.json["counts"] == {"flows": 3, "processes": 2, "exchanges": 4}
    assert done.json["losses"] == []
    assert read_database(tmp_path / "out.zip", name="x").processes == read_database(source, name="x").processes


def test_export_writes_ecospold_2(tanheng, source, tmp_path):
    done = tanheng("db", "export", str(source), str(tmp_path / "out.zip"), "--format", "ecospold2", "--json")
    assert done.code == 0, done.err
    assert (done.json["format"], done.json["counts"]["processes"]) == ("ecospold2", 2)
    assert read_database(tmp_path / "out.zip", name="x").format == "ecospold2"


def test_export_says_what_was_lost_in_both_languages(tanheng, shared, tmp_path):
    path = shared("formats", "olca-modules", "ecospold1-example.xml")
    told = {}
    for lang in ("en", "zh"):
        done = tanheng("db", "export", str(path), str(tmp_path / "out.zip"), "--lang", lang)
        assert done.code == 0, done.err
        told[lang] = done.out
    assert "UUID" in told["en"]
    assert "已写入" in told["zh"]
    found = tanheng("db", "export", str(path), str(tmp_path / "out.zip"), "--json").json
    assert {"code", "count", "example"} == set(found["losses"][0])


def test_refusals(tanheng, source, tmp_path):
    assert tanheng("db", "export", str(source), str(source)).code == 2
    assert tanheng("db", "export", str(source), str(tmp_path / "nowhere" / "x.zip")).code == 2
    refused = tanheng("db", "export", str(source), str(tmp_path / "x.zip"), "--format", "wild")
    assert (refused.code, "TH-FMT-032" in refused.err) == (1, True)
    assert tanheng("db", "export", str(tmp_path / "none.zip"), str(tmp_path / "x.zip")).code == 1
    assert not (tmp_path / "x.zip").exists()


def test_the_help_names_every_format(tanheng):
    shown = tanheng("db", "export", "--help").out
    assert [name for name in WRITABLE if name not in shown] == []


@pytest.mark.parametrize("form", WRITABLE)
def test_every_format_is_written_and_read_again(tanheng, source, tmp_path, form):
    done = tanheng("db", "export", str(source), str(tmp_path / "out.zip"), "--format", form, "--json")
    assert done.code == 0, done.err
    assert done.json["format"] == form
    # Both schemas of openLCA are one format to who reads them.
    assert read_database(tmp_path / "out.zip", name="x").format == form.removesuffix("-1")
