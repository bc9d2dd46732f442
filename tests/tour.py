"""A tour of all pages: an installation with the demonstration, who looks, and an example for whatever an address names.

Pages are those of ``tanheng.web.pages.ROUTERS``; what an address names (``{id}``) is looked up by what stands before it.
A page whose address names something that nobody can find here fails ``test_every_page.py``, which says so.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from urllib.parse import quote

import tanheng.jobs.kinds  # noqa: F401 - registers them
from pact_desk import Desk
from received_samples import taken_in
from serving import free_port, served
from tanheng.accounts import Actor, system
from tanheng.accounts.actors import ActorKind
from tanheng.accounts.model import SystemRole
from tanheng.api.authentication import COOKIE
from tanheng.certification.recognition import Recognised, Scope
from tanheng.jobs.worker import Worker
from tanheng.services.accounts import people, signing_in
from tanheng.services.certification import bodies, cases, certificates, complaints, schemes
from tanheng.services.databases import databases
from tanheng.services.demonstration import supplying
from tanheng.services.demonstration.cast import Cast, gather
from tanheng.services.demonstration.filling import start
from tanheng.services.factors import collections, records
from tanheng.services.furnishing import furnish
from tanheng.services.grading import schemes as class_schemes
from tanheng.services.grading import thresholds
from tanheng.services.impact import asking
from tanheng.services.jobs import jobs
from tanheng.services.methods import methods
from tanheng.services.pact import inbox, partners
from tanheng.services.pact.cloudevents import Event
from tanheng.services.paging import Paging
from tanheng.services.recognition import foreign, recognitions
from tanheng.services.registry import statements
from tanheng.services.studies import assessments, studies
from tanheng.services.suppliers import requests
from tanheng.storage import installing
from tanheng.storage.platform import Platform
from tanheng.web.app import create_app
from tanheng.web.pages import ROUTERS

INIT = system("init")
ALL = Paging(limit=500)
NO_PAGES = {"/language", "/theme", "/first-visit", "/docs", "/register/{number}", "/assessments/{id}/tree"}
"""Addresses that lead on to another, the first visit, which is over here, and a part of a page that databases are needed for."""
QUERIES = {
    "/compare": "a={assessment}&b={improved}",
    "/search": "q=铝",
    "/audit/decisions": "kind=study&id={study}",
    "/databases/{id}/find": "named=power",
    "/studies/{id}/conflict": "base=1",
    "/tasks/report": "year={year}",
    "/assessments/{id}/formula": "path=lines[0]",
    "/cases/new": "study={study}",
}
"""What further is asked of some pages."""
STRANGERS = {"/sign-in"}
"""Pages for those who have not signed in."""
BODY = ("/cases/{id}", "/surveillance", "/bodies")
"""Beginnings of pages that somebody of the body looks at."""


@dataclass
class Tour:
    """The installation behind a server, and what is there.

    Attributes:
        sessions: cookies of those who look, by who they are.
    """

    platform: Platform
    url: str
    cast: Cast
    visitor: str
    sessions: dict[str, str] = field(default_factory=dict)
    _found: dict[str, str] = field(default_factory=dict)

    def find(self, what: str) -> str:
        """An example of something, looked up once."""
        if what not in self._found:
            self._found[what] = EXAMPLES[what](self)
        return self._found[what]

    def path(self, route: str) -> str:
        """The address of a page, with examples for what it names.

        Raises:
            LookupError: nobody knows an example.
        """
        path = route
        while named := re.search(r"\{[\w:]+\}", path):
            before = path[: named.start()]
            known = _known(route, before)
            if known is None:
                raise LookupError(f"no example for {named[0]} in {route}; tell tests/tour.py of one")
            path = before + quote(self.find(known), safe="") + path[named.end() :]
        query = re.sub(r"\{(\w+)\}", lambda one: self.find(one[1]), QUERIES.get(route, ""))
        return f"{path}?{query}" if query else path

    def who(self, route: str) -> str:
        """Who looks at a page: ``visitor``, ``reviewer``, or nobody."""
        if route in STRANGERS:
            return ""
        return "reviewer" if route.startswith(BODY) else "visitor"

    def enter(self, walker, who: str) -> None:
        """Let a walker be somebody."""
        walker.context.clear_cookies()
        if who:
            walker.context.add_cookies([{"name": COOKIE, "value": self.sessions[who], "url": self.url}])


def routes() -> list[str]:
    """Addresses of all pages, in the order of the menu's areas."""
    found = {route.path for router in ROUTERS for route in router.routes if "GET" in route.methods}
    return sorted(found - NO_PAGES)


@contextmanager
def tour(home: Path) -> Iterator[Tour]:
    """An installation with the demonstration, made anew in a folder, and its visitor."""
    port = free_port()  # labels and credentials name the address
    opened = installing.initialise(home)
    own = {"public_url": f"http://127.0.0.1:{port}", "requests_per_minute": 10**6}
    platform = replace(opened, configuration=replace(opened.configuration, **own))
    furnish(platform)
    made = platform.do(INIT, people.create, email="visitor@tanheng.example", name="示例访客 Example Visitor")
    platform.do(INIT, people.set_system_roles, made.id, [SystemRole.ADMINISTRATOR.value, SystemRole.AUDITOR.value])
    asked = platform.do(Actor(ActorKind.PERSON, made.id), start)
    Worker(platform).run(asked.id)
    with served(create_app(platform), port) as url:
        found = Tour(platform, url, gather(platform), made.id)
        for who, person in (("visitor", made.id), *((key, one.id) for key, one in found.cast.people.items())):
            opened = platform.do(INIT, signing_in.open_session, person, second_factor=True)
            found.sessions[who] = opened.cookie
        try:
            yield found
        finally:
            platform.close()


def _first(use_case, **how):
    return lambda tour: tour.platform.look(INIT, use_case, ALL, **how).items[0].id


def _named(use_case, words):
    def found(tour):
        items = tour.platform.look(INIT, use_case, ALL).items
        return next(one.id for one in reversed(items) if words in one.names["en"])

    return found


def _job(kind, **payload):
    def found(tour):
        own = tour.cast.organisations["materials"]
        return tour.platform.do(INIT, jobs.start, kind=kind, payload=payload, organisation=own).id

    return found


def _secret(tour):
    items = tour.platform.look(INIT, requests.listed, ALL).items
    waiting = next(one for one in items if dict(one.names) == supplying.GLASS)
    return tour.platform.do(tour.cast.people["designer"], requests.renew, waiting.id).link.rpartition("/")[2]


def _draft(tour):
    scheme, official = tour.find("class scheme"), tour.cast.people["official"]
    return tour.platform.look(official, thresholds.drafts, scheme, ALL).items[0].id


def _complaint(tour):
    told = {"body": tour.cast.organisations["body"], "text": "示例投诉 Example"}
    return tour.platform.do(tour.cast.people["designer"], complaints.complain, **told).id


def _statement(tour):
    today = tour.platform.clock().date()
    told = {"holder": tour.cast.organisations["materials"], "period": (today, today)}
    texts = {"zh": "示例披露声明", "en": "An example of a statement"}
    actor = tour.cast.people["metallurgist"]
    return tour.platform.do(actor, statements.publish, numbers=[tour.find("number")], texts=texts, **told).id


DID = "did:web:elsewhere.example.org"


def _recognition(tour):
    scope = Scope(kind=Recognised.ISSUER, party=DID, valid_from=date(2025, 1, 1))
    told = {"names": {"zh": "示例境外机构", "en": "Example body abroad"}, "basis": "示例互认协议 Example agreement"}
    own = tour.cast.organisations["regulator"]
    return tour.platform.do(tour.cast.people["official"], recognitions.publish, own, scope=scope, **told).id


def _foreign(tour):
    tour.find("recognition")
    told = foreign.Told(
        number="EPD-0001",
        issuer=DID,
        scheme="epd",
        names={"zh": "示例铝型材", "en": "Example profile"},
        value=9.2,
        per="kg",
        category="general",
        boundary="cradle-to-gate",
        geography="DE",
        valid_from=date(2025, 1, 1),
        valid_until=date(2029, 12, 31),
    )
    own = tour.cast.organisations["materials"]
    return foreign.register(tour.platform, tour.cast.people["metallurgist"], own, told).id


def _preview(tour):
    asked = tour.platform.do(INIT, asking.start, collection=tour.find("collection"))
    Worker(tour.platform).run(asked.id)
    return asked.id


def _received(tour):
    own = tour.cast.organisations["materials"]
    return taken_in(tour.platform, tour.cast.people["metallurgist"], own, Path(tempfile.mkdtemp()), "示例锭 Ingot")


def _partner(tour):
    told = {"organisation": tour.cast.organisations["materials"], "name": "示例买方 Example buyer"}
    told |= {"ids": ["urn:lei:529900T8BM49AURSDO55"], "base_url": "https://buyer.example.org"}
    return tour.platform.do(INIT, partners.register, **told).id


def _published(tour):
    desk = Desk(tour.platform, tour.cast.organisations["materials"], INIT)
    return desk.keep(tour.find("assessment"), tour.find("pact partner")).id


def _asked(tour):
    tour.find("published footprint")
    row = tour.platform.look(INIT, partners.seen, tour.find("pact partner"))
    criteria = {"productId": ["urn:gtin:6901234567892"], "geography": ["CN"]}
    asked = Event(kind="created", speaks=3, id="example", source="//buyer.example.org", criteria=criteria)
    tour.platform.do(INIT, inbox.take, row, asked)
    return tour.platform.look(INIT, inbox.listed, ALL).items[0].id


EXAMPLES = {
    "pact partner": _partner,
    "published footprint": _published,
    "pact request": _asked,
    "protocol": lambda _: "catena-x",
    "received footprint": _received,
    "recognition": _recognition,
    "foreign certificate": _foreign,
    "preview": _preview,
    "study": _named(studies.listed, "aluminium"),
    "assessment": _named(assessments.listed, "aluminium"),
    "improved": lambda tour: next(
        one.id for one in tour.platform.look(INIT, assessments.listed, ALL).items if "aluminium" in one.names["en"]
    ),
    "case": lambda tour: tour.platform.look(INIT, cases.listed, ALL, state="document-review").items[0].id,
    "number": lambda tour: tour.platform.look(INIT, certificates.listed, ALL).items[0].number,
    "body": lambda tour: tour.cast.organisations["body"],
    "organisation": lambda tour: tour.cast.organisations["materials"],
    "accreditation": _first(bodies.accreditations),
    "complaint": _complaint,
    "scheme": lambda tour: tour.platform.look(INIT, schemes.listed, ALL, scheme="example-label").items[0].id,
    "class scheme": _first(class_schemes.listed),
    "limits": lambda tour: tour.platform.look(INIT, thresholds.listed, tour.find("class scheme"), ALL).items[0].id,
    "class draft": _draft,
    "database": _first(databases.listed),
    "method": _first(methods.listed),
    "process": lambda _: "0",
    "check": lambda _: "loops",
    "collection": lambda tour: next(
        one.id for one in tour.platform.look(INIT, collections.listed, ALL).items if one.name == "example-national"
    ),
    "collection name": lambda _: "example-national",
    "factor": lambda _: "example-grid-power",
    "record": lambda tour: tour.platform.look(INIT, records.listed, tour.find("collection"), ALL).items[0].id,
    "statement": _statement,
    "request": _first(requests.listed),
    "secret": _secret,
    "job": _job("report", assessment="", format="pdf", lang="zh"),
    "import": _job("import-database", name="example-import", file="example.zip", blob=""),
    "rules": lambda _: "cn-cement@1.0.0",
    "version": lambda _: "1",
    "task": lambda _: "A3",
    "line": lambda _: "1",
    "year": lambda tour: str(tour.platform.clock().year),
}
"""How an example of something is found."""
BEFORE = {
    "/studies/": "study",
    "/studies/{}/versions/": "version",
    "/studies/{}/lines/": "line",
    "/assessments/": "assessment",
    "/assessments/{}/lines/": "line",
    "/assessments/jobs/": "job",
    "/cases/": "case",
    "/certificates/": "number",
    "/c/": "number",
    "/register/": "number",
    "/bodies/": "body",
    "/complaints/": "complaint",
    "/schemes/": "scheme",
    "/classes/": "class scheme",
    "/classes/drafts/": "class draft",
    "/classes/limits/": "limits",
    "/databases/": "database",
    "/databases/imports/": "import",
    "/databases/{}/processes/": "process",
    "/databases/{}/check/": "check",
    "/methods/": "method",
    "/factors/": "collection name",
    "/factors/{}/": "factor",
    "/factors/my/": "collection",
    "/factors/my/{}/records/": "record",
    "/disclosures/": "statement",
    "/suppliers/": "request",
    "/answers/": "secret",
    "/rules/": "rules",
    "/tasks/": "task",
    "/jobs/": "job",
    "/previews/": "preview",
    "/assessments/{}/exchange/": "protocol",
    "/received-footprints/": "received footprint",
    "/exchange/pact/partners/": "pact partner",
    "/exchange/pact/footprints/": "published footprint",
    "/exchange/pact/requests/": "pact request",
    "/recognition/": "recognition",
    "/recognition/certificates/": "foreign certificate",
    "/organisations/": "organisation",
}
"""What is named after a beginning of an address; ``{}`` stands for what was named before."""


def _known(route: str, before: str) -> str | None:
    depth = before.count("/")
    pattern = re.sub(r"\{[\w:]+\}", "{}", "/".join(route.split("/")[:depth]) + "/")
    return BEFORE.get(pattern)
