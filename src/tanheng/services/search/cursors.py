"""Cursors of ranked lists: how many entries were told."""

from __future__ import annotations

import base64
import binascii

from tanheng.errors import RequestError


def closed(told: int) -> str:
    """The cursor behind so many entries."""
    return base64.urlsafe_b64encode(f"search:{told}".encode()).decode().rstrip("=")


def opened(cursor: str, most: int) -> int:
    """How many entries stand before a cursor; none before the empty one.

    Raises:
        RequestError: TH-API-006 no cursor of a search, or one behind ``most`` entries.
    """
    if not cursor:
        return 0
    try:
        head, _, told = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").partition(":")
        if head == "search" and len(told) < 10 and 0 <= int(told) < most:
            return int(told)
    except (ValueError, binascii.Error) as error:
        raise RequestError("TH-API-006", cursor=cursor[:80]) from error
    raise RequestError("TH-API-006", cursor=cursor[:80])
