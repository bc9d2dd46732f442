"""The decision that ends well: a certificate with its credential, its code for the label, its place in the log."""

from __future__ import annotations

from datetime import date
from typing import Any

import rfc8785
from sqlalchemy.engine import RowMapping

from tanheng.accounts import Actor
from tanheng.certification.model import Scheme
from tanheng.certification.needs import require, series
from tanheng.certification.procedure import Machine, step_of
from tanheng.certification.schemes import scheme_number, series_of_numbers
from tanheng.certification.terms import months_after
from tanheng.days import begin_of, end_of
from tanheng.errors import CertificationError
from tanheng.exchange.credentials import dids, integrity, labels, statuslist
from tanheng.exchange.credentials.conformity import Conformity, Party, Standard, credential
from tanheng.exchange.credentials.statuslist import Purpose
from tanheng.exchange.credentials.verifying import digest_of
from tanheng.footprint.assessment import Assessment
from tanheng.services.certification import cases, certificates, schemes, standing, statuses, verifying
from tanheng.services.certification.casefacts import facts
from tanheng.services.certification.certificates import Certificate
from tanheng.services.certification.events import CertificateIssued
from tanheng.services.certification.verifying import Statement
from tanheng.services.counting import next_count
from tanheng.services.grading import changes, thresholds
from tanheng.services.grading.thresholds import Found
from tanheng.services.impact import uses
from tanheng.services.registry import entries
from tanheng.storage.platform import Platform
from tanheng.storage.sql import Work, history
from tanheng.storage.sql.tables import accounts, studies
from tanheng.storage.sql.tables import certification as tables


def certify(platform: Platform, actor: Actor, case: str, *, expected: int) -> Certificate:
    """Issue the certificate of a case, for the decision maker; the one that it renews or changes is replaced with it.

    Raises:
        CertificationError: TH-CER-002 not the decision maker, TH-CER-080 the footprint is "at least" and no claim; what the step
            needs and lacks. AccessError, StoreError: TH-STO-001, TH-STO-002.
    """
    result = verifying.dossier(platform, actor, case)
    return platform.do(actor, _certify, case, result, expected=expected)


def _certify(work: Work, case: str, result: Assessment, *, expected: int) -> Certificate:
    row = standing.held(work, case)
    work.hold(studies.studies, row["study"])  # another case of it does not issue at once
    step = step_of(Machine.CASE, row["state"], "certify")
    standing.authorise(work, row, step)
    require(step, facts(work, row))
    statement = verifying.statement_of(work, case)
    assert statement is not None  # noqa: S101 - the step needs one
    if result.claim is None:
        raise CertificationError("TH-CER-080", place="assessment")
    scheme = schemes.read(work.get(tables.schemes, row["scheme"], kind=schemes.KIND))
    today = work.today
    count = next_count(work, f"certificate/{series_of_numbers(scheme, today.year)}")
    number = scheme_number(scheme, year=today.year, count=count)
    until = months_after(today, scheme.validity_months)
    found = thresholds.of_result(work, result)
    told = _told(work, row, scheme, result, statement, found, number=number, today=today, until=until)
    given = {"body": row["body"], "position": _position(work, row["body"]), "printed": result.claim.text}
    signed = _credential(work, told, scheme.reference, **given)
    made = work.insert(
        tables.certificates,
        number=number,
        case=case,
        scheme=row["scheme"],
        holder=row["applicant"],
        body=row["body"],
        assessment=row["assessment"],
        statement=statement.id,
        names=dict(result.product),
        codes=dict(result.codes),
        maker=dict(result.maker),
        geography=result.site,
        rule_pack=result.rule_pack,
        category=series(result.rule_pack),
        boundary=result.boundary,
        grade=told.grade,
        value=result.claim.value,
        printed=result.claim.text,
        unit=result.claim.unit,
        per=result.declared_unit,
        assurance=statement.assurance.value,
        valid_from=today,
        valid_until=until,
        state="valid",
        deadline=None,
        surveillance=months_after(today, scheme.surveillance_months),
        successor="",
        **signed,
    )
    cases.moved(work, row, step, expected=expected, certificate=made)
    uses.keep(work, made, assessment=row["assessment"], holder=row["applicant"], result=result)
    if found is not None:
        changes.issued(work, made, found.thresholds, found.grade, result.claim.value)
    work.record(
        CertificateIssued(
            id=made,
            organisation=row["body"],
            number=number,
            scheme=scheme.reference,
            holder=row["applicant"],
            credential=signed["credential_digest"],
            valid_until=until.isoformat(),
        )
    )
    entries.write(work, [made])
    if row["replaces"]:
        certificates.replace_with(work, row["replaces"], number)
    return certificates.of(work, number)


def written_anew(work: Work, certificate: RowMapping, result: Assessment) -> dict[str, Any]:
    """The credential of a certificate and the code of its label, as an assessment now describes the product.

    It has a place of its own in the rows of statuses, so that the one before can be revoked.

    Returns:
        values of the columns ``credential``, ``credential_digest``, ``code`` and ``position``.
    """
    case = work.get(tables.cases, certificate["case"], kind=standing.KIND)
    scheme = schemes.read(work.get(tables.schemes, certificate["scheme"], kind=schemes.KIND))
    statement = verifying.statement_by_id(work, certificate["statement"])
    days = {"today": certificate["valid_from"], "until": certificate["valid_until"]}
    found = changes.standing(work, certificate["id"])
    told = _told(work, case, scheme, result, statement, found, number=certificate["number"], **days)
    given = {"position": _position(work, certificate["body"]), "printed": certificate["printed"]}
    return _credential(work, told, scheme.reference, body=certificate["body"], **given)


def _position(work: Work, body: str) -> int:
    """A bit of the rows of statuses of a body that no credential has."""
    return next_count(work, f"status/{body}", first=0)


def _credential(work: Work, told: Conformity, scheme: str, *, body: str, position: int, printed: str) -> dict[str, Any]:
    """Values of the columns that follow from what a certificate says; ``scheme`` is its reference."""
    document = _signed(work, told, body, position)
    digest = digest_of(document)
    blob = work.platform.blobs.put(rfc8785.dumps(document))
    code = _code(work, told, scheme, digest, printed)
    return {"credential": blob, "credential_digest": digest, "code": code, "position": position}


def _told(
    work: Work,
    row: RowMapping,
    scheme: Scheme,
    result: Assessment,
    statement: Statement,
    found: Found | None,
    *,
    number: str,
    today: date,
    until: date,
) -> Conformity:
    """What the certificate says to everybody."""
    base, zone = certificates.base_of(work), work.platform.configuration.zone
    assert result.claim is not None  # noqa: S101 - looked at before
    holder, body = (_party(work, base, row[side]) for side in ("applicant", "body"))
    return Conformity(
        address=certificates.address_of(base, number, "credential"),
        number=number,
        issuer=Party(dids.did_of(base, "bodies", row["body"]), body.name),
        holder=holder,
        product=Party(certificates.address_of(base, number, "product"), _name(result.product)),
        site=Party(f"{base}/places/{result.site}", result.site),
        scheme=Standard(
            id=f"{base}/v1/schemes/{row['scheme']}",
            name=_name(scheme.names),
            owner=Party(f"{base}/v1/schemes/{row['scheme']}#owner", _name(scheme.owner)),
            description=_name(scheme.follows),
            version=scheme.version,
            since=scheme.valid_from or today,
        ),
        rules=Standard(
            id=f"{base}/v1/rules/{result.rule_pack}", name=_name(result.rule_pack_names) or result.rule_pack, owner=body
        ),
        value=result.claim.value,
        unit=result.claim.unit,
        per=result.declared_unit,
        valid_from=begin_of(today, zone),
        valid_until=end_of(until, zone),
        assessed=work.day_of(statement.at),
        boundary=result.boundary,
        rule_pack=result.rule_pack,
        assessment=result.digest,
        assurance=statement.assurance.value,
        grade=found.grade if found else "",
        class_scheme=found.reference if found else "",
    )


def _signed(work: Work, told: Conformity, body: str, position: int) -> dict[str, Any]:
    row, index = divmod(position, statuslist.LENGTH)
    base = certificates.base_of(work)
    rows = {purpose: statuses.row_address(base, body, purpose, row) for purpose in Purpose}
    entries = [statuslist.entry(address, purpose, index) for purpose, address in rows.items()]
    signer = history.signer(work)
    return integrity.with_proof(credential(told, entries), signer, f"{told.issuer.id}#{signer.key}", work.now)


def _code(work: Work, told: Conformity, scheme: str, digest: str, printed: str) -> str:
    signer = history.signer(work)
    label = labels.Label(
        address=certificates.address_of(certificates.base_of(work), told.number),
        number=told.number,
        value=printed,
        unit=told.unit,
        per=told.per,
        grade=told.grade,
        scheme=scheme,
        valid_until=told.valid_until,
        credential=digest[:32],
        issuer=told.issuer.id,
        key=signer.key,
    )
    return labels.code_of(label, signer)


def _party(work: Work, base: str, organisation: str) -> Party:
    row = work.get(accounts.organisations, organisation, kind="organisation")
    return Party(f"{base}/v1/organisations/{organisation}", _name(row["names"]), row["code"])


def _name(names: Any) -> str:
    """A name in both languages where they differ: credentials have one field for it."""
    return " ".join(dict.fromkeys(one for one in (names.get("zh", ""), names.get("en", "")) if one))
