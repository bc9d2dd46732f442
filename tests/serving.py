"""An application behind a real server on loopback, in a thread or as a process of its own."""

from __future__ import annotations

import queue
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn

PATIENCE = 120  # seconds after which a test gives up; nothing is measured


def free_port() -> int:
    """A port that nobody uses at the moment: for what has to know its address before it is served."""
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return made.getsockname()[1]


@contextmanager
def served(app, port: int = 0, **tls) -> Iterator[str]:
    """A server of an ASGI application, on a free port where none is named; gives its address.

    Args:
        tls: ``ssl_certfile`` and ``ssl_keyfile``.
    """
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", lifespan="on", **tls))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.005)
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


class Said:
    """What a process says, line by line."""

    def __init__(self, stream) -> None:
        self.lines = queue.Queue()
        self.thread = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self.thread.start()

    def _read(self, stream) -> None:
        for line in stream:
            self.lines.put(line)

    def find(self, pattern: str) -> str:
        """The group of the next line that matches."""
        heard = []
        while True:
            try:
                heard.append(self.lines.get(timeout=PATIENCE))
            except queue.Empty:
                pytest.fail(f"never said {pattern}: {heard}")
            if found := re.search(pattern, heard[-1]):
                return found[1]


@contextmanager
def serving(home, *more):
    """``tanheng serve`` of a data directory, killed at the end; gives the process and what it says."""
    order = [sys.executable, "-m", "tanheng.cli", "--home", home, "serve", "--port", "0", "--lang", "en", *more]
    running = subprocess.Popen(order, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = Said(running.stdout)
    try:
        yield running, said
    finally:
        running.kill()
        running.wait()
        said.thread.join(PATIENCE)  # the worker has ended too, when nobody holds the pipe any more
        assert not said.thread.is_alive()
        running.stdout.close()
