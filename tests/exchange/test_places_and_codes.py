"""Sub-regions of places, codes as URNs, texts for protocols of one language, what is needed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from epd_samples import made
from tanheng.errors import ExchangeError
from tanheng.exchange.needs import demand, known
from tanheng.exchange.protocols import Received
from tanheng.exchange.recording import record_of
from tanheng.exchange.regions import country, subregion, wider
from tanheng.exchange.shelf import protocol
from tanheng.exchange.urns import code_of, urn_of
from tanheng.exchange.wording import is_many, named, one_of
from tanheng.footprint.study import Stage
from tanheng.quantities import Origin


@pytest.mark.parametrize(
    ("place", "land", "region", "around"),
    [
        ("CN", "CN", "Eastern Asia", ("Asia", "Global")),
        ("CN-34", "CN", "Eastern Asia", ("Asia", "Global")),
        ("DE-BY", "DE", "Western Europe", ("Europe", "Global")),
        ("ZA", "ZA", "Sub-Saharan Africa", ("Africa", "Global")),
        ("US", "US", "Northern America", ("Americas", "Global")),
        ("BR", "BR", "Latin America and the Caribbean", ("Americas", "Global")),
        ("AU", "AU", "Australia and New Zealand", ("Oceania", "Global")),
        ("GLO", "", "Global", ()),
        ("RER", "", "Europe", ("Europe", "Global")),
        ("CNX", "", "", ()),
        ("", "", "", ()),
    ],
)
def test_places(place: str, land: str, region: str, around: tuple[str, ...]) -> None:
    assert (country(place), subregion(place), wider(region)) == (land, region, around)


@pytest.mark.parametrize(
    ("scheme", "code", "urn"),
    [
        ("gtin", "4712345060507", "urn:gtin:4712345060507"),
        ("cpc", "37440", "urn:pact:productclassification:un-cpc:37440"),
        ("cn", "2523 29 00", "urn:cn:25232900"),
    ],
)
def test_codes_are_urns(scheme: str, code: str, urn: str) -> None:
    assert urn_of(scheme, code) == urn
    assert code_of(urn) == (scheme, code.replace(" ", ""))


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.from_regex(r"[a-z][a-z0-9]{1,8}", fullmatch=True), st.text("0123456789ABCxyz.-/é%", min_size=1, max_size=12))
def test_any_code_comes_back(scheme: str, code: str) -> None:
    assert code_of(urn_of(scheme, code)) == (scheme, code)


@pytest.mark.parametrize("text", ["", "urn:", "urn:gtin:", "http://x.example/7", "7"])
def test_what_is_no_urn_is_none(text: str) -> None:
    assert code_of(text) is None


def test_texts_of_one_language() -> None:
    assert one_of({"zh": "水泥", "en": "Cement"}) == "Cement"
    assert one_of({"de": "Zement"}) == "Zement"
    assert one_of({}) == ""
    assert named("水泥") == {"zh": "水泥"}
    assert named("") == {}
    assert is_many({"zh": "水泥", "en": "Cement"})
    assert not is_many({"zh": "A", "en": "A"})


def test_all_that_is_missing_is_told() -> None:
    demand([(0.0, "a", "x.a"), (False, "b", "x.b")])
    with pytest.raises(ExchangeError) as caught:
        demand([(None, "a", "x.a"), ("", "b", "x.b"), ((), "c", "x.c"), (1, "d", "x.d")])
    assert [fault.params["remedy"] for fault in caught.value.faults] == ["x.a", "x.b", "x.c"]
    with pytest.raises(ValueError, match="not demanded"):
        known(None)


def test_a_name_in_another_language_is_a_name() -> None:
    told = made((Stage.PRODUCTION, "activity", Origin.FOSSIL, 7.0), names={"de": "Gipsplatte"})
    record = record_of(Received("1", told), protocol("ilcd-epd"), id="board", day=date(2026, 1, 2))
    assert record.factor.names == {"en": "Gipsplatte"}
    assert (record.factor.value, record.factor.per) == (7.0, "t")
