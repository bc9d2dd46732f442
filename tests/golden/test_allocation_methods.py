"""Allocation worked by hand, one study for each method (C12).

The process of every test emits 100 kg CO2 and makes 1 t of the product with some co-products; alumina, which a co-product
replaces, has 1352 kg CO2e/t.
"""

from __future__ import annotations

import pytest

LINE = "lines: [{stage: production, name: Process, emits: {CO2: 100 kg}}]\n"
ALUMINA = "factor:cn-alumina-2017-calculated"


def allocated(assess_text, co_products: str, allocation: str, **head):
    return assess_text(f"{LINE}co_products: [{co_products}]\nallocation: {{reason: by hand, {allocation}}}", **head)


def test_physical_by_the_unit_s_own_dimension(assess_text):
    result = allocated(assess_text, "{name: By, amount: 250 kg}", "basis: physical")
    # 1 t / (1 t + 0.25 t) = 0.8; 0.8 × 100 kg = 80 kg.
    assert result.total == pytest.approx(80)
    assert result.allocation.formula == "1 t / (1 t + 0.25 t)"
    assert [(c.names, c.share, c.weight) for c in result.allocation.co_products] == [
        ({"en": "By"}, pytest.approx(0.2), "0.25 t")
    ]


def test_mass_of_products_that_are_counted_otherwise(assess_text):
    result = allocated(
        assess_text, "{name: By, amount: 10 pcs, measure: 300 kg}", "basis: mass, measure: 500 kg", unit="4 pcs"
    )
    # 500 kg / (500 kg + 300 kg) = 0.625; 62.5 kg for the 4 pieces of the unit.
    assert result.total == pytest.approx(62.5)
    assert result.allocation.formula == "500 kg / (500 kg + 300 kg)"


def test_energy_with_different_units(assess_text):
    result = allocated(assess_text, "{name: Steam, amount: 5 GJ}", "basis: energy, measure: 20 000 MJ")
    # 20 000 MJ / (20 000 MJ + 5 000 MJ) = 0.8.
    assert result.total == pytest.approx(80)
    assert result.allocation.formula == "20000 MJ / (20000 MJ + 5000 MJ)"


def test_volume(assess_text):
    result = allocated(
        assess_text, "{name: Gas, amount: 2 m3}, {name: Oil, amount: 500 l}", "basis: volume, measure: 1.5 m3"
    )
    # 1.5 / (1.5 + 2 + 0.5) = 0.375.
    assert result.total == pytest.approx(37.5)
    assert [c.share for c in result.allocation.co_products] == [pytest.approx(0.5), pytest.approx(0.125)]


def test_stoichiometry_of_chlorine_and_caustic_soda(assess_text):
    result = allocated(
        assess_text, "{name: NaOH, amount: 1128 kg, measure: 28.2 kmol}", "basis: stoichiometry, measure: 14 100 mol"
    )
    # 2 NaCl + 2 H2O → Cl2 + 2 NaOH + H2: 14.1 kmol / (14.1 kmol + 28.2 kmol) = 1/3.
    assert result.total == pytest.approx(100 / 3)


def test_economic(assess_text):
    result = allocated(assess_text, "{name: By, amount: 250 kg, price: 4}", "basis: economic, price: 3000")
    # 1 t × 3000 / (1 t × 3000 + 250 kg × 4) = 3000 / 4000 = 0.75.
    assert result.total == pytest.approx(75)
    assert result.allocation.formula == "1 t × 3000 / (1 t × 3000 + 250 kg × 4)"


def test_given_shares(assess_text):
    result = allocated(assess_text, "{name: By, amount: 1 kg, share: 35 %}", "basis: given, share: 65 %")
    assert result.total == pytest.approx(65)
    assert result.allocation.formula == "0.65 / (0.65 + 0.35)"


def test_expansion_credits_what_the_co_product_replaces(assess_text):
    result = allocated(assess_text, f'{{name: By, amount: 50 kg, avoided: "{ALUMINA}"}}', "basis: expansion")
    # The product bears all: 100 kg − 0.05 t × 1352 kg CO2e/t = 100 − 67.6 = 32.4 kg.
    assert result.total == pytest.approx(32.4)
    credit = result.lines[1]
    assert (credit.place, credit.names["en"]) == ("co_products[0]", "Credit for By")
    assert credit.names["zh"] == "By的替代收益"
    assert credit.total == pytest.approx(-67.6)
    assert "-0.05 t × 1352 kg CO2e/t = -67.6 kg CO2e" in credit.parts[0].formula
    assert (result.allocation.share, result.allocation.basis, result.allocation.formula) == (1.0, "expansion", "1")
    assert [c.weight for c in result.allocation.co_products] == [f"− 50 kg × {ALUMINA}"]
    # A negative amount, a negative result and a share of 1 are what an expansion is.
    assert {"TH-GEN-307", "TH-GEN-411", "TH-GEN-414"}.isdisjoint(finding.code for finding in result.findings)


def test_expansion_goes_by_the_measure_where_one_is_given(assess_text):
    by = f'{{name: By, amount: 10 pcs, measure: 20 kg, avoided: "{ALUMINA}"}}'
    result = allocated(assess_text, by, "basis: expansion")
    # 100 kg − 0.02 t × 1352 kg CO2e/t = 72.96 kg.
    assert result.total == pytest.approx(72.96)


def test_a_credit_is_for_the_basis_and_the_result_for_the_unit(assess_text):
    by = f'{{name: By, amount: 5 t, avoided: "{ALUMINA}"}}'
    result = allocated(assess_text, by, "basis: expansion", unit="1 t\nbasis: 100 t")
    # (100 kg − 5 t × 1352 kg CO2e/t) / 100 = (100 − 6760) / 100 = −66.6 kg for one tonne.
    assert result.total == pytest.approx(-66.6)


def test_subdivision_gives_each_line_to_one_product_before_the_rest_is_shared(assess_text):
    result = assess_text(
        """
lines:
  - {stage: production, name: Common, emits: {CO2: 100 kg}}
  - {stage: production, name: Rolling, emits: {CO2: 10 kg}, for: product}
  - {stage: production, name: Slag mill, emits: {CO2: 7 kg}, for: Slag}
co_products: [{name: Slag, amount: 250 kg}]
allocation: {basis: mass, reason: by hand}
"""
    )
    # 0.8 × 100 + 1 × 10 + 0 × 7 = 90 kg; what belongs to the slag stays visible.
    assert [line.total for line in result.lines] == [pytest.approx(80), pytest.approx(10), 0.0]
    assert result.total == pytest.approx(90)


@pytest.mark.parametrize("amount", ["250 kg", "3 GJ"])
def test_where_every_line_belongs_to_one_product_nothing_is_shared(assess_text, amount):
    result = assess_text(
        f"""
lines:
  - {{stage: production, name: Rolling, emits: {{CO2: 10 kg}}, for: product}}
  - {{stage: production, name: Slag mill, emits: {{CO2: 7 kg}}, for: Slag}}
  - {{stage: production, name: Office, emits: {{CO2: 1 kg}}, allocate: false}}
co_products: [{{name: Slag, amount: {amount}}}]
"""
    )
    # 1 × 10 + 0 × 7 + 1 × 1 = 11 kg, whether or not a dimension would fit.
    assert result.total == pytest.approx(11)
    assert (result.allocation.basis, result.allocation.share, result.allocation.order) == ("subdivision", 1.0, ())
    assert "belongs to one product" in result.allocation.reason["en"]
    assert {"TH-GEN-304", "TH-GEN-306", "TH-GEN-307"}.isdisjoint(finding.code for finding in result.findings)


def test_one_shared_line_and_there_is_no_subdivision(assess_text):
    result = assess_text(
        "lines:\n  - {stage: production, name: A, emits: {CO2: 10 kg}, for: product}\n"
        "  - {stage: production, name: B, emits: {CO2: 100 kg}}\nco_products: [{name: Slag, amount: 250 kg}]"
    )
    # 10 + 0.8 × 100 = 90 kg.
    assert (result.allocation.basis, result.total) == ("physical", pytest.approx(90))


def test_the_first_basis_of_the_order_that_all_data_exist_for_is_taken(assess_text):
    body = LINE + f'co_products: [{{name: Steam, amount: 1 GJ, measure: 250 kg, avoided: "{ALUMINA}"}}]'
    # gbt24067: physical, mass, energy, economic. GJ is no tonne, so not physical; by mass 1 t / (1 t + 0.25 t) = 0.8.
    plain = assess_text(body)
    assert plain.total == pytest.approx(80)
    assert (plain.allocation.basis, plain.allocation.order[:2]) == ("mass", ("physical", "mass"))
    assert "“mass” is the first" in plain.allocation.reason["en"]
    # Its credit does not count: it is no line, has no finding, and a note says so.
    assert [line.place for line in plain.lines] == ["lines[0]"]
    assert [(gap.code, gap.place, gap.blocks) for gap in plain.gaps] == [
        ("credit-not-counted", "co_products[0]", False)
    ]
    assert (plain.gaps[0].params["basis_en"], plain.gaps[0].params["basis_zh"]) == ("Allocation by mass", "按质量分配")
    assert {"TH-GEN-116", "TH-GEN-411", "TH-GEN-414"}.isdisjoint(finding.code for finding in plain.findings)


def test_a_regime_that_prefers_expansion_credits_where_it_can(assess_text):
    body = LINE + f'co_products: [{{name: By, amount: 50 kg, avoided: "{ALUMINA}"}}]'
    # pact3 tries expansion first: 100 − 0.05 × 1352 = 32.4 kg; gbt24067 goes by mass: 100 / 1.05.
    assert assess_text(body, options={"regime_id": "pact3"}).total == pytest.approx(32.4)
    assert assess_text(body, options={"regime_id": "gbt24067"}).total == pytest.approx(100 / 1.05)
