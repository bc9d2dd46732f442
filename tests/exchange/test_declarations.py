"""A declaration says what the assessment says; supplements are read as they are meant; records link."""

from __future__ import annotations

from datetime import date

import pytest

from declaration_samples import FILES, assessed, declared
from tanheng.errors import ExchangeError
from tanheng.exchange.declaration import Declaration, Party
from tanheng.exchange.declaring import of_assessment
from tanheng.exchange.protocols import Protocol, Received
from tanheng.exchange.recording import record_of
from tanheng.exchange.shelf import protocol, protocols
from tanheng.exchange.supplement import Product, Section, read, schema_of
from tanheng.footprint.study import Stage
from tanheng.quantities import Quantity

MORE = """
tanheng: exchange/1
product: {ids: ['urn:gtin:1'], fossil_carbon: 2 g}
company: {city: 昆明}
"""
WRONG = """
tanheng: exchange/1
product: {mass: 3 kgg, valid_from: soon, weight: 3 kg}
"""
SENT = Protocol(
    id="sample",
    names={"en": "Sample", "zh": "样例"},
    standard={"en": "none", "zh": "无"},
    url="",
    media_type="application/json",
    suffix=".json",
)


@pytest.mark.parametrize("regime", ["", "pact3", "iso14067", "pef31", "cbam", "eu-battery"])
@pytest.mark.parametrize("name", sorted(FILES))
def test_counted_flows_add_up_to_the_total(name: str, regime: str) -> None:
    result = assessed(name, regime)
    if not result.complete:
        pytest.skip("the example is incomplete under this regime")
    told = of_assessment(result)
    assert told.sum(lambda flow: True) == pytest.approx(result.total, rel=1e-9)
    for stage in result.stages:
        if told.stage(stage.stage) is not None:
            assert told.stage(stage.stage) == pytest.approx(stage.total, rel=1e-9, abs=1e-12)


def test_what_is_not_known_is_not_there() -> None:
    told = declared("photovoltaic")
    assert told.fossil_carbon is None
    assert told.ids == ()
    assert declared("aluminium").mass == 1000
    assert told.stage(Stage.USE) is None


def test_a_supplement_adds() -> None:
    told = declared(
        "aluminium",
        "pact3",
        MORE,
    )
    assert told.fossil_carbon == pytest.approx(0.002)
    assert told.ids == ("urn:gtin:1",)
    assert told.maker.city == "昆明"
    assert told.maker.country == "CN"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("[1, 2", ["TH-EXC-001"]),
        ("product: {}", ["TH-EXC-001"]),
        ("tanheng: exchange/1\nproduct: [1]", ["TH-EXC-002"]),
        (
            "tanheng: exchange/1\nproduct: {mass: 3 kgg, valid_from: soon, weight: 3 kg}",
            ["TH-EXC-002", "TH-EXC-002", "TH-EXC-003"],
        ),
        ("tanheng: exchange/1\nproduct: {mass: 3 kWh}", ["TH-EXC-006"]),
    ],
)
def test_every_fault_of_a_supplement_is_told(text: str, codes: list[str]) -> None:
    with pytest.raises(ExchangeError) as caught:
        of_assessment(assessed("aluminium"), read(text, file="more.yaml"))
    assert [fault.code for fault in caught.value.faults] == codes
    for fault in caught.value.faults:
        assert fault.message("zh") != fault.message("en")
        assert "{" not in fault.line("en").replace("{…}", "")


def test_unknown_sections_are_refused() -> None:
    with pytest.raises(ExchangeError, match="TH-EXC-005"):
        read("tanheng: exchange/1\nprodukt: {}", known=frozenset(("product",)))


def test_needed_fields_are_told() -> None:
    class Needs(Section, frozen=True):
        name: str

    with pytest.raises(ExchangeError, match="TH-EXC-004"):
        read("tanheng: exchange/1").section("needs", Needs)


def test_a_section_has_a_schema() -> None:
    found = schema_of(Product)
    assert found["$defs"]["Product"]["properties"]["mass"]


def test_a_footprint_that_came_in_is_a_record() -> None:
    told = Declaration(
        names={"en": "Steel bar"},
        maker=Party(names={"en": "Maker"}),
        unit=Quantity(2.0, "t"),
        total=4_000.0,
        geography="CN",
        last=date(2025, 12, 31),
        primary_share=0.4,
    )
    record = record_of(Received("f4b1", told), SENT, id="from-maker", day=date(2026, 1, 2))
    assert record.factor.value == 2_000.0
    assert record.factor.per == "t"
    assert record.factor.primary_share == 0.4
    assert record.factor.source.number == "f4b1"


def test_protocols_are_found_by_their_id() -> None:
    for one in protocols().values():
        assert protocol(one.id) is one
        assert one.write or one.read
    with pytest.raises(ExchangeError, match="TH-EXC-012"):
        protocol("pact9")
