"""Fetching what is public from a server that nobody vouches for: bounded, without credentials, and each address is told."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

import httpx

from tanheng.errors import VerifyingError
from tanheng.version import __version__

LARGEST = 4 * 1024**2
"""Bytes of an answer."""
_MOST, _REDIRECTS, _SECONDS = 200, 3, 20.0
_WAITS, _LONGEST_WAIT = 20, 90.0
"""How often, and how many seconds, an answer is waited for from a server that is asked too often."""


@dataclass(slots=True)
class Fetcher:
    """Fetches over https; over http only from this machine.

    Attributes:
        most: answers in all. fetched: addresses, in their order.
    """

    most: int = _MOST
    fetched: list[str] = field(default_factory=list)
    _asked: int = 0
    _http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=_SECONDS, follow_redirects=False))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def get(self, address: str, *, accept: str = "application/json", params: Mapping[str, Any] | None = None) -> bytes:
        """What is at an address; redirects are followed on the same host only.

        Raises:
            VerifyingError: TH-VER-006 an address that is not asked, TH-VER-007 it cannot be fetched, TH-VER-008 it is too large.
        """
        if params:
            address = str(httpx.URL(address, params=dict(params)))
        waits = 0
        for _ in range(_REDIRECTS + 1):
            answer = self._once(address, accept)
            while isinstance(answer, float):
                waits += 1
                if waits > _WAITS or answer > _LONGEST_WAIT:
                    raise VerifyingError("TH-VER-007", place=address, reason="HTTP 429")
                time.sleep(answer)
                answer = self._once(address, accept)
            if isinstance(answer, bytes):
                return answer
            if urlsplit(answer)[:2] != urlsplit(address)[:2]:
                raise VerifyingError("TH-VER-006", place=address, reason=answer)
            address = answer
        raise VerifyingError("TH-VER-007", place=address, reason="redirects")

    def _once(self, address: str, accept: str) -> bytes | str | float:
        """The content, where it is, or the seconds after which to ask again."""
        require_askable(address)
        self._asked += 1
        if self._asked > self.most:
            raise VerifyingError("TH-VER-007", place=address, reason=f"> {self.most}")
        if address not in self.fetched[-1:]:
            self.fetched.append(address)
        # what caches keep may be older than what was seen before, which would look like a log that became shorter
        headers = {"Accept": accept, "User-Agent": f"tanheng/{__version__}", "Cache-Control": "no-cache"}
        try:
            self._http.cookies.clear()
            with self._http.stream("GET", address, headers=headers) as answer:
                if answer.is_redirect:
                    return urljoin(address, answer.headers["location"])
                if answer.status_code == 429 and answer.headers.get("retry-after", "").isdigit():
                    return max(1.0, float(answer.headers["retry-after"]))
                if answer.status_code != 200:
                    raise VerifyingError("TH-VER-007", place=address, reason=f"HTTP {answer.status_code}")
                content = bytearray()
                for block in answer.iter_bytes(1 << 16):
                    content += block
                    if len(content) > LARGEST:
                        raise VerifyingError("TH-VER-008", place=address, limit=LARGEST)
                return bytes(content)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            raise VerifyingError("TH-VER-007", place=address, reason=str(error) or type(error).__name__) from error


def require_askable(address: str) -> None:
    """Refuse addresses that are not https, but for those of this machine (TH-VER-006)."""
    try:
        parts = urlsplit(address)
        named = parts.username is not None or parts.password is not None
        is_askable = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    except ValueError as error:
        raise VerifyingError("TH-VER-006", place=address[:200], reason=str(error)) from error
    if not is_askable or named or not parts.hostname:
        raise VerifyingError("TH-VER-006", place=address[:200], reason="https")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
