"""The product's share of the burdens of a study with co-products (C12)."""

from __future__ import annotations

import math

from tanheng.errors import AssessmentError, Fault
from tanheng.footprint.assessment import AllocationResult
from tanheng.footprint.study import Allocation, AllocationBasis, Study

TOLERANCE = 1e-9


def product_share(study: Study) -> AllocationResult:
    """Share of the study's product, with the arithmetic.

    physical: amount ÷ Σ amounts, all in the product's dimension; economic: amount·price ÷ Σ amount·price; given: shares
    that add up to 1 within 1e-9.

    Raises:
        AssessmentError: TH-ASM-015 an allocation without co-products, TH-ASM-010 the reverse, TH-ASM-011 a missing
            price or share, TH-ASM-012 shares that do not add up to 1, TH-QTY-002 a co-product in another dimension.
    """
    if not study.co_products:
        if study.allocation is not None:
            raise AssessmentError("TH-ASM-015", place="allocation")
        return AllocationResult(1.0, "none", "1")
    allocation = study.allocation
    if allocation is None:
        raise AssessmentError("TH-ASM-010", place="allocation")
    if allocation.basis is AllocationBasis.GIVEN:
        return _given(study, allocation)
    weights = _weights(study, allocation)
    total = math.fsum(weights)
    if not total > 0 or min(weights) < 0:
        raise AssessmentError("TH-ASM-013", place="co_products", total=total)
    formula = f"{weights[0]:.6g} / ({' + '.join(f'{w:.6g}' for w in weights)})"
    return AllocationResult(weights[0] / total, allocation.basis.value, formula, allocation.reason)


def _weights(study: Study, allocation: Allocation) -> list[float]:
    basis = study.basis or study.unit
    if allocation.basis is AllocationBasis.PHYSICAL:
        return [basis.value] + [
            product.amount.to(basis.unit, place=f"co_products[{i}].amount").value
            for i, product in enumerate(study.co_products)
        ]
    amounts = [basis.value, *(product.amount.value for product in study.co_products)]
    prices = [allocation.price, *(product.price for product in study.co_products)]
    faults = [Fault("TH-ASM-011", _place(i), {"what": "price"}) for i, price in enumerate(prices) if price is None]
    if faults:
        raise AssessmentError.of(faults)
    return [amount * price for amount, price in zip(amounts, prices, strict=True) if price is not None]


def _given(study: Study, allocation: Allocation) -> AllocationResult:
    shares = [allocation.share, *(product.share for product in study.co_products)]
    faults = [Fault("TH-ASM-011", _place(i), {"what": "share"}) for i, share in enumerate(shares) if share is None]
    if faults:
        raise AssessmentError.of(faults)
    values = [share for share in shares if share is not None]
    if abs(math.fsum(values) - 1.0) > TOLERANCE:
        raise AssessmentError("TH-ASM-012", place="co_products", total=f"{math.fsum(values):.9g}")
    return AllocationResult(
        values[0], allocation.basis.value, " + ".join(f"{v:.6g}" for v in values) + " = 1", allocation.reason
    )


def _place(index: int) -> str:
    return "allocation" if index == 0 else f"co_products[{index - 1}]"
