"""Lists of products, checked at once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from certification_samples import House
from register_samples import Registered
from tanheng.accounts import ANONYMOUS
from tanheng.errors import RegisterError
from tanheng.registry.checking import Limits, Standing, Verdict, verdict
from tanheng.services.certification import certificates
from tanheng.services.registry import checking
from tanheng.services.registry.checking import Line


@pytest.fixture
def filled(platform):
    return Registered(platform).fill(40)


def check(platform, *lines, on=None, **limits):
    return platform.look(ANONYMOUS, checking.check, lines, Limits(**limits), on=on)


def verdicts(found):
    return [one.verdict.value for one in found]


def test_a_list_is_checked_in_its_order(filled):
    rows = filled.rows
    day = rows[20]["valid_from"]
    found = check(filled.platform, *(Line(number=row["number"]) for row in rows), Line(number="nothing"), on=day)
    assert [one.line for one in found] == list(range(1, 42))
    assert found[-1].verdict == "unknown"
    for row, one in zip(rows, found, strict=False):
        assert (one.number, one.names, one.value) == (row["number"], row["names"], row["value"])
        began, over = day >= row["valid_from"], day > row["valid_until"]
        wanted = "not-yet" if not began else "passed" if row["state"] in ("valid", "expired") else "not-valid"
        assert one.verdict == ("over" if began and over else wanted)


def test_limits_of_the_list_and_of_a_line(filled):
    row = next(one for one in filled.rows if one["state"] == "valid" and one["grade"] == "B")
    on, unit = row["valid_from"], {"unit": row["unit"], "per": row["per"]}
    number = row["number"]

    def one(line, **limits):
        return verdicts(check(filled.platform, line, on=on, **limits))

    assert one(Line(number=number), value=row["value"], **unit) == ["passed"]
    assert one(Line(number=number), value=row["value"] - 0.1, **unit) == ["above-value"]
    assert one(Line(number=number, max_value=row["value"]), value=0.0, **unit) == ["passed"]
    assert one(Line(number=number), value=1e9, unit=row["unit"], per="1 lot") == ["other-unit"]
    assert [one(Line(number=number), grade=grade)[0] for grade in "ABC"] == ["other-class", "passed", "other-class"]
    assert one(Line(number=number, max_class="A")) == ["other-class"], "no limits are known that its class follows from"


def test_a_code_with_its_maker_names_a_product(filled):
    row = next(one for one in reversed(filled.rows) if one["state"] == "valid")
    code, maker = row["codes"]["hs"], next(m for m in filled.makers if m.id == row["holder"])
    for said in (maker.code, maker.id):
        (found,) = check(filled.platform, Line(code=code.replace(".", ""), maker=said), on=row["valid_from"])
        assert (found.number, found.verdict) == (row["number"], "passed")
    lines = Line(code="000", maker=maker.code), Line(code=code, maker="nobody")
    assert verdicts(check(filled.platform, *lines)) == ["unknown", "unknown"]
    several = {}
    for one in filled.rows:
        several.setdefault(one["codes"].get("hs", ""), set()).add(one["holder"])
    shared = [code for code, makers in several.items() if code and len(makers) > 1]
    assert verdicts(check(filled.platform, *(Line(code=one) for one in shared))) == ["ambiguous"] * len(shared)


def test_what_a_certificate_was_on_an_earlier_day(platform, clock):
    house = House(platform)
    made = house.certified()
    begun = house.platform.today()
    clock.move(days=10)
    made = platform.do(house.bo, certificates.take, made.number, "suspend", expected=made.version, reason="r")
    clock.move(days=10)
    platform.do(house.bo, certificates.take, made.number, "reinstate", expected=made.version, reason="r")
    clock.move(days=10)
    days = {0: "passed", 9: "passed", 10: "not-valid", 19: "not-valid", 20: "passed", 30: "passed", 900: "over"}
    line = Line(number=made.number)
    for after, wanted in days.items():
        assert verdicts(check(platform, line, on=begun + timedelta(days=after))) == [wanted], after
    assert verdicts(check(platform, line, on=begun - timedelta(days=1))) == ["not-yet"]


def test_lists_that_cannot_be_checked(filled):
    for code, lines, limits in (
        ("TH-REG-010", [Line(number="x")] * (checking.MOST + 1), {}),
        ("TH-REG-011", [Line()], {}),
        ("TH-REG-011", [Line(number="x", code="1")], {}),
        ("TH-REG-012", [Line(number="x")], {"value": 1.0}),
    ):
        with pytest.raises(RegisterError, match=code):
            check(filled.platform, *lines, **limits)


def test_a_file_is_read_as_a_list():
    content = "\ufeffnumber,code,maker,max_value,max_class\nN-1,,,,\n,7601.10,91440,12.5,B\n".encode()
    assert checking.read_lines(content) == (
        Line(number="N-1"),
        Line(code="7601.10", maker="91440", max_value=12.5, max_class="B"),
    )
    for wrong in (b"", b"name\nx\n", b"\xff\xfe", b"number,max_value\nx,much\n", b"number\nx,y\n", b"number\n\0\n"):
        with pytest.raises(RegisterError, match="TH-REG-013"):
            checking.read_lines(wrong)


@pytest.mark.parametrize(
    ("grade", "limit", "classes", "wanted"),
    [
        ("三级", "二级", ("一级", "二级", "三级"), Verdict.BELOW_CLASS),  # 三 is before 二 in Unicode
        ("10级", "2级", tuple(f"{n}级" for n in range(1, 11)), Verdict.BELOW_CLASS),
        ("A+", "A++", ("A++", "A+", "A"), Verdict.BELOW_CLASS),
        ("A++", "A", ("A++", "A+", "A"), Verdict.PASSED),
        ("7", "B", ("5", "6", "7"), Verdict.OTHER_CLASS),
        ("B", "C", (), Verdict.OTHER_CLASS),
        ("B", "B", (), Verdict.PASSED),
        ("", "B", (), Verdict.NO_CLASS),
    ],
)
def test_classes_are_ordered_as_their_scheme_orders_them(grade, limit, classes, wanted):
    days = {"valid_from": date(2026, 1, 1), "valid_until": date(2027, 12, 31)}
    told = Standing(state="valid", value=1.0, unit="u", per="1 t", grade=grade, classes=classes, **days)
    assert verdict(told, Limits(grade=limit), date(2026, 6, 1)) is wanted


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
def test_a_limit_that_is_no_number_is_a_fault(platform, value):
    with pytest.raises(RegisterError, match="TH-REG-013"):
        checking.read_lines(f"number,max_value\nX-1,{value}\n".encode())
    unit = {"unit": "kgCO2e", "per": "1 t"}
    for line, limits in ((Line(number="X"), {"value": float(value)}), (Line(number="X", max_value=float(value)), {})):
        with pytest.raises(RegisterError, match="TH-REG-041"):
            check(platform, line, **limits, **unit)
