"""Modules and indicators of environmental product declarations, and the rules that both data formats share."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings

from declaration_samples import declared
from epd_samples import SHEET, Part, made, parts_, tables, values_of, with_section
from tanheng.errors import ExchangeError
from tanheng.exchange.declaration import Declaration
from tanheng.exchange.declaring import of_assessment
from tanheng.exchange.epd.checking import check
from tanheng.exchange.epd.modules import PRODUCT, Module
from tanheng.exchange.epd.received import told_of
from tanheng.exchange.epd.results import PARTS, Indicator, results_of
from tanheng.exchange.epd.section import SECTION, Epd
from tanheng.exchange.shelf import protocol
from tanheng.exchange.supplement import Supplement
from tanheng.footprint import assess, read_study
from tanheng.footprint.study import Boundary, Stage
from tanheng.quantities import Origin, Quantity

FOSSIL = Origin.FOSSIL


def epd(supplement: Supplement = SHEET) -> Epd:
    return supplement.section(SECTION, Epd)


def totals(told: Declaration, more: Epd | None = None) -> dict[Module, float]:
    return dict(results_of(told, more or epd()).values[Indicator.TOTAL])


@pytest.mark.parametrize(
    ("part", "module"),
    [
        ((Stage.RAW_MATERIALS, "activity", FOSSIL, 1.0), Module.A1),
        ((Stage.RAW_MATERIALS, "transport", FOSSIL, 1.0), Module.A2),
        ((Stage.PRODUCTION, "emission", FOSSIL, 1.0), Module.A3),
        ((Stage.DISTRIBUTION, "transport", FOSSIL, 1.0), Module.A4),
        ((Stage.USE, "electricity", FOSSIL, 1.0), Module.B6),
        ((Stage.USE, "activity", FOSSIL, 1.0), Module.B1),
        ((Stage.END_OF_LIFE, "transport", FOSSIL, 1.0), Module.C2),
        ((Stage.END_OF_LIFE, "recycling", FOSSIL, 1.0), Module.C3),
        ((Stage.END_OF_LIFE, "recycling", FOSSIL, -1.0), Module.D),
        ((Stage.END_OF_LIFE, "activity", FOSSIL, 1.0), Module.C4),
        ((None, "sum", FOSSIL, 1.0), Module.A1_A3),
    ],
)
def test_flows_are_in_a_module(part: Part, module: Module) -> None:
    found = totals(made(part))
    assert found[module] == part[3]
    assert set(found) == {module, Module.A1_A3}


def test_rules_of_the_supplement_come_first() -> None:
    rules = [{"stage": "production", "what": "electricity", "to": "A1"}, {"source": "x", "stage": "use", "to": "B2"}]
    told = made((Stage.PRODUCTION, "electricity", FOSSIL, 2.0), (Stage.USE, "activity", FOSSIL, 3.0))
    assert totals(told, epd(with_section(modules=rules))) == {Module.A1: 2.0, Module.A1_A3: 2.0, Module.B2: 3.0}


def test_what_is_not_declared_is_not_zero() -> None:
    told = made((Stage.PRODUCTION, "activity", FOSSIL, 2.0))
    found = results_of(told, epd(with_section(zero=["C1"])))
    assert found.values[Indicator.TOTAL] == {Module.A3: 2.0, Module.A1_A3: 2.0, Module.C1: 0.0}
    assert found.not_declared == tuple(m for m in Module if (m.value[0] in "BCD" and m != "C1") or m in ("A4", "A5"))


def test_what_the_regime_leaves_out_is_in_no_module() -> None:
    told = made((Stage.PRODUCTION, "activity", FOSSIL, 2.0), (Stage.USE, "activity", FOSSIL, 5.0))
    told = replace(told, flows=(told.flows[0], replace(told.flows[1], counted=False, excluded="stage")))
    assert set(totals(told)) == {Module.A3, Module.A1_A3}


def test_the_example_of_the_guide() -> None:
    told = declared("cement", "iso14067", SHEET)
    found = results_of(told, epd())
    assert found.is_split
    assert found.values[Indicator.TOTAL][Module.A1_A3] == pytest.approx(told.total, rel=1e-9)
    biogenic = found.values[Indicator.BIOGENIC]
    assert biogenic[Module.A3] == pytest.approx(told.origin(Origin.BIOGENIC), rel=1e-9)
    assert biogenic[Module.A1] == biogenic[Module.A2] == 0
    unknown = results_of(told, epd(with_section(unsplit="unknown")))
    assert set(unknown.values) == {Indicator.TOTAL}
    assert unknown.values[Indicator.TOTAL][Module.A1_A3] == pytest.approx(told.total, rel=1e-9)


def test_uptake_is_negative_where_it_enters() -> None:
    told = made(
        (Stage.RAW_MATERIALS, "emission", Origin.REMOVAL, -44.0),
        (Stage.PRODUCTION, "emission", Origin.BIOGENIC, 4.0),
        (Stage.END_OF_LIFE, "activity", Origin.BIOGENIC, 40.0),
        biogenic_carbon=40.0 * 12 / 44,
    )
    found = results_of(told, epd()).values
    assert found[Indicator.BIOGENIC] == {Module.A1: -44.0, Module.A3: 4.0, Module.A1_A3: -40.0, Module.C4: 40.0}
    codes = {one.code for one in check(told, epd(), found)}
    assert not codes & {"TH-EXC-401", "TH-EXC-402", "TH-EXC-407", "TH-EXC-408"}
    kept = {kind: {m: v for m, v in row.items() if m is not Module.C4} for kind, row in found.items()}
    kept[Indicator.BIOGENIC] = {**kept[Indicator.BIOGENIC], Module.A1_A3: 0.0, Module.C4: 1.0}
    assert {"TH-EXC-407", "TH-EXC-408"} <= {one.code for one in check(told, epd(), kept)}


@pytest.mark.parametrize("name", ["openepd", "ilcd-epd"])
def test_carbon_that_a_product_holds_is_netted_in_the_declaration_alone(
    name: str, study_file: Callable[..., Path]
) -> None:
    body = """
lines:
  - {stage: raw-materials, name: Wood, emits: {CO2: {amount: 900 kg, origin: removal}}}
  - {stage: production, name: Drying, emits: {CO2: {amount: 200 kg, origin: biogenic}}}
  - {stage: production, name: Saw, emits: {CO2: 50 kg}}
"""
    told = of_assessment(assess(read_study(study_file(body, unit="1 t")), regime_id="iso14067"), SHEET)
    assert (told.total, told.stored_carbon) == (50.0, 700.0)
    assert totals(told)[Module.A1_A3] == -650.0
    result = protocol(name).write(told, SHEET)
    assert "700" in next(loss.line() for loss in result.losses if loss.code == "stored-carbon")
    assert result.objections == ()
    (found,) = protocol(name).read(result.content)
    assert found.declaration.total == -650.0
    assert found.declaration.biogenic_carbon == pytest.approx(700.0 * 12 / 44)


@settings(max_examples=40, derandomize=True, deadline=None)
@given(parts_)
def test_parts_add_up_in_every_module(parts: list[Part]) -> None:
    told = made(*parts)
    found = results_of(told, epd())
    values = found.values
    assert found.is_split
    assert set(values) == set(Indicator)
    for module, total in values[Indicator.TOTAL].items():
        assert math.fsum(values[kind][module] for kind in PARTS) == pytest.approx(total, rel=1e-9, abs=1e-6)
    for row in values.values():
        assert math.fsum(row.get(m, 0.0) for m in PRODUCT) == pytest.approx(row[Module.A1_A3], rel=1e-9, abs=1e-6)
    whole = math.fsum(v for m, v in values[Indicator.TOTAL].items() if m not in PRODUCT)
    assert whole == pytest.approx(told.total, rel=1e-9, abs=1e-6)
    sums = {one.code for one in check(told, epd(), values)}
    assert not sums & {"TH-EXC-401", "TH-EXC-402", "TH-EXC-403"}


@settings(max_examples=40, derandomize=True, deadline=None)
@given(parts_)
def test_nothing_is_split_that_nobody_split(parts: list[Part]) -> None:
    found = results_of(made(*parts), epd(with_section(unsplit="unknown")))
    plain = results_of(made(*parts), epd()).values
    for module, total in found.values[Indicator.TOTAL].items():
        assert total == pytest.approx(plain[Indicator.TOTAL][module], rel=1e-9, abs=1e-6)
        is_known = module not in found.unknown
        assert all((module in found.values.get(kind, {})) is is_known for kind in PARTS)
    if any(origin is Origin.UNSPLIT and value for *_, origin, value in parts):
        assert found.unknown


@settings(max_examples=40, derandomize=True, deadline=None)
@given(tables)
def test_what_others_tell_comes_back(table: dict[Module, tuple[float, float, float]]) -> None:
    told = told_of(values_of(table))
    again = results_of(made(regime="", flows=told.flows, total=told.total, boundary=told.boundary), epd())
    for kind, row in told.values.items():
        assert dict(again.values[kind]) == pytest.approx(dict(row), rel=1e-9, abs=1e-6)
    counted = math.fsum(flow.co2e for flow in told.flows if flow.counted)
    assert counted == told.total
    within = set(PRODUCT) if told.boundary is Boundary.CRADLE_TO_GATE else set(Module) - {Module.D}
    assert told.total == pytest.approx(math.fsum(sum(row) for m, row in table.items() if m in within), abs=1e-6)


def test_a_total_that_its_parts_do_not_make_stays_what_it_is() -> None:
    values = {Indicator.TOTAL: {Module.A1_A3: 10.0}, **{kind: {Module.A1_A3: 3.0} for kind in PARTS}}
    told = told_of(values)
    assert told.total == 10.0
    again = results_of(made(regime="", flows=told.flows), epd()).values
    assert again == values
    assert "TH-EXC-401" in {one.code for one in check(made(), epd(), values)}


def test_a1_to_a3_is_not_counted_twice() -> None:
    apart = {Indicator.TOTAL: {Module.A1: 1.0, Module.A2: 2.0, Module.A3: 3.0, Module.A1_A3: 6.0}}
    assert told_of(apart).total == 6.0
    wrong = {Indicator.TOTAL: {**apart[Indicator.TOTAL], Module.A1_A3: 7.0}}
    assert told_of(wrong).total == 7.0
    assert "TH-EXC-402" in {one.code for one in check(made(), epd(), wrong)}


def test_no_product_stage_is_no_declaration() -> None:
    with pytest.raises(ExchangeError, match="TH-EXC-450"):
        told_of({Indicator.TOTAL: {Module.C4: 1.0}})


@pytest.mark.parametrize(
    ("changes", "section", "code"),
    [
        ({}, {"exempt": ""}, "TH-EXC-404"),
        ({}, {"zero": ["A4"]}, "TH-EXC-405"),
        ({}, {"zero": ["B1"]}, "TH-EXC-406"),
        ({"valid_until": date(2025, 1, 1)}, {}, "TH-EXC-409"),
        ({"valid_until": date(2031, 1, 2)}, {}, "TH-EXC-410"),
        ({}, {"verification": None}, "TH-EXC-411"),
        ({}, {"pcr": ""}, "TH-EXC-412"),
        ({}, {"registration": ""}, "TH-EXC-413"),
    ],
)
def test_rules_of_declarations(changes: dict[str, object], section: dict[str, object], code: str) -> None:
    told = replace(made((Stage.PRODUCTION, "activity", FOSSIL, 2.0)), **changes)  # type: ignore[arg-type]
    plain = made((Stage.PRODUCTION, "activity", FOSSIL, 2.0))
    assert not check(plain, epd(), results_of(plain, epd()).values)
    more = epd(with_section(**section))
    found = {one.code: one for one in check(told, more, results_of(told, more).values)}
    assert set(found) >= {code}
    assert found[code].line("zh") != found[code].line("en")
    assert "{" not in found[code].line("en")


def test_credits_belong_to_d() -> None:
    told = made((Stage.PRODUCTION, "activity", FOSSIL, 5.0), (Stage.PRODUCTION, "activity", FOSSIL, -1.0))
    found = {one.code: one for one in check(told, epd(), results_of(told, epd()).values)}
    assert found["TH-EXC-415"].quote == "A3"
    moved = epd(with_section(modules=[{"stage": "production", "to": "D"}]))
    assert "TH-EXC-415" not in {one.code for one in check(told, moved, results_of(told, moved).values)}
    recycled = made((Stage.END_OF_LIFE, "recycling", FOSSIL, -1.0), (Stage.PRODUCTION, "activity", Origin.LUC, -1.0))
    assert "TH-EXC-415" not in {one.code for one in check(recycled, epd(), results_of(recycled, epd()).values)}


def test_removals_without_their_parts_are_told() -> None:
    told = made((Stage.PRODUCTION, "activity", Origin.UNSPLIT, -2.0))
    more = epd(with_section(unsplit="unknown"))
    assert {"TH-EXC-403", "TH-EXC-414"} <= {one.code for one in check(told, more, results_of(told, more).values)}


@pytest.mark.parametrize("name", ["openepd", "ilcd-epd"])
def test_everything_that_is_missing_is_told_at_once(name: str) -> None:
    told = replace(made(), valid_from=None, valid_until=None)
    with pytest.raises(ExchangeError) as caught:
        protocol(name).write(told, Supplement())
    assert {fault.code for fault in caught.value.faults} == {"TH-EXC-010"}
    remedies = {fault.params["remedy"] for fault in caught.value.faults}
    assert remedies == {
        "epd.programme",
        "epd.pcr",
        "epd.compliance",
        "epd.published, product.valid_from",
        "product.valid_until",
    }


@pytest.mark.parametrize("name", ["openepd", "ilcd-epd"])
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"regime": "pact3"}, "TH-EXC-011"),
        ({"unit": Quantity(1.0, "kW")}, "TH-EXC-013"),
        ({"gwp": "AR4 GWP20"}, "TH-EXC-010"),
    ],
)
def test_what_cannot_be_written_is_refused(name: str, changes: dict[str, object], code: str) -> None:
    with pytest.raises(ExchangeError, match=code):
        protocol(name).write(replace(made(), **changes), SHEET)  # type: ignore[arg-type]
