"""Shells validate with the test engines of IDTA, read back as they were written, and every rule fires."""

from __future__ import annotations

import io
import json
import math
import zipfile
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import orjson
import pytest
from aas_test_engines.file import check_aasx_file, check_json_data
from basyx.aas.adapter.aasx import AASXWriter, DictSupplementaryFileContainer
from hypothesis import given, settings
from hypothesis import strategies as st

from declaration_samples import FILES, declared
from tanheng.errors import ExchangeError, FactorError
from tanheng.exchange.aas import codes, package
from tanheng.exchange.aas.checking import objections
from tanheng.exchange.aas.environment import decimal, environment
from tanheng.exchange.aas.model import Entry, Footprints
from tanheng.exchange.aas.package import read_package
from tanheng.exchange.aas.reading import declaration_of
from tanheng.exchange.aas.writing import of_battery, of_declaration
from tanheng.exchange.declaration import Declaration, Flow, Party
from tanheng.exchange.recording import record_of
from tanheng.exchange.shelf import protocol
from tanheng.exchange.supplement import read
from tanheng.footprint.study import Boundary, Stage
from tanheng.quantities import Origin, Quantity

STANDARDS = Path(__file__).resolve().parents[3] / "shared" / "standards"
GIVEN = """
tanheng: exchange/1
product: {ids: ['urn:gtin:6901234567892'], valid_from: 2026-02-01, valid_until: 2028-12-31}
aas: {rule_operator: SAC, rule_link: 'https://openstd.samr.gov.cn/', explanation: 'https://example.org/footprint.pdf'}
battery: {basis: capacity, capacity: 60.48 kWh, cycles: 60, years: 8, study: 'https://example.org/study'}
passport: {performance_class: B, documents: [XF90-884]}
"""
SHORT = "tanheng: exchange/1\nproduct: {ids: ['urn:gtin:6901234567892'], valid_from: 2026-02-01}"
COMPLETE = sorted(name for name in FILES if name != "bottle")


def standard(*parts: str) -> Path:
    path = STANDARDS.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"shared standards are not beside the project: {'/'.join(parts)}")
    return path


def written(name: str, to: str, text: str = GIVEN, regime: str = "", **changes: object):
    supplement = read(text, file="more.yaml")
    one = protocol(to)
    assert one.write is not None
    return one.write(replace(declared(name, regime, supplement), **changes), supplement)


def taken(to: str, content: bytes):
    one = protocol(to)
    assert one.read is not None
    return one.read(content)


def complaints(result) -> str:
    told = io.StringIO()
    with redirect_stdout(told):
        result.dump()
    return told.getvalue()


def whole_battery() -> Declaration:
    """The battery example, with the two stages that a cradle-to-gate study does not have."""
    gate = declared("battery", "eu-battery", GIVEN)
    more = [
        Flow(stage=stage, what="sum", source="", gas="CO2", origin=Origin.FOSSIL, mass=co2e, co2e=co2e)
        for stage, co2e in ((Stage.DISTRIBUTION, 1.5), (Stage.END_OF_LIFE, -4.25))
    ]
    return replace(gate, boundary=Boundary.CRADLE_TO_GRAVE, flows=(*gate.flows, *more), total=gate.total + 1.5 - 4.25)


@pytest.mark.parametrize("to", ["aas", "aasx"])
@pytest.mark.parametrize("name", [one for one in COMPLETE if one != "photovoltaic"])
def test_what_is_written_is_valid_and_reads_back(name, to):
    made = written(name, to)
    checked = check_json_data(orjson.loads(made.content)) if to == "aas" else check_aasx_file(io.BytesIO(made.content))
    assert checked.ok(), complaints(checked)
    assert "WARNING" not in complaints(checked)
    assert {one.code for one in made.objections} == {"TH-EXC-604"}  # GB/T 24067 is no method of the value list
    (received,) = taken(to, made.content)
    told, back = declared(name, "", GIVEN), received.declaration
    for field in (
        "names",
        "ids",
        "total",
        "boundary",
        "regime",
        "rules",
        "gwp",
        "standards",
        "valid_from",
        "valid_until",
    ):
        assert getattr(back, field) == getattr(told, field), field
    for field in ("geography", "primary_share", "rating", "gsd2", "low", "high", "stored_carbon"):
        assert getattr(back, field) == getattr(told, field), field
    assert back.unit == told.unit
    for stage in told.boundary.stages:
        if told.stage(stage) is not None and len(told.boundary.stages) > 1:
            assert back.stage(stage) == pytest.approx(told.stage(stage), abs=1e-12)


def test_the_same_footprint_gives_the_same_package():
    assert written("steel", "aasx").content == written("steel", "aasx").content


def test_both_forms_say_the_same():
    (one,), (other,) = taken("aas", written("cement", "aas").content), taken("aasx", written("cement", "aasx").content)
    assert one == other


def test_rules_without_an_operator_are_lost_and_said_to_be():
    made = written("cement", "aas", SHORT)
    lost = {loss.path for loss in made.losses}
    assert {"rules", "gwp", "primary_share", "maker"} <= lost
    (received,) = taken("aas", made.content)
    assert received.declaration.rules == ""
    assert received.declaration.primary_share is None
    assert "rules" not in {loss.path for loss in written("cement", "aas").losses}
    assert all("{" not in loss.line(lang) for loss in made.losses for lang in ("zh", "en"))


@pytest.mark.parametrize(
    ("regime", "method"), [("iso14067", "ISO 14067"), ("pact3", "PACT v3.0.0"), ("ghgp-product", "GHG Protocol")]
)
def test_methods_of_the_value_list_keep_their_regime(regime, method):
    made = written("steel", "aas", SHORT, regime)
    assert made.objections == ()
    (received,) = taken("aas", made.content)
    assert received.declaration.standards == (method,)
    assert received.declaration.regime == regime


def test_codes_are_those_of_the_templates():
    for name in (
        "IDTA_02023-1-0-1__Template_CarbonFootprint.json",
        "IDTA_02035-3_DBP-Part-3_ProductCarbonFootprint.json",
    ):
        whole = json.loads(standard("aas", name).read_text(encoding="utf-8"))
        lists = {}
        for concept in whole["conceptDescriptions"]:
            for held in concept.get("embeddedDataSpecifications", ()):
                rows = held["dataSpecificationContent"].get("valueList", {}).get("valueReferencePairs", ())
                lists[concept["id"][:16]] = {one["value"]: one["valueId"]["keys"][0]["value"].strip() for one in rows}
        assert lists["0173-1#02-ABG854"] == codes.METHODS
        assert lists["0173-1#02-ABG856"] == codes.UNITS
        assert lists["0173-1#02-ABG858"] == dict(codes.PHASES.values())


@pytest.mark.parametrize(
    ("to", "name"),
    [
        ("aas", "IDTA_02023-1-0-1__Template_CarbonFootprint.json"),
        ("aas-battery", "IDTA_02035-3_DBP-Part-3_ProductCarbonFootprint.json"),
    ],
)
def test_elements_are_named_and_meant_as_in_the_template(to, name):
    """Every element of ours is one of the template, and every one that the template has to have is there."""

    def walked(elements, path=()):
        for one in elements:
            held = [key["value"] for key in one.get("semanticId", {}).get("keys", ())][:1]
            here = (*path, *held)
            yield here, one
            if isinstance(one.get("value"), list) and one["modelType"] != "MultiLanguageProperty":
                yield from walked(one["value"], here)

    template = json.loads(standard("aas", name).read_text(encoding="utf-8"))["submodels"][0]["submodelElements"]
    supplement = read(GIVEN)

    make = of_battery if to == "aas-battery" else of_declaration
    told = whole_battery() if to == "aas-battery" else declared("cement", "", supplement)
    ours = environment(make(told, supplement))["submodels"][0]["submodelElements"]
    phase = "0173-1#02-ABG858"
    known = {
        tuple(part[: len(phase)] if phase in part else part for part in path): one for path, one in walked(template)
    }
    found = {tuple(part[: len(phase)] if phase in part else part for part in path): one for path, one in walked(ours)}
    assert set(found) <= set(known)
    for path, one in known.items():
        cardinality = {q["type"]: q["value"] for q in one.get("qualifiers", ())}.get("SMT/Cardinality")
        if cardinality in {"One", "OneToMany"} and path[:-1] in {(), *found}:
            assert path in found, path
            assert found[path]["modelType"] == one["modelType"]
            assert found[path].get("valueType") == one.get("valueType")
            assert found[path].get("typeValueListElement") == one.get("typeValueListElement")


def test_an_example_of_others_reads():
    (received,) = taken("aas", standard("aas", "example_instance_env.json").read_bytes())
    told = received.declaration
    assert (told.total, told.unit, told.regime) == (12.5, Quantity(1.0, "pcs"), "iso14067")
    assert told.ids == ("urn:gtin:4712345060507",)
    assert told.boundary is None  # raw materials only
    assert [loss.path for loss in received.losses] == ["ProductCarbonFootprints[0].GoodsHandoverAddress"]


def test_a_battery_passport_is_valid_and_reads_back():
    supplement = read(GIVEN)
    one = protocol("aas-battery")
    made = one.write(whole_battery(), supplement)
    checked = check_aasx_file(io.BytesIO(made.content))
    assert checked.ok(), complaints(checked)
    assert {objection.code for objection in made.objections} == {"TH-EXC-604"}
    (received,) = one.read(made.content)
    back = received.declaration
    per_battery = whole_battery().total * 60.48
    assert back.unit == Quantity(1.0, "kWh")
    assert back.total == pytest.approx(per_battery / (60.48 * 60 * 8), rel=1e-12)
    assert math.fsum(flow.co2e for flow in back.flows) == pytest.approx(back.total, rel=1e-9)
    assert back.stage(Stage.END_OF_LIFE) == pytest.approx(-4.25 / 480, rel=1e-12)
    assert {loss.path for loss in received.losses} >= {"PerformanceClass", "ProductCarbonFootprints[5]"}


def test_a_battery_of_the_gate_only_is_objected_to():
    assert "TH-EXC-608" in {one.code for one in written("battery", "aas-battery", regime="eu-battery").objections}
    made = written("battery", "battery-pass", regime="eu-battery")
    assert [one.code for one in made.objections] == ["TH-EXC-611"]


@pytest.mark.parametrize("to", ["aas-battery", "battery-pass"])
def test_batteries_are_told_under_the_regime_of_their_declaration(to):
    assert protocol(to).regimes == ("eu-battery",)
    with pytest.raises(ExchangeError, match="TH-EXC-011"):
        written("battery", to, regime="gbt24067")


def test_battery_pass_is_valid_and_reads_back():
    jsonschema = pytest.importorskip("jsonschema")
    one = protocol("battery-pass")
    made = one.write(whole_battery(), read(GIVEN))
    schema = json.loads(
        standard("battery-pass", "CarbonFootprintForBatteries-schema.json").read_text(encoding="utf-16")
    )
    told = orjson.loads(made.content)
    jsonschema.Draft4Validator(schema).validate(told)
    assert made.objections == ()
    assert told["absoluteCarbonFootprint"] == pytest.approx(whole_battery().total * 60.48)
    (received,) = one.read(made.content)
    back = received.declaration
    assert back.boundary is Boundary.CRADLE_TO_GRAVE
    assert back.total == told["batteryCarbonFootprint"]
    assert math.fsum(flow.co2e for flow in back.flows) == pytest.approx(back.total, rel=1e-9)
    assert back.stage(Stage.DISTRIBUTION) == pytest.approx(1.5 / 480, rel=1e-12)


@pytest.mark.parametrize(
    ("to", "text", "fields"),
    [
        ("aas", "tanheng: exchange/1", ["aas.asset", "aas.published"]),
        ("battery-pass", SHORT, ["battery.basis", "battery.capacity", "battery.cycles", "battery.years"]),
        ("battery-pass", GIVEN.replace("performance_class: B, ", ""), ["passport.performance_class"]),
        ("battery-pass", GIVEN.replace(", study: 'https://example.org/study'", ""), ["battery.study"]),
        ("aas-battery", GIVEN.replace("documents: [XF90-884]", ""), ["passport.documents"]),
    ],
)
def test_what_is_needed_and_unknown_is_told(to, text, fields):
    with pytest.raises(ExchangeError) as caught:
        written("battery", to, text, "eu-battery")
    assert {fault.code for fault in caught.value.faults} == {"TH-EXC-010"}
    told = [fault.params["field"] for fault in caught.value.faults]
    assert told[: len(fields)] == fields
    if "battery.basis" in fields:
        assert told[len(fields) :] == ["passport.performance_class", "battery.study"]
    assert all(fault.message("zh") != fault.message("en") for fault in caught.value.faults)


def test_units_without_a_counterpart_are_refused():
    with pytest.raises(ExchangeError, match="TH-EXC-013"):
        written("photovoltaic", "aas")


def test_units_are_converted_where_they_measure_the_same():
    made = written("steel", "aas", unit=Quantity(3.6, "MJ"))
    (received,) = taken("aas", made.content)
    assert received.declaration.unit == Quantity(1.0, "kWh")


@pytest.mark.parametrize("to", ["aas", "aasx", "battery-pass"])
@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"submodels": []}', b"PK\x03\x04", b"<aas/>"])
def test_other_files_are_refused(to, content):
    with pytest.raises(ExchangeError, match="TH-EXC-020"):
        taken(to, content)


def test_values_that_are_no_numbers_are_refused():
    with pytest.raises(ExchangeError, match="TH-EXC-021"):
        taken("battery-pass", b'{"batteryCarbonFootprint": "much"}')


WHOLE = Entry(
    co2e=3.0,
    unit="kg",
    quantity=1.0,
    methods=("ISO 14067",),
    phases=("A1", "A2", "A3"),
    published=datetime(2026, 1, 1, tzinfo=UTC),
)
SOUND = Footprints(shell="", submodel="", asset="", names={}, description={}, entries=(WHOLE,))


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ((replace(WHOLE, unit="lb"),), "TH-EXC-601"),
        ((replace(WHOLE, quantity=0.0),), "TH-EXC-602"),
        ((replace(WHOLE, phases=("A1", "A9")),), "TH-EXC-603"),
        ((replace(WHOLE, methods=("my own",)),), "TH-EXC-604"),
        ((replace(WHOLE, methods=()),), "TH-EXC-605"),
        ((replace(WHOLE, phases=()),), "TH-EXC-605"),
        ((replace(WHOLE, expires=datetime(2025, 1, 1, tzinfo=UTC)),), "TH-EXC-606"),
        (
            (WHOLE, replace(WHOLE, phases=("A1", "A2"), co2e=1.0), replace(WHOLE, phases=("A3",), co2e=1.0)),
            "TH-EXC-607",
        ),
    ],
)
def test_every_rule_of_shells_fires(entries, code):
    assert objections(SOUND) == ()
    (found,) = objections(replace(SOUND, entries=entries))
    assert found.code == code
    assert found.line("zh") != found.line("en")
    assert "{" not in found.line("en")


def test_rules_of_battery_passports_fire():
    battery = replace(SOUND, is_battery=True)
    assert [one.code for one in objections(battery)] == ["TH-EXC-608", "TH-EXC-609"]
    entry = replace(WHOLE, unit="kWh", phases=("A1", "A3", "A4", "C3"))
    assert objections(replace(battery, entries=(entry,))) == ()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"carbonFootprintPerLifecycleStage": []}, "TH-EXC-611"),
        ({"batteryCarbonFootprint": 9.0}, "TH-EXC-612"),
        ({"carbonFootprintPerformanceClass": "best"}, "TH-EXC-613"),
        ({"carbonFootprintStudy": "study"}, "TH-EXC-614"),
    ],
)
def test_every_rule_of_battery_pass_fires(change, code):
    stages = ("RawMaterialExtraction", "MainProduction", "Distribution", "Recycling")
    sound = {
        "batteryCarbonFootprint": 4.0,
        "carbonFootprintPerLifecycleStage": [{"lifecycleStage": name, "carbonFootprint": 1.0} for name in stages],
        "carbonFootprintPerformanceClass": "A",
        "carbonFootprintStudy": "https://example.org/study",
    }
    (received,) = taken("battery-pass", orjson.dumps(sound))
    assert received.objections == ()
    (received,) = taken("battery-pass", orjson.dumps({**sound, **change}))
    assert [one.code for one in received.objections] == [code]


@settings(max_examples=60, derandomize=True)
@given(st.floats(allow_nan=False, allow_infinity=False, width=64))
def test_decimals_lose_no_digit(value):
    told = decimal(value)
    assert "e" not in told.lower()
    assert float(told) == value


@settings(max_examples=25, derandomize=True)
@given(
    st.sampled_from(list(Boundary)),
    st.lists(st.floats(-1e6, 1e6), min_size=5, max_size=5),
    st.sampled_from(["kg", "t", "pcs", "m3", "kWh"]),
    st.floats(1e-3, 1e6),
)
def test_any_footprint_reads_back(boundary, values, unit, amount):
    """Stages keep their signs and add up to the total."""

    flows = tuple(
        Flow(stage=stage, what="sum", source="", gas="CO2", origin=Origin.FOSSIL, mass=value, co2e=value)
        for stage, value in zip(boundary.stages, values, strict=False)
    )
    told = Declaration(
        names={"en": "Product"},
        ids=("urn:gtin:1",),
        maker=Party(names={"en": "Maker"}),
        unit=Quantity(amount, unit),
        boundary=boundary,
        regime="iso14067",
        total=math.fsum(flow.co2e for flow in flows),
        flows=flows,
        valid_from=date(2026, 1, 1),
    )
    made = of_declaration(told, read("tanheng: exchange/1"))
    assert "TH-EXC-607" not in {one.code for one in objections(made)}
    back = declaration_of(made)
    assert (back.total, back.unit, back.boundary) == (told.total, told.unit, boundary)
    if len(boundary.stages) > 1:
        for flow in flows:
            assert back.stage(flow.stage) == flow.co2e


def test_packages_in_xml_of_the_older_metamodel_read():
    """Most packages in the field: XML, metamodel 3.0."""

    made = written("cement", "aasx")
    store = read_package(made.content)
    whole = io.BytesIO()
    with AASXWriter(whole) as writer:
        shell = next(one.id for one in store if hasattr(one, "asset_information"))
        writer.write_aas(shell, store, DictSupplementaryFileContainer())
    older = io.BytesIO()
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(older, "w") as target:
        for info in source.infolist():
            target.writestr(info, source.read(info).replace(b"admin-shell.io/aas/3/1", b"admin-shell.io/aas/3/0"))
    assert check_aasx_file(older).ok()
    assert taken("aasx", older.getvalue()) == taken("aasx", made.content)


def test_packages_with_a_document_type_are_refused():
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(written("cement", "aasx").content)) as source, zipfile.ZipFile(made, "w") as target:
        for info in source.infolist():
            target.writestr(info, source.read(info))
        target.writestr("aasx/more.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    with pytest.raises(ExchangeError, match="TH-EXC-020"):
        taken("aasx", made.getvalue())


def test_packages_that_unpack_to_too_much_are_refused(monkeypatch):
    monkeypatch.setattr(package, "_LARGEST", 100)
    with pytest.raises(ExchangeError, match="TH-EXC-020"):
        taken("aasx", written("cement", "aasx").content)


@pytest.mark.parametrize("to", ["aas", "aasx"])
def test_what_came_in_is_a_record_that_studies_link_to(to):
    made = protocol(to).write(whole_battery(), read(GIVEN))
    (received,) = taken(to, made.content)
    record = record_of(received, protocol(to), id="received", day=date(2026, 3, 1))
    told = received.declaration
    assert (record.factor.per, record.factor.geography) == ("kWh", "CN-35")
    assert record.factor.value == pytest.approx(told.total / told.unit.value)


@pytest.mark.parametrize("to", ["aas-battery", "battery-pass"])
def test_passports_of_batteries_do_not_tell_where_which_a_record_has_to(to):
    (received,) = taken(to, protocol(to).write(whole_battery(), read(GIVEN)).content)
    with pytest.raises(FactorError) as caught:
        record_of(received, protocol(to), id="received", day=date(2026, 3, 1))
    assert [(fault.code, fault.place) for fault in caught.value.faults] == [("TH-FAC-040", "geography")]


def test_a_total_by_another_method_is_not_taken_for_a_stage():
    whole = orjson.loads(written("cement", "aas").content)
    (listed, *_) = whole["submodels"][0]["submodelElements"]
    listed["value"] = [listed["value"][0], listed["value"][0]]
    (received,) = taken("aas", orjson.dumps(whole))
    (flow,) = received.declaration.flows
    assert (flow.stage, flow.co2e) == (None, received.declaration.total)
    assert "ProductCarbonFootprints[1]" in {loss.path for loss in received.losses}


def test_a_shell_without_a_name_is_called_by_its_asset():
    whole = orjson.loads(written("cement", "aas").content)
    (shell,) = whole["assetAdministrationShells"]
    del shell["displayName"]
    (received,) = taken("aas", orjson.dumps(whole))
    assert received.declaration.names == {"en": "urn:gtin:6901234567892"}
