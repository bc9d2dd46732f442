"""An organisation that has one of everything, and everybody who may ask for it, each with a real session or token."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import httpx
import pyotp
from sqlalchemy import delete, insert, select, update

from class_samples import scheme_text as class_scheme
from pact_desk import Desk
from pact_samples import document
from platforms import fresh_platform
from received_samples import taken_in
from serving import served
from study_samples import impact_method, one_product, study
from supplier_samples import answered
from tanheng.accounts import ANONYMOUS, Actor, Membership, system
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.deciding import scopes
from tanheng.accounts.model import SECOND_FACTOR_ROLES, OrganisationKind, Role, SystemRole
from tanheng.api.app import create_app
from tanheng.compute import compute_at
from tanheng.factors.model import Level
from tanheng.footprint.ports import Choice
from tanheng.inventory.uncertainty.montecarlo import monte_carlo
from tanheng.rules.template import new_pack
from tanheng.services.accounts import delegations, organisations, people, signing_in, sites, tokens
from tanheng.services.databases.backgrounds import shelf_of
from tanheng.services.databases.importing import import_into
from tanheng.services.factors import collections, noticing, publishing, records, reviewing
from tanheng.services.grading import schemes as class_schemes
from tanheng.services.grading import thresholds
from tanheng.services.jobs import jobs
from tanheng.services.methods import importing as method_importing
from tanheng.services.methods import scoring
from tanheng.services.pact import inbox, partners, questions
from tanheng.services.pact.cloudevents import Event
from tanheng.services.paging import Paging
from tanheng.services.recognition import foreign
from tanheng.services.rulepacks import rulepacks
from tanheng.services.search import indexing
from tanheng.services.search.model import Entry, Kind
from tanheng.services.studies import assessing, choices, evidence, intake, studies
from tanheng.storage.platform import Platform, utc_now
from tanheng.storage.runs import id_of
from tanheng.storage.sql import Work
from tanheng.storage.sql.tables import accounts as tables
from tenant_certification import certification

INIT = system("init")
PASSWORD = "a sentence of my own"
SECRET = "Zerzura"
"""A word in all that the organisation has, and nowhere else."""
RECORD = {
    "id": "steel",
    "kind": "footprint",
    "names": {"en": SECRET},
    "per": "kg",
    "value": 2.0,
    "year": 2025,
    "geography": "CN",
    "boundary": "cradle-to-gate",
    "source": {"title": SECRET, "licence": "own"},
}


@dataclass
class Tenants:
    """The installation with its people.

    Attributes:
        ids: of the organisation's things, by what they are. headers: credentials, by caller.
    """

    http: httpx.Client
    platform: Platform
    ids: dict[str, str] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)


@contextmanager
def opened(engine: str, request, folder: Path) -> Iterator[Tenants]:
    """The tenants on ``sqlite`` or ``postgresql``, behind a server on loopback."""
    with (
        _platform(engine, request, folder) as platform,
        served(create_app(platform)) as url,
        httpx.Client(base_url=url, timeout=60) as http,
    ):
        made = Tenants(http, platform)
        _people(made)
        _things(made, folder)
        yield made


@contextmanager
def keeping_sessions(made: Tenants) -> Iterator[None]:
    """Whoever is signed out within is signed in again afterwards, since tests run in any order."""
    rows = tables.sessions
    with made.platform.engine.begin() as sql:
        before = [dict(row) for row in sql.execute(select(rows)).mappings()]
    yield
    with made.platform.engine.begin() as sql:
        sql.execute(delete(rows))
        sql.execute(insert(rows), before)


@contextmanager
def _platform(engine: str, request, folder: Path) -> Iterator[Platform]:
    with fresh_platform(engine, request, folder / "home", utc_now) as made:
        yield _unhurried(made)


def _unhurried(platform: Platform) -> Platform:
    return replace(platform, configuration=replace(platform.configuration, requests_per_minute=10**6))


def _people(made: Tenants) -> None:
    do = made.platform.do
    kind = OrganisationKind.ENTERPRISE
    own = do(INIT, organisations.create, kind=kind, names={"zh": "甲", "en": SECRET}, code=SECRET).id
    other = do(INIT, organisations.create, kind=kind, names={"zh": "乙"}).id
    every = [role.value for role in Role]
    made.ids["organisation"] = own
    made.ids["person"] = do(
        INIT, people.create, email=f"{SECRET}@example.org", name=SECRET, organisation=own, roles=["viewer"]
    ).id
    made.ids["goner"] = do(
        INIT, people.create, email="goner@example.org", name="goner", organisation=own, roles=["viewer"]
    ).id
    made.headers["anonymous"] = {}
    for caller, organisation, roles, system_role in (
        ("insider", own, every, ""),
        ("viewer", own, ["viewer"], ""),
        ("stranger", other, every, ""),
        ("lonely", "", [], ""),
        ("administrator", "", [], SystemRole.ADMINISTRATOR.value),
        ("auditor", "", [], SystemRole.AUDITOR.value),
    ):
        email = f"{caller}@example.org"
        person = do(
            INIT, people.create, email=email, name=caller, password=PASSWORD, organisation=organisation, roles=roles
        ).id
        made.ids[f"{caller}'s person"] = person
        if system_role:
            do(INIT, people.set_system_roles, person, [system_role])
        made.headers[caller] = _session(made.platform, person, email)
    machine = _machine(made.platform, other, made.ids["stranger's person"], "ERP")
    made.headers["machine"] = {"Authorization": f"Bearer {machine.text}"}
    made.ids["token"] = _machine(made.platform, own, made.ids["insider's person"], SECRET).token.id


def _session(platform: Platform, person: str, email: str) -> dict[str, str]:
    """A session that was opened with a second factor."""
    secret = pyotp.random_base32()
    confirmed = update(tables.people).where(tables.people.c.id == person)
    with platform.engine.begin() as sql:
        sql.execute(confirmed.values(totp_secret=secret, totp_confirmed=True))
    code = pyotp.TOTP(secret).at(platform.clock())
    session = signing_in.sign_in(platform, ANONYMOUS, email=email, password=PASSWORD, code=code)
    return {"Cookie": f"tanheng_session={session.cookie}", "X-CSRF-Token": session.csrf}


def _machine(platform: Platform, organisation: str, person: str, name: str) -> tokens.NewToken:
    roles = frozenset(Role) - SECOND_FACTOR_ROLES
    owner = Actor(
        ActorKind.PERSON,
        person,
        memberships={organisation: Membership(organisation, OrganisationKind.ENTERPRISE, frozenset(Role))},
    )
    until = platform.clock() + timedelta(days=1)
    named = {"name": name, "scopes": scopes(), "roles": [role.value for role in roles]}
    return platform.do(owner, tokens.create, **named, expires_at=until, organisation=organisation)


def _linked(work: Work, person: str) -> str:
    return work.insert(tables.identities, person=person, issuer=f"https://{SECRET}.example", subject=SECRET)


def _sampled(platform: Platform, organisation: str, seed: int) -> str:
    snapshot = platform.look(INIT, shelf_of, organisation).snapshot(SECRET)
    with compute_at() as compute:
        found = monte_carlo(
            snapshot, [0], compute=compute, samples=100, seed=seed, runs=platform.home.runs_of(organisation)
        )
    return id_of(found.run.place)


def _things(made: Tenants, folder: Path) -> None:
    platform, ids = made.platform, made.ids
    do, own = platform.do, ids["organisation"]
    insider = signing_in.by_session(platform, made.headers["insider"]["Cookie"].partition("=")[2]).actor
    ids["identity"] = do(INIT, _linked, ids["insider's person"])
    ids["partner"] = do(INIT, organisations.create, kind=OrganisationKind.BANK, names={"zh": "丙"}).id
    ids["site"] = do(insider, sites.create, own, names={"en": SECRET}, geography="CN-53").id
    until = platform.clock() + timedelta(days=1)
    lent = {"receiver": ids["partner"], "roles": ["viewer"], "until": until, "note": SECRET}
    ids["delegation"] = do(insider, delegations.give, own, **lent).id
    model = intake.read(study(Ingot=f"{SECRET} ingot"))
    ids["study"] = do(insider, studies.create, organisation=own, model=model, note=SECRET).id
    chosen = Choice(f"name:{SECRET}", "factor:steel", SECRET)
    do(insider, choices.write, own, ids["study"], 1, [chosen])
    ids["link choice"] = platform.look(insider, choices.listed, own, Paging()).items[0].id
    path = folder / "meter.csv"
    path.write_text(SECRET)
    kept = {"name": f"{SECRET}.csv", "media_type": "text/csv"}
    ids["evidence"] = evidence.add(platform, insider, ids["study"], path, **kept).id
    ids["assessment"] = assessing.assess(platform, insider, ids["study"], assessing.Order()).id
    ids["later"] = assessing.assess(platform, insider, ids["study"], assessing.Order()).id
    path = folder / f"{SECRET}.spold"
    path.write_bytes(one_product(2))
    ids["database"] = import_into(platform, insider, path, name=SECRET, organisation=own).id
    path = folder / f"{SECRET}.csv"
    path.write_bytes(impact_method(SECRET))
    ids["method"] = method_importing.import_into(platform, insider, path, name=SECRET, organisation=own).id
    pair = {"organisation": own, "database": ids["database"], "method": ids["method"]}
    ids["goner method"] = method_importing.import_into(platform, insider, path, name="goner", organisation=own).id
    path.write_text("flow,target\n")
    goner = {**pair, "method": ids["goner method"]}
    ids["goner mapping"] = scoring.keep(platform, insider, path, **goner, name=f"{SECRET}.csv").id
    ids["mapping"] = scoring.keep(platform, insider, path, **pair, name=f"{SECRET}.csv").id
    ids["rules"] = rulepacks.add(platform, insider, new_pack("own-pack", SECRET).encode(), organisation=own).id
    payload = {"database": SECRET, "products": ["p"], "samples": 100, "seed": 1}
    ids["job"] = do(insider, jobs.start, kind="monte-carlo", payload=payload, organisation=own).id
    ids["run"], ids["goner run"] = (_sampled(platform, own, seed) for seed in (1, 2))
    ids["entry"] = f"entry of {SECRET}"
    desk = {"organisation": own, "names": {"en": SECRET}, "level": Level.ENTERPRISE}
    ids["collection"] = do(insider, collections.create, name="zerzura", **desk).id
    ids["record"] = do(INIT, records.create, ids["collection"], RECORD).id
    handed = do(INIT, reviewing.submit, ids["record"], expected=1)
    ids["comment"] = do(insider, reviewing.comment, ids["record"], field="", text=SECRET).id
    do(insider, reviewing.settle, ids["comment"])
    do(insider, reviewing.accept, ids["record"], expected=handed.version)
    digest = platform.look(insider, publishing.candidate, ids["collection"]).digest
    publishing.publish(platform, insider, ids["collection"], version="1", digest=digest)
    ids["draft"] = do(INIT, records.create, ids["collection"], {**RECORD, "id": "draft"}).id
    ids["open comment"] = do(insider, reviewing.comment, ids["draft"], field="", text=SECRET).id
    ids["subscription"] = do(insider, noticing.subscribe, ids["collection"]).id
    for name in ("data request", "returned request", "accepted request", "withdrawn request"):
        ids[name], ids["data file"] = answered(platform, insider, own, folder, SECRET)
    _exchanged(made, insider)
    for name in ("received footprint", "rejected footprint"):
        ids[name] = taken_in(platform, insider, own, folder, SECRET)
    abroad = foreign.Told(
        number=SECRET,
        issuer=SECRET,
        scheme="",
        names={"en": SECRET},
        value=1.0,
        per="kg",
        category="",
        boundary="cradle-to-gate",
        geography="DE",
        valid_from=date(2026, 1, 1),
        valid_until=date(2036, 1, 1),
    )
    for thing in ("foreign certificate", "goner foreign certificate"):
        ids[thing] = foreign.register(platform, insider, own, abroad).id
    path.write_text(SECRET)
    foreign.add_file(platform, insider, ids["foreign certificate"], path, name=f"{SECRET}.pdf", expected=1)
    entry = Entry(kind=Kind.DATASET, reference=ids["entry"], names={"en": f"{SECRET} ingot"}, organisation=own)
    do(INIT, indexing.index, [entry])
    certification(made, insider, folder, SECRET)
    _classes(made)
    entry = Entry(kind=Kind.DATASET, reference=ids["entry"], names={"en": f"{SECRET} ingot"}, organisation=own)
    do(INIT, indexing.index, [entry])


def _exchanged(made: Tenants, insider: Actor) -> None:
    """Partners of PACT, a footprint for them, and what was asked and came."""
    platform, ids = made.platform, made.ids
    do, own = platform.do, ids["organisation"]
    urns = [f"urn:{SECRET.lower()}:1"]
    ids["pact partner"] = do(insider, partners.register, organisation=own, name=SECRET, ids=urns).id
    server = {"name": SECRET, "base_url": f"https://{SECRET}.example"}
    ids["pact server"] = do(insider, partners.register, organisation=own, **server).id
    desk = Desk(platform, own, insider)
    ids["pact footprint"] = desk.keep(ids["assessment"], comment=SECRET).id
    row = platform.look(insider, partners.seen, ids["pact partner"])
    for name in ("pact request", "rejected pact request"):
        asked = Event(kind="created", speaks=3, id=name, source=SECRET, criteria={"geography": [SECRET]})
        do(INIT, inbox.take, row, asked)
        found = platform.look(insider, inbox.listed, Paging()).items
        ids[name] = found[0].id
    ids["pact question"] = do(insider, questions.ask, ids["pact server"], {"geography": [SECRET]}).id
    do(INIT, questions.keep, row, document(comment=SECRET), speaks=3)


def _classes(made: Tenants) -> None:
    """A class scheme of a regulator, with a draft and limits that were published."""
    do, ids = made.platform.do, made.ids
    regulator = do(INIT, organisations.create, kind=OrganisationKind.REGULATOR, names={"zh": "监管"}).id
    content = class_scheme("cn-cement@1", "cradle-to-gate", "kg CO2e/t", method="limits", steps="[600, 750]")
    ids["class scheme"] = do(INIT, class_schemes.publish, content, organisation=regulator).id
    drafts = [thresholds.derive(made.platform, INIT, ids["class scheme"]).id for _ in range(2)]
    ids["class draft"] = drafts[0]
    ids["thresholds"] = do(INIT, thresholds.publish, drafts[1], effective=made.platform.today()).id
