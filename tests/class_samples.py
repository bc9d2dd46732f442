"""What the tests of classes share: class schemes, a register with certificates of many makers."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from tanheng.accounts import system
from tanheng.accounts.model import OrganisationKind
from tanheng.services.accounts import organisations
from tanheng.services.certification.events import CertificateIssued
from tanheng.services.grading import schemes, thresholds
from tanheng.storage.sql.tables import certification as tables
from tanheng.storage.sql.types import new_id

INIT = system("init")
SCHEME = """tanheng: class-scheme/1
id: test-classes
version: 1.0.0
names: {zh: 测试等级, en: Test classes}
owner: {zh: 测试, en: Test}
follows: {zh: 无, en: nothing}
category: CATEGORY
boundary: BOUNDARY
unit: UNIT
region: CN
classes: [A, B, C]
method: percentiles
steps: [0.2, 0.6]
"""


def scheme(certificate, **changed):
    """A class scheme for the products that a certificate is among; ``steps="[0.5, 0.7]"`` and so on replace its fields."""
    return scheme_text(certificate.category, certificate.boundary, certificate.unit, **changed)


def scheme_text(category, boundary, unit, **changed):
    """A class scheme for a peer group; what is replaced by nothing is left out."""
    words = SCHEME.replace("CATEGORY", category).replace("BOUNDARY", boundary)
    lines = [line for line in words.replace("UNIT", unit).splitlines() if line.partition(":")[0] not in changed]
    return "\n".join([*lines, *(f"{key}: {value}" for key, value in changed.items() if value), ""]).encode()


def published(house, content):
    """A class scheme of the regulator."""
    return house.platform.do(house.official, schemes.publish, content, organisation=house.regulator.id)


def in_force(house, content, days=0):
    """Limits of a scheme, drafted and published."""
    platform = house.platform
    draft = thresholds.derive(platform, house.official, published(house, content).id)
    day = platform.today() + timedelta(days=days)
    return platform.do(house.official, thresholds.publish, draft.id, effective=day)


def makers(platform, count):
    """Ids of so many enterprises."""
    told = {"kind": OrganisationKind.ENTERPRISE}
    return [platform.do(INIT, organisations.create, **told, names={"en": f"Maker {n}"}).id for n in range(count)]


def fill(platform, certificate, values, holders, **changed):
    """Further certificates like one, each with a value, of the holders in turn; returns their numbers."""

    def add(work):
        row = work.get(tables.certificates, certificate.id, kind="certificate")
        case = work.get(tables.cases, row["case"], kind="case")
        first = work.sql.execute(select(tables.certificates.c.id)).all()
        numbers = []
        for at, value in enumerate(values, start=len(first)):
            number, holder = f"X-{at:06d}", holders[at % len(holders)]
            made = work.insert(tables.cases, **{**_kept(case), "number": new_id(), "applicant": holder})
            own = {"number": number, "case": made, "holder": holder, "value": float(value), "position": at, **changed}
            id_ = work.insert(tables.certificates, **{**_kept(row), "printed": f"{value}", **own})
            told = {"number": number, "scheme": "x@1.0.0", "holder": holder, "credential": "", "valid_until": ""}
            work.record(CertificateIssued(id=id_, organisation=row["body"], **told))
            numbers.append(number)
        return numbers

    return platform.do(INIT, add)


def _kept(row):
    return {name: value for name, value in row.items() if name not in ("id", "version", "created_at", "changed_at")}
