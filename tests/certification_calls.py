"""People of certification as they call the API: each with a session of a second factor."""

from __future__ import annotations

import pyotp
from sqlalchemy import select, update

import tanheng.jobs.kinds  # noqa: F401 - registers them
from tanheng.accounts import ANONYMOUS, system
from tanheng.jobs.context import JobContext
from tanheng.jobs.registry import find_kind
from tanheng.services.accounts import signing_in
from tanheng.services.jobs import jobs, working
from tanheng.storage.sql.tables import accounts

PASSWORD = "a sentence of my own"


class Caller:
    """Somebody who calls; each call gives the answer, which must have the status that is wanted."""

    def __init__(self, http, platform, actor=ANONYMOUS):
        self.http, self.platform = http, platform
        self.headers = session_of(platform, actor.id) if actor.id else {}

    def ask(self, method, path, status=200, etag="", **sent):
        """Call; ``etag``: where the version that is changed is read first."""
        headers = dict(self.headers)
        if etag:
            headers["If-Match"] = self.get(etag).headers["etag"]
        answer = self.http.request(method, path, headers=headers, **sent)
        assert answer.status_code == status, answer.text
        return answer

    def get(self, path, status=200, **sent):
        return self.ask("GET", path, status, **sent)

    def post(self, path, json=None, status=200, **sent):
        return self.ask("POST", path, status, json=json, **sent)

    def step(self, case, name, status=200, **more):
        """Take a step of a case or of a certificate, by its address."""
        return self.post(f"{case}/steps", {"step": name, **more}, status, etag=case).json()

    def job(self, path, json=None):
        """Start a job and do it; gives its result."""
        made = self.post(path, json, 202).json()
        return done(self.platform, made["id"])


def session_of(platform, person):
    """Headers of a session that is opened with a second factor."""
    email, code = enrolled(platform, person)
    session = signing_in.sign_in(platform, ANONYMOUS, email=email, password=PASSWORD, code=code)
    return {"Cookie": f"tanheng_session={session.cookie}", "X-CSRF-Token": session.csrf}


def enrolled(platform, person):
    """The address of somebody, and a code of the second factor that they have from now on."""
    secret = pyotp.random_base32()
    rows = accounts.people
    with platform.engine.begin() as sql:
        email = sql.execute(select(rows.c.email).where(rows.c.id == person)).scalar_one()
        sql.execute(update(rows).where(rows.c.id == person).values(totp_secret=secret, totp_confirmed=True))
    return email, pyotp.TOTP(secret).at(platform.clock())


def done(platform, id):  # noqa: A002 - as the column is called
    """Do a job here; gives its result."""
    job = platform.do(system("job"), working.begin, id, attempts=lambda _: 3)
    context = JobContext(platform, job)
    result = find_kind(job.kind).function(context, job.payload)
    platform.do(context.actor, working.succeed, id, result, file_needs="")
    return platform.look(context.actor, jobs.of, id).result
