"""The examples under all regimes, with the findings of their packs, in both languages."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tanheng.footprint import assess_all, differences, read_study, recompute
from tanheng.reporting import write_report
from tanheng.rules import rule_pack

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
REGIMES = ("gbt24067", "iso14067", "ghgp-product", "pact3", "pef31", "cbam", "eu-battery")
PACKS = {
    "aluminium/aluminium": "cn-electrolytic-aluminium",
    "battery/lfp-pack": "cn-lithium-battery",
    "cement/cement": "cn-cement",
    "hydrogen/hydrogen": "cn-hydrogen",
    "photovoltaic/module": "cn-photovoltaic-module",
    "steel/crude-steel": "cn-crude-steel",
    "t-shirt/t-shirt": "cn-textile",
}


@pytest.fixture(scope="module", params=PACKS)
def example(request):
    study = read_study(EXAMPLES / f"{request.param}.yaml")
    return request.param, assess_all(study, regimes=REGIMES)


def test_every_regime_gives_a_whole_result_with_the_pack_s_findings(example):
    name, results = example
    assert tuple(results) == REGIMES
    for regime, result in results.items():
        assert result.complete, (regime, [gap.code for gap in result.gaps if gap.blocks])
        assert result.rule_pack == rule_pack(PACKS[name]).reference
        for finding in result.findings:
            assert finding.message.keys() >= {"zh", "en"}
            assert finding.question.keys() >= {"zh", "en"}
            assert "{" not in finding.message["zh"] + finding.message["en"]
        assert result.total > 0 or regime == "cbam"


def test_the_example_has_no_error_under_the_general_regime(example):
    _, results = example
    assert [f.code for f in results["gbt24067"].findings if f.severity == "error"] == []


def test_parts_add_up_to_lines_stages_and_the_total(example):
    _, results = example
    for result in results.values():
        counted = [part for line in result.lines for part in line.parts if not part.excluded]
        assert math.isclose(
            math.fsum(p.total for p in counted), math.fsum(s.total for s in result.stages), abs_tol=1e-9
        )
        for line in result.lines:
            parts = math.fsum(part.total for part in line.parts if not part.excluded)
            assert math.isclose(line.total or 0.0, parts, rel_tol=1e-12, abs_tol=1e-12)
        gases = math.fsum(gas.co2e for gas in result.gases if gas.counted)
        added_back = result.total - gases
        assert added_back >= -1e-9
        assert added_back <= result.stored_carbon + 1e-9


def test_the_difference_between_two_regimes_is_told_to_the_last_digit(example):
    _, results = example
    first = results["gbt24067"]
    for other in results.values():
        walk = differences(first, other)
        assert math.isclose(math.fsum(step.amount for step in walk.steps), other.total - first.total, abs_tol=1e-9)


def test_each_recomputes_from_its_own_record(example):
    _, results = example
    for result in results.values():
        assert recompute(result).digest == result.digest


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_reports_are_written(example, lang, tmp_path):
    _, results = example
    for ending in (".html", ".xlsx", ".pdf", ".docx"):
        path = write_report(results["gbt24067"], tmp_path / f"r{ending}", lang=lang)
        assert path.stat().st_size > 10_000
    compared = write_report(
        results["gbt24067"], tmp_path / "all.html", lang=lang, others=[results["cbam"], results["pef31"]]
    )
    assert compared.stat().st_size > 10_000
