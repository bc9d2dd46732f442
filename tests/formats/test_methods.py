"""Impact assessment methods from the exchange formats, each by its own convention, and what is wrong in them."""

from __future__ import annotations

import json
import zipfile

import olca_schema as schema
import pytest
from tests.formats.conftest import dataset, ecospold, xc
from tests.formats.ilcd_documents import CO2, COAL, MASS, base, lang, published, ref, uuid
from tests.formats.ilcd_documents import files as ilcd_files

from tanheng.errors import FormatError
from tanheng.formats import read_database, read_method
from tanheng.formats.characterising import FactorList
from tanheng.formats.ilcdmodel.descriptions import Description, described_flow
from tanheng.formats.notebook import Notebook
from tanheng.inventory.model import Distribution, Flow, FlowKind

IMPACT = ' xmlns="http://www.EcoInvent.org/EcoSpold01Impact"'


def codes(method):
    return {note.code for note in method.notes}


def note(method, code):
    return next(n for n in method.notes if n.code == code)


def cell(factor):
    return (factor.flow.id, factor.flow.name, factor.flow.category, factor.value, factor.unit, factor.is_input)


# ILCD and TIDAS


def factor(flow, value, text="", direction="Output", **more):
    given = {} if value is None else {"meanValue": str(value)}
    return {"referenceToFlowDataSet": ref(flow, text), "exchangeDirection": direction, **given, **more}


def ilcd(*factors, number=61, name="Climate change", quantity=None, version="01.00.000"):
    return "LCIAMethodDataSet", {
        "LCIAMethodInformation": {
            "dataSetInformation": {
                "common:UUID": uuid(number), "common:name": lang(en=name, zh="气候变化"), "methodology": "EF 3.1",
                "common:generalComment": lang(en="by the IPCC"),
            },
            "quantitativeReference": {"referenceQuantity": quantity or ref(MASS, "kg CO2 Equivalents")},
        },
        "administrativeInformation": published(version),
        "characterisationFactors": {"factor": list(factors)},
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["xml", "json"])
def test_ilcd_factors_with_flows_of_the_package_and_without(zipped, kind):
    text = "methane (fossil) (Mass, kg, Emissions to air, unspecified (long-term))"
    taken = "water (Volume, m3, Resources from water)"
    spread = {"uncertaintyDistributionType": "log-normal", "relativeStandardDeviation95In": "1.21"}
    made = ilcd(
        factor(CO2, 1.0, **spread),
        factor(uuid(98), "2.98E1", text, location="CN"),
        factor(uuid(97), "0", taken, "Input"),
        factor(uuid(96), 5, "something"),
    )
    method = read_method(zipped(ilcd_files([*base(), made], kind)), name="ef")
    (category,) = method.categories
    assert (method.name, method.version, method.description) == ("ef", "01.00.000", "EF 3.1")
    assert (category.id, category.unit, category.comment) == (uuid(61), "kg CO2 Equivalents", "by the IPCC")
    assert category.names == {"en": "Climate change", "zh": "气候变化"}
    assert [cell(f) for f in category.factors] == [
        (CO2, "carbon dioxide (fossil)", ("Emissions", "Emissions to air"), 1.0, "kg", False),
        (uuid(98), "methane (fossil)", ("Emissions to air, unspecified (long-term)",), 29.8, "kg", False),
        (uuid(97), "water", ("Resources from water",), 0.0, "m3", True),
        (uuid(96), "something", (), 5.0, "", False),
    ]
    assert [f.location for f in category.factors] == ["", "CN", "", ""]
    assert category.factors[0].flow.cas == "124-38-9"
    spread_read = category.factors[0].uncertainty
    assert (spread_read.kind, spread_read.scale) == (Distribution.LOGNORMAL, pytest.approx(1.1))
    assert codes(method) == {"factor-unit-unknown"}


def test_ilcd_faults_are_counted_and_nothing_becomes_zero(zipped):
    made = ilcd(
        factor(CO2, 1), factor(CO2, 1), factor(CO2, 2), factor(COAL, None), factor(COAL, "NaN"), factor(COAL, "INF"),
        {"meanValue": "3"}, factor(uuid(95), 0, "x (Mass, kg, Emissions to air)", dataDerivationTypeStatus="Missing important"),
    )  # fmt: skip
    method = read_method(zipped(ilcd_files([*base(), made], "xml")), name="ef")
    assert [f.value for f in method.categories[0].factors] == [1.0, 0.0]
    assert note(method, "factor-unusable").params["count"] == 3
    assert note(method, "factor-repeated").params["count"] == 1
    assert "1, 2" in note(method, "factor-contradicted").params["example"]
    assert {"factor-without-flow", "factor-declared-missing"} <= codes(method)


def test_ilcd_newest_version_and_the_unit_of_a_category(zipped):
    points = ref(uuid(77), "Points of harm")
    sets = [*base(), ilcd(factor(CO2, 1)), ilcd(factor(CO2, 2), version="02.00.000"),
            ilcd(factor(CO2, 3), number=62, quantity=points),
            ilcd(factor(CO2, 3), number=63, quantity=ref(MASS, "Mass"))]  # fmt: skip
    files = {f"{i}.xml": text for i, text in enumerate(ilcd_files([s], "xml").popitem()[1] for s in sets)}
    method = read_method(zipped(files), name="ef")
    assert [(c.factors[0].value, c.unit) for c in method.categories] == [
        (2.0, "kg CO2 Equivalents"), (3.0, "Points of harm"), (3.0, "kg"),
    ]  # fmt: skip
    assert codes(method) == {"older-version", "category-unit-unknown"}


@pytest.mark.parametrize(("text", "expected"), [
    ("1,1,2-x (y) (Mass, kg, Emissions to air, indoor)", Description("1,1,2-x (y)", "Emissions to air, indoor", "kg")),
    ("forest (Area*time, m2*a, Land occupation)", Description("forest", "Land occupation", "m2*a")),
    ("methane (fossil) - Emissions to air, unspecified", Description("methane (fossil)", "Emissions to air, unspecified")),
    ("methane (Emissions to air, unspecified)", Description("methane", "Emissions to air, unspecified")),
    ("methane (fossil)", Description("methane (fossil)")),
    ("a) b)", Description("a) b)")),
    ("", Description("")),
])  # fmt: skip
def test_short_descriptions(text, expected):
    assert described_flow(text) == expected


# openLCA


def olca_method(writer, *factors, **more):
    unit = "referenceUnitName" if writer.schema == 1 else "refUnit"
    writer.files["lcia_methods/m.json"] = {
        "@id": "m", "name": "IPCC", "version": "1.0", "impactCategories": [{"@id": "gwp", "name": "GWP"}],
        "nwSets": [{"@id": "n", "name": "World"}],
    }  # fmt: skip
    writer.files["lcia_categories/gwp.json"] = {
        "@id": "gwp", "name": "GWP", unit: "kg CO2 eq", "impactFactors": list(factors)
    } | more  # fmt: skip


def test_openlca_factors_units_formulas_locations(olca, zipped):
    olca.flow("ch4", "ELEMENTARY_FLOW", category="Elementary flows/Emission to air", cas="000074-82-8")
    olca.flow("coal", "ELEMENTARY_FLOW", {"mass": 1.0, "energy": 24.0, "gross": 25.0})
    olca.flow("gas", "ELEMENTARY_FLOW", {"energy": 1.0, "gross": 1.1})
    olca.files["locations/cn.json"] = {"@id": "cn", "name": "China", "code": "CN"}

    def factor(flow, value, unit="mass:kg", prop="mass", **more):
        return {"flow": {"@id": flow}, "unit": {"@id": unit}, "flowProperty": {"@id": prop}, "value": value} | more

    lognormal = {"distributionType": "LOG_NORMAL_DISTRIBUTION", "geomMean": 30.0, "geomSd": 1.2}
    olca_method(
        olca,
        factor("ch4", 29.8, uncertainty=lognormal),
        factor("ch4", 1.0, location={"@id": "cn"}, formula="2 * a"),
        factor("coal", 3.6, "energy:kWh", "energy"),
        factor("gas", 11.0, "energy:MJ", "gross"),
        factor("gone", 5.0) | {"flow": {"@id": "gone", "name": "gone", "refUnit": "kg"}},
        {"value": 4.0},
        factor("coal", None),
        parameters=[{"name": "a", "value": 15.0, "isInputParameter": True, "inputParameter": True}],
        direction="OUTPUT",
    )
    method = read_method(zipped(olca.files), name="ipcc")
    (category,) = method.categories
    assert (category.id, category.name, category.unit, method.version) == ("gwp", "GWP", "kg CO2 eq", "1.0")
    found = [(f.flow.id, f.value, f.unit, f.location, f.is_input) for f in category.factors]
    assert found == [
        ("ch4", 29.8, "kg", "", False),
        ("ch4", 30.0, "kg", "CN", False),
        ("coal", 3.6, "kWh", "", False),
        ("gas", pytest.approx(12.1), "MJ", "", False),  # 11 per MJ gross, and 1.1 MJ gross are 1 MJ
        ("gone", 5.0, "kg", "", False),
    ]
    assert category.factors[0].flow.cas == "74-82-8"
    assert category.factors[0].uncertainty.scale == 1.2
    assert {"formula-differs", "factor-unusable", "factor-without-flow", "weighting-ignored"} <= codes(method)


def test_openlca_objects_of_its_own_library(tmp_path):
    kilogram = schema.Unit(id="kg-1", name="kg", conversion_factor=1.0, is_ref_unit=True)
    group = schema.new_unit_group("Units of mass", kilogram)
    mass = schema.new_flow_property("Mass", group)
    methane = schema.new_flow("Methane", schema.FlowType.ELEMENTARY_FLOW, mass)
    category = schema.ImpactCategory(id="c1", name="GWP100", ref_unit="kg CO2 eq")
    category.impact_factors = [schema.ImpactFactor(flow=methane.to_ref(), flow_property=mass.to_ref(),
                                                   unit=group.units[0].to_ref(), value=29.8)]  # fmt: skip
    method = schema.ImpactMethod(id="m1", name="AR6", impact_categories=[category.to_ref()])
    folders = {"unit_groups": group, "flow_properties": mass, "flows": methane, "lcia_categories": category,
               "lcia_methods": method}  # fmt: skip
    path = tmp_path / "method.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for folder, item in folders.items():
            archive.writestr(f"{folder}/{item.id}.json", json.dumps(item.to_dict()))
    read = read_method(path, name="ar6")
    (made,) = read.categories[0].factors
    assert (read.categories[0].name, read.categories[0].unit) == ("GWP100", "kg CO2 eq")
    assert (made.flow.id, made.flow.kind, made.value, made.unit) == (methane.id, FlowKind.ELEMENTARY, 29.8, "kg")
    assert read.notes == ()


def test_openlca_a_failed_formula_without_a_value_gives_no_factor(olca2, zipped):
    olca2.flow("x", "ELEMENTARY_FLOW")
    olca2.flow("y", "ELEMENTARY_FLOW")
    olca_method(olca2, {"flow": {"@id": "x"}, "formula": "2 * nobody"}, {"flow": {"@id": "y"}, "value": 1})
    method = read_method(zipped(olca2.files), name="m")
    assert [f.flow.id for f in method.categories[0].factors] == ["y"]
    assert note(method, "formula-name").params["kept"] == "–"


def test_openlca_methods_beside_processes_are_noted_and_read_apart(olca2, zipped):
    olca2.flow("x")
    olca2.process("p", [olca2.exchange("x", reference=True)])
    olca_method(olca2, {"flow": {"@id": "x"}, "unit": {"@id": "mass:kg"}, "value": 1})
    path = zipped(olca2.files)
    assert "methods-ignored" in {n.code for n in read_database(path, name="d").notes}
    assert len(read_method(path, name="m").categories) == 1


def test_several_methods_of_a_package_are_told_apart(olca2, zipped):
    olca2.flow("x", "ELEMENTARY_FLOW")
    olca_method(olca2, {"flow": {"@id": "x"}, "unit": {"@id": "mass:kg"}, "value": 1})
    olca2.files["lcia_methods/n.json"] = {"@id": "n", "name": "CML", "impactCategories": []}
    method = read_method(zipped(olca2.files), name="m")
    assert [c.name for c in method.categories] == ["IPCC: GWP"]
    assert note(method, "methods-joined").params["names"] == "IPCC; CML"


# SimaPro


def simapro(*rows, decimal="."):
    head = ("{SimaPro 9.5.0.0}", "{methods}", "{CSV separator: Semicolon}", f"{{Decimal separator: {decimal}}}", "")
    return "\n".join((*head, "Method", "", "Name", "IPCC", "", "Version", "1;04", "", *rows, "", "End", ""))


GWP = ("Impact category", "GWP;kg CO2 eq", "", "Substances", "Air;(unspecified);Methane;000074-82-8;29,8;kg",
       "Raw;land;Occupation, forest;;0;m2a", "Air;low. pop.;Methane;74-82-8;2,5E1;kg", "")  # fmt: skip


def test_simapro_factors_damage_categories_and_weighting(tmp_path):
    other = ("Impact category", "Heat;MJ", "", "Substances", "Air;(unspecified);Methane;74-82-8;10;kg", "")
    damage = ("Damage category", "Harm;Pt", "", "Impact categories", "GWP;2", "Heat;0,5", "")
    broken = ("Damage category", "Half;Pt", "", "Impact categories", "GWP;2", "Nothing;1", "")
    sets = ("Normalization-Weighting set", "World", "", "Normalization", "Harm;1", "", "Weighting", "Harm;1")
    path = tmp_path / "m.csv"
    path.write_text(simapro(*GWP, *other, *damage, *broken, *sets, decimal=","), encoding="utf-8")
    method = read_method(path, name="ipcc")
    assert method.version == "1.04"
    gwp, heat, harm = method.categories
    assert [(f.flow.name, f.flow.category, f.flow.cas, f.value, f.unit, f.is_input) for f in gwp.factors] == [
        ("Methane", ("air",), "74-82-8", 29.8, "kg", False),
        ("Occupation, forest", ("resource", "land"), "", 0.0, "m2*a", True),
        ("Methane", ("air", "low. pop."), "74-82-8", 25.0, "kg", False),
    ]
    assert (heat.unit, harm.name, harm.unit) == ("MJ", "Harm", "Pt")
    assert [f.value for f in harm.factors] == [pytest.approx(2 * 29.8 + 0.5 * 10), 0.0, 50.0]
    assert codes(method) == {"weighting-ignored", "damage-category-left"}


def test_simapro_rows_that_are_odd(tmp_path):
    rows = ("Impact category", "Weighting", "", "Substances", "Air;;A;10/8/5595;1;kg", "Air;;B", "Air;;C;;x;kg",
            "Air;;D; E;74-82-8;3;kg", "Air;;F;;4")  # fmt: skip
    path = tmp_path / "m.csv"
    path.write_text(simapro(*rows), encoding="utf-8")
    method = read_method(path, name="m")
    (category,) = method.categories
    assert (category.name, category.unit) == ("Weighting", "")
    assert [(f.flow.name, f.flow.cas, f.value, f.unit) for f in category.factors] == [
        ("A", "", 1.0, "kg"), ("D;E", "74-82-8", 3.0, "kg"), ("F", "", 4.0, ""),
    ]  # fmt: skip
    assert codes(method) == {
        "cas-unreadable", "row-columns", "factor-unusable", "factor-unit-unknown", "category-unit-unknown"
    }  # fmt: skip


# EcoSpold 1


def test_ecospold_impact_categories(zipped):
    made = dataset(
        1,
        "GWP 100a",
        xc(1, "Methane", "o4", "2.98E1", CASNumber="000074-82-8", category="air", subCategory="low")
        + xc(2, "Coal", "i4", 0, "MJ", category="resource", uncertaintyType=1, standardDeviation95=1.21)
        + '<exchange number="3" name="Dust" category="air" unit="kg" meanValue="2" location="CH"/>'
        + xc(4, "NaN gas", "o4", "NaN"),
        unit="kg CO2-Eq",
        kind=4,
    )
    for files in ({"m.xml": ecospold(made, namespace=IMPACT)}, {"m.xml": ecospold(made)}):
        path = zipped(files)
        method = read_method(path, name="cml")
        (category,) = method.categories
        assert (category.name, category.unit, category.comment) == ("s: GWP 100a", "kg CO2-Eq", "about GWP 100a")
        assert [(f.flow.name, f.flow.category, f.flow.cas, f.value, f.unit, f.is_input, f.location)
                for f in category.factors] == [
            ("Methane", ("air", "low"), "74-82-8", 29.8, "kg", False, ""),
            ("Coal", ("resource",), "", 0.0, "MJ", True, ""),
            ("Dust", ("air",), "", 2.0, "kg", False, "CH"),
        ]  # fmt: skip
        assert codes(method) == {"factor-unusable"}
        with pytest.raises(FormatError) as caught:
            read_database(path, name="d")
        assert caught.value.code == "TH-FMT-030"


def test_ecospold_categories_beside_processes_are_noted(zipped):
    process = dataset(1, "steel", xc(1, "steel", "o0"))
    impact = dataset(2, "GWP", xc(1, "co2", "o4", category="air"), kind=4)
    path = zipped({"x.xml": ecospold(process, impact)})
    database = read_database(path, name="d")
    assert next(n for n in database.notes if n.code == "methods-ignored").params == {"count": 1, "example": "GWP"}
    assert [c.name for c in read_method(path, name="m").categories] == ["s: GWP"]


# All


@pytest.mark.parametrize(("files", "code"), [
    ({"x.xml": ecospold(dataset(1, "steel", xc(1, "steel", "o0")))}, "TH-FMT-055"),
    ({"x.spold": "<ecoSpold/>"}, "TH-FMT-059"),
    ({"x.csv": "{SimaPro 9.5}\n{methods}\n"}, "TH-FMT-055"),
    ({"lcia_categories/x.json": "{"}, "TH-FMT-015"),
    ({"lciamethods/x.xml": "<LCIAMethodDataSet>"}, "TH-FMT-013"),
    ({"x.xml": "<!DOCTYPE a><LCIAMethodDataSet/>"}, "TH-FMT-014"),
    ({"x.xml": "<html/>"}, "TH-FMT-011"),
])  # fmt: skip
def test_what_holds_no_method_is_refused(zipped, files, code):
    with pytest.raises(FormatError) as caught:
        read_method(zipped(files), name="m")
    assert caught.value.code == code


def test_flows_without_id_are_the_same_by_name_compartment_and_unit():
    notes = Notebook()
    factors = FactorList(notes, "c")
    for name, where, unit in (("A", "air", "kg"), ("a", "Air", "kg"), ("A", "water", "kg"), ("A", "air", "m3")):
        factors.add(Flow("", FlowKind.ELEMENTARY, {"en": name}, unit, (where,)), 1.0, unit)
    assert len(factors.close()) == 3
    assert [n.code for n in notes.close()] == ["factor-repeated"]
