"""The product's share of the burdens of a study with co-products (C12).

    physical, mass, energy, volume, stoichiometry    own measure ÷ Σ measures
    economic                                         amount·price ÷ Σ amount·price
    given                                            shares that add up to 1 within 1e-9
    expansion                                        1, with a credit −amount × footprint of what each co-product replaces
    subdivision                                      no share: every line belongs to one product (``for:``)

Where the study names no basis and every line belongs to one product, nothing is shared: the study is subdivided. Else the
bases of the regime are tried in its order, and the first that all data exist for is taken. Both are recorded.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from tanheng.errors import AssessmentError, Fault, TanhengError
from tanheng.footprint.assessment import AllocationResult, CoProductShare, Gap, LineResult
from tanheng.footprint.study import Allocation, AllocationBasis, CoProduct, Line, LineType, Names, Stage, Study
from tanheng.quantities import Quantity
from tanheng.texts import LANGUAGES, text

TOLERANCE = 1e-9
PRODUCT = "product"
"""What a line that only serves the study's product says."""
SUBDIVISION = "subdivision"
_CREDIT = "co_products["
_SEPARATOR = {"en": "; ", "zh": "；"}
_DIMENSION = {
    AllocationBasis.MASS: "mass",
    AllocationBasis.ENERGY: "energy",
    AllocationBasis.VOLUME: "volume",
    AllocationBasis.STOICHIOMETRY: "substance",
}
_UNIT = {"mass": "kg", "energy": "MJ", "volume": "m3", "substance": "mol"}


def product_share(study: Study, order: Sequence[str] = ()) -> AllocationResult:
    """Share of the study's product, with the arithmetic.

    Args:
        order: bases to try, most preferred first, where the study names none (``Method.allocation`` of the regime).

    Raises:
        AssessmentError: TH-ASM-015 an allocation without co-products, TH-ASM-010 the reverse, TH-ASM-011 a missing
            price, share, measure or replaced product, TH-ASM-012 shares that do not add up to 1, TH-ASM-013 weights that are
            negative or all zero, TH-ASM-047 a line for an unknown product, TH-ASM-070 a co-product named like
            the study's own, TH-ASM-057 a measure in another dimension,
            TH-QTY-002 a co-product in another dimension.
    """
    _check_served(study)
    if not study.co_products:
        if study.allocation is not None:
            raise AssessmentError("TH-ASM-015", place="allocation")
        return AllocationResult(1.0, "none", "1")
    if study.allocation is not None:
        return _share(study, study.allocation)
    return _subdivided(study) or _first(study, order)


def line_share(line: Line, result: AllocationResult) -> float:
    """The product's share of one line.

    Args:
        result: how the study is allocated.

    Returns:
        1 for a line that only serves the product, 0 for one that only serves a co-product, else the product's share; a credit
        counts where the system is expanded.
    """
    if is_credit(line):
        return 1.0 if result.basis == AllocationBasis.EXPANSION else 0.0
    if line.serves:
        return 1.0 if line.serves == PRODUCT else 0.0
    return result.share if line.allocate else 1.0


def expanded(study: Study) -> Study:
    """The study with a line for each co-product's credit, −amount of what it replaces, behind its own lines.

    Where the study names no basis, it depends on the regime whether the credits count (:func:`line_share`). A study that
    cannot be expanded stays as it is.
    """
    named = study.allocation.basis if study.allocation is not None else AllocationBasis.EXPANSION
    possible = study.co_products and all(product.avoided for product in study.co_products)
    if named is not AllocationBasis.EXPANSION or not possible:
        return study
    credits_ = (_credit(study, number) for number in range(len(study.co_products)))
    return replace(study, lines=(*study.lines, *credits_))


def is_credit(line: Line | LineResult) -> bool:
    """Whether :func:`expanded` has made the line; its place is ``co_products[0]``, not one among the lines."""
    return line.place.startswith(_CREDIT)


def without_uncounted(study: Study, order: Sequence[str]) -> tuple[Study, tuple[Gap, ...]]:
    """The study without the credits that do not count where its burdens are shared otherwise, and a note for each."""
    credits_ = [line for line in study.lines if is_credit(line)]
    basis = product_share(study, order).basis if credits_ else ""
    if not credits_ or basis == AllocationBasis.EXPANSION:
        return study, ()
    told = {f"basis_{lang}": text("terms", f"allocation.{basis}", lang) for lang in LANGUAGES}
    notes = (Gap("credit-not-counted", line.place, False, {"link": line.link, **told}) for line in credits_)
    return replace(study, lines=tuple(line for line in study.lines if not is_credit(line))), tuple(notes)


def place_of(line: Line, index: int) -> str:
    """Place of a line in results: ``lines[3]``, or ``co_products[0]`` for a credit."""
    return line.place if is_credit(line) else f"lines[{index}]"


def _credit(study: Study, number: int) -> Line:
    product = study.co_products[number]
    return Line(
        place=f"{_CREDIT}{number}]",
        stage=Stage.PRODUCTION,
        type=LineType.MATERIAL,
        names={lang: text("terms", "credit.for", lang, name=_name(product.names, lang)) for lang in LANGUAGES},
        amount=-1.0 * _replacing(study, product),
        link=product.avoided,
        allocate=False,
    )


def _replacing(study: Study, product: CoProduct) -> Quantity:
    """How much of the avoided product a co-product replaces."""
    # Who names expansion and gives a measure means it for this; else it is there for another basis.
    return product.measure if study.allocation is not None and product.measure is not None else product.amount


def _subdivided(study: Study) -> AllocationResult | None:
    """Nothing to share: every line belongs to one product, and at least one says so."""
    own = [line for line in study.lines if not is_credit(line)]
    if not any(line.serves for line in own) or any(line.allocate and not line.serves for line in own):
        return None
    reason = {lang: text("terms", "allocation.divided", lang) for lang in LANGUAGES}
    return AllocationResult(1.0, SUBDIVISION, "1", reason)


def _first(study: Study, order: Sequence[str]) -> AllocationResult:
    """The first basis of the order that the study has all data for."""
    lacking: dict[str, TanhengError] = {}
    for name in order:
        try:
            found = _share(study, Allocation(AllocationBasis(name)))
        except TanhengError as error:
            lacking[name] = error  # a basis without its data is passed over; the order that was tried is in the result
            continue
        params = {"order": ", ".join(order), "basis": name}
        reason = {lang: text("terms", "allocation.by-order", lang, **params) for lang in LANGUAGES}
        return replace(found, reason=reason, order=tuple(order))
    told = {
        f"lacking_{lang}": _SEPARATOR[lang].join(_lack(*one, lang) for one in lacking.items()) for lang in LANGUAGES
    }
    raise AssessmentError("TH-ASM-010", place="allocation", order=", ".join(order), **told)


def _lack(basis: str, error: TanhengError, lang: str) -> str:
    """What a basis lacks, and where."""
    return f"{basis}: " + ", ".join(f"{fault.message(lang)} ({fault.place})" for fault in error.faults)


def _share(study: Study, allocation: Allocation) -> AllocationResult:
    match allocation.basis:
        case AllocationBasis.GIVEN:
            return _given(study, allocation)
        case AllocationBasis.EXPANSION:
            return _expanded(study, allocation)
        case AllocationBasis.ECONOMIC:
            weights, texts = _values(study, allocation)
        case AllocationBasis.PHYSICAL:
            basis = study.basis or study.unit
            every = [
                (basis, "basis"),
                *((p.amount, f"co_products[{i}].amount") for i, p in enumerate(study.co_products)),
            ]
            weights = [amount.to(basis.unit, place=place).value for amount, place in every]
            texts = [f"{weight:.6g} {basis.unit}" for weight in weights]
        case _:
            weights, texts = _measures(study, allocation)
    total = math.fsum(weights)
    if not 0 < total < math.inf or min(weights) < 0:
        raise AssessmentError("TH-ASM-013", place="co_products", total=total)
    return _result(study, allocation, [w / total for w in weights], texts, f"{texts[0]} / ({' + '.join(texts)})")


def _measures(study: Study, allocation: Allocation) -> tuple[list[float], list[str]]:
    """Measures in the dimension of the basis: given ones, else the amounts where they are that themselves."""
    wanted = _DIMENSION[allocation.basis]
    given = [(allocation.measure, study.basis or study.unit), *((p.measure, p.amount) for p in study.co_products)]
    faults, found = [], []
    for index, (measure, amount) in enumerate(given):
        taken = measure if measure is not None else amount
        if taken.dimension == wanted:
            found.append(taken)
        elif measure is None:
            faults.append(Fault("TH-ASM-011", _place(index), {"what": f"measure ({wanted})"}))
        else:
            params = {"measure": str(measure), "found": measure.dimension, "wanted": wanted}
            faults.append(Fault("TH-ASM-057", f"{_place(index)}.measure", params))
    if faults:
        raise AssessmentError.of(faults)
    shown = found[0].unit if len({q.unit for q in found}) == 1 else _UNIT[wanted]
    weights = [quantity.to(shown).value for quantity in found]
    return weights, [f"{weight:.6g} {shown}" for weight in weights]


def _values(study: Study, allocation: Allocation) -> tuple[list[float], list[str]]:
    amounts = [study.basis or study.unit, *(product.amount for product in study.co_products)]
    prices = _all(study, "price", allocation.price, lambda product: product.price)
    return (
        [amount.value * price for amount, price in zip(amounts, prices, strict=True)],
        [f"{amount} × {price:.6g}" for amount, price in zip(amounts, prices, strict=True)],
    )


def _given(study: Study, allocation: Allocation) -> AllocationResult:
    shares = _all(study, "share", allocation.share, lambda product: product.share)
    if abs(math.fsum(shares) - 1.0) > TOLERANCE:
        raise AssessmentError("TH-ASM-012", place="co_products", total=f"{math.fsum(shares):.9g}")
    texts = [f"{share:.6g}" for share in shares]
    return _result(study, allocation, shares, texts, f"{texts[0]} / ({' + '.join(texts)})")


def _expanded(study: Study, allocation: Allocation) -> AllocationResult:
    faults = [
        Fault("TH-ASM-011", _place(i + 1), {"what": "replaces"})
        for i, product in enumerate(study.co_products)
        if not product.avoided
    ]
    if faults:
        raise AssessmentError.of(faults)
    credits_ = tuple(
        CoProductShare(product.names, 0.0, f"− {_replacing(study, product)} × {product.avoided}")
        for product in study.co_products
    )
    return AllocationResult(1.0, allocation.basis.value, "1", allocation.reason, co_products=credits_)


def _all(study: Study, what: str, own: float | None, of: Callable[[CoProduct], float | None]) -> list[float]:
    """The product's own number and those of its co-products; every missing one is a fault."""
    found = [own, *(of(product) for product in study.co_products)]
    faults = [Fault("TH-ASM-011", _place(i), {"what": what}) for i, number in enumerate(found) if number is None]
    if faults:
        raise AssessmentError.of(faults)
    return [number for number in found if number is not None]


def _result(
    study: Study, allocation: Allocation, shares: Sequence[float], texts: Sequence[str], formula: str
) -> AllocationResult:
    others = tuple(
        CoProductShare(product.names, share, text)
        for product, share, text in zip(study.co_products, shares[1:], texts[1:], strict=True)
    )
    return AllocationResult(shares[0], allocation.basis.value, formula, allocation.reason, co_products=others)


def _check_served(study: Study) -> None:
    known = {PRODUCT, *(text for product in study.co_products for text in product.names.values())}
    faults = [
        Fault(
            "TH-ASM-047", f"{line.place or f'lines[{i}]'}.for", {"name": line.serves, "known": ", ".join(sorted(known))}
        )
        for i, line in enumerate(study.lines)
        if line.serves and line.serves not in known
    ]
    if any(line.serves == PRODUCT for line in study.lines):
        # Whose line it is would be a guess.
        faults.extend(
            Fault("TH-ASM-070", f"co_products[{i}].name", {"name": PRODUCT})
            for i, product in enumerate(study.co_products)
            if PRODUCT in product.names.values()
        )
    if faults:
        raise AssessmentError.of(faults)


def _name(names: Names, lang: str) -> str:
    return names.get(lang) or next(iter(names.values()), "")


def _place(index: int) -> str:
    return "allocation" if index == 0 else f"co_products[{index - 1}]"
