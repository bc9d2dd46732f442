"""Runs of Monte Carlo that are kept: stopped, killed, damaged, cut short by a full disk, and gone on with."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from tanheng.compute.here import Here
from tanheng.errors import HomeError
from tanheng.inventory import compile_database, freeze
from tanheng.inventory.model import Distribution, Uncertainty
from tanheng.inventory.uncertainty.montecarlo import Stopped, monte_carlo
from tanheng.quantities import gwp_set
from tanheng.storage.runs import RunFolder
from tanheng.testing import database, process


@pytest.fixture
def snapshot(tmp_path):
    spread = Uncertainty(Distribution.LOGNORMAL, scale=1.3)
    return freeze(
        compile_database(
            database(
                "kept",
                process("Power", "1 kWh", emits={"CO2": "0.9 kg"}, uncertainty={"CO2": spread}),
                process("Steel", "1 kg", takes={"Power": "2 kWh"}, uncertainty={"Power": spread}),
                process("Ring", "1 kg", takes={"Ring": "0.7 kg", "Steel": "1 kg"}, uncertainty={"Ring": spread}),
            )
        ),
        tmp_path / "snapshots",
    )


@pytest.fixture
def runs(tmp_path):
    return RunFolder(tmp_path / "runs", seconds=0.0)


def sample(snapshot, samples, runs=None, **more):
    return monte_carlo(snapshot, range(3), samples=samples, compute=Here(2), runs=runs, **more)


def blocks(runs):
    return sorted(runs.path.glob("*/[0-9a-f]*.json"))


def test_a_stopped_run_goes_on_where_it_stopped_with_the_same_bits(snapshot, runs):
    def stop(done, total):
        if done >= 320:
            raise KeyboardInterrupt

    with pytest.raises(Stopped) as stopped:
        sample(snapshot, 1_000, runs, progress=stop)
    assert stopped.value.kept == 320
    assert stopped.value.place.startswith(str(runs.path))
    seen = []
    found = sample(snapshot, 1_000, runs, progress=lambda done, total: seen.append(done))
    assert found.kept == 320
    assert seen[:2] == [320, 336]
    assert seen[-1] == 1_000
    whole = sample(snapshot, 1_000)
    assert np.array_equal(found.values, whole.values, equal_nan=True)
    assert (found.unproductive, found.escalated, found.sweeps) == (whole.unproductive, whole.escalated, whole.sweeps)
    assert np.isnan(found.values).any()


def test_what_waits_is_written_when_work_stops(snapshot, tmp_path):
    """Nothing is written for an hour, but at the end."""
    runs = RunFolder(tmp_path / "runs", seconds=3_600.0)

    def stop(done, total):
        assert blocks(runs) == []
        if done >= 160:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        sample(snapshot, 1_000, runs, progress=stop)
    assert len(blocks(runs)) == 1
    assert sample(snapshot, 1_000, runs).kept == 160


def test_more_samples_use_those_that_are_there(snapshot, runs):
    assert sample(snapshot, 160, runs).kept == 0
    more = sample(snapshot, 400, runs)
    assert more.kept == 160
    assert np.array_equal(more.values, sample(snapshot, 400).values, equal_nan=True)
    again = sample(snapshot, 100, runs)
    assert again.kept == 100
    assert np.array_equal(again.values, more.values[:, :100], equal_nan=True)


def test_a_finished_run_is_read_without_a_plan_or_a_kernel(snapshot, runs, monkeypatch):
    first = sample(snapshot, 160, runs)
    monkeypatch.setattr("tanheng.inventory.uncertainty.montecarlo.plan", None)
    again = sample(snapshot, 160, runs)
    assert again.kept == 160
    assert np.array_equal(again.values, first.values, equal_nan=True)
    assert again.document()["products"] == first.document()["products"]


@pytest.mark.parametrize("other", [{"seed": 2}, {"gwp": gwp_set("AR5")}, {"kernel": "plain"}])
def test_other_samples_are_another_run(snapshot, runs, other):
    sample(snapshot, 100, runs)
    assert sample(snapshot, 100, runs, **other).kept == 0
    assert len(runs.all()) == 2
    one = monte_carlo(snapshot, [0], samples=100, compute=Here(1), runs=runs)
    assert one.kept == 0


KILLED = """
import sys
from pathlib import Path
from tanheng.compute.here import Here
from tanheng.inventory import Snapshot
from tanheng.inventory.uncertainty.montecarlo import monte_carlo
from tanheng.storage.runs import RunFolder
snapshot, runs = Snapshot.open(Path(sys.argv[1])), RunFolder(Path(sys.argv[2]), seconds=0.0)
monte_carlo(snapshot, range(3), samples=1_000_000, compute=Here(2), runs=runs)
"""


def test_a_killed_run_goes_on_with_what_was_written(snapshot, runs):
    killed = subprocess.Popen([sys.executable, "-c", KILLED, str(snapshot.path), str(runs.path)])
    try:
        while len(blocks(runs)) < 12:
            assert killed.poll() is None
            time.sleep(0.01)
    finally:
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    found = sample(snapshot, 1_000, runs)
    assert found.kept >= 12 * 16
    assert found.damaged == 0
    assert np.array_equal(found.values, sample(snapshot, 1_000).values, equal_nan=True)


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    "damage",
    [
        lambda record, values: flip(values),
        lambda record, values: flip(record),
        lambda record, values: values.unlink(),
        lambda record, values: values.write_bytes(values.read_bytes()[:-100]),
        lambda record, values: record.write_bytes(b""),
    ],
    ids=["a bit of the values", "a bit of the record", "no values", "half of the values", "an empty record"],
)
def test_a_damaged_block_is_told_and_drawn_again(snapshot, runs, damage):
    first = sample(snapshot, 320, runs)
    record = blocks(runs)[3]
    import orjson

    damage(record, record.with_name(orjson.loads(record.read_bytes())["values"] + ".npy"))
    again = sample(snapshot, 320, runs)
    assert again.damaged == 1
    assert again.kept == 304
    assert np.array_equal(again.values, first.values, equal_nan=True)
    assert again.document()["run"]["damaged"] == 1
    assert sample(snapshot, 320, runs).damaged == 0


def test_a_damaged_head_is_written_again(snapshot, runs):
    first = sample(snapshot, 160, runs)
    head = next(runs.path.glob("*/run.json"))
    before = head.read_bytes()
    head.write_bytes(b"{")
    more = sample(snapshot, 320, runs)
    assert head.read_bytes() == before
    assert np.array_equal(more.values[:, :160], first.values, equal_nan=True)


def test_a_full_disk_leaves_no_half_file_and_what_was_there(snapshot, tmp_path):
    """A file may grow to 6 kB only: run.json and a small block fit, a large one does not."""
    small, large = RunFolder(tmp_path / "runs", seconds=0.0), RunFolder(tmp_path / "runs", seconds=3_600.0)
    sample(snapshot, 160, small)
    before = sorted(path.name for path in small.path.rglob("*"))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (6_000, limits[1]))
    try:
        with pytest.raises(OSError, match=r"File too large|requested and"):
            sample(snapshot, 2_000, large)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert sorted(path.name for path in small.path.rglob("*")) == before
    assert sample(snapshot, 160, large).kept == 160


def test_samples_that_the_disk_has_no_room_for_are_refused_before_any_work(tmp_path):
    runs = RunFolder(tmp_path / "not there yet" / "runs")
    with runs.open({"snapshot": "sha256:0"}, 10**12) as run:
        run.expect(0)
        with pytest.raises(HomeError, match="TH-HOM-022"):
            run.expect(1_000)
    assert not runs.path.exists()


def test_runs_are_listed_with_their_size_and_removed(snapshot, runs):
    sample(snapshot, 160, runs)
    sample(snapshot, 100, runs, seed=2)
    listed = {run.identity["seed"]: run for run in runs.all()}
    assert {seed: run.samples for seed, run in listed.items()} == {"1": 160, "2": 112}
    assert listed["1"].size == sum(path.stat().st_size for path in listed["1"].path.iterdir())
    assert listed["1"].identity["products"] == "all"
    removed = runs.delete(listed["1"].id)
    assert removed == listed["1"]
    assert not removed.path.exists()
    assert [run.identity["seed"] for run in runs.all()] == ["2"]


@pytest.mark.parametrize("id", ["", "zzz"])
def test_removing_an_unknown_run_is_refused(snapshot, runs, id):  # noqa: A002 - as the folder calls it
    sample(snapshot, 100, runs)
    with pytest.raises(HomeError) as refused:
        runs.delete(id)
    assert refused.value.code == "TH-HOM-020"
    assert runs.all()[0].id in refused.value.text("en")


def test_samples_of_a_removed_run_are_told_to_be_gone(snapshot, runs):
    found = sample(snapshot, 100, runs)
    runs.delete(runs.all()[0].id)
    with pytest.raises(HomeError, match="TH-HOM-021"):
        _ = found.values
