"""Everything that the command line does, the API does, too, or it is the operator's at the machine: a new command needs a line.

Values are the routes that do it; a command of :data:`AT_THE_MACHINE` says why it stays there.
"""

from __future__ import annotations

from typer.main import get_command

from isolation import TABLE
from tanheng.cli.main import app

STUDY, VERSION = "/v1/studies/{id}", "/v1/studies/{id}/versions/{number}"
ASSESSMENT, DATABASE = "/v1/assessments/{id}", "/v1/databases/{id}"
PAIR, PRODUCT = f"{DATABASE}/methods/{{method}}", f"{DATABASE}/products/{{index}}"
RUNS = "/v1/organisations/{id}/runs"
RESULTS = ("results", "lines", "findings", "tree", "formula", "sensitivity", "report", "document")
DO = {
    "assess": (
        f"POST {STUDY}/assessments",
        "POST /v1/jobs",
        f"GET {ASSESSMENT}/scenarios",
        *(f"GET {ASSESSMENT}/{one}" for one in RESULTS),
    ),
    "report-template": ("GET /v1/templates/report", f"POST {ASSESSMENT}/report"),
    "recompute": (f"POST {ASSESSMENT}/recompute", "POST /v1/recompute"),
    "compare": ("POST /v1/comparisons", f"GET {ASSESSMENT}/difference", f"POST {STUDY}/regimes"),
    "portfolio": ("POST /v1/jobs",),
    "what-if": (f"POST {STUDY}/what-if", f"POST {ASSESSMENT}/what-if"),
    "levers": (f"GET {STUDY}/levers", f"GET {ASSESSMENT}/levers"),
    "study new": ("GET /v1/templates/study", "POST /v1/studies", f"POST {STUDY}/versions"),
    "study check": ("POST /v1/studies/check", f"GET {VERSION}/gaps"),
    "study convert": (f"GET {VERSION}/file",),
    "study link": (f"POST {VERSION}/candidates", f"POST {STUDY}/links"),
    "study choices": (
        "GET /v1/organisations/{id}/link-choices",
        "DELETE /v1/organisations/{id}/link-choices/{choice}",
    ),
    "factors search": ("GET /v1/search", "GET /v1/factor-collections/{id}/releases/{number}/factors"),
    "factors show": ("GET /v1/factor-collections/{id}/releases/{number}/factors/{factor}",),
    "factors diff": ("GET /v1/factor-collections/{id}/difference", "GET /v1/factor-collections/{id}/preview"),
    "factors template": ("GET /v1/templates/factors",),
    "factors check": ("POST /v1/factor-tables/check",),
    "rules list": ("GET /v1/rules", "GET /v1/rules/shipped"),
    "rules show": ("GET /v1/rules/{id}", "GET /v1/rules/shipped/{reference}"),
    "rules check": ("POST /v1/rules/check", "POST /v1/rules"),
    "rules diff": ("GET /v1/rules/{id}/difference", "GET /v1/rules/shipped/{reference}/difference"),
    "rules new": ("GET /v1/templates/rules",),
    "classes list": ("GET /v1/class-schemes",),
    "classes show": ("GET /v1/class-schemes/{id}", "GET /v1/class-schemes/{id}/thresholds"),
    "classes check": ("POST /v1/class-schemes",),
    "classes derive": ("POST /v1/class-schemes/{id}/drafts",),
    "classes try": ("GET /v1/class-drafts/{id}/trial", "GET /v1/class-drafts/{id}/moves"),
    "db import": ("POST /v1/databases", "POST /v1/databases/imports"),
    "db list": ("GET /v1/databases",),
    "db show": (f"GET {DATABASE}", f"GET {DATABASE}/description"),
    "db check": (f"GET {DATABASE}/check", f"GET {DATABASE}/check/{{kind}}"),
    "db validate": ("POST /v1/databases/validations", f"GET {DATABASE}/validation"),
    "db verify": (f"GET {DATABASE}/integrity",),
    "db links": (f"GET {DATABASE}/links", f"GET {DATABASE}/links/file"),
    "db link": (f"GET {DATABASE}/worklist", f"POST {DATABASE}/linking", f"POST {DATABASE}/linking/list"),
    "db search": (f"GET {DATABASE}/products", "GET /v1/search"),
    "db footprint": (f"GET {PRODUCT}/footprint", f"GET {PRODUCT}/tree", f"GET {PRODUCT}/open-inputs"),
    "db footprints": (f"GET {DATABASE}/footprints", f"GET {DATABASE}/footprints/file"),
    "db whatif": (f"POST {DATABASE}/what-if",),
    "db diff": (f"GET {DATABASE}/difference",),
    "db sensitivity": (f"GET {PRODUCT}/sensitivity",),
    "db uncertainty": ("POST /v1/jobs",),
    "db runs": (
        f"GET {RUNS}",
        f"GET {RUNS}/{{run}}",
        f"GET {RUNS}/{{run}}/products/{{index}}",
        f"DELETE {RUNS}/{{run}}",
    ),
    "db export": (f"POST {DATABASE}/exports", "GET /v1/jobs/{id}/file"),
    "db template": ("GET /v1/templates/inventory",),
    "db map": (f"GET {PAIR}/coverage", f"GET {PAIR}/open-flows", f"GET {PAIR}/mapping", "POST /v1/flow-mappings"),
    "db scores": (f"GET {PAIR}/scores", f"GET {PAIR}/products/{{index}}/scores", f"POST {PAIR}/jobs"),
    "method import": ("POST /v1/methods", "POST /v1/methods/imports"),
    "method list": ("GET /v1/methods",),
    "method show": ("GET /v1/methods/{id}",),
    "method remove": ("POST /v1/methods/{id}/withdraw",),
    "method template": ("GET /v1/templates/method",),
    "export": (f"GET {ASSESSMENT}/exports", f"GET {ASSESSMENT}/exports/{{protocol}}/file"),
    "import": ("POST /v1/received-footprints", "POST /v1/received-footprints/{id}/acceptance"),
    "duties": ("GET /v1/duties", f"GET {ASSESSMENT}/duties"),
    "protocols": ("GET /v1/exchange-protocols", "GET /v1/exchange-protocols/{id}"),
    "verify": ("POST /v1/verifications", "GET /v1/certificates/{number}/bundle"),
    "anchors": ("GET /v1/anchors",),
    "log monitor": ("GET /v1/log", "GET /v1/log/entries", "GET /v1/log/proofs/consistency"),
    "audit verify": ("POST /v1/audit/verifications", "GET /v1/log/proofs/consistency"),
    "audit keys list": ("GET /v1/audit/keys", "GET /v1/log"),
    "audit keys rotate": ("POST /v1/audit/keys",),
}
AT_THE_MACHINE = {
    "init": "makes the installation that the API is of",
    "upgrade": "changes the schema while nothing is served",
    "backup": "writes all tenants' data to a file of the operator",
    "restore": "makes an installation",
    "doctor": "looks at files and processes; GET /health/ready tells what a proxy needs",
    "mcp": "serves an assistant beside it, and asks the API where it is given an address",
    "serve": "is the API",
    "work": "is a process",
    "audit keys revoke": "tells of a key that left the machine",
    "search reindex": "mends what the operator restored or changed by hand",
}


def commands(command, name=""):
    """Names of all commands below one."""
    if not getattr(command, "commands", None):
        yield name
        return
    for part, below in command.commands.items():
        yield from commands(below, f"{name} {part}".strip())


def test_every_command_has_its_routes_or_its_reason():
    there = set(commands(get_command(app)))
    assert len(there) > 50
    told = set(DO) | set(AT_THE_MACHINE)
    assert not there - told, f"tests/api/test_everything.py: add a line for each of {sorted(there - told)}"
    assert not told - there, f"there is no such command any more: {sorted(told - there)}"
    assert not set(DO) & set(AT_THE_MACHINE)


def test_every_route_that_is_named_is_there():
    named = {route for routes in DO.values() for route in routes}
    assert named <= set(TABLE), sorted(named - set(TABLE))  # test_isolation.py holds the table against the application
