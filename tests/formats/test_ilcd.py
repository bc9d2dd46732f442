"""The ILCD data model in both its writings, ILCD (XML) and TIDAS (JSON): every field and every edge."""

from __future__ import annotations

import math

import pytest
from tests.formats.ilcd_documents import (
    CO2,
    COAL,
    ENERGY,
    MASS,
    SLAG,
    STEEL,
    VOLUME,
    Sets,
    as_xml,
    base,
    exchange,
    files,
    flow,
    flow_property,
    lang,
    process,
    published,
    ref,
    unit_group,
    uuid,
)

from tanheng.errors import FormatError
from tanheng.formats import Limits, ilcd, read_database
from tanheng.inventory.importing.compiling import compile_database
from tanheng.inventory.linking import LinkStatus
from tanheng.inventory.model import (
    Allocation,
    AllocationMethod,
    Database,
    Distribution,
    Exchange,
    FlowKind,
    FlowProperty,
    Note,
    Parameter,
    Process,
    Uncertainty,
)

P, Q = uuid(11), uuid(12)


@pytest.fixture(params=["xml", "json"], ids=["ilcd", "tidas"])
def load(request, zipped):
    def load_(*sets: tuple[str, dict], without: tuple[str, ...] = ()) -> Database:
        kept: Sets = [s for s in base() if not any(identifier in str(s[1])[:400] for identifier in without)]
        return read_database(zipped(files([*kept, *sets], request.param)), name="test")

    return load_


def codes(database: Database) -> set[str]:
    return {note.code for note in database.notes}


def note(database: Database, code: str) -> Note:
    return next(n for n in database.notes if n.code == code)


def of(exchanges: list, **more) -> tuple[str, dict]:
    return "processDataSet", process(P, exchanges, **more)


def only(database: Database) -> Process:
    return database.processes[P]


def test_a_process_with_its_documentation(load):
    source = {"sourceInformation": {"dataSetInformation": {
        "common:UUID": uuid(31), "common:shortName": lang(en="Miller 1985"), "sourceCitation": "Tables",
    }}}  # fmt: skip
    contact = {"contactInformation": {"dataSetInformation": {"common:UUID": uuid(32), "common:name": lang(en="Ada")}}}
    made = process(
        P,
        [exchange(0, STEEL, 2.0, generalComment=lang(en="weighed", zh="已称重"))],
        information={
            "dataSetInformation": {
                "common:UUID": P.upper(),
                "name": {
                    "baseName": lang(en="Steel", zh="炼钢"),
                    "treatmentStandardsRoutes": lang(en="electric arc"),
                    "mixAndLocationTypes": lang(en="at plant", zh="在工厂"),
                },
                "common:synonyms": lang(en="iron"),
                "common:generalComment": [*lang(en="about", zh="说明"), *lang(en="nan")],
                "classificationInformation": {"common:classification": [
                    {"@name": "other", "common:class": {"@level": "0", "#text": "x"}},
                    {"@name": "ILCD", "common:class": [
                        {"@level": "1", "#text": "Metals"}, {"@level": "0", "#text": "Materials"},
                    ]},
                ]},
            },
            "time": {
                "common:referenceYear": "2019",
                "common:dataSetValidUntil": "2024-06",
                "common:timeRepresentativenessDescription": lang(en="a year"),
            },
            "technology": {"technologyDescriptionAndIncludedProcesses": lang(en="arc", zh="电弧")},
        },
        modellingAndValidation={
            "LCIMethodAndAllocation": {"typeOfDataSet": "LCI result", "LCIMethodPrinciple": "Attributional"},
            "dataSourcesTreatmentAndRepresentativeness": {
                "samplingProcedure": lang(en="asked"),
                "referenceToDataSource": [ref(uuid(31), "short"), ref(uuid(39), "a lost source"), ref(uuid(31))],
            },
            "validation": {"review": [{
                "@type": "Independent external review",
                "common:scope": {"@name": "Raw data"},
                "common:reviewDetails": lang(en="passed"),
                "common:referenceToNameOfReviewerAndInstitution": ref(uuid(32)),
            }]},
            "complianceDeclarations": {"compliance": {
                "common:referenceToComplianceSystem": ref(uuid(38), "ILCD entry-level"),
                "common:approvalOfOverallCompliance": "Fully compliant",
            }},
        },
        administrativeInformation={
            "publicationAndOwnership": {
                "common:dataSetVersion": "01.00.000",
                "common:copyright": "true",
                "common:licenseType": "Free of charge for all users and uses",
                "common:accessRestrictions": lang(en="none known"),
                "common:referenceToOwnershipOfDataSet": ref(uuid(32), "Ada & Co"),
            }
        },
    )  # fmt: skip
    database = load(("sourceDataSet", source), ("contactDataSet", contact), ("processDataSet", made))
    found = only(database)
    assert database.notes == ()
    assert found.names == {"en": "Steel; electric arc; at plant", "zh": "炼钢; 在工厂"}
    assert (found.location, found.category) == ("CN", ("Materials", "Metals"))
    assert (found.valid_from, found.valid_until, found.is_aggregated) == ("2019", "2024-06", True)
    assert found.comment == "about\n\n说明"
    assert found.texts == {
        "technology": "arc\n\n电弧",
        "time": "a year",
        "inventory method": "LCI result\n\nAttributional",
        "sampling": "asked",
        "restrictions": "none known",
        "version": "01.00.000",
        "copyright": "true",
        "review": "Independent external review. Ada. Raw data\npassed",
        "compliance": "ILCD entry-level: Fully compliant",
        "data set owner": "Ada & Co",
    }
    assert found.sources == ("Miller 1985. Tables", "a lost source")
    assert found.licence == "Free of charge for all users and uses, none known, copyright"
    assert found.exchanges == (
        Exchange("0", STEEL, 2.0, "kg", is_input=False, is_reference=True, comment="weighed\n\n已称重"),
    )


def test_flows(load):
    synonyms = {"common:synonyms": lang(en="carbonic oxide; CO2;", zh="二氧化碳")}
    extra = flow(uuid(5), "Elementary flow", name=lang(en="co2"), **synonyms)
    extra["flowInformation"]["geography"] = {"locationOfSupply": lang(en="CN-YN")}
    database = load(of([exchange(0, STEEL), exchange(1, CO2)]), ("flowDataSet", extra))
    co2, steel = database.flows[CO2], database.flows[STEEL]
    assert (co2.kind, co2.category, co2.cas) == (FlowKind.ELEMENTARY, ("Emissions", "Emissions to air"), "124-38-9")
    assert (co2.formula, co2.unit) == ("CO2", "kg")
    assert (steel.kind, steel.names, steel.unit) == (FlowKind.PRODUCT, {"en": "steel", "zh": "钢"}, "kg")
    assert database.flows[SLAG].kind is FlowKind.WASTE
    assert database.flows[COAL].properties == (FlowProperty("Net calorific value", "MJ", 29.3),)
    assert (database.flows[uuid(5)].synonyms, database.flows[uuid(5)].location) == (
        ("carbonic oxide", "二氧化碳"),
        "CN-YN",
    )
    assert len(database.flows) == 5  # also those that nothing uses


@pytest.mark.parametrize("kind", ["Other flow", "", "Economic flow"])
def test_other_kinds_of_flows_are_products_with_a_note(load, kind):
    database = load(of([exchange(0, uuid(5))]), ("flowDataSet", flow(uuid(5), kind)))
    assert database.flows[uuid(5)].kind is FlowKind.PRODUCT
    assert note(database, "flow-type-unknown").params == {"type": kind or "–"}


def test_factors_are_per_unit_of_the_reference_property(load):
    """Coal in m3 as the reference with a factor of 2: 2 m3 weigh 1,700 kg."""
    made = flow(uuid(5), properties={MASS: "1700", VOLUME: "2"}, reference=1)
    database = load(of([exchange(0, uuid(5), 3)]), ("flowDataSet", made))
    found = database.flows[uuid(5)]
    assert (found.unit, found.properties) == ("m3", (FlowProperty("Mass", "kg", 850.0),))
    assert only(database).exchanges[0].unit == "m3"


def test_an_unnamed_reference_property_is_assumed(load):
    made = flow(uuid(5), properties={VOLUME: "0.001", MASS: "1"}, reference=7)
    database = load(of([exchange(0, uuid(5))]), ("flowDataSet", made))
    assert database.flows[uuid(5)].unit == "kg"
    assert codes(database) == {"flow-property-assumed"}


def test_unusable_further_properties_are_told(load):
    made = flow(uuid(5), properties={MASS: "1", ENERGY: "n.a.", uuid(109): "3"})
    database = load(of([exchange(0, uuid(5))]), ("flowDataSet", made))
    assert database.flows[uuid(5)].properties == ()
    assert [n.code for n in database.notes] == ["flow-property-unusable"] * 2


def test_the_units_of_the_ilcd_system_are_known_where_a_package_leaves_them_out(load):
    mass, energy = "93a60a56-a3c8-11da-a746-0800200b9a66", "93a60a56-a3c8-11da-a746-0800200c9a66"
    own = flow_property(uuid(104), "Heat", "93a60a57-a3c8-11da-a746-0800200c9a66")  # its group is missing
    database = load(
        of([exchange(0, uuid(5)), exchange(1, uuid(6))]),
        ("flowPropertyDataSet", own),
        ("flowDataSet", flow(uuid(5), properties={mass: 1, energy: 12})),
        ("flowDataSet", flow(uuid(6), properties={uuid(104): 1})),
    )
    assert (database.flows[uuid(5)].unit, database.flows[uuid(6)].unit) == ("kg", "MJ")
    assert codes(database) == {"standard-unit"}


def test_a_property_of_the_ilcd_system_needs_no_unit_group(load):
    mass = "93a60a56-a3c8-11da-a746-0800200b9a66"
    database = load(
        of([exchange(0, uuid(5))]),
        ("flowPropertyDataSet", flow_property(mass, "Mass", uuid(299))),
        ("flowDataSet", flow(uuid(5), properties={mass: 1})),
    )
    assert database.flows[uuid(5)].unit == "kg"
    assert codes(database) == {"standard-unit"}


def test_a_missing_unit_group_leaves_the_unit_open(load):
    database = load(
        of([exchange(0, uuid(5))]),
        ("flowPropertyDataSet", flow_property(uuid(104), "Beauty", uuid(204))),
        ("flowDataSet", flow(uuid(5), properties={uuid(104): 1})),
    )
    assert database.flows[uuid(5)].unit == only(database).exchanges[0].unit == "?"
    assert codes(database) == {"dangling-unit-group", "flow-unit-unknown"}


def test_units_that_we_do_not_know_are_local(load):
    database = load(
        of([exchange(0, uuid(5))]),
        ("unitGroupDataSet", unit_group(uuid(204), ("helen", 1), ("millihelen", "0,001"))),
        ("unitGroupDataSet", unit_group(uuid(205), ("", 1))),
        ("flowPropertyDataSet", flow_property(uuid(104), "Beauty", uuid(204))),
        ("flowPropertyDataSet", flow_property(uuid(105), "Nothing", uuid(205))),
        ("flowDataSet", flow(uuid(5), properties={uuid(104): 1, uuid(105): 1})),
    )
    assert database.flows[uuid(5)].unit == "helen"
    assert set(database.local_units) == {"helen"}
    assert codes(database) == {"unit-local", "unit-group-empty", "dangling-unit-group", "flow-property-unusable"}


def test_a_reference_unit_counts_one_whatever_its_factor(load):
    """TianGong's units of time: the reference is the year, and the file still gives it as 365 (days)."""
    database = load(
        of([exchange(0, uuid(5))]),
        ("unitGroupDataSet", unit_group(uuid(204), ("d", 1), ("a", 365), reference=1)),
        ("flowPropertyDataSet", flow_property(uuid(104), "Time", uuid(204))),
        ("flowDataSet", flow(uuid(5), properties={uuid(104): 1})),
    )
    assert (database.flows[uuid(5)].unit, database.local_units, database.notes) == ("a", {}, ())


def test_directions_and_reminders(load):
    database = load(
        of([
            exchange(0, STEEL),
            exchange(1, COAL, out=False),
            exchange(2, CO2, exchangeDirection=None),
            exchange(3, SLAG, exchangeDirection=None),
            exchange(4, COAL, 7.0, functionType="Allocation reminder flow"),
            exchange(5, SLAG, **{"location": "FR"}),
        ])
    )  # fmt: skip
    found = {e.id: e for e in only(database).exchanges}
    assert {i: e.is_input for i, e in found.items()} == {"0": False, "1": True, "2": False, "5": False}
    assert found["5"].comment == "[FR]"
    assert codes(database) == {"exchange-group-unknown", "reminder-flow"}


def test_a_reference_flow_without_a_direction_is_made_or_treated(load):
    for flow_id, is_input in ((STEEL, False), (SLAG, True)):
        database = load(of([exchange(0, flow_id, exchangeDirection=None)]))
        assert only(database).exchanges[0].is_input is is_input
        assert database.notes == ()


def test_the_first_of_several_reference_flows_is_the_reference(load):
    database = load(
        of([exchange(0, COAL, out=False), exchange(3, STEEL), exchange(4, SLAG)], reference=["3", "4", "9"])
    )
    assert [e.id for e in only(database).exchanges if e.is_reference] == ["3"]
    assert note(database, "several-references").params == {"flow": "slag"}


@pytest.mark.parametrize("reference", ["77", "", []])
def test_without_a_reference_flow_nothing_is_guessed(load, reference):
    database = load(of([exchange(0, STEEL)], reference=reference))
    assert not only(database).exchanges[0].is_reference
    assert codes(database) == {"no-reference"}


def test_a_reference_that_is_no_product_is_told(load):
    database = load(of([exchange(0, COAL, out=False), exchange(1, STEEL)]))
    assert only(database).exchanges[0].is_reference
    found = note(database, "reference-unusable")
    assert found.params == {"flow": "coal", "kind": "product", "direction": "input"}
    assert codes(load(of([exchange(0, SLAG, out=False)]))) == set()  # a waste that is treated


def test_resulting_amounts_count(load):
    database = load(
        of([
            exchange(0, STEEL, 42),
            exchange(1, CO2, None, meanAmount=None, resultingAmount="2.5"),
            exchange(2, COAL, 2, out=False, resultingAmount="3"),
            exchange(3, SLAG, "1,5"),
            exchange(4, SLAG, "1.234,5E1"),
            exchange(5, SLAG, None, meanAmount=None),
            exchange(6, SLAG, "n.a."),
        ])
    )  # fmt: skip
    amounts = [e.amount for e in only(database).exchanges]
    assert amounts[:5] == [42.0, 2.5, 3.0, 1.5, 12345.0]
    assert all(math.isnan(a) for a in amounts[5:])
    assert {n.code: n.params["count"] for n in database.notes} == {
        "resulting-differs": 1,
        "decimal-comma": 2,
        "amount-missing": 2,
    }


def relations(*parameters: dict) -> dict:
    return {"mathematicalRelations": {"variableParameter": list(parameters)}}


def test_variables_multiply_the_mean(load):
    parameters = relations(
        {"@name": "share", "formula": "a / 4", "meanValue": "0.5", "comment": lang(en="of it")},
        {"@name": "a", "meanValue": "2", "uncertaintyDistributionType": "uniform", "minimumValue": "1",
         "maximumValue": "3"},
        {"meanValue": "7"},
    )  # fmt: skip
    uniform = {"uncertaintyDistributionType": "uniform", "minimumAmount": "8", "maximumAmount": "12"}
    database = load(
        of(
            [
                exchange(0, STEEL),
                exchange(1, COAL, 10, out=False, referenceToVariable="share", resultingAmount="5", **uniform),
                exchange(2, CO2, 3, referenceToVariable="lost", resultingAmount="4"),
            ],
            information=parameters,
        )
    )
    found = only(database)
    assert found.parameters == (
        Parameter("share", 0.5, "a / 4", comment="of it"),
        Parameter("a", 2.0, uncertainty=Uncertainty(Distribution.UNIFORM, minimum=1.0, maximum=3.0)),
    )
    assert (found.exchanges[1].amount, found.exchanges[1].formula) == (5.0, "10.0 * share")
    assert found.exchanges[1].uncertainty == Uncertainty(Distribution.UNIFORM, minimum=4.0, maximum=6.0)
    assert found.exchanges[2].amount == 4.0
    assert codes(database) == {"formula-name"}


def test_a_variable_without_a_resulting_amount_is_no_difference(load):
    variables = relations({"@name": "a", "meanValue": "3"})
    exchanges = [exchange(0, STEEL, 2, referenceToVariable="a"), exchange(1, COAL, 2, referenceToVariable="b c")]
    database = load(of(exchanges, information=variables))
    assert [e.amount for e in only(database).exchanges] == [6.0, 2.0]
    assert codes(database) == {"formula-syntax"}


def test_a_formula_wins_over_the_stored_amount(load):
    database = load(
        of(
            [exchange(0, STEEL, 2, referenceToVariable="a", resultingAmount="5")],
            information=relations({"@name": "a", "formula": "1 + 2", "meanValue": "2"}),
        )
    )
    assert only(database).exchanges[0].amount == 6.0
    assert codes(database) == {"formula-differs"}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (("log-normal", "1.21", "", ""), Uncertainty(Distribution.LOGNORMAL, 2.0, 1.1)),
        (("log-normal", "", "1", "16"), Uncertainty(Distribution.LOGNORMAL, 2.0, 2.0)),
        (("normal", "0.5", "", ""), Uncertainty(Distribution.NORMAL, 2.0, 0.25)),
        (("normal", "", "1", "3"), Uncertainty(Distribution.NORMAL, 2.0, 0.5)),
        (("triangular", "", "1", "3"), Uncertainty(Distribution.TRIANGULAR, 2.0, minimum=1.0, maximum=3.0)),
        (("uniform", "", "1", "3"), Uncertainty(Distribution.UNIFORM, minimum=1.0, maximum=3.0)),
        (("undefined", "1.2", "", ""), None),
        (("", "0.000", "", ""), None),
        (("log-normal", "0.000", "", ""), None),
        (("log-normal", "1", "", ""), None),
    ],
)
def test_uncertainties(load, fields, expected):
    keys = ("uncertaintyDistributionType", "relativeStandardDeviation95In", "minimumAmount", "maximumAmount")
    given = {key: value for key, value in zip(keys, fields, strict=True) if value}
    database = load(of([exchange(0, STEEL, 2.0, **given)]))
    found = only(database).exchanges[0].uncertainty
    assert (found is None) == (expected is None)
    if found is not None:
        assert found.kind == expected.kind
        for attribute in ("loc", "scale", "minimum", "maximum"):
            assert getattr(found, attribute) == pytest.approx(getattr(expected, attribute))
    assert database.notes == ()


@pytest.mark.parametrize("kind", ["log-normal", "normal", "uniform", "triangular", "gamma"])
def test_a_distribution_without_its_numbers_is_noted(load, kind):
    database = load(of([exchange(0, STEEL, 2.0, uncertaintyDistributionType=kind)]))
    assert only(database).exchanges[0].uncertainty is None
    assert codes(database) == {"uncertainty-unusable"}


def test_quality_scores_in_a_comment_are_kept(load):
    database = load(of([exchange(0, STEEL, 2.0, generalComment=lang(en="(2,3,1,1,1,5) measured"))]))
    assert only(database).exchanges[0].uncertainty.pedigree == "(2,3,1,1,1,5)"


def shares(**fractions: str) -> dict:
    return {
        "allocation": [
            {"@internalReferenceToCoProduct": key.removeprefix("p"), "@allocatedFraction": value}
            for key, value in fractions.items()
        ]
    }


def allocated(*exchanges: dict, approach: str = "Allocation - market value") -> tuple[str, dict]:
    products = [exchange(0, STEEL), exchange(1, COAL)]
    method = {"LCIMethodAndAllocation": {"LCIMethodApproaches": [approach]}}
    return of([*products, *exchanges], reference=["0", "1"], modellingAndValidation=method)


@pytest.mark.parametrize(
    ("approach", "method"),
    [
        ("Allocation - market value", AllocationMethod.ECONOMIC),
        ("Allocation - mass", AllocationMethod.PHYSICAL),
        ("Allocation - equal distribution", AllocationMethod.CAUSAL),
    ],
)
def test_allocation_in_percent_for_each_exchange(load, approach, method):
    database = load(
        allocated(
            exchange(2, CO2, 3, allocations=shares(p0="60", p1="40 %")),
            exchange(3, SLAG, 1, allocations=shares(p1="25.5", p9="10")),
            exchange(4, SLAG, 1, allocations={"allocation": {}}),
            approach=approach,
        )
    )
    assert only(database).allocations == (
        Allocation(method, by_exchange={"2": {STEEL: 0.6, COAL: 0.4}, "3": {COAL: 0.255, STEEL: 0.745}}),
    )
    assert only(database).default_allocation is method
    assert codes(database) == {"several-references", "allocation-factor-unusable", "allocation-completed"}


def test_thirds_in_three_decimals_add_up(load):
    third = shares(p0="66.667", p1="33.334")
    database = load(allocated(exchange(2, CO2, 3, allocations=third)))
    (allocation,) = only(database).allocations
    assert math.fsum(allocation.by_exchange["2"].values()) == pytest.approx(1.0, abs=1e-12)
    assert "allocation-rounded" in codes(database)
    other = "processDataSet", process(Q, [exchange(0, uuid(5))])
    wrong = load(
        allocated(exchange(2, CO2, 3, allocations=shares(p0="60", p1="30"))), other, ("flowDataSet", flow(uuid(5)))
    )
    assert math.fsum(only(wrong).allocations[0].by_exchange["2"].values()) == pytest.approx(0.9)
    assert "allocation-refused" in {n.code for n in compile_database(wrong).notes}


def test_missing_flows_are_made_from_their_references(load):
    database = load(
        of([
            exchange(0, STEEL),
            exchange(1, uuid(91), 2, out=False, referenceToFlowDataSet=ref(uuid(91), "lost power")),
            exchange(2, uuid(91), 3, out=False, referenceToFlowDataSet=ref(uuid(91), "lost power")),
            exchange(3, "", 3, referenceToFlowDataSet=ref(uuid(92), "zinc (Emissions to sea water)")),
            exchange(8, "", 3, referenceToFlowDataSet=ref(uuid(93), "tin (Non-renewable element resources from ground)")),
            exchange(4, "", 3, referenceToFlowDataSet=ref("08a91e70-3ddc-11dd-94ea-0050c2490048", "zinc")),
            exchange(5, "", 3, referenceToFlowDataSet={"@uri": f"../flows/{COAL.upper()}_01.00.000.xml"}),
            exchange(6, "", 3, referenceToFlowDataSet={"common:shortDescription": "无名"}),
            exchange(7, "", 3, referenceToFlowDataSet={}),
        ])
    )  # fmt: skip
    lost = database.flows[uuid(91)]
    assert (lost.name, lost.kind, lost.unit) == ("lost power", FlowKind.PRODUCT, "?")
    zinc = database.flows[uuid(92)]
    assert (zinc.kind, zinc.category) == (FlowKind.ELEMENTARY, ("Emissions to sea water",))
    assert database.flows[uuid(93)].category == ("Non-renewable element resources from ground",)
    assert database.flows["08a91e70-3ddc-11dd-94ea-0050c2490048"].kind is FlowKind.ELEMENTARY
    assert [e.flow for e in only(database).exchanges][6:] == [COAL, "无名"]
    assert database.flows["无名"].names == {"zh": "无名"}
    assert {n.code: n.params["count"] for n in database.notes} == {
        "dangling-flows": 6,
        "flow-unit-unknown": 5,
        "exchange-without-flow": 1,
    }


def test_flows_of_unknown_unit_link_with_themselves(load):
    name = {"referenceToFlowDataSet": ref(uuid(91), "lost power")}
    database = load(
        of([exchange(0, STEEL), exchange(1, "", 2, out=False, **name)]),
        ("processDataSet", process(Q, [exchange(0, "", 1, **name)])),
    )
    compiled = compile_database(database)
    assert [link.status for link in compiled.links] == [LinkStatus.ONLY_PRODUCER]


def test_languages(load):
    made = process(P, [exchange(0, STEEL)], name=[
        "无语言的名称", {"#text": "plain"}, {"@xml:lang": "DE", "#text": "Stahl"}, {"@xml:lang": "fr-FR", "#text": "acier"},
        {"@xml:lang": "", "#text": "second"},
    ])  # fmt: skip
    found = only(load(("processDataSet", made)))
    assert found.names == {"zh": "无语言的名称", "en": "plain second", "de": "Stahl", "fr": "acier"}


def test_a_process_without_a_name_is_called_by_its_id(load):
    made = process(P, [exchange(0, STEEL)], information={"dataSetInformation": {"common:UUID": P}})
    assert only(load(("processDataSet", made))).name == P


@pytest.mark.parametrize(
    ("year", "until", "expected", "noted"),
    [
        ("2019", "9999", ("2019", ""), False),
        ("2019-05-01+08:00", "2020年", ("2019-05-01", "2020"), False),
        ("", "soon", ("", ""), True),
        ("20191", "2020", ("", "2020"), True),
    ],
)
def test_partial_dates(load, year, until, expected, noted):
    time = {"time": {"common:referenceYear": year, "common:dataSetValidUntil": until}}
    database = load(of([exchange(0, STEEL)], information=time))
    assert (only(database).valid_from, only(database).valid_until) == expected
    assert codes(database) == ({"date-unreadable"} if noted else set())


def test_the_newest_version_stays(load):
    old, new = (
        process(P, [exchange(0, STEEL, amount)], administrativeInformation=published(version))
        for amount, version in ((1, "01.00.000"), (2, "01.10.000"))
    )
    for order in ((old, new), (new, old)):
        database = load(*(("processDataSet", made) for made in order))
        assert only(database).exchanges[0].amount == 2.0
        assert note(database, "older-version").params == {"count": 1, "example": P}
    assert codes(load(("processDataSet", old), ("processDataSet", old))) == {"duplicate-id"}


def test_equal_exchange_ids_are_told_apart(load):
    database = load(of([exchange(0, STEEL), exchange(0, CO2), exchange("", SLAG)]))
    assert [e.id for e in only(database).exchanges] == ["0", "0#2", "position 3"]
    assert codes(database) == {"duplicate-exchange"}


def test_over_long_texts_are_kept(load):
    long = "钢" * 100_000
    database = load(of([exchange(0, STEEL, generalComment=lang(zh=long))]))
    assert only(database).exchanges[0].comment == long


def test_providers_that_the_authors_name(load):
    preceding = {"referenceToPrecedingDataSet": ref(Q.upper())}
    supplier = "processDataSet", process(Q, [exchange(0, COAL)])
    database = load(supplier, of([
        exchange(0, STEEL),
        exchange(1, COAL, out=False, **{"@defaultProvider": Q}),
        exchange(2, COAL, out=False, **preceding),
        exchange(3, COAL, out=False, **{"common:other": preceding}),
        exchange(4, COAL, out=False, **{"@defaultProvider": uuid(99)}),
        exchange(5, COAL, out=False),
        exchange(6, COAL, **{"@avoidedProduct": "true"}),
    ]))  # fmt: skip
    found = only(database).exchanges
    assert [e.provider for e in found] == [None, Q, Q, Q, uuid(99), None, None]
    assert (found[6].is_avoided, found[6].is_input) == (True, True)
    assert codes(database) == {"dangling-provider"}


def model(*instances: tuple[str, str, dict | None]) -> tuple[str, dict]:
    return "lifeCycleModelDataSet", {"lifeCycleModelInformation": {
        "dataSetInformation": {"common:UUID": uuid(51)},
        "technology": {"processes": {"processInstance": [
            {"@dataSetInternalID": number, "referenceToProcess": ref(made)}
            | ({"connections": {"outputExchange": output}} if output else {})
            for number, made, output in instances
        ]}},
    }}  # fmt: skip


def to(flow_id: str, *targets: str) -> dict:
    return {"@flowUUID": flow_id, "downstreamProcess": [{"@id": t, "@flowUUID": flow_id} for t in targets]}


def test_life_cycle_models_name_providers(load):
    third = uuid(13)
    sets = (
        ("processDataSet", process(Q, [exchange(0, COAL)])),
        ("processDataSet", process(third, [exchange(0, SLAG, out=False)])),
        of([exchange(0, STEEL), exchange(1, COAL, out=False), exchange(2, SLAG)]),
    )
    connected = model(("1", Q, to(COAL, "2")), ("2", P, to(SLAG, "3")), ("3", third, None))
    assert [e.provider for e in only(load(connected, *sets)).exchanges] == [None, Q, third]
    contested = model(("1", Q, to(COAL, "2")), ("2", P, to(SLAG, "9")), ("3", third, to(COAL, "2")))
    database = load(contested, *sets)
    assert [e.provider for e in only(database).exchanges] == [None, None, None]
    assert codes(database) == {"connection-contested", "connection-unusable"}


def test_methods_are_refused_by_name_and_passed_over_among_processes(load, zipped):
    method = "LCIAMethodDataSet", {"LCIAMethodInformation": {"dataSetInformation": {
        "common:UUID": uuid(61), "common:name": lang(en="Climate change"),
    }}}  # fmt: skip
    database = load(method, of([exchange(0, STEEL)]))
    assert note(database, "methods-ignored").params == {"count": 1, "example": "Climate change"}
    for kind in ("xml", "json"):
        with pytest.raises(FormatError) as caught:
            read_database(zipped(files([method], kind)), name="n")
        assert caught.value.code == "TH-FMT-030"
        assert "Climate change" in caught.value.text("zh")


def test_non_productive_loops_are_read_and_named_when_linked(load):
    """Coal takes 3 kg of steel, steel 2 kg of coal: reading succeeds, linking names the loop (C11)."""
    database = load(
        of([exchange(0, STEEL), exchange(1, COAL, 2, out=False)], name=lang(en="steel mill")),
        (
            "processDataSet",
            process(Q, [exchange(0, COAL), exchange(1, STEEL, 3, out=False)], name=lang(en="coal mine")),
        ),
    )
    assert database.notes == ()
    compiled = compile_database(database)
    (note,) = (n for n in compiled.notes if n.code == "unproductive-loop")
    assert note.params["processes"] == "steel mill, coal mine"
    assert note.params["links"] == "coal mine ← steel"
    assert [link.status for link in compiled.links if link.provider < 0] == [LinkStatus.UNPRODUCTIVE_LOOP]


def test_a_broken_file_among_many_is_told(load, zipped):
    sets = [*base(), of([exchange(0, STEEL)])]
    for kind, broken, code in (("xml", "<processDataSet><", "TH-FMT-013"), ("json", '{"a": ', "TH-FMT-015")):
        made = files(sets, kind) | {f"ILCD/flows/000.{kind}": broken, f"ILCD/processes/000.{kind}": broken}
        database = read_database(zipped(made), name="n")
        assert list(database.processes) == [P]
        found = [n for n in database.notes if n.code == "file-broken"]
        assert [n.params["error"] for n in found] == [code, code]
        assert {n.place for n in found} == {f"database.zip/ILCD/{f}/000.{kind}" for f in ("flows", "processes")}
        alone = {f"ILCD/processes/x.{kind}": broken, f"ILCD/flows/y.{kind}": list(files(sets, kind).values())[6]}
        with pytest.raises(FormatError) as caught:
            read_database(zipped(alone), name="n")
        assert caught.value.code == code
        assert caught.value.faults[0].place == f"database.zip/ILCD/processes/x.{kind}"


def test_without_any_process_there_is_nothing_to_read(zipped):
    with pytest.raises(FormatError) as caught:
        read_database(zipped(files(base(), "xml")), name="n")
    assert caught.value.code == "TH-FMT-019"


# What only XML can get wrong.


def steel_mill() -> Sets:
    return [*base(), of([exchange(0, STEEL)], name=lang(en="steel mill", zh="炼钢厂"))]


def test_namespaces_folders_and_names_do_not_matter(zipped, tmp_path):
    plain = {
        f"{position}.XML": as_xml(name, tree, namespace=False)
        for position, (name, tree) in enumerate(reversed(steel_mill()))
    }
    expected = ilcd.read(zipped(files(steel_mill(), "xml")), name="n")
    found = read_database(zipped(plain), name="n")
    assert (found.processes, found.flows) == (expected.processes, expected.flows)
    folder = tmp_path / "folder"
    for name, content in files(steel_mill(), "xml", root="").items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    again = read_database(folder, name="n")
    assert (again.processes, again.flows) == (expected.processes, expected.flows)


def test_other_files_are_passed_over(zipped):
    other = {
        "ILCD/ILCDLocations.xml": '<ILCDLocations xmlns="http://lca.jrc.it/ILCD/Locations"/>',
        "ILCD/external_docs/x.pdf": b"%PDF",
        "ILCD/schemas/x.xsd": "<broken",
    }
    database = ilcd.read(zipped(files(steel_mill(), "xml") | other), name="n")
    assert [(n.code, n.place) for n in database.notes] == [("file-ignored", "database.zip/ILCD/ILCDLocations.xml")]


def test_flows_among_the_processes_are_found(zipped):
    sets = files(steel_mill(), "xml")
    moved = {name.replace("/flows/", "/processes/"): content for name, content in sets.items()}
    expected = ilcd.read(zipped(sets), name="n")
    found = ilcd.read(zipped(moved), name="n")
    assert (found.processes, found.flows, found.notes) == (expected.processes, expected.flows, ())


def test_a_data_set_without_uuid_is_called_by_its_file(zipped):
    made = process("", [exchange(0, STEEL)])
    names = {f"ILCD/processes/{P.upper()}_01.00.000.xml": as_xml("processDataSet", made)}
    assert list(ilcd.read(zipped(files(base(), "xml") | names), name="n").processes) == [P]


DECLARED = 'encoding="UTF-8"'


@pytest.mark.parametrize(
    ("encoded", "encoding"),
    [
        (lambda text: b"\xef\xbb\xbf" + text.encode(), None),
        (lambda text: b"\n " + text.encode(), None),
        (lambda text: text.replace(DECLARED, 'encoding="UTF-16"').encode("utf-16"), None),
        (lambda text: text.replace(DECLARED, 'encoding="GBK"').encode("gbk"), None),
        (lambda text: text.encode("gbk"), "gb18030"),
        (lambda text: text.encode("utf-16"), None),  # its mark says it
        (lambda text: text.replace(DECLARED, 'encoding="klingon"').encode(), "utf-8"),
        (lambda text: text.replace("炼钢厂", "Hütte").encode("cp1252"), "cp1252"),
    ],
)
def test_encodings(tmp_path, encoded, encoding):
    text = as_xml("processDataSet", steel_mill()[-1][1])
    path = tmp_path / "x.xml"
    path.write_bytes(encoded(text))
    database = read_database(path, name="n")
    assert only(database).names["zh"] in ("炼钢厂", "Hütte")
    assert [n.params["encoding"] for n in database.notes if n.code == "encoding-assumed"] == (
        [encoding] if encoding else []
    )


BOMB = '<!ENTITY e0 "x">' + "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 50}">' for i in range(1, 10))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<processDataSet><exchanges", "TH-FMT-013"),
        ('<!DOCTYPE p [<!ENTITY x "y">]><processDataSet>&x;</processDataSet>', "TH-FMT-014"),
        ("<processDataSet>" + "<a>" * 500 + "</a>" * 500 + "</processDataSet>", "TH-FMT-013"),
        ("<processDataSet>&undefined;</processDataSet>", "TH-FMT-013"),
        (f'<!DOCTYPE p [{BOMB}]><processDataSet version="&e9;"/>', "TH-FMT-014"),
        ("<flowDataSet/>", "TH-FMT-019"),
    ],
)
def test_faults_of_a_single_file_are_errors(tmp_path, text, code):
    path = tmp_path / "broken.xml"
    path.write_text(text)
    with pytest.raises(FormatError) as caught:
        ilcd.read(path, name="n")
    assert caught.value.code == code
    assert caught.value.faults[0].place == "broken.xml"


def test_one_data_set_beyond_all_measure_is_not_held_in_memory(zipped, tmp_path, monkeypatch):
    monkeypatch.setattr("tanheng.formats.ilcdmodel.parsing._LARGEST", 3000)
    large = {"ILCD/processes/large.xml": "<processDataSet>" + "x" * 3000 + "</processDataSet>"}
    database = ilcd.read(zipped(files(steel_mill(), "xml") | large), name="n")
    assert note(database, "file-broken").params["error"] == "TH-FMT-017"
    path = tmp_path / "large.xml"
    path.write_text(large.popitem()[1])
    with pytest.raises(FormatError) as caught:
        ilcd.read(path, name="n")
    assert caught.value.code == "TH-FMT-017"
    database = ilcd.read(path, name="n", limits=Limits(member=4000))  # who sets the limit is believed
    assert list(database.processes) == ["large"]


def test_progress_counts_the_bytes(zipped):
    steps: list[tuple[int, int]] = []
    written = files(steel_mill(), "xml")
    ilcd.read(zipped(written), name="n", progress=lambda *step: steps.append(step))
    total = sum(len(text.encode()) for text in written.values())
    assert steps[-1] == (total, total)


def test_an_amount_that_the_authors_call_missing_is_not_zero(load):
    missing = {"dataDerivationTypeStatus": "Missing important", "resultingAmount": "0"}
    found = load(of([exchange(0, STEEL), exchange(1, CO2, 0, **missing), exchange(2, CO2, 0), exchange(3, CO2, 2, **{
        "dataDerivationTypeStatus": "Missing unimportant"
    })]))  # fmt: skip
    amounts = [e.amount for e in only(found).exchanges]
    assert math.isnan(amounts[1])
    assert [amounts[0], *amounts[2:]] == [1.0, 0.0, 2.0]
    assert note(found, "amount-missing").params["count"] == 1


def test_the_code_for_no_place_is_no_place(load):
    nowhere = {"geography": {"locationOfOperationSupplyOrProduction": {"@location": "NULL"}}}
    assert only(load(of([exchange(0, STEEL)], information=nowhere))).location == ""


def test_a_compliance_with_nothing_says_nothing(load):
    declared = {"complianceDeclarations": {"compliance": [
        {"common:referenceToComplianceSystem": ref(uuid(9), "undefined"), "common:approvalOfOverallCompliance": "Not defined"},
        {"common:referenceToComplianceSystem": ref(uuid(8), "ISO"), "common:approvalOfOverallCompliance": "Not defined"},
    ]}}  # fmt: skip
    found = only(load(of([exchange(0, STEEL)], modellingAndValidation=declared)))
    assert found.texts["compliance"] == "ISO: Not defined"
