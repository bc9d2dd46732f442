"""Verifying what somebody holds out, wherever it is: a file, a picture, an address, the text of a code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from tanheng.errors import Fault, VerifyingError
from tanheng.exchange.credentials.checks import Anchors
from tanheng.exchange.credentials.presenting import (
    LARGEST,
    Presented,
    Verified,
    as_text,
    read_presented,
    verify_presented,
)
from tanheng.exchange.credentials.trust import parsed, read_anchors
from tanheng.files import replacing
from tanheng.services.strangers import pictures
from tanheng.services.strangers.fetching import Fetcher
from tanheng.services.strangers.gathering import Gathered, at_address, gathered

_ADDRESSES = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of it, which addresses were asked, and what could not be got."""

    verified: Verified
    fetched: tuple[str, ...]
    problems: tuple[Fault, ...]


def check(what: str, *, anchors: Path | None = None, is_offline: bool = False, day: date | None = None) -> Checked:
    """Make every check that can be made.

    Args:
        what: path of a file, address, or text of a code. anchors: whom to trust; without them, whoever answers under the
            address of the issuer. day: to judge by, at its end where the issuer is; now by default. What is fetched is of
            today: rows of statuses say nothing of another day.

    Raises:
        VerifyingError: TH-VER-001 to TH-VER-008. OSError: a file that cannot be read.
    """
    trusted = read_anchors(anchors.read_bytes(), place=str(anchors)) if anchors is not None else None
    with Fetcher() as fetcher:
        it = _held_out(fetcher, what, is_offline=is_offline)
        found = Gathered(it, trusted or Anchors(), ()) if is_offline else gathered(fetcher, it, trusted)
        # rows of statuses are signed when they are asked for, so that “now” comes after that
        now = datetime.now(UTC) if day is None else datetime.combine(day, time(23, 59, 59), found.presented.zone)
        verified = verify_presented(found.presented, found.anchors, now)
        return Checked(verified, tuple(fetcher.fetched), found.problems)


def save(url: str, target: Path) -> Anchors:
    """Fetch whom an installation names to be trusted, and keep that as a file.

    Raises:
        VerifyingError: TH-VER-002 it names nobody, TH-VER-006 to TH-VER-008. OSError: the file cannot be written.
    """
    address = f"{url.rstrip('/')}/v1/anchors"
    with Fetcher() as fetcher:
        content = fetcher.get(address)
    found = read_anchors(content, place=address)
    with replacing(target) as work:
        work.write_bytes(as_text(parsed(content, address)))
    return found


def _held_out(fetcher: Fetcher, what: str, *, is_offline: bool) -> Presented:
    if what.startswith(_ADDRESSES):
        if is_offline and "#" not in what:
            raise VerifyingError("TH-VER-006", place=what[:200], reason="--offline")
        return at_address(fetcher, what)
    path = Path(what)
    with path.open("rb") as file:
        content = file.read(max(LARGEST, pictures.LARGEST) + 1)
    if pictures.is_picture(content):
        text = pictures.code_in(content, place=what)
        if is_offline or "#" in text or not text.startswith(_ADDRESSES):
            return read_presented(text.encode(), place=what)
        return at_address(fetcher, text)
    return read_presented(content, place=what)
