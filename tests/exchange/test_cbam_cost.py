"""Actual against default, and cost under a carbon price scenario."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from cbam_samples import CEMENT, STEEL, aluminium, given, head
from declaration_samples import declared
from tanheng.errors import ExchangeError
from tanheng.exchange.cbam import compare, costs, embedded_good, path
from tanheng.exchange.declaring import of_assessment


def test_aluminium_by_hand():
    """Default 3.0, mark-up of 2026 10 %: 3.3. SEFA 0.975 × 1.423 = 1.387425; 75 € × (1.7749 − 1.3874) and (3.3 − 1.3874)."""
    good = embedded_good(aluminium())
    section = given("{process: {route: K}, scenario: {price: 75, cscf: 1}}")
    found = compare(good, 2026, section.process)
    assert found.marked == pytest.approx(3.3)
    assert found.favourable == "actual"
    assert found.formula.startswith("1.77487 − 3 × (1 + 0.1)")
    actual, default = costs(good, section, 2026)
    assert not actual.allocation.assumed
    assert actual.unit_cost == pytest.approx(75 * (good.total.total - 0.975 * 1.423))
    assert default.unit_cost == pytest.approx(75 * (3.3 - 0.975 * 1.423))
    assert default.formula == "max(0, (3.3 − 1.38742) × 75 − 0) = 143.44 EUR"


def test_cement_is_told_by_the_tonne_of_clinker():
    good = embedded_good(declared("cement", "cbam"))
    section = given("{process: {content: 75 %}, scenario: {price: 100, cscf: 1, paid: 3}}")
    found = compare(good, 2026, section.process)
    assert found.actual == pytest.approx(good.total.total / 0.75)
    assert found.per == "t clinker"
    assert found.default == pytest.approx(1.42)
    actual, default = costs(good, section, 2026)
    assert default.per_tonne == pytest.approx(0.75 * (100 * (1.42 * 1.1 - 0.975 * 0.666)) - 3)
    assert actual.allocation.alone
    assert actual.allocation.total == 0


def test_clinker_of_the_same_process_brings_its_benchmark():
    good = embedded_good(declared("cement", "cbam"))
    joint = given(
        "{process: {content: 75 %, joint: [{cn: '2523 10 00', mass: 0.75, route: A}]}, scenario: {price: 100, cscf: 1}}"
    )
    actual, _ = costs(good, joint, 2026)
    assert actual.allocation.total == pytest.approx(0.975 * 0.666)
    assert not actual.allocation.alone


def test_free_allocation_goes_through_precursors(assess_text):
    """Steel, column A of the converter 0.150; pig iron by default value: column B, 1.210, 0.9 t of it."""
    good = embedded_good(of_assessment(assess_text(STEEL, **head("Steel", "7206 10 00"))))
    section = given("{process: {route: C}, scenario: {price: 80, cscf: 0.9}}")
    (actual, default) = costs(good, section, 2026)
    share = 0.975 * 0.9
    assert actual.allocation.total == pytest.approx(share * 0.150 + 0.9 * share * 1.210)
    assert actual.unit_cost == pytest.approx(80 * (1.7234 - actual.allocation.total))
    assert default.allocation.total == pytest.approx(share * 1.288)
    told = given("{process: {route: C}, inputs: [{cn: '72011011', allocation: 1.0}], scenario: {price: 80, cscf: 0.9}}")
    assert costs(good, told, 2026)[0].allocation.total == pytest.approx(share * 0.150 + 0.9)


def test_free_allocation_agrees_with_opencbam(assess_text):
    financial = pytest.importorskip("opencbam.engine.financial")
    good = embedded_good(of_assessment(assess_text(STEEL, **head("Steel", "7206 10 00"))))
    actual, default = costs(good, given("{process: {route: C}, scenario: {price: 80, cscf: 0.9}}"), 2027)
    own = financial.specific_free_allocation_process(2027, Decimal("0.9"), Decimal("0.150"))
    iron = financial.specific_free_allocation_process(2027, Decimal("0.9"), Decimal("1.210"))
    sefa = financial.sefa_complex(own, [(Decimal("0.9"), iron)])
    assert actual.allocation.total == pytest.approx(float(sefa))
    due = financial.compute_certificates(
        mass=Decimal(1),
        see_direct=Decimal(repr(good.total.direct)),
        see_indirect=Decimal(0),
        indirect_in_scope=False,
        sefa=sefa,
        sector=next(one for one in financial.Sector if "STEEL" in one.name),
        certificate_price=Decimal(80),
    )
    assert actual.unit_cost == pytest.approx(float(due.liability_eur), abs=0.006)
    assert default.allocation.benchmark == 1.288


@settings(max_examples=30, deadline=None, derandomize=True)
@drawn(price=st.floats(1, 500), paid=st.floats(0, 300), cscf=st.floats(0.5, 1))
def test_a_cost_is_never_negative_and_never_falls_with_the_years(price, paid, cscf):
    section = given(f"{{process: {{route: K}}, scenario: {{price: {price}, paid: {paid}, cscf: {cscf}}}}}")
    years = [year[0].unit_cost for year in path(embedded_good(aluminium()), section)]
    assert all(one >= 0 for one in years)
    assert years == sorted(years)
    last = path(embedded_good(aluminium()), section)[-1][0]
    assert last.allocation.total == 0
    assert last.unit_cost == pytest.approx(max(0.0, last.see * price - paid))


def test_a_default_value_goes_with_the_benchmark_of_the_route_that_it_rests_on():
    """Secondary aluminium, route L: its own benchmark is 0.091; the default value is of primary aluminium, 1.423."""
    actual, default = costs(
        embedded_good(aluminium()), given("{process: {route: L}, scenario: {price: 75, cscf: 1}}"), 2026
    )
    assert (actual.allocation.benchmark, default.allocation.benchmark) == (0.091, 1.423)


def test_a_scenario_by_year_is_told_for_its_years():
    section = given("{process: {route: K}, scenario: {price: {2027: 70, 2030: 90, 2050: 1}}}")
    found = path(embedded_good(aluminium()), section)
    assert [(year[0].year, year[0].price) for year in found] == [(2027, 70), (2030, 90)]
    with pytest.raises(ExchangeError, match="TH-EXC-010"):
        path(embedded_good(aluminium()), given("{process: {route: K}, scenario: {price: {2050: 1}}}"))


def test_what_has_no_default_value_is_compared_with_none():
    found = compare(embedded_good(declared("steel", "cbam"), origin="US"), 2026)
    assert found.default is None
    assert found.marked is None
    assert found.favourable == ""
    assert found.formula == ""


def test_an_act_whose_figures_do_not_ship_is_named():
    found = compare(embedded_good(aluminium()), 2026)
    assert [one.number for one in found.replaced] == ["(EU) 2026/1740"]


@pytest.mark.parametrize(
    ("name", "section", "code"),
    [
        ("aluminium", "{process: {route: K}}", "TH-EXC-010"),
        ("aluminium", "{process: {route: K}, scenario: {price: {2030: 90}}}", "TH-EXC-010"),
        ("aluminium", "{process: {route: K}, scenario: {}}", "TH-EXC-010"),
        ("aluminium", "{scenario: {price: 75}}", "TH-EXC-205"),
        ("aluminium", "{process: {route: Z}, scenario: {price: 75}}", "TH-EXC-204"),
        ("cement", "{scenario: {price: 75}}", "TH-EXC-010"),
        ("cement", "{process: {content: 120 %}, scenario: {price: 75}}", "TH-EXC-206"),
        ("cement", "{process: {content: 3 kg}, scenario: {price: 75}}", "TH-EXC-006"),
    ],
)
def test_what_a_cost_needs_is_told(name, section, code):
    with pytest.raises(ExchangeError) as caught:
        costs(embedded_good(declared(name, "cbam")), given(section), 2026)
    assert caught.value.code == code
    assert "{" not in caught.value.faults[0].message("zh")


def test_a_benchmark_may_be_given():
    good = embedded_good(declared("steel", "cbam"), origin="US")
    (actual,) = costs(good, given("{scenario: {price: 50, cscf: 1, benchmark: 1.0}}"), 2026)
    assert actual.unit_cost == pytest.approx(50 * (good.total.total - 0.975))


def test_a_default_with_several_routes_asks_for_one(assess_text):
    body = CEMENT.replace("Clinker, amount: 0.7 t", "Clinker, amount: 0.0 t")
    good = embedded_good(of_assessment(assess_text(body, **head("Clinker", "2523 10 00"))))
    with pytest.raises(ExchangeError, match="TH-EXC-205"):
        compare(good, 2026, given("{process: {content: 100 %}}").process)
