"""The check of blobs: those that rows name are there and whole, and others are not kept for ever."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tanheng.errors import StoreError
from tanheng.services.doctor.files import DAY
from tanheng.services.doctor.report import Finding, Progress
from tanheng.storage.blobs import Blobs
from tanheng.storage.platform import Platform

SAMPLE = 200
"""Blobs that are read where not all are."""
_SHOWN = 3


def blobs(platform: Platform, named: set[bytes], *, deep: bool, repair: bool, progress: Progress) -> Iterator[Finding]:
    """Blobs that are missing, damaged (of a sample, or of all), or unnamed for a day; a repair removes the last.

    A blob is put before a row names it, so that one which is young, or was put again, may be about to be named.

    Args:
        named: digests that rows named at some moment before now.
    """
    kept = platform.blobs
    if repair:
        kept.bring_back()
    there = set(map(bytes.fromhex, kept.all()))
    read = named & there if deep else random.sample(sorted(named & there), min(SAMPLE, len(named & there)))
    missing = sorted(digest.hex() for digest in named - there)
    damaged = sorted(_damaged(kept, [digest.hex() for digest in read], progress))
    for what, found in (("missing", missing), ("spoilt", damaged)):
        if found:
            yield Finding("blobs", what, {"count": len(found), "digests": ", ".join(found[:_SHOWN])})
    before = platform.clock().timestamp() - DAY
    unnamed = [raw.hex() for raw in there - named if kept.is_old(raw.hex(), before)]
    if repair:
        unnamed = [digest for digest in unnamed if kept.remove_old(digest, before)]
    if unnamed:
        told = "unnamed_removed" if repair else "unnamed"
        yield Finding("blobs", told, {"count": len(unnamed)}, is_wrong=False)


def _damaged(kept: Blobs, digests: list[str], progress: Progress) -> Iterator[str]:
    for done, digest in enumerate(digests, start=1):
        try:
            kept.check(digest)
        except StoreError:
            yield digest
        progress(done, len(digests))
