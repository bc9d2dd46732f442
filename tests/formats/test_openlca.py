"""openLCA JSON-LD in the spellings of both schema versions."""

from __future__ import annotations

import json

import pytest

from tanheng.errors import FormatError
from tanheng.formats.openlca import read
from tanheng.inventory.model import (
    Allocation,
    AllocationMethod,
    Database,
    Distribution,
    Exchange,
    FlowKind,
    FlowProperty,
    LocalUnit,
    Uncertainty,
)


@pytest.fixture
def load(zipped):
    def load_(writer, name: str = "test") -> Database:
        return read(zipped(writer.files), name=name)

    return load_


def codes(database: Database) -> set[str]:
    return {note.code for note in database.notes}


def only(database: Database, process: str = "p") -> dict[str, Exchange]:
    return {exchange.flow: exchange for exchange in database.processes[process].exchanges}


def test_a_process_with_its_documentation(olca, load):
    place = {"@id": "loc", "name": "Yunnan", "code": "CN-53"}
    source = {"@id": "src", "name": "Miller 1985", "textReference": "Input-output analysis", "year": 1985}
    olca.files["sources/src.json"] = source
    if olca.schema == 1:
        olca.files["locations/loc.json"] = place
        olca.files["categories/inner.json"] = {"@id": "inner", "name": "inner", "category": {"@id": "outer"}}
        olca.files["categories/outer.json"] = {"@id": "outer", "name": "outer"}
        located, category = {"@id": "loc"}, {"@id": "inner"}
    else:
        located, category = place, "outer/inner"
    olca.flow("steel", cas="007439-89-6", synonyms="iron; Fe ", location=located, category=category, formula="Fe")
    olca.process(
        "p",
        [olca.exchange("steel", 2.0, reference=True, description="a comment")],
        location=located,
        category=category,
        description="about",
        processDocumentation={
            "validFrom": "2008-01-01T00:00:00-07:00",
            "validUntil": "9999-01-01",
            "technologyDescription": "electric arc",
            "restrictionsDescription": "free",
            "dataGenerator": {"@id": "x", "name": "Ada"},
            "sources": [{"@id": "src"}, {"@id": "gone", "name": "a lost source"}],
            "publication": {"@id": "src"},
        },
    )
    database = load(olca)
    process = database.processes["p"]
    assert (database.name, database.format, database.notes) == ("test", "openlca-jsonld", ())
    assert (process.name, process.location, process.category) == ("p name", "CN-53", ("outer", "inner"))
    assert (process.valid_from, process.valid_until, process.comment) == ("2008-01-01", "", "about")
    assert process.texts == {"technology": "electric arc", "restrictions": "free", "data generator": "Ada"}
    assert process.sources == ("Miller 1985. Input-output analysis. 1985", "a lost source")
    assert process.licence == "free"
    flow = database.flows["steel"]
    assert (flow.cas, flow.synonyms, flow.formula) == ("7439-89-6", ("iron", "Fe"), "Fe")
    assert (flow.location, flow.category, flow.unit) == ("CN-53", ("outer", "inner"), "kg")
    exchange = process.exchanges[0]
    assert exchange == Exchange(
        "x1" if olca.schema == 1 else "1", "steel", 2.0, "kg", is_input=False, is_reference=True, comment="a comment"
    )


def test_chinese_names_are_chinese(olca, load):
    olca.flow("steel", name="热轧钢")
    olca.process("p", [olca.exchange("steel", reference=True)], name="炼钢 steelmaking")
    database = load(olca)
    assert database.flows["steel"].names == {"zh": "热轧钢"}
    assert database.processes["p"].names == {"zh": "炼钢 steelmaking"}


def test_directions_kinds_avoided_products_and_wastes(olca, load):
    for name, kind in (
        ("steel", "PRODUCT_FLOW"),
        ("slag", "WASTE_FLOW"),
        ("air", "ELEMENTARY_FLOW"),
        ("heat", "PRODUCT_FLOW"),
    ):
        olca.flow(name, kind)
    olca.process(
        "p",
        [
            olca.exchange("steel", reference=True),
            olca.exchange("slag", 0.3),
            olca.exchange("air", 5.0, input=True),
            olca.exchange("heat", 0.5, avoided=True, defaultProvider={"@id": "gone"}),
        ],
        processType="LCI_RESULT",
    )
    database = load(olca)
    found = only(database)
    assert [database.flows[f].kind for f in ("steel", "slag", "air")] == [
        FlowKind.PRODUCT,
        FlowKind.WASTE,
        FlowKind.ELEMENTARY,
    ]
    assert (found["slag"].is_input, found["air"].is_input) == (False, True)
    # An avoided product is an input in openLCA's model, also where an old writer put it at the outputs.
    assert (found["heat"].is_avoided, found["heat"].is_input, found["heat"].amount) == (True, True, 0.5)
    assert found["heat"].provider == "gone"
    assert database.processes["p"].is_aggregated
    assert codes(database) == {"dangling-provider"}


def test_units_become_ours_local_or_money(olca, load):
    for name, quantity in (
        ("m", "mass"), ("s", "mass"), ("t", "mass"), ("e", "energy"), ("f", "area"),
        ("l", "length"), ("d", "money"), ("k", "money"), ("b", "beauty"), ("c", "beauty"),
    ):  # fmt: skip
        olca.flow(name, properties={quantity: 1.0})
    units = {
        "m": "mass:lb av", "s": "mass:stone", "t": "mass:ton", "e": "energy:kWh", "f": "area:a", "l": "length:h",
        "d": "money:USD 2000", "k": "money:M$ 2000", "b": "beauty:millihelen", "c": "beauty:helen",
    }  # fmt: skip
    olca.process("p", [olca.exchange(name, unit=unit, reference=name == "m") for name, unit in units.items()])
    database = load(olca)
    assert {name: e.unit for name, e in only(database).items()} == {
        "m": "lb",  # rounded to 0.45 in the file, exact with us
        "s": "stone",  # unknown to us
        "t": "ton [Units of mass]",  # 907.18 kg in the file: not our tonne
        "e": "kWh",
        "f": "are",
        "l": "hand",
        "d": "USD 2000",
        "k": "M$ 2000",
        "b": "millihelen",
        "c": "helen",
    }
    assert {f.id: f.unit for f in database.flows.values()} == {
        "m": "kg", "s": "kg", "t": "kg", "e": "MJ", "f": "m2", "l": "m",
        "d": "EUR 2000", "k": "EUR 2000", "b": "helen", "c": "helen",
    }  # fmt: skip
    assert database.local_units == {
        "stone": LocalUnit("stone", "kg", 6.35),
        "ton [Units of mass]": LocalUnit("ton [Units of mass]", "kg", 907.18),
        "M$ 2000": LocalUnit("M$ 2000", "M$ 2000", 1.0),
        "helen": LocalUnit("helen", "helen", 1.0),
        "millihelen": LocalUnit("millihelen", "helen", 0.001),
    }
    noted = {(n.code, n.params["unit"]) for n in database.notes}
    assert noted == {
        ("unit-factor", "lb av"),
        ("unit-local", "stone"),
        ("unit-differs", "ton"),
        ("unit-local", "M$ 2000"),
        ("unit-local", "helen"),
    }


def test_a_second_flow_property_travels_as_a_property(olca, load):
    olca.flow("diesel", properties={"volume": 1.0, "mass": 850.0})
    olca.process("p", [olca.exchange("diesel", 3.0, unit="mass:kg", property="mass", reference=True)])
    database = load(olca)
    assert database.flows["diesel"].properties == (FlowProperty("Mass", "kg", 850.0),)
    assert (only(database)["diesel"].amount, only(database)["diesel"].unit) == (3.0, "kg")
    assert not database.notes


def test_two_properties_of_one_dimension_are_told_apart(olca, load):
    """1 MJ net is 1.1 MJ gross: 22 MJ gross are 20 MJ net, and 1 kWh gross is 3.6/1.1 MJ net."""
    olca.flow("gas", properties={"energy": 1.0, "gross": 1.1})
    uncertain = {"distributionType": "NORMAL_DISTRIBUTION", "mean": 22.0, "sd": 2.2}
    olca.process(
        "p",
        [
            olca.exchange("gas", 22.0, unit="energy:MJ", property="gross", reference=True, uncertainty=uncertain),
            olca.exchange("gas", 1.0, unit="energy:kWh", property="gross", input=True),
            olca.exchange("gas", 1.0, unit="energy:kWh", property="energy", input=True),
        ],
    )
    database = load(olca)
    exchanges = database.processes["p"].exchanges
    assert [e.unit for e in exchanges] == ["MJ", "MJ", "kWh"]
    assert [e.amount for e in exchanges] == pytest.approx([20.0, 3.6 / 1.1, 1.0])
    assert exchanges[0].uncertainty.scale == pytest.approx(2.0)
    assert codes(database) == {"flow-property-converted"}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            {"distributionType": "LOG_NORMAL_DISTRIBUTION", "geomMean": 2.0, "geomSd": 1.5},
            Uncertainty(Distribution.LOGNORMAL, 2.0, 1.5),
        ),
        (
            {"distributionType": "NORMAL_DISTRIBUTION", "mean": 2.0, "sd": 0.5},
            Uncertainty(Distribution.NORMAL, 2.0, 0.5),
        ),
        (
            {"distributionType": "TRIANGLE_DISTRIBUTION", "mode": 2.0, "minimum": 1.0, "maximum": 4.0},
            Uncertainty(Distribution.TRIANGULAR, 2.0, minimum=1.0, maximum=4.0),
        ),
        (
            {"distributionType": "UNIFORM_DISTRIBUTION", "minimum": 1.0, "maximum": 4.0},
            Uncertainty(Distribution.UNIFORM, minimum=1.0, maximum=4.0),
        ),
        ({"distributionType": "LOG_NORMAL_DISTRIBUTION", "geomMean": 2.0, "geomSd": 1.0}, None),
    ],
)
def test_uncertainties(olca, load, written, expected):
    olca.flow("x")
    olca.process("p", [olca.exchange("x", 2.0, reference=True, uncertainty=written)])
    database = load(olca)
    assert only(database)["x"].uncertainty == expected
    assert not database.notes


@pytest.mark.parametrize(
    "written",
    [
        {"distributionType": "LOG_NORMAL_DISTRIBUTION", "geomMean": 2.0},
        {"distributionType": "TRIANGLE_DISTRIBUTION", "minimum": 1.0, "maximum": 4.0},
        {"distributionType": "UNIFORM_DISTRIBUTION", "minimum": 4.0},
        {"distributionType": "NORMAL_DISTRIBUTION", "mean": 4.0},
    ],
)
def test_a_distribution_without_its_numbers_is_noted(olca, load, written):
    olca.flow("x")
    olca.process("p", [olca.exchange("x", 2.0, reference=True, uncertainty=written)])
    database = load(olca)
    assert only(database)["x"].uncertainty is None
    assert codes(database) == {"uncertainty-unusable"}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (
            {"distributionType": "LOG_NORMAL_DISTRIBUTION", "geomMean": 2.0, "geomSd": 0.0},
            Uncertainty(Distribution.LOGNORMAL, 2.0, 0.0),
        ),
        (
            {"distributionType": "TRIANGLE_DISTRIBUTION", "mode": 5.0, "minimum": 1.0, "maximum": 4.0},
            Uncertainty(Distribution.TRIANGULAR, 5.0, minimum=1.0, maximum=4.0),
        ),
        (
            {"distributionType": "UNIFORM_DISTRIBUTION", "minimum": 4.0, "maximum": 1.0},
            Uncertainty(Distribution.UNIFORM, minimum=4.0, maximum=1.0),
        ),
    ],
)
def test_numbers_that_make_no_distribution_are_kept_for_linking_to_tell(olca, load, written, kept):
    olca.flow("x")
    olca.process("p", [olca.exchange("x", 2.0, reference=True, uncertainty=written)])
    database = load(olca)
    assert only(database)["x"].uncertainty == kept
    assert not database.notes


def test_scores_stand_in_for_a_spread_that_makes_no_distribution(olca, load):
    olca.flow("x")
    key = "pedigreeUncertainty" if olca.schema == 1 else "dqEntry"
    written = {"distributionType": "LOG_NORMAL_DISTRIBUTION", "geomMean": 2.0, "geomSd": 0.0}
    olca.process("p", [olca.exchange("x", 2.0, reference=True, uncertainty=written, **{key: "(3;3;4;3;1)"})])
    database = load(olca)
    assert only(database)["x"].uncertainty == Uncertainty(Distribution.LOGNORMAL, 2.0, pedigree="(3;3;4;3;1)")
    assert codes(database) == {"uncertainty-unusable"}


def test_quality_scores_stay_even_without_a_spread(olca, load):
    olca.flow("x")
    key = "pedigreeUncertainty" if olca.schema == 1 else "dqEntry"
    olca.process("p", [olca.exchange("x", 2.0, reference=True, **{key: "(3;3;4;3;1)"})])
    assert only(load(olca))["x"].uncertainty == Uncertainty(Distribution.LOGNORMAL, pedigree="(3;3;4;3;1)")


def test_allocation_factors_of_all_methods(olca, load):
    for name in ("steel", "slag", "coal"):
        olca.flow(name)
    coal = {"@id": "x3"} if olca.schema == 1 else {"internalId": 3}
    factors = [
        {"allocationType": "PHYSICAL_ALLOCATION", "product": {"@id": "steel"}, "value": 0.8},
        {"allocationType": "PHYSICAL_ALLOCATION", "product": {"@id": "slag"}, "value": 0.2},
        {"allocationType": "ECONOMIC_ALLOCATION", "product": {"@id": "steel"}, "value": 0.99},
        {"allocationType": "ECONOMIC_ALLOCATION", "product": {"@id": "slag"}, "formula": "1 - 0.99"},
        {"allocationType": "CAUSAL_ALLOCATION", "product": {"@id": "steel"}, "value": 0.5, "exchange": coal},
        {"allocationType": "CAUSAL_ALLOCATION", "product": {"@id": "slag"}, "value": 0.5, "exchange": coal},
    ]
    olca.process(
        "p",
        [olca.exchange("steel", reference=True), olca.exchange("slag"), olca.exchange("coal", input=True)],
        allocationFactors=factors,
        defaultAllocationMethod="ECONOMIC_ALLOCATION",
    )
    database = load(olca)
    process = database.processes["p"]
    assert process.default_allocation is AllocationMethod.ECONOMIC
    physical, economic, causal = process.allocations
    assert physical == Allocation(AllocationMethod.PHYSICAL, {"steel": 0.8, "slag": 0.2})
    assert (economic.method, economic.shares["slag"]) == (AllocationMethod.ECONOMIC, pytest.approx(0.01))
    assert causal == Allocation(AllocationMethod.CAUSAL, {}, {process.exchanges[2].id: {"steel": 0.5, "slag": 0.5}})


def test_leftover_factors_fall_away_and_the_reference_takes_the_rest(olca, load):
    """As USLCI has it: by-products carry 0, the reference product's factor is lost, others name no product at all."""
    for name in ("steel", "slag", "coal", "old"):
        olca.flow(name)
    coal = {"flow": {"@id": "coal"}}  # the exchange is named by its flow alone
    factors = [
        {"allocationType": "PHYSICAL_ALLOCATION", "product": {"@id": "slag"}, "value": 0.0},
        {"allocationType": "PHYSICAL_ALLOCATION", "product": {"@id": "old"}, "value": 0.7},
        {"allocationType": "CAUSAL_ALLOCATION", "product": {"@id": "slag"}, "value": 0.25, "exchange": coal},
        {"allocationType": "CAUSAL_ALLOCATION", "value": 1.0, "exchange": coal},
    ]
    olca.process(
        "p",
        [olca.exchange("steel", reference=True), olca.exchange("slag"), olca.exchange("coal", input=True)],
        allocationFactors=factors,
    )
    database = load(olca)
    process = database.processes["p"]
    assert process.default_allocation is None
    assert process.allocations == (
        Allocation(AllocationMethod.PHYSICAL, {"slag": 0.0, "steel": 1.0}),
        Allocation(AllocationMethod.CAUSAL, {}, {process.exchanges[2].id: {"slag": 0.25, "steel": 0.75}}),
    )
    assert codes(database) == {"allocation-factor-unusable", "allocation-completed"}


def test_formulas_with_global_and_process_parameters(olca, load):
    is_input = "inputParameter" if olca.schema == 1 else "isInputParameter"
    scope = "parameterScope"
    olca.files["parameters/g.json"] = {
        "@id": "g",
        "name": "Density",
        "value": 0.85,
        is_input: True,
        scope: "GLOBAL_SCOPE",
    }
    olca.files["parameters/o.json"] = {
        "@id": "o",
        "name": "other",
        "value": 9.0,
        is_input: True,
        scope: "PROCESS_SCOPE",
    }
    olca.flow("x")
    olca.flow("y")
    olca.process(
        "p",
        [
            olca.exchange("x", 3.4, reference=True, amountFormula="total * DENSITY"),
            olca.exchange("y", 7.0, input=True, amountFormula="other + 1"),
        ],
        parameters=[
            {"name": "total ", "value": 4.0, "formula": "2^half", scope: "PROCESS_SCOPE"},
            {"name": "half", "value": 2.0, is_input: True, "formula": "99", "description": "two"},
        ],
    )
    database = load(olca)
    assert [p.name for p in database.parameters] == ["Density"]
    assert [(p.name, p.value, p.formula) for p in database.processes["p"].parameters] == [
        ("total", 4.0, "2^half"),
        ("half", 2.0, ""),
    ]
    found = only(database)
    assert (found["x"].amount, found["x"].formula) == (pytest.approx(3.4), "total * DENSITY")
    assert found["y"].amount == 7.0  # kept: the formula needs a parameter that is not there
    assert codes(database) == {"formula-name"}


def test_dangling_references_become_notes(olca, load):
    olca.flow("x")
    olca.process(
        "p",
        [
            olca.exchange("x", reference=True),
            olca.exchange("gone", 2.0, input=True, unit="furlongs:fur"),
            {"amount": 1.0},
            olca.exchange("x", None, input=True),
            {"flow": {"@id": "x"}, "amount": 1.0},
        ],
    )
    database = load(olca)
    assert database.flows["gone"].unit == "fur"
    assert only(database)["gone"].unit == "fur"
    assert [e.unit for e in database.processes["p"].exchanges] == ["kg", "fur", "kg", "kg"]
    assert codes(database) == {
        "dangling-flow", "flow-type-unknown", "dangling-unit",
        "exchange-without-flow", "amount-missing", "unit-missing",
    }  # fmt: skip


def test_duplicated_ids_references_and_missing_ones(olca, load):
    olca.flow("x")
    olca.files["flows/again.json"] = olca.files["flows/x.json"] | {"name": "other"}
    same = {"@id": "same", "internalId": 1}
    olca.process("p", [olca.exchange("x", reference=True) | same, olca.exchange("x", 2.0, reference=True) | same])
    olca.process("q", [olca.exchange("x")])
    olca.files["unit_groups/empty.json"] = {"@id": "empty", "units": []}
    olca.files["flow_properties/lost.json"] = {"@id": "lost", "unitGroup": {"@id": "nowhere"}}
    database = load(olca)
    assert len(database.flows) == 1
    first, second = database.processes["p"].exchanges
    assert (first.is_reference, second.is_reference) == (True, False)
    assert second.id == f"{first.id}#2"
    assert codes(database) == {
        "duplicate-id", "duplicate-exchange", "several-references", "no-reference",
        "unit-group-empty", "dangling-unit-group",
    }  # fmt: skip


def test_circular_categories_end(olca2, load):
    olca2.files["categories/a.json"] = {"@id": "a", "name": "A", "category": {"@id": "b"}}
    olca2.files["categories/b.json"] = {"@id": "b", "name": "B", "category": {"@id": "a"}}
    olca2.flow("x", category={"@id": "a"})
    olca2.process("p", [olca2.exchange("x", reference=True)])
    assert load(olca2).flows["x"].category == ("B", "A")


def test_a_package_inside_a_folder_of_the_zip(olca2, zipped):
    olca2.flow("x")
    olca2.process("p", [olca2.exchange("x", reference=True)])
    nested = {f"export/database/{name}": content for name, content in olca2.files.items()}
    second = {f"backup/old/deep/{name}": content for name, content in olca2.files.items()}
    database = read(zipped(nested | second), name="n")
    assert list(database.processes) == ["p"]
    assert database.flows["x"].unit == "kg"
    assert codes(database) == {"folder-ignored"}


def test_progress_counts_the_files(olca2, zipped):
    olca2.flow("x")
    olca2.process("p", [olca2.exchange("x", reference=True)])
    steps: list[tuple[int, int]] = []
    read(zipped(olca2.files), name="n", progress=lambda done, total: steps.append((done, total)))
    assert steps == [(i, len(olca2.files)) for i in range(1, len(olca2.files) + 1)]


def test_a_folder_reads_like_the_zip(olca, zipped, tmp_path):
    olca.flow("x")
    olca.process("p", [olca.exchange("x", reference=True)])
    folder = tmp_path / "folder"
    for name, content in olca.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\ufeff" + json.dumps(content), encoding="utf-8")
    assert read(folder, name="n") == read(zipped(olca.files), name="n")


@pytest.mark.parametrize(
    ("content", "code"),
    [("{", "015"), ("", "015"), ("[]", "016"), ("NaN", "015"), (b"\xff\xfe", "015"), ("[" * 5000, "015")],
)
@pytest.mark.parametrize("name", ["processes/bad.json", "flows/bad.json", "unit_groups/bad.json"])
def test_a_broken_file_is_named(olca2, zipped, name, content, code):
    olca2.flow("x")
    olca2.process("p", [olca2.exchange("x", reference=True)])
    with pytest.raises(FormatError) as caught:
        read(zipped(olca2.files | {name: content}), name="n")
    assert caught.value.code == f"TH-FMT-{code}"
    assert caught.value.faults[0].place == f"database.zip/{name}"
