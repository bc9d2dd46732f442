"""SimaPro CSV: what the rows mean, and what is tolerated."""

from __future__ import annotations

import math

import pytest
from tests.formats.simapro_texts import BESIDE, ORE, SLAG, STEEL, WHOLE, block, flow, header, process

from tanheng.errors import FormatError
from tanheng.formats.simapro import read
from tanheng.formats.simapro.flows import location_in
from tanheng.inventory import compile_database
from tanheng.inventory.model import AllocationMethod, Database, Distribution, FlowKind

ONE = ["x;kg;1;100;not defined;A\\B;"]


@pytest.fixture
def load(tmp_path):
    def make(content: str | bytes, name: str = "x.csv") -> Database:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return read(path, name="test")

    return make


def codes(database: Database) -> list[str]:
    return [note.code for note in database.notes]


def only(database: Database):
    (process_,) = database.processes.values()
    return process_


def test_a_whole_export(load):
    database = load(WHOLE)
    assert codes(database) == []
    assert (list(database.processes), database.format) == (["steel", "ore", "slag"], "simapro-csv")
    steel = database.processes["steel"]
    assert (steel.name, steel.location, steel.category) == ("Steel making", "CN", ("Metals", "Ferro"))
    assert (steel.valid_from, steel.valid_until) == ("2005", "2009")
    assert steel.comment == "made\nof ore\nfrom ore"
    product, ore, slag, gas = steel.exchanges
    assert (product.is_reference, product.is_input, product.amount) == (True, False, 2.0)
    assert (ore.is_input, ore.amount, ore.formula) == (True, 3.0, "ore_need * 2")
    assert (ore.uncertainty.kind, ore.uncertainty.gsd2) == (Distribution.LOGNORMAL, pytest.approx(1.21))
    assert ore.uncertainty.pedigree == "(1,2,3,4,5,na)"
    assert (slag.is_input, database.flows[slag.flow].kind) == (False, FlowKind.WASTE)
    gas_flow = database.flows[gas.flow]
    assert (gas_flow.category, gas_flow.cas) == (("air", "high. pop."), "124-38-9")
    given, calculated = steel.parameters
    assert (given.uncertainty.scale, given.comment) == (0.1, "of the furnace")  # SimaPro gives 2 SD
    assert (calculated.value, calculated.formula) == (3.0, "ore_need*2")


def test_c09_waste_treatment_is_a_service_with_positive_demand(load):
    """3 kg CO2 of its own and 4 kg slag at 0.5 kg CO2 each, for 2 kg of steel: 2.5 kg/kg."""
    compiled = compile_database(load(WHOLE))
    steel = next(c for c in compiled.columns if c.process.id == "steel")
    assert compiled.footprints[steel.index].sum() == pytest.approx(2.5)
    slag = next(c for c in compiled.columns if c.process.id == "slag")
    assert compiled.footprints[slag.index].sum() == pytest.approx(0.5)


def test_c09_waste_goes_to_a_service_that_is_sold_and_inputs_to_a_treatment(load):
    sold = process("s", products=["burning;kg;1;100;;;"], air=["Carbon dioxide;;kg;2;Undefined;0;0;0;"])
    taker = process("t", products=ONE, materials=[flow("Slag {CN}| treatment of | Cut-off, U", "2")],
                    waste_to_treatment=[flow("burning", "3")])  # fmt: skip
    database = load(header() + sold + taker + SLAG)
    assert sorted(codes(database)) == ["treatment-as-input", "waste-as-service"]
    compiled = compile_database(database)
    column = next(c for c in compiled.columns if c.process.id == "t")
    assert compiled.footprints[column.index].sum() == pytest.approx(2 * 0.5 + 3 * 2)


def test_c09_avoided_products_are_credits(load):
    avoided = flow("Steel {CN}| making | Cut-off, U")
    database = load(header() + STEEL + ORE + SLAG + process("t", products=ONE, avoided_products=[avoided]))
    assert database.processes["t"].exchanges[1].is_avoided
    compiled = compile_database(database)
    column = next(c for c in compiled.columns if c.process.id == "t")
    assert compiled.footprints[column.index].sum() == pytest.approx(-2.5)


def test_every_section_with_nature_has_its_compartment(load):
    names = ["resources", "emissions_to_water", "emissions_to_soil", "final_waste_flows"]
    names += ["non_material_emissions", "social_issues", "economic_issues"]
    database = load(
        header() + process(products=ONE, **{name: [f"y;part;kg;1;Undefined;0;0;0;{name}"] for name in names})
    )
    found = [(e.is_input, database.flows[e.flow].category[0]) for e in only(database).exchanges[1:]]
    assert found == [
        (True, "resource"),
        (False, "water"),
        (False, "soil"),
        (False, "final waste"),
        (False, "non-material emission"),
        (False, "social issue"),
        (False, "economic issue"),
    ]


@pytest.mark.parametrize(("said", "method"), [
    ("Physical causality", AllocationMethod.PHYSICAL),
    ("Socio-economic causality", AllocationMethod.ECONOMIC),
    ("Unspecified", AllocationMethod.PHYSICAL),
])  # fmt: skip
def test_allocation_in_percent(load, said, method):
    products = ["a;kg;1;95.8;not defined;c;", "b;kg;1;p * 2;not defined;c;"]
    text = process(texts={"Multiple output allocation": said}, products=products, input_parameters=["p;2.1"])
    found = only(load(header() + text))
    assert (found.default_allocation, found.allocations[0].method) == (method, method)
    assert found.allocations[0].shares == pytest.approx({"a": 0.958, "b": 0.042})
    assert [e.is_reference for e in found.exchanges] == [True, False]


@pytest.mark.parametrize(("row", "expected"), [
    ("Lognormal;4;0;0;", (Distribution.LOGNORMAL, 1.0, 2.0, None, None)),
    ("Normal;3;0;0;", (Distribution.NORMAL, 1.0, 1.5, None, None)),
    ("Triangle;0;0.5;5;", (Distribution.TRIANGULAR, 1.0, None, 0.5, 5.0)),
    ("Uniform;0;0;2;", (Distribution.UNIFORM, None, None, 0.0, 2.0)),
])  # fmt: skip
def test_distributions(load, row, expected):
    found = only(load(header() + process(products=ONE, materials=[flow("y", more=row)]))).exchanges[1].uncertainty
    assert (found.kind, found.loc, found.scale, found.minimum, found.maximum) == expected


@pytest.mark.parametrize(("row", "noted"), [
    ("Undefined;0;0;0;", []),
    ("Lognormal;1;0;0;", []),
    ("Normal;0;0;0;", []),
    ("Lognormal;;;;", ["uncertainty-unusable"]),
    ("Uniform;0", ["uncertainty-unusable"]),
])  # fmt: skip
def test_no_distribution_and_one_without_its_numbers(load, row, noted):
    database = load(header() + process(products=ONE, materials=[flow("y", more=row)]))
    assert only(database).exchanges[1].uncertainty is None
    assert codes(database) == noted


def test_scopes_of_parameters(load):
    """A process's names hide the project's, these the database's; formulas reach outwards."""
    beside = (
        block("Database Input parameters", "a;1;Undefined;0;0;0;No;", "b;10;Undefined;0;0;0;No;")
        + block("Database Calculated parameters", "c;a + 1;")
        + block("Project Input parameters", "a;2;Undefined;0;0;0;No;")
        + block("Project Calculated parameters", "d;a + b + c;")
    )
    text = process(products=ONE, materials=[flow("y", "a + d")], input_parameters=["a;100;Undefined;0;0;0;No;"])
    database = load(header() + text + beside)
    assert [(p.name, p.value) for p in database.parameters] == [("a", 1), ("b", 10), ("c", 2), ("a", 2), ("d", 14)]
    assert only(database).exchanges[1].amount == 114.0
    assert codes(database) == []


@pytest.mark.parametrize(("decimal", "formula", "value"), [
    (",", "1034*0,5^2", 258.5),
    (",", "max(a;2,5)*2", 5.0),
    (",", "if(a=1;3;4)", 3.0),
    (".", "iff(a > 2; 1; sqr(3))", 9.0),
    (".", "1e-3 * 2", 0.002),
])  # fmt: skip
def test_formulas_in_the_notation_of_the_file(load, decimal, formula, value):
    """A separator between arguments is put back, though it stands outside quotes."""
    text = process(products=ONE, materials=[flow("y", formula)], input_parameters=["a;1;Undefined;0;0;0;No;"],
                   calculated_parameters=[f"c;{formula};about"])  # fmt: skip
    database = load(header(decimal=decimal) + text)
    assert only(database).exchanges[1].amount == pytest.approx(value)
    calculated = only(database).parameters[1]
    assert (calculated.value, calculated.comment) == (pytest.approx(value), "about")
    assert set(codes(database)) <= {"row-odd"}


def test_a_formula_that_fails_leaves_the_amount_open(load):
    database = load(header() + process(products=ONE, materials=[flow("y", "nobody * 2"), flow("z", "1/0")]))
    assert all(math.isnan(e.amount) for e in only(database).exchanges[1:])
    assert sorted(codes(database)) == ["amount-missing", "formula-name", "formula-value"]
    assert {n.params["kept"] for n in database.notes if "kept" in n.params} == {"–"}
    assert compile_database(database).open_flows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_western_encodings(load, encoding):
    text = header() + process(products=["Käse, gereift;µg;1;100;;;"])
    database = load(text.encode(encoding))
    assert (only(database).name, only(database).exchanges[0].unit) == ("Käse, gereift", "ug")
    assert codes(database) == []


def test_chinese_windows(load):
    text = header() + process(products=["热轧钢卷，华北;kg;1;100;;金属;"])
    database = load(text.encode("gbk"))
    assert only(database).names == {"zh": "热轧钢卷，华北"}
    assert codes(database) == ["encoding-guessed"]


@pytest.mark.parametrize(("name", "separator"), [("Semicolon", ";"), ("Comma", ","), ("Tab", "\t")])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(load, name, separator, ends):
    cells = ["x", "kg", "1", "100", "not defined", "A\\B", ""]
    database = load((header(name) + process(products=[separator.join(cells)])).replace("\n", ends))
    assert only(database).category == ("A", "B")


def test_an_undeclared_notation_is_recognised_and_noted(load):
    text = "{SimaPro 7.3}\n{processes}\n" + process(products=["x;kg;1,5;100;;;"], materials=[flow("y", "0,25")])
    database = load(text)
    assert [e.amount for e in only(database).exchanges] == [1.5, 0.25]
    assert codes(database) == ["header-assumed"]


@pytest.mark.parametrize(("decimal", "number", "value"), [
    (".", "0,5", 0.5), (",", "0.5", 0.5), (",", "1.234,5", 1234.5), (".", "1,234.5", 1234.5), (",", "1,0E-12", 1e-12),
])  # fmt: skip
def test_another_decimal_mark_than_declared(load, decimal, number, value):
    database = load(header(decimal=decimal) + process(products=ONE, materials=[flow("y", number)]))
    assert only(database).exchanges[1].amount == pytest.approx(value)
    is_other = number in ("0,5", "0.5")
    assert codes(database) == (["decimal-mark"] if is_other else [])


def test_quoted_cells_hold_separators_line_breaks_and_quotes(load):
    text = process(texts={"Comment": '"first; line\nsecond ""line"""'}, products=['"x; y";kg;1;100;;;"a\n\nb"'])
    found = only(load(header() + text))
    assert found.name == "x; y"
    assert found.comment == 'first; line\nsecond "line"\na\n\nb'


def test_a_quote_that_nothing_closes_is_a_character(load):
    database = load(header() + process("a", products=['"x;kg;1;100;;;']) + process("b", products=ONE))
    assert [p.name for p in database.processes.values()] == ['"x', "x"]


def test_names_with_separators_are_found_by_the_distribution(load):
    database = load(header() + process(products=ONE, materials=["a;b;kg;2;Undefined;0;0;0;c;d"]))
    found = only(database).exchanges[1]
    assert (found.flow, found.amount, found.comment) == ("a;b", 2.0, "c; d")
    assert codes(database) == ["row-odd"]


def test_rows_that_are_none_are_counted(load):
    database = load(header() + process(products=ONE, materials=["a", "b;kg", "c;kg;1", ";kg;1;Undefined"]))
    assert [e.flow for e in only(database).exchanges] == ["x", "c"]
    assert {n.code: n.params["count"] for n in database.notes} == {"row-columns": 3, "row-odd": 1}


def test_missing_ends(load):
    database = load(header() + process("a", products=ONE, end="") + process("b", products=ONE, end="") + BESIDE)
    assert list(database.processes) == ["a", "b"]
    assert [n.params["count"] for n in database.notes if n.code == "block-end-missing"] == [2]


def test_unknown_blocks_and_a_broken_process_are_passed_over(load):
    stage = block("Product stage", "Name", "car", "Assembly", "x;p;1")
    broken = process("broken", products=["nothing"])
    database = load(header() + stage + broken + process("ok", products=ONE) + "stray;row\n")
    assert list(database.processes) == ["ok"]
    assert sorted(codes(database)) == ["block-unknown", "no-product", "row-outside"]


def test_the_same_id_and_the_same_name_twice(load):
    database = load(header() + process("a", products=ONE) + process("a", products=ONE))
    assert list(database.processes) == ["a", "a#2"]
    assert [e.flow for p in database.processes.values() for e in p.exchanges] == ["x", "x"]
    assert codes(database) == ["duplicate-id"]


def test_units_of_the_file(load):
    units = block("Units", "kg;Mass;1;kg", "bushel;Mass;27.21;kg", "ton;Mass;907.18;kg", "lb;Mass;0.45;kg")
    rows = [flow("y", unit=unit) for unit in ("bushel", "ton", "lb", "kgCOD")]
    database = load(header() + process(products=ONE, materials=rows) + units)
    local = {symbol: (unit.base, unit.factor) for symbol, unit in database.local_units.items()}
    assert local == {"bushel": ("kg", 27.21), "ton [Mass]": ("kg", 907.18), "kgCOD": ("kgCOD", 1.0)}
    assert sorted(codes(database)) == ["unit-differs", "unit-factor", "unit-local", "unit-local"]


def test_waste_scenarios_as_far_as_shares_are_plain(load):
    rows = {"separated_waste": ["Slag {CN}| treatment of | Cut-off, U;All waste types;25;"],
            "remaining_waste": ["tip;100;"]}  # fmt: skip
    scenario = {"waste_scenario": ["Waste of houses;kg;2;All waste types;S;"]}
    database = load(header() + process("w", {"Category type": "waste scenario"}, **scenario, **rows) + SLAG)
    assert [(e.amount, e.is_input) for e in database.processes["w"].exchanges] == [
        (2, True),
        (0.5, False),
        (1.5, False),
    ]
    assert codes(database) == []


def test_shares_of_waste_types_stay_open(load):
    rows = {"separated_waste": ["a;Paper;80;"], "remaining_waste": ["tip;100;"]}
    scenario = {"waste_scenario": ["Waste of houses;kg;1;All waste types;S;"]}
    database = load(header() + process("w", {"Category type": "waste scenario"}, **scenario, **rows))
    assert all(math.isnan(e.amount) for e in only(database).exchanges[1:])
    assert [n.params["count"] for n in database.notes if n.code == "waste-scenario-open"] == [2]


def test_literature(load):
    book = block("Literature reference", "Name", "Doka 2009", "", "Category", "Others", "", "Description", "Waste.")
    texts = {"Literature references": "Doka 2009;page 3\nUnknown 2010"}
    database = load(header() + process(texts=texts, products=ONE) + book)
    assert only(database).sources == ("Doka 2009. Waste", "Unknown 2010")


@pytest.mark.parametrize(("name", "location"), [
    ("Electricity {CN-NCGC}| market for | Cut-off, U", "CN-NCGC"), ("Wool, at field/US", "US"),
    ("Rice, at farm (WFLDB 3.0)/IN U", "IN"), ("Heat, per /MJ", ""), ("Water, CN", ""), ("Empty {}", ""),
])  # fmt: skip
def test_locations_in_names(name, location):
    assert location_in(name) == location


@pytest.mark.parametrize(("years", "expected"), [
    ("2010 and after", ("2010", "")), ("1979 and before", ("", "1979")), ("Unspecified", ("", "")), ("2015", ("2015", "2015")),
])  # fmt: skip
def test_periods(load, years, expected):
    found = only(load(header() + process(texts={"Time period": years}, products=ONE)))
    assert (found.valid_from, found.valid_until) == expected


METHOD = "Method\n\nName\nIPCC\n\nImpact category\nGWP;kg CO2\n\nSubstances\nAir;;CO2;124-38-9;1;kg\n\nEnd\n"


@pytest.mark.parametrize(("text", "code"), [
    ("{SimaPro 9.5}\n{methods}\n", "TH-FMT-030"),
    (header() + METHOD, "TH-FMT-030"),
    (header(), "TH-FMT-019"),
    (header() + process(materials=[flow("y")]), "TH-FMT-019"),
])  # fmt: skip
def test_what_holds_no_process_is_refused(load, text, code):
    with pytest.raises(FormatError) as caught:
        load(text)
    assert caught.value.code == code
    assert "x.csv" in caught.value.text("en")


def test_methods_beside_processes_are_noted(load):
    assert codes(load(header() + process(products=ONE) + METHOD)) == ["methods-ignored"]


def test_several_files_are_one_database(zipped):
    files = {"a/steel.csv": header() + STEEL, "b/ore.csv": header() + ORE + SLAG, "readme.txt": "hello"}
    steps: list[tuple[int, int]] = []
    path = zipped(files)
    database = read(path, name="n", progress=lambda *step: steps.append(step))
    assert set(database.processes) == {"steel", "ore", "slag"}
    assert codes(database) == ["file-other"]
    assert {link.status.value for link in compile_database(database).links} == {"only-producer"}
    assert steps[-1][0] == steps[-1][1]


def test_a_reference_sets_the_unit_of_its_flow(load):
    by_product = process("a", products=["y;kg;1;60;;;", "x;MWh;1;40;;;"])
    database = load(header() + by_product + process("b", products=["x;kWh;1;100;;;"]))
    assert database.flows["x"].unit == "kWh"


def test_many_open_quotes_cost_no_more_than_their_lines(load):
    lines = ['b"c";"d'] * 20_000
    database = load(header() + process("a", texts={"Comment": "\n".join(lines)}, products=ONE) + ORE)
    assert "ore" in database.processes


def test_percent_signs_in_shares(load):
    found = only(load(header() + process(products=["a;kg;1;60 %;;;", "b;kg;1;40%;;;"])))
    assert found.allocations[0].shares == pytest.approx({"a": 0.6, "b": 0.4})
