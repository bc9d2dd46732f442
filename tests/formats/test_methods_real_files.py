"""Published methods: counts and known factors."""

from __future__ import annotations

import pytest

from tanheng.formats import Format, detect, read_method

pytestmark = pytest.mark.crosscheck
AIR = "Emissions to air, unspecified"


def test_ef_31_climate_change(shared_data):
    folder = shared_data / "lcia" / "ef31"
    assert detect(folder) is Format.ILCD_METHOD
    method = read_method(folder, name="EF 3.1")
    counts = {category.name: len(category.factors) for category in method.categories}
    assert counts == {
        "Climate change": 1099, "Climate change-Biogenic": 13, "Climate change-Fossil": 1074,
        "Climate change-Land use and land use change": 12,
    }  # fmt: skip
    total = next(c for c in method.categories if c.name == "Climate change")
    assert total.unit == "kg CO2 Equivalents"
    assert {f.unit for f in total.factors} == {"kg"}
    in_air = {f.flow.name: f.value for f in total.factors if f.flow.category == (AIR,)}
    wanted = ("methane (fossil)", "methane (biogenic)", "methane (land use change)", "nitrous oxide")
    assert [in_air[name] for name in wanted] == [29.8, 27.0, 29.8, 273.0]
    assert sum(f.value == 0.0 for f in total.factors) == 9
    assert sum(bool(f.is_input) for f in total.factors) == 4
    assert [f.value for f in total.factors if f.is_input and "land use" in f.flow.name] == [-1.0]
    assert method.notes == ()


def test_ilcd_sample(shared_data):
    (category,) = read_method(shared_data / "formats" / "msrocka-ilcd" / "method.xml", name="m").categories
    assert [len(category.factors), category.factors[0].value] == [9, 1.45e-8]


def test_simapro_sample(shared_data):
    path = shared_data / "formats" / "bw_simapro_csv" / "method.csv"
    assert detect(path) is Format.SIMAPRO_METHOD
    method = read_method(path, name="IW+")
    assert len(method.categories) == 29
    assert all(len(category.factors) == 2 for category in method.categories[:27])
    health, ecosystems = method.categories[27:]
    assert (health.unit, ecosystems.unit) == ("DALY", "PDF.m2.yr")
    # HFC-1234ze harms health in the short and in the long term: 8.18e-7 + 1.82e-7.
    assert next(f.value for f in health.factors if "1234ze" in f.flow.name) == pytest.approx(1.0e-6)
    assert {n.code for n in method.notes} == {"cas-unreadable", "weighting-ignored"}


@pytest.mark.parametrize("name", ["unit_sync-all.zip", "flow_property_factor_sync-all.zip"])
def test_openlca_samples(shared_data, name):
    (category,) = read_method(shared_data / "formats" / "olca-modules" / name, name="m").categories
    assert (category.name, category.unit, [f.value for f in category.factors]) == ("Test category", "test", [1.0])
