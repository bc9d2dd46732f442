"""Dimension algebra of formulas against pint, on random formulas; evaluation on arrays against single values."""

from __future__ import annotations

import operator
from collections.abc import Callable

import numpy as np
import pint
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanheng.errors import AssessmentError, TanhengError
from tanheng.footprint.arithmetic import Amount
from tanheng.footprint.formulas import evaluate, parse
from tanheng.quantities.dimensions import Measure

pytestmark = pytest.mark.fuzz

PINT = pint.UnitRegistry()
UNITS = {
    **{"kg": "kg", "t": "tonne", "g": "g", "lb": "lb", "mol": "mol"},
    **{"km": "km", "m": "m", "m2": "m**2", "m3": "m**3", "l": "liter", "h": "hour", "d": "day", "s": "second"},
    **{"kWh": "kWh", "MJ": "MJ", "J": "J", "W": "W", "kW": "kW"},
}
numbers = st.integers(1, 999).map(lambda n: n / 8)  # exact in binary, so only the arithmetic can differ
quantities = st.tuples(numbers, st.sampled_from(sorted(UNITS)))
Pair = tuple[str, Callable[[], pint.Quantity]]
"""A formula, and the same in pint, to be computed later."""


def leaf(drawn: tuple[float, str]) -> Pair:
    number, symbol = drawn
    return f"{number} {symbol}", lambda: PINT.Quantity(number, UNITS[symbol])


def both(form: str, function: Callable[..., pint.Quantity], children: tuple[Pair, ...]) -> Pair:
    return form.format(*(text for text, _ in children)), lambda: function(*(later() for _, later in children))


formulas = st.recursive(
    quantities.map(leaf),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda c: both("({} * {})", operator.mul, c)),
        st.tuples(inner, inner).map(lambda c: both("({} / {})", operator.truediv, c)),
        st.tuples(inner, inner).map(lambda c: both("({} + {})", operator.add, c)),
        st.tuples(inner).map(lambda c: both("({} ** 2)", lambda q: q**2, c)),
        st.tuples(inner).map(lambda c: both("(-{})", operator.neg, c)),
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(formulas)
def test_dimensions_and_values_are_those_of_pint(pair):
    ours, theirs = pair
    try:
        expected = theirs()
    except pint.DimensionalityError:
        with pytest.raises(AssessmentError) as caught:
            evaluate(parse(ours), {})
        assert caught.value.code == "TH-ASM-042"
        return
    found = evaluate(parse(ours), {})
    powers = {"[mass]": "kg", "[length]": "m", "[time]": "day", "[substance]": "mol"}
    assert {f"[{name}]": float(p) for name, p in found.measure.dimension} == {
        name: float(p) for name, p in expected.dimensionality.items()
    }
    base = PINT.Unit("")
    for name, power in expected.dimensionality.items():
        base = base * PINT.Unit(powers[name]) ** power
    coherent = float(found.value) * float(found.measure.factor)
    assert coherent == pytest.approx(expected.to(base).magnitude, rel=1e-9)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.floats(0.1, 1e6), min_size=1, max_size=20),
    st.sampled_from(
        [
            "x * 2 + 3 kg",
            "max(x, 5 kg) / 2",
            "if(x > 10 kg, x, 10 kg)",
            "sqrt(x * x)",
            "round(x, 1 kg)",
            "x * exp(-x / (9 t))",
        ]
    ),
)
def test_a_sample_gives_what_its_values_give_one_by_one(values, text):
    formula = parse(text, frozenset({"x"}))
    at_once = evaluate(formula, {"x": Amount(np.array(values), Measure.of("kg"), "kg")})
    single = [float(evaluate(formula, {"x": Amount(v, Measure.of("kg"), "kg")}).value) for v in values]
    assert at_once.value.tolist() == pytest.approx(single, rel=1e-12)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="0123456789.+-*/()<>=!,; xkWhg%if√\"'_[]{}:@\\λ的", max_size=60))
def test_any_text_is_a_number_or_a_fault(text):
    try:
        found = float(evaluate(parse(text, frozenset({"x"})), {"x": Amount(2.0, Measure.of("kg"), "kg")}).value)
    except TanhengError as error:
        found = float(len(error.text("zh")))
    assert 0 <= abs(found) < np.inf


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.floats(0.0, 9.0)), min_size=1, max_size=30))
def test_multipliers_are_the_products_of_the_chains(rows):
    from tanheng.footprint.assembling import structure
    from tanheng.footprint.study import Boundary, Line, LineType, Product, Stage, Study
    from tanheng.quantities import Quantity

    # Each line hangs below an earlier one (or stands alone), so there is no circle; the file has them the other way round.
    lines = [
        Line("", Stage.PRODUCTION, LineType.MATERIAL, {"en": "L"}, id=f"l{i}", amount=Quantity(amount, "pcs"),
             parent=f"l{above % i}" if i and above else "")
        for i, (above, amount) in enumerate(rows)
    ]  # fmt: skip
    study = Study(
        Product({"en": "P"}),
        Quantity(1.0, "pcs"),
        Boundary.CRADLE_TO_GATE,
        ("2024-01-01", "2024-12-31"),
        "CN",
        tuple(reversed(lines)),
    )
    found, by_id = structure(study), {line.id: line for line in lines}
    for index, line in enumerate(study.lines):
        expected, level, above = 1.0, 0, line.parent
        while above:
            expected, level, above = expected * by_id[above].amount.value, level + 1, by_id[above].parent
        assert found.multiplier[index] == pytest.approx(expected, rel=1e-12)
        assert found.level[index] == level
