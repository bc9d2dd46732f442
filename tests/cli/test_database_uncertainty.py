"""``tanheng db uncertainty`` and ``tanheng db runs`` as a user sees them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import openpyxl
import orjson
import polars as pl
import pytest

from tanheng.inventory.model import Distribution, Uncertainty
from tanheng.storage import Home
from tanheng.testing import database, process


@pytest.fixture
def home(tmp_path):
    """The database ``mini``: power varies, and so does what steel takes of it; a ring that may eat what it makes."""
    made = Home.at(tmp_path / "home")
    spread = Uncertainty(Distribution.LOGNORMAL, scale=1.3)
    made.add(
        database(
            "mini",
            process("Power", "1 kWh", emits={"CO2": "0.9 kg"}, uncertainty={"CO2": spread}),
            process("Steel", "1 kg", takes={"Power": "2 kWh"}, emits={"CO2": "1 kg"}, uncertainty={"Power": spread}),
            process("Screws", "1 kg", takes={"Steel": "1.1 kg"}),
            process("Open steel", "1 kg", takes={"Steel": "1 kg", "Ghost": "1 kg"}),
            process("Ring", "1 kg", takes={"Ring": "0.8 kg", "Steel": "1 kg"}, uncertainty={"Ring": spread}),
            process("Slag", "1 kg", emits={"CO2": "1 kg"}),
            process(
                "Slip",
                "1 kg",
                takes={"Slag": "0.001 kg"},
                uncertainty={"Slag": Uncertainty(Distribution.UNIFORM, minimum=0.0, maximum=2.0)},
            ),
        ),
        source="test",
    )
    return made


def test_a_screen_has_all_four_figures_and_why_they_differ(tanheng, home):
    shown = tanheng("db", "uncertainty", "mini", "Steel")
    assert shown.code == 0
    for word in ("deterministic", "median", "mean", "95 % interval", "covered", "2.8", "1 000 samples (seed 1)"):
        assert word in shown.out
    assert "lean to high values" in shown.out
    assert "100 %" not in shown.out
    assert "64 %" in shown.out


def test_the_screen_in_chinese(tanheng, home):
    shown = tanheng("db", "uncertainty", "mini", "Steel", "Open steel", "--lang", "zh")
    for word in ("计算值", "中位数", "均值", "95 % 区间", "覆盖", "≥ 2.8", "供应链有缺失", "分布偏向高值"):
        assert word in shown.out


def test_nothing_uncertain_is_said_plainly(tanheng, home):
    shown = tanheng("db", "uncertainty", "mini", "Slag")
    assert "no amount behind it has a distribution" in shown.out


def test_a_distribution_far_from_its_amount_is_named(tanheng, home):
    shown = tanheng("db", "uncertainty", "mini", "Slip")
    assert "Slip ← Slag (1 000 times)" in " ".join(shown.out.split())
    assert "slip of units" not in tanheng("db", "uncertainty", "mini", "Steel").out
    far = tanheng("db", "uncertainty", "mini", "Slip", "--json").json["distributions"]["far"]
    assert far == [{"process": "Slip", "input": "Slag", "ratio": pytest.approx(1000.0)}]


def test_samples_without_a_footprint_are_told_with_their_share(tanheng, home):
    found = tanheng("db", "uncertainty", "mini", "Ring", "--json").json
    lost = found["products"][0]["unproductive"]
    assert 50 < lost < 500
    assert found["unproductive"] == lost
    shown = tanheng("db", "uncertainty", "mini", "Ring")
    assert f"in {lost} of 1 000 samples ({lost / 10:.1f} %) a loop consumes all that it makes" in shown.out


def test_comparison_on_the_screen(tanheng, home):
    shown = tanheng("db", "uncertainty", "mini", "Steel", "--compare", "Screws")
    assert "a − b = −0.28 kg CO2e/kg" in shown.out
    assert "a is lower than b with a probability of > 99.9 %" in shown.out
    pair = tanheng("db", "uncertainty", "mini", "Screws", "--compare", "Steel", "--json").json["comparison"]
    assert (pair["a"], pair["b"], pair["probability_lower"]) == ("Screws", "Steel", 0.0)
    missing = tanheng("db", "uncertainty", "mini", "Steel", "--compare", "Open steel")
    assert "no probability can be told" in missing.out
    assert "Ghost" in missing.out


def sheet(path):
    rows = list(openpyxl.load_workbook(path, read_only=True).active.values)
    return pl.DataFrame(rows[1:], schema=list(rows[0]), orient="row")


@pytest.mark.parametrize("ending", ["parquet", "csv", "xlsx"])
def test_all_products_as_a_table(tanheng, home, tmp_path, ending):
    out = tmp_path / f"all.{ending}"
    shown = tanheng("db", "uncertainty", "mini", "--all", "--samples", "200", "--out", str(out))
    assert shown.code == 0
    assert f"→ {out}" in shown.out.replace("\n", "")
    read = {"parquet": pl.read_parquet, "csv": pl.read_csv, "xlsx": sheet}[ending](out)
    assert read["name"].to_list() == home.snapshot("mini").products["name"].to_list()
    row = read.row(by_predicate=pl.col("name") == "Screws", named=True)
    assert row["deterministic"] == pytest.approx(3.08)
    assert row["low"] < row["q25"] < row["median"] < row["q75"] < row["high"]
    assert row["samples"] == 200


def test_what_is_kept_is_gone_on_with_and_said(tanheng, home):
    few = tanheng("db", "uncertainty", "mini", "Steel", "--samples", "160", "--json").json
    many = tanheng("db", "uncertainty", "mini", "Steel", "--samples", "320", "--json")
    assert "goes on from" not in many.out
    assert (few["run"]["kept"], many.json["run"]["kept"]) == (0, 160)
    again = tanheng("db", "uncertainty", "mini", "Steel", "--samples", "320")
    assert "320 of 320 samples were there from before" in again.out


def test_runs_are_listed_and_removed(tanheng, home):
    assert "no samples are kept" in tanheng("db", "runs").out
    tanheng("db", "uncertainty", "mini", "Steel", "--samples", "160")
    tanheng("db", "uncertainty", "mini", "--all", "--samples", "100", "--seed", "7")
    found = tanheng("db", "runs", "--json").json
    assert {(run["products"] == "all", run["seed"], run["samples"]) for run in found} == {
        (True, 7, 112),
        (False, 1, 160),
    }
    assert all(run["in_use"] and run["size"] > 0 for run in found)
    shown = tanheng("db", "runs").out
    assert "Steel" in shown
    assert "all" in shown
    removed = tanheng("db", "runs", "--delete", found[0]["id"])
    assert "removed 1 run" in removed.out
    assert [run["id"] for run in tanheng("db", "runs", "--json").json] == [found[1]["id"]]
    unknown = tanheng("db", "runs", "--delete", "zzz")
    assert unknown.code == 1
    assert "TH-HOM-020" in unknown.err
    assert tanheng("db", "runs", "--delete", "all").code == 0
    assert tanheng("db", "runs", "--json").json == []


def test_a_run_of_a_database_that_was_imported_anew_is_outdated(tanheng, home):
    tanheng("db", "uncertainty", "mini", "Slag", "--samples", "100")
    home.add(database("mini", process("Slag", "1 kg", emits={"CO2": "2 kg"})), source="test")
    assert "outdated" in tanheng("db", "runs").out


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ((), 2, "PRODUCT"),
        (("Steel", "--all"), 2, "PRODUCT"),
        (("Steel", "Screws", "--compare", "Slag"), 2, "--compare"),
        (("--all", "--compare", "Slag"), 2, "--compare"),
        (("Steel", "--kernel", "quick"), 2, "--kernel"),
        (("Steel", "--threads", "0"), 2, "--threads"),
        (("Steel", "--samples", "0"), 1, "TH-INV-060"),
        (("Nothing like it",), 1, "TH-INV-020"),
        (("Steel", "--compare", "Power"), 1, "TH-INV-061"),
        (("Steel", "--out", "figures.pdf"), 1, "TH-INV-030"),
        (("Steel", "--out", "nowhere/figures.csv"), 2, "--out"),
        (("Steel", "--method", "AR9"), 1, "TH-QTY"),
    ],
)
def test_bad_input_is_told_before_any_work(tanheng, home, words, code, told):
    refused = tanheng("db", "uncertainty", "mini", *words)
    assert refused.code == code
    assert told in refused.err
    assert not (home.path / "runs").exists()


def test_ctrl_c_keeps_what_is_done_and_the_same_command_goes_on(home, tmp_path):
    words = [sys.executable, "-m", "tanheng.cli", "db", "uncertainty", "mini", "--all", "--json", "--samples"]
    env = {**os.environ, "TANHENG_HOME": str(home.path), "TANHENG_LANG": "en"}
    stopped = subprocess.Popen([*words, "1000000"], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not list(home.path.glob("runs/*/*.npy")):  # the first block: some seconds of work
        assert stopped.poll() is None
        time.sleep(0.05)
    stopped.send_signal(signal.SIGINT)
    out, err = stopped.communicate(timeout=60)
    assert stopped.returncode == 130
    assert out == ""
    assert "Traceback" not in err
    assert "of 1 000 000 samples are kept" in err
    assert "the same command goes on from there" in err
    left = list(home.path.rglob("*writing*"))
    assert left == []
    kept = orjson.loads(subprocess.run([*words[:4], "runs", "--json"], env=env, capture_output=True, check=True).stdout)
    assert kept[0]["samples"] >= 160
    on = subprocess.run([*words, "1000"], env=env, capture_output=True, check=True)
    fresh = {**env, "TANHENG_HOME": str(tmp_path / "fresh")}
    (tmp_path / "fresh").mkdir()
    for name in ("databases", "snapshots"):
        (tmp_path / "fresh" / name).symlink_to(home.path / name)
    whole = subprocess.run([*words, "1000"], env=fresh, capture_output=True, check=True)
    one, other = orjson.loads(on.stdout), orjson.loads(whole.stdout)
    assert one["run"]["kept"] >= 160
    assert other["run"]["kept"] == 0
    assert one["products"] == other["products"]
    assert one["unproductive"] == other["unproductive"] > 0


@pytest.mark.ray
def test_workers_of_a_cluster_give_the_same_bits(home, tmp_path):
    pytest.importorskip("ray")
    words = [sys.executable, "-m", "tanheng.cli", "db", "uncertainty", "mini", "Steel", "Ring", "--samples", "320"]
    env = {**os.environ, "TANHENG_HOME": str(home.path)}
    runs = []
    for place in (("--threads", "2"), ("--cluster", "local", "--threads", "2")):
        done = subprocess.run([*words, "--json", *place], env=env, capture_output=True, check=True)
        runs.append(orjson.loads(done.stdout))
        assert runs[-1]["run"]["kept"] == 0
        for block in home.path.glob("runs/*/[0-9a-f]*"):
            block.unlink()
    assert runs[0]["products"] == runs[1]["products"]
    assert runs[0]["escalated"] == runs[1]["escalated"] > 0
