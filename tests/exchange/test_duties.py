"""The regime watch: dated data is sound, codes and days decide, and what is missing is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declaration_samples import FILES, assessed, declared
from tanheng import texts
from tanheng.errors import ExchangeError
from tanheng.exchange.declaration import Verified
from tanheng.exchange.duties import Standing, State, duties, every, markets, missing, needs, outline
from tanheng.exchange.supplement import read

BATTERY = """
tanheng: exchange/1
product: {ids: ['urn:gtin:1']}
battery: {basis: capacity, capacity: 60 kWh, cycles: 60, years: 8, plant: Fuzhou, study: 'https://example.org'}
passport: {performance_class: B}
"""
TODAY = date(2026, 11, 30)


def ids(codes, market="EU", day=TODAY, **more):
    return {duty.id: duty for duty in duties(codes, market, day, **more)}


def test_every_duty_names_its_law():
    known = set(needs())
    assert len({duty.id for duty in every()}) == len(every()) > 30
    for duty in every():
        assert set(duty.names) == set(duty.due) == set(texts.LANGUAGES), duty.id
        assert set(duty.awaits) in (set(), set(texts.LANGUAGES)), duty.id
        assert duty.law.title
        assert duty.law.number or duty.law.date, duty.id
        assert urlsplit(duty.law.url).scheme == "https", duty.id
        assert duty.needs
        assert set(duty.needs) <= known, duty.id
        assert duty.binding in {"mandatory", "voluntary"}
        assert all(code == "*" or code.isdigit() for code in (*duty.codes, *duty.without)), duty.id
        assert (duty.state is State.PLANNED) == (duty.first is None), duty.id
        assert duty.first is None or duty.last is None or duty.first <= duty.last
    assert {need for duty in every() for need in duty.needs} == known
    for need in known:
        assert {f"need.{need}", f"remedy.{need}"} <= set(texts.catalogue("duties"))


def test_protocols_that_are_named_exist_where_they_are_built():
    """Others add theirs; a name that no part of the project uses would be a slip."""
    ours = {"aas", "aasx", "aas-battery", "battery-pass", "untp-dpp", "battery-eu", "battery-cn"}
    assert {name for duty in every() for name in duty.protocols} == {*ours, "cbam-xml", "ilcd-epd", "openepd"}


@pytest.mark.parametrize(
    ("day", "transitional", "definitive"),
    [
        (date(2023, 9, 30), Standing.AHEAD, Standing.AHEAD),
        (date(2023, 10, 1), Standing.APPLIES, Standing.AHEAD),
        (date(2025, 12, 31), Standing.APPLIES, Standing.AHEAD),
        (date(2026, 1, 1), None, Standing.APPLIES),
    ],
)
def test_days_decide(day, transitional, definitive):
    found = ids({"cn": "7601 10 00"}, day=day)
    assert (found["eu-cbam-transitional"].standing if "eu-cbam-transitional" in found else None) is transitional
    assert found["eu-cbam-definitive"].standing is definitive


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ({"cn": "7601 10 00"}, True),
        ({"hs": "7601.10"}, True),
        ({"cn": "2804 10 00"}, True),
        ({"cn": "2716 00 00"}, True),
        ({"cn": "7202 11 20"}, True),
        ({"cn": "7202 30 00"}, None),
        ({"cn": "7204 10 00"}, None),
        ({"cn": "3105 60 00"}, None),
        ({"hs": "3105"}, False),
        ({"hs": "7202.99"}, False),
        ({"hs": "2507"}, False),
        ({"hs": "8507.60"}, None),
        ({}, None),
    ],
)
def test_codes_decide_about_cbam(codes, expected):
    found = ids(codes)
    assert (found["eu-cbam-definitive"].is_certain if "eu-cbam-definitive" in found else None) is expected


def test_a_law_that_waits_for_another_act_says_so():
    found = ids({"cn": "8507 60 00"})
    assert found["eu-battery-declaration-ev"].standing is Standing.AWAITS
    assert "12 months" in found["eu-battery-declaration-ev"].line("en")
    assert found["eu-battery-passport"].standing is Standing.AHEAD
    assert not found["eu-battery-passport"].is_certain  # the code does not tell what the battery is for
    after = ids({"cn": "8507 60 00"}, day=date(2027, 2, 18))
    assert after["eu-battery-passport"].standing is Standing.APPLIES
    assert after["eu-battery-declaration-ev"].standing is Standing.AWAITS


def test_what_is_planned_never_applies():
    found = ids({"cn": "6109 90 20"}, day=date(2035, 1, 1))
    assert found["eu-espr-textiles"].standing is Standing.PLANNED
    assert "delegated act" in found["eu-espr-textiles"].line("en")


def test_markets_and_countries():
    assert set(markets()) == {"EU", "GB", "CN"}
    code = {"cn": "7601 10 00"}
    assert ids(code, "DE").keys() == ids(code, "EU").keys()
    assert "gb-cbam" in ids(code, "GB")
    assert {duty.market for duty in duties(code, "cn", TODAY)} == {"CN"}
    trial, regular = (ids({"hs": "8507.60"}, "CN", day) for day in (TODAY, date(2027, 1, 1)))
    assert trial["cn-traction-battery-trial"].standing is Standing.APPLIES
    assert "cn-traction-battery-trial" not in regular
    assert regular["cn-traction-battery"].standing is Standing.APPLIES
    with pytest.raises(ExchangeError, match="TH-EXC-901"):
        duties(code, "XX", TODAY)
    for wrong in ("7601 1x", "1", "76011000000"):
        with pytest.raises(ExchangeError, match="TH-EXC-902"):
            duties({"cn": wrong}, "EU", TODAY)


def test_what_is_missing_is_named():
    told = declared("aluminium")
    found = ids(told.codes, told=told)["eu-cbam-definitive"].missing
    assert [one.id for one in found] == ["cbam-regime", "installation", "verified"]
    assert all(one.line("zh") != one.line("en") for one in found)
    whole = replace(declared("aluminium", "cbam"), verified=Verified(body={"en": "Body"}))
    given = read("tanheng: exchange/1\ncbam: {installation: {name: Plant}}")
    assert ids(whole.codes, told=whole, supplement=given)["eu-cbam-definitive"].missing == ()
    assert ids(told.codes)["eu-cbam-definitive"].missing == ()  # nobody asked


def test_a_battery_knows_what_its_passport_lacks():
    given = read(BATTERY)
    told = declared("battery", "eu-battery", given)
    duty = ids(told.codes, told=told, supplement=given)["eu-battery-passport"]
    assert [one.id for one in duty.missing] == ["four-stages"]
    without = declared("battery", "eu-battery")
    lacking = [one.id for one in ids(without.codes, told=without)["eu-battery-passport"].missing]
    assert lacking == ["functional-unit", "four-stages", "performance-class", "study-link", "product-id"]


def test_an_incomplete_result_lacks_a_footprint():
    told = outline(assessed("bottle"))
    found = ids(told.codes, told=told)
    assert "total" in {one.id for one in found["eu-claims"].missing}
    assert outline(assessed("cement")) == declared("cement")


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_example_has_duties_that_apply_first(name):
    told = outline(assessed(name))
    found = duties(told.codes, "EU", TODAY, told=told)
    assert found
    order = list(Standing)
    assert all(order.index(one.standing) <= order.index(two.standing) for one, two in pairwise(found))
    for duty in found:
        assert set(duty.missing) == set(missing(duty, told))


@settings(max_examples=80, derandomize=True)
@given(
    st.text("0123456789", min_size=2, max_size=10),
    st.sampled_from(["EU", "GB", "CN"]),
    st.dates(date(2020, 1, 1), date(2040, 1, 1)),
)
def test_longer_codes_only_narrow_and_days_only_move_on(code, market, day):
    """A longer code never brings a duty that its beginning could not have; a duty never begins again after it is over."""
    found = ids({"cn": code}, market, day)
    assert {duty.id for duty in found.values()} <= set(ids({"cn": code[:2]}, market, day))
    for duty in found.values():
        assert duty.standing is not Standing.APPLIES or (duty.first is not None and duty.first <= day)
        assert duty.standing is not Standing.AHEAD or (duty.first is not None and duty.first > day)
