"""Figures of disclosure: concepts are those of the taxonomy, scopes add up to the footprint, reports name what is missing."""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from datetime import date
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declaration_samples import FILES, declared
from tanheng.errors import ExchangeError
from tanheng.exchange.declaration import Declaration, Flow, Party, Verified
from tanheng.exchange.disclosure import ghgp
from tanheng.exchange.disclosure.scopes import of_buyer, of_maker
from tanheng.exchange.disclosure.xbrl import ESRS, VSME, is_lei, rounded
from tanheng.exchange.shelf import protocol
from tanheng.exchange.supplement import read
from tanheng.footprint.study import Boundary, Stage
from tanheng.quantities import Origin, Quantity

CONCEPTS = Path(__file__).resolve().parents[3] / "shared" / "standards" / "xbrl-vsme" / "vsme_ghg_concepts.csv"
LEI = "5493001KJTIIGC8Y1R12"
GIVEN = f"""
tanheng: exchange/1
disclosure: {{entity: {LEI}, role: ROLE, volume: VOLUME, first: 2024-01-01, last: 2024-12-31, decimals: 3}}
"""
REPORT = """
tanheng: exchange/1
company: {contact: Sustainability, email: footprint@maker.example.org}
ghgp: {date: 2025-06-30, version: '1', gate_reason: intermediate product, process_map: 'https://maker.example.org/map',
  data_statement: meters, uncertainty_statement: proxies, disclaimer: not for comparison, luc_method: none}
"""
COMPLETE = sorted(name for name in FILES if name != "bottle")
VOLUMES = {"t": "1200 t", "kg": "1200 t", "kWh": "5 GWh", "kW": "3 MW", "pcs": "40000 pcs"}


def text(role: str, volume: str) -> str:
    return GIVEN.replace("ROLE", role).replace("VOLUME", volume)


def written(name: str, role: str, to: str = "vsme", **changes: object):
    told = replace(declared(name), **changes)
    return protocol(to).write(told, read(text(role, VOLUMES[told.unit.unit])))


@pytest.mark.parametrize("role", ["buyer", "maker"])
@pytest.mark.parametrize("name", COMPLETE)
def test_facts_are_sound(name, role):
    """Structure of xBRL-JSON 1.0, and concepts, period type and unit of the taxonomy."""
    made = written(name, role)
    whole = orjson.loads(made.content)
    assert whole["documentInfo"]["documentType"] == "https://xbrl.org/2021/xbrl-json"
    prefixes = set(whole["documentInfo"]["namespaces"])
    if CONCEPTS.exists():
        with CONCEPTS.open(encoding="utf-8") as opened:
            known = {row["concept"]: row for row in csv.DictReader(opened)}
    else:
        pytest.skip("shared standards are not beside the project: xbrl-vsme/vsme_ghg_concepts.csv")
    for fact in whole["facts"].values():
        dimensions = fact["dimensions"]
        assert dimensions["concept"].partition(":")[0] in prefixes
        if dimensions["concept"] == "xbrl:note":
            assert set(dimensions) == {"concept", "noteId", "language"}
            continue
        assert known[dimensions["concept"]]["periodType"] == "duration"
        assert dimensions["unit"] in known[dimensions["concept"]]["unit_guidance"]
        assert dimensions["period"] == "2024-01-01T00:00:00/2025-01-01T00:00:00"
        assert dimensions["entity"] == f"lei:{LEI}"
        assert len(fact["value"].partition(".")[2]) == fact["decimals"] == 3
        assert all(note in whole["facts"] for note in fact["links"]["footnote"]["_"])
    assert {f"vsme:{concept}" for concept in VSME.others} <= set(known)


def test_purchased_goods_are_footprint_times_volume():
    whole = orjson.loads(written("aluminium", "buyer").content)
    told = declared("aluminium")
    assert float(whole["facts"]["scope3"]["value"]) == pytest.approx(told.total * 1200 / 1000, abs=6e-4)
    assert "scope1" not in whole["facts"]
    assert "3.1" in whole["facts"]["scope3-en"]["value"]


def test_a_buyer_counts_until_the_gate():
    told = declared("t-shirt")
    found = of_buyer(told)
    assert found.amounts["3.1"] == pytest.approx(told.stage(Stage.RAW_MATERIALS) + told.stage(Stage.PRODUCTION))
    assert found.amounts["3.1"] < told.total
    merged = replace(told, flows=tuple(replace(flow, stage=None) for flow in told.flows))
    with pytest.raises(ExchangeError, match="TH-EXC-010"):
        of_buyer(merged)
    with pytest.raises(ExchangeError, match="TH-EXC-010"):
        of_maker(replace(merged, assessment=None))


@pytest.mark.parametrize("name", COMPLETE)
def test_scopes_add_up_to_the_footprint(name):
    told = declared(name)
    assert math.fsum(of_maker(told).amounts.values()) == pytest.approx(told.total, rel=1e-9)
    without = replace(told, assessment=None)
    assert math.fsum(of_maker(without).amounts.values()) == pytest.approx(told.total, rel=1e-9)


def test_a_maker_sees_its_own_scope_and_what_cannot_be_told():
    made = written("cement", "maker")
    facts = orjson.loads(made.content)["facts"]
    found = of_maker(declared("cement")).amounts
    assert found["1"] > 0
    assert float(facts["scope1"]["value"]) == pytest.approx(found["1"] * 1.2, abs=6e-4)
    losses = {loss.code: loss for loss in made.losses}
    assert float(losses["scope-undetermined"].params["amount"]) == pytest.approx(found["undetermined"] * 1.2, rel=1e-5)
    assert all("{" not in loss.line(lang) for loss in made.losses for lang in ("zh", "en"))


def test_esrs_has_the_same_figures_by_its_own_names():
    facts = orjson.loads(written("steel", "buyer", "esrs-e1").content)
    other = orjson.loads(written("steel", "buyer").content)
    assert facts["facts"]["scope3"]["value"] == other["facts"]["scope3"]["value"]
    assert facts["facts"]["scope3"]["dimensions"]["concept"] == "esrs:GrossScope3GreenhouseGasEmissions"
    assert facts["documentInfo"]["taxonomy"] == [ESRS.entry]


@pytest.mark.parametrize(
    ("written_as", "codes"),
    [
        ("tanheng: exchange/1", ["TH-EXC-010"] * 5),
        (text("buyer", "1200 t").replace(LEI, "5493001KJTIIGC8Y1R13"), ["TH-EXC-801"]),
        (text("buyer", "1200 t").replace("2024-12-31", "2023-12-31"), ["TH-EXC-802"]),
        (text("buyer", "3 kWh"), ["TH-EXC-006"]),
    ],
)
def test_faults_are_told_at_once(written_as, codes):
    with pytest.raises(ExchangeError) as caught:
        protocol("vsme").write(declared("steel"), read(written_as, file="more.yaml"))
    assert [fault.code for fault in caught.value.faults] == codes
    assert all(fault.message("zh") != fault.message("en") for fault in caught.value.faults)


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, ["TH-EXC-811"]),
        ({"total": -1.0}, ["TH-EXC-811", "TH-EXC-812"]),
        ({"last": date(2020, 12, 31)}, ["TH-EXC-811", "TH-EXC-813"]),
        ({"boundary": Boundary.GATE_TO_GATE}, ["TH-EXC-811", "TH-EXC-814"]),
    ],
)
def test_every_rule_of_figures_fires(changes, codes):
    made = written("steel", "buyer", **changes)
    assert [one.code for one in made.objections] == codes
    assert all(one.line("zh") != one.line("en") and "{" not in one.line("en") for one in made.objections)


@pytest.mark.parametrize("lei", ["", "5493001KJTIIGC8Y1R1", "5493001kjtiigc8y1r12", "0000000000000000000A"])
def test_other_texts_are_no_lei(lei):
    assert is_lei(LEI)
    assert not is_lei(lei)


@settings(max_examples=60, derandomize=True)
@given(st.floats(-1e12, 1e12), st.integers(-3, 6))
def test_rounding_stays_within_half_a_step(value, decimals):
    told = rounded(value, decimals)
    assert "E" not in told.upper()
    assert abs(float(told) - value) <= 0.5 * 10.0**-decimals * (1 + 1e-9) + abs(value) * 1e-15
    assert float(told) * value >= 0


@settings(max_examples=40, derandomize=True)
@given(
    st.lists(st.tuples(st.sampled_from(list(Stage)), st.sampled_from(list(Origin)), st.floats(-1e4, 1e4)), min_size=1)
)
def test_scopes_of_any_flows_add_up(told):
    flows = tuple(
        Flow(stage=stage, what="sum", source="", gas="CO2", origin=origin, mass=value, co2e=value)
        for stage, origin, value in told
    )
    total = math.fsum(flow.co2e for flow in flows)
    whole = Declaration(
        names={"en": "P"},
        maker=Party(names={}),
        unit=Quantity(1.0, "t"),
        total=total,
        flows=flows,
        boundary=Boundary.CRADLE_TO_GRAVE,
    )
    assert math.fsum(of_maker(whole).amounts.values()) == pytest.approx(total, abs=1e-6)


VERIFIED = Verified(body={"en": "Body"}, day=date(2025, 7, 1), level="limited", certificate="C-1")


@pytest.mark.parametrize("name", COMPLETE)
def test_a_product_report_reads_back(name):
    supplement = read(REPORT)
    told = replace(declared(name, "ghgp-product" if name == "cement" else "", supplement), verified=VERIFIED)
    made = protocol("ghgp-product").write(told, supplement)
    (received,) = protocol("ghgp-product").read(made.content)
    back = received.declaration
    for field in (
        *("names", "description", "unit", "unit_text", "mass", "boundary", "total", "first", "last", "gwp", "rules"),
        *("rules_names", "cut_off_text", "allocation", "primary_share", "quality", "rating", "gsd2", "low", "high"),
        *("digest", "verified", "quality_coverage"),
    ):
        assert getattr(back, field) == getattr(told, field), field
    assert back.maker.email == "footprint@maker.example.org"
    for stage in told.boundary.stages:
        assert back.stage(stage) == told.stage(stage)
    assert orjson.loads(made.content)["missing"] == []
    assert [one.code for one in made.objections] == []


def test_what_is_required_and_not_known_is_missing():
    made = protocol("ghgp-product").write(declared("cement"), read("tanheng: exchange/1"))
    whole = orjson.loads(made.content)
    assert whole["missing"] == [
        *("contact", "inventory-date", "disclaimer", "process-map", "gate-reason", "data-quality", "uncertainty"),
        "assurance",
    ]
    assert [one.path for one in made.objections] == [f"items.{name}" for name in whole["missing"]]
    assert {row["id"]: row["state"] for row in whole["items"]}["luc-method"] == "not-applicable"
    assert all("value" not in row for row in whole["items"] if row["state"] != "told")
    assert all(one.line("zh") != one.line("en") for one in made.objections)


def test_rules_of_product_reports_fire():
    made = protocol("ghgp-product").write(replace(declared("cement"), boundary=Boundary.GATE_TO_GATE), read(REPORT))
    assert "TH-EXC-822" in {one.code for one in made.objections}
    whole = orjson.loads(protocol("ghgp-product").write(declared("cement"), read(REPORT)).content)
    row = next(row for row in whole["items"] if row["id"] == "stage-shares")
    row["value"] = {"production": 50}
    assert "TH-EXC-823" in {one.code for one in ghgp.objections(whole)}


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"tanheng": "ghgp-product/1"}'])
def test_other_files_are_refused(content):
    with pytest.raises(ExchangeError, match="TH-EXC-020"):
        protocol("ghgp-product").read(content)


def test_what_a_report_of_others_leaves_out_is_missing():
    whole = {"tanheng": "ghgp-product/1", "items": [{"id": "total", "value": {"value": 1.0, "per": "1 t"}}]}
    (received,) = protocol("ghgp-product").read(orjson.dumps(whole))
    told = {one.path for one in received.objections if one.code == "TH-EXC-821"}
    always = {f"items.{item['id']}" for item in ghgp.items() if item["when"] == "always"}
    assert told == always - {"items.total"}


@pytest.mark.parametrize("value", [{"value": "much", "per": "1 t"}, {"value": 1, "per": "1 nonsense"}, 3])
def test_values_that_are_none_are_refused(value):
    whole = {"tanheng": "ghgp-product/1", "items": [{"id": "total", "value": value}]}
    with pytest.raises(ExchangeError, match="TH-EXC-021"):
        protocol("ghgp-product").read(orjson.dumps(whole))
