"""``tanheng serve`` as a process of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
from pathlib import Path

import httpx
import pytest

from serving import PATIENCE, serving
from tanheng.accounts import system
from tanheng.cli.serve import listen
from tanheng.services.jobs import jobs
from tanheng.storage.platform import Platform

pytestmark = pytest.mark.platform


def is_alive(pid):
    return Path(f"/proc/{pid}").exists()


def test_serving_makes_an_installation_does_jobs_and_ends_in_good_order(tmp_path):
    home = tmp_path / "new"
    with serving(home) as (running, said):
        url = said.find(r"listening on (\S+)")
        first = int(said.find(r"\(process (\d+)\)"))
        assert httpx.get(f"{url}/openapi.json", timeout=PATIENCE).json()["info"]["title"] == "Tanheng 碳衡"
        assert httpx.get(f"{url}/v1/jobs", timeout=PATIENCE).json()["title"] == "TH-ACC-001"
        os.kill(first, signal.SIGKILL)
        assert said.find(r"the worker ended \(code (\S+)\)") == "-9"
        second = int(said.find(r"\(process (\d+)\)"))
        platform = Platform.open(home)
        made = platform.do(system("init"), jobs.start, kind="unheard-of", payload={})
        while not platform.look(system("init"), jobs.of, made.id).state.is_final:
            assert running.poll() is None
        platform.close()
        running.send_signal(signal.SIGTERM)
        assert said.find(r"(stopped)$") == "stopped"
        assert running.wait(PATIENCE) == 0
        assert not is_alive(second)


def test_several_processes_answer_and_jobs_can_be_left_to_others(tmp_path):
    with serving(tmp_path / "new", "--workers", "2", "--no-jobs") as (running, said):
        assert said.find(r"(--no-jobs)")
        url = said.find(r"listening on (\S+)")
        assert httpx.get(f"{url}/v1/jobs", timeout=PATIENCE).json()["title"] == "TH-ACC-001"
        assert json.loads(said.find(r'^(\{.*"route": "/v1/jobs".*\})$'))["status"] == 401
        running.send_signal(signal.SIGINT)
        assert running.wait(PATIENCE) == 0


def test_a_worker_ends_with_a_server_that_is_killed(tmp_path):
    with serving(tmp_path / "new") as (running, said):
        said.find(r"\(process (\d+)\)")
        running.kill()
        assert said.find(r"(stopped); what was under way") == "stopped"


def test_answers_do_not_wait_for_acknowledgements():
    with listen("127.0.0.1", 0) as listening, socket.create_connection(listening.getsockname()) as _:
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
