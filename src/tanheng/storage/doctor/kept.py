"""The check of blobs: those that rows name are there and whole, and others are not kept for ever."""

from __future__ import annotations

from collections.abc import Iterator

from tanheng.errors import StoreError
from tanheng.storage.doctor.files import DAY
from tanheng.storage.doctor.findings import Finding, Progress
from tanheng.storage.platform import Platform

_SHOWN = 3


def blobs(platform: Platform, named: set[bytes], *, repair: bool, progress: Progress) -> Iterator[Finding]:
    """Blobs that are missing, damaged, or unnamed for a day; a repair removes the last.

    A blob is put before a row names it, so that one which is young, or was put again, may be about to be named.

    Args:
        named: digests that rows named at some moment before now.
    """
    kept = platform.blobs
    if repair:
        kept.bring_back()
    missing: list[str] = []
    damaged: list[str] = []
    for done, raw in enumerate(sorted(named), start=1):
        try:
            kept.check(raw.hex())
        except FileNotFoundError:
            missing.append(raw.hex())
        except StoreError:
            damaged.append(raw.hex())
        progress(done, len(named))
    before = platform.clock().timestamp() - DAY
    unnamed = [digest for digest in kept.all() if bytes.fromhex(digest) not in named and kept.is_old(digest, before)]
    for what, found in (("missing", missing), ("spoilt", damaged)):
        if found:
            yield Finding("blobs", what, {"count": len(found), "digests": ", ".join(found[:_SHOWN])})
    if repair:
        unnamed = [digest for digest in unnamed if kept.remove_old(digest, before)]
    if unnamed:
        told = "unnamed_removed" if repair else "unnamed"
        yield Finding("blobs", told, {"count": len(unnamed)}, is_wrong=False)
