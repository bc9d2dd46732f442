"""What has to be the same on two machines for the same numbers."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

from tanheng.version import __version__

PACKAGES = ("numpy", "scipy", "numba")
ABSENT = "–"


def versions() -> dict[str, str]:
    """Versions of Tanheng, Python, and the packages that calculate."""
    return {
        "tanheng": __version__,
        "python": ".".join(map(str, sys.version_info[:2])),
        **{name: _version(name) for name in PACKAGES},
    }


def differences(here: Mapping[str, str], there: Mapping[str, str]) -> str:
    """What differs, in words; empty where nothing does.

    >>> differences({"tanheng": "1.0.0", "python": "3.12"}, {"tanheng": "1.0.1", "python": "3.12"})
    'tanheng 1.0.1 ≠ 1.0.0'
    """
    names = dict.fromkeys((*here, *there))
    pairs = ((name, there.get(name, ABSENT), here.get(name, ABSENT)) for name in names)
    return ", ".join(f"{name} {theirs} ≠ {ours}" for name, theirs, ours in pairs if theirs != ours)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ABSENT
