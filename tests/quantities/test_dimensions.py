"""Dimensions of the unit table in base dimensions."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

import pytest

from tanheng.quantities import units
from tanheng.quantities.dimensions import BARE, Measure, base_unit, coherent_unit, dimension_name


def test_every_dimension_of_the_table_has_base_dimensions_of_its_own():
    names = defaultdict(set)
    for each in units():
        names[Measure.of(each).dimension].add(each.dimension)
    assert [found for found in names.values() if len(found) > 1] == []


def test_units_of_one_dimension_keep_their_exact_ratio():
    for each in units():
        shown = coherent_unit(Measure.of(each).dimension)
        assert shown is not None
        assert Measure.of(each).factor / Measure.of(shown).factor == each.factor / shown.factor, each.symbol


@pytest.mark.parametrize(
    ("product", "unit"),
    [
        (("W", "h"), "Wh"),
        (("kW", "a"), "kWh"),
        (("t", "km"), "t*km"),
        (("m2", "a"), "m2*a"),
        (("m2", "m"), "m3"),
        (("kg", "d"), "kg*d"),
        (("pcs", "km"), "Items*km"),
        (("m3", "km"), "m3*km"),
    ],
)
def test_products_are_the_table_s_own_units(product, unit):
    left, right = (Measure.of(symbol) for symbol in product)
    assert (left * right).dimension == Measure.of(unit).dimension
    hours = {"kWh": 24 * 365}
    assert (left * right).factor == Measure.of(unit).factor * hours.get(unit, 1)


def test_money_of_a_year_is_shown_as_itself():
    price = Measure.of("CNY 2020") / Measure.of("t") * Measure.of("kg")
    assert coherent_unit(price.dimension).symbol == "CNY 2020"
    assert price.factor == Fraction(1, 1000)


def test_what_the_table_has_no_unit_for_is_named_by_its_base_units():
    speed = Measure.of("km") / Measure.of("h")
    assert (dimension_name(speed.dimension), base_unit(speed.dimension)) == ("length time⁻¹", "m·d⁻¹")
    assert base_unit((speed * speed).dimension) == "m²·d⁻²"
    assert (dimension_name(BARE.dimension), base_unit(BARE.dimension)) == ("ratio", "1")
