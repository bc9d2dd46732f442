"""A browser for all tests of a process; all of them are marked, and run after the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from browsing import Walker, chromium

HERE = str(Path(__file__).parent)


def pytest_collection_modifyitems(items):
    for item in items:
        if str(item.path).startswith(HERE):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium."""
    with chromium() as one:
        yield one


@pytest.fixture
def walk(browser):
    """``walk(url, lang="zh", size=PHONE)``: a walker, who leaves after the test."""
    walkers = []

    def begin(url, **how):
        walkers.append(Walker(browser, url, **how))
        return walkers[-1]

    yield begin
    for one in walkers:
        one.close()
