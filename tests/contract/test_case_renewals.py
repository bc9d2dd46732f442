"""Renewals and changes: one certificate stands for a product under a scheme, and gives way to its own successor only."""

from __future__ import annotations

from dataclasses import replace

import pytest

from certification_samples import ALL, INIT, House, person
from platforms import Clock
from study_samples import study
from tanheng.accounts.model import OrganisationKind, Role
from tanheng.errors import CertificationError
from tanheng.services.accounts import organisations
from tanheng.services.certification import cases, certificates, issuing
from tanheng.services.certification.cases import CaseKind
from tanheng.services.studies import intake, studies


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def house(platform, clock):
    return House(replace(platform, clock=clock))


def do(house, actor, what, *args, **more):
    return house.platform.do(actor, what, *args, **more)


def take(house, actor, one, name, **more):
    return do(house, actor, certificates.take, one.number, name, expected=one.version, **more)


def opened(house, study, certificate=None, kind=CaseKind.RENEWAL):
    given = {"study": study, "scheme": house.scheme.id, "body": house.body.id}
    if certificate is not None:
        given |= {"kind": kind, "replaces": certificate.number}
    return do(house, house.engineer, cases.open_case, **given)


def first_case(house):
    return house.platform.look(house.engineer, cases.listed, ALL).items[-1]


@pytest.mark.parametrize("kind", [CaseKind.RENEWAL, CaseKind.CHANGE])
def test_a_certificate_is_not_replaced_by_one_of_another_product(house, kind):
    certificate = house.certified()
    model = intake.read(study(**{"铝锭": "铜板", "Ingot": "Copper plate"}))
    other = do(house, house.engineer, studies.create, organisation=house.maker.id, model=model)
    with pytest.raises(CertificationError, match="TH-CER-137"):
        opened(house, other.id, certificate, kind)
    assert opened(house, first_case(house).study, certificate, kind).replaces == certificate.number


def test_one_certificate_is_not_renewed_twice_at_once(house):
    certificate = house.certified()
    old = first_case(house)
    first = opened(house, old.study, certificate)
    with pytest.raises(CertificationError, match="TH-CER-136"):
        opened(house, old.study, certificate, CaseKind.CHANGE)
    house.take(house.engineer, first, "abandon")
    made = house.go_on(opened(house, old.study, certificate), old.assessment)
    was = house.platform.look(INIT, certificates.of, certificate.number)
    assert (was.state, was.successor, made.state) == ("replaced", made.number, "valid")


def test_a_certificate_that_was_withdrawn_is_not_renewed(house):
    certificate = house.certified()
    take(house, house.bo, certificate, "withdraw", reason="r")
    with pytest.raises(CertificationError, match="TH-CER-084"):
        opened(house, first_case(house).study, certificate)


def test_a_product_has_one_certificate_of_a_scheme(house):
    """Neither by applying twice, nor by two applications that are under way when the first is issued."""
    house.accredit()
    made, assessment = house.assessed()
    first, second = opened(house, made.id), opened(house, made.id)
    second = house.signed(house.reviewed(house.take(house.engineer, second, "submit", assessment=assessment.id)))
    certificate = house.go_on(first, assessment.id)
    with pytest.raises(CertificationError, match="TH-CER-132"):
        issuing.certify(house.platform, house.bo, second.id, expected=second.version)
    with pytest.raises(CertificationError, match="TH-CER-132"):
        opened(house, made.id)
    do(house, house.engineer, certificates.take, certificate.number, "cancel", expected=certificate.version)
    assert issuing.certify(house.platform, house.bo, second.id, expected=second.version).state == "valid"


def second_body(house):
    """Another body under the same scheme, for the same applicant."""
    made = House.__new__(House)
    for name in ("platform", "maker", "regulator", "engineer", "official", "scheme"):
        setattr(made, name, getattr(house, name))
    names = {"zh": "B2", "en": "B2"}
    made.body = do(house, INIT, organisations.create, kind=OrganisationKind.CERTIFICATION_BODY, names=names)
    for name in ("head", "ann", "bo"):
        roles = (Role.OWNER, Role.CERTIFIER) if name == "head" else (Role.CERTIFIER,)
        setattr(made, name, person(house.platform, f"{name}2", made.body, *roles))
    made.accredit()
    return made


def test_another_body_does_not_replace_a_suspended_certificate(house):
    certificate = house.certified()
    old, second = first_case(house), second_body(house)
    case = opened(second, old.study, certificate)  # while it is valid the holder may go elsewhere
    case = second.signed(second.reviewed(second.take(house.engineer, case, "submit", assessment=old.assessment)))
    certificate = take(house, house.bo, certificate, "suspend", reason="fraud")
    with pytest.raises(CertificationError, match="TH-CER-132"):
        issuing.certify(house.platform, second.bo, case.id, expected=case.version)
    second.take(second.bo, case, "refuse", reason="suspended")
    with pytest.raises(CertificationError, match="TH-CER-138"):
        opened(second, old.study, certificate)
    made = house.go_on(opened(house, old.study, certificate), old.assessment)
    assert house.platform.look(INIT, certificates.of, certificate.number).successor == made.number


def test_what_a_regulator_has_suspended_is_not_replaced_by_its_own_body_either(house):
    certificate = house.certified()
    old = first_case(house)
    certificate = take(house, house.official, certificate, "order-suspension", reason="fraud")
    case = opened(house, old.study, certificate)
    case = house.signed(house.reviewed(house.take(house.engineer, case, "submit", assessment=old.assessment)))
    with pytest.raises(CertificationError, match="TH-CER-160"):
        issuing.certify(house.platform, house.bo, case.id, expected=case.version)
    take(house, house.official, certificate, "lift-suspension", reason="cleared")
    made = issuing.certify(house.platform, house.bo, case.id, expected=case.version)
    assert house.platform.look(INIT, certificates.of, certificate.number).successor == made.number


def test_a_certificate_past_its_day_is_neither_suspended_nor_made_valid_again(house, clock):
    """Though the clock has not come by yet."""
    one = house.certified()
    suspended = take(house, house.bo, one, "suspend", reason="r")
    clock.move(days=740)
    with pytest.raises(CertificationError, match="TH-CER-133"):
        take(house, house.bo, suspended, "reinstate", reason="r")
    clock.move(days=-740)
    valid = take(house, house.bo, suspended, "reinstate", reason="r")
    clock.move(days=740)
    with pytest.raises(CertificationError) as caught:
        take(house, house.ann, valid, "confirm")
    assert {fault.code for fault in caught.value.faults} == {"TH-CER-052", "TH-CER-133"}
    with pytest.raises(CertificationError, match="TH-CER-133"):
        take(house, house.bo, valid, "suspend", reason="r")
    assert take(house, house.bo, valid, "withdraw", reason="r").state == "withdrawn"
