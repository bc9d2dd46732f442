"""Samples of background products as a person holds them in Python."""

from __future__ import annotations

import numpy as np
import pytest

import tanheng as th
from tanheng.errors import InventoryError
from tanheng.inventory.model import Distribution, Uncertainty
from tanheng.storage import Home
from tanheng.testing import database, process


@pytest.fixture
def mini(tmp_path):
    spread = {"Power": Uncertainty(Distribution.LOGNORMAL, scale=1.3)}
    home = Home.at(tmp_path / "home")
    home.add(
        database(
            "mini",
            process("Power", "1 kWh", emits={"CO2": "0.9 kg"}),
            process("Steel", "1 kg", takes={"Power": "2 kWh"}, emits={"CO2": "1 kg"}, uncertainty=spread),
            process("Screws <M4>", "1 kg", takes={"Steel": "1.1 kg"}),
        ),
        source="test",
    )
    return th.open("mini", home=home.path)


def test_one_product_says_all_four_figures_and_why_they_differ(mini):
    shown = repr(mini.uncertainty("Steel", samples=1_000))
    for word in (
        "2.8 kg CO2e / kg",
        "median",
        "mean",
        "95 %",
        "covers 64%",
        "lean to high values",
        "1000 samples, seed 1",
    ):
        assert word in shown


def test_several_products_and_all(mini):
    both = mini.uncertainty(["Screws <M4>", "Steel"], samples=200)
    assert both.samples.shape == (2, 200)
    assert both.table()["name"].to_list() == ["Screws <M4>", "Steel"]
    assert both.probability_lower("Steel", "Screws <M4>") == 1.0
    assert both.compare("Steel", "Screws <M4>").difference == pytest.approx(-0.28)
    assert np.array_equal(both.of("Steel"), both.samples[1])
    assert both.quantiles().filter(both.quantiles()["name"] == "Steel")["value"].is_sorted()
    assert mini.uncertainty(samples=100).samples.shape == (3, 100)


def test_html_is_a_table_and_escaped(mini):
    shown = mini.uncertainty("Screws <M4>", samples=100)._repr_html_()
    assert "<td>Screws &lt;M4&gt;</td>" in shown
    assert "<M4>" not in shown


def test_samples_are_kept_where_there_is_a_data_directory(mini):
    first = mini.uncertainty("Steel", samples=160)
    again = mini.uncertainty("Steel", samples=320)
    assert (first.value.kept, again.value.kept) == (0, 160)
    assert np.array_equal(again.samples[:, :160], first.samples)
    in_memory = th.Background(mini.snapshot).uncertainty("Steel", samples=320)
    assert in_memory.value.kept == 0
    assert np.array_equal(in_memory.samples, again.samples)


def test_stopping_says_what_is_kept(mini):
    def stop(done, total):
        if done >= 32:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt, match="32 of 1000 samples are kept in"):
        mini.uncertainty("Steel", progress=stop)


def test_a_product_that_was_not_sampled_is_refused(mini):
    with pytest.raises(InventoryError, match="TH-INV-063"):
        mini.uncertainty("Steel", samples=100).of("Power")
    with pytest.raises(InventoryError, match="TH-INV-062"):
        mini.uncertainty([], samples=100)
