"""Clusters that others have started, and what is left of one's own."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.compute.conftest import GROUPS, command, descendants

from tanheng.compute import Cluster
from tanheng.errors import ComputeError

pytestmark = pytest.mark.ray
pytest.importorskip("ray")

ENDLESS = """
import time
from tanheng.compute import Cluster

def work(number):
    time.sleep(0.05)
    return number

with Cluster("local", workers=2) as cluster:
    for number, _ in cluster.run(work, range(1_000_000)):
        print(number, flush=True)
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def alive(processes):
    """Those that still run; waits a while for all to end."""
    for _ in range(200):
        left = [process for process in processes if command(process)]
        if not left:
            break
        time.sleep(0.1)
    return left


@pytest.fixture
def head(monkeypatch, tmp_path_factory):
    """A cluster of two processors that is not ours, closed to other machines: its addresses."""
    monkeypatch.setenv("RAY_AUTH_MODE", "token")
    monkeypatch.setenv("RAY_AUTH_TOKEN", secrets.token_hex(32))
    store, client = free_port(), free_port()
    folder = tmp_path_factory.getbasetemp().parent / f"r{os.getpid()}"  # a short name, for Ray's sockets
    words = [
        *(sys.executable, "-m", "ray.scripts.scripts", "start", "--head", "--block", "--num-cpus=2"),
        *("--include-dashboard=false", "--disable-usage-stats", "--node-ip-address=127.0.0.1", f"--temp-dir={folder}"),
        *(f"--port={store}", f"--ray-client-server-port={client}"),
    ]
    environment = {
        **os.environ,
        "HOME": str(folder),
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # loopback only
        "GRPC_ENABLE_FORK_SUPPORT": "0",  # docs/scale.md
    }
    with subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as started:
        try:
            for port in (store, client):
                for _ in range(600):
                    with socket.socket() as probe:
                        if probe.connect_ex(("127.0.0.1", port)) == 0:
                            break
                    time.sleep(0.1)
            yield {"store": f"127.0.0.1:{store}", "client": f"ray://127.0.0.1:{client}"}
        finally:
            below = descendants(started.pid)
            started.terminate()
            started.wait(60)
            for process in alive(below):
                os.kill(process, signal.SIGKILL)
            shutil.rmtree(folder, ignore_errors=True)


def test_the_same_bits_on_a_cluster_that_is_there_already(head, sampler, same, monkeypatch):
    pytest.importorskip("grpc", reason="ray:// needs ray[client]")
    for address in (head["store"], head["client"]):
        with Cluster(address) as cluster:
            assert cluster.processors == 2
            same(list(cluster.run(sampler.group, GROUPS)))
            assert cluster.sent > 0
    monkeypatch.setenv("RAY_ADDRESS", head["store"])
    same(list(Cluster("auto", workers=1).run(sampler.group, GROUPS)))
    assert os.environ["RAY_ADDRESS"] == head["store"]


@pytest.mark.parametrize("address", ["127.0.0.1:{}", "ray://127.0.0.1:{}", "nowhere.invalid:{}", "nonsense"])
def test_a_cluster_that_is_not_there_is_told(address):
    address = address.format(free_port())
    with pytest.raises(ComputeError, match=r"docs/scale\.md") as error:
        list(Cluster(address).run(abs, [1]))
    assert error.value.code == "TH-CMP-002"
    assert error.value.faults[0].params["address"] == address


def test_an_end_leaves_nothing(tmp_path):
    """Ctrl-C reaches all processes of a terminal. After a kill nobody tidies up; Ray's own agents take a minute to see it."""
    script = tmp_path / "endless.py"
    script.write_text(ENDLESS, encoding="utf-8")
    words = [sys.executable, script]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "start_new_session": True}
    environment = {**os.environ, "HOME": str(tmp_path / "home")}
    with ExitStack() as stack:
        started = [stack.enter_context(subprocess.Popen(words, env=environment, **pipes)) for _ in range(3)]
        for one in started:
            stack.callback(one.kill)
        below, folders = {}, {}
        for one in started:
            assert one.stdout.readline().strip().isdigit()
            below[one] = descendants(one.pid)
            (folders[one],) = (path.parents[1] for path in Path("/tmp").glob(f"tanheng-*/ray/session_*_{one.pid}"))  # noqa: S108
            stack.callback(shutil.rmtree, folders[one], ignore_errors=True)
            assert any(command(process).startswith("ray::Worker") for process in below[one])
            assert folders[one].stat().st_mode & 0o077 == 0
        interrupted, ended, killed = started
        below[killed] = [process for process in below[killed] if "Agent" not in command(process)]
        os.killpg(interrupted.pid, signal.SIGINT)
        ended.terminate()
        killed.kill()
        for one in started:
            said, complained = one.communicate(timeout=60)
            assert all(word.isdigit() for word in said.split())
            assert complained.rstrip().endswith("KeyboardInterrupt") if one is interrupted else not complained
            assert not alive(below[one])
            assert folders[one].exists() == (one is killed)
        assert [one.returncode for one in started] == [-signal.SIGINT, ended.returncode, -signal.SIGKILL]
        assert ended.returncode > 0
    assert not (tmp_path / "home").exists()
