"""The regime watch as screens tell it: codes in one word, all markets, what comes soon, plain data."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from declaration_samples import declared
from tanheng import texts
from tanheng.errors import ExchangeError
from tanheng.exchange.duties import Standing, duties, markets
from tanheng.exchange.watching import by_market, codes_of, document, in_markets, soon

BATTERY, INGOT, TODAY = {"hs": "850760"}, {"cn": "7601 10 00"}, date(2026, 11, 30)


def test_codes_are_written_in_one_word():
    assert codes_of(["HS=7601.10", "cn:7601 10 00"]) == {"hs": "7601.10", "cn": "7601 10 00"}
    assert codes_of([]) == {}
    for wrong in ("760110", "gtin=1", "hs=", "=1"):
        with pytest.raises(ExchangeError, match="TH-EXC-903"):
            codes_of([wrong])


def test_without_a_market_all_are_told_each_as_alone():
    found = by_market(in_markets(INGOT, "", TODAY))
    assert tuple(found) == markets()
    assert all(found[one] == duties(INGOT, one, TODAY) for one in markets())
    assert by_market(in_markets(INGOT, "DE", TODAY)) == {"EU": found["EU"]}


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.dates(date(2023, 1, 1), date(2035, 12, 31)), st.integers(0, 5))
def test_soon_is_what_has_begun_and_what_begins_within_years(day, years):
    found = in_markets(BATTERY, "", day)
    told = {one.id for one in soon(found, day, years)}
    for one in found:
        began = one.standing in (Standing.APPLIES, Standing.AWAITS)
        near = one.first is not None and one.first < day + timedelta(days=365.25 * years - 1)
        far = one.first is None or one.first > day + timedelta(days=365.25 * years + 1)
        assert one.id in told if began or near else True
        assert one.id not in told if far and not began else True


def test_the_last_day_of_february_has_its_years_ahead():
    day = date(2028, 2, 29)
    assert {one.id for one in soon(in_markets(BATTERY, "EU", day), day, 1)} >= {"eu-battery-declaration-lmt"}


def test_a_duty_is_told_in_both_languages_with_its_law_and_what_is_missing():
    told = declared("aluminium")
    (cbam,) = (one for one in duties(told.codes, "EU", TODAY, told=told) if one.id == "eu-cbam-definitive")
    found = document(cbam)
    assert (found["standing"], found["first"], found["last"]) == ("applies", date(2026, 1, 1), None)
    assert found["law"]["number"] == "(EU) 2023/956"
    assert {one["id"] for one in found["missing"]} == {"cbam-regime", "installation", "verified"}
    assert {one["id"] for one in found["needs"]} > {one["id"] for one in found["missing"]}
    for one in (found["names"], found["due"], *(need[key] for need in found["needs"] for key in ("names", "remedy"))):
        assert set(one) == set(texts.LANGUAGES)
