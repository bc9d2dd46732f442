"""Checks of the data directory: who may read it, its keys, its room, what writers that died have left."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from tanheng.services.doctor.report import Finding
from tanheng.storage import keys
from tanheng.storage.configuration import DATABASE, FILE
from tanheng.storage.platform import Platform

DAY = 86_400.0
"""Seconds after which what was being written is no longer."""
LEAST_FREE = 2**30
"""Bytes below which the disk is as good as full."""
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def configuration(platform: Platform) -> Iterator[Finding]:
    """People reach it by TLS, unless it is for this machine alone."""
    url = urlsplit(platform.configuration.public_url)
    if url.scheme != "https" and url.hostname not in ("127.0.0.1", "localhost", "::1"):
        yield Finding("configuration", "plain", {"url": platform.configuration.public_url}, is_wrong=False)


def permissions(platform: Platform) -> Iterator[Finding]:
    """The folder and what is secret in it are their owner's alone."""
    home = platform.home.path
    folders = [home, home / keys.FOLDER]
    files = [home / FILE, *(home / keys.FOLDER).glob("*.key"), *home.glob(f"{DATABASE}*"), home / "jobs.sqlite"]
    for wanted, paths in ((0o700, folders), (0o600, files)):
        for path in paths:
            if path.exists() and (found := stat.S_IMODE(path.stat().st_mode)) & _OTHERS:
                yield Finding(
                    "permissions", "open", {"place": str(path), "found": f"{found:o}", "wanted": f"{wanted:o}"}
                )


def signing(platform: Platform) -> Iterator[Finding]:
    """The key that signs can be read (TH-AUD-001)."""
    platform.keys.signer()
    yield from ()


def disk(platform: Platform) -> Iterator[Finding]:
    """There is room for what comes."""
    free = shutil.disk_usage(platform.home.path).free
    if free < LEAST_FREE:
        yield Finding("disk", "full", {"place": str(platform.home.path), "mebibytes": free // 2**20})


def left_over(platform: Platform, *, repair: bool) -> Iterator[Finding]:
    """Files and folders of writers that died before they were whole; a repair removes them."""
    before = platform.clock().timestamp() - DAY
    found = [path for path in platform.home.path.rglob(".*") if _is_left(path, before)]
    if repair:
        for path in found:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    if found:
        told = "left_removed" if repair else "left"
        yield Finding("left_over", told, {"count": len(found), "place": str(min(found))}, is_wrong=False)


def _is_left(path: Path, before: float) -> bool:
    if ".writing" not in path.name:
        return False
    try:
        return path.stat().st_mtime < before
    except FileNotFoundError:
        return False
