from __future__ import annotations

import pytest

from tanheng.errors import FactorError
from tanheng.factors import FactorKind, embedded, get, per_unit, read_table, search
from tanheng.quantities import Origin

HEADER = (
    "id,kind,name_en,name_zh,value,unit,per,gases,origin,year,geography,valid_from,valid_until,category,source_title,"
    "source_number,source_date,source_url,licence,te,ge,ti,pr,gsd2,boundary,note"
)


def row(**given: str) -> str:
    cells = {
        "id": "x",
        "kind": "footprint",
        "name_en": "X",
        "value": "2",
        "unit": "kgCO2e",
        "per": "kg",
        "year": "2024",
    }
    cells |= given
    return ",".join(cells.get(key, "") for key in HEADER.split(","))


def table(*rows: str) -> str:
    return "\n".join((HEADER, *rows))


def test_a_value_without_gases_is_co2e_and_known_to_be_unsplit():
    factor = read_table(table(row()), place="mine.csv")[0]
    assert factor.amounts == {("CO2e", Origin.UNSPLIT): 2.0}
    assert not factor.is_split


def test_gases_are_kept_with_their_origin_and_characterised_when_asked():
    factor = read_table(table(row(value="", gases="CO2=3;CH4=0.1", origin="biogenic")), place="mine.csv")[0]
    assert factor.amounts == {("CO2", Origin.BIOGENIC): 3.0, ("CH4", Origin.BIOGENIC): 0.1}
    assert per_unit(factor) == pytest.approx(3 + 2.7)
    assert per_unit(factor, "AR5") == pytest.approx(3 + 2.8)


def test_a_value_in_tonnes_is_taken_to_kilograms():
    assert per_unit(read_table(table(row(unit="tCO2e")), place="m")[0]) == 2000


def test_a_generation_factor_is_co2_alone():
    factor = read_table(table(row(kind="generation-co2", unit="kgCO2", per="kWh", origin="fossil")), place="m")[0]
    assert factor.kind is FactorKind.GENERATION_CO2
    assert factor.amounts == {("CO2", Origin.FOSSIL): 2.0}


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ({"per": "furlongs"}, "TH-FAC-002"),
        ({"gases": "XX9=1"}, "TH-FAC-003"),
        ({"value": ""}, "TH-FAC-004"),
        ({"year": "soon"}, "TH-FAC-001"),
        ({"kind": "guess"}, "TH-FAC-001"),
        ({"unit": "pounds"}, "TH-FAC-001"),
        ({"origin": "mars"}, "TH-FAC-001"),
    ],
)
def test_every_faulty_row_is_named(bad, code):
    with pytest.raises(FactorError) as caught:
        read_table(table(row(), row(**bad), row(**bad)), place="mine.csv")
    assert [(f.code, f.place) for f in caught.value.faults] == [(code, "mine.csv:3"), (code, "mine.csv:4")]


def test_search_finds_in_both_languages_newest_first():
    hydro = search(embedded(), "水力发电")
    assert [f.id for f in hydro[:2]] == ["cn-electricity-footprint-hydro-2024", "cn-electricity-footprint-hydro-2023"]
    assert search(embedded(), "hydropower carbon footprint")[0] in hydro
    assert all(f.kind is FactorKind.GENERATION_CO2 for f in search(embedded(), "电力", kind=FactorKind.GENERATION_CO2))


def test_an_unknown_id_names_near_ones():
    with pytest.raises(FactorError) as caught:
        get(embedded(), "cn-electricity-footprint-hydro-2042")
    assert "cn-electricity-footprint-hydro-2024" in caught.value.text()


def test_the_release_is_identified_by_its_content():
    assert embedded().digest.startswith("sha256:")
    assert embedded() is embedded()
