"""The API as clients meet it: over HTTP on loopback, on a fresh installation of each engine."""

from __future__ import annotations

import threading
import time

import httpx
import pytest
import uvicorn

from tanheng.api.app import create_app


@pytest.fixture
def app(platform):
    """The application; ``app.state.platform`` is its installation."""
    return create_app(platform)


@pytest.fixture
def api(app):
    """A client of the application, which a server of its own serves."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="on"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
        yield client
    server.should_exit = True
    thread.join()
