"""Published figures: they agree with an independent transcription, and say which act they are of."""

from __future__ import annotations

import csv
from datetime import date

import pytest

from tanheng.exchange.cbam import tables
from tanheng.exchange.cbam.tables import (
    benchmarks,
    factor,
    find_benchmarks,
    functional_unit,
    in_force,
    not_shipped,
    versions,
)
from tanheng.footprint.cbam import defaults, markup


def test_default_values_agree_with_opencbam():
    engine = pytest.importorskip("opencbam.engine.defaults")
    published = {
        (code.replace(" ", ""), (row["route"] or "")): row
        for (country, code), rows in engine._load().items()
        if country == "china"
        for row in rows
    }
    compared = 0
    for one in (each for each in defaults() if each.country == "CN"):
        row = published.get((one.cn, one.underlying)) or published.get((one.cn, ""))
        direct = _number(row["direct"]) if row else None
        if direct is None:
            continue
        assert one.specific.direct == pytest.approx(direct, abs=5e-4), one.cn
        assert one.specific.indirect == pytest.approx(_number(row["indirect"]) or 0.0, abs=5e-4), one.cn
        compared += 1
    assert compared == len(defaults())


def test_mark_ups_and_the_cbam_factor_agree_with_opencbam():
    constants = pytest.importorskip("opencbam.engine.constants")
    for year in range(2026, 2036):
        assert factor(year) == pytest.approx(float(constants.cbam_factor(year)), abs=1e-12)
    for year, share in constants.DEFAULT_MARKUP_GENERIC_BY_YEAR.items():
        assert markup("7601", year) == pytest.approx(float(share))
    assert markup("2814", 2027) == pytest.approx(float(constants.DEFAULT_MARKUP_FERTILISER))


def test_benchmarks_agree_with_opencbam():
    """Every code below a heading that ships, in both columns, for every route and year."""
    reference = pytest.importorskip("opencbam.engine.reference")
    data = _opencbam_benchmarks(reference)
    compared = 0
    for row in data:
        code = row["cn_code"].replace(" ", "")
        for column in ("a", "b"):
            for one in row[f"column_{column}"]:
                year = 2028 if one["year"] == "2" else 2026
                found = find_benchmarks(code, column.upper(), year, one["route"] or "")
                if not found:
                    continue
                values = {each.value for each in found}
                assert values == {float(one["value"])}, (code, column, one)
                compared += 1
    assert compared > 200


def test_benchmarks_agree_with_the_workbook(shared):
    text = shared("factors", "cbam_benchmarks_column_b.csv").read_text(encoding="utf-8")
    compared = 0
    for row in csv.DictReader(text.splitlines()):
        found = {one.value for year in (2026, 2028) for one in find_benchmarks(row["cn_code"], "B", year, row["route"])}
        if found:
            assert float(row["value"]) in found, row["name"]
            compared += 1
    assert compared > 100


def test_a_figure_that_does_not_ship_is_missing():
    assert find_benchmarks("7308 90 98", "A", 2026) == ()
    assert find_benchmarks("7601 10 10", "A", 2025) == ()
    assert len(find_benchmarks("7601 10 10", "A", 2026)) == 2


def test_every_default_value_has_a_benchmark():
    for one in defaults():
        assert find_benchmarks(one.cn, "B", 2026), one.cn


def test_benchmarks_of_process_emissions_change_in_2028():
    assert [one.value for one in find_benchmarks("2523 30 00", "A", 2027)] == [0.717]
    assert [one.value for one in find_benchmarks("2523 30 00", "A", 2028)] == [0.686]


def test_the_acts_in_force_on_a_day():
    assert [one.number for one in in_force("report", date(2025, 12, 31))] == ["(EU) 2023/1773"]
    assert in_force("report", date(2026, 1, 1)) == ()
    assert in_force("benchmarks", date(2025, 12, 31)) == ()
    assert not_shipped("defaults", date(2026, 7, 30)) == ()
    assert [one.number for one in not_shipped("defaults", date(2026, 7, 31))] == ["(EU) 2026/1740"]
    for one in versions():
        assert one.url.startswith("http")
        assert one.adopted <= one.published
        assert one.titles["zh"] != one.titles["en"]


def test_functional_units_that_are_not_tonnes():
    clinker = functional_unit("2523 29 00")
    assert clinker is not None
    assert (clinker.substance, clinker.converts) == ("clinker", True)
    nitrogen = functional_unit("3105 20 10")
    assert nitrogen is not None
    assert not nitrogen.converts
    assert functional_unit("7601 10 10") is None
    assert set(tables.routes()) >= {one.route for one in benchmarks() if one.route}


def _number(text):
    try:
        return float(text)
    except (TypeError, ValueError):
        return None


def _opencbam_benchmarks(module):
    import json
    from pathlib import Path

    return json.loads((Path(module.__file__).parent / "data" / "benchmarks_2620.json").read_text(encoding="utf-8"))
