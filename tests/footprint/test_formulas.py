"""The formula language: what it reads, what it refuses, and what it cannot be made to do."""

from __future__ import annotations

import numpy as np
import pytest

from tanheng.errors import TanhengError
from tanheng.footprint.arithmetic import Amount
from tanheng.footprint.formulas import MAX_DEPTH, MAX_LENGTH, evaluate, parse, shown
from tanheng.quantities.dimensions import Measure, dimension_name

NAMES = {
    "x": Amount(3.0, Measure.of("kg"), "kg"),
    "n": Amount(4.0, Measure.of("1"), "1"),
    "r": Amount(-2.0, Measure.of("h"), "h"),
}
KNOWN = frozenset(NAMES)


def value(text: str, unit: str = "1") -> float:
    return float(evaluate(parse(text, KNOWN), NAMES).to(Measure.of(unit)))


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("1 000 kg + 2 t", "kg", 3000),
        ("13 350.5 kWh", "kWh", 13350.5),
        ("35 % * 2 t", "kg", 700),
        ("-2**2", "1", -4),
        ("2**3**2", "1", 512),
        ("2**-1", "1", 0.5),
        ("8 h/d * 365 d", "h", 2920),
        ("10 t*km / 5 km", "t", 2),
        ("10 kWh/m2/a * 3 m2 * 2 a", "kWh", 60),
        ("（2 kg ＋ 3 kg）× 2", "kg", 10),
        ("6 kg ÷ 2 − 1 kg", "kg", 2),
        ("x * n", "kg", 12),
        ("6 kg/x", "1", 2),
        ("9 m2 ** 0.5", "m", 3),
        ("sqrt(2 m * 8 m)", "m", 4),
        ("(8 m3)**(1/3)", "m", 2),
        ("2 m ** 3", "m3", 8),
        ("min(x, 200 g, 3 lb)", "g", 200),
        ("max(1; n)", "1", 4),
        ("abs(r)", "h", 2),
        ("ln(exp(2.5))", "1", 2.5),
        ("round(2.5) + round(3.5)", "1", 6),
        ("round(7.3 kg, 0.5 kg)", "kg", 7.5),
        ("round(2.5 h / 1 h)", "1", 2),
        ("if(x >= 3 kg, 1, 1/0)", "1", 1),
        ("if(x != 3 kg, 1, 2)", "1", 2),
        ("if(n = 4, 1 t, 2 kg)", "kg", 1000),
        ("3 pcs * 2 kg / (1 pcs)", "kg", 6),
    ],
)
def test_what_formulas_give(text, unit, expected):
    assert value(text, unit) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "TH-ASM-040"),
        ("1 kg +", "TH-ASM-040"),
        ("(1 kg", "TH-ASM-040"),
        ("1,5 kg", "TH-ASM-040"),
        ("x n", "TH-ASM-040"),
        ("1 < 2 < 3", "TH-ASM-040"),
        ("x.real", "TH-ASM-040"),
        ("x[0]", "TH-ASM-040"),
        ("'text'", "TH-ASM-040"),
        ("x := 2", "TH-ASM-040"),
        ("lambda: 1", "TH-ASM-040"),
        ("7 // 2", "TH-ASM-040"),
        ("2 ^ 3", "TH-ASM-040"),
        ("(1, 2)", "TH-ASM-040"),
        ("(min)(1, 2)", "TH-ASM-041"),
        ("min(*x)", "TH-ASM-040"),
        ("y + 1", "TH-ASM-041"),
        ("__import__", "TH-ASM-040"),
        ("eval(1)", "TH-ASM-048"),
        ("x(2)", "TH-ASM-048"),
        ("if(1, 2)", "TH-ASM-050"),
        ("round(1, 2, 3)", "TH-ASM-050"),
        ("min()", "TH-ASM-050"),
        ("2 kWhh", "TH-QTY-001"),
        ("1/0", "TH-ASM-044"),
        ("sqrt(0 - 1)", "TH-ASM-044"),
        ("ln(0)", "TH-ASM-044"),
        ("9**9**9", "TH-ASM-044"),
        ("x**n", "TH-ASM-052"),
        ("x**0.123", "TH-ASM-052"),
        ("x**100", "TH-ASM-052"),
        ("2**x", "TH-ASM-042"),
        ("exp(x)", "TH-ASM-042"),
        ("round(x)", "TH-ASM-042"),
        ("x + 1", "TH-ASM-042"),
    ],
)
def test_what_formulas_refuse(text, code):
    with pytest.raises(TanhengError) as caught:
        evaluate(parse(text, KNOWN), NAMES)
    assert caught.value.code == code
    assert caught.value.faults[0].message("zh") != caught.value.faults[0].message("en")


def test_a_name_that_is_a_unit_and_a_parameter_has_to_be_told_apart():
    names = {"d": Amount(2.0, Measure.of("d"), "d")}
    with pytest.raises(TanhengError) as caught:
        parse("8 h/d", frozenset(names))
    assert caught.value.code == "TH-ASM-051"
    assert float(evaluate(parse("8 h / d", frozenset(names)), names).to(Measure.of("1"))) == pytest.approx(1 / 6)


@pytest.mark.parametrize(
    "text",
    [
        "1+" * MAX_LENGTH + "1",
        "(" * 60 + "1" + ")" * 60,
        "-" * 50 + "1",
        "+".join("1" * (MAX_DEPTH + 50)),
        "abs(" * 51 + "1" + ")" * 51,
    ],
)
def test_formulas_are_bounded(text):
    with pytest.raises(TanhengError) as caught:
        parse(text)
    assert caught.value.code == "TH-ASM-049"


def test_a_long_sum_is_still_a_formula():
    assert value("+".join("1" * (MAX_DEPTH - 1))) == MAX_DEPTH - 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x * n", "3 kg × 4"),
        ("x / x", "3 kg / (3 kg)"),
        ("2 * r", "2 × (-2 h)"),
        ("-(x - 1 kg) ** 2", "−(3 kg − 1 kg) ^ 2"),
        ("max(x,2 kg)*2", "max(3 kg, 2 kg) × 2"),
        ("if(n>=4,1,2)", "if(4 ≥ 4, 1, 2)"),
    ],
)
def test_formulas_are_shown_with_their_numbers(text, expected):
    assert shown(parse(text, KNOWN), NAMES) == expected


def test_arrays_give_arrays():
    names = {"x": Amount(np.array([1.0, 2.0, 4.0]), Measure.of("kg"), "kg")}
    found = evaluate(parse("if(x > 1.5 kg, x * 2, 3 kg)", frozenset(names)), names)
    assert found.value.tolist() == [3.0, 4.0, 8.0]


def test_derived_dimensions_are_those_of_the_table():
    for text, dimension in [
        ("75 W * 8 h", "energy"),
        ("3 t * 5 km", "goods transport"),
        ("2 m * 3 m", "area"),
        ("2 m2 * 3 a", "area time"),
        ("5 kWh / 2 h", "power"),
        ("3 kg / 2 m3", "length⁻³ mass"),
    ]:
        assert dimension_name(evaluate(parse(text), {}).measure.dimension) == dimension
