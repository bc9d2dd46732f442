"""The API as clients meet it: over HTTP on loopback, on a fresh installation of each engine."""

from __future__ import annotations

import httpx
import pytest

from serving import served
from tanheng.api.app import create_app


@pytest.fixture
def app(platform):
    """The application; ``app.state.platform`` is its installation."""
    return create_app(platform)


@pytest.fixture
def api(app):
    """A client of the application, which a server of its own serves."""
    with served(app) as url, httpx.Client(base_url=url, timeout=60) as client:
        yield client
