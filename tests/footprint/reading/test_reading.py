"""What a study says is what is read: texts, shares, types, dates, codes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import rfc8785

from tanheng.files import shipped_rows
from tanheng.footprint.reading import new_study, read_study, study_document, study_from_document
from tanheng.footprint.study import (
    Boundary,
    DataKind,
    ElectricityShare,
    Emission,
    LineType,
    Stage,
    Study,
    Supply,
    TransportLeg,
    UnitKind,
)
from tanheng.inventory.model import Distribution, Uncertainty
from tanheng.inventory.quality import Quality
from tanheng.quantities import Origin, Quantity

AS_A_PERSON_WRITES_IT = """\
tanheng: study/1
product:
  name: {zh: 重熔用铝锭, en: Remelt aluminium ingot}
  codes: {hs: 7601.10, cpc: "41431"}
  maker: {zh: 某铝业有限公司, en: Example Aluminium Co.}
unit: 1 t                       # declared unit
boundary: cradle-to-gate
period: 2024-01-01/2024-12-31
site: CN-53                     # Yunnan
rules: cn-electrolytic-aluminium@1
lines:
  - {stage: raw-materials, name: 氧化铝, amount: 1.925 t, from: "factor:…", data: secondary, quality: {te: 2, ge: 1, ti: 2, pr: 2}}
  - {stage: raw-materials, name: 预焙阳极, amount: 412 kg, from: "uslci:Carbon anode…"}
  - {stage: production, name: 交流电, amount: 13 350 kWh, electricity: [{own: hydro, share: 35 %}, {grid: CN, share: 65 %}], data: primary, evidence: [meter-2024.pdf]}
  - {stage: production, name: 阳极效应, emits: {CF4: 22 g, C2F6: 2.4 g}, uncertainty: {gsd2: 1.6}}
  - {stage: distribution, name: 铁路, transport: [{mode: rail, distance: 1 450 km, mass: 1 t}]}
"""  # noqa: E501 - as it stands in the design


def document(**changes: Any) -> dict[str, Any]:
    base = {
        "tanheng": "study/1",
        "product": {"name": "x"},
        "unit": "1 t",
        "boundary": "cradle-to-gate",
        "period": "2024",
        "site": "CN",
        "lines": [{"stage": "production", "name": "x"}],
    }
    return {**base, **changes}


def line(**keys: Any) -> Any:
    return study_from_document(document(lines=[{"stage": "production", "name": "x", **keys}])).lines[0]


def read(text: str, folder: Path) -> Study:
    path = folder / "study.yaml"
    path.write_text(text, encoding="utf-8")
    return read_study(path)


def test_the_study_of_the_design(tmp_path: Path) -> None:
    study = read(AS_A_PERSON_WRITES_IT, tmp_path)
    assert study.product.names == {"zh": "重熔用铝锭", "en": "Remelt aluminium ingot"}
    assert study.product.codes == {"hs": "7601.10", "cpc": "41431"}
    assert (study.unit, study.boundary, study.site) == (Quantity(1.0, "t"), Boundary.CRADLE_TO_GATE, "CN-53")
    assert (study.period, study.unit_kind) == (("2024-01-01", "2024-12-31"), UnitKind.DECLARED)
    assert (study.rules, study.path) == ("cn-electrolytic-aluminium@1", str(tmp_path / "study.yaml"))
    alumina, anode, power, effect, rail = study.lines
    assert (alumina.stage, alumina.type, alumina.amount) == (
        Stage.RAW_MATERIALS,
        LineType.MATERIAL,
        Quantity(1.925, "t"),
    )
    assert (alumina.data, alumina.quality, alumina.link) == (DataKind.SECONDARY, Quality(2, 1, 2, 2), "factor:…")
    assert anode.amount == Quantity(412.0, "kg")
    assert power.electricity == (ElectricityShare(Supply.OWN, "hydro", 0.35), ElectricityShare(Supply.GRID, "CN", 0.65))
    assert (power.type, power.amount, power.evidence) == (
        LineType.ELECTRICITY,
        Quantity(13350.0, "kWh"),
        ("meter-2024.pdf",),
    )
    assert effect.emits == (Emission("CF4", Quantity(22.0, "g")), Emission("C2F6", Quantity(2.4, "g")))
    assert effect.uncertainty is not None
    assert effect.uncertainty.gsd2 == pytest.approx(1.6)
    assert rail.transport == (TransportLeg("rail", Quantity(1450.0, "km"), Quantity(1.0, "t")),)
    assert [entry.place for entry in study.lines] == [f"lines[{i}]" for i in range(5)]
    assert [entry.type for entry in study.lines][2:] == [LineType.ELECTRICITY, LineType.EMISSION, LineType.TRANSPORT]


def test_yaml_guesses_nothing(tmp_path: Path) -> None:
    head = AS_A_PERSON_WRITES_IT.partition("lines:")[0]
    study = read(
        head
        + "lines: [{stage: use, name: no, source: 2024-01-01, note: 1_000, evidence: [0x1F, 12:30, on], from: 007}]",
        tmp_path,
    )
    only = study.lines[0]
    assert (only.names, only.source, only.note, only.link) == ({"en": "no"}, "2024-01-01", "1_000", "007")
    assert only.evidence == ("0x1F", "12:30", "on")


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("铝锭", {"zh": "铝锭"}),
        ("Ingot 铝", {"zh": "Ingot 铝"}),
        ("Ingot", {"en": "Ingot"}),
        ({"zh": "Al"}, {"zh": "Al"}),
        ({"zh": "铝", "en": ""}, {"zh": "铝"}),
    ],
)
def test_a_text_has_a_language(written: Any, names: dict[str, str]) -> None:
    assert line(name=written).names == names


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        ({}, LineType.MATERIAL),
        ({"amount": "1 t"}, LineType.MATERIAL),
        ({"from": "factor:x", "emits": {"CO2": "1 kg"}}, LineType.MATERIAL),
        ({"emits": {"CO2": "1 kg"}}, LineType.EMISSION),
        ({"amount": "1 kWh", "electricity": [{"grid": "CN"}]}, LineType.ELECTRICITY),
        ({"transport": [{"mode": "rail", "distance": "1 km"}]}, LineType.TRANSPORT),
        ({"amount": "1 t", "transport": [{"mode": "rail", "distance": "1 km"}]}, LineType.MATERIAL),
        ({"type": "energy", "amount": "1 GJ"}, LineType.ENERGY),
        ({"type": "electricity", "amount": "1 MWh"}, LineType.ELECTRICITY),
    ],
)
def test_the_type_of_a_line_is_inferred(keys: dict[str, Any], kind: LineType) -> None:
    assert line(**keys).type is kind


@pytest.mark.parametrize("amount", [None, "", "   "])
def test_an_amount_that_is_not_known_is_a_state(amount: Any) -> None:
    assert line(amount=amount).amount is None


def test_shares() -> None:
    shares = line(
        amount="1 kWh", electricity=[{"own": "pv", "share": "12.3 %"}, {"grid": None, "share": 0.877}]
    ).electricity
    assert shares == (ElectricityShare(Supply.OWN, "pv", 0.123), ElectricityShare(Supply.GRID, "", 0.877))
    thirds = [{"own": source, "share": 1 / 3} for source in ("pv", "hydro", "wind")]
    assert len(line(amount="1 kWh", electricity=thirds).electricity) == 3


@pytest.mark.parametrize(
    ("written", "period"),
    [
        ("2024", ("2024-01-01", "2024-12-31")),
        ("2023/2024", ("2023-01-01", "2024-12-31")),
        ("2024-02", ("2024-02-01", "2024-02-29")),
        ("2023-02/2023-06", ("2023-02-01", "2023-06-30")),
        (" 2024-01-15 / 2024-02-03 ", ("2024-01-15", "2024-02-03")),
    ],
)
def test_periods(written: str, period: tuple[str, str]) -> None:
    assert study_from_document(document(period=written)).period == period


def test_emissions_as_map_and_as_list() -> None:
    both = [{"gas": "CH4", "amount": "3 kg", "origin": "biogenic"}, {"gas": "74-82-8", "amount": "1 kg"}]
    assert line(emits=both).emits == (
        Emission("CH4", Quantity(3.0, "kg"), Origin.BIOGENIC),
        Emission("CH4", Quantity(1.0, "kg")),
    )
    assert line(emits={"甲烷": "1 kg", "CO2e": "2 kg"}).emits == (
        Emission("CH4", Quantity(1.0, "kg")),
        Emission("CO2e", Quantity(2.0, "kg"), Origin.UNSPLIT),
    )


def test_distributions() -> None:
    assert line(uncertainty={"kind": "normal", "sd": 3}).uncertainty == Uncertainty(Distribution.NORMAL, scale=3.0)
    triangle = {"kind": "triangular", "min": 1, "mode": 2, "max": 4}
    assert line(uncertainty=triangle).uncertainty == Uncertainty(Distribution.TRIANGULAR, 2.0, None, 1.0, 4.0)
    uniform = {"kind": "uniform", "min": -1, "max": 4}
    assert line(uncertainty=uniform).uncertainty == Uncertainty(Distribution.UNIFORM, minimum=-1.0, maximum=4.0)


def test_a_value_at_or_within_its_bounds_is_read_and_a_normal_has_none() -> None:
    uniform = {"kind": "uniform", "min": 4, "max": 9}
    for amount in ("4 kg", "5 kg", "9 kg"):
        assert line(amount=amount, uncertainty=uniform).uncertainty.maximum == 9
    assert line(amount="500 kg", uncertainty={"kind": "normal", "sd": 0.1}).uncertainty.scale == 0.1
    # Two emissions share no number that the bounds could be about.
    assert line(emits={"CO2": "1 kg", "CH4": "2 kg"}, uncertainty=uniform).uncertainty.minimum == 4


@pytest.mark.parametrize(
    ("written", "mode"),
    [
        ("road", "road"),
        ("公路（平均货车）", "road"),
        ("公路(平均货车)", "road"),
        ("公路", "road"),
        ("公路（冷藏车）", "road-refrigerated"),
        ("厢式轻型货车", "van"),
        ("铁路", "rail"),
        ("海运", "sea"),
        ("海运（散货船）", "sea-bulk"),
        ("内河", "inland-water"),
        ("航空", "air"),
        ("空运", "air"),
        ("航空（短途）", "air-short"),
        ("Road, average lorry", "road"),
    ],
)
def test_a_mode_of_transport_in_either_language(written: str, mode: str) -> None:
    leg = {"mode": written, "distance": "3 km", "mass": "1 t"}
    study = study_from_document(document(lines=[{"stage": "distribution", "name": "x", "transport": [leg]}]))
    assert study.lines[0].transport[0].mode == mode
    assert study_document(study)["lines"][0]["transport"][0]["mode"] == mode


def test_no_two_modes_have_one_name() -> None:
    rows = shipped_rows("transport_modes")
    names = [
        name
        for row in rows
        for name in {row["mode"], row["name_en"], row["name_zh"], *row["spellings_zh"].split("|")} - {""}
    ]
    assert len(names) == len(set(names))


def test_the_document_is_canonical(tmp_path: Path) -> None:
    """Order, spelling and places do not show in it; every number does (C21)."""
    study = read(AS_A_PERSON_WRITES_IT, tmp_path)
    said_otherwise = (
        AS_A_PERSON_WRITES_IT.replace("35 %", "0.35")
        .replace("13 350 kWh", "13350.0 千瓦时")
        .replace("CF4:", "75-73-0:")
    )
    other = read("# a comment\n\n" + said_otherwise.replace("unit: 1 t ", "unit_kind: declared\nunit: 1.0 t"), tmp_path)
    assert rfc8785.dumps(study_document(other)) == rfc8785.dumps(study_document(study))
    changed = read(AS_A_PERSON_WRITES_IT.replace("1.925", "1.9250000000000003"), tmp_path)
    assert rfc8785.dumps(study_document(changed)) != rfc8785.dumps(study_document(study))


def test_the_document_leaves_defaults_out() -> None:
    assert study_document(study_from_document(document())) == {
        "tanheng": "study/1",
        "product": {"name": {"en": "x"}},
        "unit": {"value": 1.0, "unit": "t"},
        "boundary": "cradle-to-gate",
        "period": "2024-01-01/2024-12-31",
        "site": "CN",
        "lines": [{"stage": "production", "type": "material", "name": {"en": "x"}}],
    }


def test_json_is_yaml_too(tmp_path: Path) -> None:
    study = read(AS_A_PERSON_WRITES_IT, tmp_path)
    again = read(rfc8785.dumps(study_document(study)).decode(), tmp_path)
    assert study_document(again) == study_document(study)


def test_a_large_study_is_read(tmp_path: Path) -> None:
    head, _, _ = AS_A_PERSON_WRITES_IT.partition("lines:")
    body = "".join(f"  - {{stage: production, name: part {i}, amount: {i} kg}}\n" for i in range(2000))
    study = read(head + "lines:\n" + body, tmp_path)
    assert sum(entry.amount.value for entry in study.lines if entry.amount) == sum(range(2000))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("kind", "name"), [("yaml", "a.yaml"), ("yaml", "a.yml"), ("workbook", "a.xlsx")])
def test_a_new_study_is_valid_as_it_is(kind: Any, name: str, lang: str, tmp_path: Path) -> None:
    path = new_study("铝锭", kind, tmp_path / name, lang)
    study = read_study(path)
    assert study.product.names == {"zh": "铝锭"}
    assert len(study.lines) >= 3
    assert all(lang in entry.names for entry in study.lines)
