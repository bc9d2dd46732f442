"""Fixtures that all tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def shared_path(*parts: str) -> Path:
    """A file of the shared data; skips the test with a clear message where it is absent."""
    path = SHARED.joinpath("data", *parts)
    if not path.exists():
        pytest.skip(f"shared data is not beside the project: {'/'.join(parts)}")
    return path


@pytest.fixture(scope="session")
def shared():
    """``shared("uslci", "uslci-olca-jsonld.zip")`` → path, or skip."""
    return shared_path


@pytest.fixture(autouse=True)
def _quiet_home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test reads or writes the data directory of the person who runs it."""
    monkeypatch.setenv("TANHENG_HOME", str(tmp_path_factory.getbasetemp() / "home"))
    monkeypatch.setenv("TANHENG_LANG", "en")
