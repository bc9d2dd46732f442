"""C22: defaults by country, CN code and route with mark-up by year; missing is a state; links of the scheme ``cbam:``."""

from __future__ import annotations

import csv
from dataclasses import replace

import pytest

from tanheng.footprint import recompute
from tanheng.footprint.cbam import OTHER_COUNTRIES, Embedded, defaults, embedded, find_defaults, markup

HEAD = {"period": "2027-01-01/2027-12-31", "options": {"regime_id": "cbam"}}


def cement(link: str) -> str:
    return f'lines: [{{stage: raw-materials, name: K, amount: 1 t, from: "{link}", codes: {{cn: "25231000"}}}}]'


PRODUCT = '{name: {zh: 水泥, en: Cement}, maker: M, codes: {cn: "2523 29 00"}}'


@pytest.mark.parametrize(
    ("cn", "year", "share"),
    [("7601", 2026, 0.10), ("7601", 2027, 0.20), ("7601", 2028, 0.30), ("7601", 2040, 0.30), ("7601", 2024, 0.10)]
    + [("3102 10 19", year, 0.01) for year in (2026, 2027, 2030)],
)
def test_c22_the_mark_up_goes_by_goods_and_year(cn, year, share):
    assert markup(cn, year) == share


def test_c22_the_longest_heading_that_fits_counts():
    assert [d.cn for d in find_defaults("7201 10 11", "CN")] == ["7201"]
    assert [d.cn for d in find_defaults("72021180", "CN")] == ["720211"]
    assert find_defaults("7202", "CN") == ()


def test_c22_a_route_tells_which(assess_text):
    assert [d.specific for d in find_defaults("25231000", "CN", "A")] == [Embedded(1.35, 0.04)]
    assert len(find_defaults("25231000", "CN")) == 2
    result = assess_text(cement("cbam:25231000@CN"), product=PRODUCT, **HEAD)
    gap = next(gap for gap in result.gaps if gap.code == "several-routes")
    assert gap.blocks
    assert gap.params["routes"] == "25231000/B, 25231000/A"


def test_c22_a_default_brings_direct_and_indirect_emissions_with_the_mark_up(assess_text):
    """Grey clinker: 1.35 direct and 0.04 indirect t CO2e/t; 20 % in 2027."""
    result = assess_text(cement("cbam:25231000/A@CN"), product=PRODUCT, **HEAD)
    found = embedded(result)
    assert found.direct == pytest.approx(1350 * 1.2, rel=1e-12)
    assert found.indirect == pytest.approx(40 * 1.2, rel=1e-12)
    assert result.complete
    assert recompute(result).digest == result.digest


def test_c22_direct_emissions_alone_can_be_asked_for(assess_text):
    result = assess_text(cement("cbam:25231000/A@CN#direct"), product=PRODUCT, **HEAD)
    assert embedded(result) == Embedded(pytest.approx(1350 * 1.2), 0.0)


@pytest.mark.parametrize("link", ["cbam:25231000@XX", "cbam:9999@CN", "cbam:25231000/A@CN#half", "cbam:"])
def test_c22_a_missing_default_is_a_state_not_zero(assess_text, link):
    result = assess_text(cement(link), product=PRODUCT, **HEAD)
    assert not result.complete
    assert [gap.code for gap in result.gaps if gap.blocks] == ["missing-default"]


def test_c22_other_countries_stand_in_where_they_are_known():
    """The data that ships has no value for other countries; a table that has one gives it after the country's own."""
    pig_iron = next(d for d in defaults() if d.cn == "7201")
    table = (*defaults(), replace(pig_iron, country=OTHER_COUNTRIES, specific=Embedded(2.5)))
    assert [d.specific.direct for d in find_defaults("7201", "VN", among=table)] == [2.5]
    assert [d.specific.direct for d in find_defaults("7201", "CN", among=table)] == [1.66]
    assert find_defaults("7201", "VN") == ()


def test_c22_a_default_under_another_regime_is_told(assess_text):
    result = assess_text(cement("cbam:25231000/A@CN"), product=PRODUCT)
    assert {"cbam-default", "default-elsewhere"} <= {gap.code for gap in result.gaps}


def test_c22_the_typed_values_are_those_of_the_workbook(shared):
    """Each value that ships against the transcription beside the project, the mark-ups through its marked-up totals."""
    text = shared("factors", "cbam_default_values_china.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    for default in defaults():
        same = [r for r in rows if r["cn_code"] == default.cn and default.route in r["benchmark_route"]]
        by = {(r["metric"], r["year"]): float(r["value"]) for r in same}
        assert by[("direct", "")] == default.specific.direct, default
        assert by.get(("indirect", ""), 0.0) == default.specific.indirect, default
        for year in (2026, 2027, 2028):
            marked = by[("total", "")] * (1 + markup(default.cn, year))
            # The workbook rounds the parts and marks up the unrounded total.
            assert by[("total incl. mark-up", str(year))] == pytest.approx(marked, rel=2e-5), default
