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
        ("", "TH-ASM-010"),
        ("allocation: {basis: economic, reason: x}", "TH-ASM-011"),
        ("allocation: {basis: given, reason: x, share: 0.9}", "TH-ASM-011"),
    ],
)
def test_c12_an_allocation_that_cannot_be_computed_is_refused(assess_text, allocation, code):
    with pytest.raises(AssessmentError) as caught:
        assess_text(LINE + "co_products: [{name: By, amount: 250 kg}]\n" + allocation)
    assert caught.value.code == code


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
