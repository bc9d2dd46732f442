"""What is embedded in a good: own process, precursors, electricity, as C22 adds them up."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from cbam_samples import CEMENT, STEEL, given, head
from declaration_samples import FILES, declared
from tanheng.errors import ExchangeError
from tanheng.exchange.cbam import averaged, embedded_good
from tanheng.exchange.declaring import of_assessment
from tanheng.footprint.cbam import Embedded, embedded, specific

GOODS = ("aluminium", "cement", "steel", "hydrogen")


@pytest.mark.parametrize("name", GOODS)
def test_a_good_holds_what_the_assessment_holds(name):
    told = declared(name, "cbam")
    good = embedded_good(told)
    tonnes = told.unit.to("t").value * 1000
    assert good.total.total * tonnes == pytest.approx(told.total, rel=1e-9, abs=1e-12)
    found = embedded(told.assessment)
    assert good.total.direct * tonnes == pytest.approx(found.direct, rel=1e-9, abs=1e-12)
    assert good.total.indirect * tonnes == pytest.approx(found.indirect, rel=1e-9, abs=1e-12)
    assert good.indirect >= good.total.indirect
    assert specific(good.process, good.steps, 1.0).total == pytest.approx(good.total.total, rel=1e-9, abs=1e-12)


def test_indirect_emissions_that_do_not_count_are_told():
    good = embedded_good(declared("aluminium", "cbam"))
    assert not good.counts_indirect
    assert good.total.indirect == 0
    assert good.indirect == pytest.approx((65.423295 + 4978.069785) / 1000)
    assert good.electricity == pytest.approx(13.257)


def test_precursors_by_hand(assess_text):
    """Pig iron: default 1.66, mark-up of 2026 10 %: 1.826; 0.08 + 0.9 × 1.826 = 1.7234 t CO2e/t. Scrap carries nothing."""
    good = embedded_good(of_assessment(assess_text(STEEL, **head("Steel", "7206 10 00"))))
    (iron,) = good.precursors
    assert (iron.cn, iron.source, iron.country) == ("72011011", "default", "CN")
    assert iron.mass == pytest.approx(0.9)
    assert iron.specific.direct == pytest.approx(1.826)
    assert good.process == Embedded(pytest.approx(0.08), 0.0)
    assert good.total.total == pytest.approx(1.7234)
    assert good.formula == "SEE = 0.08 + 0.9 × 1.826 = 1.7234 t CO2e/t"


def test_a_precursor_keeps_direct_and_indirect_apart(assess_text):
    """Clinker, route A: 1.35 direct, 0.04 indirect, 10 %: 0.7 × 1.1 × (1.35, 0.04); power 0.05 MWh × 0.5777."""
    good = embedded_good(of_assessment(assess_text(CEMENT, **head("Cement", "2523 29 00"))))
    assert good.counts_indirect
    assert good.total.direct == pytest.approx(0.7 * 1.1 * 1.35)
    assert good.process.indirect == pytest.approx(0.05 * 0.5777)
    assert good.total.indirect == pytest.approx(0.7 * 1.1 * 0.04 + 0.05 * 0.5777)


def test_secondary_data_of_a_precursor_are_named_as_such(assess_text):
    body = """
lines:
  - {stage: raw-materials, name: Lime, amount: 0.2 t, from: "factor:us-quicklime-uslci", codes: {cn: "2523 10 00"}}
"""
    told = of_assessment(assess_text(body, **head("Cement", "2523 29 00")))
    good = embedded_good(told, given("{inputs: [{cn: '2523 10 00', country: VN}]}").inputs)
    assert [(one.source, one.country) for one in good.precursors] == [("secondary", "VN")]
    assert good.process.total == 0


@pytest.mark.parametrize(
    ("name", "regime", "code"),
    [("aluminium", "", "TH-EXC-011"), ("t-shirt", "cbam", "TH-EXC-013"), ("bottle", "cbam", "TH-EXC-013")],
)
def test_what_is_no_good_of_the_mechanism_is_refused(name, regime, code):
    assert name in FILES
    with pytest.raises(ExchangeError, match=code):
        embedded_good(declared(name, regime))


@settings(max_examples=30, deadline=None, derandomize=True)
@drawn(st.lists(st.floats(1, 1e6), min_size=1, max_size=5))
def test_an_average_lies_between_its_goods_and_follows_the_larger_levels(levels):
    one = embedded_good(declared("cement", "cbam"))
    goods = [replace(one, total=one.total.times(at + 1)) for at in range(len(levels))]
    found = averaged(list(zip(goods, levels, strict=True)))
    by_hand = sum((at + 1) * level for at, level in enumerate(levels)) / sum(levels)
    assert found.total == pytest.approx(one.total.total * by_hand)
    assert one.total.total * 0.999999 <= found.total <= one.total.total * len(levels) * 1.000001


def test_what_cannot_be_averaged():
    aluminium, steel = (embedded_good(declared(name, "cbam")) for name in ("aluminium", "steel"))
    with pytest.raises(ExchangeError, match="TH-EXC-202"):
        averaged([(aluminium, 1.0), (steel, 1.0)])
    for goods in ([], [(steel, 0.0)]):
        with pytest.raises(ExchangeError, match="TH-EXC-203"):
            averaged(goods)


@pytest.mark.parametrize("cn", ["7601 10", "8507 60 00", ""])
def test_codes_outside_annex_i_are_refused(assess_text, cn):
    result = assess_text(STEEL, **head("Something", cn or "7601"))
    with pytest.raises(ExchangeError, match="TH-EXC-201"):
        embedded_good(of_assessment(result))
