"""Every route of the application, called against a thing of one organisation by everybody else.

To add a route, write a line in ``TABLE``: ``"GET /v1/things/{id}": read("thing")``. The helpers:

=============================  ========================================================================================
``read("thing")``              one thing is read: its organisation's people may, nobody else learns that there is one
``change("thing", json=…)``    one thing is changed: so too, and a viewer of its organisation is refused
``create(query=…)``            something is made in the organisation that the request names
``listing("thing")``           a list: everybody gets their own; the insider's holds the thing
``own(…)``                     about whoever asks, and nothing else
``public()``                   the same for everybody, and nothing of any organisation
=============================  ========================================================================================

Each says what the callers get (:data:`CALLERS`); words at the end change that: ``read("thing", administrator=200)``. ``{thing}``
in paths, queries and bodies stands for the id of a thing of the organisation; ``tests/tenants.py`` makes the things.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from certification_samples import SCHEME
from received_samples import catena_x
from study_samples import impact_method, study
from tanheng.reporting.wordml import shipped_template
from tanheng.rules.template import new_pack

CALLERS = {
    "anonymous": "who sends no credential",
    "lonely": "a person with no organisation",
    "stranger": "a person of another organisation with every role there, and a second factor",
    "machine": "a token of the other organisation with every role and scope that a machine can have",
    "administrator": "of the installation, with a second factor",
    "auditor": "of the installation",
    "viewer": "a viewer of the organisation itself",
    "insider": "a person of the organisation with every role there; their request is carried out, so it comes last",
}
OTHERS = ("anonymous", "lonely", "stranger", "machine")
"""Who gets nothing of the organisation, and learns nothing of what there is."""


@dataclass(frozen=True)
class Entry:
    """How a route is called, and what callers get.

    Attributes:
        path: things by parameter of the path. etag: address whose ETag is sent as If-Match.
        known: everybody reads these things, so that a refusal tells nothing new.
        gets: status by caller. finds: things whose ids the insider's answer holds, and no other's.
    """

    path: dict[str, str]
    gets: dict[str, int | tuple[int, ...]]
    query: dict[str, Any] = field(default_factory=dict)
    json: Any = None
    content: bytes = b""
    etag: str = ""
    known: bool = False
    finds: tuple[str, ...] = ()

    @property
    def names_things(self) -> bool:
        """Whether the request names things of the organisation, which may be there or not."""
        if self.known:
            return False
        return bool(self.path) or "{" in f"{list(self.query.values())}{list((self.json or {}).values())}"


def _entry(gets: dict[str, Any], thing: str, more: dict[str, Any], **fixed: Any) -> Entry:
    said = {name: more.pop(name) for name in list(more) if name in CALLERS}
    path = more.pop("path", {"id": thing} if thing else {})
    return Entry(path=path, gets={**gets, **said}, **{**fixed, **more})


def read(thing: str, **more: Any) -> Entry:
    hidden = {"anonymous": 401, "lonely": 404, "stranger": 404, "machine": 404, "administrator": 404, "auditor": 404}
    return _entry({**hidden, "viewer": 200, "insider": 200}, thing, more)


def change(thing: str, insider: int = 200, **more: Any) -> Entry:
    return read(thing, **{"viewer": 403, "insider": insider, **more})


def create(insider: int = 201, **more: Any) -> Entry:
    return _entry({"anonymous": 401, **dict.fromkeys(list(CALLERS)[1:-1], 403), "insider": insider}, "", more)


def listing(*finds: str, **more: Any) -> Entry:
    return _entry({**dict.fromkeys(CALLERS, 200), "anonymous": 401}, "", more, finds=finds)


def own(everybody: int | tuple[int, ...] = 200, **more: Any) -> Entry:
    return _entry(dict.fromkeys(CALLERS, everybody), "", more)


def public() -> Entry:
    return own()


ORGANISATION = {"organisation": "{organisation}"}
TOKEN = {"name": "t", "scopes": ["studies:read"], "expires_at": "{tomorrow}", "organisation": "{organisation}"}
NEWCOMER = {"email": "{new}@example.org", "name": "N", "password": "a sentence of my own"}
SITE = {"names": {"zh": "厂"}, "geography": "CN-53"}
LENT = {"receiver": "{partner}", "roles": ["viewer"], "until": "{tomorrow}"}
FRESH = {"kind": "bank", "names": {"en": "B"}}
DAYS = {"begins": "2026-12-31", "ends": "2026-01-01"}  # in no order, so that it is refused
STATEMENT = {"holder": "{organisation}", "certificates": ["nothing"], "texts": {"zh": "甲", "en": "A"}, **DAYS}
CONSENT = {"certificates": ["nothing"], "receiver": "{partner}", "purpose": "p", "until": "2999-12-31"}
SAMPLING = {"kind": "monte-carlo", **ORGANISATION, "payload": {"database": "own", "products": ["p0"], "samples": 100}}
SPOLD = b"{spold}"  # a file of the format
COLLECTION = {**ORGANISATION, "name": "c-{new}", "names": {"en": "C"}, "level": "enterprise"}
RELEASE = {"id": "collection", "number": "=1"}
RECORD = {
    "id": "r-{new}",
    "kind": "footprint",
    "names": {"en": "R"},
    "per": "kg",
    "value": 1,
    "year": 2025,
    "geography": "CN",
    "boundary": "b",
    "source": {"title": "T", "licence": "L"},
}
FACTORS = b"id,kind,name_en,value,unit,per,year,geography\nf,footprint,F,1,kgCO2e,kg,2025,CN"
LINK = {"line": "0", "link": "a name to look up"}
PRODUCT = {"id": "database", "index": "=0"}
ELSEWHERE = {
    "number": "1",
    "issuer": "i",
    "names": {"en": "N"},
    "value": 1,
    "per": "kg",
    "boundary": "cradle-to-gate",
    "geography": "DE",
    "valid_from": "2026-01-01",
    "valid_until": "2027-01-01",
}
EXPORTED = {"id": "assessment", "protocol": "=catena-x"}
BESIDE = {"sections": {"company": {"country": "CN"}}}
PAIR = {"database": "{database}", "method": "{method}"}
SCORES = "/v1/databases/{id}/methods/{method}"
SCORED = {"id": "database", "method": "method"}
MAPPED = {"mapping": "{mapping}"}
RUN = {"id": "organisation", "run": "run"}
ASKED = {**ORGANISATION, "names": {"en": "Bolt"}, "per": "kg", "supplier": "S", "due": "2100-01-01"}
FOOTPRINT = {"names": {"en": "Bolt"}, "value": 2, "per": "kg", "geography": "CN", "year": 2025}
CASE = {"study": "{study}", "scheme": "{scheme}", "body": "{body}"}
COMMENT = {"case": "case", "id": "case comment"}
CASE_ETAG, COMMENT_ETAG = "/v1/cases/{case}", "/v1/cases/{case}/comments/{case comment}"
EVIDENCE = {"study": "study", "id": "evidence"}

PACT = {"organisation": "organisation", "speaks": "=3"}

TABLE: dict[str, Entry] = {
    # what is no tenant's
    "GET /openapi.json": public(),
    "GET /health/live": public(),
    "GET /health/ready": public(),
    "GET /metrics": public(),
    "GET /v1/rules/shipped": public(),
    "GET /v1/rules/shipped/{reference}": own(path={"reference": "=general"}),
    "GET /v1/rules/shipped/{reference}/difference": own(path={"reference": "=general"}, query={"to": "general@1.0.0"}),
    "GET /v1/templates/study": own(query={"product": "P"}),
    "GET /v1/templates/rules": own(query={"id": "own-pack", "name": "P"}),
    "GET /v1/templates/factors": public(),
    "GET /v1/templates/inventory": public(),
    "GET /v1/templates/method": public(),
    "GET /v1/templates/report": public(),
    "GET /v1/permissions": public(),
    "GET /v1/log": public(),
    "GET /v1/log/heads": public(),
    "GET /v1/log/entries": public(),
    "GET /v1/log/proofs/inclusion": own((200, 404), query={"number": 0}),
    "GET /v1/log/proofs/consistency": own((200, 404), query={"first": 1}),
    # what strangers verify certificates by; each is told to everybody alike
    "GET /bodies/{id}/did.json": own(404, path={"id": "=nobody"}),
    "GET /v1/statuses/{body}/{purpose}/{number}": own(
        404, path={"body": "=nobody", "purpose": "=revocation", "number": "=0"}
    ),
    "GET /v1/anchors": public(),
    "GET /v1/certificates/{number}/credential": own(404, path={"number": "=none"}),
    "GET /v1/certificates/{number}/proof": own(404, path={"number": "=none"}),
    "GET /v1/certificates/{number}/bundle": own(404, path={"number": "=none"}),
    "GET /v1/certificates/{number}/label": own(404, path={"number": "=none"}),
    "GET /v1/certificates/{number}/document": own(404, path={"number": "=none"}),
    "GET /v1/schemes/{id}/artwork": own(404, path={"id": "=none"}),
    "PUT /v1/schemes/{id}/artwork": own(404, path={"id": "organisation"}, content=b"<svg/>", anonymous=401),
    "POST /v1/verifications": own(content=b"https://example.org/c/1#1.W10.W10"),
    "GET /v1/recognitions": public(),
    "POST /v1/recognitions": create(
        403,
        json={
            **ORGANISATION,
            "kind": "issuer",
            "names": {"en": "R"},
            "party": "p",
            "basis": "b",
            "valid_from": "2026-01-01",
        },
    ),
    "GET /v1/recognitions/{id}": own(404, path={"id": "=none"}),
    "POST /v1/recognitions/{id}/ending": own((404, 428), path={"id": "=none"}, json={"reason": "r"}),
    # oneself
    "GET /v1/session": own(),
    "POST /v1/session": own((401, 429), json={"email": "lonely@example.org", "password": "wrong"}),
    "DELETE /v1/session": own(204),
    "PUT /v1/me/name": own(json={"name": "Somebody"}, anonymous=401, machine=403),
    "PUT /v1/me/password": own(401, json={"old": "wrong", "new": "w"}, machine=403),
    "POST /v1/me/second-factor": own(201, anonymous=401, machine=403),
    "POST /v1/me/second-factor/confirmation": own((401, 409), json={"code": "x"}, anonymous=401, machine=403),
    "GET /v1/oidc": public(),
    "GET /v1/oidc/{name}/login": own(404, path={"name": "=nowhere"}),
    "GET /v1/oidc/{name}/callback": own(404, path={"name": "=nowhere"}),
    "GET /v1/me/identities": own(anonymous=401, machine=403, finds=("identity",)),
    "POST /v1/me/identities": own(404, json={"name": "nowhere"}, anonymous=401, machine=403),
    "DELETE /v1/me/identities/{id}": read("identity", machine=403, viewer=404, insider=204),
    "GET /v1/me/data": own(anonymous=401, machine=404),
    "GET /v1/me/events": own(anonymous=401),
    "POST /v1/me/erasure": own(401, json={"password": "wrong"}, machine=404),
    # organisations and people
    "GET /v1/organisations": listing("organisation"),
    "POST /v1/organisations": create(json=FRESH, administrator=201, insider=403),
    "GET /v1/organisations/{id}": read("organisation", administrator=200),
    "PATCH /v1/organisations/{id}": change(
        "organisation", json={"code": "9"}, etag="/v1/organisations/{organisation}", administrator=200
    ),
    "GET /v1/organisations/{id}/members": read("organisation", administrator=200, finds=("person",)),
    "POST /v1/organisations/{id}/members": change("organisation", 201, json=NEWCOMER, administrator=201),
    "PUT /v1/organisations/{id}/members/{person}": change(
        "", path={"id": "organisation", "person": "person"}, json={"roles": ["viewer"]}, administrator=200
    ),
    "POST /v1/people": create(json=NEWCOMER, administrator=201, insider=403),
    "GET /v1/people/{id}": read("person", viewer=404, administrator=200),
    "PUT /v1/people/{id}/suspension": change("person", 403, json={"suspended": False}, viewer=404, administrator=200),
    "PUT /v1/people/{id}/system-roles": change("person", 403, json={"roles": []}, viewer=404, administrator=200),
    "POST /v1/people/{id}/erasure": change("goner", (403, 404), viewer=404, administrator=200),
    "POST /v1/organisations/{id}/sites": change("organisation", 201, json=SITE, administrator=403),
    "GET /v1/organisations/{id}/sites": read("organisation", administrator=403, finds=("site",)),
    "GET /v1/sites/{id}": read("site"),
    "PATCH /v1/sites/{id}": change("site", json={"active": True}, etag="/v1/sites/{site}"),
    "POST /v1/organisations/{id}/delegations": change("organisation", 201, json=LENT, administrator=403),
    "GET /v1/organisations/{id}/delegations": read("organisation", administrator=403, finds=("delegation",)),
    "DELETE /v1/delegations/{id}": change("delegation", 204),
    "GET /v1/tokens": listing("token"),
    "POST /v1/tokens": create(json=TOKEN),
    "DELETE /v1/tokens/{id}": read("token", viewer=404, insider=204),
    # studies and assessments
    "GET /v1/studies": listing("study"),
    "POST /v1/studies": create(query=ORGANISATION, content=study()),
    "GET /v1/studies/{id}": read("study"),
    "PATCH /v1/studies/{id}": change("study", json={"archived": False}, etag="/v1/studies/{study}"),
    "POST /v1/studies/{id}/versions": change("study", 201, content=study(), etag="/v1/studies/{study}"),
    "GET /v1/studies/{id}/versions": read("study"),
    "GET /v1/studies/{id}/versions/{number}": read("", path={"id": "study", "number": "=1"}),
    "POST /v1/studies/check": create(200, query=ORGANISATION, content=study()),
    "GET /v1/studies/{id}/versions/{number}/file": read("", path={"id": "study", "number": "=1"}),
    "GET /v1/studies/{id}/difference": read("study", query={"before": 1}),
    "GET /v1/studies/{id}/versions/{number}/gaps": read("", path={"id": "study", "number": "=1"}),
    "POST /v1/studies/{id}/versions/{number}/candidates": read(
        "", path={"id": "study", "number": "=1"}, json={"databases": ["Zerzura"]}
    ),
    "POST /v1/studies/{id}/links": change("study", 201, json={"links": [LINK]}, etag="/v1/studies/{study}"),
    "GET /v1/organisations/{id}/link-choices": read("organisation", finds=("link choice",)),
    "DELETE /v1/organisations/{id}/link-choices/{choice}": change(
        "", 204, path={"id": "organisation", "choice": "link choice"}
    ),
    "GET /v1/organisations/{id}/runs": read("organisation", finds=("run", "goner run")),
    "GET /v1/organisations/{id}/runs/{run}": read("", path=RUN),
    "GET /v1/organisations/{id}/runs/{run}/products/{index}": read("", path={**RUN, "index": "=0"}),
    "DELETE /v1/organisations/{id}/runs/{run}": change("", 204, path={**RUN, "run": "goner run"}),
    "POST /v1/studies/{study}/evidence": change("", 201, path={"study": "study"}, query={"name": "b"}, content=b"{}"),
    "GET /v1/studies/{study}/evidence": read("", path={"study": "study"}, finds=("evidence",)),
    "GET /v1/studies/{study}/evidence/{id}": read("", path=EVIDENCE),
    "POST /v1/studies/{id}/assessments": change("study", 201, json={}),
    "GET /v1/assessments": listing("assessment"),
    "GET /v1/assessments/{id}": read("assessment"),
    "GET /v1/assessments/{id}/document": read("assessment"),
    "POST /v1/assessments/{id}/recompute": read("assessment"),
    "GET /v1/assessments/{id}/report": read("assessment", query={"format": "html"}),
    "GET /v1/assessments/{id}/results": read("assessment"),
    "GET /v1/assessments/{id}/lines": read("assessment"),
    "GET /v1/assessments/{id}/findings": read("assessment"),
    "GET /v1/assessments/{id}/tree": read("assessment"),
    "GET /v1/assessments/{id}/formula": read("assessment", query={"of": "lines[0]"}),
    "GET /v1/assessments/{id}/sensitivity": read("assessment"),
    "GET /v1/assessments/{id}/scenarios": read("assessment"),
    "GET /v1/assessments/{id}/difference": read("assessment", query={"to": "{later}"}),
    "POST /v1/comparisons": read("", json={"a": {"assessment": "{assessment}"}, "b": {"assessment": "{later}"}}),
    "POST /v1/studies/{id}/what-if": change("study", json={"changes": [{"set": "lines[0].amount=9 kWh"}]}),
    "GET /v1/studies/{id}/levers": change("study"),
    "POST /v1/assessments/{id}/what-if": change("assessment", json={"changes": [{"set": "lines[0].amount=9 kWh"}]}),
    "GET /v1/assessments/{id}/levers": change("assessment"),
    "POST /v1/studies/{id}/regimes": change("study", json={"regimes": ["iso14067"]}),
    "POST /v1/assessments/{id}/report": read("assessment", content=shipped_template()),
    "POST /v1/recompute": own(422, content=b"{}", anonymous=401),
    "POST /v1/assessments/{id}/supersede": change("assessment", json={"by": "{later}", "reason": "r"}),
    "GET /v1/decisions": read("", query={"kind": "study", "id": "{study}"}),
    # results in the forms of others, and footprints that came in
    "GET /v1/exchange-protocols": public(),
    "GET /v1/exchange-protocols/{id}": own(path={"id": "=catena-x"}),
    "GET /v1/assessments/{id}/exports": read("assessment"),
    "GET /v1/assessments/{id}/exports/{protocol}": read("", path=EXPORTED),
    "GET /v1/assessments/{id}/exports/{protocol}/file": read("", path=EXPORTED, viewer=409, insider=409),
    "GET /v1/duties": public(),
    "GET /v1/assessments/{id}/duties": read("assessment"),
    "GET /v1/organisations/{id}/supplement": read("organisation"),
    "PUT /v1/organisations/{id}/supplement": change(
        "organisation", json=BESIDE, etag="/v1/organisations/{organisation}/supplement"
    ),
    "GET /v1/studies/{id}/supplement": read("study"),
    "PUT /v1/studies/{id}/supplement": change("study", json=BESIDE, etag="/v1/studies/{study}/supplement"),
    "POST /v1/received-footprints": create(
        query={**ORGANISATION, "protocol": "catena-x", "name": "n"}, content=catena_x("Zerzura")
    ),
    "GET /v1/received-footprints": listing("received footprint", "rejected footprint"),
    "GET /v1/received-footprints/{id}": read("received footprint"),
    "GET /v1/received-footprints/{id}/file": read("received footprint"),
    "POST /v1/received-footprints/{id}/acceptance": change(
        "received footprint", etag="/v1/received-footprints/{received footprint}"
    ),
    "POST /v1/received-footprints/{id}/rejection": change(
        "rejected footprint", json={}, etag="/v1/received-footprints/{rejected footprint}"
    ),
    # the exchange by PACT, as its organisation runs it
    "POST /v1/pact/partners": create(json={**ORGANISATION, "name": "P"}),
    "GET /v1/pact/partners": listing("pact partner"),
    "GET /v1/pact/partners/{id}": read("pact partner"),
    "PATCH /v1/pact/partners/{id}": change("pact partner", json={"name": "P"}, etag="/v1/pact/partners/{pact partner}"),
    "POST /v1/pact/partners/{id}/credentials": change("pact partner", 201),
    "POST /v1/pact/partners/{id}/fetching": change("pact partner", 422, json={}),  # it has no server
    "POST /v1/pact/footprints": change("", 409, path={}, json={"assessment": "{assessment}"}),  # not of the regime
    "GET /v1/pact/footprints": listing("pact footprint"),
    "GET /v1/pact/footprints/{id}": read("pact footprint"),
    "PUT /v1/pact/footprints/{id}/partners": change("pact footprint", json={"partners": ["{pact partner}"]}),
    "GET /v1/pact/requests": listing("pact request"),
    "GET /v1/pact/requests/{id}": read("pact request"),
    "POST /v1/pact/requests/{id}/fulfilment": change(
        "pact request", json={"footprints": ["{pact footprint}"]}, etag="/v1/pact/requests/{pact request}"
    ),
    "POST /v1/pact/requests/{id}/rejection": change(
        "rejected pact request", json={"reason": "r"}, etag="/v1/pact/requests/{rejected pact request}"
    ),
    "POST /v1/pact/questions": change("", 201, path={}, json={"partner": "{pact server}"}),
    "GET /v1/pact/questions": listing("pact question"),
    "GET /v1/pact/questions/{id}": read("pact question"),
    "GET /v1/pact/sendings": listing("pact server"),
    # as partners speak it: over TLS only, which this server has not (tests/api/test_pact.py)
    "GET /pact/{organisation}/.well-known/openid-configuration": own(403, path=PACT),
    "POST /pact/{organisation}/auth/token": own(403, path=PACT),
    "GET /pact/{organisation}/{speaks}/footprints": own(403, path=PACT),
    "GET /pact/{organisation}/{speaks}/footprints/{id}": own(403, path={**PACT, "id": "pact footprint"}),
    "POST /pact/{organisation}/{speaks}/events": own(403, path=PACT),
    # requests to suppliers, and what whoever has the link does
    "POST /v1/data-requests": create(json=ASKED),
    "GET /v1/data-requests": listing("data request", "accepted request"),
    "GET /v1/data-requests/{id}": read("data request"),
    "POST /v1/data-requests/{id}/link": change("data request"),
    "GET /v1/data-requests/{id}/answers": read("data request"),
    "GET /v1/data-requests/{id}/steps": read("data request"),
    "GET /v1/data-requests/{id}/files": read("withdrawn request", finds=("data file",)),
    "GET /v1/data-requests/{id}/files/{file}": read("", path={"id": "withdrawn request", "file": "data file"}),
    "POST /v1/data-requests/{id}/return": change(
        "returned request", json={"reason": "r"}, etag="/v1/data-requests/{returned request}"
    ),
    "POST /v1/data-requests/{id}/acceptance": change("accepted request", etag="/v1/data-requests/{accepted request}"),
    "POST /v1/data-requests/{id}/withdrawal": change(
        "withdrawn request", json={}, etag="/v1/data-requests/{withdrawn request}"
    ),
    "GET /v1/data-answers/{secret}": own(404, path={"secret": "data request"}),
    "POST /v1/data-answers/{secret}": own(404, path={"secret": "data request"}, json=FOOTPRINT),
    "POST /v1/data-answers/{secret}/computed": own(404, path={"secret": "data request"}, query={"kind": "study"}),
    "POST /v1/data-answers/{secret}/files": own(404, path={"secret": "data request"}, query={"name": "b"}),
    "POST /v1/data-answers/{secret}/refusal": own(404, path={"secret": "data request"}, json={"reason": "r"}),
    "POST /v1/organisations/{id}/foreign-certificates": change("organisation", 201, json=ELSEWHERE),
    "GET /v1/organisations/{id}/foreign-certificates": read("organisation", finds=("foreign certificate",)),
    "GET /v1/foreign-certificates/{id}": read("foreign certificate"),
    "PUT /v1/foreign-certificates/{id}/file": change(
        "foreign certificate", query={"name": "n"}, content=b"c", etag="/v1/foreign-certificates/{foreign certificate}"
    ),
    "GET /v1/foreign-certificates/{id}/file": read("foreign certificate"),
    "POST /v1/foreign-certificates/{id}/factor": change(
        "foreign certificate", 409, json={"collection": "{collection}", "factor": "f"}, viewer=409
    ),
    "POST /v1/foreign-certificates/{id}/withdrawal": change(
        "goner foreign certificate", etag="/v1/foreign-certificates/{goner foreign certificate}"
    ),
    # databases, rules, jobs
    "GET /v1/databases": listing("database"),
    "POST /v1/databases": create(query={**ORGANISATION, "name": "b", "file": "b.spold"}, content=SPOLD),
    "POST /v1/databases/imports": create(202, query={**ORGANISATION, "name": "b", "file": "b.spold"}, content=b"b"),
    "POST /v1/databases/validations": create(202, query={**ORGANISATION, "file": "b.spold"}, content=b"b"),
    "POST /v1/databases/{id}/exports": change("database", 202, json={"format": "ilcd"}),
    "GET /v1/databases/{id}": read("database"),
    "PUT /v1/databases/{id}/sharing": change(
        "database", json={"visibility": "private"}, etag="/v1/databases/{database}"
    ),
    "GET /v1/databases/{id}/description": read("database"),
    "GET /v1/databases/{id}/validation": read("database"),
    "GET /v1/databases/{id}/check": read("database"),
    "GET /v1/databases/{id}/check/{kind}": read("", path={"id": "database", "kind": "=loops"}),
    "GET /v1/databases/{id}/links": read("database"),
    "GET /v1/databases/{id}/links/file": read("database"),
    "GET /v1/databases/{id}/integrity": read("database"),
    "GET /v1/databases/{id}/linking": read("database"),
    "POST /v1/databases/{id}/linking": change("database", 202, json={}),
    "POST /v1/databases/{id}/linking/list": change("database", 202, query={"file": "l.csv"}, content=b"flow_id,choose"),
    "GET /v1/databases/{id}/worklist": read("database"),
    "GET /v1/databases/{id}/worklist/file": read("database"),
    "POST /v1/databases/{id}/what-if": read("database", json={"changes": ["a0 emits CO2 * 0.5"]}),
    "GET /v1/databases/{id}/difference": read("database", query={"to": "{database}"}),
    "POST /v1/databases/{id}/difference": change("database", 202, query={"to": "{database}", **ORGANISATION}),
    "GET /v1/databases/{id}/footprints": read("database"),
    "GET /v1/databases/{id}/footprints/file": read("database"),
    "GET /v1/databases/{id}/products": read("database"),
    "GET /v1/databases/{id}/products/{index}": read("", path=PRODUCT),
    "GET /v1/databases/{id}/products/{index}/exchanges": read("", path=PRODUCT),
    "GET /v1/databases/{id}/products/{index}/consumers": read("", path=PRODUCT),
    "GET /v1/databases/{id}/products/{index}/footprint": read("", path=PRODUCT),
    "GET /v1/databases/{id}/products/{index}/open-inputs": read("", path=PRODUCT),
    "GET /v1/databases/{id}/products/{index}/tree": read("", path=PRODUCT),
    "GET /v1/databases/{id}/products/{index}/sensitivity": read("", path=PRODUCT),
    # impact methods
    "GET /v1/methods": listing("method"),
    "POST /v1/methods": create(query={**ORGANISATION, "name": "b", "file": "b.csv"}, content=impact_method()),
    "POST /v1/methods/imports": create(202, query={**ORGANISATION, "name": "b", "file": "b.csv"}, content=b"b"),
    "GET /v1/methods/{id}": read("method"),
    "PUT /v1/methods/{id}/sharing": change("method", json={"visibility": "private"}, etag="/v1/methods/{method}"),
    "POST /v1/methods/{id}/withdraw": change("goner method", etag="/v1/methods/{goner method}"),
    "GET /v1/flow-mappings": listing("mapping"),
    "POST /v1/flow-mappings": create(query={**ORGANISATION, **PAIR}, content=b"flow,target\n"),
    "GET /v1/flow-mappings/{id}": read("mapping"),
    "GET /v1/flow-mappings/{id}/file": read("mapping"),
    "DELETE /v1/flow-mappings/{id}": change("goner mapping", 204),
    f"GET {SCORES}/coverage": read("", path=SCORED, query=MAPPED),
    f"GET {SCORES}/open-flows": read("", path=SCORED, query=MAPPED),
    f"GET {SCORES}/mapping": read("", path=SCORED, query=MAPPED),
    f"GET {SCORES}/scores": read("", path=SCORED, query=MAPPED),
    f"GET {SCORES}/products/{{index}}/scores": read("", path={**SCORED, "index": "=0"}, query=MAPPED),
    f"POST {SCORES}/jobs": change("", 202, path=SCORED, json=ORGANISATION),
    "GET /v1/rules": listing("rules"),
    "POST /v1/rules": create(query=ORGANISATION, content=new_pack("another-pack", "Another").encode()),
    "POST /v1/rules/check": create(200, query=ORGANISATION, content=new_pack("another-pack", "Another").encode()),
    "GET /v1/rules/{id}": read("rules"),
    "GET /v1/rules/{id}/difference": read("rules", query={"to": "general"}),
    "POST /v1/rules/{id}/withdraw": change("rules", etag="/v1/rules/{rules}"),
    "GET /v1/jobs": listing("job"),
    "POST /v1/jobs": create(202, json=SAMPLING, lonely=404, stranger=404, machine=404, administrator=404, auditor=404),
    "GET /v1/jobs/{id}": read("job"),
    "GET /v1/jobs/{id}/file": read("job", viewer=409, insider=409),  # it has made none
    "POST /v1/jobs/{id}/cancel": change("job"),
    # the factor register
    "GET /v1/factor-fields": public(),
    "POST /v1/factor-tables/check": create(200, query={**ORGANISATION, "file": "t.csv"}, content=FACTORS),
    "GET /v1/factor-collections": listing("collection", anonymous=200),
    "POST /v1/factor-collections": create(json=COLLECTION),
    "GET /v1/factor-collections/{id}": read("collection"),
    "PUT /v1/factor-collections/{id}/sharing": change(
        "collection", json={"visibility": "private"}, etag="/v1/factor-collections/{collection}"
    ),
    "POST /v1/factor-collections/{id}/records": change("collection", 201, json=RECORD),
    "GET /v1/factor-collections/{id}/records": read("collection", finds=("record", "draft")),
    "POST /v1/factor-collections/{id}/imports": change("collection", query={"file": "t.csv"}, content=FACTORS),
    "GET /v1/factor-collections/{id}/preview": change("collection"),
    "POST /v1/factor-collections/{id}/previews": change("collection", 202),
    "POST /v1/factor-collections/{id}/releases": change("collection", 409, json={"version": "2", "digest": "x"}),
    "GET /v1/factor-collections/{id}/releases": read("collection"),
    "GET /v1/factor-collections/{id}/releases/{number}": read("", path=RELEASE),
    "GET /v1/factor-collections/{id}/releases/{number}/check": read("", path=RELEASE),
    "GET /v1/factor-collections/{id}/releases/{number}/factors": read("", path=RELEASE),
    "GET /v1/factor-collections/{id}/releases/{number}/factors/{factor}": read(
        "", path={**RELEASE, "factor": "=steel"}
    ),
    "GET /v1/factor-collections/{id}/releases/{number}/file": read("", path=RELEASE),
    "GET /v1/factor-collections/{id}/difference": read("collection", query={"before": 1}),
    "GET /v1/factor-collections/{id}/uses": change("collection"),
    "GET /v1/factor-collections/{id}/usage": change("collection"),
    "POST /v1/factor-collections/{id}/subscriptions": read("collection", json={}, viewer=201, insider=201),
    "GET /v1/me/factor-subscriptions": listing("subscription", machine=403),
    "DELETE /v1/factor-subscriptions/{id}": read("subscription", viewer=404, insider=204),
    "GET /v1/organisations/{id}/factor-conflicts": read("organisation"),
    "GET /v1/factor-records/{id}": read("draft"),
    "POST /v1/factor-records/{id}/versions": change(
        "draft", 201, json={"document": {**RECORD, "id": "draft"}}, etag="/v1/factor-records/{draft}"
    ),
    "GET /v1/factor-records/{id}/versions": read("record"),
    "GET /v1/factor-records/{id}/versions/{number}": read("", path={"id": "record", "number": "=1"}),
    "POST /v1/factor-records/{id}/submission": change("draft", (200, 409), json={}, etag="/v1/factor-records/{draft}"),
    "DELETE /v1/factor-records/{id}/submission": change("draft", (200, 409), etag="/v1/factor-records/{draft}"),
    "POST /v1/factor-records/{id}/reviews": change(
        "draft", (200, 403, 409), json={"step": "accept"}, etag="/v1/factor-records/{draft}"
    ),
    "GET /v1/factor-records/{id}/reviews": read("record"),
    "POST /v1/factor-records/{id}/comments": change("draft", 201, json={"text": "t"}),
    "GET /v1/factor-records/{id}/comments": read("record", finds=("comment",)),
    "POST /v1/factor-comments/{id}/settlement": change("open comment"),
    "GET /v1/me/notices": own(anonymous=401, machine=403),
    "POST /v1/me/notices/reading": own(json={"ids": []}, anonymous=401, machine=403),
    # the public register
    "GET /v1/register": public(),
    "GET /v1/register/table": public(),
    "GET /v1/register/{number}": own(404, path={"number": "=nothing"}),
    "POST /v1/register/{number}/corrections": own(
        404, path={"number": "=nothing"}, json={"reason": "r"}, etag="/v1/studies/{study}"
    ),
    "POST /v1/register/checks": own(json={"lines": [{"number": "nothing"}]}),
    "POST /v1/register/checks/table": own(content=b"number\nnothing\n"),
    # classes: of regulators, and public but for drafts
    "GET /v1/class-schemes": public(),
    "POST /v1/class-schemes": create(403, query=ORGANISATION, content=b"tanheng: class-scheme/1"),
    "GET /v1/class-schemes/{id}": own(path={"id": "class scheme"}),
    "POST /v1/class-schemes/{id}/withdraw": own(
        404, path={"id": "class scheme"}, etag="/v1/class-schemes/{class scheme}", anonymous=401
    ),
    "GET /v1/class-schemes/{id}/histogram": own(path={"id": "class scheme"}),
    "GET /v1/class-schemes/{id}/thresholds": own(path={"id": "class scheme"}),
    "POST /v1/class-schemes/{id}/drafts": own(404, path={"id": "class scheme"}, anonymous=401),
    "GET /v1/class-schemes/{id}/drafts": own(404, path={"id": "class scheme"}, anonymous=401),
    "GET /v1/class-drafts/{id}": own(404, path={"id": "class draft"}, anonymous=401),
    "GET /v1/class-drafts/{id}/trial": own(404, path={"id": "class draft"}, anonymous=401),
    "GET /v1/class-drafts/{id}/moves": own(404, path={"id": "class draft"}, anonymous=401),
    "POST /v1/class-drafts/{id}/publication": own(
        404, path={"id": "class draft"}, json={"effective": "2099-01-01"}, anonymous=401
    ),
    "GET /v1/class-thresholds/{id}": own(path={"id": "thresholds"}),
    "GET /v1/class-thresholds/{id}/trial": own(path={"id": "thresholds"}),
    "GET /v1/class-thresholds/{id}/moves": own(404, path={"id": "thresholds"}, anonymous=401),
    "GET /v1/class-changes": public(),
    "GET /v1/register/dumps": public(),
    "POST /v1/register/dumps": create(insider=403, administrator=202),
    "GET /v1/register/dumps/{id}/{name}": own(404, path={"id": "=nothing", "name": "=manifest.json"}),
    "GET /v1/register/statistics": public(),
    "GET /v1/register/statistics/values": own(query={"category": "c", "unit": "u", "per": "p"}),
    "GET /v1/register/feed": public(),
    "GET /v1/disclosure-fields": public(),
    "GET /v1/register/{number}/disclosure": own(404, path={"number": "=nothing"}),
    "PUT /v1/register/{number}/disclosure/{view}": own(
        404, path={"number": "=nothing", "view": "=public"}, json={"fields": []}
    ),
    "POST /v1/disclosures": create(json=STATEMENT, insider=422),
    "GET /v1/disclosures": public(),
    "GET /v1/disclosures/{id}": own(404, path={"id": "=nothing"}),
    "POST /v1/consents": own(404, json=CONSENT),
    "GET /v1/consents": own(anonymous=401),
    "GET /v1/consents/{id}": own(404, path={"id": "=nothing"}, anonymous=401),
    "POST /v1/consents/{id}/revocation": own(404, path={"id": "=nothing"}, etag="/v1/studies/{study}", anonymous=401),
    "GET /v1/consents/{id}/uses": own(404, path={"id": "=nothing"}, anonymous=401),
    "GET /v1/tasks": public(),
    "GET /v1/tasks/report": own(query={"year": 2026}),
    "GET /v1/tasks/report/document": own(query={"year": 2026}),
    "GET /v1/tasks/{task}/history": own(path={"task": "=A2"}),
    "POST /v1/tasks/{task}/history": create(
        path={"task": "=A2"}, json={**ORGANISATION, "lead": {"en": "L"}, "progress": 1}, insider=403
    ),
    "POST /v1/impact-previews": change("", 202, json={"collection": "{collection}"}),
    # search, history
    "GET /v1/search": listing("entry", anonymous=200, query={"q": "ingot"}),
    "POST /v1/audit/verifications": create(insider=403, auditor=202, json={}),
    "GET /v1/audit/keys": create(insider=403, auditor=200),
    "POST /v1/audit/keys": create(insider=403, administrator=201),
    "GET /v1/audit/events": listing("study", query={"limit": 500}, lonely=403, administrator=403, viewer=403),
    # certification: schemes, bodies and certificates are everybody's to read; the insider is of the body and the regulator, too
    "GET /v1/schemes": public(),
    "POST /v1/schemes": create(query={"organisation": "{regulator}"}, content=SCHEME.encode()),
    "GET /v1/schemes/{id}": own(path={"id": "scheme"}),
    "GET /v1/schemes/{id}/file": own(path={"id": "scheme"}),
    "POST /v1/schemes/{id}/withdraw": create(
        200, path={"id": "goner scheme"}, etag="/v1/schemes/{goner scheme}", known=True
    ),
    "GET /v1/bodies": public(),
    "GET /v1/bodies/{id}": own(path={"id": "body"}),
    "GET /v1/accreditations": public(),
    "POST /v1/accreditations": create(
        json={"body": "{body}", "regulator": "{regulator}", "scheme": "test-label", "rule_packs": ["other@1"]}
    ),
    "GET /v1/accreditations/{id}": own(path={"id": "accreditation"}),
    "POST /v1/accreditations/{id}/end": create(
        (200, 409),
        path={"id": "accreditation"},
        json={"reason": "r"},
        etag="/v1/accreditations/{accreditation}",
        known=True,
    ),
    "GET /v1/bodies/{id}/qualifications": read("body", finds=("qualification",)),
    "POST /v1/bodies/{id}/qualifications": create(
        path={"id": "body"}, json={"person": "{ann}", "functions": ["verifier"]}, known=True
    ),
    "GET /v1/qualifications/{id}": read("qualification"),
    "POST /v1/qualifications/{id}/end": change("goner qualification", etag="/v1/qualifications/{goner qualification}"),
    "GET /v1/bodies/{id}/interests": read("body", finds=("interest",)),
    "POST /v1/bodies/{id}/interests": create(path={"id": "body"}, json={"towards": "{partner}"}, known=True),
    "GET /v1/complaints": listing("complaint"),
    "POST /v1/complaints": own(201, json={"body": "{body}", "text": "t"}, anonymous=401, machine=403),
    "GET /v1/complaints/{id}": read("complaint"),
    "POST /v1/complaints/{id}/answer": change("complaint", json={"text": "t"}, etag="/v1/complaints/{complaint}"),
    "POST /v1/complaints/{id}/closure": change(
        "goner complaint",
        json={"regulator": "{regulator}", "upheld": True, "finding": "f"},
        etag="/v1/complaints/{goner complaint}",
    ),
    "GET /v1/cases": listing("case", "draft case"),
    "POST /v1/cases": create(json=CASE, lonely=404, stranger=404, machine=404, administrator=404, auditor=404),
    "GET /v1/cases/{id}": read("draft case"),
    "GET /v1/cases/{id}/steps": read("case"),
    "POST /v1/cases/{id}/steps": change("goner draft", json={"step": "abandon"}, etag="/v1/cases/{goner draft}"),
    "GET /v1/cases/{id}/team": read("case", finds=("ann",)),
    "PUT /v1/cases/{id}/team": change("accepted case", json={"team": []}, etag="/v1/cases/{accepted case}"),
    "POST /v1/cases/{id}/declaration": change("case"),
    "POST /v1/cases/{id}/plan": change("accepted case", 422, json={"team": []}, etag="/v1/cases/{accepted case}"),
    "POST /v1/cases/{case}/comments": change("", 201, path={"case": "case"}, json={"text": "t", "weight": "minor"}),
    "GET /v1/cases/{case}/comments": read("", path={"case": "case"}, finds=("case comment",)),
    "GET /v1/cases/{case}/comments/{id}": read("", path=COMMENT),
    "GET /v1/cases/{case}/comments/{id}/replies": read("", path=COMMENT),
    "POST /v1/cases/{case}/comments/{id}/answer": change(
        "",
        403,
        path=COMMENT,
        json={"text": "t"},
        etag=COMMENT_ETAG,  # the insider is not of the applicant
    ),
    "POST /v1/cases/{case}/comments/{id}/replies": change(
        "", path=COMMENT, json={"text": "t", "state": "open"}, etag=COMMENT_ETAG
    ),
    "POST /v1/cases/{case}/files": change(
        "", 201, path={"case": "case"}, query={"kind": "meeting-record", "name": "b"}, content=b"{}"
    ),
    "GET /v1/cases/{case}/files": read("", path={"case": "case"}, finds=("case file",)),
    "GET /v1/cases/{case}/files/{id}": read("", path={"case": "case", "id": "case file"}),
    "GET /v1/cases/{case}/evidence": read("", path={"case": "draft case"}, finds=("evidence",)),
    "GET /v1/cases/{case}/evidence/{id}": read("", path={"case": "draft case", "id": "evidence"}),
    "GET /v1/cases/{case}/dossier": read("", path={"case": "case"}),
    "GET /v1/cases/{case}/sampling-plan": read("", path={"case": "case"}),
    "POST /v1/cases/{case}/recomputations": change("", 202, path={"case": "case"}),
    "GET /v1/cases/{case}/recomputations": read("", path={"case": "case"}),
    "POST /v1/cases/{case}/statement": change(
        "", 201, path={"case": "case"}, json={"assurance": "limited", "misstatement": 0.01}
    ),
    "GET /v1/cases/{case}/statement": read("", path={"case": "case"}),
    "POST /v1/cases/{case}/signatures": change("", 409, path={"case": "case"}, etag=CASE_ETAG, viewer=409),
    "POST /v1/cases/{case}/certificate": change("", 409, path={"case": "case"}, etag=CASE_ETAG, viewer=409),
    "GET /v1/certificates": public(),
    "GET /v1/surveillance": public(),
    "GET /v1/certificates/{number}": own(path={"number": "certificate"}),
    "GET /v1/certificates/{number}/change": create(200, path={"number": "certificate"}, viewer=200, known=True),
    "GET /v1/certificates/{number}/steps": own(path={"number": "certificate"}),
    "POST /v1/certificates/{number}/steps": create(
        403,
        path={"number": "certificate"},
        json={"step": "suspend", "reason": "r"},
        etag="/v1/certificates/{certificate}",
        known=True,
    ),
}
