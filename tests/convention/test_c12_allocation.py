"""C12: physical, else economic allocation; shares add up to 1; the choice is recorded."""

from __future__ import annotations

import pytest

from tanheng.errors import AssessmentError
from tanheng.inventory import compile_database
from tanheng.inventory.linking import LinkStatus
from tanheng.inventory.model import Allocation, AllocationMethod
from tanheng.testing import database, process

LINE = "lines: [{stage: production, name: P, emits: {CO2: 100 kg}}]\n"


def test_c12_physical_shares_follow_the_amounts(assess_text):
    result = assess_text(
        LINE + "co_products: [{name: By, amount: 250 kg}]\nallocation: {basis: physical, reason: same use}"
    )
    assert result.total == pytest.approx(80)
    assert result.allocation.share == pytest.approx(0.8)
    assert "/" in result.allocation.formula


def test_c12_economic_shares_follow_amount_times_price(assess_text):
    result = assess_text(
        LINE
        + "co_products: [{name: By, amount: 250 kg, price: 4}]\nallocation: {basis: economic, reason: x, price: 1000}"
    )
    assert result.total == pytest.approx(50)


def test_c12_a_line_can_be_the_product_s_alone(assess_text):
    result = assess_text(
        "lines: [{stage: production, name: P, emits: {CO2: 100 kg}, allocate: false}]\n"
        "co_products: [{name: By, amount: 250 kg}]\nallocation: {basis: physical, reason: x}"
    )
    assert result.total == pytest.approx(100)


@pytest.mark.parametrize(
    ("allocation", "code"),
    [
        ("allocation: {basis: economic, reason: x}", "TH-ASM-011"),
        ("allocation: {basis: given, reason: x, share: 0.9}", "TH-ASM-011"),
        ("allocation: {basis: energy, reason: x}", "TH-ASM-011"),
        ("allocation: {basis: energy, reason: x, measure: 3 kg}", "TH-ASM-057"),
        ("allocation: {basis: expansion, reason: x}", "TH-ASM-011"),
    ],
)
def test_c12_an_allocation_that_cannot_be_computed_is_refused(assess_text, allocation, code):
    with pytest.raises(AssessmentError) as caught:
        assess_text(LINE + "co_products: [{name: By, amount: 250 kg}]\n" + allocation)
    assert caught.value.code == code


def test_c12_a_co_product_named_like_the_product_is_refused_where_lines_are_for_it(assess_text):
    co_product = "co_products: [{name: product, amount: 250 kg}]\nallocation: {basis: physical, reason: x}"
    assert assess_text(LINE + co_product).total == pytest.approx(80)
    with pytest.raises(AssessmentError) as caught:
        assess_text(LINE.replace("}]", ", for: product}]") + co_product)
    assert (caught.value.code, caught.value.faults[0].place) == ("TH-ASM-070", "co_products[0].name")


def test_c12_without_a_basis_the_order_of_the_regime_decides_and_is_recorded(assess_text):
    result = assess_text(LINE + "co_products: [{name: By, amount: 250 kg}]")
    assert (result.allocation.basis, result.allocation.share) == ("physical", pytest.approx(0.8))
    assert result.allocation.order[0] == "physical"
    assert result.allocation.reason.keys() == {"en", "zh"}


def test_c12_without_a_basis_that_all_data_exist_for_the_study_is_refused(assess_text):
    with pytest.raises(AssessmentError) as caught:
        assess_text(LINE + "co_products: [{name: Heat, amount: 250 MJ}]")
    (fault,) = caught.value.faults
    assert fault.code == "TH-ASM-010"
    # Every basis of the order, with what it lacks.
    for told in (
        "physical, mass, energy, economic",
        "mass: the allocation needs a measure (mass) here (co_products[0]);",
        "energy: the allocation needs a measure (energy) here (allocation);",
        "economic: the allocation needs a price here (allocation), ",
    ):
        assert told in fault.message("en")
    assert "energy: 分配在此处需要 measure (energy) (allocation)；" in fault.message("zh")


@pytest.mark.parametrize("basis", ["physical", "mass"])
def test_c12_shares_add_up_to_one(assess_text, basis):
    result = assess_text(
        LINE + "co_products: [{name: A, amount: 123 kg}, {name: B, amount: 0.7 t}, {name: C, amount: 17 g}]\n"
        f"allocation: {{basis: {basis}, reason: x}}"
    )
    shares = [result.allocation.share, *(c.share for c in result.allocation.co_products)]
    assert abs(sum(shares) - 1.0) < 1e-9


def test_c12_a_line_for_an_unknown_product_is_refused_with_the_products_there_are(assess_text):
    with pytest.raises(AssessmentError) as caught:
        assess_text(
            "lines: [{stage: production, name: P, emits: {CO2: 1 kg}, for: Slagg}]\n"
            "co_products: [{name: Slag, amount: 1 kg}]\nallocation: {basis: physical, reason: x}"
        )
    fault = caught.value.faults[0]
    assert (fault.code, fault.place, fault.params["known"]) == ("TH-ASM-047", "lines[0].for", "Slag, product")


def test_c12_an_expanded_system_is_recomputable_from_its_record(assess_text):
    from tanheng.footprint.recomputing import recompute

    result = assess_text(
        LINE + 'co_products: [{name: By, amount: 50 kg, avoided: "factor:cn-alumina-2017-calculated"}]\n'
        "allocation: {basis: expansion, reason: x}"
    )
    assert recompute(result).digest == result.digest


def test_c12_a_credit_that_leads_nowhere_leaves_the_result_incomplete(assess_text):
    result = assess_text(
        LINE + 'co_products: [{name: By, amount: 50 kg, avoided: "nothing of this name"}]\n'
        "allocation: {basis: expansion, reason: x}"
    )
    assert [(g.code, g.place) for g in result.gaps if g.blocks] == [("missing-factor", "co_products[0]")]
    assert not result.complete


GIVEN = LINE + "co_products: [{name: By, amount: 250 kg, share: %r}]\nallocation: {basis: given, reason: x, share: 0.7}"


@pytest.mark.parametrize("rest", [0.3, 0.3 + 1e-10])
def test_c12_a_billionth_of_a_share_is_rounding(assess_text, rest):
    assert assess_text(GIVEN % rest).total == pytest.approx(70)


@pytest.mark.parametrize("rest", [0.3 + 1e-8, 0.3 - 1e-8])
def test_c12_more_than_a_billionth_of_a_share_is_refused(assess_text, rest):
    with pytest.raises(AssessmentError) as caught:
        assess_text(GIVEN % rest)
    assert caught.value.code == "TH-ASM-012"


def test_c12_given_shares_must_add_up_to_one(assess_text):
    body = (
        LINE + "co_products: [{name: By, amount: 1 kg, share: %s}]\nallocation: {basis: given, reason: x, share: 0.9}"
    )
    assert assess_text(body % 0.1).total == pytest.approx(90)
    with pytest.raises(AssessmentError) as caught:
        assess_text(body % 0.2)
    assert caught.value.code == "TH-ASM-012"


def test_c12_a_process_whose_shares_do_not_add_up_is_refused_by_name_and_what_needs_it_stays_open():
    wrong = Allocation(AllocationMethod.PHYSICAL, {"A": 0.6, "B": 0.5})
    compiled = compile_database(
        database(
            "db",
            process("Mill", makes={"A": "1 kg", "B": "1 kg"}, allocations=(wrong,)),
            process("Bread", takes={"A": "1 kg"}),
        )
    )
    assert [(n.code, n.place) for n in compiled.notes] == [("allocation-refused", "Mill")]
    assert [c.flow.id for c in compiled.columns] == ["Bread"]
    assert [link.status for link in compiled.links] == [LinkStatus.OPEN]
