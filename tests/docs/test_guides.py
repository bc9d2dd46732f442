"""The guides of certification, from top to bottom: the blocks of a page one after the other, with what others do in between."""

from __future__ import annotations

import os
import shlex
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from certification_calls import PASSWORD, enrolled
from certification_samples import ALL, House
from clients import served
from platforms import fresh_platform
from tanheng.accounts.deciding import scopes
from tanheng.certification.model import Assurance, CommentState, Weight
from tanheng.cli.main import app as command_line
from tanheng.client import Client
from tanheng.services.accounts import tokens
from tanheng.services.certification import bodies, cases, files, issuing, reviewing, schemes, teams, verifying
from tanheng.services.studies import assessing
from tanheng.storage.platform import utc_now
from worker_process import worker

ROOT = Path(__file__).resolve().parents[2]
SERVER = "http://127.0.0.1:8000"
NUMBER = "CFP-2026-000001"
pytestmark = [pytest.mark.docs, pytest.mark.platform]


@pytest.fixture
def house(request, tmp_path, place, monkeypatch):
    """A served installation with a maker, and a body that may certify under the scheme that ships; its jobs are done."""
    with fresh_platform("sqlite", request, tmp_path / "platform", utc_now, furnished=True) as platform:
        made = House(platform)
        granted = {"regulator": made.regulator.id, "scheme": "cn-cfp-label"}
        platform.do(made.official, bodies.accredit, made.body.id, **granted)
        token = {"name": "own", "scopes": scopes(), "expires_at": platform.clock() + timedelta(days=1)}
        monkeypatch.setenv("TANHENG_TOKEN", platform.do(made.engineer, tokens.create, **token).text)
        monkeypatch.setenv("PASSWORD", PASSWORD)
        with served(platform) as url, worker(platform):
            made.url = url
            yield made


def told(name, house, meanwhile):
    """Run the blocks of a page; ``meanwhile`` is what others do, by the number of the block that it comes before."""
    from page_studies import FENCE  # this folder's, which conftest loads

    known = {"__name__": "guide"}
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    blocks = [match["body"] for match in FENCE.finditer(text) if match["lang"] == "python"]
    assert len(blocks) > max(meanwhile, default=0)
    commands = [m["body"].replace(SERVER, house.url) for m in FENCE.finditer(text) if m["lang"] == "bash"]
    try:
        for number, block in enumerate(blocks):
            if number in meanwhile:
                meanwhile[number]()
            text = block.replace(SERVER, house.url).replace(NUMBER, getattr(house, "number", NUMBER))
            code = compile(text, f"{name}:{number}", "exec")
            exec(code, known)  # noqa: S102 - our own documents
        for command in (line for body in commands for line in body.splitlines()):
            assert CliRunner().invoke(command_line, shlex.split(command)[1:]).exit_code == 0, command
    finally:
        for one in known.values():
            if isinstance(one, Client):
                one.close()
    return known


def only_case(house):
    (case,) = house.platform.look(house.engineer, cases.listed, ALL).items
    return case


def attested(house):
    for one, functions in house.team.items():
        house.platform.do(house.head, bodies.attest, house.body.id, person=one, functions=functions)


@pytest.mark.parametrize("page", ["guide-applicant.md", "guide-applicant.zh-CN.md"])
def test_the_guide_of_the_applicant(page, house, tmp_path):
    do = house.platform.do

    def asks():
        attested(house)
        case = house.take(house.head, only_case(house), "accept")
        do(house.head, teams.propose, case.id, expected=case.version, team=house.team)
        for one in (house.ann, house.bo):
            do(one, teams.declare, case.id)
        case = only_case(house)
        case = do(house.head, teams.plan, case.id, expected=case.version, team=house.team)
        case = house.take(house.ann, case, "begin-review")
        asked = {"text": "where are the readings?", "path": "lines[0].amount", "weight": Weight.MAJOR}
        do(house.ann, reviewing.comment, case.id, **asked)
        house.take(house.ann, case, "request-correction")

    def certifies():
        case = only_case(house)
        (comment,) = house.platform.look(house.ann, reviewing.comments, case.id, ALL).items
        given = {"text": "found", "state": CommentState.CLOSED, "expected": comment.version}
        do(house.ann, reviewing.reply, case.id, comment.id, **given)
        case = house.take(house.ann, case, "end-review")
        report = tmp_path / "report.pdf"
        report.write_bytes(b"%PDF")
        given = {"kind": "inspection-report", "name": "report.pdf", "media_type": "application/pdf"}
        files.add(house.platform, house.ann, case.id, report, **given)
        case = house.signed(house.take(house.ann, case, "end-inspection"))
        issuing.certify(house.platform, house.bo, case.id, expected=case.version)

    known = told(page, house, {3: asks, 4: certifies})
    assert (known["certificate"].state, known["renewal"].kind) == ("valid", "renewal")
    assert known["complaint"].state == "open"


@pytest.mark.parametrize("page", ["guide-verifier.md", "guide-verifier.zh-CN.md"])
def test_the_guide_of_the_verifier(page, house, monkeypatch):
    for name in ("head", "ann", "bo"):
        _, code = enrolled(house.platform, getattr(house, name).id)
        monkeypatch.setenv(f"CODE_OF_{name.upper()}", code)

    def applies():
        with closing(Client(house.url, token=os.environ["TANHENG_TOKEN"])) as client:
            own = next(client.organisations.all())
            study = client.studies.create(own, "examples/aluminium/aluminium.yaml")
        made = assessing.assess(house.platform, house.engineer, study.id, assessing.Order())
        (scheme,) = house.platform.look(house.engineer, schemes.listed, ALL, scheme="cn-cfp-label").items
        given = {"study": study.id, "scheme": scheme.id, "body": house.body.id}
        case = house.platform.do(house.engineer, cases.open_case, **given)
        house.take(house.engineer, case, "submit", assessment=made.id)

    def answers():
        case = only_case(house)
        for comment in house.platform.look(house.engineer, reviewing.comments, case.id, ALL).items:
            given = {"text": "in the file", "expected": comment.version}
            house.platform.do(house.engineer, reviewing.answer, case.id, comment.id, **given)
        house.take(house.engineer, case, "answer")

    known = told(page, house, {2: applies, 5: answers})
    assert known["certificate"].state == "valid"
    assert (
        house.platform.look(house.ann, verifying.known_statement, only_case(house).id).assurance is Assurance.REASONABLE
    )


@pytest.mark.parametrize("page", ["guide-regulator.md", "guide-regulator.zh-CN.md"])
@pytest.mark.usefixtures("place")
def test_the_guide_of_the_regulator(page, graded_register):
    known = told(page, SimpleNamespace(url=graded_register), {})
    assert known["accreditation"].ended_at is None  # as it was when it was granted
    assert known["limits"].in_force is False
    assert known["figures"].states["valid"] == known["figures"].total


@pytest.mark.parametrize("page", ["guide-integrator.md", "guide-integrator.zh-CN.md"])
@pytest.mark.usefixtures("place")
def test_the_guide_of_the_integrator(page, register):
    url, number = register
    known = told(page, SimpleNamespace(url=url, number=number), {})
    assert known["found"].verified.outcome.value == "passed"
    assert known["entry"].number == number
    assert known["line"].verdict == "unknown"
