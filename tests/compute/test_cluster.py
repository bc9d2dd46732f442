"""Work on a Ray cluster of three workers on this machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from tests.compute.conftest import GROUPS, descendants, workers

from tanheng.compute import Cluster, crew
from tanheng.errors import ComputeError, EngineError

pytestmark = pytest.mark.ray
ray = pytest.importorskip("ray")


@pytest.fixture(scope="module")
def cluster():
    with Cluster("local", workers=3) as made:
        yield made


@pytest.fixture
def slow():
    """Work that takes a while. It travels with its code, because this file cannot be imported by workers."""

    def work(number):
        time.sleep(0.05)
        return number

    return work


def test_the_same_bits_as_here(cluster, sampler, same):
    same(list(cluster.run(sampler.group, GROUPS)))
    assert len(set(cluster.processes)) == 3
    assert os.getpid() not in {process for _, process in cluster.processes}


def test_the_same_bits_in_any_order_and_in_parts(cluster, sampler, same):
    shuffled = np.random.default_rng(1).permutation(GROUPS).tolist()
    same(
        [made for part in (shuffled[:11], shuffled[11:12], shuffled[12:]) for made in cluster.run(sampler.group, part)]
    )


def test_two_runs_at_once_do_not_mix(cluster, sampler, same):
    one, two = cluster.run(sampler.group, GROUPS), cluster.run(lambda number: -number, range(40))
    made, negative = [next(one)], [next(two)]
    made += one
    negative += two
    same(made)
    assert sorted(negative) == [(number, -number) for number in range(40)]


def test_no_numbers_no_work(cluster):
    sent = cluster.sent
    assert list(cluster.run(abs, [])) == []
    assert cluster.sent == sent


def test_the_work_is_pickled_once_and_its_arrays_are_shared(cluster, tmp_path):
    np.save(tmp_path / "stored.npy", np.arange(100_000.0))

    class Work:
        pickled = 0

        def __init__(self):
            self.arrays = {
                "plain": np.arange(200_000.0),
                "by column": np.asfortranarray(np.ones((500, 400))),
                "mapped": np.load(tmp_path / "stored.npy", mmap_mode="r"),
            }

        def __getstate__(self):
            type(self).pickled += 1
            return {"arrays": self.arrays}

        def __call__(self, number):
            found = []
            for name, array in self.arrays.items():
                address = array.ctypes.data
                for line in Path("/proc/self/maps").read_text().splitlines():
                    first, last = (int(end, 16) for end in line.split()[0].split("-"))
                    if first <= address < last:
                        memory = " ".join(line.split()[3:6])
                found.append(
                    (name, type(array), array.flags.owndata, array.flags.writeable, memory, float(array.sum()))
                )
            time.sleep(0.02)
            return os.getpid(), tuple(found)

    work, before = Work(), cluster.sent
    made = [result for _, result in cluster.run(work, range(30))]
    processes, found = {process for process, _ in made}, {arrays for _, arrays in made}
    assert Work.pickled == 1
    assert len(processes) == 3
    assert len(found) == 1, "every worker sees the same memory"
    for (_, kind, owned, writeable, memory, total), array in zip(next(iter(found)), work.arrays.values(), strict=True):
        assert (kind, owned, writeable, total) == (np.ndarray, False, False, array.sum())
        assert "plasma" in memory
    size = sum(array.nbytes for array in work.arrays.values())
    assert size < cluster.sent - before < size + 20_000


def test_results_are_ones_own_memory(cluster):
    made = dict(cluster.run(lambda number: np.full(50_000, float(number)), range(4)))
    for number, array in made.items():
        array[0] += 1
        assert (array[0], array[-1]) == (number + 1, number)


@pytest.mark.parametrize("error", [KeyError("what", 3), EngineError("TH-ENG-022", kernel="quick", known="fast, plain")])
def test_an_exception_of_a_piece_is_raised_as_it_is(cluster, error):
    def work(number):
        if number == 3:
            raise error
        return number

    with pytest.raises(type(error)) as caught:
        list(cluster.run(work, range(20)))
    assert type(caught.value) is type(error)
    assert str(caught.value) == str(error)
    if not isinstance(error, EngineError):
        assert "in work" in caught.value.__notes__[0]  # where in the worker


def test_a_worker_killed_in_the_middle_changes_nothing(cluster, sampler, same, capfd):
    def work(number):
        time.sleep(0.02)
        return sampler.group(number)

    made, lost = [], cluster._crew.lost
    for number, group in cluster.run(work, GROUPS):
        made.append((number, group))
        if len(made) in (4, 9):
            os.kill(cluster.processes[0][1], signal.SIGKILL)
    same(made)
    assert cluster._crew.lost == lost + 2
    same(list(cluster.run(sampler.group, GROUPS)))
    assert len(cluster._crew.members) == 3
    assert capfd.readouterr() == ("", "")  # nothing of it on the screen


def test_a_piece_that_ends_every_worker_is_given_up(cluster):
    def work(number):
        if number == 7:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    done = []
    with pytest.raises(ComputeError, match=r"^TH-CMP-005: Piece 7 was lost with its worker 4 times") as error:
        done += cluster.run(work, range(2_000))
    assert error.value.faults[0].params["total"] == 2_000
    assert sorted(cluster.run(abs, range(5))) == [(number, number) for number in range(5)]


def test_workers_that_are_killed_as_they_come_end_in_an_error(cluster, slow):
    """Whether the first thing that runs out is a place for workers or a piece that they had."""
    stop = threading.Event()

    def killing():
        while not stop.wait(0.02):
            for process in workers():
                os.kill(process, signal.SIGKILL)

    killer = threading.Thread(target=killing)
    killer.start()
    try:
        with pytest.raises(ComputeError) as error:
            list(cluster.run(slow, range(1_000)))
    finally:
        stop.set()
        killer.join()
    assert error.value.code in ("TH-CMP-004", "TH-CMP-005")
    assert error.value.faults[0].params["total"] == 1_000
    assert error.value.faults[0].params["done"] < 1_000
    assert error.value.faults[0].params["reason"].startswith("The actor is dead because")


def test_closing_ends_what_is_at_work(cluster, slow):
    made = cluster.run(slow, range(1_000))
    assert len(list(islice(made, 5))) == 5
    at_work = {process for _, process in cluster.processes}
    made.close()
    assert not at_work & {process for _, process in cluster.processes}
    assert sorted(cluster.run(abs, range(5))) == [(number, number) for number in range(5)]


def test_a_worker_of_another_version_is_refused(cluster, slow, monkeypatch):
    cluster._crew.dismiss(list(cluster._crew.members))  # so that workers have to start anew
    ours = crew.versions()
    monkeypatch.setattr(crew, "versions", lambda: {**ours, "tanheng": "0.0.1", "python": "3.9"})
    with pytest.raises(ComputeError) as error:
        list(cluster.run(slow, range(10)))
    params = error.value.faults[0].params
    assert error.value.code == "TH-CMP-003"
    assert params["node"] == socket.gethostname()
    assert params["differences"] == f"tanheng {ours['tanheng']} ≠ 0.0.1, python {ours['python']} ≠ 3.9"


def test_a_cluster_that_is_full_is_told(cluster, slow):
    while len(cluster.processes) < 3:
        assert len(list(cluster.run(slow, range(20)))) == 20
    with (
        Cluster("auto", patience=2) as another,
        pytest.raises(ComputeError, match=r"^TH-CMP-006: .*3 processors, of which 0 are free") as error,
    ):
        list(another.run(slow, range(10)))
    assert error.value.faults[0].params["done"] == 0
    assert len(list(cluster.run(slow, range(20)))) == 20


def test_one_process_has_one_connection(cluster):
    with pytest.raises(ComputeError) as error, Cluster("local", workers=1):
        pass
    assert error.value.code == "TH-CMP-010"


def test_ports_are_closed_to_other_machines(cluster):
    """What this process and the cluster's listen on is bound to the loopback interface."""
    own = {os.getpid(), *descendants(os.getpid())}
    sockets = set()
    for process in own:
        for link in Path(f"/proc/{process}/fd").glob("*"):
            target = str(link.readlink()) if link.is_symlink() else ""
            if target.startswith("socket:"):
                sockets.add(target[8:-1])
    listening = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            words = line.split()
            if words[3] == "0A" and words[9] in sockets:
                listening.append(words[1].rpartition(":")[0])
    loopback = {"0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F"}
    assert len(listening) > 3
    assert set(listening) <= loopback


def test_a_cluster_is_only_for_who_has_its_token(cluster):
    """Another process of this machine that knows the port, but not the token."""
    port = cluster._crew.ray.get_runtime_context().gcs_address.rpartition(":")[2]
    asked = f"from ray._raylet import GcsClient; print(GcsClient(address='127.0.0.1:{port}').get_all_node_info())"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    refused = subprocess.run(
        [sys.executable, "-c", asked], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert refused.returncode
    assert "AuthToken" in refused.stderr
