"""People who know nothing of an installation but its API: accounts, sessions and jobs over HTTP alone."""

from __future__ import annotations

import time

import httpx
import pyotp

PASSWORD = "a sentence of my own"


class Someone:
    """A caller; each call gives the answer, which must have the status that is wanted.

    Args:
        clock: of the installation, moved on so that no code of the second factor is used twice.
    """

    def __init__(self, url, clock, email=""):
        self.http = httpx.Client(base_url=url, timeout=120)
        self.clock, self.email, self.id, self.secret, self.csrf = clock, email, "", "", ""

    def close(self):
        self.http.close()

    def sign_in(self):
        """Open a session; with the second factor, where there is one."""
        self.clock.move(seconds=61)
        self.http.cookies.clear()
        told = {"email": self.email, "password": PASSWORD}
        if self.secret:
            told["code"] = pyotp.TOTP(self.secret).at(self.clock())
        found = self.http.post("/v1/session", json=told)
        assert found.status_code == 201, found.text
        self.csrf, self.id = found.json()["csrf"], found.json()["id"]
        return self

    def enrol(self):
        """Have a second factor, and a session with it."""
        self.sign_in()
        self.secret = self.post("/v1/me/second-factor", status=201).json()["secret"]
        self.post("/v1/me/second-factor/confirmation", {"code": pyotp.TOTP(self.secret).at(self.clock())})
        return self.sign_in()

    def ask(self, method, path, status=200, etag="", **sent):
        """Call; ``etag``: where the version that is changed is read first."""
        headers = dict(sent.pop("headers", {}))
        if self.csrf:
            headers["X-CSRF-Token"] = self.csrf
        if etag:
            headers["If-Match"] = self.get(etag).headers["etag"]
        answer = self.http.request(method, path, headers=headers, **sent)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer

    def get(self, path, status=200, **sent):
        return self.ask("GET", path, status, **sent)

    def post(self, path, json=None, status=200, **sent):
        return self.ask("POST", path, status, json=json, **sent)

    def step(self, thing, name, status=200, **more):
        """Take a step of a case or of a certificate, by its address."""
        return self.post(f"{thing}/steps", {"step": name, **more}, status, etag=thing).json()

    def ended(self, job, patience=120.0):
        """A job, once it has ended well."""
        until = time.monotonic() + patience
        while (found := self.get(f"/v1/jobs/{job['id']}").json())["state"] not in ("done", "failed", "cancelled"):
            assert time.monotonic() < until, found
            time.sleep(0.1)
        assert found["state"] == "done", found
        return found
