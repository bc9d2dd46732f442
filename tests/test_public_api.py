"""The dozen public names, as a person uses them in a notebook."""

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


def test_names_are_few_and_all_there():
    assert len(th.__all__) <= 12
    assert all(getattr(th, name) is not None for name in th.__all__)
    with pytest.raises(AttributeError):
        _ = th.nothing


def test_errors_are_one_tree():
    with pytest.raises(th.TanhengError) as caught:
        th.open("nowhere")
    assert caught.value.code == "TH-HOM-001"
    assert "nowhere" in caught.value.text("zh")
