"""Damaged and malicious input: a database or a FormatError, never anything else, and nothing written."""

from __future__ import annotations

import contextlib
import copy
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from tests.formats.conftest import Writer, dataset, ecospold, pack, xc
from tests.formats.ilcd_documents import CO2, COAL, SLAG, STEEL, as_xml, base, exchange, process, published, uuid
from tests.formats.ilcd_documents import files as ilcd_files
from tests.formats.spold2 import activity, nature, product, spold

from tanheng.errors import FormatError, InventoryError
from tanheng.formats import read_database
from tanheng.inventory.importing.compiling import compile_database
from tanheng.inventory.model import Database

pytestmark = pytest.mark.fuzz
TOLERANT = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def olca_files() -> dict:
    writer = Writer(2)
    lognormal = {"distributionType": "LOG_NORMAL_DISTRIBUTION", "geomMean": 1.0, "geomSd": 1.2}
    causal = {"allocationType": "CAUSAL_ALLOCATION", "product": {"@id": "steel"}, "value": 1.0}
    for name, kind in (("steel", "PRODUCT_FLOW"), ("slag", "WASTE_FLOW"), ("co2", "ELEMENTARY_FLOW")):
        writer.flow(name, kind, {"mass": 1.0, "energy": 2.0}, category="a/b", location={"name": "CN"})
    writer.process(
        "p",
        [
            writer.exchange("steel", reference=True, amountFormula="a*2", uncertainty=lognormal),
            writer.exchange("slag", 0.2, unit="energy:MJ", property="energy"),
            writer.exchange("co2", 1.8),
        ],
        parameters=[{"name": "a", "value": 0.5, "isInputParameter": True}],
        allocationFactors=[causal | {"exchange": {"internalId": 3}}],
        processDocumentation={"validFrom": "2020-01-01", "sources": [{"@id": "s", "name": "S"}]},
        defaultAllocationMethod="CAUSAL_ALLOCATION",
    )
    writer.files["sources/s.json"] = {"@id": "s", "name": "S", "year": 2000}
    writer.files["parameters/g.json"] = {"@id": "g", "name": "g", "value": 1.0, "formula": "1+1"}
    return writer.files


def ilcd_sets() -> list:
    shares = {"allocation": [{"@internalReferenceToCoProduct": "0", "@allocatedFraction": "60"},
                             {"@internalReferenceToCoProduct": "1", "@allocatedFraction": "40"}]}  # fmt: skip
    spread = {"uncertaintyDistributionType": "log-normal", "relativeStandardDeviation95In": "1.2"}
    coal = exchange(2, COAL, 2, out=False, referenceToVariable="a", allocations=shares, **spread)
    made = process(
        uuid(11),
        [exchange(0, STEEL), exchange(1, SLAG), coal, exchange(3, CO2, "1.5"), exchange(4, uuid(99))],
        information={
            "mathematicalRelations": {"variableParameter": [{"@name": "a", "formula": "1+1", "meanValue": "2"}]},
            "time": {"common:referenceYear": "2020"},
        },
        administrativeInformation=published("01.00.000"),
    )
    return [*base(), ("processDataSet", made), ("processDataSet", process(uuid(12), [exchange(0, COAL)]))]


SPOLD = ecospold(
    dataset(1, "steel", xc(1, "steel", "o0", location="US") + xc(2, "co2", "o4", category="air", subCategory="high")),
    dataset(
        2,
        "cake",
        xc(3, "oil", "o0", uncertaintyType=1, standardDeviation95=1.2) + xc(4, "cake", "o2") + xc(1, "steel", "i5"),
        more='<allocation referenceToCoProduct="3" fraction="60" allocationMethod="1">'
        "<referenceToInputOutput>1</referenceToInputOutput></allocation>",
    ),
)
ZIP = pack(olca_files())
ILCD_SETS = ilcd_sets()
ILCD_ZIP, TIDAS_ZIP = (pack(ilcd_files(ILCD_SETS, kind)) for kind in ("xml", "json"))
SPOLD_ZIP = pack({"a/x.xml": SPOLD})


def attempt(raw: bytes, folder: Path, suffix: str = ".zip") -> Database | FormatError:
    path = folder / f"input{suffix}"
    path.write_bytes(raw)
    try:
        found: Database | FormatError = read_database(path, name="fuzz")
    except FormatError as error:
        found = error
    assert [p.name for p in folder.iterdir()] == [path.name]
    if isinstance(found, FormatError):
        assert found.text("en")
        assert found.text("zh")
    return found


def test_the_whole_files_read(tmp_path):
    for raw in (ZIP, SPOLD_ZIP, ILCD_ZIP, TIDAS_ZIP):
        assert isinstance(attempt(raw, tmp_path), Database)


@TOLERANT
@given(st.sampled_from([ZIP, SPOLD_ZIP, ILCD_ZIP, TIDAS_ZIP]), st.floats(0.0, 0.999))
def test_truncation(tmp_path, raw, keep):
    assert isinstance(attempt(raw[: int(len(raw) * keep)], tmp_path), FormatError)


@TOLERANT
@given(
    st.sampled_from([ZIP, SPOLD_ZIP, ILCD_ZIP, TIDAS_ZIP]),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_flipped_bytes(tmp_path, raw, flips):
    damaged = bytearray(raw)
    for where, value in flips:
        damaged[int(where * (len(raw) - 1))] = value
    attempt(bytes(damaged), tmp_path)


@TOLERANT
@given(st.binary(max_size=300), st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06", b"<", b"<?xml", b"{SimaPro"]))
def test_random_bytes(tmp_path, raw, head):
    assert isinstance(attempt(head + raw, tmp_path), FormatError)


@TOLERANT
@given(st.floats(0, 1), st.text(alphabet="<>&;\"'/=!-[]x \0", max_size=6))
def test_xml_with_something_in_between(tmp_path, where, inserted):
    at = int(where * len(SPOLD))
    attempt((SPOLD[:at] + inserted + SPOLD[at:]).encode(), tmp_path, ".xml")


@TOLERANT
@given(
    st.integers(0, 2**32),
    st.sampled_from(["", "-1", "0", "NaN", "inf", "1e400", "abc", "&#x10FFFF;", "{}", "Ω", "9" * 400]),
)
def test_xml_with_another_attribute(tmp_path, seed, value):
    """Any attribute's value replaced."""
    parts = SPOLD.split('"')
    at = random.Random(seed).randrange(1, len(parts) - 1, 2)  # noqa: S311 - a test, not a secret
    if "://" in parts[at] or parts[at] in ("1.0", "UTF-8"):
        return
    parts[at] = value
    assert isinstance(attempt('"'.join(parts).encode(), tmp_path, ".xml"), Database)


_anything = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "x", "mass", "steel", "kg", "a*", "1/0", "9999", "../..", "x" * 300, "\u0000", "热"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["@id", "name", "units", "flow"]), inner, max_size=3),
    max_leaves=4,
)  # fmt: skip


def _spots(node: object, path: tuple = ()) -> list[tuple]:
    found = [path] if path else []
    if isinstance(node, dict):
        for key, value in node.items():
            found += _spots(value, (*path, key))
    elif isinstance(node, list):
        for position, value in enumerate(node):
            found += _spots(value, (*path, position))
    return found


_FILES = olca_files()
_SPOTS = [(name, spot) for name, content in _FILES.items() for spot in _spots(content)]


@settings(TOLERANT, max_examples=400)
@given(st.lists(st.tuples(st.sampled_from(_SPOTS), _anything), min_size=1, max_size=3))
def test_json_with_anything_anywhere(tmp_path, changes):
    """Any value of any file replaced by any other JSON value: the package still reads, with notes."""
    files = copy.deepcopy(_FILES)
    for (name, spot), value in changes:
        node = files[name]
        try:
            for key in spot[:-1]:
                node = node[key]
            node[spot[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    assert isinstance(attempt(pack(files), tmp_path), Database)


@settings(TOLERANT, max_examples=60)
@given(st.sampled_from(_SPOTS))
def test_json_with_something_missing(tmp_path, where):
    name, spot = where
    files = copy.deepcopy(_FILES)
    node = files[name]
    for key in spot[:-1]:
        node = node[key]
    del node[spot[-1]]
    assert isinstance(attempt(pack(files), tmp_path), Database)


@pytest.mark.parametrize("depth", [500, 100_000])
def test_deep_json_is_refused_or_read(tmp_path, depth):
    files = dict(_FILES) | {"flows/deep.json": '{"@id": "d", "x": ' + "[" * depth + "]" * depth + "}"}
    found = attempt(pack(files), tmp_path)
    assert isinstance(found, Database if depth < 1000 else FormatError)


_ILCD_XML = as_xml(*ILCD_SETS[-2])


@TOLERANT
@given(st.floats(0, 1), st.text(alphabet="<>&;\"'/=!-[]x \0", max_size=6))
def test_ilcd_with_something_in_between(tmp_path, where, inserted):
    at = int(where * len(_ILCD_XML))
    attempt((_ILCD_XML[:at] + inserted + _ILCD_XML[at:]).encode(), tmp_path, ".xml")


@TOLERANT
@given(st.floats(0, 1), st.binary(max_size=4))
def test_ilcd_with_bytes_of_any_encoding(tmp_path, where, inserted):
    at = int(where * len(_ILCD_XML))
    attempt(_ILCD_XML[:at].encode() + inserted + _ILCD_XML[at:].encode(), tmp_path, ".xml")


@TOLERANT
@given(st.floats(0.0, 0.99), st.sampled_from(["xml", "json"]))
def test_a_truncated_process_among_others_is_a_note(tmp_path, keep, kind):
    files = ilcd_files(ILCD_SETS, kind)
    name = sorted(files)[-1]
    first = next(n for n in sorted(files) if "/processes/" in n)
    assert first < name
    whole = files[first].encode()
    files[first] = whole[: int(len(whole) * keep)]
    found = attempt(pack(files), tmp_path)
    assert isinstance(found, Database)
    assert any(note.code == "file-broken" for note in found.notes)


_ILCD_SPOTS = [(position, spot) for position, (_, tree) in enumerate(ILCD_SETS) for spot in _spots(tree)]


@settings(TOLERANT, max_examples=400)
@given(st.lists(st.tuples(st.sampled_from(_ILCD_SPOTS), _anything), min_size=1, max_size=3))
def test_tidas_with_anything_anywhere(tmp_path, changes):
    """Any value of any data set replaced by any other JSON value: the package still reads, with notes."""
    sets = copy.deepcopy(ILCD_SETS)
    for (position, spot), value in changes:
        node = sets[position][1]
        try:
            for key in spot[:-1]:
                node = node[key]
            node[spot[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    assert isinstance(attempt(pack(ilcd_files(sets, "json")), tmp_path), Database)


@settings(TOLERANT, max_examples=100)
@given(
    st.sampled_from(_ILCD_SPOTS),
    st.sampled_from(
        ["", "-1", "0", "NaN", "inf", "1e400", "1,2,3.4.5", "abc", "{}", "Ω", "9" * 400, "%", "x" * 70_000]
    ),
)
def test_ilcd_with_another_text(tmp_path, where, value):
    """Any text of any data set replaced by another, in XML."""
    sets = copy.deepcopy(ILCD_SETS)
    position, spot = where
    node = sets[position][1]
    for key in spot[:-1]:
        node = node[key]
    if isinstance(node[spot[-1]], str):
        node[spot[-1]] = value
        assert isinstance(attempt(pack(ilcd_files(sets, "xml")), tmp_path), Database)


@pytest.mark.parametrize("depth", [100, 500, 100_000])
def test_deep_tidas_is_refused_or_read(tmp_path, depth):
    files = ilcd_files(ILCD_SETS, "json")
    files["ILCD/flows/deep.json"] = '{"flowDataSet": {"x": ' + "[" * depth + "]" * depth + "}}"
    assert isinstance(attempt(pack(files), tmp_path), Database)


SPOLD2 = spold(
    activity(
        "a",
        product("steel", "o0", inside='<property propertyId="p" variableName="d" amount="1"><unitName>MJ</unitName></property>')
        + product("slag", "o2", 0.2, mathematicalRelation="d * 0.2", isCalculatedAmount="true")
        + product("ash", "i5", -0.5, activityLinkId="b")
        + nature("co2", inside='<uncertainty><lognormal meanValue="1" variance="0.04"/></uncertainty>')
        + '<parameter variableName="k" amount="2"><name>k</name></parameter>',
        masterAllocationPropertyId="p",
    ),
    activity("b", product("ash", "o0", -1.0) + nature("co2", amount=2), child=True, parentActivityId="a"),
)  # fmt: skip


@TOLERANT
@given(st.floats(0.0, 0.99))
def test_ecospold2_truncated_alone_is_an_error_and_among_others_a_note(tmp_path, keep):
    cut = SPOLD2.encode()[: int(len(SPOLD2) * keep)]
    assert isinstance(attempt(cut, tmp_path, ".spold"), FormatError)
    (tmp_path / "input.spold").unlink()
    found = attempt(pack({"bad.spold": cut, "good.spold": SPOLD2}), tmp_path)
    (tmp_path / "input.zip").unlink()
    assert isinstance(found, Database)
    assert list(found.processes) == ["a", "b"]
    assert [n.place for n in found.notes if n.code == "file-broken"] == ["input.zip/bad.spold"]


@TOLERANT
@given(st.floats(0, 1), st.text(alphabet="<>&;\"'/=!-[]x \0,", max_size=6))
def test_ecospold2_with_something_in_between(tmp_path, where, inserted):
    at = int(where * len(SPOLD2))
    attempt((SPOLD2[:at] + inserted + SPOLD2[at:]).encode(), tmp_path, ".spold")


@TOLERANT
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_ecospold2_with_flipped_bytes(tmp_path, flips):
    damaged = bytearray(SPOLD2.encode())
    for where, value in flips:
        damaged[int(where * (len(damaged) - 1))] = value
    attempt(bytes(damaged), tmp_path, ".spold")


@TOLERANT
@given(
    st.integers(0, 2**32),
    st.sampled_from(["", "-1", "0", "NaN", "inf", "1e400", "abc", "1,5", "&#x10FFFF;", "a+", "Ω", "9" * 400, "1e308"]),
)
def test_ecospold2_with_another_attribute(tmp_path, seed, value):
    """Any attribute's value replaced: the document still reads, and what it is about is still compiled or refused."""
    parts = SPOLD2.split('"')
    at = random.Random(seed).randrange(1, len(parts) - 1, 2)  # noqa: S311 - a test, not a secret
    if "://" in parts[at] or parts[at] in ("1.0", "UTF-8"):
        return
    parts[at] = value
    found = attempt('"'.join(parts).encode(), tmp_path, ".spold")
    assert isinstance(found, Database)
    with contextlib.suppress(InventoryError):
        compile_database(found)


@TOLERANT
@given(st.data())
def test_ecospold2_with_an_element_missing_or_doubled(tmp_path, data):
    root = etree.fromstring(SPOLD2.encode())
    element = data.draw(st.sampled_from(list(root.iter())[1:]))
    if data.draw(st.booleans()):
        element.getparent().remove(element)
    else:
        element.addnext(copy.deepcopy(element))
    attempt(etree.tostring(root), tmp_path, ".spold")
