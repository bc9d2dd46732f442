"""C22: which goods the mechanism covers, and what counts of a precursor, as data of the regime."""

from __future__ import annotations

import csv

import pytest

from tanheng.rules import regime
from tanheng.rules.expressions import listed

LISTS = regime("cbam").lists
TABLES = ("cbam_default_values_china.csv", "cbam_benchmarks_column_b.csv")


@pytest.mark.parametrize("table", TABLES)
def test_c22_every_good_of_the_workbooks_is_a_good_of_the_regime(shared, table):
    text = shared("factors", table).read_text(encoding="utf-8")
    codes = {row["cn_code"] for row in csv.DictReader(text.splitlines())}
    assert len(codes) > 100
    assert [code for code in sorted(codes) if not listed(code, LISTS["goods"])] == []


@pytest.mark.parametrize(
    "code",
    [
        "3105 60 00",  # fertilisers of phosphorus and potassium: Annex I leaves them out, and no table has them
        "7202 21 00",  # ferro-silicon
        "7204 10 00",  # scrap of iron
        "7602 00 90",  # scrap of aluminium
        "7615 10 10",
        "2818 20 00",  # alumina
        "8507 60 00",
    ],
)
def test_c22_what_annex_i_leaves_out_is_no_good_and_no_precursor(code):
    assert not listed(code, LISTS["goods"])
    assert not listed(code, LISTS["precursors"])


def test_c22_every_precursor_is_a_good_and_what_counts_indirectly_is_one():
    for name in ("precursors", "indirect"):
        assert [code for code in LISTS[name] if not listed(code, LISTS["goods"])] == []
    assert not set(LISTS["scrap"]) & set(LISTS["goods"])
