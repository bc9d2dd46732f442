"""The benchmarks run, both sides give the same answers in them, and what lies apart is told."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.crosscheck

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
NO_USLCI = ("--uslci", "none")


@pytest.fixture
def part(monkeypatch):
    """A module of the benchmarks by its name."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    before = set(sys.modules)
    yield importlib.import_module
    for name in set(sys.modules) - before:
        if str(BENCHMARKS) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def run(tmp_path: Path, *words: str) -> list[dict]:
    out = tmp_path / "results.json"
    command = [sys.executable, str(BENCHMARKS / "run.py"), "--quick", *NO_USLCI, "--json", str(out), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(out.read_text(encoding="utf-8"))["rows"]


def test_opening_products_and_what_if_agree_with_a_direct_solve(tmp_path):
    """1,200 processes, so that the default strategy sweeps."""
    rows = run(tmp_path, "--processes", "1200", "--only", "opening", "products", "whatif")
    tasks = {row["task"] for row in rows}
    assert {"open.stored", "open.solved", "next.solved", "all1.stored", "all16.again", "whatif.all"} <= tasks
    assert all(row["ours"] > 0 and row["peer"] > 0 and row["against"] == "direct" for row in rows)
    assert max(row["accuracy"] for row in rows) < 1e-10


def test_monte_carlo_agrees_with_a_direct_solve_and_its_statistics_with_bw2calc(tmp_path):
    rows = run(tmp_path, "--processes", "1200", "--only", "montecarlo", "import")
    one = [row for row in rows if row["task"] == "mc.one"]
    assert len({row["peer_does"] for row in one}) == 4
    assert "standard errors apart" in one[0]["note"]
    assert {"mc.all", "mc.whole", "import", "memory.import"} <= {row["task"] for row in rows}
    assert max(row["accuracy"] for row in rows if row["task"] in ("mc.one", "mc.all")) < 1e-8
    assert all(row["ours"] > 20 for row in rows if row.get("unit") == "MB")


def test_growth_goes_through_snapshots_without_names(tmp_path):
    rows = run(tmp_path, "--only", "growth")
    small, large = (row for row in rows if row["task"] == "all1.solved")
    assert (small["case"], small["against"]) == ("s1000", "peer")
    assert (large["case"], large["against"], large.get("peer")) == ("s4000", "residual", None)
    assert max(small["accuracy"], large["accuracy"]) < 1e-10


def test_register_and_portfolio_hand_their_lines_over(tmp_path):
    rows = run(tmp_path, "--only", "register", "portfolio")
    tasks = {row["task"]: row for row in rows}
    assert {"register.first", "register.effect", "portfolio.product", "portfolio.whole"} <= set(tasks)
    assert tasks["register.effect"]["ratio"] > 0
    assert tasks["portfolio.product"]["accuracy"] < 1e-12
    assert all(row["ours"] > 0 for row in rows)


def test_a_synthetic_database_has_the_shape_that_it_is_calibrated_on():
    command = [sys.executable, str(BENCHMARKS / "synthetic.py"), "--processes", "3000"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "3000 processes" in told
    share = float(told.split("largest component ")[1].split("%")[0])
    assert 55 < share < 65


def test_flows_of_the_first_method_are_gases_and_scores_stay(part):
    cases = part("cases")
    case, made = cases.synthetic_case(1000), cases.generated(1000)
    plain = made.B.T @ made.C
    np.testing.assert_allclose(case.system.B.T @ case.C, plain, rtol=1e-12, atol=1e-12 * np.abs(plain).max())
    system = cases.uncertain(case.system)
    assert abs(system.deterministic.A - case.system.A).max() < 1e-12
    assert 0.75 < system.technosphere.uncertain.mean() < 0.85
    assert system.biosphere.uncertain.all()
    from tanheng.quantities import gwp_set

    methane = [i for i, (name, _) in enumerate(case.flows) if name == "Methane, fossil"]
    assert methane
    np.testing.assert_allclose(case.C[methane, 0], gwp_set().values["CH4", "fossil"])


def test_own_use_reaches_both_sides(part):
    """A diagonal below 1 is an exchange of a process with itself."""
    from scipy import sparse

    from tanheng.engine import System

    A = sparse.csc_array(np.array([[0.9, -0.2], [0.0, 1.0]]))
    system = part("cases").uncertain(System(A, sparse.csc_array(np.ones((1, 2)))))
    np.testing.assert_allclose(system.deterministic.A.toarray(), A.toarray())


def test_answers_that_lie_apart_fail_the_run(part):
    rows, runner = part("rows"), part("run")
    bench = type("Bench", (), {"rows": [
        rows.Row(task="all1.solved", case="s1", ours=1.0, accuracy=1e-7),
        rows.Row(task="mc.one", case="s1", ours=1.0, accuracy=1e-7),
        rows.Row(task="all1.solved", case="s1", ours=1.0, accuracy=float("nan")),
    ]})  # fmt: skip
    assert runner.wrong(bench) == ["all1.solved s1: 1.0e-07", "all1.solved s1: nan"]


def test_other_distributions_fail_the_run(part):
    montecarlo, rng = part("tasks.montecarlo"), np.random.default_rng(0)
    ours = rng.lognormal(0, 0.3, 1000)
    assert "standard errors" in montecarlo._agreement(np.append(ours, np.nan), rng.lognormal(0, 0.3, 100))
    for wrong in (rng.lognormal(0.3, 0.3, 100), rng.lognormal(0, 0.8, 100)):
        with pytest.raises(montecarlo.DisagreementError):
            montecarlo._agreement(ours, wrong)


def test_errors_are_relative_in_each_column_and_a_missing_answer_is_one(part):
    error = part("rows").error
    assert error([[1.0, 1e-6], [2.0, 2e-6]], [[1.0, 1e-6], [2.0, 2.2e-6]]) == pytest.approx(0.2 / 2.2)
    assert error([1.0, 1e-20], [1.0, 3e-20]) < 1e-7  # rounding noise of nothing
    assert np.isnan(error([1.0, np.nan], [1.0, 1.0]))


def test_a_side_that_fails_says_why(part):
    workers = part("workers")
    with workers.Worker("ours:Tanheng", threads=1) as worker:
        with pytest.raises(workers.CallError, match="no_such_method"):
            worker.call("no_such_method")
        assert worker.peak() > 10


def test_the_readme_shows_the_quickest_peer(part):
    tables = part("tables")
    machine = {
        "date": "2026-11-28",
        "cpu": "X",
        "cores": 2,
        "memory_gb": 8,
        "threads": 2,
        "versions": {"bw2calc": "3.1"},
    }
    cases = {"s23500": {"processes": 23500, "entries_of_A": 293866, "entries_of_B": 420000}}
    row = {"task": "mc.one", "case": "s23500", "ours": 0.000612, "accuracy": 2e-9, "against": "direct"}
    rows = [
        {**row, "peer": peer, "ratio": peer / 0.000612, "peer_does": way}
        for peer, way in ((0.5, "slow"), (0.08, "quick"))
    ]
    told = tables.shown({"machine": machine, "cases": cases, "rows": rows}, "en")
    assert "| 23,500 processes, 294 k non-zeros | 612 µs | 80.0 ms | 131 × | 2e-09 | quick |" in told
    assert "slow" not in told
    assert "23,500 个过程" in tables.shown({"machine": machine, "cases": cases, "rows": rows}, "zh")
    rows.append({"task": "something else", "case": "s1", "ours": 1.0})
    every = tables.every({"machine": machine, "cases": cases, "rows": rows})
    assert "slow" in every
    assert "something else" in every


def test_aims_say_what_was_missed(part):
    tables, row = part("tables"), {"case": "s23500", "ours": 0.001}
    fast = {**row, "task": "mc.one", "peer": 0.2, "ratio": 200.0}
    other = {**row, "task": "mc.one", "peer": 0.05, "ratio": 50.0}
    heavy = {**row, "task": "memory.import", "unit": "MB", "peer": 0.0005, "ratio": 0.5}
    told = tables.targets({"rows": [fast, heavy], "minutes": 12.0})
    assert "| 200 × | reached |" in told
    assert "0.5 × in the worst, import (s23500) | **behind** |" in told
    assert "| 12 minutes | reached |" in told
    assert "| 50 × | **behind** |" in tables.targets(
        {"rows": [fast, other], "minutes": None}
    )  # the quickest peer counts
    assert tables.targets({"rows": [], "minutes": None}) == ""


def test_published_results_have_every_line_of_the_readme(part):
    tables = part("tables")
    published = tables.read()
    there = {(row["task"], row["case"]) for row in published["rows"]}
    assert set(tables.SHOWN) <= there
    assert {tables.theme(task) for task in tables.TASKS} <= {
        begin for begins in tables.THEMES.values() for begin in begins
    }
    assert part("run").wrong(type("Bench", (), {"rows": [_Row(row) for row in published["rows"]]})) == []


class _Row:
    """A published line as the runner has it."""

    def __init__(self, row: dict) -> None:
        self.task, self.case, self.accuracy = row["task"], row["case"], row.get("accuracy")


def test_reading_beside_bw2io_finds_the_same_exchanges(tmp_path):
    """Twenty made-up data sets: what both sides count, and that an import reads no more than changed (else it stops)."""
    out = tmp_path / "importing.json"
    words = ("--datasets", "20", "--shared", "none", "--json", str(out))
    command = [sys.executable, str(BENCHMARKS / "importing.py"), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = json.loads(out.read_text(encoding="utf-8"))
    assert {line["task"] for line in lines} == {
        "read, all cores",
        "read, one process",
        "import",
        "import again",
        "import, 10 files changed",
        "read",
    }
    beside = [line["note"] for line in lines if line.get("peer")]
    assert len(beside) == 6
    assert all("20 processes, 700 exchanges" in note for note in beside)
    assert "failed" not in done.stdout
