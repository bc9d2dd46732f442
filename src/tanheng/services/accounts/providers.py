"""Talking to providers of OpenID Connect: their metadata, their keys, and the exchange of a code for a token."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
from joserfc import jwk

from tanheng.accounts.oidc import Issuer, find_key, is_safe
from tanheng.errors import AccessError

KEPT = timedelta(hours=1)
"""How long metadata and keys are believed."""
APART = timedelta(seconds=30)
"""The least time between two readings of keys, whatever ids tokens name."""
LARGEST = 1 << 20
_TIMEOUT = httpx.Timeout(10)
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(slots=True)
class Provider:
    """What is known of a provider in this process; threads share it.

    Raises:
        AccessError: TH-ACC-043 it cannot be reached, or answers what cannot be used, of each method.
    """

    issuer: Issuer
    _metadata: Mapping[str, Any] = field(default_factory=dict)
    _metadata_at: datetime | None = None
    _keys: Sequence[Mapping[str, Any]] = ()
    _keys_at: datetime | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def metadata(self, now: datetime) -> Mapping[str, Any]:
        """Where its endpoints are (OpenID Connect Discovery 1.0); it must name itself as the configuration does."""
        with self._lock:
            if self._metadata_at is None or not self._metadata_at <= now < self._metadata_at + KEPT:
                found = self._read(f"{self.issuer.issuer.rstrip('/')}/.well-known/openid-configuration")
                if found.get("issuer") != self.issuer.issuer:
                    raise self._unusable("it calls itself otherwise")
                for name in _ENDPOINTS:
                    if not isinstance(found.get(name), str) or not is_safe(found[name]):
                        raise self._unusable(f"its {name} is not an https:// address")
                self._metadata, self._metadata_at = found, now
            return self._metadata

    def key(self, kid: str, now: datetime) -> jwk.Key | None:
        """The key with an id; keys are read again where it is not among those that are known, since providers change them."""
        address = self.metadata(now)["jwks_uri"]
        with self._lock:
            age = None if self._keys_at is None else now - self._keys_at
            found = find_key(self._keys, kid) if age is not None and timedelta(0) <= age < KEPT else None
            if found is None and (age is None or not timedelta(0) <= age < APART):
                listed = self._read(address).get("keys")
                self._keys = [key for key in listed if isinstance(key, dict)] if isinstance(listed, list) else []
                self._keys_at = now
                found = find_key(self._keys, kid)
            return found

    def exchange(self, code: str, *, verifier: str, redirect: str, now: datetime) -> str:
        """The ID token for a code (TH-ACC-042 where it is refused)."""
        known = self.metadata(now)
        sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier}
        auth: tuple[str, str] | None = None
        ways = known.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if self.issuer.client_secret and "client_secret_basic" in ways:
            # RFC 6749 section 2.3.1: both are form-encoded first
            auth = (quote(self.issuer.client_id, safe=""), quote(self.issuer.client_secret, safe=""))
        else:
            sent["client_id"] = self.issuer.client_id
            if self.issuer.client_secret:
                sent["client_secret"] = self.issuer.client_secret
        status, told = self._answer("POST", known["token_endpoint"], data=sent, auth=auth)
        if status in (400, 401):
            raise AccessError("TH-ACC-042", name=self.issuer.name, reason=str(told.get("error", status))[:80])
        if status != 200 or not isinstance(told.get("id_token"), str):
            raise self._unusable(f"its token endpoint answered {status}, without a token")
        return str(told["id_token"])

    def _read(self, address: str) -> Mapping[str, Any]:
        status, told = self._answer("GET", address)
        if status != 200:
            raise self._unusable(f"it answered {status}")
        return told

    def _answer(self, method: str, address: str, **sent: Any) -> tuple[int, Mapping[str, Any]]:
        """Status and JSON object; redirections are not followed, and not more is read than such answers need."""
        try:
            with (
                httpx.Client(timeout=_TIMEOUT, trust_env=False) as client,
                client.stream(method, address, headers={"Accept": "application/json"}, **sent) as answer,
            ):
                content = bytearray()
                for block in answer.iter_bytes():
                    content += block
                    if len(content) > LARGEST:
                        raise self._unusable("its answer is too large")
                told = httpx.Response(200, content=bytes(content)).json()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._unusable(type(error).__name__) from error
        except ValueError as error:
            raise self._unusable("its answer is no JSON") from error
        if not isinstance(told, dict):
            raise self._unusable("its answer is no JSON object")
        return answer.status_code, told

    def _unusable(self, reason: str) -> AccessError:
        return AccessError("TH-ACC-043", name=self.issuer.name, reason=reason)


_PROVIDERS: dict[Issuer, Provider] = {}
_PROVIDERS_LOCK = threading.Lock()


def provider_of(issuer: Issuer) -> Provider:
    """The one provider of this process for an issuer as it is configured."""
    with _PROVIDERS_LOCK:
        return _PROVIDERS.setdefault(issuer, Provider(issuer))
