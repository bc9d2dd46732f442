"""Signing in with an account of another provider: OpenID Connect Core 1.0, authorization code with PKCE (RFC 7636).

Here stands what can be decided without a network: what is asked, and whether the ID token that comes back holds. What a
browser must prove is derived from one secret that only its cookie holds: ``state`` (against forged answers, RFC 6749 section
10.12), ``nonce`` (against replayed tokens) and the verifier of PKCE (against stolen codes).
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec
from joserfc import jwk, jws, jwt
from joserfc.errors import JoseError

from tanheng.errors import AccessError

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519")
"""Signatures with a public key only: neither ``none`` nor one whose key the client would share."""
LEEWAY = timedelta(seconds=60)
"""By how much the clocks of the provider and ours may differ."""
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_TARGET = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]{0,500}")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Issuer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A provider whose accounts are accepted; a table ``[[oidc]]`` of ``tanheng.toml``.

    Attributes:
        name: in addresses. title: on the button. issuer: its address, exactly as its tokens name it.
        client_id, client_secret: as it knows us; a public client has no secret.
        trust_email: whether a verified e-mail address of it is enough to be taken for the person who has that address here.
        create_accounts: whether people who are unknown here get an account, without any role.
        second_factor: values of ``amr`` or ``acr`` (RFC 8176: ``mfa``) that show a second factor; none count by default.
        scopes: that are asked for.
    """

    name: str
    issuer: str
    client_id: str
    client_secret: str = ""
    title: str = ""
    trust_email: bool = False
    create_accounts: bool = False
    second_factor: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ("openid", "email", "profile")

    def __post_init__(self) -> None:
        """Refuse what cannot work or is not safe (ValueError, told with TH-STO-008)."""
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"oidc: the name {self.name!r} is not of small letters, digits and hyphens")
        if not is_safe(self.issuer):
            raise ValueError(f"oidc {self.name}: the issuer is not an https:// address")
        if not self.client_id or "openid" not in self.scopes:
            raise ValueError(f"oidc {self.name}: it needs a client_id, and the scope openid")

    def __repr__(self) -> str:
        """Without the secret."""
        return f"Issuer(name={self.name!r}, issuer={self.issuer!r}, client_id={self.client_id!r})"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one browser proves with its cookie."""

    secret: str = field(repr=False)

    @property
    def digest(self) -> str:
        """What is kept of it here."""
        return hashlib.sha256(self.secret.encode()).hexdigest()

    @property
    def state(self) -> str:
        """Comes back with the answer."""
        return self._derived("state")

    @property
    def nonce(self) -> str:
        """Comes back in the token."""
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """Is shown when the code is exchanged; the provider saw its digest before."""
        return self._derived("verifier")

    @property
    def challenge(self) -> str:
        """The digest (RFC 7636 section 4.2, S256)."""
        return _base64(hashlib.sha256(self.verifier.encode("ascii")).digest())

    def _derived(self, use: str) -> str:
        return _base64(hashlib.sha256(f"{use}\n{self.secret}".encode()).digest())


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token that holds says.

    Attributes:
        subject: who it is, for this issuer and for ever. email: folded; empty unless the provider verified it.
        methods: how they signed in: ``amr`` and ``acr``.
    """

    issuer: str
    subject: str
    email: str
    name: str
    methods: frozenset[str]


def new_attempt() -> Attempt:
    """A new secret for a browser."""
    return Attempt(secrets.token_urlsafe(32))


def is_target(path: str) -> bool:
    """Whether somebody may be sent there after signing in: an address on this installation, and nowhere else.

    >>> is_target("/studies?page=2"), is_target("//evil.example"), is_target("https://evil.example")
    (True, False, False)
    """
    return _TARGET.fullmatch(path) is not None


def is_safe(address: str) -> bool:
    """Whether secrets may go to an address: over TLS, or within this machine."""
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.hostname:
        return True
    return parts.scheme == "http" and parts.hostname in _LOOPBACK


def authorization(endpoint: str, issuer: Issuer, attempt: Attempt, redirect: str) -> str:
    """The address that a browser is sent to (OpenID Connect Core 1.0, section 3.1.2.1)."""
    asked = {
        "response_type": "code",
        "client_id": issuer.client_id,
        "redirect_uri": redirect,
        "scope": " ".join(issuer.scopes),
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": attempt.challenge,
        "code_challenge_method": "S256",
    }
    return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(asked)}"


def key_of(token: str) -> str:
    """The id of the key that a token says it was signed with; empty where it says none (TH-ACC-044)."""
    try:
        return str(jws.extract_compact(token.encode()).headers().get("kid") or "")
    except (JoseError, ValueError) as error:
        raise AccessError("TH-ACC-044", reason="it is no token") from error


def find_key(keys: Sequence[Mapping[str, Any]], kid: str) -> jwk.Key | None:
    """The key with an id in a JWK Set (RFC 7517); the only one for signatures where no id is told."""
    fit = [key for key in keys if key.get("use", "sig") == "sig" and key.get("kty") in {"RSA", "EC", "OKP"}]
    named = [key for key in fit if key.get("kid") == kid] if kid else fit
    if len(named) != 1:
        return None
    try:
        return jwk.import_key(dict(named[0]))
    except (JoseError, ValueError, TypeError, KeyError):
        return None


def claims_of(token: str, key: jwk.Key, issuer: Issuer, *, nonce: str, now: datetime) -> Claims:
    """What an ID token says, once it holds (OpenID Connect Core 1.0, section 3.1.3.7).

    Raises:
        AccessError: TH-ACC-044 with what does not hold.
    """
    try:
        told = jwt.decode(token, key, algorithms=list(ALGORITHMS)).claims
    except (JoseError, ValueError, TypeError) as error:
        raise AccessError("TH-ACC-044", reason="its signature does not hold") from error
    audience = told.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience if isinstance(audience, list) else []
    subject = told.get("sub")
    checks = (
        (told.get("iss") == issuer.issuer, "it is of another issuer"),
        (issuer.client_id in audiences, "it is meant for somebody else"),
        (len(audiences) == 1 or told.get("azp") == issuer.client_id, "it was given to somebody else"),
        (told.get("azp", issuer.client_id) == issuer.client_id, "it was given to somebody else"),
        (_moment(told, "exp") > (now - LEEWAY).timestamp(), "it has expired"),
        (_moment(told, "iat") <= (now + LEEWAY).timestamp(), "it is of the future"),
        ("nbf" not in told or _moment(told, "nbf") <= (now + LEEWAY).timestamp(), "it is of the future"),
        (secrets.compare_digest(str(told.get("nonce", "")).encode(), nonce.encode()), "it answers another request"),
        (isinstance(subject, str) and 0 < len(subject) <= 255 and subject.isprintable(), "it names nobody"),
    )
    for holds, reason in checks:
        if not holds:
            raise AccessError("TH-ACC-044", reason=reason)
    email = str(told.get("email") or "").strip().casefold() if told.get("email_verified") is True else ""
    name = str(told.get("name") or told.get("preferred_username") or email or subject)
    methods = told.get("amr")
    shown = frozenset(str(one) for one in [*(methods if isinstance(methods, list) else []), told.get("acr", "")])
    return Claims(issuer.issuer, str(subject), email[:254], "".join(filter(str.isprintable, name))[:200], shown)


def _moment(told: Mapping[str, Any], claim: str) -> float:
    value = told.get(claim)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise AccessError("TH-ACC-044", reason=f"{claim} is no moment")
    return float(value)


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
