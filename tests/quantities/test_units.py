from __future__ import annotations

from fractions import Fraction

import pint
import pytest

from tanheng.errors import QuantityError
from tanheng.quantities import Quantity, convert, find_unit, units

PINT_NAMES = {
    "t": "metric_ton", "kt": "kilometric_ton", "Mt": "megametric_ton", "lb": "pound", "oz": "ounce", "oz t": "troy_ounce",
    "gr": "grain", "dwt": "pennyweight", "ct": "carat", "sh tn": "US_ton", "long tn": "UK_ton", "cwt": "US_hundredweight",
    "dr (Av)": "dram", "kWh": "kilowatt_hour", "MWh": "megawatt_hour", "GWh": "gigawatt_hour", "TWh": "terawatt_hour",
    "Wh": "watt_hour", "kcal": "4186.8 joule", "btu": "Btu_it", "MMBtu": "1e6 Btu_it", "toe": "41868 megajoule",
    "tce": "29307.6 megajoule", "kgce": "29.3076 megajoule", "m2": "meter**2", "mm2": "millimeter**2", "cm2": "centimeter**2",
    "dm2": "decimeter**2", "km2": "kilometer**2", "are": "are", "ha": "hectare", "ac": "4046.8564224 meter**2",
    "ft2": "foot**2", "in2": "inch**2", "yd2": "yard**2", "mi2": "mile**2", "nmi2": "nautical_mile**2", "m3": "meter**3",
    "ml": "milliliter", "ul": "microliter", "cl": "centiliter", "dl": "deciliter", "hl": "hectoliter", "dal": "decaliter",
    "dm3": "decimeter**3", "cm3": "centimeter**3", "mm3": "millimeter**3", "gal": "US_liquid_gallon",
    "gal (Imp)": "imperial_gallon", "gal (US dry)": "US_dry_gallon", "qt (US liq)": "US_liquid_quart",
    "qt (US dry)": "US_dry_quart", "pt (US fl)": "US_pint", "pt (US dry)": "US_dry_pint", "pt (Imp)": "imperial_pint",
    "gill": "gill", "US fl oz": "US_fluid_ounce", "fl oz (Imp)": "imperial_fluid_ounce", "cu ft": "foot**3",
    "in3": "inch**3", "yd3": "yard**3", "bbl": "oil_barrel", "bl (US fl)": "barrel", "bl (US dry)": "dry_barrel",
    "bl (Imp)": "imperial_barrel", "bsh (US)": "bushel", "bsh (Imp)": "imperial_bushel", "pk": "peck",
    "dr (Fl)": "fluid_dram", "nmi": "nautical_mile", "mi": "mile", "fur": "201.168 meter", "ch": "20.1168 meter",
    "ftm": "1.8288 meter", "hand": "hand", "d": "day", "h": "hour", "min": "minute", "s": "second", "Nm3": "meter**3",
    "t*km": "metric_ton*kilometer", "kg*km": "kilogram*kilometer", "kt*km": "kilometric_ton*kilometer",
    "t*mi": "metric_ton*mile", "sh tn*mi": "US_ton*mile", "t*nmi": "metric_ton*nautical_mile", "lb*mi": "pound*mile",
    "lb*nmi": "pound*nautical_mile", "l": "liter", "mi*a": None, "Ci": "curie", "Rutherford": "rutherford",
    "kBq": "kilobecquerel", "Bq": "becquerel", "mBq": "millibecquerel", "uBq": "microbecquerel", "nBq": "nanobecquerel",
    "m3*km": "meter**3*kilometer", "m3*mi": "meter**3*mile", "m3*nmi": "meter**3*nautical_mile",
    "l*km": "liter*kilometer", "l*mi": "liter*mile", "l*nmi": "liter*nautical_mile", "W": "watt", "kW": "kilowatt",
    "MW": "megawatt", "kmol": "kilomole", "mol": "mole",
}  # fmt: skip
BASES = {
    "mass": "kilogram", "energy": "megajoule", "power": "megajoule/day", "length": "meter", "area": "meter**2",
    "volume": "meter**3", "time": "day", "goods transport": "metric_ton*kilometer", "radioactivity": "kilobecquerel",
    "volume transport": "meter**3*kilometer", "substance": "mole",
}  # fmt: skip


@pytest.fixture(scope="module")
def registry() -> pint.UnitRegistry:
    return pint.UnitRegistry()


OURS_ALONE = {"a", "万t", "万kWh", "万Nm3", "mu"}  # the year of 365 days, the Chinese ten-thousands, the mu


@pytest.mark.parametrize(
    "unit", [u for u in units() if u.dimension in BASES and u.symbol not in OURS_ALONE], ids=lambda u: u.symbol
)
def test_factors_agree_with_pint(unit, registry):
    name = PINT_NAMES.get(unit.symbol, unit.symbol)
    theirs = (1 * registry.parse_expression(name)).to(BASES[unit.dimension]).magnitude
    assert float(unit.factor) == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize(
    ("spelling", "symbol"),
    [("千瓦时", "kWh"), ("度", "kWh"), ("tkm", "t*km"), ("t·km", "t*km"), ("m³", "m3"), ("㎡", "m2"), ("Mg", "t"),
     ("lb av", "lb"), ("kg CO2e", "kg"), ("kgCO2-eq", "kg"), ("KWH", "kWh"), ("公斤", "kg"), ("m2a", "m2*a"),
     ("Item(s)", "pcs"), ("件", "pcs"), ("Dozen(s)", "dozen"), ("μg", "ug"), ("µg", "ug"), ("Tonnes", "t")],
)  # fmt: skip
def test_spellings_of_real_databases(spelling, symbol):
    assert find_unit(spelling).symbol == symbol


def test_a_spelling_that_depends_on_the_dimension_is_settled_by_it():
    assert (find_unit("a").symbol, find_unit("a", "area").symbol) == ("a", "are")
    assert (find_unit("h").symbol, find_unit("h", "length").symbol) == ("h", "hand")


@pytest.mark.parametrize("text", ["mJ", "MG", "kgg", "", "kg/kWh"])
def test_a_near_miss_is_no_unit(text):
    assert find_unit(text) is None


def test_money_of_different_years_does_not_convert():
    assert find_unit("USD 2002").dimension == "currency:USD:2002"
    assert find_unit("元").dimension == "currency:CNY"
    with pytest.raises(QuantityError) as caught:
        convert(1, "USD 2000", "USD 2002")
    assert caught.value.code == "TH-QTY-002"


def test_defined_factors_are_exact():
    factor = {u.symbol: u.factor for u in units()}
    assert factor["kWh"] / factor["MJ"] == Fraction(18, 5)
    assert factor["lb"] / factor["kg"] == Fraction(45359237, 10**8)
    assert factor["ft"] / factor["m"] == Fraction(3048, 10**4)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [("1.925 t", 1.925, "t"), ("13 350 kWh", 13350, "kWh"), ("13\u202f350kWh", 13350, "kWh"), ("-1.5e-3 kg", -0.0015, "kg"),
     ("35 %", 35, "%"), (".5 l", 0.5, "l"), ("1_000 kg", 1000, "kg"), ("１２ kg", 12, "kg"), ("−2 kg", -2, "kg")],
)  # fmt: skip
def test_quantities_are_read(text, value, unit):
    assert Quantity.parse(text) == Quantity(value, unit)


@pytest.mark.parametrize(
    ("text", "code"),
    [("1,925 t", "TH-QTY-004"), ("abc", "TH-QTY-003"), ("5", "TH-QTY-005"), ("3 foo", "TH-QTY-001"), ("", "TH-QTY-003"),
     ("nan kg", "TH-QTY-003"), ("1e999 kg", "TH-QTY-003"), ("kg 5", "TH-QTY-003")],
)  # fmt: skip
def test_what_is_not_a_quantity_is_refused_with_its_place(text, code):
    with pytest.raises(QuantityError) as caught:
        Quantity.parse(text, place="lines[3].amount")
    assert caught.value.code == code
    assert caught.value.faults[0].place == "lines[3].amount"
    assert caught.value.faults[0].hint("zh")


@pytest.mark.parametrize(
    ("spelled", "symbol"), [("ｋｇ", "kg"), ("ｋＷｈ", "kWh"), ("ｔ·ｋｍ", "t*km"), ("ｍ３", "m3")]
)
def test_full_width_letters_are_the_same_letters(spelled, symbol):
    assert find_unit(spelled).symbol == symbol


def test_a_greek_mu_in_an_unknown_unit_ends():
    """NFKC makes the micro sign a mu, which cleaning makes a micro sign again."""
    assert find_unit("µ!") is None
    assert find_unit("μg").symbol == "ug"
