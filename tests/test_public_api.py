"""The public names, as a person uses them in a notebook."""

from __future__ import annotations

import polars as pl
import pytest

import tanheng as th


@pytest.fixture
def background(mini_background):
    return th.open("mini", home=mini_background.path)


def test_a_background_shows_searches_and_computes(background):
    assert "mini" in repr(background)
    assert background.search("steel")["name"].to_list()[0] == "Steel"
    steel = background.footprint("Steel")
    assert float(steel) == pytest.approx(1 + 2 * (0.9 + 0.001 * 29.8))
    assert repr(steel) == "2.86 kg CO2e / kg, AR6 GWP100"
    assert repr(background.footprint("Open steel")).startswith("at least")
    assert background.footprint("Steel", report="AR5").total == pytest.approx(1 + 2 * (0.9 + 0.001 * 30))


def test_all_products_as_a_table(background):
    table = background.footprints().sort("total")
    assert table["name"][0] == "Power"
    assert {"total", "fossil", "biogenic", "removal", "luc", "unit"} <= set(table.columns)


def test_tree_and_sankey(background):
    steel = background.footprint("Open steel")
    assert steel.tree().children
    assert steel.sankey().to_dicts()[0]["supplier"] in {"Steel", "Power"}


def test_a_result_shows_itself_and_its_tables(study_file, tmp_path, mini_background):
    path = study_file(
        'lines: [{stage: raw-materials, name: {zh: 钢, en: Steel}, amount: 1 t, from: "mini:Steel"},'
        " {stage: production, name: P, amount: 10 kWh, electricity: [{grid: CN}], data: primary}]"
    )
    result = th.assess(th.read_study(path), home=mini_background.path)
    assert result.complete
    assert result.total == pytest.approx(2859.6 + 5.777)
    assert "kg CO2e/t" in repr(result)
    assert "<table>" in result._repr_html_()
    assert result.by_line()["total"].sum() == pytest.approx(result.total)
    assert result.by_stage()["stage"].to_list() == ["raw-materials", "production"]
    assert result.by_gas().filter(pl.col("gas") == "CH4")["mass"][0] == pytest.approx(2.0)
    assert result.findings.height == len(result.assessment.findings)
    assert result.report(tmp_path / "r.pdf", lang="en").read_bytes().startswith(b"%PDF")
    assert th.recompute(result.save(tmp_path / "r.json")).digest == result.digest
    assert th.assess(path, home=mini_background.path).digest == result.digest


BODY = """
parameters: [{id: hours, value: 1000 h, uncertainty: {gsd2: 1.2}}]
scenarios: [{id: long, values: {hours: 2000 h}}]
lines:
  - {stage: raw-materials, name: {zh: 钢, en: Steel}, amount: 1 t, from: "mini:Steel", uncertainty: {gsd2: 1.3}}
  - {stage: production, name: {zh: 交流电, en: Power}, formula: 2 kW * hours, electricity: [{grid: CN}], data: primary}
"""


@pytest.fixture
def result(study_file, mini_background):
    return th.assess(study_file(BODY), home=mini_background.path, samples=1_000, seed=2)


def test_uncertainty_has_both_views(result):
    view = result.uncertainty(samples=1_000, seed=2)
    assert view.monte_carlo is result.assessment.monte_carlo  # frozen with the result
    assert view.low < view.median < view.high
    assert "1000 samples, seed 2" in repr(view)
    assert view.figures()["view"].to_list() == ["analytic", "monte-carlo"]
    assert view.shares()["input"][0] == "lines[0]"
    assert view.quantiles()["value"].is_sorted()
    assert result.uncertainty(samples=2_000).monte_carlo.samples == 2_000


def test_sensitivity_tornado_and_levers_are_tables(result):
    assert {"lines[0]", "lines[1]", "parameters.hours"} <= set(result.sensitivity()["input"])
    assert set(result.tornado()["input"]) <= {
        "lines[0]",
        "lines[1]",
        "parameters.hours",
        "cn-electricity-footprint-2024",
    }
    levers = result.levers()
    assert levers["effect"].is_sorted()
    assert "electricity" in set(levers["kind"])


def test_what_if_and_comparison(result):
    greener = result.what_if(th.change("交流电", share={"hydro": 1.0}))
    assert greener.total < result.total
    found = th.compare(greener, result)
    assert found.difference == pytest.approx(greener.total - result.total)
    assert found.probability_lower == 1.0
    assert "P(a < b) > 99.9 %" in repr(found)
    assert found.by_line()["name_en"][0] == "Power"
    assert found.by_stage()["difference"].sum() == pytest.approx(found.difference)
    assert set(found.shares()["of"]) <= {"a", "b", "both"}
    shorter = result.what_if(th.change_parameter("hours", "500 h"))
    assert shorter.total == pytest.approx(result.total - 0.5 * result.by_line()["total"][1])


def test_scenarios_stand_side_by_side(result):
    table = result.scenarios()
    assert table["scenario"].to_list() == ["", "long"]
    assert table["total"][1] == pytest.approx(result.what_if(th.scenario("long")).total)
    assert table["production"][1] == pytest.approx(2 * table["production"][0])


def test_one_study_under_several_regimes(study_file, mini_background):
    found = th.assess_all(study_file(BODY), regimes=("gbt24067", "iso14067"), home=mini_background.path)
    assert {name: r.assessment.regime for name, r in found.items()} == {"gbt24067": "gbt24067", "iso14067": "iso14067"}
    steps = found["gbt24067"].differences(found["iso14067"])
    assert steps["amount"].sum() == pytest.approx(found["iso14067"].total - found["gbt24067"].total)


def test_names_are_few_and_all_there():
    assert len(th.__all__) <= 18
    assert all(getattr(th, name) is not None for name in th.__all__)
    with pytest.raises(AttributeError):
        _ = th.nothing


def test_errors_are_one_tree():
    with pytest.raises(th.TanhengError) as caught:
        th.open("nowhere")
    assert caught.value.code == "TH-HOM-001"
    assert "nowhere" in caught.value.text("zh")


def test_a_portfolio_and_the_background_of_one_result(study_file, varied_background, tmp_path):
    home = varied_background.path
    text = "lines: [{stage: raw-materials, name: Steel, amount: %s kg, from: 'varied:Steel'}]"
    path = study_file(text % 110, name="b.yaml", product="{name: B, maker: M}")
    a = th.assess(study_file(text % 100, product="{name: A, maker: M}"), home=home, samples=600, background="sampled")
    b, seen = th.read_study(path), []
    found = th.portfolio(
        {"a": a, "b": b}, samples=600, home=home, reference="a", progress=lambda *done: seen.append(done), threads=2
    )
    assert seen[-1] == (600, 600)
    assert repr(found) == "2 results by 600 common samples (seed 1) of varied"
    rows = found.table().to_dicts()
    assert [(row["label"], row["name_en"], row["total"]) for row in rows] == [("a", "A", 100), ("b", "B", 110)]
    view = a.uncertainty(samples=600, background="sampled", home=home)
    assert (view.median, view.low, view.high) == tuple(rows[0][key] for key in ("median", "low", "high"))
    assert a.uncertainty(samples=600).low == 100  # with the stated footprint of its steel
    assert found.samples.shape == (2, 600)
    assert found.pairs()["probability_lower"].to_list() == [0.0]
    assert found.compare("a", "b").probability_lower == 1.0
    assert found.rankings()["label"].to_list() == ["a", "b"]
    assert found.databases()["products"].to_list() == [1]
    with pytest.raises(th.TanhengError):
        found.compare("a", "c")
    kept = a.save(tmp_path / "a.json")
    assert th.recompute(kept, home=home).digest == a.digest
    listed = th.portfolio([kept, path, b, a, a], samples=100, home=home)
    assert listed.table()["label"].to_list() == [str(kept), str(path), f"{path} #2", "A", "A #2"]
    with pytest.raises(ValueError, match="stated or sampled"):
        a.uncertainty(background="perhaps")


def test_a_portfolio_without_a_background(study_file):
    body = "lines: [{stage: production, name: Furnace, emits: {CO2: 5 kg}, uncertainty: {gsd2: 1.5}}]"
    found = th.portfolio([study_file(body)], samples=100)
    assert "no background database" in repr(found)
    assert found.pairs().height == found.rankings().height == found.databases().height == 0
