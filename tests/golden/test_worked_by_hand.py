"""Databases worked by hand, from recipe to footprint through linking, allocation, compiling and solving."""

from __future__ import annotations

import pytest

from tanheng.inventory import compile_database
from tanheng.quantities import Origin
from tanheng.testing import database, process


def kg(compiled, product):
    column = next(c.index for c in compiled.columns if c.flow.id == product)
    return float(compiled.footprints[column, compiled.roles.index(("CO2", Origin.FOSSIL))])


def test_heijungs_and_suh_two_processes():
    # Heijungs & Suh (2002), chapter 2: 2 l fuel → 10 kWh with 1 kg CO2; 100 l fuel with 10 kg CO2.
    # 1 kWh needs 0.2 l; a litre of fuel brings 0.1 kg: 0.1 + 0.2 × 0.1 = 0.12 kg; 1000 kWh → 120 kg.
    compiled = compile_database(
        database(
            "hs",
            process("Electricity", "10 kWh", takes={"Fuel": "2 l"}, emits={"CO2": "1 kg"}),
            process("Fuel", "100 l", emits={"CO2": "10 kg"}),
        )
    )
    assert 1000 * kg(compiled, "Electricity") == pytest.approx(120, rel=1e-14)


def test_a_loop():
    # Power needs 0.1 kg steel a kWh, steel 2 kWh a kg. p = 1 + 0.1 s, s = 3 + 2 p
    # → p = 1 + 0.3 + 0.2 p → p = 1.3 / 0.8 = 1.625; s = 3 + 3.25 = 6.25
    compiled = compile_database(
        database(
            "loop",
            process("Power", "1 kWh", takes={"Steel": "0.1 kg"}, emits={"CO2": "1 kg"}),
            process("Steel", "1 kg", takes={"Power": "2 kWh"}, emits={"CO2": "3 kg"}),
        )
    )
    assert kg(compiled, "Power") == pytest.approx(1.625, rel=1e-14)
    assert kg(compiled, "Steel") == pytest.approx(6.25, rel=1e-14)


def test_a_multi_output_process():
    # 1 run: 3 kg A + 1 kg B, 2 kg of C (5 kg CO2 each) and 6 kg of its own: 16 kg over 4 kg by mass → 4 kg/kg for both.
    compiled = compile_database(
        database(
            "multi",
            process("Plant", makes={"A": "3 kg", "B": "1 kg"}, takes={"C": "2 kg"}, emits={"CO2": "6 kg"}),
            process("C", "1 kg", emits={"CO2": "5 kg"}),
        )
    )
    assert kg(compiled, "A") == pytest.approx(4)
    assert kg(compiled, "B") == pytest.approx(4)


def test_a_waste_treatment():
    # 1 kg product leaves 0.5 kg slag; treating 2 kg slag takes 1 kWh (0.8 kg CO2) and emits 0.4 kg: 0.6 kg per kg slag.
    # 1 kg product: 2 + 0.5 × 0.6 = 2.3 kg. The treatment is a service with positive demand (C09).
    compiled = compile_database(
        database(
            "waste",
            process("Product", "1 kg", discards={"Slag": "0.5 kg"}, emits={"CO2": "2 kg"}),
            process("Slag treatment", treats={"Slag": "2 kg"}, takes={"Power": "1 kWh"}, emits={"CO2": "0.4 kg"}),
            process("Power", "1 kWh", emits={"CO2": "0.8 kg"}),
        )
    )
    assert kg(compiled, "Product") == pytest.approx(2.3)
    column = next(c.index for c in compiled.columns if c.flow.id == "Slag")
    assert compiled.A[column, 0] == pytest.approx(-0.5)


def test_an_avoided_product():
    # Burning 1 kg waste makes 2 kWh that nobody else has to make: 1.5 − 2 × 0.6 = 0.3 kg.
    compiled = compile_database(
        database(
            "avoided",
            process("Incineration", "1 kg", avoids={"Power": "2 kWh"}, emits={"CO2": "1.5 kg"}),
            process("Power", "1 kWh", emits={"CO2": "0.6 kg"}),
        )
    )
    assert kg(compiled, "Incineration") == pytest.approx(0.3)
