"""Operator's emissions report and monitoring plan: what they tell, what they say is missing."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import docx
import pytest
from pypdf import PdfReader

from cbam_samples import CEMENT, aluminium, example, head, supplement
from declaration_samples import declared
from tanheng.errors import ExchangeError
from tanheng.exchange.battery import BatteryDeclaration
from tanheng.exchange.cbam import Cbam, read, write, write_installation
from tanheng.exchange.cbam.documents import write_plan, write_report
from tanheng.exchange.declaration import Verified
from tanheng.exchange.declaring import of_assessment
from tanheng.exchange.lifetime import Battery
from tanheng.exchange.shelf import protocol
from tanheng.exchange.supplement import Supplement, schema_of


def words(content: bytes) -> str:
    """The text of a Word file with its tables."""
    sheet = docx.Document(io.BytesIO(content))
    cells = (cell.text for table in sheet.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(line.text for line in sheet.paragraphs), *cells]).replace("\u202f", " ")


def test_the_report_tells_the_good_the_sources_and_the_check():
    written = protocol("cbam-report").write(aluminium(), example())
    text = words(written.content)
    for told in (
        "Operator’s emissions report",
        "CN-EXAMPLE-1",
        "CNKMG",
        "K primary aluminium",
        "1.7749",
        "177 490",
        "Anode effects",
    ):
        assert told in text, told
    assert "−1.52513" in text
    assert "143.44" in text
    assert "(EU) 2025/2621" in text
    assert not re.search(r"\{\w+\}", text)


def test_pdf_and_word_tell_the_same():
    pdf = protocol("cbam-report-pdf").write(aluminium(), example())
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.content)).pages).replace("\u202f", " ")
    for told in ("CN-EXAMPLE-1", "1.7749", "143.44"):
        assert told in text
    assert pdf.name.endswith(".pdf")


def test_the_plan_marks_what_is_still_to_be_written():
    text = words(protocol("cbam-plan").write(aluminium(), example()).content)
    assert "Anodes are weighed before and after" in text
    assert "cbam.monitoring.heat" in text
    assert "cbam.monitoring.measuring" not in text
    assert protocol("cbam-plan-pdf").write(aluminium(), example()).content[:4] == b"%PDF"


def test_precursors_and_an_act_that_replaced_the_figures_are_told(assess_text):
    told = of_assessment(assess_text(CEMENT, **head("Cement", "2523 29 00")))
    price = "{instrument: '01', act: Trading, amount: 3, currency: CNY, rate: '7.8', euro: 0.4, country: CN}"
    more = supplement(f"{{day: 2026-09-01, process: {{content: 70 %}}, carbon_prices: [{price}]}}")
    text = words(write_report(told, more, ending="docx").content)
    assert "Clinker" in text
    assert "default value" in text
    assert "(EU) 2026/1740" in text
    assert "3 CNY" in text


def test_secondary_data_of_a_precursor_are_objected_to(assess_text):
    body = """
lines:
  - {stage: raw-materials, name: Lime, amount: 0.2 t, from: "factor:us-quicklime-uslci", codes: {cn: "2523 10 00"}}
"""
    told = of_assessment(assess_text(body, **head("Cement", "2523 29 00")))
    written = write_report(told, supplement("{day: 2026-06-01, process: {content: 70 %}}"), ending="docx")
    assert [one.code for one in written.objections] == ["TH-EXC-216"]
    assert "Lime" in written.objections[0].line("zh")


def test_without_a_study_the_report_says_that_sources_are_not_told_apart():
    (found,) = read(write(aluminium(), example()).content)
    text = words(write_report(found.declaration, example(), ending="docx").content)
    assert "The study behind the figures is not here" in text


def test_a_chinese_copy_for_reading():
    text = words(write_plan(aluminium(), example(), ending="docx", lang="zh").content)
    assert "监测计划" in text


def test_a_report_of_an_installation_tells_its_goods_by_code():
    """Two processes under one code, 1.7749 and twice that, levels 100 000 and 300 000 t: (1 + 2 × 3)/4 of it."""
    other = replace(
        aluminium(),
        assessment=None,
        total=2 * aluminium().total,
        flows=tuple(replace(flow, co2e=2 * flow.co2e) for flow in aluminium().flows),
    )
    section = dict(example().sections["cbam"])
    section["process"] = {**section["process"], "level": "300000 t"}
    steel = declared("steel", "cbam")
    no_scenario = Supplement({"cbam": {**section, "scenario": None}})
    goods = [
        (aluminium(), example()),
        (other, Supplement({"cbam": section})),
        (steel, no_scenario),
    ]
    text = words(write_installation(goods, ending="docx").content)
    assert "Goods of the installation by CN code" in text
    assert f"{1.7748727585 * 7 / 4:.4g}" in text
    assert "72069000" in text
    assert "3 · Good and production process" in text


@pytest.mark.parametrize(
    ("change", "code"),
    [({"installation": {"id": "another"}}, "TH-EXC-208"), ({"process": {"route": "K"}}, "TH-EXC-203")],
)
def test_goods_that_make_no_report_of_one_installation(change, code):
    other = Supplement({"cbam": {**example().sections["cbam"], **change}})
    with pytest.raises(ExchangeError, match=code):
        write_installation([(aluminium(), example()), (aluminium(), other)], ending="docx")


def test_an_installation_without_goods_has_no_report():
    with pytest.raises(ExchangeError, match="TH-EXC-207"):
        write_installation([], ending="docx")


def test_who_verified_it_is_told():
    assert "Not verified" in words(write_report(aluminium(), example(), ending="docx").content)
    told = replace(
        aluminium(), verified=Verified(body={"en": "Example Verifiers"}, certificate="C-1", level="reasonable")
    )
    text = words(write_report(told, example(), ending="docx").content)
    assert "Example Verifiers" in text
    assert "C-1" in text


@pytest.mark.parametrize("kind", [Cbam, BatteryDeclaration, Battery])
def test_sections_have_a_schema_for_forms(kind):
    found = schema_of(kind)
    assert set(found["$defs"][kind.__name__]["properties"]) == set(kind.__struct_fields__)


def test_the_day_is_needed():
    section = {key: value for key, value in example().sections["cbam"].items() if key != "day"}
    with pytest.raises(ExchangeError) as caught:
        write_report(aluminium(), Supplement({"cbam": section}), ending="pdf")
    assert caught.value.faults[0].params["field"] == "cbam.day"
