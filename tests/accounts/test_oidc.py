"""Which ID tokens hold (OpenID Connect Core 1.0, section 3.1.3.7), and what a browser proves."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest
from joserfc import jwk, jwt

from tanheng.accounts.oidc import (
    Issuer,
    authorization,
    claims_of,
    find_key,
    is_safe,
    is_target,
    key_of,
    new_attempt,
)
from tanheng.errors import AccessError

ISSUER = Issuer(name="corp", issuer="https://id.example.org", client_id="tanheng", client_secret="hush")
KEY = jwk.RSAKey.generate_key(2048, {"kid": "k", "use": "sig"})
PUBLIC = KEY.as_dict(private=False)
NOW = datetime(2026, 1, 2, tzinfo=UTC)
AT = int(NOW.timestamp())
RIGHT = {
    "iss": ISSUER.issuer,
    "aud": "tanheng",
    "sub": "u1",
    "iat": AT,
    "exp": AT + 300,
    "nonce": "n",
    "email": " Li@Example.org",
    "email_verified": True,
}


def signed(claims, key=KEY, alg="RS256"):
    return jwt.encode(
        {"alg": alg, "kid": "k"}, {k: v for k, v in claims.items() if v is not ...}, key, algorithms=[alg]
    )


def read(token, key=PUBLIC):
    return claims_of(token, find_key([key], key_of(token)), ISSUER, nonce="n", now=NOW)


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_a_token_that_holds_says_who_somebody_is():
    found = read(signed({**RIGHT, "name": "李\n", "amr": ["mfa"], "acr": "gold"}))
    assert (found.subject, found.email, found.name) == ("u1", "li@example.org", "李")
    assert found.methods >= {"mfa", "gold"}
    assert read(signed({**RIGHT, "aud": ["tanheng", "b"], "azp": "tanheng"})).subject == "u1"


@pytest.mark.parametrize("verified", [False, "true", 1, ...])
def test_an_address_counts_only_where_it_was_verified(verified):
    assert read(signed({**RIGHT, "email_verified": verified})).email == ""


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"iss": "https://id.example.org/"},
        {"aud": "somebody-else"},
        {"aud": ...},
        {"aud": {"tanheng": 1}},
        {"aud": ["tanheng", "another"]},
        {"aud": ["tanheng", "another"], "azp": "another"},
        {"azp": "another"},
        {"nonce": "of another request"},
        {"nonce": ...},
        {"exp": AT - 61},
        {"exp": ...},
        {"exp": True},
        {"exp": "never"},
        {"iat": AT + 61},
        {"iat": ...},
        {"nbf": AT + 61},
        {"sub": ""},
        {"sub": ...},
        {"sub": 7},
        {"sub": "x" * 256},
        {"sub": "a\0"},
    ],
)
def test_a_token_that_is_wrong_in_one_thing_does_not_hold(claims):
    with pytest.raises(AccessError, match="TH-ACC-044"):
        read(signed({**RIGHT, **claims}))


def test_clocks_may_differ_by_a_minute():
    assert read(signed({**RIGHT, "iat": AT + 59, "nbf": AT + 59, "exp": AT - 59})).subject == "u1"


def test_signatures_of_others_do_not_hold():
    with pytest.raises(AccessError, match="TH-ACC-044"):
        read(signed(RIGHT, jwk.RSAKey.generate_key(2048)))
    for head in ({"alg": "none"}, {"alg": "HS256", "kid": "k"}):  # HS256: the public key as a secret that is shared
        text = f"{part(head)}.{part(RIGHT)}"
        mac = hmac.new(KEY.as_pem(private=False), text.encode(), hashlib.sha256).digest()
        tail = "" if head["alg"] == "none" else base64.urlsafe_b64encode(mac).decode().rstrip("=")
        with pytest.raises(AccessError, match="TH-ACC-044"):
            claims_of(f"{text}.{tail}", KEY, ISSUER, nonce="n", now=NOW)
    for token in ("", "a.b", "a.b.c", "é.b.c", signed(RIGHT)[:-4]):
        with pytest.raises(AccessError, match="TH-ACC-044"):
            claims_of(token, KEY, ISSUER, nonce="n", now=NOW)


def test_other_algorithms_with_public_keys_hold():
    for key, alg in (
        (jwk.ECKey.generate_key("P-256", {"kid": "k"}), "ES256"),
        (jwk.OKPKey.generate_key("Ed25519", {"kid": "k"}), "Ed25519"),
        (KEY, "PS256"),
    ):
        assert read(signed(RIGHT, key, alg), key.as_dict(private=False)).subject == "u1"


def test_the_key_is_the_one_that_the_token_names():
    secret, sealing = {"kty": "oct", "kid": "k", "k": "AA"}, {**PUBLIC, "use": "enc"}
    assert find_key([secret, sealing, PUBLIC], "k").kid == "k"
    assert find_key([PUBLIC], "").kid == "k"
    for keys, kid in (([PUBLIC], "j"), ([secret], "k"), ([PUBLIC, PUBLIC], ""), ([{"kty": "RSA", "kid": "k"}], "k")):
        assert find_key(keys, kid) is None


def test_what_a_browser_proves_comes_of_one_secret():
    one, two = new_attempt(), new_attempt()
    told = {one.secret, one.state, one.nonce, one.verifier, one.challenge, one.digest}
    assert len(told) == 6
    assert not told & {two.state, two.nonce, two.verifier, two.challenge}
    assert len(one.verifier) >= 43  # RFC 7636 section 4.1
    assert one.challenge == base64.urlsafe_b64encode(hashlib.sha256(one.verifier.encode()).digest()).decode().rstrip(
        "="
    )
    asked = authorization("https://id.example.org/a?x=1", ISSUER, one, "https://here/cb")
    assert asked.startswith("https://id.example.org/a?x=1&response_type=code&")
    assert one.verifier not in asked
    assert one.secret not in asked + repr(one)
    assert "hush" not in repr(ISSUER)


def test_targets_are_addresses_here():
    assert is_target("/studies?page=2#top")
    for elsewhere in ("//evil.example", "https://evil.example", "/\\evil.example", "studies", "", "/a\r\nb", "/a\tb"):
        assert not is_target(elsewhere)


def test_secrets_go_over_tls_or_stay_on_this_machine():
    assert is_safe("https://id.example.org/a")
    assert is_safe("http://127.0.0.1:8080")
    for address in ("http://id.example.org", "https://", "ftp://127.0.0.1", "javascript:alert(1)", "id.example.org"):
        assert not is_safe(address)
