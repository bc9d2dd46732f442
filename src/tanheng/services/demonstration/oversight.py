"""What the regulator of the demonstration keeps: a scheme, whom it lets certify, classes, factors, how far a task is."""

from __future__ import annotations

from typing import Any

from tanheng.certification.procedure import Party
from tanheng.factors.lifecycle import State
from tanheng.factors.model import Level
from tanheng.services.certification import bodies, schemes
from tanheng.services.demonstration.cast import MANY, Cast, file
from tanheng.services.factors import collections, publishing, records, releases, reviewing
from tanheng.services.factors.records import Entry
from tanheng.services.grading import schemes as class_schemes
from tanheng.services.grading import thresholds
from tanheng.services.registry import tasks
from tanheng.services.sharing import Visibility
from tanheng.storage.sql import Work

TEAM = {"reviewer": [Party.REVIEWER, Party.INSPECTOR, Party.VERIFIER], "decider": [Party.DECIDER]}
"""What the people of the body may do: one reviews, inspects and verifies, another decides."""
FACTORS = "example-national"
NAMES = {"zh": "示例国家因子库（演示）", "en": "Example national factors (demonstration)"}
POWER: dict[str, Any] = {
    "id": "example-grid-power",
    "kind": "footprint",
    "names": {"zh": "示例电网电力", "en": "Example grid power"},
    "per": "kWh",
    "value": 0.58,
    "year": 2025,
    "geography": "CN",
    "boundary": "cradle-to-gate",
    "source": {"title": "示例数据 Example data", "licence": "public"},
}
STEEL: dict[str, Any] = {**POWER, "id": "example-steel", "per": "kg", "value": 2.1}
STEEL["names"] = {"zh": "示例热轧钢卷", "en": "Example hot-rolled coil"}


def scheme(cast: Cast) -> str:
    """The scheme; gives its id."""
    content = file("scheme.yaml").read_bytes()
    owner = cast.organisations["regulator"]
    return cast.platform.do(cast.people["official"], schemes.publish, content, organisation=owner).id


def accredit(cast: Cast) -> None:
    """Let the body certify under the scheme, and attest what its people may do."""
    scheme(cast)
    cast.platform.do(cast.people["official"], _accredited, cast)
    for key, functions in TEAM.items():
        cast.platform.do(cast.people["head"], _attested, cast, key, functions)


def classes(cast: Cast) -> None:
    """A class scheme with limits in force, before there is a certificate."""
    official, owner = cast.people["official"], cast.organisations["regulator"]
    content = file("classes.yaml").read_bytes()
    made = cast.platform.do(official, class_schemes.publish, content, organisation=owner)
    if cast.platform.look(official, thresholds.listed, made.id, MANY).items:
        return
    drafts = cast.platform.look(official, thresholds.drafts, made.id, MANY).items
    draft = drafts[0] if drafts else thresholds.derive(cast.platform, official, made.id)
    cast.platform.do(official, thresholds.publish, draft.id, effective=cast.platform.today())


def factors(cast: Cast) -> None:
    """A published release of factors, and what is in hand for the next: one accepted, one to be reviewed."""
    platform, official, colleague = cast.platform, cast.people["official"], cast.people["colleague"]
    desk = platform.do(official, _collection, cast.organisations["regulator"])
    power = platform.do(official, _record, desk, POWER)
    if not platform.look(official, releases.listed, desk, MANY).items:
        platform.do(official, _submitted, power.id)
        platform.do(colleague, _accepted, power.id)
        digest = platform.look(official, publishing.candidate, desk).digest
        publishing.publish(platform, official, desk, version="2025.1", digest=digest, note="示例 Example")
    platform.do(official, _revised, power.id)
    platform.do(official, _submitted, power.id)
    platform.do(colleague, _accepted, power.id)
    platform.do(official, _submitted, platform.do(official, _record, desk, STEEL).id)


def progress(cast: Cast) -> None:
    """How far two tasks of the plan are."""
    cast.platform.do(cast.people["official"], _told, cast.organisations["regulator"])


def _accredited(work: Work, cast: Cast) -> None:
    body, regulator = cast.organisations["body"], cast.organisations["regulator"]
    if not bodies.accreditations(work, MANY, body=body, scheme="example-label").items:
        bodies.accredit(work, body, regulator=regulator, scheme="example-label")


def _attested(work: Work, cast: Cast, key: str, functions: list[Party]) -> None:
    body, person = cast.organisations["body"], cast.people[key].id
    if not bodies.qualifications(work, body, MANY, person=person).items:
        bodies.attest(work, body, person=person, functions=functions, note="示例 Example")


def _collection(work: Work, organisation: str) -> str:
    for one in collections.listed(work, MANY).items:
        if one.name == FACTORS:
            return one.id
    made = collections.create(work, organisation=organisation, name=FACTORS, names=NAMES, level=Level.NATIONAL)
    return collections.share(work, made.id, expected=made.version, visibility=Visibility.PUBLIC).id


def _record(work: Work, collection: str, document: dict[str, Any]) -> Entry:
    for one in records.listed(work, collection, MANY).items:
        if one.factor == document["id"]:
            return one
    return records.create(work, collection, document)


def _submitted(work: Work, record: str) -> None:
    found = records.of(work, record)
    if found.state is State.DRAFT:
        reviewing.submit(work, record, expected=found.version)


def _accepted(work: Work, record: str) -> None:
    found = records.of(work, record)
    if found.state is State.SUBMITTED:
        reviewing.accept(work, record, expected=found.version)


def _revised(work: Work, record: str) -> None:
    found = records.of(work, record)
    if found.latest == 1:
        told = {**POWER, "value": 0.55, "year": 2026}
        records.revise(work, record, told, expected=found.version, reason="示例更新 Example update")


def _told(work: Work, organisation: str) -> None:
    known = {task.id: task for task in tasks.board(work)}
    lead = {"zh": "示例主管机构", "en": "Example Regulator"}
    for task, part in (("A3", 40), ("A4", 60)):
        if known[task].told is None:
            told = {"organisation": organisation, "lead": lead, "milestones": [], "progress": part}
            tasks.tell(work, task, **told, notes="示例进展，仅作演示 Progress of an example")  # type: ignore[arg-type]
