"""Formulas: openLCA's syntax, against Python's arithmetic, and never anything but a number or a fault."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tanheng.formats.formulas import MAX_DEPTH, MAX_LENGTH, FormulaFault, evaluate, parse
from tanheng.formats.notebook import Notebook
from tanheng.formats.parameters import Scope, resolve, value_of
from tanheng.inventory.model import Parameter

NAMES = {"a": 2.0, "b": 7.0, "coal_in": 1.4354, "煤": 0.5}


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("1+2*3", 7),
        ("(1+2)*3", 9),
        ("10-4-3", 3),
        ("2/4/2", 0.25),
        ("2^3^2", 64),  # from the left, as openLCA and Excel do
        ("-2^2", 4),  # the sign binds closer
        ("2^-1", 0.5),
        ("--3", 3),
        ("1.5e-3 + .5", 0.5015),
        ("2.", 2),
        ("A*B", 14),
        ("Coal_In", 1.4354),
        ("煤*2", 1),
        ("if(a=2;b;0)", 7),
        ("IF(a=1;1/0;IF(b>5;3;4))", 3),  # only the branch that is taken is evaluated
        ("iif(not(a=1);1;2)", 1),
        ("not a = 1", 1),
        ("1=1 and 2<3", 1),
        ("1=2 or 2<>2", 0),
        ("a>=2 & b<=7 || false", 1),
        ("and(1=1;2=2;3=4)", 0),
        ("or(1=2;2=2)", 1),
        ("1 xor 1", 0),
        ("-7 div 2", -3),
        ("-7 mod 2", -1),
        ("round(2.5)", 3),
        ("round(-2.5)", -2),
        ("floor(-1.5)+ceil(1.2)", 0),
        ("trunc(-1.7)+int(1.7)+frac(1.5)", 0.5),
        ("ln(e)+log(100)+lg(10)+exp(0)", 5),
        ("sqr(3)+sqrt(16)+abs(-1)+power(2;3)+pow(2;1)+ipower(2;2.9)", 28),
        ("min(3;1;2)+max(3;1;2)+sum(1;2)+avg(1;3)+mean(2;4)", 12),
        ("sin(pi/2)+cos(0)+tan(0)+sinh(0)+tanh(0)+cosh(0)", 3),
        ("asin(1)+arcsin(0)+acos(1)+arccos(1)+atan(0)+arctan(0)", math.pi / 2),
        ("cotan(pi()/4)+cot(pi/4)", 2),
        ("max(1,2)", 2),
        ("( ( a ) )\n*\t2", 4),
    ],
)
def test_value(formula, value):
    assert evaluate(formula, NAMES) == pytest.approx(value, rel=1e-12, abs=1e-12)


def test_a_parameter_may_be_called_like_a_constant_or_a_word_of_python():
    assert evaluate("e*pi", {"e": 2.0, "pi": 3.0}) == 6.0
    assert evaluate("lambda + class + __import__", {"lambda": 1.0, "class": 2.0, "__import__": 3.0}) == 6.0


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("", "formula-syntax"),
        ("1+", "formula-syntax"),
        ("(1", "formula-syntax"),
        ("1)", "formula-syntax"),
        ("1 2", "formula-syntax"),
        ("a b", "formula-syntax"),
        ("1;2", "formula-syntax"),
        ("(1;2)", "formula-syntax"),
        ("max(1;)", "formula-syntax"),
        ("max(;1)", "formula-syntax"),
        ("1.2.3", "formula-syntax"),
        ("1e999", "formula-syntax"),
        ("a.b", "formula-syntax"),
        ("a[0]", "formula-syntax"),
        ("'a'", "formula-syntax"),
        ("__import__('os').system('true')", "formula-syntax"),
        ("().__class__", "formula-syntax"),
        ("lambda: 1", "formula-syntax"),
        ("a := 1", "formula-syntax"),
        ("unknown + 1", "formula-name"),
        ("random()", "formula-function"),
        ("eval(1)", "formula-function"),
        ("if(1;2)", "formula-function"),
        ("1/0", "formula-value"),
        ("sqrt(-1)", "formula-value"),
        ("(-8)^(1/3)", "formula-value"),
        ("9^9^9^9", "formula-value"),
        ("exp(1000)", "formula-value"),
        ("1e308*10", "formula-value"),
        ("max()", "formula-value"),
        ("sin(1;2)", "formula-value"),
        ("1" + "+1" * (MAX_DEPTH + 1), "formula-too-long"),
        ("-" * (MAX_DEPTH + 1) + "1", "formula-too-long"),
        ("1" * (MAX_LENGTH + 1), "formula-too-long"),
    ],
)
def test_fault(formula, code):
    with pytest.raises(FormulaFault) as caught:
        evaluate(formula, NAMES)
    assert caught.value.code == code


def test_brackets_cost_nothing_and_the_deepest_formula_evaluates():
    assert evaluate("(" * 5000 + "1" + ")" * 5000, {}) == 1.0
    assert evaluate("1" + "+1" * MAX_DEPTH, {}) == MAX_DEPTH + 1
    assert evaluate("abs(" * MAX_DEPTH + "1" + ")" * MAX_DEPTH, {}) == 1.0


_leaf = st.floats(0.01, 100.0).map(lambda x: (repr(x), x)) | st.sampled_from([("a", 2.0), ("B", 7.0)])


def _join(children):
    def binary(pair):
        (left, x), (right, y), operator = pair
        value = {"+": x + y, "-": x - y, "*": x * y}[operator]
        return f"({left}) {operator} ({right})", value

    def call(pair):
        name, ((text, x), (other, y)) = pair
        values = {"max": max(x, y), "min": min(x, y), "sum": x + y}
        return f"{name}({text}; {other})", values[name]

    def choice(three):
        (c, x), (t, y), (e, z) = three
        return f"if({c} > 3; {t}; {e})", y if x > 3 else z

    return (
        st.tuples(children, children, st.sampled_from("+-*")).map(binary)
        | st.tuples(st.sampled_from(["max", "min", "sum"]), st.tuples(children, children)).map(call)
        | st.tuples(children, children, children).map(choice)
        | children.map(lambda c: (f"-({c[0]})", -c[1]))
    )


@given(st.recursive(_leaf, _join, max_leaves=20))
def test_agrees_with_python_on_bracketed_formulas(case):
    text, value = case
    assert evaluate(text, NAMES) == pytest.approx(value, rel=1e-12, abs=1e-300)


@given(st.lists(st.tuples(st.integers(1, 50), st.sampled_from("+-*/")), min_size=1, max_size=12))
def test_agrees_with_python_on_precedence(parts):
    text = "".join(f"{number}{operator}" for number, operator in parts) + "1"
    assert evaluate(text, {}) == pytest.approx(eval(text), rel=1e-12)  # noqa: S307 - the oracle, on digits and + - * /


@settings(max_examples=400)
@given(st.text(alphabet="aAbe10.;,()+-*/^<>=&| _xif[]'\"\\\n煤", max_size=40) | st.text(max_size=30))
def test_never_anything_but_a_number_or_a_fault(text):
    try:
        value = evaluate(text, NAMES)
    except FormulaFault:
        return
    assert math.isfinite(value)


def test_parameters_in_any_order():
    notes = Notebook()
    given_ = [
        Parameter("total", 0.0, "coal_in + waste"),
        Parameter("Waste", 0.0, "fine*2"),
        Parameter("fine", 0.25),
        Parameter("COAL_IN", 1.0),
    ]
    scope, resolved = resolve(given_, notes=notes, place="p")
    assert [p.value for p in resolved] == [1.5, 0.5, 0.25, 1.0]
    assert scope.values["total"] == 1.5
    assert {n.code for n in notes.close()} == {"formula-differs"}


def test_process_parameters_hide_global_ones():
    notes = Notebook()
    outer, _ = resolve([Parameter("x", 1.0), Parameter("y", 10.0)], notes=notes, place="global")
    scope, resolved = resolve([Parameter("X", 2.0), Parameter("z", 12.0, "x + y")], outer=outer, notes=notes, place="p")
    assert scope.values == {"x": 2.0, "y": 10.0, "z": 12.0}
    assert outer.values == {"x": 1.0, "y": 10.0}
    assert resolved[1].value == 12.0
    assert not notes.close()


def test_a_circle_is_named_and_keeps_the_stored_values():
    notes = Notebook()
    given_ = [
        Parameter("a", 1.0, "b"),
        Parameter("b", 2.0, "c"),
        Parameter("c", 3.0, "a"),
        Parameter("own", 4.0, "own + 1"),
        Parameter("after", 5.0, "a + 1"),
    ]
    _, resolved = resolve(given_, notes=notes, place="p")
    assert [p.value for p in resolved] == [1.0, 2.0, 3.0, 4.0, 2.0]
    circles = [n.params["circle"] for n in notes.close() if n.code == "parameter-circle"]
    assert circles == ["a → b → c → a", "own → own"]


def test_ten_thousand_parameters_in_a_chain_need_no_recursion():
    notes = Notebook()
    chain = [Parameter(f"p{i}", float(i), f"p{i - 1} + 1") for i in range(10_000, 0, -1)]
    _, resolved = resolve([*chain, Parameter("p0", 0.0)], notes=notes, place="p")
    assert resolved[0].value == 10_000.0
    assert not notes.close()


def test_a_formula_that_fails_keeps_the_stored_amount_and_says_so():
    notes = Notebook()
    assert value_of("nothing*2", Scope(), stored=3.5, notes=notes, place="p: x") == 3.5
    (note,) = notes.close()
    assert (note.code, note.place) == ("formula-name", "p: x")
    assert note.params == {"formula": "nothing*2", "kept": 3.5, "name": "nothing"}


def test_names_of_a_formula():
    assert parse("IF(Disposal_Time=0;H2O_s;h2o_L)*(1-waste)+pi").names == (
        "disposal_time",
        "h2o_s",
        "h2o_l",
        "waste",
        "pi",
    )
