"""Talking to partners' servers: a token by client credentials, then events to them and footprints from them.

Redirections are not followed and proxies of the environment are not asked: a token goes to where it is meant for.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import httpx
import orjson

from tanheng.errors import ExchangeError

LARGEST = 32 << 20
"""Bytes of an answer."""
PAGES = 1000
_TIMEOUT = httpx.Timeout(20)


@dataclass(frozen=True, slots=True)
class Peer:
    """A partner's server, and how we sign in there."""

    base_url: str
    auth_url: str
    client_id: str
    client_secret: str = field(repr=False)
    authorities: str = ""
    loopback: bool = False


class Talk:
    """A conversation with a partner; use it as a context.

    Raises:
        ExchangeError: TH-EXC-158 the server cannot be reached, or answers otherwise than the standard has it, of each method.
    """

    def __init__(self, peer: Peer) -> None:
        self._peer = peer
        context = ssl.create_default_context()
        if peer.authorities:
            try:
                context.load_verify_locations(peer.authorities)
            except OSError as error:
                raise ExchangeError("TH-EXC-158", reason="pact_authorities cannot be read") from error
        self._http = httpx.Client(timeout=_TIMEOUT, verify=context, trust_env=False, follow_redirects=False)
        self._token = ""

    def __enter__(self) -> Talk:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def send(self, path: str, event: str) -> None:
        """Send an event."""
        headers = {"Content-Type": "application/cloudevents+json", **self._bearer()}
        status, _, _ = self._ask("POST", self._peer.base_url + path, content=event.encode(), headers=headers)
        if not 200 <= status < 300:
            raise ExchangeError("TH-EXC-158", reason=f"{path}: {status}")

    def footprint(self, path: str) -> dict[str, Any]:
        """One footprint."""
        found = self._read(self._peer.base_url + path)[0].get("data")
        if not isinstance(found, dict):
            raise ExchangeError("TH-EXC-158", reason=f"{path}: no footprint")
        return found

    def footprints(self, path: str) -> list[dict[str, Any]]:
        """All footprints of a list, page by page."""
        found: list[dict[str, Any]] = []
        address = self._peer.base_url + path
        for _ in range(PAGES):
            told, following = self._read(address)
            data = told.get("data")
            if not isinstance(data, list) or not all(isinstance(one, dict) for one in data):
                raise ExchangeError("TH-EXC-158", reason=f"{path}: no list")
            found += data
            if not following:
                return found
            address = urljoin(address, following)
            if urlsplit(address)[:2] != urlsplit(self._peer.base_url)[:2]:
                raise ExchangeError("TH-EXC-158", reason=f"{path}: the next page is elsewhere")
        raise ExchangeError("TH-EXC-158", reason=f"{path}: no end")

    def _read(self, address: str) -> tuple[dict[str, Any], str]:
        status, told, links = self._ask("GET", address, headers=self._bearer())
        if status not in (200, 202) or not isinstance(told, dict):
            raise ExchangeError("TH-EXC-158", reason=f"{urlsplit(address).path}: {status}")
        return told, str(links.get("next", {}).get("url", ""))

    def _bearer(self) -> dict[str, str]:
        if not self._token:
            self._token = self._fetch_token()
        return {"Authorization": f"Bearer {self._token}"}

    def _fetch_token(self) -> str:
        """A token from where the server says it has them, or from ``/auth/token``."""
        base = self._peer.auth_url or self._peer.base_url
        status, told, _ = self._ask("GET", f"{base}/.well-known/openid-configuration")
        endpoint = told.get("token_endpoint") if status == 200 and isinstance(told, dict) else None
        address = endpoint if isinstance(endpoint, str) else f"{base}/auth/token"
        if not address.startswith("https://") and not self._peer.loopback:
            raise ExchangeError("TH-EXC-158", reason="its token endpoint is not an https:// address")
        auth = (quote(self._peer.client_id, safe=""), quote(self._peer.client_secret, safe=""))
        status, told, _ = self._ask("POST", address, data={"grant_type": "client_credentials"}, auth=auth)
        token = told.get("access_token") if isinstance(told, dict) else None
        if status != 200 or not isinstance(token, str):
            raise ExchangeError("TH-EXC-158", reason=f"no token ({status})")
        return token

    def _ask(self, method: str, address: str, **sent: Any) -> tuple[int, Any, Mapping[str, Mapping[str, Any]]]:
        """Status, JSON (``None`` where there is none) and links of an answer; not more is read than such answers need."""
        sent["headers"] = {"Accept": "application/json", **sent.get("headers", {})}
        try:
            with self._http.stream(method, address, **sent) as answer:
                content = bytearray()
                for block in answer.iter_bytes():
                    content += block
                    if len(content) > LARGEST:
                        raise ExchangeError("TH-EXC-158", reason="its answer is too large")
                links: Mapping[str, Mapping[str, Any]] = answer.links  # type: ignore[assignment]
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, ValueError) as error:
            raise ExchangeError("TH-EXC-158", reason=f"{type(error).__name__}: {error}"[:200]) from error
        try:
            return answer.status_code, orjson.loads(content), links
        except ValueError:
            return answer.status_code, None, links
