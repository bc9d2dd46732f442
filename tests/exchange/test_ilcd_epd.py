"""ILCD+EPD: valid by the schemas of the format, read by an independent library, and read back without loss."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from declaration_samples import declared
from epd_samples import SHEET, made, tables, values_of, with_section
from tanheng.errors import ExchangeError
from tanheng.exchange.declaration import Declaration, Verified
from tanheng.exchange.epd.ilcd_ids import GWP_UNITS
from tanheng.exchange.epd.modules import Module
from tanheng.exchange.epd.received import told_of
from tanheng.exchange.epd.section import SECTION, Epd
from tanheng.exchange.protocols import Received
from tanheng.exchange.shelf import protocol
from tanheng.exchange.supplement import Supplement
from tanheng.footprint.study import Boundary, Stage
from tanheng.quantities import Origin, Quantity

SENT = protocol("ilcd-epd")
FOLDER = Path(__file__).resolve().parents[3] / "shared" / "standards" / "ilcd-epd" / "schemas"
SCHEMAS = {
    "processes": "EPD_DataSet.xsd",
    "flows": "ILCD_FlowDataSet.xsd",
    "flowproperties": "ILCD_FlowPropertyDataSet.xsd",
    "unitgroups": "ILCD_UnitGroupDataSet.xsd",
    "sources": "ILCD_SourceDataSet.xsd",
    "contacts": "ILCD_ContactDataSet.xsd",
}
TOLD = made((Stage.PRODUCTION, "activity", Origin.FOSSIL, 7.0))
EVERYTHING = {
    "owner": "Example Association",
    "service_life": 50.0,
    "service_life_text": {"en": "In dry rooms", "zh": "干燥室内"},
    "scenarios": [{"module": "C4", "text": {"en": "Landfill", "zh": "填埋"}}],
    "packaging_biogenic_carbon": "0.5 kg",
}


@cache
def schema(folder: str) -> Any:
    xmlschema = pytest.importorskip("xmlschema")
    if not FOLDER.exists():
        pytest.skip("the schemas are not beside the project")
    return xmlschema.XMLSchema(str(FOLDER / SCHEMAS[folder]), allow="local")


def members(content: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            yield name, archive.read(name)


def schemas_hold(content: bytes) -> None:
    for name, raw in members(content):
        schema(name.split("/")[1]).validate(io.BytesIO(raw))


def changed(content: bytes, old: str, new: str) -> bytes:
    """The archive with a text in all of its data sets replaced."""
    target = io.BytesIO()
    found = False
    with zipfile.ZipFile(target, "w") as archive:
        for name, raw in members(content):
            found = found or old in raw.decode()
            archive.writestr(name, raw.decode().replace(old, new))
    assert found, old
    return target.getvalue()


def again(content: bytes) -> Received:
    (found,) = SENT.read(content)
    return found


def rewritten(found: Received) -> bytes:
    return SENT.write(found.declaration, found.supplement).content


@pytest.mark.parametrize(
    ("name", "section"),
    [
        ("cement", {}),
        ("cement", {"unsplit": "unknown", **EVERYTHING}),
        ("steel", {"verification": None, "verifier": "", "developer": ""}),
        ("t-shirt", {"zero": ["C1", "D"], "exempt": "", **EVERYTHING}),
    ],
)
def test_data_sets_are_valid_and_come_back(name: str, section: dict[str, object]) -> None:
    sheet = with_section(**section)
    if name == "t-shirt":
        sheet = Supplement({**sheet.sections, "product": {**sheet.sections["product"], "mass": "0.2 kg"}})
    told = declared(name, "iso14067", sheet)
    result = SENT.write(told, sheet)
    schemas_hold(result.content)
    found = again(result.content)
    assert found.losses == ()
    assert rewritten(found) == result.content
    assert found.declaration.names == told.names
    assert found.declaration.maker == replace(told.maker, street="Kiln Road 1, Hefei", city="")
    assert (found.declaration.first, found.declaration.last) == (told.first, told.last)
    assert found.declaration.mass == pytest.approx(told.mass)


def test_the_archive_holds_all_that_it_refers_to() -> None:
    content = SENT.write(TOLD, with_section(**EVERYTHING)).content
    files = {name.rpartition("/")[2].partition("_")[0]: raw.decode() for name, raw in members(content)}
    referred = {
        part.partition('"')[0]
        for raw in files.values()
        for line in raw.splitlines()
        if "LCIA method" not in line
        for part in line.split('refObjectId="')[1:]
    }
    assert referred == set(files) - {again(content).id}
    assert GWP_UNITS[0] in files


@pytest.mark.parametrize("unsplit", ["fossil", "unknown"])
def test_an_independent_library_reads_the_same(unsplit: str) -> None:
    reader = pytest.importorskip("ilcdlib.epd.reader")
    archive = pytest.importorskip("ilcdlib.medium.archive")
    sheet = with_section(unsplit=unsplit)
    told = declared("cement", "iso14067", sheet)
    source = archive.ZipIlcdReader(io.BytesIO(SENT.write(told, sheet).content))
    found = reader.IlcdEpdReader(None, None, source).to_openepd_declaration(["en", None])
    gwp = next(iter(found.impacts.root.values()))
    assert gwp.gwp.A1A2A3.mean == pytest.approx(told.total, rel=1e-9)
    assert gwp.gwp.C4 is None
    assert gwp.gwp.A1A2A3.unit == "kgCO2e"
    fossil = gwp.gwp_fossil
    if unsplit == "fossil":
        assert fossil.A1A2A3.mean == pytest.approx(told.origin(Origin.FOSSIL, Origin.UNSPLIT), rel=1e-9)
        assert gwp.gwp_biogenic.A3.mean == pytest.approx(told.origin(Origin.BIOGENIC), rel=1e-9)
    else:
        assert fossil is None
    assert (found.declared_unit.qty, found.declared_unit.unit) == (1000.0, "kg")
    assert found.kg_per_declared_unit.qty == 1000.0
    assert found.product_name == "Ordinary Portland cement 42.5"
    assert found.manufacturer.name == "Example Cement Co."
    assert found.program_operator.name == "Example Programme"
    assert found.program_operator_doc_id == "EPD-2026-7"
    assert found.pcr.name == "PCR 2019:14 Construction products"
    assert found.third_party_verifier.name == "Jane Doe"
    assert [one.short_name for one in found.compliance] == ["EN 15804+A2 (EF 3.1)", "ISO 14025"]
    assert found.date_of_issue.date() == date(2026, 1, 1)


@settings(max_examples=20, derandomize=True, deadline=None)
@given(tables)
def test_any_modules_come_back(table: dict[Module, tuple[float, float, float]]) -> None:
    told = told_of(values_of(table))
    first = made(regime="", flows=told.flows, total=told.total, boundary=told.boundary)
    content = SENT.write(first, SHEET).content
    found = again(content)
    assert rewritten(found) == content
    assert found.declaration.total == pytest.approx(told.total, rel=1e-9, abs=1e-6)
    assert found.declaration.boundary is told.boundary


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        (Quantity(2.0, "t"), Quantity(2000.0, "kg")),
        (Quantity(3.0, "pcs"), Quantity(3.0, "pcs")),
        (Quantity(1.0, "m2"), Quantity(1.0, "m2")),
        (Quantity(1000.0, "l"), Quantity(1.0, "m3")),
        (Quantity(1.0, "kWh"), Quantity(3.6, "MJ")),
        (Quantity(5.0, "t*km"), Quantity(5.0, "t*km")),
    ],
)
def test_units_are_those_of_their_property(unit: Quantity, expected: Quantity) -> None:
    found = again(SENT.write(replace(TOLD, unit=unit, mass=None), SHEET).content).declaration.unit
    assert (found.unit, found.value) == (expected.unit, pytest.approx(expected.value))


def test_a_method_of_the_ipcc_has_no_indicators() -> None:
    with pytest.raises(ExchangeError, match="TH-EXC-451"):
        SENT.write(replace(TOLD, gwp="AR5 GWP100"), SHEET)


@pytest.mark.parametrize(
    ("told", "section", "remedy"),
    [(TOLD, {"kind": None}, "epd.kind"), (replace(TOLD, geography=""), {}, "study: site")],
)
def test_the_format_needs_more(told: Declaration, section: dict[str, object], remedy: str) -> None:
    with pytest.raises(ExchangeError) as caught:
        SENT.write(told, with_section(**section))
    assert [fault.params["remedy"] for fault in caught.value.faults] == [remedy]


def test_one_company_in_several_parts_is_one_contact() -> None:
    same = with_section(developer="Maker", pcr_issuer="Example Programme", owner="")
    told = replace(TOLD, maker=replace(TOLD.maker, names={"en": "Maker"}, email="lca@maker.example"))
    found = again(SENT.write(told, same).content)
    section = found.supplement.section(SECTION, Epd)
    assert found.declaration.maker.email == "lca@maker.example"
    assert (section.developer, section.pcr_issuer, section.programme) == ("Maker", *["Example Programme"] * 2)
    assert section.programme_url == "https://programme.example"


def test_everything_of_the_section_is_carried() -> None:
    sheet = with_section(**EVERYTHING)
    found = again(SENT.write(TOLD, sheet).content).supplement.section(SECTION, Epd)
    told = sheet.section(SECTION, Epd)
    only_for_writing = {"id", "unsplit", "method", "published", "modules", "zero"}
    for name in set(Epd.__struct_fields__) - only_for_writing:
        assert getattr(found, name) == getattr(told, name), name
    assert found.method == "EF 3.1"


def test_verification_is_carried() -> None:
    told = replace(TOLD, verified=Verified(body={"en": "Body"}, link="https://x.example"))
    result = SENT.write(told, with_section(verification=None, verifier=""))
    assert again(result.content).declaration.verified == Verified(body={"en": "Body"})
    assert "verified.link" in {loss.path for loss in result.losses}


# --- files of others


OTHERS = """<?xml version='1.0'?>
<!-- as programmes wrote them before version 1.2 -->
<p:processDataSet xmlns:p="http://lca.jrc.it/ILCD/Process" xmlns:c="http://lca.jrc.it/ILCD/Common"
    xmlns:e="http://www.iai.kit.edu/EPD/2013" version="1.1">
  <p:processInformation>
    <p:dataSetInformation>
      <c:UUID>57A4AE65-d305-421e-b21f-a3f0c35b8abe</c:UUID>
      <p:name><p:baseName xml:lang="de">Gipsplatte</p:baseName></p:name>
      <c:other><e:scenarios>
        <e:scenario e:name="S1" e:group="1"><e:description xml:lang="de">Deponie</e:description></e:scenario>
        <e:scenario e:name="S2" e:group="1" e:default="true"><e:description>Recycling</e:description></e:scenario>
      </e:scenarios></c:other>
    </p:dataSetInformation>
    <p:quantitativeReference><p:referenceToReferenceFlow>42</p:referenceToReferenceFlow></p:quantitativeReference>
    <p:time><c:referenceYear>2020</c:referenceYear><c:dataSetValidUntil>2025</c:dataSetValidUntil></p:time>
  </p:processInformation>
  <p:exchanges>
    <p:exchange dataSetInternalID="42">
      <p:referenceToFlowDataSet type="flow data set" refObjectId="aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"/>
      <p:meanAmount>1</p:meanAmount>
    </p:exchange>
    <p:exchange dataSetInternalID="1">
      <p:referenceToFlowDataSet><c:shortDescription>PERE</c:shortDescription></p:referenceToFlowDataSet>
    </p:exchange>
  </p:exchanges>
  <p:LCIAResults>
    <p:LCIAResult>
      <p:referenceToLCIAMethodDataSet><c:shortDescription xml:lang="de">Treibhauspotential (GWP 100)</c:shortDescription>
      </p:referenceToLCIAMethodDataSet>
      <c:other>
        <e:amount e:module="A1-A3">1,5</e:amount><e:amount e:module="A4"/><e:amount e:module="A5">ND</e:amount>
        <e:amount module="C3" scenario="S1">22</e:amount><e:amount module="C3" scenario="S2">7</e:amount>
        <e:amount module="X9">1</e:amount>
      </c:other>
    </p:LCIAResult>
    <p:LCIAResult>
      <p:referenceToLCIAMethodDataSet><c:shortDescription>Ozone depletion</c:shortDescription></p:referenceToLCIAMethodDataSet>
    </p:LCIAResult>
  </p:LCIAResults>
</p:processDataSet>
"""
FLOW = """<flowDataSet xmlns="http://lca.jrc.it/ILCD/Flow" xmlns:c="http://lca.jrc.it/ILCD/Common" version="1.1">
  <flowInformation>
    <dataSetInformation><c:UUID>aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa</c:UUID></dataSetInformation>
    <quantitativeReference><referenceToReferenceFlowProperty>0</referenceToReferenceFlowProperty></quantitativeReference>
  </flowInformation>
  <flowProperties><flowProperty dataSetInternalID="0">
    <referenceToFlowPropertyDataSet refObjectId="93a60a56-a3c8-19da-a746-0800200c9a66"/><meanValue>2</meanValue>
  </flowProperty></flowProperties>
</flowDataSet>
"""


def archive(**files: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made_:
        for name, text in files.items():
            made_.writestr(f"some/folder/{name}.xml", text)
    return target.getvalue()


def test_files_of_others_are_read_as_far_as_they_go() -> None:
    found = again(archive(process=OTHERS, flow=FLOW))
    assert found.id == "57A4AE65-d305-421e-b21f-a3f0c35b8abe"
    assert found.declaration.names == {"de": "Gipsplatte"}
    assert found.declaration.unit == Quantity(2.0, "m2")
    assert found.declaration.total == 1.5
    assert {flow.source: flow.co2e for flow in found.declaration.flows} == {"A1-A3": 1.5, "C3": 7.0}
    assert found.declaration.boundary is Boundary.CRADLE_TO_GATE
    assert found.declaration.valid_until == date(2025, 12, 31)
    assert {loss.code for loss in found.losses} == {"not-taken", "scenarios", "day-assumed"}
    for loss in found.losses:
        assert loss.line("zh") != loss.line("en")
    section = found.supplement.section(SECTION, Epd)
    assert (section.programme, section.method, section.kind) == ("", "", None)


def test_without_its_flow_nobody_knows_what_is_declared() -> None:
    with pytest.raises(ExchangeError, match="TH-EXC-452"):
        SENT.read(OTHERS.encode())


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("epd:module=", "epd:modul=", "TH-EXC-450"),
        ("LCIAResult", "Result", "TH-EXC-020"),
        ("processDataSet", "otherDataSet", "TH-EXC-020"),
        ("<name>kg</name>", "<name>wheelbarrow</name>", "TH-EXC-452"),
    ],
)
def test_what_cannot_be_used_is_refused(old: str, new: str, code: str) -> None:
    with pytest.raises(ExchangeError, match=code):
        SENT.read(changed(SENT.write(TOLD, SHEET).content, old, new))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"PK\x03\x04 broken",
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><processDataSet>&b;</processDataSet>',
        archive(),
    ],
)
def test_what_is_no_archive_is_refused(content: bytes) -> None:
    with pytest.raises(ExchangeError, match="TH-EXC-020"):
        SENT.read(content)


def test_bombs_are_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made_:
        made_.writestr("a.xml", b" " * (2**26 + 1))
    with pytest.raises(ExchangeError, match="TH-EXC-020"):
        SENT.read(target.getvalue())


def test_the_same_declaration_gives_the_same_bytes() -> None:
    assert SENT.write(TOLD, SHEET).content == SENT.write(TOLD, SHEET).content
    assert SENT.write(TOLD, SHEET).name != SENT.write(replace(TOLD, digest="d2"), SHEET).name
