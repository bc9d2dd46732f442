"""From a bill of materials to a label that a stranger checks, and to its end: through the API only, on both engines.

Two makers, a supplier, a body with three people, a regulator with two, and strangers. What is no call of the API is what an
operator does (the first administrator, the worker, the clock) and what strangers have at home (a camera, ``tanheng verify``).
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta

import httpx
import orjson
import pytest
import zxingcpp
from PIL import Image
from typer.testing import CliRunner

import tanheng.jobs.kinds  # noqa: F401 - registers them
from chain import PASSWORD, Someone
from class_samples import scheme_text
from serving import served
from study_samples import study
from tanheng.accounts import system
from tanheng.accounts.model import SystemRole
from tanheng.cli.main import app as command_line
from tanheng.jobs.unasked import UNASKED
from tanheng.jobs.worker import ACTOR, Worker
from tanheng.services.accounts import people
from tanheng.services.jobs import working
from tanheng.web.app import create_app

INIT = system("init")
LIMITS = "[60, 120]"
POWER = {
    "id": "grid-power",
    "kind": "footprint",
    "names": {"en": "Grid power", "zh": "电网电力"},
    "per": "kWh",
    "value": 0.6,
    "year": 2025,
    "geography": "CN",
    "boundary": "cradle-to-gate",
    "source": {"title": "A statement", "licence": "public"},
}


class World:
    """An installation, who there is, and what the world outside of it has."""

    def __init__(self, platform, clock, url, app, folder):
        self.platform, self.clock, self.url, self.app, self.folder = platform, clock, url, app, folder
        self.people, self.ids = {}, {}

    def __getattr__(self, name):
        try:
            return self.__dict__["people"][name]
        except KeyError as error:
            raise AttributeError(name) from error

    def somebody(self, name, organisation, *roles, second_factor=False):
        """A new account in an organisation, made by the administrator, and its session."""
        email = f"{name}@chain.example"
        told = {"email": email, "name": name, "password": PASSWORD, "roles": list(roles)}
        self.people["root"].post(f"/v1/organisations/{self.ids[organisation]}/members", told, 201)
        self.people[name] = found = Someone(self.url, self.clock, email)
        return found.enrol() if second_factor else found.sign_in()

    def organisation(self, name, kind):
        told = {"kind": kind, "names": {"en": name, "zh": name}}
        self.ids[name] = self.people["root"].post("/v1/organisations", told, 201).json()["id"]

    def pass_days(self, days):
        """The clock goes on, and does what it does each day; everybody signs in again."""
        self.clock.move(days=days)
        for is_wanted, start in UNASKED:
            if is_wanted(self.platform.configuration):
                self.platform.do(ACTOR, start)
        self.work()
        for one in self.people.values():
            one.sign_in()

    def work(self):
        """What the worker does: every job that waits."""
        while waiting := self.platform.look(ACTOR, working.waiting):
            for id_, _ in waiting:
                Worker(self.platform).run(id_)


@contextmanager
def hands(world):
    """The worker beside: jobs are done soon after they were asked for."""
    stopping = threading.Event()

    def do():
        while not stopping.wait(0.1):
            world.work()

    thread = threading.Thread(target=do, daemon=True)
    thread.start()
    yield
    stopping.set()
    thread.join()


@pytest.fixture
def world(furnished_platform, clock, tmp_path):
    with ExitStack() as stack:
        app = create_app(furnished_platform)
        url = stack.enter_context(served(app))
        chosen = replace(furnished_platform.configuration, public_url=url, requests_per_minute=10**6)
        app.state.platform = platform = replace(furnished_platform, configuration=chosen)
        made = World(platform, clock, url, app, tmp_path)
        told = {"email": "root@chain.example", "name": "root", "password": PASSWORD}
        root = platform.do(INIT, people.create, **told)
        platform.do(INIT, people.set_system_roles, root.id, [SystemRole.ADMINISTRATOR.value])
        stack.callback(lambda: [one.close() for one in (*made.people.values(), made.anybody)])
        made.anybody = Someone(url, clock)
        made.people["root"] = Someone(url, clock, told["email"]).enrol()
        stack.enter_context(hands(made))
        yield made


@pytest.fixture
def inhabited(world):
    """Everybody with their roles, the scheme, and what the body may do."""
    for name, kind in (
        ("maker", "enterprise"),
        ("rival", "enterprise"),
        ("body", "certification-body"),
        ("regulator", "regulator"),
    ):
        world.organisation(name, kind)
    world.somebody("engineer", "maker", "engineer", "owner")
    world.somebody("competitor", "rival", "engineer", "owner")
    world.somebody("head", "body", "owner", "certifier", second_factor=True)
    world.somebody("ann", "body", "certifier", second_factor=True)
    world.somebody("bo", "body", "certifier", second_factor=True)
    world.somebody("official", "regulator", "owner", "factor-editor", "publisher")
    world.somebody("colleague", "regulator", "factor-reviewer")
    schemes = world.official.get("/v1/schemes").json()["items"]
    world.ids["scheme"] = next(one["id"] for one in schemes if one["scheme"] == "cn-cfp-label")
    granted = {"body": world.ids["body"], "regulator": world.ids["regulator"], "scheme": "cn-cfp-label"}
    world.official.post("/v1/accreditations", granted, 201)
    for name, functions in (("ann", ["reviewer", "inspector", "verifier"]), ("bo", ["decider"])):
        told = {"person": world.people[name].id, "functions": functions}
        world.head.post(f"/v1/bodies/{world.ids['body']}/qualifications", told, 201)
    return world


def reviewed(world, value, record=""):
    """A factor of the regulator, reviewed by somebody who did not write it; gives its record."""
    official, colleague = world.official, world.colleague
    if not record:
        told = {
            "organisation": world.ids["regulator"],
            "name": "cn-power",
            "names": {"en": "Power"},
            "level": "national",
        }
        collection = official.post("/v1/factor-collections", told, 201).json()["id"]
        shared = {"visibility": "public"}
        official.ask(
            "PUT",
            f"/v1/factor-collections/{collection}/sharing",
            json=shared,
            etag=f"/v1/factor-collections/{collection}",
        )
        world.ids["collection"] = collection
        record = official.post(f"/v1/factor-collections/{collection}/records", {**POWER, "value": value}, 201).json()[
            "id"
        ]
    else:
        told = {"document": {**POWER, "value": value}, "change": "update"}
        official.post(f"/v1/factor-records/{record}/versions", told, 201, etag=f"/v1/factor-records/{record}")
    at = f"/v1/factor-records/{record}"
    official.post(f"{at}/submission", {}, etag=at)
    colleague.post(f"{at}/reviews", {"step": "accept"}, etag=at)
    return record


def publish(world, version):
    at = f"/v1/factor-collections/{world.ids['collection']}"
    digest = world.official.get(f"{at}/preview").json()["digest"]
    world.official.post(f"{at}/releases", {"version": version, "digest": digest}, 201)


def certified(world, engineer, organisation, study_id, assessment, *, kind="initial", replaces=""):
    """A case from its application to its certificate; gives the number."""
    told = {"study": study_id, "scheme": world.ids["scheme"], "body": world.ids["body"], "kind": kind}
    at = engineer.post("/v1/cases", {**told, "replaces": replaces}, 201).headers["location"]
    engineer.step(at, "submit", assessment=assessment)
    world.head.step(at, "accept")
    team = {
        "team": [
            {"person": world.ann.id, "functions": ["reviewer", "inspector", "verifier"]},
            {"person": world.bo.id, "functions": ["decider"]},
        ]
    }
    world.head.ask("PUT", f"{at}/team", json=team, etag=at)
    for one in (world.ann, world.bo):
        one.post(f"{at}/declaration")
    visit = world.platform.today().isoformat()
    world.head.post(f"{at}/plan", {**team, "visit": visit}, etag=at)
    world.ann.step(at, "begin-review")
    comment = {"text": "which meter?", "path": "lines[0].amount", "clause": "6.3", "weight": "major"}
    said = world.ann.post(f"{at}/comments", comment, 201).json()
    world.ann.step(at, "request-correction")
    place = f"{at}/comments/{said['id']}"
    engineer.post(f"{place}/answer", {"text": "the one at the furnace"}, etag=place)
    engineer.step(at, "answer")
    world.ann.post(f"{place}/replies", {"text": "settled", "state": "closed"}, etag=place)
    world.ann.step(at, "end-review")
    report = {"kind": "inspection-report", "name": "visit.pdf"}
    world.ann.post(f"{at}/files", status=201, params=report, content=b"%PDF-1.7 visit")
    world.ann.step(at, "end-inspection")
    job = world.ann.post(f"{at}/recomputations", status=202).json()
    assert world.ann.ended(job)["result"]["same"] is True
    told = {"assurance": "reasonable", "misstatement": 0.01, "text": "fair in all that is material"}
    world.ann.post(f"{at}/statement", told, 201)
    world.ann.step(at, "end-verification")
    for one in (world.ann, world.bo):
        one.post(f"{at}/signatures", etag=at)
    return world.bo.post(f"{at}/certificate", status=201, etag=at).json()["number"]


def assessed(engineer, organisation, **changed):
    """A study with power of the regulator's factor: ``(study, assessment)``."""
    text = study(**changed)
    made = engineer.ask("POST", "/v1/studies", 201, params={"organisation": organisation}, content=text).json()
    at = f"/v1/studies/{made['id']}"
    document = engineer.get(f"{at}/versions/1").json()["document"]
    document["lines"][0]["from"] = "factor:cn-power/grid-power"
    engineer.ask("POST", f"{at}/versions", 201, content=orjson.dumps(document), etag=at)
    engineer.ask("POST", f"{at}/evidence", 201, params={"name": "meter.csv"}, content=b"100")
    return made["id"], engineer.post(f"{at}/assessments", {}, 201).json()


def verify(world, what, *words):
    """``tanheng verify`` as a stranger runs it on the day: exit code and answer."""
    day = world.platform.today().isoformat()
    done = CliRunner().invoke(command_line, ["verify", str(what), "--json", "--at", day, *map(str, words)])
    found = json.loads(done.output[done.output.index('{\n  "kind"') :])
    return done.exit_code, found


def failed(found):
    return {(one["name"], one["reason"]) for one in found["checks"] if one["outcome"] == "failed"}


def photographed(world, number):
    """A picture of the label, and what the code in it says."""
    path = world.folder / f"{number}.png"
    path.write_bytes(httpx.get(f"{world.url}/v1/certificates/{number}/label", params={"format": "png"}).content)
    with Image.open(path) as picture:
        (code,) = zxingcpp.read_barcodes(picture)
    return path, code.text


def test_the_whole_chain(inhabited):
    world = inhabited
    engineer, competitor, official, anybody = world.engineer, world.competitor, world.official, world.anybody
    own = world.ids["maker"]

    # the regulator's factor
    world.ids["record"] = reviewed(world, 0.6)
    publish(world, "1")

    # a study, with a supplier's footprint behind one of its lines
    text = study().decode().rstrip() + (
        '\n  - {id: casting, stage: raw-materials, name: Casting, amount: 10 kg, from: "factor:none-yet"}\n'
    )
    made = engineer.ask("POST", "/v1/studies", 201, params={"organisation": own}, content=text.encode()).json()
    at = f"/v1/studies/{made['id']}"
    asked = {"organisation": own, "names": {"en": "Casting"}, "per": "kg", "supplier": "Foundry", "study": made["id"]}
    due = world.platform.today().replace(year=world.platform.today().year + 1).isoformat()
    sent = engineer.post("/v1/data-requests", {**asked, "line": "casting", "due": due}, 201).json()
    link = f"/v1/data-answers/{sent['link'].rpartition('/')[2]}"  # what the page behind the link asks
    assert anybody.get(link).json()["names"] == {"en": "Casting"}
    form = {
        "names": {"en": "Casting"},
        "value": 2.0,
        "per": "kg",
        "geography": "CN-44",
        "year": 2025,
        "primary_share": 0.8,
    }
    anybody.post(link, form)
    place = f"/v1/data-requests/{sent['request']['id']}"
    accepted = engineer.post(f"{place}/acceptance", etag=place).json()
    document = engineer.get(f"{at}/versions/1").json()["document"]
    document["lines"][0]["from"], document["lines"][1]["from"] = "factor:cn-power/grid-power", accepted["factor"]
    engineer.ask("POST", f"{at}/versions", 201, content=orjson.dumps(document), etag=at)
    engineer.ask("POST", f"{at}/evidence", 201, params={"name": "meter.csv"}, content=b"100")
    result = engineer.post(f"{at}/assessments", {}, 201).json()
    assert result["total"] == pytest.approx(0.6 * 100 + 2.0 * 10)
    assert result["primary_share"] == pytest.approx(0.8 * 20 / 80)

    # classes, before there are certificates: fixed limits
    unit = engineer.get(f"/v1/assessments/{result['id']}/results").json()["unit"]
    fixed = {"method": "limits", "least": "", "least_makers": ""}
    content = scheme_text("general@1", "cradle-to-gate", unit, steps="[100, 200]", **fixed)
    where = {"organisation": world.ids["regulator"]}
    told = official.ask("POST", "/v1/class-schemes", 201, params=where, content=content)
    classes = told.headers["location"]
    draft = official.post(f"{classes}/drafts", status=201).headers["location"]
    effective = {"effective": world.platform.today().isoformat()}
    official.post(f"{draft}/publication", effective, 201)

    # two certificates
    number = certified(world, engineer, own, made["id"], result["id"])
    rival, other = assessed(competitor, world.ids["rival"], Ingot="Rival ingot", **{"100 kWh": "300 kWh"})
    second = certified(world, competitor, world.ids["rival"], rival, other["id"])
    seen = anybody.get(f"/v1/certificates/{number}").json()
    assert (seen["state"], seen["grade"], seen["value"]) == ("valid", "A", 80.0)
    assert anybody.get(f"/v1/certificates/{second}").json()["grade"] == "B"

    # a stranger with the picture and the trust anchor, without a network
    anchors = world.folder / "anchors.json"
    assert CliRunner().invoke(command_line, ["anchors", world.url, str(anchors)]).exit_code == 0
    picture, code = photographed(world, number)
    assert code.startswith(f"{world.url}/c/{number}#")
    exit_code, found = verify(world, picture, "--anchors", anchors, "--offline")
    assert (exit_code, failed(found)) == (3, set())  # genuine; its status does not stand in a picture
    assert {one["name"] for one in found["checks"] if one["outcome"] == "passed"} >= {
        "label-signature",
        "label-issuer",
        "label-validity",
    }
    # and with one
    exit_code, found = verify(world, picture, "--anchors", anchors)
    assert exit_code == 0, found
    assert number in anybody.get(f"/c/{number}").text

    # search, page, bulk check
    hits = anybody.get("/v1/register", params={"q": "Rival ingot"}).json()["items"]
    assert [one["number"] for one in hits] == [second]
    assert anybody.get(f"/v1/register/{number}").json()["certificate"]["number"] == number
    lines = {"lines": [{"number": number}, {"number": second}, {"number": "CFP-0"}], "max_class": "A"}
    verdicts = [one["verdict"] for one in anybody.post("/v1/register/checks", lines).json()["items"]]
    assert verdicts == ["passed", "below-class", "unknown"]

    # a suspension is seen by the stranger, and its end
    world.bo.step(f"/v1/certificates/{number}", "suspend", reason="meter broken")
    exit_code, found = verify(world, picture, "--anchors", anchors)
    assert (exit_code, failed(found)) == (1, {("status", "suspension")})
    world.bo.step(f"/v1/certificates/{number}", "reinstate", reason="meter replaced")
    exit_code, found = verify(world, picture, "--anchors", anchors)
    assert exit_code == 0, found

    # a correction of words by two: everybody sees what it was
    told = {"names": {"en": "Ingot 99.7", "zh": "铝锭 99.7"}, "reason": "the grade was left out"}
    for one in (world.ann, world.bo):
        one.post(f"/v1/register/{number}/corrections", told, 201, etag=f"/v1/register/{number}")
    exit_code, found = verify(world, picture, "--anchors", anchors)
    # what was drawn before names the former credential
    assert (exit_code, failed(found)) == (1, {("label-credential", "another")})
    picture, _ = photographed(world, number)
    exit_code, found = verify(world, picture, "--anchors", anchors)
    assert exit_code == 0, found
    page = anybody.get(f"/v1/register/{number}").json()
    assert page["certificate"]["names"]["en"] == "Ingot 99.7"
    assert "Ingot" in json.dumps(page["corrections"])

    # a factor release, first looked at: what it moves among studies and certificates
    reviewed(world, 1.2, world.ids["record"])
    collection = f"/v1/factor-collections/{world.ids['collection']}"
    preview = official.get(f"{collection}/preview").json()
    assert [one["factor"] for one in preview["changed"]] == ["grid-power"]
    job = official.post("/v1/impact-previews", {"collection": world.ids["collection"]}, 202).json()
    impact = official.ended(job)["result"]
    moved = {one["certificate"]: (one["before"], one["after"], one["grade"], one["would"]) for one in impact["largest"]}
    assert moved == {number: (80.0, 140.0, "A", "B"), second: (180.0, 360.0, "B", "C")}
    publish(world, "2")
    assert engineer.get("/v1/me/notices").json()["items"]
    assert anybody.get(f"/v1/certificates/{number}").json()["value"] == 80.0  # what is published stays

    # stricter limits, tried on the register, signed, and in force on their day
    stricter = scheme_text("general@1", "cradle-to-gate", unit, version="1.1.0", steps="[50, 200]", **fixed)
    classes = official.ask("POST", "/v1/class-schemes", 201, params=where, content=stricter).headers["location"]
    draft = official.post(f"{classes}/drafts", status=201).headers["location"]
    moves = official.get(f"{draft}/moves").json()["items"]
    assert [(one["certificate"], one["before"], one["after"]) for one in moves] == [(number, "A", "B")]
    day = (world.platform.today() + timedelta(days=30)).isoformat()
    official.post(f"{draft}/publication", {"effective": day}, 201)
    assert anybody.get(f"/v1/certificates/{number}").json()["grade"] == "A"
    world.pass_days(30)
    assert anybody.get(f"/v1/certificates/{number}").json()["grade"] == "B"
    changes = anybody.get("/v1/class-changes", params={"certificate": number}).json()["items"]
    assert [(one["before"], one["after"], one["cause"]) for one in changes] == [
        ("A", "B", "limits"),
        ("", "A", "issue"),
    ]

    # the register as open data, with the digests that the public log names
    official.ended(official.post("/v1/register/dumps", status=202, params=where).json())
    (dump,) = anybody.get("/v1/register/dumps").json()["items"]
    files = {name: anybody.get(f"/v1/register/dumps/{dump['id']}/{name}").content for name in dump["files"]}
    assert {name: hashlib.sha256(content).hexdigest() for name, content in files.items()} == dump["files"]
    rows = list(csv.DictReader(io.StringIO(files["register.csv"].decode("utf-8-sig"))))
    assert {row["number"] for row in rows} == {number, second}
    entries = anybody.get("/v1/log/entries", params={"limit": 200}).json()["items"]
    assert any(dump["files"]["manifest.json"] in one["entry"] for one in entries)

    # the end of its validity, by the clock: kept, and told to the stranger
    world.pass_days(710)
    assert anybody.get(f"/v1/certificates/{number}").json()["state"] == "expired"
    exit_code, found = verify(world, picture, "--anchors", anchors)
    assert exit_code == 1
    assert ("label-validity", "expired") in failed(found)
    assert anybody.get(f"/v1/register/{number}").json()["certificate"]["state"] == "expired"
    assert anybody.get(f"/v1/certificates/{number}/steps").json()["items"][0]["step"] == "expire"
