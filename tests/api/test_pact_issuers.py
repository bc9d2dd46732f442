"""Partners sign in with tokens of another issuer that the operator trusts."""

from __future__ import annotations

import httpx
import pytest
from joserfc import jwk, jwt

from oidc_issuer import running
from pact_desk import desk
from serving import free_port, served
from tanheng.api.app import create_app
from tanheng.errors import ExchangeError, StoreError
from tanheng.storage.configuration import Configuration


@pytest.fixture
def issuer(clock):
    with running(clock) as made:
        yield made


def test_a_token_of_a_trusted_issuer_lets_in(sqlite_platform, issuer):
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    own = desk(sqlite_platform, public_url=base, pact_loopback=True, pact_issuers=(issuer.url,))
    own.partner("Other")
    own.publish(own.partner(issuer=issuer.url, subject="erp"))
    endpoint, now = f"{base}/pact/{own.organisation}", int(own.platform.clock().timestamp())

    def asked(key=None, **claims):
        told = {"iss": issuer.url, "aud": endpoint, "exp": now + 300, "sub": "s", "client_id": "erp", **claims}
        signed = key or issuer.key
        token = jwt.encode({"alg": "ES256", "kid": issuer.key.kid}, told, signed)
        answer = httpx.get(f"{endpoint}/3/footprints", headers={"Authorization": f"Bearer {token}"})
        return answer.status_code, answer.json().get("code", len(answer.json().get("data", [])))

    with served(create_app(own.platform), port):
        assert asked() == (200, 1)
        assert asked(aud=["x", endpoint]) == (200, 1)
        assert asked(exp=now - 1) == (401, "TokenExpired")
        for wrong in (
            {"client_id": "another"},
            {"aud": f"{base}/pact/another"},
            {"iss": "https://elsewhere.example"},
            {"exp": "soon"},
            {"nbf": now + 3600},
            {"key": jwk.ECKey.generate_key("P-256")},
        ):
            assert asked(**wrong) == (401, "AccessDenied"), wrong
        strange = httpx.get(f"{endpoint}/3/footprints", headers={"Authorization": "Bearer a.b.c"})
        assert strange.status_code == 401


def test_issuers_are_trusted_by_the_operator_alone(sqlite_platform):
    with pytest.raises(ExchangeError, match="TH-EXC-159"):
        desk(sqlite_platform).partner(issuer="https://elsewhere.example", subject="x")
    home = sqlite_platform.home.path
    file = home / "tanheng.toml"
    before = file.read_text()
    file.write_text('pact_issuers = ["http://elsewhere.example"]\n' + before)
    with pytest.raises(StoreError, match="TH-STO-008"):
        Configuration.read(home)
