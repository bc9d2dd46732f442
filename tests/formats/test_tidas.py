"""What is TIDAS's own; the data model that it shares with ILCD is tested in ``test_ilcd.py`` in both writings."""

from __future__ import annotations

import json

import pytest
from tests.formats.ilcd_documents import STEEL, Sets, as_json, base, exchange, files, lang, process, uuid

from tanheng.errors import FormatError
from tanheng.formats import read_database, tidas

P, Q = uuid(11), uuid(12)


def steel_mill() -> Sets:
    return [*base(), ("processDataSet", process(P, [exchange(0, STEEL)], name=lang(en="steel mill", zh="炼钢厂")))]


@pytest.fixture
def expected(zipped):
    return tidas.read(zipped(files(steel_mill(), "json")), name="n")


def test_zip_and_flat_folder(zipped, tmp_path, expected):
    assert (expected.format, expected.notes, list(expected.processes)) == ("tidas", (), [P])
    folder = tmp_path / "folder"
    folder.mkdir()
    for position, (name, tree) in enumerate(reversed(steel_mill())):
        (folder / f"{position}.json").write_text(as_json(name, tree), encoding="utf-8")
    found = read_database(folder, name="n")
    assert (found.processes, found.flows) == (expected.processes, expected.flows)


def test_a_list_of_data_sets_in_one_file(tmp_path, expected):
    path = tmp_path / "all.json"
    path.write_text(json.dumps([json.loads(as_json(*made)) for made in steel_mill()]))
    found = read_database(path, name="n")
    assert (found.processes, found.flows) == (expected.processes, expected.flows)


@pytest.mark.parametrize("envelope", ["json_ordered", "json", "data"])
def test_envelopes_of_the_interface_are_opened(zipped, expected, envelope):
    wrapped = {
        name: {"id": "x", "version": "01.00.000", envelope: json.loads(content)}
        for name, content in files(steel_mill(), "json").items()
    }
    found = read_database(zipped(wrapped), name="n")
    assert (found.processes, found.flows) == (expected.processes, expected.flows)


def test_numbers_may_be_numbers_and_names_may_have_prefixes(zipped, expected):
    content = as_json(*steel_mill()[-1]).replace('"1.0"', "1.0").replace('"0"', "0")
    prefixed = content.replace('"processDataSet"', '"p:processDataSet"').replace('"exchange"', '"p:exchange"')
    for made in (content, prefixed):
        packed = files(base(), "json") | {"ILCD/processes/x.json": made}
        assert tidas.read(zipped(packed), name="n").processes == expected.processes


@pytest.mark.parametrize(
    ("encoded", "encoding"),
    [
        (lambda text: b"\xef\xbb\xbf" + text.encode(), ""),
        (lambda text: text.encode("utf-16"), "utf-16"),
        (lambda text: text.encode("gbk"), "gb18030"),
    ],
)
def test_encodings(zipped, expected, encoded, encoding):
    packed = files(base(), "json") | {"ILCD/processes/x.json": encoded(as_json(*steel_mill()[-1]))}
    found = tidas.read(zipped(packed), name="n")
    assert found.processes == expected.processes
    assert [n.params["encoding"] for n in found.notes] == ([encoding] if encoding else [])


def test_what_is_no_data_set_is_passed_over(zipped):
    packed = files(steel_mill(), "json") | {"package.json": {"name": "x"}, "empty.json": {}}
    found = tidas.read(zipped(packed), name="n")
    assert sorted((n.code, n.params["root"]) for n in found.notes) == [("file-ignored", "name"), ("file-ignored", "–")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"processDataSet": {', "TH-FMT-015"),
        ("[1]", "TH-FMT-016"),
        ("3", "TH-FMT-016"),
        ('{"flowDataSet": {}}', "TH-FMT-019"),
        ("[]", "TH-FMT-019"),
        ('{"LCIAMethodDataSet": {}}', "TH-FMT-030"),
    ],
)
def test_faults_of_a_single_file_are_errors(tmp_path, text, code):
    path = tmp_path / "broken.json"
    path.write_text(text)
    with pytest.raises(FormatError) as caught:
        tidas.read(path, name="n")
    assert caught.value.code == code
    assert caught.value.faults[0].place == "broken.json"


def test_an_empty_process_is_read_with_notes(tmp_path):
    path = tmp_path / f"{Q}_01.00.000.json"
    path.write_text('{"processDataSet": {}}')
    found = read_database(path, name="n")
    assert found.processes[Q].exchanges == ()
    assert {n.code for n in found.notes} == {"no-reference"}
