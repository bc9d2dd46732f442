"""The quarterly report: valid by the public schema, its sums right, and the same again after it was read."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cbam_samples import aluminium, example, schema, supplement
from declaration_samples import declared
from tanheng.errors import ExchangeError
from tanheng.exchange.cbam import quarterly, read, reported, write
from tanheng.exchange.shelf import protocol
from tanheng.exchange.supplement import Supplement
from tanheng.quantities import Quantity

PRICE = {
    "instrument": "01",
    "act": "National emissions trading",
    "amount": 12.5,
    "currency": "CNY",
    "rate": "7.8",
    "euro": 1.6,
    "country": "CN",
    "covered": [{"type": "01", "cn": "76011000", "mass": 120.0, "free": 100.0, "remark": "one"}],
}
PARAMETER = {"determination": "01", "id": "P1", "name": "Share of scrap", "kind": "percentage", "value": "0"}


def full() -> Supplement:
    """The example with everything that the section has."""
    section = dict(example().sections["cbam"])
    address = section["declarant"]["address"]
    section["importer"] = {"id": "DE2", "name": "Importer", "address": address}
    section["representative"] = {"id": "DE3", "name": "Representative", "address": address}
    section["report"] = {**section["report"], "id": "R-1", "remarks": "all of it", "other_methodology": False}
    section["process"] = {
        **section["process"],
        "mill": "1",
        "remark": "r",
        "methodology_text": "m",
        "justification": "j",
        "direct": [PARAMETER],
        "indirect": [PARAMETER],
    }
    section["electricity"] = {
        **section["electricity"],
        "factor_source": "EFS01",
        "other_source": "o",
        "consumed": "13.26 MWh",
    }
    section["imported"] = {**section["imported"], "previous": "71", "reference": "ref", "remark": "goods"}
    section["carbon_prices"] = [PRICE]
    return Supplement({"cbam": section}, "full.yaml")


@pytest.mark.parametrize("more", [example, full])
def test_it_is_valid_by_the_schema_and_keeps_its_rules(more):
    written = write(aluminium(), more())
    schema().validate(written.content.decode().partition("\n")[2])
    assert written.objections == ()
    assert {loss.path for loss in written.losses} >= {"boundary", "limits", "flows", "names"}
    assert written.name == "cbam-2025-Q4.xml"


@pytest.mark.parametrize("more", [example, full])
def test_what_was_written_is_read_and_written_the_same(more):
    written = write(aluminium(), more())
    (found,) = reported(written.content)
    assert write(found.received.declaration, found.supplement).content == written.content
    told = found.received.declaration
    assert told.total == pytest.approx(aluminium().total, abs=1e-3)
    assert told.sum(lambda flow: True, counted=False) == pytest.approx(aluminium().total + 5043.49308, abs=1e-3)
    assert (told.first.isoformat(), told.last.isoformat()) == ("2025-10-01", "2025-12-31")
    assert told.geography == "CN"
    assert found.received.objections == ()


def test_a_report_of_several_goods_adds_up():
    steel = declared("steel", "cbam")
    second = replace(steel, assessment=None, unit=Quantity(1000.0, "kg"))
    section = dict(full().sections["cbam"])
    section["electricity"] = {**section["electricity"], "factor": 0.5777, "consumed": "0.21 MWh"}
    of_steel = Supplement({"cbam": section})
    written = quarterly([(aluminium(), example()), (steel, of_steel), (second, of_steel)])
    schema().validate(written.content.decode().partition("\n")[2])
    assert written.objections == ()
    goods = reported(written.content)
    assert [one.received.declaration.codes["cn"] for one in goods] == ["76011000", "72069000", "72069000"]
    again = quarterly([(one.received.declaration, one.supplement) for one in goods])
    assert again.content == written.content


@settings(max_examples=25, deadline=None, derandomize=True)
@given(direct=st.floats(0, 60), indirect=st.floats(0, 60), mass=st.floats(0.001, 1e6))
def test_sums_hold_to_the_last_digit_for_any_good(direct, indirect, mass):
    steel = replace(aluminium(), codes={"cn": "2523 29 00"}, assessment=None, total=1000 * (direct + indirect))
    flow = steel.flows[0]
    flows = [(direct, "direct"), (indirect, "electricity")]
    told = replace(
        steel,
        flows=tuple(replace(flow, what=what, co2e=1000 * value, counted=True, excluded="") for value, what in flows),
    )
    section = dict(example().sections["cbam"])
    section["imported"] = {**section["imported"], "mass": f"{mass!r} t"}
    written = write(told, Supplement({"cbam": section}))
    assert written.objections == ()
    schema().validate(written.content.decode().partition("\n")[2])
    (found,) = reported(written.content)
    assert write(found.received.declaration, found.supplement).content == written.content


def test_goods_of_several_installations_come_apart():
    content = write(aluminium(), example()).content.decode()
    made = content[content.index("<GoodsEmissions>") : content.index("</GoodsEmissions>") + len("</GoodsEmissions>")]
    second = made.replace("<SequenceNumber>1</SequenceNumber>", "<SequenceNumber>2</SequenceNumber>", 1)
    both = (made + second).replace("<NetMass>120</NetMass>", "<NetMass>60</NetMass>")
    found = reported(content.replace(made, both).encode())
    assert [one.supplement.sections["cbam"]["imported"]["mass"] for one in found] == ["60 t", "60 t"]
    assert [loss.path for loss in found[0].received.losses] == ["ImportedGood[1]/GoodsEmissions[2…]"]


def test_masses_of_kilograms_are_tonnes():
    section = dict(example().sections["cbam"])
    section["imported"] = {**section["imported"], "mass": "120000 kg"}
    assert write(aluminium(), Supplement({"cbam": section})).content == write(aluminium(), example()).content


def test_all_that_is_needed_is_told_at_once():
    with pytest.raises(ExchangeError) as caught:
        write(aluminium(), supplement("{}"))
    fields = {fault.params["field"] for fault in caught.value.faults}
    assert {fault.code for fault in caught.value.faults} == {"TH-EXC-010"}
    assert fields >= {
        "cbam.report.year",
        "cbam.signature.data",
        "cbam.imported.mass",
        "cbam.operator.contacts",
        "cbam.units.mass",
    }
    assert caught.value.faults[0].params["remedy"] == "cbam: {imported: {mass: …}}"


def test_a_confirmation_is_never_given_for_anybody():
    section = {**example().sections["cbam"], "signature": {**example().sections["cbam"]["signature"]}}
    del section["signature"]["use"]
    with pytest.raises(ExchangeError) as caught:
        write(aluminium(), Supplement({"cbam": section}))
    assert [fault.params["field"] for fault in caught.value.faults] == ["cbam.signature.use"]


def test_no_goods_are_no_report():
    with pytest.raises(ExchangeError, match="TH-EXC-207"):
        quarterly([])


def test_long_texts_are_shortened_and_said_to_be():
    section = {**example().sections["cbam"], "declarant": {**example().sections["cbam"]["declarant"], "name": "N" * 90}}
    written = write(aluminium(), Supplement({"cbam": section}))
    assert [loss.params for loss in written.losses if loss.code == "shortened"] == [{"length": 70}]
    schema().validate(written.content.decode().partition("\n")[2])


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("<ReportingPeriod>Q4<", "<ReportingPeriod>H1<", "TH-EXC-211"),
        ("<Year>2025<", "<Year>2026<", "TH-EXC-212"),
        ("<HsCode>760110<", "<HsCode>850760<", "TH-EXC-213"),
        ("<TotalImported>1<", "<TotalImported>2<", "TH-EXC-214"),
        ("<TotalDirect>212.984736<", "<TotalDirect>213<", "TH-EXC-214"),
        ("<EmissionsPerUnit>6.8183659<", "<EmissionsPerUnit>6.9<", "TH-EXC-214"),
        ("<EmissionFactor>0.38040<", "<EmissionFactor>0.58040<", "TH-EXC-217"),
        ("<InstallationId>CN-EXAMPLE-1</InstallationId>", "", "TH-EXC-215"),
    ],
)
def test_rules_that_the_schema_lets_pass(old, new, code):
    content = write(aluminium(), example()).content.decode()
    assert old in content
    (found,) = read(content.replace(old, new, 1).encode())
    assert code in {one.code for one in found.objections}
    for one in found.objections:
        assert one.line("zh") != one.line("en")
        assert not re.search(r"\{\w+\}", one.line("en") + one.line("zh"))


def test_what_we_have_no_place_for_is_a_loss():
    content = write(aluminium(), example()).content.decode()
    inner = "<SequenceNumber>1</SequenceNumber><AdditionalInformation>x</AdditionalInformation>"
    more = f"<RemarksEmissions>{inner}</RemarksEmissions>"
    (found,) = read(content.replace("</GoodsEmissions>", f"{more}</GoodsEmissions>").encode())
    assert [loss.path for loss in found.losses] == ["RemarksEmissions"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"not xml", "TH-EXC-020"),
        (b"<QReport/>", "TH-EXC-020"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><QReport>&b;</QReport>", "TH-EXC-020"),
    ],
)
def test_what_is_no_report_is_refused(content, code):
    with pytest.raises(ExchangeError, match=code):
        read(content)


@pytest.mark.parametrize("new", ["much", ""])
def test_numbers_that_are_none_are_refused(new):
    content = write(aluminium(), example()).content.decode()
    old = "<SpecificEmbeddedEmissions>1.7748728</SpecificEmbeddedEmissions>"
    put = f"<SpecificEmbeddedEmissions>{new}</SpecificEmbeddedEmissions>" if new else ""
    with pytest.raises(ExchangeError, match="TH-EXC-021"):
        read(content.replace(old, put).encode())


def test_the_protocol_says_which_schema_it_follows():
    found = protocol("cbam-xml")
    assert "transitional" in found.names["en"]
    assert "not public" in found.standard["en"]
    assert found.write is not None
    assert found.read is not None
