"""A small provider of OpenID Connect on loopback: metadata, keys, authorisation, and the exchange of codes."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlencode

from joserfc import jwk, jwt
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route

from serving import served

CLIENT, SECRET = "tanheng", "s e/cret"


class Issuer:
    """The provider; tests change who signs in there, what its tokens say, and its keys.

    Attributes:
        claims: of the next token, over what is right. asked: how often its keys were read.
    """

    def __init__(self, clock):
        self.clock = clock
        self.url = ""
        self.claims = {"sub": "u1", "email": "Li@Example.org", "email_verified": True, "name": "李"}
        self.asked = 0
        self.says = {}
        self.codes = {}
        self.rotate()

    def rotate(self):
        """Sign with a new key from now on."""
        self.key = jwk.ECKey.generate_key("P-256", {"kid": secrets.token_hex(4), "use": "sig"})
        self.signing = self.key

    def metadata(self, _request):
        at = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return JSONResponse({"issuer": self.url, **{k: f"{self.url}/{v}" for k, v in at.items()}, **self.says})

    def keys(self, _request):
        self.asked += 1
        return JSONResponse({"keys": [{"kty": "oct", "k": "AA"}, self.key.as_dict(private=False)]})

    def authorize(self, request: Request):
        asked = dict(request.query_params)
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}", 303)

    async def token(self, request: Request):
        sent = {key: values[0] for key, values in parse_qs((await request.body()).decode()).items()}
        asked = self.codes.pop(sent["code"], None)  # a code counts once
        given = base64.b64encode(f"{CLIENT}:s%20e%2Fcret".encode()).decode()
        if request.headers.get("authorization") != f"Basic {given}":
            return JSONResponse({"error": "invalid_client"}, 401)
        challenge = (
            base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"].encode()).digest()).decode().rstrip("=")
        )
        if not asked or asked["redirect_uri"] != sent["redirect_uri"] or asked["code_challenge"] != challenge:
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "id_token": self.token_for(asked["nonce"])})

    def token_for(self, nonce):
        now = int(self.clock().timestamp())
        told = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce, **self.claims}
        return jwt.encode({"alg": "ES256", "kid": self.key.kid}, told, self.signing)


@contextmanager
def running(clock) -> Iterator[Issuer]:
    """The provider, served on a port of its own."""
    made = Issuer(clock)
    routes = [
        Route("/.well-known/openid-configuration", made.metadata),
        Route("/authorize", made.authorize),
        Route("/token", made.token, methods=["POST"]),
        Route("/keys", made.keys),
    ]
    with served(Starlette(routes=routes)) as made.url:
        yield made
