"""Formats are recognised by content; unreadable ones are refused by name."""

from __future__ import annotations

import zipfile

import pytest

from tanheng.errors import FormatError
from tanheng.formats import Format, detect, read_database
from tanheng.formats.detection import METHODS, READABLE

CASES = {
    "olca": ({"processes/x.json": {"@type": "Process", "@id": "x", "exchanges": []}}, Format.OPENLCA_JSONLD),
    "nested olca": ({"a/b/processes/x.json": {"@id": "x"}, "readme.xml": "<a/>"}, Format.OPENLCA_JSONLD),
    "tidas": ({"processes/x.json": {"processDataSet": {}}}, Format.TIDAS),
    "es1": ({"x.xml": '<ecoSpold xmlns="http://www.EcoInvent.org/EcoSpold01"/>'}, Format.ECOSPOLD1),
    "es1, no namespace": ({"categories.xml": "<categories/>", "x.XML": "<ecoSpold/>"}, Format.ECOSPOLD1),
    "es1, utf-16": ({"x.xml": "<ecoSpold/>".encode("utf-16")}, Format.ECOSPOLD1),
    "es1 impact": ({"x.xml": '<ecoSpold xmlns="http://www.EcoInvent.org/EcoSpold01Impact"/>'}, Format.ECOSPOLD1_IMPACT),
    "es2": ({"datasets/x.spold": "<ecoSpold/>"}, Format.ECOSPOLD2),
    "es2 as xml": ({"x.xml": '<ecoSpold xmlns="http://www.EcoInvent.org/EcoSpold02"/>'}, Format.ECOSPOLD2),
    "ilcd": ({"ILCD/processes/x.xml": '<processDataSet xmlns="http://lca.jrc.it/ILCD/Process"/>'}, Format.ILCD),
    "ilcd, no namespace": ({"a.xml": "<flowDataSet/>", "b.xml": "<processDataSet/>"}, Format.ILCD),
    "ilcd, a broken file first": ({"a.xml": "<", "b.xml": "<processDataSet/>"}, Format.ILCD),
    "ilcd, a wrong encoding": ({"a.xml": "<processDataSet>钢</processDataSet>".encode("gbk")}, Format.ILCD),
    "tidas, flat": ({"a.json": {"contactDataSet": {}}, "b.json": {"processDataSet": {}}}, Format.TIDAS),
    "tidas, a broken file first": (
        {"flows/y.json": {"flowDataSet": {}}, "processes/x.json": "{", "processes/y.json": [{"p:processDataSet": {}}]},
        Format.TIDAS,
    ),
    "simapro": ({"x.csv": "\ufeff{SimaPro 9.5}\n{processes}"}, Format.SIMAPRO_CSV),
    "simapro, utf-16": ({"x.csv": "{SimaPro 9.5}\n{processes}".encode("utf-16")}, Format.SIMAPRO_CSV),
    "olca method": ({"a/lcia_categories/x.json": {"@id": "x"}, "flows/x.json": {}}, Format.OPENLCA_METHOD),
    "olca, a method beside": ({"lcia_categories/x.json": {"@id": "x"}, "processes/x.json": {}}, Format.OPENLCA_JSONLD),
    "ilcd method": ({"x.xml": '<LCIAMethodDataSet xmlns="http://lca.jrc.it/ILCD/LCIAMethod"/>'}, Format.ILCD_METHOD),
    "ilcd method with flows": ({"a/flows/x.xml": "<flowDataSet/>", "a/lciamethods/x.xml": "<x/>"}, Format.ILCD_METHOD),
    "ilcd, a method beside": ({"a.xml": "<LCIAMethodDataSet/>", "b.xml": "<processDataSet/>"}, Format.ILCD),
    "tidas method": ({"x.json": {"LCIAMethodDataSet": {}}}, Format.TIDAS_METHOD),
    "tidas, a method beside": ({"x.json": [{"LCIAMethodDataSet": {}}, {"processDataSet": {}}]}, Format.TIDAS),
    "simapro method": ({"x.csv": "{SimaPro 9.5}\n{methods}"}, Format.SIMAPRO_METHOD),
    "simapro method, utf-16": ({"x.csv": "{SimaPro 9.5}\n{methods}".encode("utf-16")}, Format.SIMAPRO_METHOD),
    "simapro, both": ({"x.csv": "{SimaPro 9.5}\n{methods}", "y.csv": "{SimaPro 9.5}\n{processes}"}, Format.SIMAPRO_CSV),
    "zolca": ({"db/seg0/c10.dat": b"\0", "db/service.properties": ""}, Format.OPENLCA_DATABASE),
}


@pytest.mark.parametrize(("files", "expected"), CASES.values(), ids=CASES.keys())
def test_recognised(zipped, files, expected):
    assert detect(zipped(files)) is expected


UNREADABLE = {name: case for name, case in CASES.items() if case[1] not in (*READABLE, *METHODS)}
METHOD_CASES = {name: case for name, case in CASES.items() if case[1] in METHODS}


@pytest.mark.parametrize(("files", "expected"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_is_not_readable_is_refused_by_name(zipped, files, expected):
    with pytest.raises(FormatError) as caught:
        read_database(zipped(files), name="n")
    assert caught.value.code == "TH-FMT-012"
    for lang in ("en", "zh"):
        assert expected.value in caught.value.text(lang)
        assert "openlca-jsonld" in caught.value.text(lang)


@pytest.mark.parametrize(("files", "expected"), METHOD_CASES.values(), ids=METHOD_CASES.keys())
def test_methods_are_refused_as_databases_and_named_as_such(zipped, files, expected):
    path = zipped(files)
    assert detect(path) is expected
    if files.get("a/lciamethods/x.xml") == "<x/>":
        return  # by its name a method, but there is none in it
    with pytest.raises(FormatError) as caught:
        read_database(path, name="n")
    assert caught.value.code == "TH-FMT-030"
    assert "tanheng method import" in caught.value.text("en")


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"a.pdf": b"%PDF", "b.xml": "<html/>"},
        {"x.json": {"@id": "x"}},
        {"x.csv": "a,b"},
        {"readme.txt": "SimaPro exports, see the website"},
    ],
)
def test_the_unknown_lists_what_was_looked_for_and_found(zipped, files):
    with pytest.raises(FormatError) as caught:
        detect(zipped(files))
    assert caught.value.code == "TH-FMT-011"
    text = caught.value.text()
    assert "processes/*.json" in text
    assert "ecoSpold" in text
    assert all(name in text for name in files)


def test_read_database_dispatches_with_progress(olca2, zipped):
    olca2.flow("x")
    olca2.process("p", [olca2.exchange("x", reference=True)])
    steps: list[int] = []
    database = read_database(zipped(olca2.files), name="mine", progress=lambda done, _: steps.append(done))
    assert (database.name, database.format, list(database.processes)) == ("mine", "openlca-jsonld", ["p"])
    assert steps[-1] == len(olca2.files)


def test_bombs_are_refused_whatever_they_hold(tmp_path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("processes/x.json", b'{"@id": "' + b"x" * 40_000_000 + b'"}')
    with pytest.raises(FormatError) as caught:
        read_database(path, name="n")
    assert caught.value.code == "TH-FMT-004"
